"""What may import what. The order of the floors is told in docs/architecture.md; this holds it against the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*(ROOT / "fakeamqp").rglob("*.py"), *(ROOT / "conftest_plugin").rglob("*.py")])

# What each floor may import of ours; the longest name that fits a module decides.
FLOORS = {
    "fakeamqp": {"fakeamqp"},
    "fakeamqp.model": {"fakeamqp.model"},
    "fakeamqp.wire": {"fakeamqp.wire", "fakeamqp.model.values"},
    "fakeamqp.session": {"fakeamqp.session", "fakeamqp.model"},
    "fakeamqp.world": {"fakeamqp.world", "fakeamqp.session", "fakeamqp.model"},
    "fakeamqp.views": {"fakeamqp.views", "fakeamqp.world", "fakeamqp.model"},
    "fakeamqp.strategies": {"fakeamqp.strategies", "fakeamqp.world", "fakeamqp.session", "fakeamqp.model"},
    "fakeamqp.adapters": {"fakeamqp.adapters", "fakeamqp.world", "fakeamqp.session", "fakeamqp.model"},
    "fakeamqp.adapters.tcp": {
        "fakeamqp.adapters.tcp",
        "fakeamqp.world",
        "fakeamqp.session",
        "fakeamqp.wire",
        "fakeamqp.model",
    },
    "fakeamqp.simulation": {
        "fakeamqp.simulation",
        "fakeamqp.adapters.pika",
        "fakeamqp.world",
        "fakeamqp.session",
        "fakeamqp.model",
    },
    "fakeamqp.serving": {"fakeamqp.serving", "fakeamqp.adapters", "fakeamqp.world"},
    "fakeamqp.adapters.management": {
        "fakeamqp.adapters.management",
        "fakeamqp.world",
        "fakeamqp.session",
        "fakeamqp.model",
    },
    "fakeamqp.real": {"fakeamqp.real", "fakeamqp.adapters.pika", "fakeamqp.world", "fakeamqp.model"},
    "fakeamqp.pytest_entry": {"conftest_plugin"},
    "conftest_plugin": {"conftest_plugin", "fakeamqp"},
}

# The ways up: `Broker.parameters()` answers in the terms of the door for pika; `Broker.explain()` and its assertions in
# those of views. They are loaded when they are called.
UPWARDS = {"fakeamqp.world.broker": ("fakeamqp.adapters.pika.parameters", "fakeamqp.views")}

# Records that are named and built as the specification's methods are; its words are not repeated.
OF_THE_SPECIFICATION = {"fakeamqp.model.commands", "fakeamqp.model.effects"}

# Whatever could wait, guess or reach outside.
IMPURE = {
    "asyncio", "concurrent", "logging", "multiprocessing", "os", "pathlib", "queue", "random", "secrets", "select",
    "signal", "socket", "subprocess", "sys", "tempfile", "threading", "time", "uuid", "warnings", "weakref",
}  # fmt: skip


def name_of(file: Path) -> str:
    """The name under which a file is imported."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(file: Path) -> set[str]:
    """The modules a file imports anywhere in it, those for type checkers alone included; relative ones by full name."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(file)} imports relatively"
            assert node.module is not None
            found.add(node.module)
            # `from fakeamqp.model import effects` imports a module too
            if node.module.startswith("fakeamqp"):
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def is_below(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def floor_of(module: str) -> str:
    return max((floor for floor in FLOORS if is_below(module, floor)), key=len)


def files_below(package: str) -> list[Path]:
    return [file for file in SOURCES if is_below(name_of(file), package)]


@pytest.mark.parametrize("file", SOURCES, ids=name_of)
def test_a_file_imports_of_ours_what_is_below_it(file: Path) -> None:
    allowed = FLOORS[floor_of(name_of(file))]
    ours = {
        module for module in imports_of(file) if is_below(module, "fakeamqp") or is_below(module, "conftest_plugin")
    }
    # The package itself holds nothing but lazy names.
    above = {module for module in ours - {"fakeamqp"} if not any(is_below(module, floor) for floor in allowed)}
    ways = UPWARDS.get(name_of(file), ())
    assert {module for module in above if not any(is_below(module, way) for way in ways)} == set()


@pytest.mark.parametrize("package", ["fakeamqp.model", "fakeamqp.session"])
def test_the_model_and_the_grammar_cannot_wait_guess_or_reach_outside(package: str) -> None:
    imported = {(name_of(file), module) for file in files_below(package) for module in imports_of(file)}
    assert {(name, module) for name, module in imported if module.partition(".")[0] in IMPURE} == set()


def test_only_the_door_for_pika_imports_pika() -> None:
    importers = {name_of(file) for file in SOURCES if any(is_below(module, "pika") for module in imports_of(file))}
    importers -= {"conftest_plugin.fixtures"}  # names its types, for type checkers alone
    doors = ("fakeamqp.adapters.pika", "fakeamqp.demo.programs")  # the latter are users' programs, to look at
    assert {name for name in importers if not any(is_below(name, door) for door in doors)} == set()


def test_only_the_management_api_imports_aiohttp() -> None:
    importers = {name_of(file) for file in SOURCES if any(is_below(module, "aiohttp") for module in imports_of(file))}
    assert importers == {"fakeamqp.adapters.management.application"}


def test_nothing_imports_the_management_api_when_it_is_loaded_itself() -> None:
    """Who has not installed aiohttp never meets it: what serves the API imports it when it is called."""
    at_once = {
        name_of(file)
        for file in SOURCES
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom) and is_below(node.module or "", "fakeamqp.adapters.management")
    }
    assert {name for name in at_once if not is_below(name, "fakeamqp.adapters.management")} == set()


def test_adapters_do_not_know_each_other() -> None:
    for file in files_below("fakeamqp.adapters"):
        own = name_of(file).split(".")[2:3]
        others = {module.split(".")[2] for module in imports_of(file) if module.startswith("fakeamqp.adapters.")}
        assert sorted(others - set(own)) == [], name_of(file)


def test_only_the_strategies_import_hypothesis() -> None:
    importers = {
        name_of(file) for file in SOURCES if any(is_below(module, "hypothesis") for module in imports_of(file))
    }
    assert {name for name in importers if not is_below(name, "fakeamqp.strategies")} == set()


def test_only_the_plugin_imports_pytest() -> None:
    importers = {name_of(file) for file in SOURCES if any(is_below(module, "pytest") for module in imports_of(file))}
    importers = {name for name in importers if not is_below(name, "conftest_plugin")}
    assert importers == {"fakeamqp.pytest_entry"}


@pytest.mark.parametrize(
    "module", ["fakeamqp", "fakeamqp.model.broker", "fakeamqp.session.session", "fakeamqp.world.broker"]
)
def test_importing_what_is_below_the_doors_does_not_load_pika(module: str) -> None:
    kept = ("pika", "pytest", "hypothesis", "aiohttp")
    program = f"import sys, {module}; print(*(name for name in {kept} if name in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert loaded.stdout.split() == []


@pytest.mark.parametrize("file", SOURCES, ids=name_of)
def test_a_file_says_what_it_is(file: Path) -> None:
    assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("file", [f for f in SOURCES if name_of(f) not in OF_THE_SPECIFICATION], ids=name_of)
def test_what_others_may_use_is_documented(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    public = [
        node
        for node in tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
    ]
    assert [node.name for node in public if not ast.get_docstring(node)] == []


def test_every_package_below_ours_is_one() -> None:
    """A folder without __init__.py would be missing from what pip installs."""
    folders = {file.parent for file in SOURCES}
    assert [name_of(folder) for folder in folders if not (folder / "__init__.py").exists()] == []
