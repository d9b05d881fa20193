"""pytest-xdist: each of its processes has brokers of its own, in every way there is to have one."""

from __future__ import annotations

import pytest


def test_processes_share_nothing(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import pytest

        @pytest.fixture(scope="session")
        def shop(fakeamqp_broker_factory):
            return fakeamqp_broker_factory()
    """)
    pytester.makepyfile("""
        import fakeamqp
        import pytest

        @pytest.mark.parametrize("turn", range(6))
        def test_orders(fakeamqp_broker, fakeamqp_channel, shop, turn):
            assert fakeamqp_broker.snapshot().vhosts["/"].queues == {}
            fakeamqp_channel.queue_declare("orders")
            with fakeamqp.connect(shop) as connection:
                connection.channel().queue_declare(f"orders {turn}")
            shop.reset()
    """)
    options = ("-n", "2", "--fakeamqp-version", "3.10,4.0", "--fakeamqp-strict")
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=12)


def test_each_process_has_a_broker_from_its_start(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        shop="import pika\nchannel = pika.BlockingConnection().channel()\nchannel.queue_declare('orders')"
    )
    pytester.makeconftest("import shop")
    pytester.makeini("[pytest]\nfakeamqp_from_start = true\npythonpath = .\n")
    pytester.makepyfile("""
        import pytest
        import shop

        @pytest.mark.parametrize("turn", range(6))
        def test_orders(fakeamqp_broker, turn):
            shop.channel.basic_publish("", "orders", b"tea")
            assert fakeamqp_broker.queue("orders").ready == 1
    """)
    pytester.runpytest_subprocess("-n", "2").assert_outcomes(passed=6)
