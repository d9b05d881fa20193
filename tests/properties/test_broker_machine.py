"""Hypothesis plays the broker against its laws: any commands in any order, on the bare model."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from fakeamqp.model import broker as model
from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from fakeamqp.model.broker import Broker
from fakeamqp.model.commands import Command
from fakeamqp.model.effects import Effect
from fakeamqp.model.invariants import Ledger, check
from fakeamqp.model.livelock import Livelock
from fakeamqp.model.message import Message
from fakeamqp.model.profile import PROFILES
from fakeamqp.model.snapshot import fork
from fakeamqp.model.values import ChannelKey
from fakeamqp.strategies import commands, queue_arguments
from fakeamqp.strategies.commands import EXCHANGES, QUEUES
from tests.support.describe import describe

QUEUE = st.sampled_from(("classic", "quorum")).flatmap(
    lambda kind: st.tuples(st.just(kind), queue_arguments(kind))  # type: ignore[arg-type]
)
EXPRESSIONS = (".*", ".*", "", "^q$|amq.default|topic")
POLICY: dict[str, st.SearchStrategy[Any]] = {
    "max-length": st.integers(0, 3),
    "max-length-bytes": st.integers(0, 6),
    "message-ttl": st.integers(0, 4),
    "expires": st.integers(1, 20),
    "delivery-limit": st.integers(0, 2),
    "overflow": st.sampled_from(("drop-head", "reject-publish", "reject-publish-dlx")),
    "dead-letter-exchange": st.sampled_from(("", "fanout", "missing")),
    "alternate-exchange": st.sampled_from(("fanout", "missing")),
}
COUNTERS = frozenset({"last_message", "copies", "_made", "_set", "now_us"})
"""What a refused command may leave behind: numbers that are used up."""


def texts(done: list[Effect]) -> list[str]:
    return [repr(effect) for effect in done]


def pass_time(broker: Broker, until_us: int) -> list[Effect]:
    """Fire every deadline on the way, each at its own instant."""
    done: list[Effect] = []
    while (due_us := broker.next_due()) is not None and due_us <= until_us:
        before_us = broker.now_us
        done += broker.fire(due_us)
        assert broker.now_us == due_us > before_us
    return done


class BrokerMachine(RuleBasedStateMachine):
    """One broker, a twin of it that is told the same, and up to three connections with up to three channels each."""

    version = "4.3"

    def __init__(self) -> None:
        super().__init__()
        self.broker, self.twin = Broker(PROFILES[self.version]), Broker(PROFILES[self.version])
        self.ledger = Ledger()
        self.now_us = 0
        self.connections = 0
        self.last_fresh: dict[tuple[str, int | None], int] = {}
        self.going_round = False

    # --- carrying out

    def do(self, command: Command) -> list[Effect]:
        twins_own = copy.deepcopy(command)
        try:
            done = self.broker.apply(command, self.now_us)
        except Livelock:
            self.going_round = True
            with pytest.raises(Livelock):
                self.twin.apply(twins_own, self.now_us)
            return []
        assert texts(done) == texts(self.twin.apply(twins_own, self.now_us)), "the same commands, other effects"
        self.note(done)
        return done

    def note(self, done: list[Effect]) -> None:
        self.ledger.note(done)
        for effect in done:
            if isinstance(effect, effects.QueueDeleted):
                self.last_fresh = {key: copy for key, copy in self.last_fresh.items() if key[0] != effect.queue}
            elif isinstance(effect, effects.Delivered | effects.GetOk) and not effect.redelivered:
                self.in_order(effect.queue, effect.message.properties.get("priority"), effect.copy)

    def in_order(self, queue: str, priority: int | None, copy: int) -> None:
        """Of one priority, what was never delivered is delivered as it came in."""
        assert self.last_fresh.get((queue, priority), 0) < copy, f"copy {copy} of {queue} was overtaken"
        self.last_fresh[queue, priority] = copy

    # --- who is there

    @initialize(queues=st.tuples(QUEUE, QUEUE, QUEUE))
    def begin(self, queues: tuple[tuple[str, dict[str, Any]], ...]) -> None:
        self.connect()
        self.open_channel(0)
        channel = (1, 1)
        for exchange in EXCHANGES:
            self.do(ask.DeclareExchange(channel, exchange, exchange))
        for queue, (kind, arguments) in zip(QUEUES, queues, strict=True):
            self.do(ask.DeclareQueue(channel, queue, durable=kind == "quorum", arguments=arguments))
            for exchange in EXCHANGES:
                self.do(ask.BindQueue(channel, queue, exchange, "#" if exchange == "topic" else "a"))

    @precondition(lambda self: len(self.broker.connections) < 3 and not self.going_round)
    @rule()
    def connect(self) -> None:
        self.connections = number = self.connections + 1
        self.do(ask.Connect(number))
        told = {"consumer_cancel_notify": True} if number % 2 else {}
        self.do(ask.Login(number, "guest", "guest", capabilities=told))
        self.do(ask.OpenConnection(number, "/"))

    @precondition(lambda self: self.broker.connections and not self.going_round)
    @rule(which=st.integers(0, 2))
    def open_channel(self, which: int) -> None:
        numbers = list(self.broker.connections)
        connection = self.broker.connections[numbers[which % len(numbers)]]
        key = (connection.number, next(number for number in range(1, 9) if number not in connection.channels))
        if len(connection.channels) < 3:
            self.do(ask.OpenChannel(key))

    @precondition(lambda self: len(self.broker.channels) > 1 and not self.going_round)
    @rule(which=st.integers(0, 8))
    def close_channel(self, which: int) -> None:
        self.do(ask.CloseChannel(self.channel(which)))

    @precondition(lambda self: len(self.broker.connections) > 1 and not self.going_round)
    @rule(which=st.integers(0, 2))
    def lose_connection(self, which: int) -> None:
        numbers = list(self.broker.connections)
        self.do(ask.CloseConnection(numbers[which % len(numbers)]))

    # --- what they may do

    @precondition(lambda self: not self.going_round)
    @rule(
        configure=st.sampled_from(EXPRESSIONS),
        write=st.sampled_from(EXPRESSIONS),
        read=st.sampled_from(EXPRESSIONS),
        key=st.sampled_from(("", "a", ".*")),
        queues=st.sampled_from((-1, 3, 4)),
    )
    def permit(self, configure: str, write: str, read: str, key: str, queues: int) -> None:
        self.do(ask.AddUser("guest", "guest"))
        self.do(ask.SetPermissions("guest", "/", configure, write, read))
        self.do(ask.SetTopicPermissions("guest", "/", "topic", key, ".*"))
        self.do(ask.SetVirtualHostLimit("/", "max-queues", queues))

    @precondition(lambda self: not self.going_round)
    @rule()
    def delete_user(self) -> None:
        if "guest" in self.broker.access.users:
            self.do(ask.DeleteUser("guest"))
            assert not self.broker.connections

    def channel(self, which: int) -> ChannelKey:
        keys = list(self.broker.channels)
        return keys[which % len(keys)]

    # --- what they ask

    @precondition(lambda self: self.broker.channels and not self.going_round)
    @rule(which=st.integers(0, 8), data=st.data())
    def ask_anything(self, which: int, data: st.DataObject) -> None:
        command = data.draw(commands(self.channel(which)))
        before = fork(self.broker)
        done = self.do(command)
        refused = [effect for effect in done if isinstance(effect, effects.ChannelClosed | effects.ConnectionClosed)]
        if refused and not isinstance(command, ask.Commit):
            self.nothing_but_a_close(before, command, refused[0], done)
        elif isinstance(command, ask.Publish) and not self.going_round:
            self.publish_ends(command, done)

    @precondition(lambda self: self.broker.channels and not self.going_round)
    @rule(
        which=st.integers(0, 8),
        queue=st.sampled_from((*QUEUES, None)),
        count=st.integers(1, 4),
        body=st.binary(max_size=3),
        properties=st.fixed_dictionaries(
            {}, optional={"expiration": st.sampled_from(("0", "2")), "priority": st.integers(0, 5)}
        ),
    )
    def publish_some(self, which: int, queue: str | None, count: int, body: bytes, properties: dict[str, Any]) -> None:
        exchange, key = ("fanout", "a") if queue is None else ("", queue)
        for _ in range(count):
            if not self.going_round and (channels := self.broker.channels):
                channel = list(channels)[which % len(channels)]
                self.do(ask.Publish(channel, exchange, key, Message(exchange, key, properties, body)))

    @precondition(lambda self: self.broker.channels and not self.going_round)
    @rule(which=st.integers(0, 8), queue=st.sampled_from(QUEUES), tag=st.sampled_from(("one", "two")))
    def consume(self, which: int, queue: str, tag: str) -> None:
        if queue in self.broker.vhosts["/"].queues and tag not in self.broker.channels[self.channel(which)].consumers:
            self.do(ask.Consume(self.channel(which), queue, tag))

    @precondition(lambda self: not self.going_round and any(each.unacked for each in self.broker.channels.values()))
    @rule(which=st.integers(0, 8), place=st.integers(0, 9), how=st.sampled_from((ask.Ack, ask.Nack, ask.Reject)))
    def settle(self, which: int, place: int, how: Any) -> None:
        holding = [each for each in self.broker.channels.values() if each.unacked]
        channel = holding[which % len(holding)]
        tags = list(channel.unacked)
        self.do(how(channel.key, tags[place % len(tags)]))

    # --- what becomes of a node

    @precondition(lambda self: not self.going_round)
    @rule(queue=st.sampled_from(QUEUES), back=st.booleans())
    def lose_or_restore(self, queue: str, back: bool) -> None:
        there = self.broker.vhosts["/"].queues.get(queue)
        if there is None or there.KIND != "classic" or there.owner is not None:
            return
        if there.lost and back:
            self.do(ask.RestoreQueue("/", queue))
        elif not there.lost:
            self.do(ask.LoseQueue("/", queue))

    # --- what an operator lays down

    @precondition(lambda self: not self.going_round)
    @rule(
        definition=st.fixed_dictionaries({}, optional=POLICY),
        pattern=st.sampled_from(("", *(f"^{queue}$" for queue in QUEUES))),
        operators=st.booleans(),
    )
    def lay_down(self, definition: dict[str, Any], pattern: str, operators: bool) -> None:
        """A policy in place of the one before; an empty one takes it away."""
        if operators:
            definition.pop("overflow", None)
            definition.pop("dead-letter-exchange", None)
            definition.pop("alternate-exchange", None)
        vhost = self.broker.vhosts["/"]
        if definition:
            self.do(ask.SetPolicy("/", "p", pattern, definition, operators=operators))
        elif vhost.policies.table(operators=operators):
            self.do(ask.ClearPolicy("/", "p", operators=operators))
        for queue in vhost.queues.values():
            assert queue.in_force == vhost.in_force(queue.name, queue.KIND)

    # --- the laws

    def nothing_but_a_close(self, before: Broker, command: Command, refusal: Effect, done: list[Effect]) -> None:
        """A refused command leaves what closing its channel or connection leaves."""
        close = (
            ask.CloseChannel(command.channel)
            if isinstance(refusal, effects.ChannelClosed)
            else ask.CloseConnection(command.channel[0])
        )
        ends = (effects.ChannelCloseOk, effects.ConnectionCloseOk)
        closing = [effect for effect in before.apply(close, self.now_us) if not isinstance(effect, ends)]
        assert done[0] is refusal
        assert numberless(done[1:]) == numberless(closing)
        assert numberless_state(self.broker) == numberless_state(before)

    def publish_ends(self, command: ask.Publish, done: list[Effect]) -> None:
        """A publish is routed, dropped for a reason, answered, or held by a transaction; and confirmed once."""
        channel = self.broker.channels[command.channel]
        number = command.message.id
        routed = [effect for effect in done if isinstance(effect, effects.Routed) and effect.message_id == number]
        dropped = [
            effect
            for effect in done
            if isinstance(effect, effects.Dropped) and effect.message_id == number and effect.copy is None
        ]
        confirms = [effect for effect in done if isinstance(effect, effects.Confirmed | effects.Unconfirmed)]
        returned = [effect for effect in done if isinstance(effect, effects.Returned)]
        if channel.transaction is not None:
            held = channel.transaction.publishes[-1]
            assert (held.message, held.mandatory) == (command.message, command.mandatory)
            assert routed + dropped + confirms + returned == []
            return
        assert len(routed) <= 1
        assert len(dropped) <= 1
        assert routed or dropped
        unroutable = bool(dropped) and dropped[0].reason == "unroutable"
        assert bool(returned) == (unroutable and command.mandatory)
        expected = [] if channel.published is None else [channel.published]
        assert [effect.delivery_tag for effect in confirms] == expected
        if confirms:
            assert isinstance(confirms[0], effects.Unconfirmed) == (bool(dropped) and not unroutable)

    @precondition(lambda self: not self.going_round)
    @rule(first_us=st.integers(0, 6_000), second_us=st.integers(0, 6_000))
    def pass_time(self, first_us: int, second_us: int) -> None:
        """`advance(a); advance(b)` equals `advance(a + b)`."""
        other, whole = fork(self.broker), first_us + second_us
        try:
            done = pass_time(self.broker, self.now_us + whole)
        except Livelock:
            self.going_round = True
            return
        halves = pass_time(other, self.now_us + first_us) + pass_time(other, self.now_us + whole)
        assert texts(halves) == texts(done) == texts(pass_time(self.twin, self.now_us + whole))
        assert describe(other) == describe(self.broker)
        self.now_us += whole
        self.note(done)

    @precondition(lambda self: self.broker.channels and not self.going_round)
    @rule(which=st.integers(0, 8), data=st.data())
    def look_ahead(self, which: int, data: st.DataObject) -> None:
        """A fork equals the original, goes the same way, and changes nothing in it."""
        original = describe(self.broker)
        ahead, again = fork(self.broker), fork(self.broker)
        assert describe(ahead) == original
        command = data.draw(commands(self.channel(which)))
        try:
            done = ahead.apply(copy.deepcopy(command), self.now_us) + pass_time(ahead, self.now_us + 20_000)
            check(ahead)
        except Livelock:
            return
        finally:
            assert describe(self.broker) == original, "looking ahead has changed the present"
        assert texts(again.apply(command, self.now_us) + pass_time(again, self.now_us + 20_000)) == texts(done)

    @invariant()
    def laws_hold(self) -> None:
        if not self.going_round:
            check(self.broker)
            self.ledger.check(self.broker)


def numberless(done: list[Effect]) -> list[str]:
    """Effects without the numbers that a refused command may have used up."""
    return [re.sub(r"(letter_id|message_id|copy|copies)=[(\d, )None]+", "", text) for text in texts(done)]


def numberless_state(broker: Broker) -> list[str]:
    """The state without those numbers, dead letters made on the way included.

    Nor do the former consumers count that a quorum queue looks through at the next basic.consume: through them it
    knows of channels that are no more.
    """
    lines = describe(broker, leaving_out=COUNTERS | {"copy", "_holders", "_holders_by_tag"})
    return [re.sub(r"Message\(\d+", "Message(", line) for line in lines]


@pytest.mark.parametrize("version", PROFILES)
def test_the_laws_hold_whatever_clients_do(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "_MOST_GENERATIONS", 50)
    monkeypatch.setattr(model, "_MOST_LETTERS_OF_LETTERS", 500)

    class Machine(BrokerMachine):
        pass

    Machine.version = version
    run_state_machine_as_test(Machine, settings=settings(max_examples=15, stateful_step_count=30, deadline=None))
