"""What RabbitMQ does, told once more with nothing but lists: a reference that a broker is compared with, step by step.

It follows the commands of a trace (`Broker(trace="all")`), says what clients should be told, and compares. What it does
not know (streams, plugins, limits for a whole channel, what an operator does), it says nothing about:
from the first such step on it is silent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any

import attrs

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from fakeamqp.model.commands import Command
from fakeamqp.model.message import Message
from fakeamqp.strategies.plain_arguments import COMPARED, refuses_arguments
from fakeamqp.strategies.plain_routing import PREDECLARED, TYPES, PlainBinding, PlainExchange, route
from fakeamqp.strategies.plain_state import Channel, Consumer, Copy, Held, Queue, all_held, by_tag, free
from fakeamqp.strategies.plain_told import Told, comparable, told_by
from fakeamqp.strategies.topologies import Topology
from fakeamqp.world.broker import Broker
from fakeamqp.world.step import Step

_MS = 1000


class Differs(AssertionError):
    """The broker did something else than the reference."""


class _Refused(Exception):
    def __init__(self, code: int) -> None:
        self.code = code


class _Unknown(Exception):
    pass


class Reference:
    """The naive broker. silent: why it has nothing to say any more; None as long as it follows."""

    def __init__(self, version: str, vhost: str = "/") -> None:
        self.version = version
        self.vhost = vhost
        self.silent: str | None = None
        self._has_policies = False
        self.now_us = 0
        self.exchanges = {
            name: PlainExchange(kind, internal=name.endswith("trace")) for name, kind in PREDECLARED.items()
        }
        self.queues: dict[str, Queue] = {}
        self.bindings: list[PlainBinding] = []
        self.channels: dict[tuple[int, int], Channel] = {}
        self._told: dict[tuple[int, int], list[Told]] = {}
        self._dying: list[tuple[Queue, Copy, str]] = []
        self._count = 0

    def know(self, topology: Topology, policies: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """Begin with what is there already. policies: what they come to for each queue; None if there are none."""
        self._has_policies = policies is not None
        for made in topology.exchanges:
            if made.type not in TYPES:
                self.silent = f"it does not know exchanges of type {made.type!r}"
            self.exchanges[made.name] = PlainExchange(
                made.type, made.durable, made.auto_delete, made.internal, made.arguments
            )
        for queue in topology.queues:
            kind = queue.arguments.get("x-queue-type", "classic")
            if kind == "stream":
                self.silent = "it does not know streams"
            self.queues[queue.name] = Queue(
                queue.name,
                kind,
                queue.durable,
                queue.auto_delete,
                None,
                queue.arguments,
                (policies or {}).get(queue.name, {}),
            )
            self._touch(self.queues[queue.name])
        for each in topology.bindings:
            self.bindings.append(
                PlainBinding(each.source, each.kind, each.destination, each.routing_key, each.arguments)
            )

    # --- following a trace

    def follow(self, step: Step) -> None:
        """Do what a step of a trace does. Raises Differs if the broker told its clients something else."""
        if self.silent:
            return
        self._told = {}
        try:
            self._until(step.at_us)
            if step.command is not None:
                self._obey(step.command, step.effects)
        except _Unknown as unknown:
            self.silent = str(unknown)
            return
        observed: dict[tuple[int, int], list[Told]] = {}
        for effect in step.effects:
            told = told_by(effect)
            if told is not None:
                observed.setdefault(effect.channel, []).append(told)
        for key in {**observed, **self._told}:
            here, there = self._told.get(key, []), observed.get(key, [])
            if here != there:
                asked = "as time passed" if step.command is None else f"asked {_words(step.command)}"
                raise Differs(f"{asked}, channel {key} should be told {here}, and was told {there}")

    def compare(self, broker: Broker) -> None:
        """Hold the queues against those of the broker. Raises Differs."""
        if self.silent:
            return
        there = broker.snapshot().vhosts[self.vhost].queues
        if list(self.queues) != list(there):
            raise Differs(f"there should be the queues {list(self.queues)}, and are {list(there)}")
        for queue in self.queues.values():
            seen = there[queue.name]
            held = sum(held[1] is queue for channel in self.channels.values() for held in all_held(channel))
            ours = ([(c.body, c.keys[0]) for c in queue.ready], held, [c.tag for c in queue.consumers])
            theirs = ([(m.body, m.routing_key) for m in seen.messages], seen.unacked, list(seen.consumers))
            if ours != theirs:
                raise Differs(
                    f"queue {queue.name!r} should have ready, unacked and as consumers {ours}, and has {theirs}"
                )

    def _tell(self, channel: Channel, *told: Any) -> None:
        self._told.setdefault(channel.key, []).append(told)

    # --- time

    def _until(self, at_us: int) -> None:
        while (due := self._next_due()) is not None and due[0] <= at_us:
            self.now_us, queue, is_unused = due
            if is_unused:
                self._delete(queue)
            else:
                self._expire(queue)
            self._bury()
        self.now_us = at_us

    def _next_due(self) -> tuple[int, Queue, bool] | None:
        """What is due next. Of the same instant, in the order of the queues."""
        due: list[tuple[int, Queue, bool]] = []
        for queue in self.queues.values():
            if queue.looks_us is not None:
                due.append((queue.looks_us, queue, False))
            if queue.unused_since_us is not None and not queue.consumers:
                due.append((queue.unused_since_us + queue.limit("expires") * _MS, queue, True))
        return min(due, key=lambda each: each[0], default=None)

    def _touch(self, queue: Queue) -> None:
        queue.unused_since_us = self.now_us if queue.limit("expires") is not None else None

    # --- commands

    def _obey(self, command: Command, told: list[Any]) -> None:
        method = _METHODS.get(type(command))
        if method is None:
            raise _Unknown(f"it does not know {type(command).__name__}")
        key = getattr(command, "channel", None)
        if key is None:
            method(self, command, told)
            return
        if key not in self.channels:
            if not isinstance(command, ask.OpenChannel):
                raise _Unknown(f"it does not know channel {key}")
            self.channels[key] = Channel(key)
            return
        channel = self.channels[key]
        try:
            method(self, channel, command, told)
        except _Refused as refused:
            if refused.code in (503, 530, 540, 541):
                self._told[key] = []
                if not any(isinstance(effect, effects.ConnectionClosed) for effect in told):
                    raise Differs(f"{_words(command)} should close the connection with {refused.code}") from None
                self._end([each for each in self.channels.values() if each.key[0] == key[0]])
            else:
                self._tell(channel, "closed", refused.code)
                self._end([channel])
        self._bury()

    def _close_channel(self, channel: Channel, command: Any, told: Any) -> None:
        self._end([channel])

    def _close_connection(self, command: Any, told: Any) -> None:
        self._end([each for each in self.channels.values() if each.key[0] == command.connection])
        for queue in [each for each in self.queues.values() if each.owner == command.connection]:
            self._delete(queue)
        self._bury()

    def _enter(self, command: Any, told: Any) -> None:
        if getattr(command, "virtual_host", self.vhost) != self.vhost:
            raise _Unknown("it knows one virtual host")

    def _end(self, channels: list[Channel]) -> None:
        """Channels end together: consumers go first, then what was unacked comes back."""
        back: dict[Queue, list[tuple[Copy, Consumer | None]]] = {}
        leaving: dict[Queue, list[Consumer]] = {}
        for channel in channels:
            for copy, queue, consumer in by_tag({**channel.held, **channel.taken}):
                back.setdefault(queue, []).append((copy, consumer))
            for consumer in channel.consumers.values():
                leaving.setdefault(consumer.queue, []).append(consumer)
            del self.channels[channel.key]
        for queue in dict.fromkeys(chain(back, leaving)):
            for consumer in leaving.get(queue, []):
                if not queue.gone:
                    self._unsubscribe(queue, consumer)
            if leaving.get(queue) and not queue.consumers and queue.auto_delete and not queue.gone:
                self._delete(queue)
            self._requeue(queue, back.get(queue, []), "channel closed")
            if leaving.get(queue) and not queue.gone and not queue.consumers:
                self._touch(queue)

    # --- exchanges and bindings

    def _declare_exchange(self, channel: Channel, command: ask.DeclareExchange, told: Any) -> None:
        name, there = command.exchange, self.exchanges.get(command.exchange)
        if command.passive:
            if not name:
                raise _Refused(403)
            if there is None:
                raise _Refused(404)
            return
        if command.type not in TYPES:
            raise _Unknown(f"it does not know exchanges of type {command.type!r}")
        if not name:
            raise _Refused(403)
        made = PlainExchange(command.type, command.durable, command.auto_delete, command.internal, command.arguments)
        if there is None:
            if name.startswith("amq."):
                raise _Refused(403)
            self.exchanges[name] = made
        elif _without_extras(made) != _without_extras(there):
            raise _Refused(406)

    def _delete_exchange(self, channel: Channel, command: ask.DeleteExchange, told: Any) -> None:
        name = command.exchange
        if not name or name.startswith("amq."):
            raise _Refused(403)
        if name in self.exchanges:
            if command.if_unused and any(binding.source == name for binding in self.bindings):
                raise _Refused(406)
            self._drop_exchange(name)

    def _drop_exchange(self, name: str) -> None:
        del self.exchanges[name]
        self._unbind([each for each in self.bindings if name == each.source])
        self._unbind([each for each in self.bindings if (each.kind, each.destination) == ("exchange", name)])

    def _bind(self, channel: Channel, command: Any, told: Any) -> None:
        binding = self._binding(channel, command)
        if not binding.source or not binding.destination:
            raise _Refused(403)
        if binding.source not in self.exchanges:
            raise _Refused(404)
        if binding.destination not in (self.queues if binding.kind == "queue" else self.exchanges):
            raise _Refused(404)
        kind = self.exchanges[binding.source].type
        if kind == "topic" and self.version == "4.3" and binding.routing_key.split(".").count("#") > 2:
            raise _Refused(406)
        if kind == "headers" and binding.arguments.get("x-match", "all") not in _MODES:
            raise _Refused(406)
        if binding.kind == "queue":
            self._check_owner(channel, self.queues[binding.destination])
        if binding not in self.bindings:
            self.bindings.append(binding)

    def _unbind_one(self, channel: Channel, command: Any, told: Any) -> None:
        binding = self._binding(channel, command)
        if not binding.source or not binding.destination:
            raise _Refused(403)
        if binding in self.bindings:
            if binding.kind == "queue":
                self._check_owner(channel, self.queues[binding.destination])
            self._unbind([binding])

    def _binding(self, channel: Channel, command: Any) -> PlainBinding:
        if isinstance(command, ask.BindExchange | ask.UnbindExchange):
            return PlainBinding(command.source, "exchange", command.destination, command.routing_key, command.arguments)
        queue = self._name(channel, command.queue)
        key = command.routing_key or ("" if command.queue else queue)
        return PlainBinding(command.exchange, "queue", queue, key, command.arguments)

    def _unbind(self, bindings: list[PlainBinding]) -> None:
        """Take bindings away; an auto-delete exchange goes with the last one that led from it."""
        self.bindings = [each for each in self.bindings if each not in bindings]
        for name in dict.fromkeys(each.source for each in bindings):
            there = self.exchanges.get(name)
            if there is not None and there.auto_delete and not any(each.source == name for each in self.bindings):
                self._drop_exchange(name)

    # --- queues

    def _name(self, channel: Channel, name: str) -> str:
        if name:
            return name
        if channel.current_queue is None:
            raise _Refused(404)
        return channel.current_queue

    def _queue(self, channel: Channel, name: str) -> Queue:
        name = self._name(channel, name)
        if name.startswith("amq.rabbitmq.reply-to"):
            raise _Unknown("it does not know direct reply-to")
        if name not in self.queues:
            raise _Refused(404)
        queue = self.queues[name]
        self._check_owner(channel, queue)
        return queue

    def _check_owner(self, channel: Channel, queue: Queue) -> None:
        if queue.owner not in (None, channel.key[0]):
            raise _Refused(405)

    def _declare_queue(self, channel: Channel, command: ask.DeclareQueue, told: list[Any]) -> None:
        name = command.queue
        if command.passive:
            queue = self._queue(channel, name)
        elif name.startswith("amq."):
            raise _Refused(403)
        elif name in self.queues:
            queue = self.queues[name]
            self._check_same(channel, queue, command)
        else:
            queue = self._make(channel, command, told)
        channel.current_queue = queue.name
        self._tell(channel, "declared", queue.name, len(queue.ready), self._counted(queue))
        if not queue.consumers:
            self._touch(queue)

    def _check_same(self, channel: Channel, queue: Queue, command: ask.DeclareQueue) -> None:
        self._check_owner(channel, queue)
        if (queue.owner is None) == command.exclusive:
            raise _Refused(405)
        durable = command.durable and not command.exclusive
        if (durable, command.auto_delete) != (queue.durable, queue.auto_delete):
            raise _Refused(406)
        given, known = dict(command.arguments), dict(queue.arguments)
        kind = given.pop("x-queue-type", "classic")
        known.pop("x-queue-type", None)
        if kind != queue.kind or _of_broker(given) != _of_broker(known):
            raise _Refused(406)

    def _make(self, channel: Channel, command: ask.DeclareQueue, told: list[Any]) -> Queue:
        name, arguments = command.queue, command.arguments
        kind = arguments.get("x-queue-type", "classic")
        if kind == "stream" or self._has_policies:
            raise _Unknown("it does not know streams, nor policies for new queues")
        if refuses_arguments(kind, arguments, command) or (kind == "quorum" and not name):
            raise _Refused(406)
        if not name:
            name = next((effect.queue for effect in told if isinstance(effect, effects.DeclareQueueOk)), "")
            if not name.startswith("amq.gen-"):
                raise Differs(f"a queue without a name should get one of the broker's, and got {name!r}")
        owner = channel.key[0] if command.exclusive else None
        durable = command.durable and owner is None
        queue = Queue(name, kind, durable, command.auto_delete, owner, dict(arguments))
        self.queues[name] = queue
        return queue

    def _counted(self, queue: Queue) -> int:
        """How many consumers a declaration tells of. A quorum queue counts those too that still hold something."""
        if queue.kind == "classic":
            return len(queue.consumers)
        counted = [queue.active] if queue.single and queue.active else list(queue.consumers)
        fetched = 0
        for channel in self.channels.values():
            for _, holding, consumer in all_held(channel):
                if holding is queue and consumer is None:
                    fetched += 1
                elif holding is queue and consumer is not None and consumer not in counted:
                    counted.append(consumer)
        return len(counted) + fetched

    def _delete_queue(self, channel: Channel, command: ask.DeleteQueue, told: Any) -> None:
        name = self._name(channel, command.queue)
        if name not in self.queues:
            self._tell(channel, "deleted", 0)
            return
        queue = self._queue(channel, name)
        if queue.kind == "quorum" and (command.if_unused or command.if_empty):
            raise _Refused(540)
        if (command.if_empty and queue.ready) or (command.if_unused and queue.consumers):
            raise _Refused(406)
        self._tell(channel, "deleted", len(queue.ready))
        self._delete(queue)

    def _delete(self, queue: Queue) -> None:
        del self.queues[queue.name]
        queue.gone = True
        queue.ready = []
        for consumer in sorted(queue.consumers, key=lambda each: each.tag.encode()):
            consumer.channel.consumers.pop(consumer.tag, None)
            self._tell(consumer.channel, "cancelled", consumer.tag)
        queue.consumers, queue.line, queue.stuck = [], [], []
        self._unbind([each for each in self.bindings if (each.kind, each.destination) == ("queue", queue.name)])

    def _purge(self, channel: Channel, command: ask.PurgeQueue, told: Any) -> None:
        queue = self._queue(channel, command.queue)
        self._tell(channel, "purged", len(queue.ready))
        queue.ready = []

    # --- publishing

    def _publish(self, channel: Channel, command: ask.Publish, told: Any) -> None:
        if command.immediate:
            raise _Refused(540)
        copy = self._read(command.message, channel)
        if channel.held_back is not None:
            channel.held_back.append((copy, command.mandatory, self._route(copy)))
            return
        accepted = self._hand_over(channel, copy, self._route(copy), mandatory=command.mandatory)
        if channel.published is not None:
            channel.published += 1
            self._tell(channel, "confirmed" if accepted else "nacked", channel.published)

    def _inject(self, command: ask.Inject, told: Any) -> None:
        if command.virtual_host != self.vhost:
            raise _Unknown("it knows one virtual host")
        try:
            copy = self._read(command.message, None)
        except _Refused:
            return
        self._hand_over(None, copy, self._route(copy), mandatory=False)
        self._bury()

    def _read(self, message: Message, channel: Channel | None) -> Copy:
        """The message, if the broker takes it."""
        if message.exchange:
            if message.exchange not in self.exchanges:
                raise _Refused(404)
            if self.exchanges[message.exchange].internal:
                raise _Refused(403)
        properties = dict(message.properties)
        if "amq.rabbitmq.reply-to" in (properties.get("reply_to") or ""):
            raise _Unknown("it does not know direct reply-to")
        headers = properties.get("headers") or {}
        if "x-death" in headers:
            raise _Unknown("it does not know deaths that clients tell of")
        expiration = properties.get("expiration")
        if expiration is not None and not (isinstance(expiration, str) and expiration.isdecimal()):
            raise _Refused(406)
        if not isinstance(headers.get("CC", []), list):
            raise _Refused(406)
        keys = [message.routing_key, *headers.get("CC", [])]
        keys += message.keys[len(keys) :]  # a trace shows messages as they were routed: without BCC
        return Copy(message.body, message.exchange, tuple(keys), properties, 0)

    def _route(self, copy: Copy) -> list[Queue]:
        """In the order of the queues' names; which is served first makes no difference but among dead letters."""
        reached = route(self.exchanges, self.bindings, self.queues, copy.exchange, copy.keys, copy.headers)
        return [self.queues[name] for name in sorted(reached)]

    def _hand_over(self, channel: Channel | None, copy: Copy, queues: list[Queue], *, mandatory: bool) -> bool:
        taken = [self._offer(queue, copy) for queue in queues]
        if not queues and mandatory and channel is not None:
            self._tell(channel, "returned", copy.body, copy.exchange, copy.keys[0])
        return all(taken)

    def _offer(self, queue: Queue, copy: Copy) -> bool:
        """A queue takes a copy of its own, or refuses it because it is full."""
        overflow = queue.limit("overflow", "drop-head")
        if not _drops_heads(queue) and self._refuses(queue, copy):
            if overflow == "reject-publish-dlx":
                self._die(queue, attrs.evolve(copy), "maxlen")
            return False
        self._count += 1
        times = [queue.limit("message-ttl"), copy.properties.get("expiration")]
        ttl = min((int(time) for time in times if time is not None), default=None)
        copy = attrs.evolve(copy, number=self._count, expires_us=None if ttl is None else self.now_us + ttl * _MS)
        consumer = None if queue.ready else self._whose_turn(queue)
        if consumer is not None:
            self._hand_to(consumer, queue, copy)
            return True
        self._wait(queue, copy)
        self._drop_heads(queue)
        if queue.kind == "quorum" or len(queue.ready) == 1:
            self._expire(queue)
        return True

    def _refuses(self, queue: Queue, copy: Copy) -> bool:
        most, size = queue.limit("max-length"), queue.limit("max-length-bytes")
        length, weight = len(queue.ready), sum(len(each.body) for each in queue.ready)
        if queue.kind == "classic":
            return (most is not None and length >= most) or (size is not None and weight + len(copy.body) > size)
        part = 8 if queue.full else 10  # a full quorum queue takes no more until a fifth of it is free
        queue.full = (most is not None and length > most * part // 10) or (
            size is not None and weight > size * part // 10
        )
        return queue.full

    def _drop_heads(self, queue: Queue) -> None:
        if not _drops_heads(queue):
            return
        most, size = queue.limit("max-length"), queue.limit("max-length-bytes")
        dropped = False
        while queue.ready and (
            (most is not None and len(queue.ready) > most)
            or (size is not None and sum(len(each.body) for each in queue.ready) > size)
        ):
            self._die(queue, queue.ready.pop(0), "maxlen")
            dropped = True
        if dropped:
            self._expire(queue)

    def _wait(self, queue: Queue, copy: Copy) -> None:
        queue.ready.append(copy)
        queue.ready.sort(key=lambda each: self._place(queue, each))

    def _place(self, queue: Queue, copy: Copy) -> tuple[Any, ...]:
        """Where a copy stands: classic queues by priority and arrival, quorum queues what came back before the rest."""
        given = copy.properties.get("priority")
        if queue.kind == "classic":
            highest = queue.limit("max-priority")
            if highest is None or (highest == 0 and self.version == "3.10"):
                return (copy.number,)
            return (-min(given or 0, highest or 1), copy.number)
        if copy.came_back:
            return (0, 0, copy.came_back)
        if self.version == "4.3":
            return (1, -min(4 if given is None else given, 31), copy.number)
        if self.version == "4.0" and (given or 0) > 4:
            raise _Unknown("it does not know how RabbitMQ 4.0 mixes priorities")
        return (1, 0, copy.number)

    # --- delivering

    def _whose_turn(self, queue: Queue) -> Consumer | None:
        """The consumer of highest priority that may take one more; those of equal priority take turns."""
        if queue.single:
            return self._active(queue)
        while queue.line:
            consumer = min(queue.line, key=lambda each: -each.priority)
            queue.line.remove(consumer)
            if consumer.able:
                fills = consumer.prefetch and not consumer.no_ack and consumer.unacked + 1 >= consumer.prefetch
                (queue.stuck if queue.kind == "quorum" and fills else queue.line).append(consumer)
                return consumer
            queue.stuck.append(consumer)
        return None

    def _active(self, queue: Queue) -> Consumer | None:
        active = queue.active
        if active is None:
            return None
        if queue.kind == "quorum" and self.version != "3.10":
            best = max(queue.consumers, key=lambda each: each.priority)
            if best.priority > active.priority:
                if active.unacked:
                    return None
                active = queue.active = best
        return active if active.able else None

    def _unblock(self, queue: Queue) -> None:
        free = [consumer for consumer in queue.stuck if consumer.able]
        queue.stuck = [consumer for consumer in queue.stuck if consumer not in free]
        queue.line += free

    def _deliver(self, queue: Queue) -> None:
        handed: list[tuple[Consumer, Copy]] = []
        while queue.ready and (consumer := self._whose_turn(queue)) is not None:
            copy = queue.ready.pop(0)
            self._expire(queue)
            if queue.kind == "classic":
                self._hand_to(consumer, queue, copy)
            else:
                handed.append((consumer, copy))
                consumer.unacked += not consumer.no_ack
        # A quorum queue sends what it hands out at once consumer by consumer.
        sorts_by_tag = self.version == "3.10"
        for consumer, copy in sorted(handed, key=lambda each: each[0].tag.encode() if sorts_by_tag else each[0].age):
            consumer.unacked -= not consumer.no_ack
            self._hand_to(consumer, queue, copy)

    def _hand_to(self, consumer: Consumer, queue: Queue, copy: Copy) -> None:
        channel = consumer.channel
        channel.tag += 1
        if not consumer.no_ack:
            consumer.unacked += 1
            channel.held[channel.tag] = (copy, queue, consumer)
        self._tell(channel, "delivered", consumer.tag, channel.tag, *self._shown(copy), queue.name)

    def _shown(self, copy: Copy) -> Told:
        """A dead letter may look redelivered at once, if it failed where it was before: that is left open."""
        redelivered = copy.redelivered if not copy.deaths or self.version == "3.10" else None
        properties = comparable(copy.properties)
        last_death = copy.deaths[0][:2] if copy.deaths and self.version != "3.10" else None
        ends = (copy.first_death, last_death)
        return (copy.body, copy.exchange, copy.keys[0], redelivered, tuple(sorted(copy.deaths)), ends, properties)

    def _consume(self, channel: Channel, command: ask.Consume, told: list[Any]) -> None:
        tag = command.consumer_tag
        if tag and tag in channel.consumers:
            raise _Refused(530)
        queue = self._queue(channel, command.queue)
        priority = command.arguments.get("x-priority", 0)
        if not isinstance(priority, int) or isinstance(priority, bool):
            raise _Refused(406)
        exclusive = command.exclusive and queue.kind == "classic"
        if (exclusive and (queue.consumers or queue.single)) or any(each.exclusive for each in queue.consumers):
            raise _Refused(403)
        if not tag:
            tag = next((effect.consumer_tag for effect in told if isinstance(effect, effects.ConsumeOk)), "")
        if queue.kind == "quorum" and any(
            held[2] is not None and held[2].tag == tag and held[1] is queue for held in all_held(channel)
        ):
            raise _Unknown("it does not know consumers of quorum queues that come back under their tag")
        self._count += 1
        consumer = Consumer(channel, tag, queue, command.no_ack, exclusive, channel.prefetch, priority, self._count)
        channel.consumers[tag] = consumer
        queue.consumers.append(consumer)
        queue.line.append(consumer)
        queue.active = queue.active or consumer
        self._deliver(queue)

    def _cancel(self, channel: Channel, command: ask.Cancel, told: Any) -> None:
        consumer = channel.consumers.pop(command.consumer_tag, None)
        if consumer is None:
            return
        queue = consumer.queue
        self._unsubscribe(queue, consumer)
        if queue.consumers:
            # RabbitMQ 3.10 hands on to the next single active consumer with the next event only.
            if not (self.version == "3.10" and queue.single and queue.kind == "classic"):
                self._deliver(queue)
        elif queue.auto_delete:
            self._delete(queue)
        else:
            self._touch(queue)

    def _unsubscribe(self, queue: Queue, consumer: Consumer) -> None:
        for places in (queue.consumers, queue.line, queue.stuck):
            if consumer in places:
                places.remove(consumer)
        if queue.active is consumer:
            by_priority = queue.kind == "classic" or self.version != "3.10"
            queue.active = max(queue.consumers, key=lambda each: each.priority * by_priority, default=None)

    def _get(self, channel: Channel, command: ask.Get, told: Any) -> None:
        queue = self._queue(channel, command.queue)
        if queue.kind == "quorum" and queue.single:
            raise _Refused(405)
        if not queue.consumers:
            self._touch(queue)
        if not queue.ready:
            self._tell(channel, "empty")
            return
        before = len(queue.ready) - 1
        copy = queue.ready.pop(0)
        self._expire(queue)
        channel.tag += 1
        if not command.no_ack:
            channel.held[channel.tag] = (copy, queue, None)
        left = before if queue.kind == "quorum" and not command.no_ack else len(queue.ready)
        self._tell(channel, "fetched", channel.tag, *self._shown(copy), left)

    def _qos(self, channel: Channel, command: ask.Qos, told: Any) -> None:
        if command.prefetch_size:
            raise _Refused(540)
        if command.global_ and self.version != "4.3":
            raise _Unknown("it does not know limits for a whole channel")
        channel.prefetch = command.prefetch_count

    # --- settling

    def _settle(self, channel: Channel, command: Any, told: Any) -> None:
        tag, multiple = command.delivery_tag, getattr(command, "multiple", False)
        if tag not in channel.held and not (multiple and not tag):
            raise _Refused(406)
        meant = [each for each in channel.held if each == tag or (multiple and (not tag or each < tag))]
        taken = {each: channel.held.pop(each) for each in meant}
        if channel.held_back is not None:
            channel.held_back.append((command, list(taken.values())))
            channel.taken.update(taken)
        else:
            self._carry_out(command, list(taken.values()))

    def _carry_out(self, command: Any, taken: list[Held]) -> None:
        """Queue by queue, and in each consumer by consumer, in the order of their tags; what was fetched goes first."""
        groups: dict[Queue, dict[bytes, list[tuple[Copy, Consumer | None]]]] = {}
        for copy, queue, consumer in taken:
            tag = b"" if consumer is None else b"." + consumer.tag.encode()
            groups.setdefault(queue, {}).setdefault(tag, []).append((copy, consumer))
        for queue, consumers in groups.items():
            for _, group in sorted(consumers.items()):
                self._settle_group(queue, group, command)
                self._serve_freed(queue)

    def _settle_group(self, queue: Queue, group: list[tuple[Copy, Consumer | None]], command: Any) -> None:
        if isinstance(command, ask.Ack):
            for _, consumer in group:
                free(consumer)
        elif command.requeue:
            how = "reject" if isinstance(command, ask.Reject) else "recover" if command is _RECOVER else "nack"
            self._requeue(queue, group, how)
        else:
            for copy, consumer in group:
                free(consumer)
                self._die(queue, copy, "rejected")

    def _serve_freed(self, queue: Queue) -> None:
        if not queue.gone and (queue.single or any(consumer.able for consumer in queue.stuck)):
            if queue.single and queue.kind == "classic" and self.version == "3.10":
                raise _Unknown("it does not know when RabbitMQ 3.10 goes on with a single active consumer")
            self._unblock(queue)
            self._deliver(queue)

    def _requeue(self, queue: Queue, group: list[tuple[Copy, Consumer | None]], how: str) -> None:
        if queue.kind == "quorum" and how == "channel closed" and len(group) > 1:
            if self.version == "3.10":
                group = sorted(group, key=lambda each: b"" if each[1] is None else b"." + each[1].tag.encode())
            else:
                group = sorted(group, key=lambda each: float("inf") if each[1] is None else each[1].age)
        for copy, consumer in group:
            free(consumer)
            copy.redelivered = True
        if queue.gone or not group:
            return
        for copy, _ in group:
            self._put_back(queue, copy, how)
        self._unblock(queue)
        if queue.kind == "classic":
            self._drop_heads(queue)
        self._expire(queue)
        self._deliver(queue)
        self._drop_heads(queue)

    def _put_back(self, queue: Queue, copy: Copy, how: str) -> None:
        if queue.kind == "quorum":
            # RabbitMQ 4.3 counts failures only: what is rejected, and what a client left when it went.
            copy.returns += self.version != "4.3" or how in ("reject", "channel closed")
            limit = queue.limit("delivery-limit", None if self.version == "3.10" else 20)
            if limit is None and how != "channel closed":
                raise _Unknown("it does not know where RabbitMQ puts what may come back without a limit")
            if limit is not None and copy.returns > limit:
                if self.version == "3.10":
                    raise _Unknown("it does not know how 3.10 counts prefetch for what has died of its limit")
                self._die(queue, copy, "delivery_limit")
                return
            if self.version == "4.0" and (copy.properties.get("priority") or 0) > 4:
                raise _Unknown("it does not know how RabbitMQ 4.0 mixes priorities")
        self._count += 1
        copy.came_back = self._count
        self._wait(queue, copy)

    def _recover(self, channel: Channel, command: ask.Recover, told: Any) -> None:
        if not command.requeue:
            raise _Refused(540)
        taken, channel.held = channel.held, {}
        self._carry_out(_RECOVER, by_tag(taken))

    # --- ends

    def _heads(self, queue: Queue) -> list[Copy]:
        """What may expire: the head; in a quorum queue of RabbitMQ 4.3 the head of each priority, and what returned."""
        if queue.kind == "classic" or self.version != "4.3":
            return queue.ready[:1]
        groups: dict[Any, Copy] = {}
        for copy in queue.ready:
            groups.setdefault(self._place(queue, copy)[:2], copy)
        return list(groups.values())

    def _expire(self, queue: Queue) -> None:
        expired = []
        while over := [c for c in self._heads(queue) if c.expires_us is not None and c.expires_us <= self.now_us]:
            for copy in over:
                queue.ready.remove(copy)
            expired += over
        for copy in sorted(expired, key=lambda each: each.number) if queue.kind == "quorum" else expired:
            self._die(queue, copy, "expired")
        heads = [copy.expires_us for copy in self._heads(queue) if copy.expires_us is not None]
        queue.looks_us = min(heads, default=None)

    def _die(self, queue: Queue, copy: Copy, reason: str) -> None:
        if not queue.gone and queue.limit("dead-letter-exchange") is not None:
            self._dying.append((queue, copy, reason))

    def _bury(self) -> None:
        """Dead letters are routed once the step is done, one after the other."""
        buried = 0
        while self._dying:
            queue, copy, reason = self._dying.pop(0)
            buried += 1
            if buried > 10_000:
                raise _Unknown("dead letters go round")
            exchange = queue.limit("dead-letter-exchange")
            if exchange and exchange not in self.exchanges:
                continue
            key = queue.limit("dead-letter-routing-key")
            properties = {name: value for name, value in copy.properties.items() if name != "expiration"}
            headers = dict(copy.headers)
            if self.version == "3.10" and key is not None:
                headers.pop("CC", None)
            properties["headers"] = headers
            deaths = self._with_death(copy.deaths, queue.name, reason)
            letter = Copy(copy.body, exchange, copy.keys if key is None else (key,), properties, 0, deaths=deaths)
            letter.first_death = copy.first_death or (queue.name, reason)
            for target in self._route(letter):
                if not self._has_gone_round(letter, target, reason):
                    self._offer(target, letter)

    def _with_death(
        self, deaths: tuple[tuple[str, str, int], ...], queue: str, reason: str
    ) -> tuple[tuple[str, str, int], ...]:
        same = sum(count for name, why, count in deaths if (name, why) == (queue, reason))
        others = [death for death in deaths if death[:2] != (queue, reason)]
        if self.version == "3.10":
            others.reverse()
        return ((queue, reason, same + 1), *others)

    def _has_gone_round(self, letter: Copy, target: Queue, reason: str) -> bool:
        """A message comes back to a queue that it died in only if a client has rejected it on the way."""
        if reason == "rejected":
            return False
        for name, why, _ in letter.deaths:
            if why == "rejected":
                return False
            if name == target.name:
                return True
        return False

    # --- confirms and transactions

    def _select_confirms(self, channel: Channel, command: Any, told: Any) -> None:
        if channel.held_back is not None:
            raise _Refused(406)
        channel.published = channel.published or 0

    def _select_transactions(self, channel: Channel, command: Any, told: Any) -> None:
        if channel.published is not None:
            raise _Refused(406)
        channel.held_back = channel.held_back or []

    def _commit(self, channel: Channel, command: Any, told: Any) -> None:
        if channel.held_back is None:
            raise _Refused(406)
        held, channel.held_back, channel.taken = channel.held_back, [], {}
        publishes = [each for each in held if isinstance(each[0], Copy)]
        if any(queue.gone for _, _, queues in publishes for queue in queues):
            raise _Unknown("it does not know what a commit does to queues that are gone")
        accepted = [self._hand_over(channel, copy, queues, mandatory=flag) for copy, flag, queues in publishes]
        for command, taken in (each for each in held if not isinstance(each[0], Copy)):
            self._carry_out(command, taken)
        if not all(accepted):
            raise _Refused(406)

    def _rollback(self, channel: Channel, command: Any, told: Any) -> None:
        if channel.held_back is None:
            raise _Refused(406)
        channel.held = dict(sorted({**channel.held, **channel.taken}.items()))
        channel.held_back, channel.taken = [], {}


_MODES = ("all", "any", "all-with-x", "any-with-x")
_RECOVER = ask.Nack((0, 0), 0, True)

_METHODS: dict[type, Callable[..., None]] = {
    ask.Connect: Reference._enter,
    ask.Login: Reference._enter,
    ask.OpenConnection: Reference._enter,
    ask.CloseConnection: Reference._close_connection,
    ask.OpenChannel: Reference._close_channel,
    ask.CloseChannel: Reference._close_channel,
    ask.DeclareExchange: Reference._declare_exchange,
    ask.DeleteExchange: Reference._delete_exchange,
    ask.BindExchange: Reference._bind,
    ask.UnbindExchange: Reference._unbind_one,
    ask.DeclareQueue: Reference._declare_queue,
    ask.BindQueue: Reference._bind,
    ask.UnbindQueue: Reference._unbind_one,
    ask.PurgeQueue: Reference._purge,
    ask.DeleteQueue: Reference._delete_queue,
    ask.Qos: Reference._qos,
    ask.Consume: Reference._consume,
    ask.Cancel: Reference._cancel,
    ask.Publish: Reference._publish,
    ask.Inject: Reference._inject,
    ask.Get: Reference._get,
    ask.Ack: Reference._settle,
    ask.Nack: Reference._settle,
    ask.Reject: Reference._settle,
    ask.Recover: Reference._recover,
    ask.SelectConfirms: Reference._select_confirms,
    ask.SelectTransactions: Reference._select_transactions,
    ask.Commit: Reference._commit,
    ask.Rollback: Reference._rollback,
}


def _drops_heads(queue: Queue) -> bool:
    """True if an overflow drops what is oldest; a quorum queue does so for `reject-publish-dlx`, too."""
    overflow = queue.limit("overflow", "drop-head")
    return overflow == "drop-head" or (overflow == "reject-publish-dlx" and queue.kind == "quorum")


def _of_broker(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name in COMPARED}


def _without_extras(exchange: PlainExchange) -> tuple[Any, ...]:
    alternate = exchange.arguments.get("alternate-exchange")
    return (exchange.type, exchange.durable, exchange.auto_delete, exchange.internal, alternate)


def _words(command: Command) -> str:
    told = attrs.asdict(command, recurse=False)
    channel = told.pop("channel", None)
    message = told.pop("message", None)
    if message is not None:
        told |= {"properties": message.properties, "body": message.body}
    given = ", ".join(f"{name}={value!r}" for name, value in told.items() if value not in (False, None, {}, ""))
    return f"{type(command).__name__}({given})" + (f" on channel {channel}" if channel else "")
