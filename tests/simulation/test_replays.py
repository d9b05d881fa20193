"""A failing seed fails the same way every time: the trace is the same to the byte, whatever Python's hashes."""

from __future__ import annotations

import sys

from tests.simulation import replays


def test_a_failing_seed_leaves_the_same_trace_whatever_the_hashes() -> None:
    assert replays.outcome() == replays.outcome()
    assert replays.replayed(sys.executable, 1) == replays.replayed(sys.executable, 2)
