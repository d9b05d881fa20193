"""What a real broker did, kept in files, so that it can be compared again when the fake has changed.

python -m tests.differential.kept FILE [FILE …]
"""

from __future__ import annotations

import gzip
import logging
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs

from .choices import Seeded
from .comparing import TOO_EARLY, compare
from .generate import VERSION, generate
from .score import Score
from .stage import Played, play
from .vhosts import FakeVhost


@attrs.frozen
class Kept:
    """A program as a real broker played it.

    generator: its version. length: steps it was asked for; scale: by how much the times were stretched.
    why: the row of the table for which it was played again; None if it was not. difference: the first, if it differed.
    """

    version: str
    generator: int
    seed: int
    length: int
    scale: int
    real: Played
    why: str | None
    difference: str | None


def keep(path: Path, one: Kept) -> None:
    """Add it to a file."""
    whole = gzip.compress(pickle.dumps(one))  # written at once, so that none is there in part if a run is broken off
    with path.open("ab") as file:
        file.write(whole)


def read(path: Path) -> Iterator[Kept]:
    """All that is in a file, as far as it was written."""
    with gzip.open(path, "rb") as file:
        while True:
            try:
                one = pickle.load(file)
            except EOFError:
                return
            if one.generator == VERSION:
                yield one


def compare_with(one: Kept, score: Score) -> str | None:
    """Compare it with the fake as it is now, and count it if they agree; the difference if not."""
    program = generate(Seeded(one.seed), one.length)
    verdict = compare(one.real, play(program.scaled(one.scale), FakeVhost(one.version)))
    if verdict.difference is None:
        score.count(one.seed, one.real, verdict)
        if one.why is not None:
            score.needed[one.why] += 1
        if one.why == TOO_EARLY.name:
            score.early.append((one.seed, one.difference or ""))
    return verdict.difference


def compare_again(paths: list[Path]) -> dict[str, Score]:
    """The scores by version. Of one seed the last counts."""
    last = {(one.version, one.length, one.seed): place for place, one in enumerate(_all(paths))}
    scores: dict[str, Score] = {}
    for place, one in enumerate(_all(paths)):
        if last[one.version, one.length, one.seed] != place:
            continue
        score = scores.setdefault(one.version, Score())
        difference = compare_with(one, score)
        if difference:
            score.differing.append(one.seed)
            print(f"\n=== seed {one.seed} on {one.version} differs ===\n{difference}\n", flush=True)
    return scores


def _all(paths: list[Path]) -> Iterator[Kept]:
    return (one for path in paths for one in read(path))


def main(arguments: list[str]) -> int:
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    scores = compare_again([Path(name) for name in arguments])
    for version, score in scores.items():
        print(f"as recorded from {version}, generator {VERSION}:")
        score.tell()
    return 1 if any(score.differing for score in scores.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
