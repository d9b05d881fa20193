"""`--fakeamqp-summary`: what went through the brokers of a run."""

from __future__ import annotations

import pytest

TESTS = """
    import pytest

    @pytest.mark.parametrize("number", range(4))
    def test_it(fakeamqp_broker, number):
        fakeamqp_broker.publish("", "nobody", b"one")
        fakeamqp_broker.clock.advance(1800)

    def test_without():
        pass
"""
LINE = "4 tests had a broker: 4 messages in 2.0 hours of virtual time"


@pytest.mark.parametrize("options", [[], ["-n", "2"]])
def test_it_is_said_at_the_end_for_all_workers_together(pytester: pytest.Pytester, options: list[str]) -> None:
    pytester.makepyfile(TESTS)
    pytester.runpytest("--fakeamqp-summary", *options).stdout.fnmatch_lines(["-* fakeamqp -*", LINE])


def test_it_can_be_set_in_the_ini_file_and_is_quiet_otherwise(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    pytester.runpytest().stdout.no_fnmatch_line("*had a broker*")
    pytester.makeini("[pytest]\nfakeamqp_summary = true\n")
    pytester.runpytest().stdout.fnmatch_lines([LINE])
    pytester.runpytest("-k", "without").stdout.no_fnmatch_line("*had a broker*")
