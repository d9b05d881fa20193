"""What a real broker did is kept, and compared with the fake of another day."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from .choices import Seeded
from .comparing import TOO_EARLY
from .generate import VERSION, generate
from .kept import Kept, compare_again, keep, main
from .stage import play
from .vhosts import FakeVhost


def kept(seed: int, version: str = "4.0", scale: int = 1) -> Kept:
    real = play(generate(Seeded(seed), 20).scaled(scale), FakeVhost(version))
    return Kept(version, VERSION, seed, 20, scale, real, None, None)


def test_what_agrees_is_counted_by_version(tmp_path: Path) -> None:
    for one in (kept(1), kept(2, scale=3), kept(3, "4.3")):
        keep(tmp_path / "run.gz", one)
    scores = compare_again([tmp_path / "run.gz"])
    assert {version: (score.programs, score.differing) for version, score in scores.items()} == {
        "4.0": (2, []),
        "4.3": (1, []),
    }
    assert scores["4.0"].compared == scores["4.0"].steps > 30


def test_what_differs_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = kept(1)
    one.real.observations[3]["call"] = "something else"
    keep(tmp_path / "run.gz", one)
    assert main([str(tmp_path / "run.gz")]) == 1
    assert "=== seed 1 on 4.0 differs ===" in capsys.readouterr().out


def test_what_was_asked_too_early_stays_listed(tmp_path: Path) -> None:
    keep(tmp_path / "run.gz", attrs.evolve(kept(1), why=TOO_EARLY.name, difference="a delivery came late"))
    score = compare_again([tmp_path / "run.gz"])["4.0"]
    assert (score.differing, score.early) == ([], [(1, "a delivery came late")])


def test_programs_of_another_generator_are_left_out(tmp_path: Path) -> None:
    keep(tmp_path / "run.gz", attrs.evolve(kept(1), generator=VERSION - 1))
    assert compare_again([tmp_path / "run.gz"]) == {}


def test_what_was_not_written_to_its_end_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "run.gz"
    for seed in (1, 2):
        keep(path, kept(seed))
    assert compare_again([path, path])["4.0"].programs == 2
    path.write_bytes(path.read_bytes()[:-100])
    assert compare_again([path])["4.0"].programs == 1
