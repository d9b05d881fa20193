"""State machines that play with a broker through pika, and watch its laws after every step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fakeamqp.model import effects
from fakeamqp.model.effects import Effect
from fakeamqp.model.invariants import Ledger, check
from fakeamqp.strategies.commands import EXCHANGES, QUEUES, queue_arguments
from fakeamqp.strategies.keys import binding_keys, routing_keys
from fakeamqp.strategies.properties import in_pika, properties
from fakeamqp.strategies.reference import Reference
from fakeamqp.strategies.script import Code, Script, call, written
from fakeamqp.strategies.tables import header_bindings, headers
from fakeamqp.strategies.topologies import QueueMade, Topology, topologies
from fakeamqp.world.broker import Broker
from fakeamqp.world.definitions import Source

_KEYS = st.one_of(st.sampled_from(QUEUES), routing_keys(("a", "b"), longest=2))
_WHICH = st.integers(0, 3)
_FLAG = st.booleans()
_RARELY = st.sampled_from((False, False, False, True))


class BrokerMachine(RuleBasedStateMachine):
    """A fresh broker with clients of pika, for your own rules: `class OrdersMachine(BrokerMachine): …`.

    Rules of its own publish, consume, fetch, settle, let time pass and lose connections, at the queues and exchanges
    that are there. After every step these laws are watched: no message is lost or doubled, nobody holds more than its
    prefetch, one consumer is active where only one may be, what comes in first is delivered first, and clients are told
    what the reference says (`fakeamqp.strategies.reference`).
    A failing example ends with the program that shows it, in runnable pika code.

    version, definitions, options: of the broker; options: further arguments of `Broker`. vhost: the clients' own.
    refers: False to watch the laws without the reference.

    broker: what is tested. script: the program so far. connection, channel: pika's, for your own rules.
    """

    version: ClassVar[str] = "4.3"
    vhost: ClassVar[str] = "/"
    definitions: ClassVar[Source | None] = None
    options: ClassVar[dict[str, Any]] = {}
    refers: ClassVar[bool] = True
    clients: ClassVar[int] = 2

    def __init__(self) -> None:
        super().__init__()
        given: dict[str, Any] = {} if self.definitions is None else {"definitions": written(self.definitions)}
        self.broker = Broker(self.version, trace="all", **given, **self.options)
        self.script = Script(self.broker, call("fakeamqp.Broker", self.version, **given, **self.options))
        self._watch = Watch(self.broker, self.vhost, refers=self.refers)
        self.published = 0
        self._numbers: dict[int, int] = {}
        for client in range(1, self.clients + 1):
            self._connect(client)

    # --- for rules of your own

    @property
    def connection(self) -> Any:
        """The first client's connection, a `pika.BlockingConnection`."""
        return self.script.names["connection_1"]

    @property
    def channel(self) -> Any:
        """The first client's channel, open."""
        return self.script.names["channel_1"]

    def do(self, line: str) -> Any:
        """Carry out a line of code and put it into the program: `self.do("channel_1.queue_declare('q')")`.

        It may speak of `broker`, `connection_1`, `channel_1`, `connection_2`, … What it returns, or the refusal, one of
        pika's exceptions; a channel or connection that was closed by it is opened again.
        """
        value = self.script.attempt(line)
        self.broker.settle()
        for client in range(1, self.clients + 1):
            if self._key_of(client) not in self.broker.model.channels:
                self.script.attempt(f"connection_{client}.process_data_events(0)")  # it hears of the close
            if not self.script.names[f"connection_{client}"].is_open:
                self._connect(client)
            elif not self.script.names[f"channel_{client}"].is_open:
                self.script.do(f"channel_{client} = connection_{client}.channel()")
        return value

    def ask(self, client: int, method: str, *arguments: Any, **named: Any) -> Any:
        """Call a method of a client's channel, by `do`."""
        return self.do(call(f"channel_{client}.{method}", *arguments, **named))

    def queue_names(self) -> list[str]:
        """The queues that are there now."""
        return list(self.broker.model.vhosts[self.vhost].queues)

    def exchange_names(self) -> list[str]:
        """The exchanges that were declared, and the default exchange."""
        return ["", *(name for name in self.broker.model.vhosts[self.vhost].exchanges if not name.startswith("amq."))]

    def held(self) -> list[tuple[int, int]]:
        """What is unacked: client and delivery tag."""
        return [(client, tag) for client in range(1, self.clients + 1) for tag in self._model_of(client).unacked]

    def _connect(self, client: int) -> None:
        where = "" if self.vhost == "/" else f", virtual_host={self.vhost!r}"
        self.script.do(f"connection_{client} = fakeamqp.connect(broker{where})")
        self._numbers[client] = list(self.broker.model.connections)[-1]
        self.script.do(f"channel_{client} = connection_{client}.channel()")

    def _key_of(self, client: int) -> tuple[int, int]:
        return self._numbers[client], self.script.names[f"channel_{client}"].channel_number

    def _model_of(self, client: int) -> Any:
        return self.broker.model.channels[self._key_of(client)]

    def client(self, which: int) -> int:
        """One of the clients' numbers."""
        return which % self.clients + 1

    # --- rules

    @rule(
        which=_WHICH, exchange=st.integers(0, 9), key=_KEYS, drawn=properties(), mandatory=_FLAG, size=st.integers(1, 3)
    )
    def publish(self, which: int, exchange: int, key: str, drawn: dict[str, Any], mandatory: bool, size: int) -> None:
        """Publish to an exchange that is there, or to a queue by its name."""
        there = self.exchange_names()
        self._publish(self.client(which), there[exchange % len(there)], key, drawn, mandatory=mandatory, size=size)

    @precondition(lambda self: self.queue_names())
    @rule(which=_WHICH, queue=st.integers(0, 9), count=st.integers(1, 4), drawn=properties())
    def publish_to_queue(self, which: int, queue: int, count: int, drawn: dict[str, Any]) -> None:
        """Publish a few to a queue that is there."""
        there = self.queue_names()
        for _ in range(count):
            self._publish(self.client(which), "", there[queue % len(there)], drawn)

    def _publish(
        self, client: int, exchange: str, key: str, drawn: dict[str, Any], *, mandatory: bool = False, size: int = 1
    ) -> None:
        self.published += 1
        body = b"%d" % self.published * size
        more = {"properties": in_pika(drawn)} if drawn else {}
        more |= {"mandatory": Code(True)} if mandatory else {}
        self.ask(client, "basic_publish", exchange, key, body, **more)

    @precondition(lambda self: self.queue_names())
    @rule(
        which=_WHICH,
        queue=st.integers(0, 9),
        prefetch=st.integers(0, 3),
        auto_ack=_RARELY,
        priority=st.sampled_from((None, None, -1, 1)),
        exclusive=st.sampled_from((*(False,) * 7, True)),
    )
    def consume(
        self, which: int, queue: int, prefetch: int, auto_ack: bool, priority: int | None, exclusive: bool
    ) -> None:
        """Subscribe to a queue that is there."""
        client, there = self.client(which), self.queue_names()
        name = there[queue % len(there)]
        self.ask(client, "basic_qos", prefetch_count=prefetch)
        more: dict[str, Any] = {"auto_ack": True} if auto_ack else {}
        more |= {"exclusive": True} if exclusive else {}
        more |= {} if priority is None else {"arguments": {"x-priority": priority}}
        tag = f"{name}.{client}.{len(self._model_of(client).consumers)}"
        if tag not in self._model_of(client).consumers:
            self.ask(client, "basic_consume", name, Code("got"), consumer_tag=tag, **more)

    @precondition(lambda self: any(channel.consumers for channel in self.broker.model.channels.values()))
    @rule(which=st.integers(0, 9))
    def cancel(self, which: int) -> None:
        """End a subscription."""
        clients = range(1, self.clients + 1)
        there = [(client, tag) for client in clients for tag in self._model_of(client).consumers]
        if there:
            client, tag = there[which % len(there)]
            self.ask(client, "basic_cancel", tag)

    @precondition(lambda self: self.queue_names())
    @rule(which=_WHICH, queue=st.integers(0, 9), auto_ack=_RARELY)
    def get(self, which: int, queue: int, auto_ack: bool) -> None:
        """Fetch a message."""
        there = self.queue_names()
        self.ask(self.client(which), "basic_get", there[queue % len(there)], **({"auto_ack": True} if auto_ack else {}))

    @precondition(lambda self: self.held())
    @rule(which=st.integers(0, 9), how=st.sampled_from(("ack", "nack", "reject")), multiple=_RARELY, requeue=_FLAG)
    def settle(self, which: int, how: str, multiple: bool, requeue: bool) -> None:
        """Acknowledge, requeue or reject what somebody holds."""
        held = self.held()
        client, tag = held[which % len(held)]
        more: dict[str, Any] = {"multiple": True} if multiple and how != "reject" else {}
        more |= {} if requeue or how == "ack" else {"requeue": False}
        self.ask(client, f"basic_{how}", tag, **more)

    @rule(milliseconds=st.sampled_from((0, 1, 1, 2, 4, 9)))
    def pass_time(self, milliseconds: int) -> None:
        """Let time pass."""
        self.do(f"broker.clock.advance({milliseconds / 1000})")

    @rule(which=_WHICH, how=st.sampled_from(("channel", "connection", "lost")))
    def leave(self, which: int, how: str) -> None:
        """A client closes its channel or its connection, or loses that."""
        client = self.client(which)
        if how == "lost":
            self.do(f"broker.faults.drop_connections(connection_{client})")
        else:
            self.do(f"{how}_{client}.close()")

    # --- laws

    @invariant()
    def laws(self) -> None:
        """Nothing is lost, everything is where the reference has it."""
        self.broker.settle()
        self._watch.look()

    def teardown(self) -> None:
        note(f"As a program:\n\n{self.script}")
        self.broker.close()


class Watch:
    """Follows a broker's trace and holds its laws. Raises AssertionErrors: BrokenLaw, Differs."""

    def __init__(self, broker: Broker, vhost: str = "/", *, refers: bool = True) -> None:
        self._broker = broker
        self._ledger = Ledger()
        self._seen = 0
        self._last: dict[tuple[str, int | None], int] = {}
        self.reference = Reference(broker.version, vhost) if refers else None
        if self.reference is not None:
            there = broker.model.vhosts[vhost]
            laid = {name: broker.queue(name, vhost).effective_policy_definition for name in there.queues}
            self.reference.know(Topology.of(broker, vhost), laid if there.policies else None)

    def look(self) -> None:
        """Look at what has happened since the last time."""
        trace = self._broker.trace
        for place in range(self._seen, len(trace)):
            step = trace[place]
            self._ledger.note(step.effects)
            self._in_order(step.effects)
            if self.reference is not None:
                self.reference.follow(step)
        self._seen = len(trace)
        check(self._broker.model)
        self._ledger.check(self._broker.model)
        if self.reference is not None:
            self.reference.compare(self._broker)

    def _in_order(self, told: list[Effect]) -> None:
        """Of one priority, what was never delivered is delivered as it came in."""
        for effect in told:
            if isinstance(effect, effects.QueueDeleted):
                self._last = {key: copy for key, copy in self._last.items() if key[0] != effect.queue}
            elif isinstance(effect, effects.Delivered | effects.GetOk) and not effect.redelivered and effect.copy:
                key = (effect.queue, effect.message.properties.get("priority"))
                assert self._last.get(key, 0) < effect.copy or getattr(effect, "kept", False), (
                    f"message {effect.message.body!r} was overtaken in queue {effect.queue!r}"
                )
                self._last[key] = effect.copy


class TopologyMachine(BrokerMachine):
    """The same with a topology of its own, which is drawn and goes on changing: a test of the broker itself.

    kinds: of queues.
    """

    kinds: ClassVar[tuple[str, ...]] = ("classic", "quorum")

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """Declare what was drawn."""
        drawn = data.draw(topologies(kinds=self.kinds))
        queues = [QueueMade(each.name, _told_of(each.arguments)) for each in drawn.queues]
        for line in Topology(drawn.exchanges, queues, drawn.bindings).lines:
            self.do(line.replace("channel.", "channel_1.", 1))

    @rule(
        which=_WHICH,
        name=st.sampled_from((*QUEUES, "")),
        data=st.data(),
        flags=st.fixed_dictionaries(
            {}, optional={"durable": _FLAG, "exclusive": _RARELY, "auto_delete": _RARELY, "passive": _RARELY}
        ),
    )
    def declare_queue(self, which: int, name: str, data: st.DataObject, flags: dict[str, bool]) -> None:
        """Declare a queue that may be there."""
        kind: Any = data.draw(st.sampled_from(self.kinds))
        arguments = _told_of(data.draw(queue_arguments(kind)))
        if kind == "quorum":
            flags = {"durable": True}
        given = {"arguments": arguments} if arguments else {}
        if not (name == "" and flags.get("passive")):
            self.ask(self.client(which), "queue_declare", name, **flags, **given)

    @precondition(lambda self: self.queue_names())
    @rule(which=_WHICH, queue=st.integers(0, 9), exclusive=_RARELY, durable=_RARELY)
    def declare_again(self, which: int, queue: int, exclusive: bool, durable: bool) -> None:
        """Declare a queue as it is, or not quite."""
        there = self.queue_names()
        model = self.broker.model.vhosts[self.vhost].queues[there[queue % len(there)]]
        flags = {
            "durable": model.durable is not durable,
            "exclusive": (model.owner is not None) is not exclusive,
            "auto_delete": model.auto_delete,
        }
        self.ask(self.client(which), "queue_declare", model.name, **flags, arguments=dict(model.arguments))

    @rule(
        which=_WHICH,
        name=st.sampled_from((*QUEUES, "missing")),
        what=st.sampled_from(("delete", "purge", "purge", "declared")),
        flag=st.sampled_from((None, None, "if_unused", "if_empty")),
    )
    def change_queue(self, which: int, name: str, what: str, flag: str | None) -> None:
        """Delete, empty, or ask for a queue."""
        if what == "declared":
            self.ask(self.client(which), "queue_declare", name, passive=True)
        else:
            self.ask(self.client(which), f"queue_{what}", name, **({flag: True} if flag and what == "delete" else {}))

    @rule(
        which=_WHICH,
        name=st.sampled_from((*EXCHANGES, "amq.mine", "")),
        kind=st.sampled_from(EXCHANGES),
        same=st.sampled_from((True, True, False)),
        flags=st.fixed_dictionaries(
            {}, optional={"durable": _FLAG, "internal": _RARELY, "auto_delete": _RARELY, "passive": _RARELY}
        ),
        alternate=st.sampled_from((None, *EXCHANGES)),
    )
    def declare_exchange(
        self, which: int, name: str, kind: str, same: bool, flags: dict[str, bool], alternate: str | None
    ) -> None:
        """Declare an exchange that may be there."""
        kind = name if same and name in EXCHANGES else kind
        arguments = {} if alternate is None else {"alternate-exchange": alternate}
        self.ask(
            self.client(which),
            "exchange_declare",
            name,
            kind,
            **flags,
            **({"arguments": arguments} if arguments else {}),
        )

    @rule(which=_WHICH, name=st.sampled_from((*EXCHANGES, "amq.topic")), if_unused=_FLAG)
    def delete_exchange(self, which: int, name: str, if_unused: bool) -> None:
        """Delete an exchange."""
        self.ask(self.client(which), "exchange_delete", name, **({"if_unused": True} if if_unused else {}))

    @rule(
        which=_WHICH,
        off=_RARELY,
        to_exchange=_RARELY,
        source=st.sampled_from((*EXCHANGES, *EXCHANGES, "amq.topic", "")),
        destination=st.integers(0, 9),
        key=st.one_of(binding_keys(("a", "b"), longest=3, hashes=3), _KEYS),
        arguments=st.one_of(st.just({}), header_bindings()),
    )
    def bind(
        self,
        which: int,
        off: bool,
        to_exchange: bool,
        source: str,
        destination: int,
        key: str,
        arguments: dict[str, Any],
    ) -> None:
        """Bind, or unbind."""
        there = EXCHANGES if to_exchange else (self.queue_names() or QUEUES)
        method = ("exchange_" if to_exchange else "queue_") + ("unbind" if off else "bind")
        given = {"arguments": arguments} if arguments else {}
        self.ask(self.client(which), method, there[destination % len(there)], source, key, **given)

    @rule(which=_WHICH, on=st.sampled_from(EXCHANGES), key=_KEYS, copies=st.lists(_KEYS, max_size=2), drawn=headers())
    def publish_copies(self, which: int, on: str, key: str, copies: list[str], drawn: dict[str, Any]) -> None:
        """Publish under several keys."""
        self._publish(self.client(which), on, key, {"headers": {**drawn, "CC": copies[:1], "BCC": copies[1:]}})

    @rule(
        which=_WHICH, what=st.sampled_from(("confirm_delivery", "tx_select", "tx_commit", "tx_rollback", "tx_commit"))
    )
    def mode(self, which: int, what: str) -> None:
        """Confirms and transactions."""
        client = self.client(which)
        model = self._model_of(client)
        if what in ("tx_commit", "tx_rollback") and model.transaction is None and what == "tx_rollback":
            return
        self.ask(client, what)

    @rule(which=_WHICH)
    def recover(self, which: int) -> None:
        """Ask for everything unacked again."""
        self.ask(self.client(which), "basic_recover", requeue=True)

    @rule(which=_WHICH, tag=st.integers(0, 5), how=st.sampled_from(("ack", "nack", "reject")), multiple=_FLAG)
    def settle_anything(self, which: int, tag: int, how: str, multiple: bool) -> None:
        """Settle a delivery that may not be there."""
        self.ask(self.client(which), f"basic_{how}", tag, **({"multiple": multiple} if how != "reject" else {}))


def _told_of(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments without what the reference does not know: the size of properties, which quorum queues count."""
    left_out = ("x-max-length-bytes",) if arguments.get("x-queue-type") == "quorum" else ()
    return {name: value for name, value in arguments.items() if name not in left_out}
