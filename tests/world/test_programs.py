"""What a program finds in a process that it shares, beyond what test_cli.py shows from outside."""

from __future__ import annotations

import atexit
import signal
import sys
import textwrap
from pathlib import Path

import pytest

from fakeamqp import Broker
from fakeamqp.world.output import voices
from fakeamqp.world.programs import Program, run_together
from fakeamqp.world.telling import tell


def run(folder: Path, *sources: str) -> list[Program]:
    programs = []
    names = [f"program{place}" for place in range(len(sources))]
    for name, source, voice in zip(names, sources, voices(names, in_colour=False), strict=True):
        path = folder / f"{name}.py"
        path.write_text(textwrap.dedent(source))
        programs.append(Program(str(path), [], voice))
    run_together(Broker(idle="interrupt", users="any"), programs, names)
    return programs


def test_what_a_process_has_once_is_as_it_was_afterwards(tmp_path: Path) -> None:
    before = (sys.stdin, sys.stdout, sys.stderr, signal.signal, atexit.register, sys.argv, sys.path, list(sys.path))
    run(
        tmp_path,
        """
        import atexit, logging, signal, sys
        sys.argv.append("more")
        sys.path.insert(0, "elsewhere")
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        atexit.register(print)
        logging.getLogger().setLevel(logging.DEBUG)
        """,
    )
    assert before == (
        *(sys.stdin, sys.stdout, sys.stderr, signal.signal, atexit.register, sys.argv, sys.path),
        list(sys.path),
    )
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_a_program_that_is_ended_made_no_mistake(tmp_path: Path) -> None:
    ended, broken = run(tmp_path, "import time\nwhile True: time.sleep(1)", "raise KeyboardInterrupt")
    assert (ended.stopped, ended.status) == (True, 0)
    assert (broken.stopped, broken.status) == (False, 130)


def test_a_program_may_ignore_interrupts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(
        tmp_path,
        """
        import signal, time
        print(signal.signal(signal.SIGINT, signal.SIG_IGN) is signal.default_int_handler)
        print(signal.signal(signal.SIGINT, signal.SIG_DFL) is signal.SIG_IGN)
        """,
    )
    assert capsys.readouterr().out == "True\nTrue\n"


def test_a_module_imported_later_by_both_is_each_one_s_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("")
    (tmp_path / "package" / "state.py").write_text("seen = []")
    source = """
        import time
        time.sleep(1)
        from package import state
        state.seen.append(1)
        time.sleep(1)
        import package.state as again
        print(state is again, len(again.seen))
    """
    run(tmp_path, source, source)
    assert capsys.readouterr().out == "[program0] True 1\n[program1] True 1\n"
    assert "package" not in sys.modules


def test_a_traceback_keeps_what_it_was_caused_by() -> None:
    def fail() -> None:
        try:
            {}["a"]
        except KeyError as error:
            raise ValueError("no") from error

    with pytest.raises(ValueError, match="no") as raised:
        fail()
    told = tell(raised.value)
    assert "KeyError: 'a'\n\nThe above exception was the direct cause" in told
    assert told.endswith("ValueError: no\n")
