"""The counts of a run, and how they are printed."""

from __future__ import annotations

import pytest

from .comparing import COUNTS, KINDS, TABLE, Verdict
from .score import Score
from .stage import Played
from .steps import Step


def played(calls: int, hidden_counts: int = 0) -> Played:
    ends = tuple((place + 1, place + 1) for place in range(calls))
    return Played([], (Step("ch1", "flow"),) * calls, ends, {}, None, (0.0,), 0, 0, hidden_counts)


def test_calls_count_up_to_where_the_comparison_ended() -> None:
    score = Score()
    score.count(1, played(40), Verdict(None, 40))
    score.count(2, played(20, hidden_counts=5), Verdict(None, 7, (KINDS.name,)))
    score.count(3, played(30), Verdict("different", 10))
    assert score.told == ("3 programs, 2 of 30 calls or more; 90 calls made, 57 compared; 1 programs differ [3]")
    assert (score.needed[KINDS.name], score.needed[COUNTS.name]) == (1, 5)


def test_every_row_of_the_table_is_printed_with_its_count(capsys: pytest.CaptureFixture[str]) -> None:
    score = Score(early=[(9, "a delivery came late")])
    score.count(1, played(3), Verdict(None, 3, (KINDS.name,)))
    score.tell()
    told = " ".join(capsys.readouterr().out.split())
    for row in TABLE:
        assert f"{int(row is KINDS)} x {row.name}: {row.reason}" in told
    assert "seed 9 differed, but not with more time: a delivery came late" in told
