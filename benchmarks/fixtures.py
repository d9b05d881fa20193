"""What a test with the fixtures costs, what importing costs, and what the plugin costs those who do not use it.

    python -m benchmarks --only fixtures

Everything runs in processes of its own, in turns. A test: the processor's time from the first to the last of many
parametrized tests, as they find themselves, divided; so that starting pytest and what is imported at first use are not
in it, and what pytest does around a test is. Instructions of the same, which a noisy machine cannot disturb, are
counted by `python -m benchmarks.plugin_instructions`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.figures import MILLISECONDS, Figure, Settings
from benchmarks.plugin import ENVIRONMENT, ONE_TEST, seconds
from benchmarks.rounds import in_turns

MANY = 400
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
STARTS = 5


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
                "plugin unused": lambda: _shortest(lambda: seconds(folder, ONE_TEST)),
                "without the plugin": lambda: _shortest(lambda: seconds(folder, ONE_TEST, "-p", "no:fakeamqp")),
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
    """How long a Python takes that does this and ends."""
    return lambda: _shortest(lambda: _ended(code), STARTS)


def _ended(code: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, check=True)
    return time.perf_counter() - begun


def _shortest(run: Callable[[], float], times: int = 3) -> float:
    """Milliseconds of the shortest of some runs: what starts a process is disturbed upwards only."""
    return min(run() for _ in range(times)) * 1_000
