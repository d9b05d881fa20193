"""The check of benchmarks/ceilings.py: what trips it, and what does not. Nothing is counted here."""

import pytest

from benchmarks.ceilings import Count, Counts, advice, broken, load, save

HERE = {"python": "3.11.7", "pika": "1.4.4"}
ELSEWHERE = {"python": "3.13.1", "pika": "1.3.2"}
RECORDED = Counts(HERE, {"publish": Count(100_000, 50_000)})


def counted(fake: int, floor: int = 50_000, build: dict[str, str] = HERE) -> Counts:
    return Counts(build, {"publish": Count(fake, floor)})


@pytest.mark.parametrize("fake", [105_000, 110_000])
def test_five_percent_more_instructions_are_too_many(fake):
    [line] = broken(RECORDED, counted(fake))
    assert line.startswith(f"publish: {fake:,} instructions, {fake // 1_000 - 100}.0% more than the 100,000 recorded")


@pytest.mark.parametrize("fake", [50_000, 100_000, 103_000])
def test_fewer_and_a_few_more_are_not(fake):
    assert broken(RECORDED, counted(fake)) == []


def test_a_floor_that_sinks_breaks_no_ceiling_on_the_build_that_was_recorded():
    """What becomes cheaper in the link and the loop does so for both."""
    assert broken(RECORDED, counted(95_000, floor=40_000)) == []


def test_on_another_build_the_ratio_to_the_floor_decides():
    assert broken(RECORDED, counted(200_000, floor=100_000, build=ELSEWHERE)) == []
    [line] = broken(RECORDED, counted(220_000, floor=100_000, build=ELSEWHERE))
    assert line.startswith("publish: 2.20 times the floor, 10.0% more than the 2.00 recorded on another build")


def test_an_operation_without_a_ceiling_is_told():
    assert broken(Counts(HERE, {}), counted(1)) == ["publish: nothing is recorded of it"]


def test_what_is_not_counted_this_time_is_not_looked_at():
    assert broken(RECORDED, Counts(HERE, {})) == []


def test_who_trips_it_is_told_how_to_find_the_cause_and_how_to_record_anew():
    told = advice(
        broken(Counts(HERE, {"bare model: publish": Count(1, 1)}), Counts(HERE, {"bare model: publish": Count(9, 1)}))
    )
    assert "--only 'bare model: publish' --profiles" in told
    assert "--record" in told


def test_counts_are_read_as_they_were_recorded(tmp_path):
    save(RECORDED, tmp_path / "ceilings.json")
    assert load(tmp_path / "ceilings.json") == RECORDED


def test_what_is_recorded_is_below_its_own_ceilings():
    assert broken(load(), load()) == []
