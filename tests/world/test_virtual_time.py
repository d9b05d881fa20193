"""Python's clock in virtual time."""

from __future__ import annotations

import copy
import pickle
import sys
import time
from datetime import date, datetime, timezone
from types import ModuleType
from typing import Any

import pytest

from fakeamqp.world.clock import Clock
from fakeamqp.world.machine_time import Machine
from fakeamqp.world.virtual_time import UPTIME_US, VirtualTime

NAMES = ("sleep", "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns")


def virtual(clock: Clock, takes_part: bool = True) -> VirtualTime:
    return VirtualTime(clock, lambda: takes_part, lambda duration_us: clock.move_to(clock.now_us + duration_us))


def test_all_clocks_show_the_broker_s_time() -> None:
    clock = Clock()
    with virtual(clock):
        time.sleep(1.5)
        assert time.time() == clock.starts_at.timestamp() + 1.5
        assert time.time_ns() == int(clock.starts_at.timestamp()) * 1_000_000_000 + 1_500_000_000
        assert time.monotonic() == time.perf_counter() == (UPTIME_US + 1_500_000) / 1_000_000
        assert time.monotonic_ns() == time.perf_counter_ns() == (UPTIME_US + 1_500_000) * 1_000


def test_a_thread_that_takes_no_part_keeps_the_machine_s_time() -> None:
    clock = Clock()
    before = time.time()
    with virtual(clock, takes_part=False):
        time.sleep(0)
        assert before <= time.time() < before + 60
    assert clock.now_us == 0


def test_the_clocks_are_as_they_were_afterwards() -> None:
    stock = [getattr(time, name) for name in NAMES]
    with virtual(Clock()):
        assert [getattr(time, name) for name in NAMES] != stock
    assert [getattr(time, name) for name in NAMES] == stock


def test_a_negative_sleep_is_refused_in_python_s_words() -> None:
    with virtual(Clock()), pytest.raises(ValueError, match=r"^sleep length must be non-negative$"):
        time.sleep(-1)


def test_it_is_told_when_somebody_asks_for_the_time() -> None:
    asked: list[bool] = []
    with VirtualTime(Clock(), lambda: True, lambda duration_us: None, lambda: asked.append(True)):
        time.time()
        time.monotonic_ns()
    assert len(asked) == 2


class TestNamesTakenOverBefore:
    def module(self, monkeypatch: pytest.MonkeyPatch, name: str) -> Any:
        module: Any = ModuleType(name)
        module.nap, module.now, module.Moment = time.sleep, time.time, datetime
        monkeypatch.setitem(sys.modules, name, module)
        return module

    def test_are_replaced_and_put_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        module = self.module(monkeypatch, "shop")
        before = dict(vars(module))
        clock = Clock()
        with virtual(clock):
            module.nap(5)
            assert module.now() == clock.today().timestamp()
            assert module.Moment.now(timezone.utc) == clock.today()
        assert vars(module) == before

    def test_of_a_module_imported_meanwhile_are_put_back_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with virtual(Clock()):
            module = self.module(monkeypatch, "shop")
        assert (module.nap, module.now, module.Moment) == (time.sleep, time.time, datetime)

    @pytest.mark.parametrize("name", ["_pytest.timing", "pytest_timeout", "hypothesis.core", "asyncio.base_events"])
    def test_of_python_s_own_modules_and_of_the_tools_of_tests_stay(
        self, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        module = self.module(monkeypatch, name)
        with virtual(Clock()):
            assert (module.nap, module.now) == (Machine.functions["sleep"], Machine.functions["time"])


class TestTheEnd:
    def test_all_is_put_back_after_an_error(self) -> None:
        before = [getattr(time, name) for name in NAMES]
        with pytest.raises(LookupError), virtual(Clock()):
            raise LookupError
        assert [getattr(time, name) for name in NAMES] == before
        assert datetime is Machine.datetime

    def test_the_outer_one_holds_again_when_the_inner_one_ends(self) -> None:
        outer, inner = Clock(), Clock()
        with virtual(outer):
            with virtual(inner):
                time.sleep(1)
            time.sleep(2)
        assert (outer.now(), inner.now()) == (2, 1)

    def test_what_somebody_kept_goes_on_in_the_machine_s_time(self) -> None:
        with virtual(Clock()):
            kept_sleep, kept_time, kept_datetime = time.sleep, time.time, datetime
        kept_sleep(0)
        assert abs(kept_time() - time.time()) < 60
        assert kept_datetime.now().year == datetime.now().year > 2024


class TestDates:
    def test_are_of_python_s_own_classes(self) -> None:
        with virtual(Clock()):
            values = [datetime.now(), datetime(2024, 2, 3), datetime.fromisoformat("2024-02-03"), datetime.min]
            assert {type(value) for value in values} == {Machine.datetime}
            assert all(isinstance(value, datetime) for value in values)
            assert type(date.today()) is type(date(2024, 2, 3)) is Machine.date
            assert issubclass(Machine.datetime, date)
            assert not isinstance(date.today(), datetime)

    def test_survive_pickle_and_copy(self) -> None:
        with virtual(Clock()):
            inside = datetime.now(timezone.utc)
            written = pickle.dumps([inside, date.today()])
            assert pickle.loads(written) == copy.deepcopy([inside, date.today()])
        assert pickle.loads(written) == pickle.loads(pickle.dumps([inside, inside.date()]))

    def test_of_a_class_of_the_program_s_own_stay_so(self) -> None:
        with virtual(Clock()):

            class Moment(datetime):
                pass

            assert type(Moment.now()) is type(Moment(2024, 1, 1)) is Moment
            assert not isinstance(datetime.now(), Moment)
        assert type(Moment.now()) is Moment
