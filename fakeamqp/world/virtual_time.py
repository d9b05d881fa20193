"""Python's own clock in virtual time: `time.sleep`, `time.time`, `datetime.now` and their kin.

What stands in for Python's functions and the two classes of `datetime` is made once and asks, at each call, whether
virtual time holds for who calls; if not, it does what Python does. So it may stay wherever somebody has kept it. It is
put into `time` and `datetime`, and into the modules that have taken a name over (`from time import sleep`).

freezegun and time-machine keep the calendar while they are on; virtual time moves it on.
"""

from __future__ import annotations

import contextlib
import copyreg
import datetime
import queue
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from types import BuiltinMethodType, TracebackType
from typing import TYPE_CHECKING, Any

from fakeamqp.world import other_calendars
from fakeamqp.world.clock import SECOND, microseconds
from fakeamqp.world.machine_time import Machine

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker
    from fakeamqp.world.clock import Clock

# What `time.monotonic()` shows when the broker is made: a machine that has been up for a while, as programs expect.
UPTIME_US = 1_000_000_000

# Who measures tests, holds their time limits, or has loops that wait for real: they keep the machine's time.
_TOOLS = frozenset(
    (
        *("_pytest", "pytest", "pluggy", "xdist", "execnet", "coverage", "hypothesis", "freezegun", "time_machine"),
        *("pika", "fakeamqp", "conftest_plugin", "gevent", "tornado", "trio", "twisted", "uvloop"),
    )
)

_active: list[VirtualTime] = []
_users = 0
_lock = threading.RLock()


class VirtualTime:
    """While it lasts, the clock of the threads that take part is the broker's. All others keep the machine's.

    takes_part: True for the calling thread if it does.
    sleep: what `time.sleep` does there; takes microseconds.
    was_read: called whenever such a thread asks for the time.
    waits_too: True if what such a thread waits for in Python's own modules, a lock or an asyncio loop, is virtual as
        well. If not, Python's own modules keep the machine's time to wait by; their calls of the calendar alone, such
        as logging's, follow the broker.
    spares_tools: True if the tools of tests keep the machine's time in such a thread.
    """

    def __init__(
        self,
        clock: Clock,
        takes_part: Callable[[], bool],
        sleep: Callable[[int], object],
        was_read: Callable[[], object] = lambda: None,
        *,
        waits_too: bool = False,
        spares_tools: bool = True,
    ) -> None:
        self.clock = clock
        self._takes_part = takes_part
        self._sleep = sleep
        self._was_read = was_read
        self._waits_too = waits_too
        self._spares_tools = spares_tools
        self._epoch_us = int(clock.starts_at.timestamp() * SECOND)
        self._seen_us = clock.now_us
        self._waits: list[tuple[Any, str, Any]] = []

    def __enter__(self) -> VirtualTime:
        with _lock:
            _begin()
            _active.append(self)
            self.clock.watch(self._moved)
            if self._waits_too:
                # Python's own modules that took a name over when they were imported, and wait by it.
                for module, name in ((threading, "_time"), (queue, "time")):
                    self._waits.append((module, name, getattr(module, name)))
                    setattr(module, name, self._unasked)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with _lock:
            while self._waits:
                setattr(*self._waits.pop())
            self.clock.unwatch(self._moved)
            _active.remove(self)
            _end()

    def holds_for(self, caller: str, waits: bool) -> bool:
        """True if a call from the module of this name, in this thread, is in virtual time.

        waits: True for a clock that is waited by, and for a wait.
        """
        owner = caller.partition(".")[0]
        if self._spares_tools and (owner in _TOOLS or owner.startswith("pytest_")):
            return False
        if waits and not self._waits_too and owner in sys.stdlib_module_names:
            return False
        return self._takes_part()

    def sleep(self, seconds: float) -> None:
        """`time.sleep()`. Raises ValueError for a negative duration."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        self._sleep(microseconds(seconds))

    def epoch_us(self) -> int:
        """What `time.time()` shows, in microseconds."""
        self._was_read()
        return self._epoch_us + self.clock.now_us

    def uptime_us(self) -> int:
        """What `time.monotonic()` shows, in microseconds."""
        self._was_read()
        return UPTIME_US + self.clock.now_us

    def _unasked(self) -> float:
        """The same for whom it is in virtual time, in seconds; nobody asks for the time."""
        return (UPTIME_US + self.clock.now_us) / SECOND if self._takes_part() else Machine.monotonic()

    def _moved(self, now_us: int) -> None:
        passed_us, self._seen_us = now_us - self._seen_us, now_us
        if passed_us > 0:
            other_calendars.move(passed_us)


def time_of(broker: Broker) -> VirtualTime:
    """Python's clock in the virtual time of a broker, for the threads that use it or are younger than it."""
    scheduler = broker.scheduler
    scheduler.include_this_thread()
    return VirtualTime(broker.clock, scheduler.others.takes_part, scheduler.sleep, scheduler.clock_read)


# --- the functions


def _here(waits: bool, above: int = 1) -> VirtualTime | None:
    """The virtual time that holds for a caller; None if that has the machine's.

    above: who is asked about, as frames above the caller of this function.
    """
    caller = sys._getframe(above + 1).f_globals.get("__name__") or ""
    return next((virtual for virtual in reversed(_active) if virtual.holds_for(caller, waits)), None)


def _sleep(seconds: float, /) -> None:
    # A thread or a pool may have been given nothing but this to do.
    caller = sys._getframe(1).f_globals.get("__name__")
    virtual = _here(waits=caller not in ("threading", "concurrent.futures.thread"))
    if virtual is None:
        Machine.functions["sleep"](seconds)
    else:
        virtual.sleep(seconds)


def _waited_by(name: str, convert: Callable[[int], Any]) -> Callable[[], Any]:
    """A clock that programs wait by."""

    def now() -> Any:
        virtual = _here(waits=True)
        return Machine.functions[name]() if virtual is None else convert(virtual.uptime_us())

    return now


def _of_the_epoch(name: str, convert: Callable[[int], Any]) -> Callable[[], Any]:
    """A clock that shows the calendar's time."""

    def now() -> Any:
        virtual = _here(waits=False)
        if virtual is None:
            return Machine.functions[name]()
        other = other_calendars.on_top()
        return convert(virtual.epoch_us()) if other is None else other.function(name)()

    return now


def _of_the_calendar(name: str, place: int) -> Callable[..., Any]:
    """A function that takes now for its argument at this place if it is not given, or None."""

    def shown(*args: Any) -> Any:
        virtual = _here(waits=False)
        if virtual is None or args[place : place + 1] not in ((), (None,)):
            return Machine.functions[name](*args)
        other = other_calendars.on_top()
        if other is not None:
            return other.function(name)(*args[:place])
        now: Any = virtual.epoch_us() / SECOND
        if name in ("asctime", "strftime"):
            now = Machine.functions["localtime"](now)
        return Machine.functions[name](*args[:place], now)

    return shown


def _seconds(instant_us: int) -> float:
    return instant_us / SECOND


def _nanoseconds(instant_us: int) -> int:
    return instant_us * 1_000


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sleep": _sleep,
    "time": _of_the_epoch("time", _seconds),
    "time_ns": _of_the_epoch("time_ns", _nanoseconds),
    "monotonic": _waited_by("monotonic", _seconds),
    "monotonic_ns": _waited_by("monotonic_ns", _nanoseconds),
    "perf_counter": _waited_by("perf_counter", _seconds),
    "perf_counter_ns": _waited_by("perf_counter_ns", _nanoseconds),
    "localtime": _of_the_calendar("localtime", 0),
    "gmtime": _of_the_calendar("gmtime", 0),
    "ctime": _of_the_calendar("ctime", 0),
    "asctime": _of_the_calendar("asctime", 0),
    "strftime": _of_the_calendar("strftime", 1),
}
for _name, _function in _FUNCTIONS.items():
    _function.__name__ = _function.__qualname__ = _name


# --- the classes: whatever they are asked to make is of Python's own, which cannot be changed


_UTCNOW_IS_DEPRECATED = (
    "datetime.datetime.utcnow() is deprecated and scheduled for removal in a future version. Use timezone-aware "
    "objects to represent datetimes in UTC: datetime.datetime.now(datetime.UTC)."
)


class _Class(type):
    """Of a class in place of Python's: the other's instances and subclasses are its own."""

    stands_for: type

    def __instancecheck__(cls, value: object) -> bool:
        if "stands_for" in vars(cls):
            return isinstance(value, cls.stands_for)
        return super().__instancecheck__(value)

    def __subclasscheck__(cls, other: type) -> bool:
        if "stands_for" in vars(cls):
            return issubclass(other, cls.stands_for)
        return super().__subclasscheck__(other)


class _Date(Machine.date, metaclass=_Class):  # type: ignore[misc]
    stands_for = Machine.date

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return Machine.date.__new__(Machine.date if cls is _Date else cls, *args, **kwargs)

    @classmethod
    def today(cls) -> Any:
        virtual = _here(waits=False)
        if virtual is None:
            return Machine.date.today() if cls is _Date else super().today()
        other = other_calendars.on_top()
        return cls.fromtimestamp(virtual.epoch_us() // SECOND) if other is None else other.date.today()


class _Datetime(Machine.datetime, metaclass=_Class):  # type: ignore[misc]
    stands_for = Machine.datetime

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return Machine.datetime.__new__(Machine.datetime if cls is _Datetime else cls, *args, **kwargs)

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        return cls._shown("now", tz, tz)

    @classmethod
    def today(cls) -> Any:
        return cls._shown("today", None)

    @classmethod
    def utcnow(cls) -> Any:
        if sys.version_info >= (3, 12):
            warnings.warn(
                _UTCNOW_IS_DEPRECATED, DeprecationWarning, stacklevel=2
            )  # as Python does, of the caller's line
        return cls._shown("utcnow", datetime.timezone.utc)

    @classmethod
    def _shown(cls, name: str, zone: datetime.tzinfo | None, *args: Any) -> Any:
        """Now, in a zone. name, args: the method that was called, and what with."""
        virtual = _here(waits=False, above=2)
        if virtual is None:
            return _asked(Machine.datetime if cls is _Datetime else super(), name, args)
        other = other_calendars.on_top()
        if other is not None:
            return _asked(other.datetime, name, args)
        seconds, rest_us = divmod(virtual.epoch_us(), SECOND)
        shown = cls.fromtimestamp(seconds, zone).replace(microsecond=rest_us)
        return shown.replace(tzinfo=None) if name == "utcnow" else shown


def _asked(kind: Any, name: str, args: tuple[Any, ...]) -> Any:
    """What a class of Python's or of another library's shows; that utcnow is deprecated has been said."""
    if name == "utcnow" and isinstance(kind.utcnow, BuiltinMethodType):
        return kind.now(datetime.timezone.utc).replace(tzinfo=None)
    return getattr(kind, name)(*args)


_CLASSES: dict[str, Any] = {"date": _Date, "datetime": _Datetime}
for _name, _class in _CLASSES.items():
    _class.__name__ = _class.__qualname__ = _name
    _class.__module__ = "datetime"
    _class.__doc__ = getattr(Machine, _name).__doc__


def _reduced(value: Any) -> tuple[Any, ...]:
    """What pickle writes of a date or datetime: it looks for its class under the name, where ours is."""
    return (_CLASSES[type(value).__name__], *value.__reduce_ex__(2)[1:])


# --- where they are put

_STOCK: dict[str, Any] = {**Machine.functions, "date": Machine.date, "datetime": Machine.datetime}
_OURS: dict[str, Any] = {**_FUNCTIONS, **_CLASSES}
_stood: list[tuple[dict[str, Any], str, Any]] = []
_reducers: dict[type, Any] = {}
_modules_then: set[str] = set()


@contextlib.contextmanager
def kept_in_place() -> Iterator[None]:
    """Leave what stands in for Python's functions in its place meanwhile, for who begins virtual time many times."""
    with _lock:
        _begin()
    try:
        yield
    finally:
        with _lock:
            _end()


def _begin() -> None:
    global _users
    _users += 1
    if _users == 1:
        _put_in_place()


def _end() -> None:
    global _users
    _users -= 1
    if not _users:
        _take_away()


def _put_in_place() -> None:
    instead = {id(_STOCK[name]): _OURS[name] for name in _OURS}
    for module, names in ((time, _FUNCTIONS), (datetime, _CLASSES)):
        for name in names:
            instead[id(getattr(module, name))] = _OURS[name]  # freezegun's, if that is on
            _replace(vars(module), name, _OURS[name])
    _modules_then.update(sys.modules)
    for name, module in tuple(sys.modules.items()):
        if _may_take_part(name):
            for attribute, value in tuple(getattr(module, "__dict__", {}).items()):
                if id(value) in instead:
                    _replace(module.__dict__, attribute, instead[id(value)])
    for kind in (Machine.date, Machine.datetime):
        _reducers[kind] = copyreg.dispatch_table.get(kind)
        copyreg.dispatch_table[kind] = _reduced


def _replace(names: dict[str, Any], name: str, ours: Any) -> None:
    _stood.append((names, name, names[name]))
    names[name] = ours


def _may_take_part(module: str) -> bool:
    if module == "freezegun.api":
        # What it puts back when it is off again is what it has kept.
        return not getattr(sys.modules[module], "freeze_factories", ())
    owner = module.partition(".")[0]
    return not (owner in _TOOLS or owner in sys.stdlib_module_names or owner.startswith("pytest_"))


def _take_away() -> None:
    stock = {id(_OURS[name]): _STOCK[name] for name in _OURS}
    while _stood:
        names, name, before = _stood.pop()
        if id(names.get(name)) in stock:  # else somebody has replaced it since
            names[name] = before
    for name in sys.modules.keys() - _modules_then:
        names = getattr(sys.modules[name], "__dict__", {})
        for attribute, value in tuple(names.items()):
            if _may_take_part(name) and id(value) in stock:
                names[attribute] = stock[id(value)]
    _modules_then.clear()
    other_calendars.look_again()
    for kind, before in _reducers.items():
        if copyreg.dispatch_table.get(kind) is _reduced:
            del copyreg.dispatch_table[kind]
            if before is not None:
                copyreg.dispatch_table[kind] = before
