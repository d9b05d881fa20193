"""Strict mode in pytest: by marker, option and ini setting; what it says, and what each name lets pass."""

from __future__ import annotations

import pytest

_LEAVES = """
    import pika
    import pytest

    def connect():
        return pika.BlockingConnection()

    {marker}
    def test_orders(fakeamqp_broker, fakeamqp_channel):
        fakeamqp_channel.queue_declare("orders")
        fakeamqp_channel.basic_publish("", "orders", b"tea")
        fakeamqp_channel.basic_get("orders")
        connect()
"""


def test_without_it_a_test_may_leave_what_it_likes(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(_LEAVES.format(marker=""))
    pytester.runpytest().assert_outcomes(passed=1)


def test_what_was_left_is_told_with_queue_message_connection_and_line(pytester: pytest.Pytester) -> None:
    file = pytester.makepyfile(test_shop=_LEAVES.format(marker="@pytest.mark.fakeamqp(strict=True)"))
    result = pytester.runpytest()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "the test left something undone (fakeamqp's strict mode):",
            "  unacked: message b'tea' from queue 'orders', delivered to basic.get on channel 1 of connection 1 with *",
            f"      at {file}:11",
            "  open connections: connection 2 to vhost '/'",
            f"      at {file}:5",
            'If that is meant: @pytest.mark.fakeamqp(allow="unacked, open connections").',
        ],
        consecutive=True,
    )


@pytest.mark.parametrize("allow", ["'unacked, open connections'", "['unacked', 'open connections']"])
def test_what_is_allowed_passes(pytester: pytest.Pytester, allow: str) -> None:
    pytester.makepyfile(_LEAVES.format(marker=f"@pytest.mark.fakeamqp(strict=True, allow={allow})"))
    pytester.runpytest().assert_outcomes(passed=1)


def test_it_can_be_asked_for_on_the_command_line(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(_LEAVES.format(marker=""))
    pytester.runpytest("--fakeamqp-strict").assert_outcomes(passed=1, errors=1)
    pytester.runpytest("--fakeamqp-strict", "--fakeamqp-allow=unacked,open connections").assert_outcomes(passed=1)


def test_it_can_be_asked_for_in_the_ini_file(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(_LEAVES.format(marker=""))
    pytester.makeini("[pytest]\nfakeamqp_strict = true\nfakeamqp_allow = unacked\n")
    result = pytester.runpytest()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(['*allow="open connections"*'])


def test_a_marker_switches_it_off(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(_LEAVES.format(marker="@pytest.mark.fakeamqp(strict=False)"))
    pytester.runpytest("--fakeamqp-strict").assert_outcomes(passed=1)


def test_a_test_that_fails_is_not_told_what_it_left(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(_LEAVES.format(marker="@pytest.mark.fakeamqp(strict=True)") + "        assert False\n")
    pytester.runpytest().assert_outcomes(failed=1)


def test_the_fixtures_leave_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        def test_it(fakeamqp_broker, fakeamqp_channel):
            fakeamqp_channel.queue_declare("orders")
            fakeamqp_channel.basic_publish("", "orders", b"tea")
            method, _, _ = fakeamqp_channel.basic_get("orders")
            fakeamqp_channel.basic_ack(method.delivery_tag)
    """)
    pytester.runpytest("--fakeamqp-strict").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("marker", "told"),
    [
        (
            "strict=True, allow='acked'",
            "strict mode has nothing named 'acked' to allow; it looks for unacked, returned,",
        ),
        ("strict=True, trace=None", "strict mode reads the trace: it cannot be had with trace=None"),
    ],
)
def test_what_makes_no_sense_is_told(pytester: pytest.Pytester, marker: str, told: str) -> None:
    pytester.makepyfile(_LEAVES.format(marker=f"@pytest.mark.fakeamqp({marker})"))
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    assert told in result.stdout.str()
