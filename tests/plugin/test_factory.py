"""Brokers that live longer than a test."""

from __future__ import annotations

import pytest

_CONFTEST = """
    import pytest

    @pytest.fixture(scope="session")
    def shop(fakeamqp_broker_factory):
        return fakeamqp_broker_factory.patched(vhosts=["shop"])

    @pytest.fixture(autouse=True)
    def _begin_anew(shop):
        yield
        shop.reset()
"""


def test_one_broker_serves_a_session_and_is_new_for_each_test(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(_CONFTEST)
    pytester.makepyfile("""
        import pika
        import pytest

        seen = set()

        @pytest.mark.parametrize("turn", range(3))
        def test_orders(shop, turn):
            seen.add(id(shop))
            assert len(seen) == 1
            assert shop.snapshot().vhosts["shop"].queues == {}
            assert (shop.connections, shop.clock.now()) == (0, 0)
            connection = pika.BlockingConnection(shop.parameters())
            connection.channel().queue_declare("orders")
            connection.sleep(60)
    """)
    pytester.runpytest("-W", "error").assert_outcomes(passed=3)


def test_a_broker_of_a_tests_own_comes_before_it(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(_CONFTEST)
    pytester.makepyfile("""
        import pika

        def test_its_own(shop, fakeamqp_broker):
            pika.BlockingConnection().channel().queue_declare("orders")
            assert fakeamqp_broker.queue("orders").ready == 0
            assert shop.connections == 0
    """)
    pytester.runpytest().assert_outcomes(passed=1)


def test_it_makes_brokers_with_the_settings_of_the_run(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import fakeamqp
        import pika

        def test_it(fakeamqp_broker_factory):
            one, other = fakeamqp_broker_factory(), fakeamqp_broker_factory(version="4.0")
            assert (one.version, one.seed, other.version, other.seed) == ("3.10", 7, "4.0", 7)
            fakeamqp.connect(one).channel().queue_declare("orders")
            assert one.connections == 1
            assert other.connections == 0
    """)
    pytester.runpytest("--fakeamqp-version=3.10", "--fakeamqp-seed=7").assert_outcomes(passed=1)


def test_its_brokers_are_closed_when_the_session_ends(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import pytest
        brokers = []

        @pytest.fixture(scope="session", autouse=True)
        def broker(fakeamqp_broker_factory):
            brokers.append(fakeamqp_broker_factory())

        def pytest_unconfigure():
            print("listens:", brokers[0].accepts("localhost", 5672))
    """)
    pytester.makepyfile("def test_it(): pass")
    pytester.runpytest("-s").stdout.fnmatch_lines(["listens: False"])
