"""Change the model in one place at a time, and see whether a test notices.

    pip install fakeamqp[mutation]
    python -m tests.mutation --mutants 200 --seed 1 --jobs 2 --keep mutants.jsonl

Each mutant meets the tests of its own file, those of the model, the recordings of real brokers, and the floors above,
until one fails; with `--kit`, the tests of the Hypothesis kit alone. What came of it is kept in a file; broken off, the
same command goes on where it stopped. Survivors
that `equivalent.py` knows change nothing that can be seen; the others are listed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from tests.mutation.equivalent import reason
from tests.mutation.mutants import Mutant, draw
from tests.mutation.trial import Tree


def main() -> int:
    """Run the mutants that the file does not know yet, then print what came of all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mutants", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="how many run side by side")
    parser.add_argument("--keep", type=Path, default=Path("mutants.jsonl"), help="the file of outcomes")
    parser.add_argument("--survivors", action="store_true", help="run those again that survived")
    parser.add_argument("--kit", action="store_true", help="play the tests of the Hypothesis kit alone (tests/kit)")
    options = parser.parse_args()
    known = _read(options.keep)
    drawn = list(draw(options.mutants, options.seed))
    missing = [
        mutant
        for mutant in drawn
        if _key(mutant) not in known or (options.survivors and known[_key(mutant)]["killed_by"] is None)
    ]
    _run(missing, options.jobs, options.keep, kit=options.kit)
    return _report(drawn, _read(options.keep))


def _key(mutant: Mutant) -> tuple[str, str]:
    return mutant.module, mutant.diff


def _read(path: Path) -> dict[tuple[str, str], dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {(row["module"], row["diff"]): row for row in map(json.loads, lines)}


def _run(mutants: list[Mutant], jobs: int, keep: Path, *, kit: bool) -> None:
    tests_for = _kit_tests() if kit and mutants else None
    with _trees(min(jobs, len(mutants)), tests_for) as trees, ThreadPoolExecutor(jobs) as pool, keep.open("a") as file:

        def run(mutant: Mutant) -> None:
            tree = trees.get()
            try:
                outcome = tree.run(mutant)
            finally:
                trees.put(tree)
            row = {"module": mutant.module, "diff": mutant.diff, "operator": mutant.operator}
            file.write(json.dumps({**row, "killed_by": outcome.killed_by}) + "\n")
            file.flush()
            print(f"{mutant.module}: {outcome.killed_by or 'SURVIVED ' + mutant.change}", flush=True)

        list(pool.map(run, mutants))


def _kit_tests() -> Callable[[Mutant], list[str]]:
    from tests.mutation.covering import Covering

    return Covering().tests_for


@contextmanager
def _trees(count: int, kit: Callable[[Mutant], list[str]] | None) -> Iterator[SimpleQueue[Tree]]:
    trees: SimpleQueue[Tree] = SimpleQueue()
    made = [Tree(kit=kit) for _ in range(count)]
    try:
        for tree in made:
            trees.put(tree)
        yield trees
    finally:
        for tree in made:
            tree.close()


def _report(drawn: list[Mutant], known: dict[tuple[str, str], dict[str, Any]]) -> int:
    survivors = [mutant for mutant in drawn if known[_key(mutant)]["killed_by"] is None]
    unseen = [mutant for mutant in survivors if reason(mutant) is not None]
    open_ones = [mutant for mutant in survivors if reason(mutant) is None]
    changing = len(drawn) - len(unseen)
    killed = len(drawn) - len(survivors)
    print(f"{len(drawn)} mutants, {len(unseen)} change nothing that can be seen; of {changing}, {killed} are killed: ")
    print(f"{killed / changing:.1%}")
    for mutant in unseen:
        print(f"\n{mutant.module}: {reason(mutant)}\n{mutant.diff}")
    for mutant in open_ones:
        print(f"\n{mutant.module}: SURVIVED\n{mutant.diff}")
    return 1 if open_ones else 0


if __name__ == "__main__":
    sys.exit(main())
