"""A Python program that runs as an actor as `python script.py` would run it, beside others in the same process."""

from __future__ import annotations

import atexit
import contextlib
import functools
import logging
import os
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fakeamqp.world.actors import Actor, LockStep, Scene
from fakeamqp.world.output import Input, Shared, Voice
from fakeamqp.world.telling import tell
from fakeamqp.world.threads import Threads
from fakeamqp.world.virtual_time import VirtualTime

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker

_OURS = str(Path(__file__).resolve().parents[1]) + os.sep


class Program(Scene):
    """One script with its arguments.

    voice: how its output is marked. status: its exit status; None while it runs.
    stopped: it was ended because nothing could happen any more, or because of a Ctrl-C, and made no fuss about it.

    What Python keeps once for a process is its own: `sys.argv`, `sys.path`, `__main__`, the modules of its own folder,
    the root logger's level and handlers, signal handlers, functions to call at exit.
    """

    def __init__(self, script: str, arguments: list[str], voice: Voice) -> None:
        self.voice = voice
        self.status: int | None = None
        self.stopped = False
        self.path = os.path.abspath(script)
        self.folder = os.path.dirname(os.path.realpath(script))
        self._argv = [script, *arguments]
        self._path = [self.folder, *sys.path[1:]]
        self._modules: dict[str, types.ModuleType] = {"__main__": self._main_module()}
        self._logging: tuple[list[logging.Handler], int] = ([], logging.WARNING)
        self._signals: dict[int, Any] = {}
        self._at_exit: list[Callable[[], object]] = []
        self._outside: tuple[Any, ...] = ()
        self._was_interrupted: Callable[[], bool] = lambda: False
        self._known: set[str] = set()

    def _main_module(self) -> types.ModuleType:
        module = types.ModuleType("__main__")
        module.__file__ = self.path
        module.__loader__ = SourceFileLoader("__main__", self.path)
        module.__dict__.update(__builtins__=__builtins__, __cached__=None, __annotations__={})
        return module

    # --- what goes with it (fakeamqp.world.actors.Scene)

    def enter(self) -> None:
        root = logging.getLogger()
        self._outside = (sys.argv, sys.path, sys.modules["__main__"], root.handlers, root.level)
        sys.argv, sys.path = self._argv, self._path
        sys.modules.update(self._modules)
        if len(self._known) != len(sys.modules):
            self._known = set(sys.modules)
        root.handlers, level = self._logging
        if root.level != level:
            root.setLevel(level)

    def leave(self) -> None:
        root = logging.getLogger()
        self._argv, self._path = sys.argv, sys.path
        self._logging = (root.handlers, root.level)
        self._keep_own_modules()
        sys.argv, sys.path, sys.modules["__main__"], root.handlers, level = self._outside
        if root.level != level:
            root.setLevel(level)

    def _keep_own_modules(self) -> None:
        """Take the modules of its own folder along: another program's `config` is another module."""
        if len(sys.modules) != len(self._known):
            for name in [name for name in sys.modules if name not in self._known]:
                if self._is_own(sys.modules[name]):
                    self._modules[name] = sys.modules[name]
        for name in self._modules:
            if name != "__main__":
                sys.modules.pop(name, None)

    def _is_own(self, module: Any) -> bool:
        file = getattr(module, "__file__", None)
        if file is None:
            file = next(iter(getattr(module, "__path__", ())), None)
        if not isinstance(file, str):
            return False
        inside = os.path.realpath(file).startswith(self.folder + os.sep)
        return inside and "site-packages" not in file and not file.startswith(_OURS)

    # --- running it

    def run(self, actor: Actor, threads: Threads) -> None:
        """Run the script to its end, functions to call at exit included, and tell what it raised."""
        actor.on_interrupt = self._on_interrupt
        self._was_interrupted = lambda: actor.was_interrupted
        main: Any = threading.current_thread()
        main.name = "MainThread"
        main._daemonic = False  # threads that it starts inherit that
        self.status = self._guarded(self._execute)
        threads.dismiss_pools(actor)

    def end(self) -> None:
        """Its threads have ended: call what it wanted called at exit, last registered first."""
        while self._at_exit:
            self._guarded(self._at_exit.pop())

    def _execute(self) -> None:
        with open(self.path, "rb") as file:
            source = file.read()
        code = compile(source, self.path, "exec", dont_inherit=True)
        exec(code, self._modules["__main__"].__dict__)

    def _guarded(self, function: Callable[[], object]) -> int:
        """Call it, and print what it raises as Python would; the exit status."""
        try:
            function()
        except SystemExit as error:
            return _exit_status(error)
        except KeyboardInterrupt as error:
            if self._was_interrupted():
                self.stopped = True
                return 0
            sys.stderr.write(tell(error))
            return 128 + signal.SIGINT
        except BaseException as error:
            sys.stderr.write(tell(error))
            return 1
        return 0

    # --- what belongs to a process

    def signal(self, number: int, handler: Any) -> Any:
        """In place of `signal.signal`: nothing but a Ctrl-C is ever sent, once."""
        previous = self._signals.get(number, signal.getsignal(number))
        self._signals[number] = handler
        return previous

    def _on_interrupt(self) -> bool:
        handler = self._signals.get(signal.SIGINT)
        if handler is signal.SIG_IGN:
            return True
        if handler is None or handler in (signal.SIG_DFL, signal.default_int_handler):
            return False
        handler(signal.SIGINT, sys._getframe())
        return True

    def at_exit(self, function: Callable[..., object], *args: Any, **kwargs: Any) -> Callable[..., object]:
        """In place of `atexit.register`."""
        self._at_exit.append(lambda: function(*args, **kwargs))
        return function


def _exit_status(error: SystemExit) -> int:
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code & 0xFF
    sys.stderr.write(f"{error.code}\n")
    return 1


def run_together(broker: Broker, programs: list[Program], names: list[str], limit_us: int | None = None) -> LockStep:
    """Run programs against one broker, in lock step and virtual time, until each has ended.

    limit_us: the instant at which they are interrupted; None lets them run as long as they do.
    What they print goes to `sys.stdout` and `sys.stderr` as they are now. Returns what became of the run.
    """
    lock_step = LockStep(broker, limit_us)
    threads = Threads(lock_step, tell)

    def takes_part() -> bool:
        return lock_step.here() is not None

    with (
        _output(lock_step),
        _process(lock_step),
        VirtualTime(
            broker.clock, takes_part, lock_step.sleep, lock_step.clock_read, waits_too=True, spares_tools=False
        ),
        threads,
    ):
        for program, name in zip(programs, names, strict=True):
            actor = lock_step.add(name, scene=program)
            actor.function = functools.partial(program.run, actor, threads)
            actor.at_end = program.end
        lock_step.run()
    return lock_step


def _program_here(lock_step: LockStep) -> Program | None:
    actor = lock_step.here()
    scene = None if actor is None else actor.program.scene
    return scene if isinstance(scene, Program) else None


@contextlib.contextmanager
def _output(lock_step: LockStep) -> Iterator[None]:
    """Tell apart what the programs print."""

    def speaker() -> Voice | None:
        program = _program_here(lock_step)
        return None if program is None else program.voice

    def notice() -> None:
        err.write("fakeamqp: a program reads its standard input, which is empty: pipe or redirect something into it\n")

    outside = sys.stdin, sys.stdout, sys.stderr
    out, err = Shared(sys.stdout, speaker), Shared(sys.stderr, speaker)
    sys.stdin, sys.stdout, sys.stderr = Input(outside[0], notice), out, err
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = outside
        for shared in (out, err):
            shared.finish_all()


@contextlib.contextmanager
def _process(lock_step: LockStep) -> Iterator[None]:
    """Give each program signal handlers and functions to call at exit of its own."""
    stock_signal, stock_register = signal.signal, atexit.register

    def set_handler(number: int, handler: Any) -> Any:
        program = _program_here(lock_step)
        return stock_signal(number, handler) if program is None else program.signal(number, handler)

    def register(function: Callable[..., object], *args: Any, **kwargs: Any) -> Callable[..., object]:
        program = _program_here(lock_step)
        return (stock_register if program is None else program.at_exit)(function, *args, **kwargs)

    signal.signal, atexit.register = set_handler, register  # type: ignore[assignment]
    try:
        yield
    finally:
        signal.signal, atexit.register = stock_signal, stock_register
