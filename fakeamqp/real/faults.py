"""What goes wrong on a real broker: what its management API or a broken socket can bring about, and no more."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NoReturn

from fakeamqp.adapters.pika import side
from fakeamqp.real.errors import NotOnARealBroker
from fakeamqp.real.management import Refused
from fakeamqp.real.views import STATISTICS, RealQueueView

if TYPE_CHECKING:
    from fakeamqp.real.broker import RealBroker

_FORCED = "CONNECTION_FORCED - "
_UNSEEN = "nobody sees what clients send it; drop_connections() breaks links now"
LOW_ON_MEMORY = "low on memory"


class RealFaults:
    """The faults of one real broker. Connections are those that this process made through pika."""

    def __init__(self, broker: RealBroker) -> None:
        self.alarm: str | None = None
        self._broker = broker

    def refuse_connections(self, count: int = 1) -> None:
        """Refuse the next `count` attempts to connect: pika is led to a port at which nobody listens."""
        self._broker.listening.refusals = count

    def delay_connections(self, seconds: float, count: int = 1, *, handshake: bool = False) -> NoReturn:
        """Raises NotOnARealBroker."""
        raise NotOnARealBroker("faults.delay_connections()", "its network answers when it does")

    def hang_up_on_connections(self, count: int = 1, last_words: bytes = b"") -> NoReturn:
        """Raises NotOnARealBroker."""
        raise NotOnARealBroker("faults.hang_up_on_connections()", "it greets whoever connects")

    def silence(self, which: Any = None) -> NoReturn:
        """Raises NotOnARealBroker."""
        raise NotOnARealBroker("faults.silence()", "its network would have to lose what is sent")

    def garble(self, data: bytes, which: Any = None) -> NoReturn:
        """Raises NotOnARealBroker."""
        raise NotOnARealBroker("faults.garble()", "it sends what AMQP says")

    def slow_heartbeats(self, seconds: float, which: Any = None) -> NoReturn:
        """Raises NotOnARealBroker."""
        raise NotOnARealBroker("faults.slow_heartbeats()", "it sends them on time")

    def stop_node(self, *, abrupt: bool = False) -> NoReturn:
        """Raises NotOnARealBroker."""
        raise NotOnARealBroker("faults.stop_node()", "everybody who uses the broker would lose it")

    def start_node(self) -> NoReturn:
        """Raises NotOnARealBroker."""
        raise NotOnARealBroker("faults.start_node()", "nobody has stopped it")

    def expire_credentials(self, user: str, *, after: float = 0.0, renewed: str | None = None) -> NoReturn:
        """Raises NotOnARealBroker."""
        raise NotOnARealBroker(
            "faults.expire_credentials()",
            "its users have passwords, which do not expire; ctl.change_password() concerns new logins",
        )

    def drop_connections(self, which: Any = None) -> None:
        """Break connections by shutting down their sockets. pika: `StreamLostError`.

        The broker sees it at once. Raises LookupError if there is no such one.
        """
        for link in self.chosen(which):
            side.cut(link)

    def cut_before(self, method: str, nth: int = 1, which: Any = None) -> NoReturn:
        """Raises NotOnARealBroker."""
        raise NotOnARealBroker("faults.cut_before()", _UNSEEN)

    def cut_after(self, method: str, nth: int = 1, which: Any = None) -> NoReturn:
        """Raises NotOnARealBroker."""
        raise NotOnARealBroker("faults.cut_after()", _UNSEEN)

    def cut_at_frame(self, nth: int, which: Any = None) -> NoReturn:
        """Raises NotOnARealBroker."""
        raise NotOnARealBroker("faults.cut_at_frame()", _UNSEEN)

    def close_connections(self, code: int = 320, text: str = "CONNECTION_FORCED - shutdown", which: Any = None) -> None:
        """The broker closes connections, asked to by the management API. pika: `ConnectionClosedByBroker`.

        Raises NotOnARealBroker for another code than 320, LookupError if there is no such connection.
        """
        if code != 320 or not text.startswith(_FORCED):
            raise NotOnARealBroker(
                f"faults.close_connections({code}, {text!r})",
                f"an operator closes connections with 320 and a text that begins with {_FORCED!r}",
            )
        for link in self.chosen(which):
            close = functools.partial(self._close, side.name_of(link), text.removeprefix(_FORCED))
            self._broker.until(close, timeout=2 * STATISTICS)

    def _close(self, name: str, reason: str) -> bool:
        # The management plugin learns of a connection within five seconds, and knows none before.
        try:
            self._broker.management.delete("connections", name, headers={"X-Reason": reason})
        except Refused as error:
            if error.status != 404:
                raise
            return False
        return True

    def close_channels(self, code: int, text: str, which: Any = None) -> NoReturn:
        """Raises NotOnARealBroker."""
        raise NotOnARealBroker("faults.close_channels()", "no API closes a channel; a client's own mistake does")

    def block_publishers(self, reason: str = LOW_ON_MEMORY) -> NoReturn:
        """Raises NotOnARealBroker."""
        raise NotOnARealBroker("faults.block_publishers()", "an alarm would block everybody who uses the broker")

    def unblock_publishers(self) -> NoReturn:
        """Raises NotOnARealBroker."""
        raise NotOnARealBroker("faults.unblock_publishers()", "an alarm would block everybody who uses the broker")

    def nack_publishes(self, count: int = 1) -> NoReturn:
        """Raises NotOnARealBroker."""
        raise NotOnARealBroker(
            "faults.nack_publishes()", "it loses no message on demand; a queue with x-overflow=reject-publish nacks"
        )

    def cancel_consumers(self, queue: str, consumer_tag: str | None = None, vhost: str = "/") -> None:
        """The broker cancels the consumers of a queue: it is deleted and made anew with its bindings.

        Raises NotOnARealBroker if that would lose messages, and for a single consumer; KeyError if there is no queue.
        """
        host = self._broker.vhost(vhost)
        view = RealQueueView(host, queue)
        if consumer_tag is not None:
            raise NotOnARealBroker("faults.cancel_consumers(consumer_tag=…)", "it cancels all consumers of a queue")
        row = host.queues()[queue]
        if row["exclusive"] or view.ready or view.unacked:
            raise NotOnARealBroker(
                "faults.cancel_consumers()",
                "the queue has to be deleted for it, and this one is exclusive or holds messages",
            )
        bindings = [each for each in host.bindings() if each.destination == ("queue", queue)]
        management = self._broker.management
        management.delete("queues", host.real, queue)
        made = {key: row[key] for key in ("durable", "auto_delete", "arguments")}
        management.put("queues", host.real, queue, **made)
        for each in bindings:
            management.post(
                "bindings",
                host.real,
                "e",
                each.source,
                "q",
                queue,
                routing_key=each.routing_key,
                arguments=dict(each.arguments),
            )

    def delete_queue(self, name: str, vhost: str = "/") -> None:
        """Delete a queue, asked to by the management API; its consumers are cancelled.

        Raises KeyError if there is no such queue.
        """
        host = self._broker.vhost(vhost)
        RealQueueView(host, name)
        self._broker.management.delete("queues", host.real, name)

    def redeliver(self, queue: str, count: int = 1, vhost: str = "/") -> None:
        """The next `count` messages of a queue are taken by a channel that ends before it acknowledges any.

        Raises KeyError if there is no such queue, ValueError for a stream, which is read only.
        """
        host = self._broker.vhost(vhost)
        if RealQueueView(host, queue).kind == "stream":
            raise ValueError(f"{queue!r} is a stream: nothing comes back to it")
        host.side.take_and_die(queue, count)

    def lose_queue(self, name: str, vhost: str = "/") -> NoReturn:
        """Raises NotOnARealBroker."""
        raise NotOnARealBroker("faults.lose_queue()", "it takes a cluster, of which a node would be stopped")

    def restore_queue(self, name: str, vhost: str = "/") -> NoReturn:
        """Raises NotOnARealBroker."""
        raise NotOnARealBroker("faults.restore_queue()", "it takes a cluster, of which a node would be started")

    # --- for the broker

    def end(self) -> None:
        """All is well again."""
        self._broker.listening.refusals = 0

    def chosen(self, which: Any) -> list[Any]:
        """pika's connections that are meant. Raises LookupError if there is none such."""
        links = self._broker.open_links()
        if which is None:
            return links
        if isinstance(which, int):
            found = [link for number, link in enumerate(self._broker.links, 1) if number == which and link in links]
        else:
            found = [link for link in links if side.carries(link, which)]
        if not found:
            raise LookupError(f"{which!r} is no open connection of this broker, nor a channel of one")
        return found
