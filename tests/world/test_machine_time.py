"""The machine's own time, whatever has been done to Python's."""

from __future__ import annotations

import datetime
import time

from fakeamqp import Broker, patch_pika
from fakeamqp.world.machine_time import FUNCTIONS, Machine


def test_it_goes_on_while_python_s_is_virtual():
    with patch_pika(patch_time=True) as broker:
        before = Machine.monotonic()
        broker.clock.advance(86_400)
        assert time.time() == broker.clock.today().timestamp()
        assert Machine.monotonic() - before < 3_600


def test_what_it_keeps_is_python_s_own_and_not_the_replacement():
    with patch_pika(Broker(), patch_time=True):
        assert all(Machine.functions[name] is not getattr(time, name) for name in ("time", "sleep", "monotonic"))
        assert Machine.datetime is not datetime.datetime


def test_it_has_every_function_that_tells_time_or_waits():
    assert set(Machine.functions) == set(FUNCTIONS)
    assert abs(Machine.functions["time"]() - Machine.functions["time_ns"]() / 1e9) < 60
    assert Machine.datetime.fromtimestamp(0, datetime.timezone.utc).year == 1970
