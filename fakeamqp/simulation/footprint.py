"""What a step of the broker touches, so that it can be told which steps could as well have come in the other order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fakeamqp.model import commands as ask
from fakeamqp.model import effects as told
from fakeamqp.model.commands import Command
from fakeamqp.model.effects import Effect, recipient

EVERYTHING = "everything"
"""The resource that stands for all others."""
TOPOLOGY = "topology"
"""What publishing to an exchange other than the default one goes by."""

LIMITS = "limits"
"""How many connections, channels and queues there are, where that is limited."""

Touched = dict[str, bool]
"""What is touched: the names of resources, and whether they are changed (True) or only read."""

# These concern nobody but the connection that sends them.
_PRIVATE = frozenset(
    (
        ask.Connect,
        ask.Login,
        ask.OpenConnection,
        ask.UpdateSecret,
        ask.OpenChannel,
        ask.Flow,
        ask.Qos,
        ask.SelectConfirms,
        ask.SelectTransactions,
        ask.CancelOk,
    )
)
# What a transaction has gathered takes effect, and an acknowledgement's effects name its queues.
_BY_EFFECTS = frozenset((ask.Ack, ask.Nack, ask.Reject, ask.Recover, ask.Publish, ask.Inject, ask.Commit, ask.Rollback))
_ENDS = frozenset((ask.CloseChannel, ask.CloseConnection, ask.ForceChannelClosed, ask.ForceConnectionClosed))
# What a limit of a virtual host or a user counts.
_COUNTED = frozenset((ask.OpenConnection, ask.OpenChannel, ask.DeclareQueue, *_ENDS))


def queue(name: str) -> str:
    """The resource that a queue is."""
    return f"queue {name}"


def connection(number: int) -> str:
    """The resource that a client's end of a connection is."""
    return f"connection {number}"


def conflict(one: Mapping[str, bool], other: Mapping[str, bool]) -> bool:
    """True if it matters which comes first: one changes what the other touches."""
    if EVERYTHING in one or EVERYTHING in other:
        return True
    return any(changed or other[name] for name, changed in one.items() if name in other)


class Footprints:
    """Follows the steps of one broker, and tells what each touches; what it cannot tell touches everything."""

    def __init__(self) -> None:
        self._queue_of: dict[int, str] = {}  # by copy
        self._consumed: dict[tuple[Any, str], str] = {}  # queues by channel and consumer tag
        self._known: set[tuple[str, ...]] = set()

    def of(self, command: Command | None, done: list[Effect], *, is_limited: bool = False) -> Touched:
        """What a step touches. command: None for what time alone has brought about.

        is_limited: True if a virtual host or a user has a limit.
        """
        touched: Touched = {}
        for effect in done:
            self._add_effect(touched, effect)
        if command is None:
            touched[EVERYTHING] = True
        else:
            self._add_command(touched, command, done)
            if is_limited and type(command) in _COUNTED:
                touched[LIMITS] = True
        return touched

    # --- effects

    def _add_effect(self, touched: Touched, effect: Effect) -> None:
        number = recipient(effect)
        if number is not None:
            touched[connection(number)] = True
        kind = type(effect)
        add = _EFFECTS.get(kind)
        if add is not None:
            add(self, touched, effect)

    def _routed(self, touched: Touched, effect: told.Routed) -> None:
        for name, copy in zip(effect.queues, effect.copies, strict=False):
            self._queue_of[copy] = name
        for name in effect.queues:
            touched[queue(name)] = True

    def _settled(self, touched: Touched, effect: told.Settled) -> None:
        for copy in effect.copies:
            name = self._queue_of.get(copy)
            touched[EVERYTHING if name is None else queue(name)] = True

    def _of_queue(self, touched: Touched, effect: Any) -> None:
        if effect.queue:
            touched[queue(effect.queue)] = True

    def _queue_deleted(self, touched: Touched, effect: told.QueueDeleted) -> None:
        touched[TOPOLOGY] = touched[queue(effect.queue)] = True
        self._known.clear()

    def _exchange_deleted(self, touched: Touched, effect: told.ExchangeDeleted) -> None:
        touched[TOPOLOGY] = True
        self._known.clear()

    # --- commands

    def _add_command(self, touched: Touched, command: Command, done: list[Effect]) -> None:
        kind = type(command)
        if kind in _PRIVATE:
            return
        if kind in _BY_EFFECTS:
            self._add_routing(touched, command)
        elif kind in _ENDS:
            self._add_end(touched, command)
        elif kind is ask.Consume:
            name = self._named(touched, command, done)
            tags = [effect.consumer_tag for effect in done if type(effect) is told.ConsumeOk]
            for tag in tags:
                self._consumed[command.channel, tag] = name
        elif kind is ask.Cancel:
            cancelled = self._consumed.pop((command.channel, command.consumer_tag), None)
            touched[EVERYTHING if cancelled is None else queue(cancelled)] = True
        elif kind in (ask.Get, ask.PurgeQueue):
            self._named(touched, command, done)
        elif kind in _DECLARES:
            self._add_declaration(touched, command, done)
        else:
            touched[EVERYTHING] = True

    def _add_routing(self, touched: Touched, command: Any) -> None:
        message: Any = getattr(command, "message", None)
        straight = message is not None and not message.exchange
        touched.setdefault(queue(message.routing_key) if straight else TOPOLOGY, False)

    def _add_end(self, touched: Touched, command: Any) -> None:
        channel = getattr(command, "channel", None)
        number = command.connection if channel is None else channel[0]
        for (key, tag), name in list(self._consumed.items()):
            if key == channel or (channel is None and key[0] == number):
                touched[queue(name)] = True
                del self._consumed[key, tag]

    def _named(self, touched: Touched, command: Any, done: list[Effect]) -> str:
        """The queue that a command names; empty is the channel's last one, which only its effects tell."""
        name: str = command.queue
        touched[queue(name) if name else EVERYTHING] = True
        return name

    def _add_declaration(self, touched: Touched, command: Any, done: list[Effect]) -> None:
        """Declaring anew what is there already changes nothing."""
        what = _DECLARES[type(command)](command)
        is_new = what not in self._known and not getattr(command, "passive", False)
        self._known.add(what)
        name = getattr(command, "queue", None)
        if type(command) is not ask.DeclareQueue:
            touched[TOPOLOGY] = touched.get(TOPOLOGY, False) or is_new
        elif not name:  # it is given one of its own
            return
        if name:
            touched[queue(name)] = touched.get(queue(name), False) or is_new


_EFFECTS: dict[type, Callable[[Footprints, Touched, Any], None]] = {
    told.Routed: Footprints._routed,
    told.Settled: Footprints._settled,
    told.Dropped: Footprints._of_queue,
    told.DeadLettered: Footprints._of_queue,
    told.Requeued: Footprints._of_queue,
    told.Delayed: Footprints._of_queue,
    told.Delivered: Footprints._of_queue,
    told.GetOk: Footprints._of_queue,
    told.QueueDeleted: Footprints._queue_deleted,
    told.ExchangeDeleted: Footprints._exchange_deleted,
}
_DECLARES: dict[type, Callable[[Any], tuple[str, ...]]] = {
    ask.DeclareQueue: lambda command: ("queue", command.queue),
    ask.DeclareExchange: lambda command: ("exchange", command.exchange),
    ask.BindQueue: lambda command: ("bound", command.queue, command.exchange, command.routing_key),
    ask.BindExchange: lambda command: ("bound", command.destination, command.source, command.routing_key),
}
