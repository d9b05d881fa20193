"""pytest-timeout measures real time: virtual days do not run into it, whichever method it uses."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("method", ["signal", "thread"])
def test_a_day_of_virtual_time_takes_no_time(pytester: pytest.Pytester, method: str) -> None:
    pytester.makepyfile("""
        def test_a_day(fakeamqp_broker, fakeamqp_connection):
            fakeamqp_connection.sleep(24 * 3600)
            assert fakeamqp_broker.clock.now() == 24 * 3600

        def test_that_runs_dry(fakeamqp_channel):
            fakeamqp_channel.queue_declare("orders")
            fakeamqp_channel.basic_consume("orders", print)
            fakeamqp_channel.start_consuming()
    """)
    result = pytester.runpytest_subprocess("--timeout=20", f"--timeout-method={method}")
    result.assert_outcomes(passed=2)
