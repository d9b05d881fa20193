"""The broker of one test: who asks for it in whatever way gets its own, and nothing of it outlasts the test."""

from __future__ import annotations

import pytest


def test_a_fixture_of_the_same_name_may_build_on_ours(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.fixture
        def fakeamqp_broker(fakeamqp_broker):
            fakeamqp_broker.publish("", "nowhere")
            return fakeamqp_broker

        @pytest.mark.fakeamqp(seed=7)
        def test_with_a_marker(fakeamqp_broker):
            assert (fakeamqp_broker.seed, len(fakeamqp_broker.trace)) == (7, 1)

        def test_without(fakeamqp_broker):
            assert (fakeamqp_broker.seed, len(fakeamqp_broker.trace)) == (0, 1)
    """)
    pytester.runpytest().assert_outcomes(passed=2)


def test_a_test_gets_its_own_broker_in_whatever_way_it_asks(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import unittest
        import pika
        import pytest

        @pytest.fixture
        def asked_late(request):
            return request.getfixturevalue("fakeamqp_broker")

        @pytest.mark.fakeamqp(seed=1)
        def test_through_another_fixture(asked_late):
            assert asked_late.seed == 1

        @pytest.mark.fakeamqp(seed=2)
        def test_while_it_runs(request):
            assert request.getfixturevalue("fakeamqp_broker").seed == 2

        @pytest.mark.fakeamqp(seed=3)
        @pytest.mark.usefixtures("fakeamqp_broker")
        class TestOrders:
            def test_of_a_class(self, fakeamqp_broker):
                assert fakeamqp_broker.seed == 3

        @pytest.mark.fakeamqp(addresses=["rabbit.internal"])
        @pytest.mark.usefixtures("fakeamqp_broker")
        class OrdersTest(unittest.TestCase):
            def test_it(self):
                pika.BlockingConnection(pika.ConnectionParameters("rabbit.internal"))
                with self.assertRaises(pika.exceptions.AMQPConnectionError):
                    pika.BlockingConnection(pika.ConnectionParameters("localhost"))
    """)
    pytester.runpytest().assert_outcomes(passed=4)


def test_versions_and_markers_go_together_with_a_fixture_that_builds_on_ours(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.fixture
        def shop(fakeamqp_broker):
            return fakeamqp_broker

        @pytest.mark.fakeamqp(seed=7)
        def test_it(shop):
            print("is", shop.version, shop.seed)
    """)
    result = pytester.runpytest("-s", "-p", "no:randomly", "--fakeamqp-version", "4.0,3.10")
    result.stdout.fnmatch_lines(["*is 4.0 7*", "*is 3.10 7*"])


@pytest.mark.parametrize("marker", ["(seed=1)", "(version='3.9')", "(strict=True)"])
def test_whatever_becomes_of_a_test_pika_is_itself_again(pytester: pytest.Pytester, marker: str) -> None:
    pytester.makepyfile(f"""
        import pika
        import pytest
        from pika.adapters.select_connection import IOLoop
        from pika.adapters.utils.connection_workflow import AMQPConnector
        from pika.connection import Connection

        names = (AMQPConnector.start, Connection.__init__, IOLoop.__new__)

        @pytest.mark.fakeamqp{marker}
        def test_orders(fakeamqp_broker):
            assert AMQPConnector.start is not names[0]
            pika.BlockingConnection()

        def test_after_it():
            assert (AMQPConnector.start, Connection.__init__, IOLoop.__new__) == names
    """)
    # In a process of its own: a thread that another test left behind keeps pika patched here.
    outcomes = pytester.runpytest_subprocess("-p", "no:randomly").parseoutcomes()
    assert outcomes["passed"] == (1 if "3.9" in marker else 2)
    assert outcomes.get("errors", 0) == (0 if "seed" in marker else 1)


def test_a_strict_test_of_several_says_what_it_left_and_the_others_pass(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.parametrize("leaves", [False, True, False])
        def test_orders(fakeamqp_broker, leaves):
            if leaves:
                fakeamqp_broker.publish("", "nowhere")
    """)
    result = pytester.runpytest("-p", "no:randomly", "--fakeamqp-strict")
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(["ERROR *::test_orders[[]True[]]*"])
