"""Which tests of the kit carry out which lines of the model: no other test can notice a change there."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from coverage import Coverage, CoverageData

from tests.mutation.mutants import ROOT, Mutant
from tests.mutation.trial import WATCHING

TESTS = "tests/kit"


class Covering:
    """Made by playing the tests once."""

    def __init__(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            data, config, times = Path(folder, "data"), Path(folder, "config"), Path(folder, "times")
            config.write_text(f"[run]\nsource = fakeamqp.model\ndata_file = {data}\n", encoding="utf-8")
            command = [sys.executable, "-m", "coverage", "run", f"--rcfile={config}", "-m", "pytest", "-q", "-x"]
            plugins = ["-p", "no:randomly", "-p", "no:cacheprovider", "-p", WATCHING, f"--junitxml={times}"]
            subprocess.run([*command, *plugins, TESTS], cwd=ROOT, check=True)
            self._times = {
                _id_of(case): float(case.get("time", 0)) for case in ElementTree.parse(times).iter("testcase")
            }
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
            return self._ordered(found) + self._ordered(self._every - found)
        return self._ordered(found)

    def _ordered(self, ids: set[str]) -> list[str]:
        return sorted(ids - {""}, key=lambda each: (self._times[each], each))


def _id_of(case: ElementTree.Element) -> str:
    return f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"


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
