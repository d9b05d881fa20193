"""How pika's blocking connections wait on a real broker, shown on one in memory: frames are frames."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pika
import pytest

import fakeamqp
from fakeamqp.adapters.pika import patience, redirect
from fakeamqp.adapters.pika.patience import Patience, Quiet
from fakeamqp.world.errors import RanDry, WouldBlockForever


class Waiter:
    """What the waits know of their broker."""

    def __init__(self, idle: str = "return") -> None:
        self.idle = idle
        self.raised: list[BaseException] = []
        self.links: list[Any] = []
        self.thread_grace = 60.0

    def patience(self) -> float:
        return 0.0

    def missing(self) -> str:
        return "queue 'jobs' is empty"


@pytest.fixture(autouse=True)
def _redirect() -> Iterator[None]:
    """A redirect holds, as it does while these waits are used; the connections of these tests are in memory."""
    target = redirect._Nowhere()
    redirect.begin(target)
    yield
    redirect.end(target)


@pytest.fixture(autouse=True)
def _short_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """No long times of quiet."""
    monkeypatch.setattr(patience, "_QUIET", 0.02)
    looks = itertools.count()  # a hundredth of a second passes from one look at the clock to the next
    monkeypatch.setattr(patience, "time", SimpleNamespace(monotonic=lambda: next(looks) / 100))


def connection_of(waiter: Waiter) -> Any:
    connection = fakeamqp.connect(fakeamqp.Broker())
    waiter.links.append(connection._impl)
    return connection


def test_an_endless_wait_for_which_nothing_comes_is_given_up() -> None:
    waiter = Waiter()
    waiter.thread_grace = 0.05
    connection = connection_of(waiter)
    with pytest.raises(WouldBlockForever, match=r"nothing came for \d+\.\d s; queue 'jobs' is empty") as given_up:
        Patience(waiter).flush(connection, lambda: False)
    assert waiter.raised == [given_up.value]


def test_a_wait_that_is_over_returns() -> None:
    waiter = Waiter()
    answers = iter([False, False, False, True, True])
    Patience(waiter).flush(connection_of(waiter), lambda: next(answers, True))


def test_other_threads_are_not_given_up() -> None:
    waiter = Waiter()
    waits = Patience(waiter)
    connection = connection_of(waiter)
    ends = iter([False] * 50 + [True] * 10)
    outcome: list[str] = []

    def wait() -> None:
        waits.flush(connection, lambda: next(ends, True))
        outcome.append("over")

    thread = threading.Thread(target=wait)
    thread.start()
    thread.join(10)
    assert outcome == ["over"]


def test_the_connections_of_the_thread_are_looked_after_while_one_waits() -> None:
    broker = fakeamqp.Broker()
    waiter = Waiter()
    waits = Patience(waiter)
    one, other = fakeamqp.connect(broker), fakeamqp.connect(broker)
    channel = other.channel()
    channel.queue_declare("jobs")
    got: list[bytes] = []
    channel.basic_consume("jobs", lambda channel, method, properties, body: got.append(body), auto_ack=True)
    waits.flush(other, lambda: True)  # now it is known
    broker.publish("", "jobs", b"tea")
    waits.flush(one, lambda: bool(got))
    assert got == [b"tea"]


def test_what_is_on_its_way_when_the_queues_are_looked_at_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = Quiet(Patience(Waiter()))
    monkeypatch.setattr(patience, "_ON_ITS_WAY", 60.0)
    assert quiet.limit(Waiter()) == 0.0
    assert not quiet.was_seen()
    monkeypatch.setattr(patience, "_ON_ITS_WAY", 0.0)
    assert quiet.was_seen()


def test_what_a_thread_that_has_ended_left_open_is_taken_over() -> None:
    waits = Patience(Waiter())
    connection = fakeamqp.connect(fakeamqp.Broker())
    thread = threading.Thread(target=waits.flush, args=[connection, lambda: True])
    thread.start()
    thread.join(10)
    assert waits.threads() != {threading.get_ident()}
    waits.adopt()
    assert waits.threads() == {threading.get_ident()}
    connection.close()
    waits.adopt()
    assert waits.threads() == set()


def test_an_error_of_a_callback_is_the_programs_and_a_lost_connection_is_no_error_here() -> None:
    broker = fakeamqp.Broker()
    waits = Patience(Waiter())
    connection = fakeamqp.connect(broker)
    channel = connection.channel()
    channel.queue_declare("jobs")
    channel.basic_consume("jobs", lambda channel, *_: channel.queue_declare("nobody", passive=True))
    waits.flush(connection, lambda: True)
    broker.publish("", "jobs", b"tea")
    with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="no queue 'nobody'"):
        waits.dispatch()
    broker.faults.drop_connections()
    waits.dispatch()
    waits.dispatch()
    assert connection.is_closed
    assert waits.threads() == set()


@pytest.mark.parametrize(("idle", "ends_with"), [("return", None), ("interrupt", KeyboardInterrupt)])
def test_start_consuming_ends_as_the_broker_is_told(idle: str, ends_with: type[BaseException] | None) -> None:
    waits = Patience(Waiter(idle))

    class Channel:
        def start_consuming(self) -> None:
            raise RanDry

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(redirect._stock, "start_consuming", Channel.start_consuming)
        if ends_with is None:
            waits.start_consuming(Channel())
        else:
            with pytest.raises(ends_with):
                waits.start_consuming(Channel())


def test_traffic_ends_the_quiet() -> None:
    waiter = Waiter()

    class Link:
        frames_received = 1

    link = Link()
    waiter.links.append(link)
    quiet = Quiet(Patience(waiter))
    asked: list[int] = []
    waiter.patience = lambda: float(len(asked.append(1) or asked))  # type: ignore[method-assign, func-returns-value]
    assert [quiet.limit(waiter), quiet.limit(waiter)] == [1.0, 1.0]
    link.frames_received = 2
    quiet.lasts()
    assert quiet.limit(waiter) == 2.0
