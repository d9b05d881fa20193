"""The bare model: commands applied to it at instants, with no client, session, clock or trace.

Its floor is making the commands and giving them to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.bare import open_connection
from fakeamqp.model import commands
from fakeamqp.model.broker import Broker
from fakeamqp.model.commands import Command
from fakeamqp.model.message import Message
from fakeamqp.model.profile import PROFILES

QUEUE = "q"
CHANNEL = (1, 1)
BODY = b"x" * 100

Apply = Callable[[Command, int], object]


def model() -> Apply:
    """A new broker, with a channel and a queue; what carries out a command at an instant."""
    broker = Broker(PROFILES["3.10"])
    open_connection(lambda command: broker.apply(command, 0), CHANNEL[0])
    broker.apply(commands.OpenChannel(CHANNEL), 0)
    broker.apply(commands.DeclareQueue(CHANNEL, QUEUE), 0)
    return broker.apply


def nobody() -> Apply:
    """What carries out nothing."""
    return lambda command, now_us: None


def _publish(apply: Apply, count: int) -> None:
    for now_us in range(count):
        apply(commands.Publish(CHANNEL, "", QUEUE, Message("", QUEUE, {}, BODY)), now_us)


def publish(make: Callable[[], Apply], count: int) -> Iterator[None]:
    """basic.publish through the default exchange to a queue without consumers."""
    apply = make()
    yield
    _publish(apply, count)
    yield


def get_and_ack(make: Callable[[], Apply], count: int) -> Iterator[None]:
    """basic.get and basic.ack, one by one."""
    apply = make()
    _publish(apply, count)
    yield
    for tag in range(1, count + 1):
        apply(commands.Get(CHANNEL, QUEUE), count)
        apply(commands.Ack(CHANNEL, tag), count)
    yield


WORKLOADS = {"bare model: publish": publish, "bare model: get + ack": get_and_ack}
