"""One mutant against the tests: those nearest to it first, until one fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs

from tests.mutation.mutants import ROOT, Mutant

_COPIED = ("fakeamqp", "conftest_plugin", "tests", "examples", "docs", "README.md", "setup.cfg", "pyproject.toml")
_FAR = ("tests/session", "tests/world", "tests/adapters", "tests/properties", "tests/strategies", "tests/views")
# Real seconds for one step; what takes longer never ends. Those near the mutant take a moment, the others minutes.
_LONGEST_NEAR_S, _LONGEST_S = 120, 900
_LONGEST_KIT_S = 1800  # `watching` sees before that what never ends
WATCHING = "tests.mutation.watching"

# Tests of the project's form would find every change, and random tests shall not find them by luck.
_ARGUMENTS = ("-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--no-header", "--tb=no")


@attrs.frozen
class Outcome:
    """killed_by: the test that failed; None if the mutant survived them all."""

    killed_by: str | None


class Tree:
    """A copy of the project, to be changed.

    kit: None, or which tests of the Hypothesis kit, which know no recordings, are played on a mutant, and no others.
    """

    def __init__(self, *, kit: Callable[[Mutant], list[str]] | None = None) -> None:
        self._kit = kit
        self._folder = tempfile.TemporaryDirectory(prefix="mutants-")
        self.path = Path(self._folder.name)
        for name in _COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, self.path / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, self.path / name)

    def close(self) -> None:
        """Remove it."""
        self._folder.cleanup()

    def run(self, mutant: Mutant) -> Outcome:
        """Play the tests on a mutant."""
        path = self.path / mutant.module
        original = path.read_text(encoding="utf-8")
        path.write_text(mutant.code, encoding="utf-8")
        try:
            for longest, tests in self._steps(mutant):
                failed = self._failed(tests, longest)
                if failed is not None:
                    return Outcome(failed)
            return Outcome(None)
        finally:
            path.write_text(original, encoding="utf-8")

    def _steps(self, mutant: Mutant) -> Iterator[tuple[int, list[str]]]:
        """The tests to run, one step after the other, and how long each may take."""
        if self._kit is not None:
            tests = self._kit(mutant)
            if tests:
                yield _LONGEST_KIT_S, tests
            return
        inside = Path(mutant.module).relative_to("fakeamqp")
        own = Path("tests") / inside.with_name(f"test_{inside.name}")
        if (self.path / own).exists():
            yield _LONGEST_NEAR_S, [str(own)]
        yield _LONGEST_S // 3, ["tests/model"]
        yield _LONGEST_S, ["tests/conformance/test_conformance.py"]
        yield _LONGEST_S, list(_FAR)

    def _failed(self, tests: list[str], longest: int) -> str | None:
        # That Python warns of what a mutant looks like (`is` with a constant) is nothing that a test notices.
        watching = [] if self._kit is None else ["-p", WATCHING, "-W", "ignore::SyntaxWarning"]
        command = [sys.executable, "-m", "pytest", *_ARGUMENTS, *watching, *tests]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"}
        try:
            done = subprocess.run(
                command, cwd=self.path, env=environment, capture_output=True, text=True, timeout=longest
            )
        except subprocess.TimeoutExpired:
            return f"{' '.join(tests[:3])}: without end"
        if done.returncode == 0:
            return None
        # A mutant that breaks the import of conftest.py ends pytest in the same way.
        unknown = done.returncode == 4 and "not found: " in done.stderr and "conftest" not in done.stderr
        assert not unknown, f"pytest does not know these tests: {tests}"
        named = [
            line.split()[1] for line in done.stdout.splitlines() if line.startswith(("FAILED tests", "ERROR tests"))
        ]
        return named[0] if named else f"{' '.join(tests[:3])}: broken off"
