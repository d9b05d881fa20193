"""One virtual host of a test's on a real broker: made for it, and deleted with all that is in it."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

from fakeamqp.adapters.pika.side import Side
from fakeamqp.model.binding import Binding
from fakeamqp.real.management import Refused
from fakeamqp.real.views import binding_of

if TYPE_CHECKING:
    from fakeamqp.real.broker import RealBroker

_NOW = {"disable_stats": "true", "enable_queue_totals": "true"}


class RealVirtualHost:
    """A virtual host.

    name: as the test knows it. real: on the broker. policies_changed: when they were, on the monotonic clock.
    """

    def __init__(self, broker: RealBroker, name: str) -> None:
        self.broker = broker
        self.name = name
        self.real = broker.names.vhost(name)
        self.policies_changed = float("-inf")
        self.side: Side = broker.side_to(self.real)
        self.make()

    def make(self) -> None:
        """Make it, with the firehose on, and let those in who may come in."""
        management = self.broker.management
        management.put("vhosts", self.real, tracing=True, description="made by fakeamqp for one test")
        for user in (self.broker.management_user, *self.broker.users_made):
            management.put("permissions", self.real, user, configure=".*", write=".*", read=".*")

    def delete(self) -> None:
        """Delete it; connections to it are closed. One that is gone already is fine."""
        self.side.close()
        with contextlib.suppress(Refused):
            self.broker.management.delete("vhosts", self.real)

    def get(self, kind: str, *path: str) -> Any:
        """What the management API lists of a kind, or of one thing."""
        return self.broker.management.get(kind, self.real, *path)

    def queues(self) -> dict[str, dict[str, Any]]:
        """Its queues by name, with counts that are true now for classic queues."""
        rows = self.broker.management.get("queues", self.real, **_NOW)
        return {row["name"]: row for row in rows if row["name"] != self.side.queue}

    def exchanges(self) -> dict[str, dict[str, Any]]:
        """Its exchanges by name; the default one has the empty name."""
        rows = self.broker.management.get("exchanges", self.real, disable_stats="true")
        return {row["name"]: row for row in rows}

    def bindings(self) -> tuple[Binding, ...]:
        """Its bindings, but for those of the default exchange."""
        rows = [row for row in self.get("bindings") if row["source"] and row["destination"] != self.side.queue]
        return tuple(map(binding_of, sorted(rows, key=lambda row: str(row["source"]))))

    def policies_change(self) -> None:
        """Give its queues the time that RabbitMQ takes to hand a changed policy to them."""
        self.policies_changed = time.monotonic()
        self.broker.wait(0.3)
