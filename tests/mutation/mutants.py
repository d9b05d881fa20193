"""Mutants of the model: one small change each, drawn by a seed from all that Cosmic Ray can make."""

from __future__ import annotations

import ast
import difflib
import random
from collections.abc import Iterator
from pathlib import Path

import attrs
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "fakeamqp" / "model"


@attrs.frozen
class Mutant:
    """A module with one change.

    module: its path in the project. operator, occurrence: Cosmic Ray's names for the change. code: the whole module.
    """

    module: str
    operator: str
    occurrence: int
    code: str

    @property
    def diff(self) -> str:
        """The lines that change."""
        before = (ROOT / self.module).read_text(encoding="utf-8").splitlines()
        lines = difflib.unified_diff(before, self.code.splitlines(), lineterm="", n=0)
        return "\n".join(line for line in lines if not line.startswith(("---", "+++")))

    @property
    def change(self) -> str:
        """The lines that change, without where they stand."""
        return "\n".join(f"{line[0]} {line[1:].strip()}" for line in self.diff.splitlines() if line[0] in "+-")


def draw(count: int, seed: int) -> Iterator[Mutant]:
    """Draw mutants: first a place in the model, each alike, then one of the changes that can be made there."""
    chance = random.Random(seed)
    places = _places()
    chance.shuffle(places)
    drawn = 0
    for module, changes in places:
        if drawn == count:
            return
        operator, occurrence = chance.choice(changes)
        source = (ROOT / module).read_text(encoding="utf-8")
        code = mutate_code(source, get_operator(operator)(), occurrence)
        if code is not None and _what_runs(code) not in (None, _what_runs(source)):
            drawn += 1
            yield Mutant(module, operator, occurrence, code)


def _places() -> list[tuple[str, list[tuple[str, int]]]]:
    """Each place that can be changed: its module, and the changes (operator, occurrence)."""
    operators = [name for name in sorted(operator_names()) if not get_operator(name).arguments()]
    places: list[tuple[str, list[tuple[str, int]]]] = []
    for path in sorted(MODEL.rglob("*.py")):
        nodes = list(ast_nodes(get_ast(path.read_text(encoding="utf-8"))))
        here: dict[tuple[int, int], list[tuple[str, int]]] = {}
        for name in operators:
            operator = get_operator(name)()
            positions = (start for node in nodes for start, _ in operator.mutation_positions(node))
            for occurrence, start in enumerate(positions):
                here.setdefault(start, []).append((name, occurrence))
        places += [(path.relative_to(ROOT).as_posix(), here[start]) for start in sorted(here)]
    return places


def _what_runs(code: str) -> str | None:
    """The module without what nobody evaluates: annotations, and texts that stand alone. None if it is no Python."""
    try:
        tree = _Bare().visit(ast.parse(code))
    except SyntaxError:
        return None
    return ast.dump(tree)


class _Bare(ast.NodeTransformer):
    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)
