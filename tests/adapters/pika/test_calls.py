"""Which call a thread waits in, read off its stack."""

from __future__ import annotations

import pytest

import fakeamqp
from fakeamqp import Broker
from fakeamqp.world.call import Call
from fakeamqp.world.scheduler import Scheduler


@pytest.fixture
def waits(monkeypatch):
    """Every call that began to wait, in order."""
    seen: list[Call] = []
    wait = Scheduler.wait

    def noted(self, loop, call):
        seen.append(call)
        return wait(self, loop, call)

    monkeypatch.setattr(Scheduler, "wait", noted)
    return seen


@pytest.fixture
def channel():
    connection = fakeamqp.connect(Broker())
    channel = connection.channel()
    channel.queue_declare("q")
    yield channel
    connection.close()


def test_start_consuming_returns_when_dry(waits, channel):
    channel.basic_consume("q", print)
    channel.start_consuming()
    assert [(call.name, call.returns) for call in waits] == [("start_consuming()", True)]


def test_a_generator_does_not(waits, channel):
    with pytest.raises(fakeamqp.WouldBlockForever):
        next(channel.consume("q"))
    assert [(call.name, call.returns) for call in waits] == [("consume()", False)]


def test_a_sleep_is_named_with_its_callers_line(waits, channel):
    channel.connection.sleep(1)
    assert waits[0].name == "sleep()"
    assert waits[0].where.startswith("test_calls.py:")
    assert str(waits[0]) == f"sleep() at {waits[0].where}"


def test_a_wait_in_a_callback_is_its_own(waits, channel):
    channel.basic_consume("q", lambda *delivery: channel.connection.sleep(1), auto_ack=True)
    channel.basic_publish("", "q", b"")
    channel.start_consuming()
    assert [call.name for call in waits] == ["sleep()", "start_consuming()"]


def test_the_waits_of_one_generator_share_a_budget(waits, channel):
    for _ in channel.consume("q", inactivity_timeout=1):
        if len(waits) == 3:
            break
    assert len({id(call.budget) for call in waits}) == 1


def test_the_waits_of_two_calls_do_not(waits, channel):
    channel.connection.sleep(1)
    channel.connection.sleep(1)
    assert waits[0].budget is not waits[1].budget


def test_a_loop_over_a_generator_is_meant_to_stay(waits, channel):
    with pytest.raises(fakeamqp.WouldBlockForever):
        for _ in channel.consume("q"):
            pass
    assert [(call.stays, call.takes_one) for call in waits] == [(True, False)]


def test_a_loop_over_a_generator_in_something_is_too(waits, channel):
    with pytest.raises(fakeamqp.WouldBlockForever):
        for _, _ in enumerate(channel.consume("q")):
            pass
    assert [(call.stays, call.takes_one) for call in waits] == [(True, False)]


def test_it_is_however_often_it_has_gone_round(waits, channel):
    """Python 3.12 runs a loop that has become warm by other instructions."""
    for number in range(200):
        channel.basic_publish("", "q", str(number).encode())
    with pytest.raises(fakeamqp.WouldBlockForever):
        for _ in channel.consume("q", auto_ack=True):
            pass
    assert (waits[-1].stays, waits[-1].takes_one) == (True, False)


def test_who_asks_for_the_next_message_takes_one(waits, channel):
    with pytest.raises(fakeamqp.WouldBlockForever):
        next(channel.consume("q"))
    assert [(call.stays, call.takes_one) for call in waits] == [(False, True)]
