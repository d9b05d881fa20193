"""What goes wrong between a broker and its clients, each in a line: `broker.faults.drop_connections()`.

Where a method takes a connection or a channel, it takes the client library's own object: a `pika.BlockingConnection`,
a channel of one, and so on; or the number of the connection, which counts from 1 in the order of connecting. None means
all there are. What clients see of a fault, they see when they next look, as on a network.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fakeamqp.model import commands
from fakeamqp.world.live import QueueView

if TYPE_CHECKING:
    from fakeamqp.session.session import Session
    from fakeamqp.world.broker import Broker

LOW_ON_MEMORY = "low on memory"


class Faults:
    """The faults of one broker.

    alarm: why publishers are blocked; None if they are not.
    """

    def __init__(self, broker: Broker) -> None:
        self.alarm: str | None = None
        self._broker = broker

    # --- connections

    def refuse_connections(self, count: int = 1) -> None:
        """Refuse the next `count` attempts to connect, as a machine does on which no broker runs.

        pika: `AMQPConnectionError`, once its `connection_attempts` are used up.
        """
        self._broker.listening.refusals = count

    def drop_connections(self, which: Any = None) -> None:
        """The network breaks connections: neither side gets another word. pika: `StreamLostError`.

        The broker sees it at once: what was unacknowledged is ready again. Raises LookupError if there is no such one.
        """
        with self._broker.lock:
            for session in self._sessions(which):
                session.door.reset()

    def close_connections(self, code: int = 320, text: str = "CONNECTION_FORCED - shutdown", which: Any = None) -> None:
        """The broker closes connections with this code and text. pika: `ConnectionClosedByBroker`.

        Raises LookupError if there is no such connection.
        """
        for session in self._sessions(which):
            self._broker.apply(commands.ForceConnectionClosed(session.number, code, text))

    def close_channels(self, code: int, text: str, which: Any = None) -> None:
        """The broker closes channels with this code and text. pika: `ChannelClosedByBroker`.

        which: a channel, or a connection whose channels are meant. Raises LookupError if there is no such one.
        """
        number = getattr(which, "channel_number", None)
        for session in self._sessions(which):
            for key in [key for key in self._broker.model.channels if key[0] == session.number]:
                if number in (None, key[1]):
                    self._broker.apply(commands.ForceChannelClosed(key, code, text))

    # --- publishers

    def block_publishers(self, reason: str = LOW_ON_MEMORY) -> None:
        """Raise an alarm: a connection that publishes is told connection.blocked, and not read any more.

        What it sends waits, from that publish on, until `unblock_publishers()`. Other connections notice nothing.
        pika: the callbacks of `add_on_connection_blocked_callback`; `ConnectionBlockedTimeout` after its
        `blocked_connection_timeout`. reason: RabbitMQ says "low on memory" or "low on disk".
        """
        with self._broker.lock:
            self.alarm = reason
            for session in self._sessions(None):
                session.throttle(reason)

    def unblock_publishers(self) -> None:
        """End the alarm: blocked connections are told connection.unblocked, and what they sent is carried out."""
        with self._broker.lock:
            self.alarm = None
            for session in self._sessions(None):
                session.release()

    def nack_publishes(self, count: int = 1) -> None:
        """Lose the next `count` messages that are published in confirm mode, and say so with basic.nack.

        pika: `NackError`, or `Basic.Nack` for the callback of `confirm_delivery`. Other publishes are not touched.
        """
        self._broker.apply(commands.FailPublishes(count))

    # --- consumers

    def cancel_consumers(self, queue: str, consumer_tag: str | None = None, vhost: str = "/") -> None:
        """The broker cancels the consumers of a queue, as when the queue's node is lost.

        pika: the callbacks of `add_on_cancel_callback`; `start_consuming()` and `consume()` end with the last consumer.
        consumer_tag: the only one to cancel; None cancels all. Raises KeyError if there is no such queue.
        """
        QueueView(self._broker.model.vhosts[vhost], queue)
        self._broker.apply(commands.CancelConsumers(vhost, queue, consumer_tag))

    # --- queues

    def lose_queue(self, name: str, vhost: str = "/") -> None:
        """The node of a cluster where a classic queue lives is stopped; the node that the clients use goes on.

        Its consumers are cancelled, what is published to it is lost (and nacked, from RabbitMQ 4 on), and who asks for
        it is told that it is not there. What clients hold unacked of it they may settle, but nothing comes of that. A
        transient queue is gone, on RabbitMQ 4.3 when the node is back.

        Raises KeyError if there is no such queue, ValueError for one that has no home node elsewhere: quorum queues and
        streams have several, exclusive queues live where their connection is. pika: `ChannelClosedByBroker` with 404.
        """
        host = self._broker.model.vhosts[vhost]
        QueueView(host, name)
        queue = host.queues[name]
        if queue.KIND != "classic":
            raise ValueError(f"a {queue.KIND} queue lives on several nodes; only a classic queue is lost with one")
        if queue.owner is not None:
            raise ValueError(f"queue {name!r} is exclusive: it lives on the node of its connection")
        if not queue.lost:
            self._broker.apply(commands.LoseQueue(vhost, name))

    def restore_queue(self, name: str, vhost: str = "/") -> None:
        """The node of a lost queue is back, and with it the queue, its bindings and its persistent messages.

        What was unacked is ready again; consumers have to consume anew. Nothing happens to a queue that is not lost, or
        has gone.
        """
        self._broker.apply(commands.RestoreQueue(vhost, name))

    # --- for the broker

    def meet(self, session: Session) -> None:
        """A client connects in the middle of it."""
        if self.alarm is not None:
            session.throttle(self.alarm)

    def end(self) -> None:
        """All is well again."""
        self.alarm = None
        self._broker.listening.refusals = 0

    def _sessions(self, which: Any) -> Iterator[Session]:
        sessions = self._broker.sessions()
        if which is not None:
            sessions = tuple(each for each in sessions if which == each.number or each.door.carries(which))
            if not sessions:
                raise LookupError(f"{which!r} is no open connection of this broker, nor a channel of one")
        return iter(sessions)
