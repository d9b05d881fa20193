"""Nothing needs POSIX: no such module or name unguarded, no text without its encoding, no command of one system."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = [*(ROOT / "fakeamqp").rglob("*.py"), *(ROOT / "conftest_plugin").rglob("*.py")]
PROGRAMS = [*(ROOT / "examples").rglob("*.py"), *(ROOT / ".ci").glob("*.py"), ROOT / "tests/run.py"]

# Modules that Windows does not have.
MODULES = {"crypt", "curses", "fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"}

# Names that Windows does not have, or that do something else there.
NAMES = {
    "asyncio": {"get_child_watcher", "open_unix_connection", "start_unix_server"},
    "os": {
        "EX_OK", "WNOHANG", "chown", "fchmod", "fork", "forkpty", "getegid", "geteuid", "getgid", "getpgid", "getuid",
        "kill", "killpg", "mkfifo", "nice", "register_at_fork", "set_blocking", "setsid", "uname", "wait", "waitpid",
    },
    "select": {"epoll", "kqueue", "poll"},
    "signal": {
        "SIGALRM", "SIGCHLD", "SIGHUP", "SIGKILL", "SIGQUIT", "SIGUSR1", "SIGUSR2", "alarm", "pause", "pthread_kill",
        "setitimer", "sigwait",
    },
    "socket": {"AF_UNIX", "MSG_DONTWAIT", "SO_REUSEPORT", "socketpair"},
    "time": {"clock_gettime", "pthread_getcpuclockid", "tzset"},
}  # fmt: skip


def asks_for_the_system(condition: ast.expr) -> bool:
    return any(
        (isinstance(node, ast.Name) and node.id == "hasattr")
        or (isinstance(node, ast.Attribute) and ast.unparse(node) in ("sys.platform", "os.name"))
        for node in ast.walk(condition)
    )


def unguarded(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below this one that is used whatever the system is."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(node, ast.If | ast.IfExp) and child is not node.test and asks_for_the_system(node.test):
            continue
        yield from unguarded(child)


def posix_only(source: str) -> set[str]:
    """What a source uses unguarded that Windows does not have."""
    found = set()
    for node in unguarded(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & MODULES
        elif isinstance(node, ast.ImportFrom):
            names = NAMES.get(node.module or "", set())
            found |= {node.module or ""} & MODULES
            found |= {f"{node.module}.{alias.name}" for alias in node.names if alias.name in names}
        elif isinstance(node, ast.Attribute) and node.attr in NAMES.get(ast.unparse(node.value), set()):
            found.add(ast.unparse(node))
    return found


def without_encoding(source: str) -> list[str]:
    """The calls that read or write text in whatever encoding the system has."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        has_encoding = any(keyword.arg == "encoding" for keyword in node.keywords)
        is_binary = any(isinstance(arg, ast.Constant) and "b" in str(arg.value) for arg in node.args[1:2])
        is_text = name in ("read_text", "write_text") or ast.unparse(node.func) == "open"
        if is_text and not has_encoding and not is_binary:
            found.append(ast.unparse(node))
    return found


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("file", [*PACKAGES, *PROGRAMS], ids=name_of)
def test_nothing_posix_only_is_used_unguarded(file: Path) -> None:
    assert posix_only(file.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize("file", PACKAGES, ids=name_of)
def test_text_is_read_and_written_in_an_encoding_of_ours(file: Path) -> None:
    assert without_encoding(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import os\nos.fork()", {"os.fork"}),
        ("from signal import SIGALRM", {"signal.SIGALRM"}),
        ("def f():\n    import fcntl", {"fcntl"}),
        ("if hasattr(os, 'fork'):\n    os.fork()", set()),
        ("if sys.platform != 'win32':\n    import fcntl", set()),
        ("x = os.getuid() if os.name == 'posix' else 0", set()),
        ("if ready:\n    os.kill(1, 2)", {"os.kill"}),
    ],
)
def test_the_scan_tells_guarded_use_from_unguarded(source: str, found: set[str]) -> None:
    assert posix_only(source) == found


def test_no_two_files_differ_by_case_alone_or_have_a_name_that_windows_refuses() -> None:
    files = [
        name_of(file) for folder in ("fakeamqp", "conftest_plugin", "tests") for file in (ROOT / folder).rglob("*")
    ]
    assert len({file.lower() for file in files}) == len(files)
    assert [file for file in files if re.search(r'[<>:"|?*\\]|[ .]$', file)] == []


def test_the_commands_of_the_readme_are_python_alone() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^    (python3? .*?)(?:  #.*)?$", readme, flags=re.MULTILINE)
    assert len(commands) >= 2
    assert [command for command in commands if re.search(r"[|&;$`'\\]|\./", command)] == []
    assert "`py -3` for `python3`" in readme


@pytest.mark.parametrize("program", ["examples/try_it.py", "tests/run.py"])
def test_what_those_commands_run_finds_its_interpreter_on_both_systems(program: str) -> None:
    source = (ROOT / program).read_text(encoding="utf-8")
    assert "environment" in source
    assert "bin/" not in source
    assert "Scripts" not in source
    environment = (ROOT / ".ci/environment.py").read_text(encoding="utf-8")
    assert 'Scripts/python.exe" if os.name == "nt" else "bin/python"' in environment
