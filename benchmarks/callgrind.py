"""Counts the processor's instructions in parts of a program, under valgrind.

The program calls `mark` where a part begins and where it ends: a call of `os.getpgid`, a function of the C library that
nothing else calls, before which callgrind writes down what it has counted since the last one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def mark() -> None:
    """A part begins or ends."""
    os.getpgid(0)


def is_there() -> bool:
    """True if valgrind is installed."""
    return shutil.which("valgrind") is not None


def count(arguments: Sequence[str], parts: int, profile: Path) -> list[int]:
    """How many instructions this Python, given these arguments, takes for each of so many parts.

    profile: where callgrind's profiles are left, with `.1`, `.2`, … behind the name. Ends the program with an error if
    the other does not run to its end.
    """
    valgrind = ["valgrind", "--tool=callgrind", "--dump-before=getpgid", f"--callgrind-out-file={profile}"]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    ran = subprocess.run([*valgrind, sys.executable, *arguments], env=environment, capture_output=True, text=True)
    if ran.returncode:
        sys.exit(f"counting {' '.join(arguments)} failed:\n{ran.stderr}")
    # The even profiles end with a part; the odd ones are what lies between two.
    return [_total(Path(f"{profile}.{2 * number + 2}")) for number in range(parts)]


def _total(profile: Path) -> int:
    found = re.search(r"^totals: (\d+)", profile.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        sys.exit(f"callgrind counted nothing in {profile}")
    return int(found[1])
