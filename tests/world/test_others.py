"""Which other threads might end a wait."""

from __future__ import annotations

import threading

import pytest

import fakeamqp
from fakeamqp import Broker, ThreadGraceWarning
from fakeamqp.world.call import Budget, Call
from fakeamqp.world.others import Grace


@pytest.fixture
def idler():
    """A thread that does nothing until the test is over."""
    release = threading.Event()
    thread = threading.Thread(target=release.wait, name="idler")
    yield thread
    release.set()
    if thread.ident is not None:
        thread.join()


def test_one_that_is_older_than_the_broker_is_nobody_to_wait_for(idler):
    idler.start()
    assert Broker().scheduler.others.awake() == []


def test_a_younger_one_is(idler):
    others = Broker().scheduler.others
    idler.start()
    assert others.awake() == [idler]


def test_an_older_one_is_once_it_has_used_the_broker(idler):
    idler.start()
    others = Broker().scheduler.others
    assert idler.ident is not None
    others.join(idler.ident)
    assert others.awake() == [idler]
    assert others.users() == [idler]


def test_one_that_serves_counts_while_it_has_clients_and_is_one_like_others_afterwards(idler):
    others = Broker().scheduler.others
    idler.start()
    clients: list[str] = []
    others.serves(idler.ident, lambda: bool(clients))
    assert (others.is_served(), others.awake()) == (True, [])
    clients.append("a client")
    assert others.awake() == [idler]
    clients.clear()
    others.serves_no_more(idler.ident)
    assert (others.is_served(), others.awake()) == (False, [idler])


def test_who_waits_in_vain_gives_them_so_long_and_then_names_them(idler):
    others = Broker(thread_grace=0).scheduler.others
    idler.start()
    grace = Grace("a try")
    assert others.stir(grace)
    with pytest.warns(ThreadGraceWarning, match=r"might have ended a try, in vain: 'idler'"):
        assert not others.stir(grace)
    assert others.awake() == []


def test_one_that_was_given_up_counts_again_when_it_stirs():
    others = Broker(thread_grace=0).scheduler.others
    stir, stirred, end = threading.Event(), threading.Event(), threading.Event()

    def act():
        stir.wait()
        others.stirred()
        stirred.set()
        end.wait()

    thread = threading.Thread(target=act)
    thread.start()
    with pytest.warns(ThreadGraceWarning):
        others.give_up([thread], "nothing")
    assert others.awake() == []
    stir.set()
    stirred.wait()
    assert others.awake() == [thread]
    end.set()
    thread.join()


@pytest.mark.parametrize(("late", "looks"), [(0.0, 3), (0.1, 7)])
def test_a_resting_pool_is_looked_at_more_often_on_a_machine_that_is_busy(idler, monkeypatch, late, looks):
    broker = Broker(thread_grace=60)
    others, now, seen = broker.scheduler.others, [0.0], []
    monkeypatch.setattr("fakeamqp.world.others.rests_in_its_pool", lambda thread: seen.append(thread) or True)
    monkeypatch.setattr("fakeamqp.world.others.Machine.monotonic", lambda: now[0], raising=False)
    monkeypatch.setattr(others, "_glance", lambda loop, slips: now.__setitem__(0, now[0] + 0.005 + late))
    idler.start()
    loop = fakeamqp.connect(broker)._impl.ioloop
    assert others.waited_in_vain(loop, Call("a call", "here", returns=False, budget=Budget()))
    assert len(seen) == looks
