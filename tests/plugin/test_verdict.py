"""The verdict: swallowed errors fail a test in any mode, what it left undone in strict mode alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

import fakeamqp
from conftest_plugin.verdict import Verdict

FAILED = pytest.fail.Exception
ANY_MODE = pytest.mark.parametrize("allow", [None, ()], ids=["not strict", "strict"])


class Test:
    """A test that is going on, as pytest's request for it shows it."""

    __test__ = False

    def __init__(self) -> None:
        self.session = SimpleNamespace(testsfailed=0)
        self.node = SimpleNamespace(name="test_orders")

    def verdict(self, broker: fakeamqp.Broker, allow: tuple[str, ...] | None) -> Verdict:
        request: Any = self
        return Verdict(request, broker, allow)


@pytest.fixture
def broker() -> fakeamqp.Broker:
    return fakeamqp.Broker(trace="all")


def leave_something_undone(broker: fakeamqp.Broker) -> None:
    broker.publish("amq.fanout", "", b"news")


def swallow(broker: fakeamqp.Broker) -> None:
    """Run into a wait that cannot end, and say nothing of it."""
    channel = fakeamqp.connect(broker).channel()
    channel.queue_declare("answers")
    try:
        next(channel.consume("answers"))
    except fakeamqp.WouldBlockForever:
        channel.connection.close()


@ANY_MODE
def test_of_a_test_that_left_nothing_there_is_nothing_to_tell(broker: fakeamqp.Broker, allow: Any) -> None:
    verdict = Test().verdict(broker, allow)
    fakeamqp.connect(broker).close()
    verdict.look()
    verdict.tell()


def test_what_was_left_undone_is_told_in_strict_mode(broker: fakeamqp.Broker) -> None:
    verdict = Test().verdict(broker, ())
    leave_something_undone(broker)
    verdict.look()
    with pytest.raises(FAILED) as failed:
        verdict.tell()
    first, finding, place, advice = str(failed.value).splitlines()
    assert first == "the test left something undone (fakeamqp's strict mode):"
    assert finding.startswith("  unroutable: ")
    assert place.startswith(f"      at {__file__}:"), "strict mode knows the line"
    assert advice == 'If that is meant: @pytest.mark.fakeamqp(allow="unroutable").'


def test_without_strict_mode_it_is_not_told_and_no_place_is_looked_for(broker: fakeamqp.Broker) -> None:
    verdict = Test().verdict(broker, None)
    leave_something_undone(broker)
    verdict.look()
    verdict.tell()
    assert [step.place for step in broker.trace] == [None]


def test_what_is_allowed_by_name_is_not_told(broker: fakeamqp.Broker) -> None:
    verdict = Test().verdict(broker, ("unroutable",))
    leave_something_undone(broker)
    fakeamqp.connect(broker)
    verdict.look()
    with pytest.raises(FAILED) as failed:
        verdict.tell()
    assert "unroutable" not in str(failed.value)
    assert 'allow="open connections"' in str(failed.value)


@ANY_MODE
def test_a_swallowed_error_is_told_in_any_mode_in_its_own_words(broker: fakeamqp.Broker, allow: Any) -> None:
    verdict = Test().verdict(broker, allow)
    swallow(broker)
    verdict.look()
    with pytest.raises(FAILED) as failed:
        verdict.tell()
    (error,) = broker.scheduler.raised
    assert f"\n  WouldBlockForever: {error}\n" in str(failed.value)


def test_a_swallowed_error_is_told_before_what_was_left_undone(broker: fakeamqp.Broker) -> None:
    verdict = Test().verdict(broker, ())
    swallow(broker)
    leave_something_undone(broker)
    verdict.look()
    with pytest.raises(FAILED, match="caught and dropped"):
        verdict.tell()


@ANY_MODE
def test_what_happens_when_the_test_is_over_is_not_its_fault(broker: fakeamqp.Broker, allow: Any) -> None:
    verdict = Test().verdict(broker, allow)
    verdict.look()
    leave_something_undone(broker)
    swallow(broker)
    verdict.tell()


def test_of_a_test_that_has_failed_only_a_swallowed_error_is_told(broker: fakeamqp.Broker) -> None:
    test = Test()
    test.session.testsfailed = 3  # other tests, before this one
    verdict = test.verdict(broker, ())
    leave_something_undone(broker)
    test.session.testsfailed += 1
    verdict.look()
    verdict.tell()
    swallow(broker)
    verdict.look()
    with pytest.raises(FAILED, match="caught and dropped"):
        verdict.tell()


def test_failures_of_other_tests_do_not_hide_anything(broker: fakeamqp.Broker) -> None:
    test = Test()
    test.session.testsfailed = 3
    verdict = test.verdict(broker, ())
    leave_something_undone(broker)
    verdict.look()
    with pytest.raises(FAILED, match="left something undone"):
        verdict.tell()


BREAKS_A_LAW = """
    import pytest
    from fakeamqp.model.queues.store import PositionStore

    @pytest.fixture
    def doubled(monkeypatch):
        monkeypatch.setattr(PositionStore, "pop", lambda store: store._fresh[0])

    {marker}
    def test_doubled(fakeamqp_broker, fakeamqp_channel, doubled):
        fakeamqp_channel.queue_declare("q")
        fakeamqp_broker.publish("", "q", "a")
        assert [fakeamqp_channel.basic_get("q")[2] for _ in range(2)] == [b"a", b"a"]
"""


def test_a_law_that_fakeamqp_has_broken_is_told(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(BREAKS_A_LAW.format(marker=""))
    result = pytester.runpytest()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "fakeamqp has broken a law of its own; this is an error in it, not in the test:",
            "conservation: 'q' delivered copy 1 to basic.get on (1, 1), which is not ready",
            "the last steps:",
            "  0 s  Get(channel=(1, 1), queue='q', no_ack=False): GetOk(channel=(1, 1), delivery_tag=2, *",
            "Please report it. @pytest.mark.fakeamqp(laws=False) lets the test pass.",
        ]
    )


@pytest.mark.parametrize("off", ["option", "ini setting", "marker"])
def test_laws_are_looked_at_unless_somebody_says_no(pytester: pytest.Pytester, off: str) -> None:
    marker = "@pytest.mark.fakeamqp(laws=False)" if off == "marker" else ""
    pytester.makepyfile(BREAKS_A_LAW.format(marker=marker))
    if off == "ini setting":
        pytester.makeini("[pytest]\nfakeamqp_laws = false")
    options = ["--fakeamqp-no-laws"] if off == "option" else []
    pytester.runpytest(*options).assert_outcomes(passed=1)


def test_a_run_with_one_broker_looks_after_each_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(BREAKS_A_LAW.format(marker=""))
    pytester.makeini("[pytest]\nfakeamqp_from_start = true")
    pytester.runpytest_subprocess().assert_outcomes(passed=1, errors=1)
