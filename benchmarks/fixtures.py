"""What a test with the fixtures costs, what importing costs, and what the plugin costs those who do not use it.

    python -m benchmarks --only fixtures

Everything runs in processes of its own, in turns, and is told in processor time, which other processes disturb less
(not on Windows). A test: from the first to the last of many parametrized tests, as they find themselves, divided; so
that starting pytest and what is imported at first use are not in it, and what pytest does around a test is.
Instructions of the same, which a noisy machine cannot disturb at all, are counted by `python -m
benchmarks.plugin_instructions`.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.figures import MILLISECONDS, Figure, Settings
from benchmarks.plugin import ENVIRONMENT, ONE_TEST, seconds
from benchmarks.rounds import in_turns

MANY = 300
TESTS = """
import pathlib, time
import pytest

BEGUN = []

@pytest.fixture
def nothing():
    yield

@pytest.mark.parametrize("number", range({many}))
def test_it(number{fixture}):
    BEGUN.append(time.process_time())
    if number == {many} - 1:
        pathlib.Path("taken").write_text(str((BEGUN[-1] - BEGUN[0]) / ({many} - 1)))
    {body}
"""
SMALL_TEST = """
    channel = fakeamqp_channel
    channel.queue_declare("jobs")
    channel.basic_publish("", "jobs", b"tea")
    method, properties, body = next(channel.consume("jobs"))
    channel.basic_ack(method.delivery_tag)
    assert body == b"tea"
"""
KINDS: dict[str, tuple[str, str]] = {
    "empty": ("", "pass"),
    "a fixture that does nothing": ("nothing", "pass"),
    "fakeamqp_broker": ("fakeamqp_broker", "pass"),
    "fakeamqp_channel": ("fakeamqp_channel", "pass"),
    "a whole small test": ("fakeamqp_channel", SMALL_TEST),
}
IMPORTS = {
    "nothing": "pass",
    "fakeamqp": "import fakeamqp",
    "fakeamqp and its Broker": "import fakeamqp; fakeamqp.Broker",
    "fakeamqp with pika": "import fakeamqp; fakeamqp.patch_pika",
    "pika": "import pika",
}
STARTS = 3


def measure(settings: Settings) -> Iterator[Figure]:
    """A test of each kind, an import of each, and pytest with the plugin and without."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if settings.wants("a test"):
            many = settings.count(MANY)
            kinds = {kind: _per_test(folder, many, *source) for kind, source in KINDS.items()}
            yield from in_turns(settings, "a test", MILLISECONDS, kinds)
        if settings.wants("pytest, one empty test"):
            seconds(folder, ONE_TEST)  # not counted: what is compiled at first
            runs: dict[str, Callable[[], float]] = {
                "plugin unused": lambda: _shortest(lambda: seconds(folder, ONE_TEST), 3),
                "without the plugin": lambda: _shortest(lambda: seconds(folder, ONE_TEST, "-p", "no:fakeamqp"), 3),
            }
            yield from in_turns(settings, "pytest, one empty test", MILLISECONDS, runs)
    if settings.wants("python -c import"):
        yield from in_turns(
            settings, "python -c import", MILLISECONDS, {what: _starting(IMPORTS[what]) for what in IMPORTS}
        )


def _per_test(folder: Path, many: int, fixture: str, body: str) -> Callable[[], float]:
    source = TESTS.format(many=many, fixture=fixture and f", {fixture}", body=body)

    def run() -> float:
        seconds(folder, source)
        return float((folder / "taken").read_text()) * 1_000

    return run


def _starting(code: str) -> Callable[[], float]:
    """What a Python takes that does this and ends."""

    def run() -> None:
        subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, check=True)

    return lambda: _shortest(run, STARTS)


def _shortest(run: Callable[[], object], times: int) -> float:
    """The least processor time of some runs' processes, in milliseconds: a start is disturbed upwards only."""
    return min(_of_children(run) for _ in range(times)) * 1_000


def _of_children(run: Callable[[], object]) -> float:
    """Seconds of processor time that the processes took which it starts and waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
