"""pytest-randomly shuffles tests and seeds `random` before each; what a broker generates comes from its own seed."""

from __future__ import annotations

import pytest

import fakeamqp


@pytest.mark.parametrize("seed", ["1", "2"])
def test_names_depend_neither_on_the_order_nor_on_its_seed(pytester: pytest.Pytester, seed: str) -> None:
    with fakeamqp.connect(fakeamqp.Broker()) as connection:
        name = connection.channel().queue_declare("").method.queue
    pytester.makepyfile(f"""
        import pytest

        @pytest.mark.parametrize("turn", range(5))
        def test_orders(fakeamqp_channel, turn):
            assert fakeamqp_channel.queue_declare("").method.queue == {name!r}
    """)
    pytester.runpytest_subprocess("--randomly-seed", seed).assert_outcomes(passed=5)
