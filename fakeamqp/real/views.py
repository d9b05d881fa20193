"""Views of a real broker, with the members of those of the one in memory; each asks the broker when it is read."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from fakeamqp.adapters.pika.side import ClosedByBroker
from fakeamqp.model.arguments import QueueArguments
from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.policy import merge_arguments
from fakeamqp.real.errors import NotOnARealBroker
from fakeamqp.world.live import (
    ExchangeSnapshot,
    MessageView,
    QueueSnapshot,
    Snapshot,
    VirtualHostSnapshot,
)

if TYPE_CHECKING:
    from fakeamqp.real.broker import RealBroker
    from fakeamqp.real.vhost import RealVirtualHost

# Real seconds that may pass until RabbitMQ's statistics tell what has happened: they are taken every five.
STATISTICS = 6.0
_LOCKED = 405


class RealQueueView:
    """A queue as it is now, each time it is asked. Raises KeyError while there is no queue of that name."""

    def __init__(self, vhost: RealVirtualHost, name: str) -> None:
        self._vhost = vhost
        self.name = name
        self._row  # noqa: B018 - a missing queue is told at once

    @property
    def _row(self) -> dict[str, Any]:
        rows = self._vhost.queues()
        try:
            return rows[self.name]
        except KeyError:
            names = ", ".join(sorted(rows)) or "none"
            raise KeyError(f"no queue {self.name!r} in vhost {self._vhost.name!r}; there are: {names}") from None

    @property
    def ready(self) -> int:
        """How many messages wait to be delivered; of a stream, how many it holds."""
        row = self._row
        if row["type"] != "classic":  # its totals are as old as the statistics
            try:
                return self._vhost.side.counts(self.name)[0]
            except ClosedByBroker:
                pass
        return int(row.get("messages_ready", 0))

    @property
    def unacked(self) -> int:
        """How many deliveries wait for an acknowledgement. Of a quorum queue the answer takes six seconds."""
        if self._row["type"] != "classic":
            self._vhost.broker.wait(STATISTICS)
        return int(self._row.get("messages_unacknowledged", 0))

    @property
    def delayed(self) -> int:
        """Raises NotOnARealBroker: nobody is told how many messages wait for their delayed retry."""
        raise NotOnARealBroker("queue().delayed", "RabbitMQ tells nobody which messages wait for their delayed retry")

    @property
    def consumers(self) -> int:
        """How many consumers it has. Of an exclusive queue the answer takes six seconds."""
        if not self._row["exclusive"]:
            return self._vhost.side.counts(self.name)[1]
        self._vhost.broker.wait(STATISTICS)
        return sum(each["queue"]["name"] == self.name for each in self._vhost.get("consumers"))

    @property
    def messages(self) -> tuple[MessageView, ...]:
        """What is ready, in the order of delivery. They are got and requeued: from then on they are redelivered ones.

        Raises NotOnARealBroker for a stream, and for a queue that is exclusive to a connection of the test's.
        """
        row = self._row
        if row["type"] == "stream":
            raise NotOnARealBroker("queue().messages of a stream", "RabbitMQ has no basic.get for streams")
        try:
            got = self._vhost.side.messages(self.name)
        except ClosedByBroker as error:
            if error.code != _LOCKED:
                raise
            raise NotOnARealBroker(
                f"queue({self.name!r}).messages", "the queue is exclusive, only its own connection may get from it"
            ) from None
        return tuple(
            MessageView(body, method.exchange, method.routing_key, properties, method.redelivered, None)
            for method, properties, body in got
        )

    @property
    def arguments(self) -> Mapping[str, Any]:
        """The arguments as RabbitMQ lists them."""
        return dict(self._row["arguments"])

    @property
    def policy(self) -> str | None:
        """The name of the policy in force; None if there is none."""
        name: str | None = self._row.get("policy")
        return name or None

    @property
    def operator_policy(self) -> str | None:
        """The name of the operator policy in force; None if there is none."""
        name: str | None = self._in_force("operator_policy")
        return name

    @property
    def effective_policy_definition(self) -> Mapping[str, Any]:
        """What policy and operator policy come to together, by policy key; empty if neither is in force."""
        return dict(self._in_force("effective_policy_definition") or {})

    def _in_force(self, key: str) -> Any:
        row = self._row
        if "effective_policy_definition" in row:  # from RabbitMQ 4.3 on the queue itself is asked
            return row.get(key) or None
        detail = current(lambda: self._vhost.get("queues", self.name), "effective_policy_definition", self._vhost)
        return detail.get(key) or None

    @property
    def kind(self) -> str:
        """The type of queue: `classic`, `quorum` or `stream`."""
        return str(self._row["type"])

    @property
    def durable(self) -> bool:
        """True if it survives a restart."""
        return bool(self._row["durable"])

    def __len__(self) -> int:
        return self.ready

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<queue {self.name!r} of {self._vhost.broker!r}>"


class RealExchangeView:
    """An exchange as it is now. Raises KeyError while there is none of that name."""

    def __init__(self, vhost: RealVirtualHost, name: str) -> None:
        self._vhost = vhost
        self.name = name
        self._row  # noqa: B018 - a missing exchange is told at once

    @property
    def _row(self) -> dict[str, Any]:
        rows = self._vhost.exchanges()
        try:
            return rows[self.name]
        except KeyError:
            names = ", ".join(sorted(rows))
            raise KeyError(f"no exchange {self.name!r} in vhost {self._vhost.name!r}; there are: {names}") from None

    @property
    def type(self) -> str:
        """The name it was declared with: `direct`, `fanout`, `topic`, `headers`, `x-consistent-hash`, …"""
        return str(self._row["type"])

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """The bindings it is the source of, in RabbitMQ's order."""
        self._row  # noqa: B018 - a missing exchange is told
        return tuple(binding for binding in self._vhost.bindings() if binding.source == self.name)

    @property
    def arguments(self) -> Mapping[str, Any]:
        """The arguments as declared."""
        return dict(self._row["arguments"])

    @property
    def policy(self) -> str | None:
        """The name of the policy in force; None if there is none."""
        return self._row.get("policy") or None

    @property
    def durable(self) -> bool:
        """True if it survives a restart."""
        return bool(self._row["durable"])

    def __repr__(self) -> str:
        return f"<exchange {self.name!r} of {self._vhost.broker!r}>"


def current(ask: Callable[[], dict[str, Any]], key: str, vhost: RealVirtualHost) -> dict[str, Any]:
    """What statistics say of something once they are newer than the last change of a policy, and have the key."""
    ends = time.monotonic() + STATISTICS
    fresh_at = vhost.policies_changed + STATISTICS
    while True:
        answer = ask()
        now = time.monotonic()
        if (key in answer and now >= fresh_at) or now >= max(ends, fresh_at):
            return answer
        vhost.broker.wait(0.2)


def binding_of(row: Mapping[str, Any]) -> Binding:
    """A binding as the management API lists it."""
    return Binding(
        row["source"],
        Destination(row["destination_type"], row["destination"]),
        row["routing_key"],
        dict(row["arguments"]),
    )


def take_snapshot(broker: RealBroker) -> Snapshot:
    """All that can be had, as values: not channels, numbers of copies, messages of streams and exclusive queues, and
    those that wait for their delayed retry.

    Consumers, and what policies come to, may be six seconds late.
    """
    return Snapshot(broker.clock.now(), {host.name: _snap(host) for host in broker.vhosts.values()}, ())


def _snap(vhost: RealVirtualHost) -> VirtualHostSnapshot:
    bindings = vhost.bindings()
    exchanges = {
        name: ExchangeSnapshot(
            name,
            row["type"],
            row["durable"],
            row["auto_delete"],
            row["internal"],
            dict(row["arguments"]),
            tuple(binding for binding in bindings if binding.source == name),
            _alternate(row),
            row.get("policy") or None,
        )
        for name, row in vhost.exchanges().items()
    }
    consumers = vhost.get("consumers")
    return VirtualHostSnapshot(
        vhost.name, exchanges, {name: _snap_queue(vhost, name, row, consumers) for name, row in vhost.queues().items()}
    )


def _alternate(row: Mapping[str, Any]) -> str | None:
    """Of an exchange: the argument, else what a policy says, as far as this version tells that of exchanges."""
    told: str | None = row["arguments"].get("alternate-exchange")
    return (row.get("effective_policy_definition") or {}).get("alternate-exchange") if told is None else told


def _snap_queue(
    vhost: RealVirtualHost, name: str, row: Mapping[str, Any], consumers: list[dict[str, Any]]
) -> QueueSnapshot:
    view = RealQueueView(vhost, name)
    hidden = row["type"] == "stream" or row["exclusive"] or not view.ready
    return QueueSnapshot(
        name,
        row["type"],
        row["durable"],
        row["exclusive"],
        row["auto_delete"],
        dict(row["arguments"]),
        () if hidden else view.messages,
        (),
        int(row.get("messages_unacknowledged", 0)),
        tuple(each["consumer_tag"] for each in consumers if each["queue"]["name"] == name),
        policy=row.get("policy") or None,
        operator_policy=row.get("operator_policy") or None,
        in_force=merge_arguments(
            QueueArguments.of(row["arguments"]), row.get("effective_policy_definition") or {}, vhost.broker.profile
        ),
    )
