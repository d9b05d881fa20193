"""The trace remembers steps, forgets old ones, and holds no message longer than anybody else."""

from __future__ import annotations

import gc
import inspect
import weakref

import pytest

from fakeamqp.model import commands, effects
from fakeamqp.model.message import Message
from fakeamqp.world.broker import Broker
from fakeamqp.world.trace import DEFAULT_LENGTH, Trace


class Watched(Message):
    """A message that one can see go."""

    __slots__ = ("__weakref__",)


def step(trace: Trace, body: bytes = b"") -> tuple[commands.Inject, effects.Delivered]:
    message = Watched("", "q", {}, body)
    command = commands.Inject("/", message)
    delivery = effects.Delivered((1, 1), "c", 1, False, "", "q", message)
    trace.add(7, command, [delivery])
    return command, delivery


def test_a_step_is_an_instant_a_command_and_what_came_of_it():
    trace = Trace()
    command, delivery = step(trace)
    (kept,) = trace
    assert (kept.at_us, kept.command, kept.effects) == (7, command, [delivery])
    trace.add(9, None, [])
    assert trace[-1].command is None
    assert [each.at_us for each in trace] == [7, 9]


def test_the_oldest_steps_are_let_go_of_and_counted():
    trace = Trace(2)
    for at_us in range(5):
        trace.add(at_us, None, [])
    assert [each.at_us for each in trace] == [3, 4]
    assert (len(trace), trace.let_go) == (2, 3)
    trace.clear()
    assert (len(trace), trace.let_go) == (0, 0)


@pytest.mark.parametrize("keep", [None, 0, 5, DEFAULT_LENGTH])
def test_a_bounded_trace_holds_no_message(keep):
    trace = Trace(keep)
    command, delivery = step(trace)
    assert command.message is None
    assert delivery.message is None


def test_a_trace_of_everything_keeps_messages_for_replay():
    trace = Trace("all")
    command, delivery = step(trace, b"body")
    assert command.message is delivery.message
    assert command.message.body == b"body"
    assert trace.limit is None


@pytest.mark.parametrize("keep", [-1, "some", 1.5])
def test_a_length_is_a_number_all_or_none(keep):
    with pytest.raises(ValueError, match="trace is a number of steps"):
        Trace(keep)


def test_a_message_that_has_left_the_broker_is_gone():
    broker = Broker()
    broker.apply(commands.Connect(1))
    broker.apply(commands.Login(1, "guest", "guest"))
    broker.apply(commands.OpenConnection(1, "/"))
    broker.apply(commands.OpenChannel((1, 1)))
    broker.apply(commands.DeclareQueue((1, 1), "q"))
    message = Watched("", "q", {}, b"large")
    broker.apply(commands.Publish((1, 1), "", "q", message))
    watched = weakref.ref(message)
    del message
    broker.apply(commands.Get((1, 1), "q"))
    gc.collect()
    assert watched() is not None, "unacked"
    broker.apply(commands.Ack((1, 1), 1))
    broker.published.clear()  # remembers the last ones; the trace does not
    gc.collect()
    assert watched() is None
    assert len(broker.trace) == 8


def test_it_can_note_which_line_asked():
    broker = Broker()
    broker.trace.notes_places = True
    broker.publish("", "q")
    line = inspect.currentframe().f_lineno - 1
    broker.trace.notes_places = False
    broker.publish("", "q")
    assert [step.place for step in broker.trace] == [f"{__file__}:{line}", None]


@pytest.mark.parametrize("keep", [1, 3])
def test_who_reads_it_sees_each_step_once_however_few_are_kept(keep):
    trace, seen = Trace(keep), []
    trace.add(0, None, [])
    trace.read_by(lambda: seen.extend(at_us for at_us, *_ in trace.unread()))
    for at_us in range(1, 9):
        trace.add(at_us, None, [])
    trace.clear()
    assert seen == list(range(1, 9))
    trace.add(9, None, [])
    trace.clear()
    assert seen == list(range(1, 10))
