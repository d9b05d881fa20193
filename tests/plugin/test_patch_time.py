"""`patch_time` asked for by a marker or the ini file."""

from __future__ import annotations

import time
from datetime import datetime

SLEEPS = """
import time
from datetime import datetime, timezone
import pika, pytest

{marker}
def test_it(fakeamqp_broker):
    end = time.time() + 3600
    connection = pika.BlockingConnection()
    while time.time() < end:
        connection.process_data_events(0)
        time.sleep(10)
    assert fakeamqp_broker.clock.now() == 3600
    assert datetime.now(timezone.utc) == fakeamqp_broker.clock.today()
"""


def test_a_marker_patches_time_for_its_test(pytester):
    pytester.makepyfile(SLEEPS.format(marker="@pytest.mark.fakeamqp(patch_time=True)"))
    pytester.runpytest("-W", "error").assert_outcomes(passed=1)
    assert time.time.__module__ == "time"
    assert datetime.now().year > 2024


def test_the_ini_setting_patches_time_for_all(pytester):
    pytester.makeini("[pytest]\nfakeamqp_patch_time = true")
    pytester.makepyfile(SLEEPS.format(marker=""))
    pytester.runpytest("-W", "error").assert_outcomes(passed=1)


def test_a_marker_excepts_its_test(pytester):
    pytester.makeini("[pytest]\nfakeamqp_patch_time = true")
    pytester.makepyfile(
        """
        import time, pytest

        @pytest.mark.fakeamqp(patch_time=False)
        def test_it(fakeamqp_broker):
            time.sleep(0.001)
            assert fakeamqp_broker.clock.now() == 0
        """
    )
    pytester.runpytest("-W", "error").assert_outcomes(passed=1)


def test_it_goes_with_strict_mode_and_a_broker_of_the_whole_run(pytester):
    pytester.makeini("[pytest]\nfakeamqp_from_start = true")
    pytester.makepyfile(
        """
        import time, pytest

        @pytest.mark.fakeamqp(patch_time=True, strict=True)
        def test_it(fakeamqp_broker):
            began = fakeamqp_broker.clock.now()
            time.sleep(60)
            assert fakeamqp_broker.clock.now() - began == 60
        """
    )
    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=1)


def test_pytest_measures_in_the_machine_s_time(pytester):
    pytester.makepyfile(SLEEPS.format(marker="@pytest.mark.fakeamqp(patch_time=True)"))
    result = pytester.inline_run()
    calls = [report for report in result.getreports("pytest_runtest_logreport") if report.when == "call"]
    assert all(report.duration < 60 for report in calls)


def test_a_test_that_lost_the_fixture_s_connection_ends_well(pytester):
    pytester.makepyfile(
        """
        import time, pytest

        @pytest.mark.fakeamqp(patch_time=True)
        def test_it(fakeamqp_channel):
            time.sleep(3600)
        """
    )
    pytester.runpytest("-W", "error").assert_outcomes(passed=1)
