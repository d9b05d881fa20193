"""Which tests of the kit carry out which lines of the model: no other test can notice a change there."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from coverage import Coverage, CoverageData

from tests.mutation.mutants import ROOT, Mutant

TESTS = "tests/kit"
_LAST = "test_machine"  # takes longest
_DRAWING = tuple(
    file.stem for file in sorted((ROOT / TESTS).glob("test_*.py")) if "hypothesis" in file.read_text("utf-8")
)


class Covering:
    """Made by playing the tests once."""

    def __init__(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            data, config = Path(folder, "data"), Path(folder, "config")
            config.write_text(
                f"[run]\nsource = fakeamqp.model\ndynamic_context = test_function\ndata_file = {data}\n",
                encoding="utf-8",
            )
            command = [sys.executable, "-m", "coverage", "run", f"--rcfile={config}", "-m", "pytest", "-q", "-x"]
            subprocess.run([*command, "-p", "no:randomly", "-p", "no:cacheprovider", TESTS], cwd=ROOT, check=True)
            self._data: CoverageData = Coverage(data_file=str(data), config_file=str(config)).get_data()
            self._data.read()
            self._contexts = {
                Path(file).relative_to(ROOT).as_posix(): self._data.contexts_by_lineno(file)
                for file in self._data.measured_files()
            }
            self._every = {each for lines in self._contexts.values() for found in lines.values() for each in found}

    def tests_for(self, mutant: Mutant) -> list[str]:
        """The tests to play on a mutant, those first that take least; none if nothing carries out what it changes.

        What is carried out as the module is imported may be noticed by any.
        """
        lines = self._contexts.get(mutant.module, {})
        found = {each for line in _lines_of(mutant) for each in lines.get(line, ())}
        if "" in found:
            near = {each for each in found if each}
            return _ids(near) + _ids(self._every - near)
        return _ids(found)


def _ids(contexts: set[str]) -> list[str]:
    """The tests that are meant. What Hypothesis carries out by itself may belong to any test that draws something."""
    inside = TESTS.replace("/", ".") + "."
    named = [each.rpartition(".") for each in contexts if each.startswith(inside)]
    ids = {f"{module.replace('.', '/')}.py::{name}" for module, _, name in named}
    if any(each and not each.startswith(inside) for each in contexts):
        ids |= {f"{TESTS}/{name}.py" for name in _DRAWING}
    return sorted(ids, key=lambda each: (_LAST in each, each))


def _lines_of(mutant: Mutant) -> set[int]:
    """The lines of the statements that change."""
    tree = ast.parse((ROOT / mutant.module).read_text(encoding="utf-8"))
    changed = set()
    for first, count in re.findall(r"^@@ -(\d+)(?:,(\d+))? ", mutant.diff, re.MULTILINE):
        for line in range(int(first), int(first) + int(count or 1)):
            around = [each for each in ast.walk(tree) if isinstance(each, ast.stmt) and _spans(each, line)]
            inner = max(around, key=lambda each: each.lineno, default=None)
            is_simple = inner is not None and not hasattr(inner, "body")
            end = inner.end_lineno if inner is not None and is_simple and inner.end_lineno else line
            changed |= set(range(min(inner.lineno if inner is not None else line, line), max(end, line) + 1))
    return changed


def _spans(node: ast.stmt, line: int) -> bool:
    decorators = [each.lineno for each in getattr(node, "decorator_list", [])]
    return min([node.lineno, *decorators]) <= line <= (node.end_lineno or node.lineno)
