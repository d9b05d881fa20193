"""Let a fuzzer that looks at coverage talk nonsense to a listener (https://pypi.org/project/atheris).

    pip install fakeamqp[fuzz]
    python -m tests.fuzzing --minutes 30 [--corpus FOLDER] [--seed 1]

Ends with the first input that lets an error out, breaks a law or takes longer than ten seconds, and says which; else
with how many were tried. The corpus is kept, and gone on from.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["fakeamqp"]):
    from tests.fuzzing.nonsense import play


LONGEST = 2048
"""Bytes of an input: enough for a client that talks on and on."""


class Provided:
    """Choices that the fuzzer makes."""

    def __init__(self, data: bytes) -> None:
        self._provider: Any = atheris.FuzzedDataProvider(data)

    def number(self, low: int, high: int) -> int:
        made: int = self._provider.ConsumeIntInRange(low, high)
        return made

    def octets(self, most: int) -> bytes:
        made: bytes = self._provider.ConsumeBytes(self.number(0, most))
        return made


def _begin(corpus: Path, seed: int) -> None:
    """A corpus to begin with, if there is none: inputs long enough for many steps."""
    if not any(corpus.iterdir()):
        chance = random.Random(seed)
        for number in range(100):
            (corpus / f"begin-{number}").write_bytes(chance.randbytes(LONGEST))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"), help="a folder for the inputs worth keeping")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.corpus.mkdir(parents=True, exist_ok=True)
    _begin(options.corpus, options.seed)
    limits = [f"-max_total_time={int(options.minutes * 60)}", "-timeout=10", f"-max_len={LONGEST}", "-len_control=0"]
    told = [f"-seed={options.seed}", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *limits, *told, str(options.corpus)], lambda data: play(Provided(data)))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
