"""What goes wrong between a broker and its clients, each in a line: `broker.faults.drop_connections()`.

Where a method takes a connection or a channel, it takes the client library's own object: a `pika.BlockingConnection`,
a channel of one, and so on; or the number of the connection, which counts from 1 in the order of connecting. None means
all there are. What clients see of a fault, they see when they next look, as on a network.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fakeamqp.model import commands
from fakeamqp.world.clock import SECOND, microseconds
from fakeamqp.world.cuts import Cut, Cuts, method_named
from fakeamqp.world.live import QueueView

if TYPE_CHECKING:
    from fakeamqp.session.session import Session
    from fakeamqp.world.broker import Broker

LOW_ON_MEMORY = "low on memory"


class Faults:
    """The faults of one broker.

    alarm: why publishers are blocked; None if they are not. cuts: where links will break.
    """

    def __init__(self, broker: Broker) -> None:
        self.alarm: str | None = None
        self._broker = broker
        self._hang_ups: deque[bytes] = deque()
        self._late: deque[int] = deque()
        self.cuts = Cuts(broker)

    # --- connections

    def refuse_connections(self, count: int = 1) -> None:
        """Refuse the next `count` attempts to connect, as a machine does on which no broker runs.

        pika: `AMQPConnectionError`, once its `connection_attempts` are used up.
        """
        self._broker.listening.refusals = count

    def delay_connections(self, seconds: float, count: int = 1, *, handshake: bool = False) -> None:
        """Let the next `count` attempts to connect wait so many virtual seconds for their answer.

        handshake: False delays the network's answer; pika gives up after its `socket_timeout`: `AMQPConnectionError`,
        once its `connection_attempts` are used up. True delays the greeting of the broker behind it; pika gives up
        after its `stack_timeout`: `AMQPConnectorStackTimeout` of pika.adapters.utils.connection_workflow. A client at a
        port is greeted late either way.
        """
        waits = [_microseconds(seconds)] * count
        (self._late if handshake else self._broker.listening.delays).extend(waits)

    def hang_up_on_connections(self, count: int = 1, last_words: bytes = b"") -> None:
        """Take the next `count` attempts to connect, and end each in place of a greeting: a proxy without a broker.

        last_words: what it says before that. pika: `IncompatibleProtocolError`, which is what it makes of that.
        """
        self._hang_ups.extend([last_words] * count)

    def drop_connections(self, which: Any = None) -> None:
        """The network breaks connections: neither side gets another word. pika: `StreamLostError`.

        The broker sees it at once: what was unacknowledged is ready again. Raises LookupError if there is no such one.
        """
        with self._broker.lock:
            for session in self._sessions(which):
                session.door.reset()

    def cut_before(self, method: str, nth: int = 1, which: Any = None) -> None:
        """A connection breaks with the `nth` method of this name that it sends from now on, before the broker has it.

        method: as the specification has it: "basic.publish", "basic.ack", "queue.declare", … which: the only connection
        that counts; None counts the methods of all, and breaks the one that has sent the last. pika: `StreamLostError`.
        Raises ValueError for a name that no method of a client's has, LookupError if there is no such connection.
        """
        self.cuts.add(Cut(method_named(method), nth, is_late=False, which=self._numbers(which)))

    def cut_after(self, method: str, nth: int = 1, which: Any = None) -> None:
        """The same once the broker has carried it out: what it answers does not arrive. As in `cut_before`."""
        self.cuts.add(Cut(method_named(method), nth, is_late=True, which=self._numbers(which)))

    def cut_at_frame(self, nth: int, which: Any = None) -> None:
        """A connection breaks with the `nth` frame that it sends from now on, before the broker has that.

        A publish is two frames, and one for each part of its body that fits into one; without its last one nothing of
        it is carried out. which, errors: as in `cut_before`.
        """
        self.cuts.add(Cut(None, nth, is_late=False, which=self._numbers(which)))

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

    def silence(self, which: Any = None) -> None:
        """Connections are half open from now on: nothing comes through in either direction, and neither side is told.

        pika notices by its heartbeat, within twice that and ten seconds: `AMQPHeartbeatTimeout`; without one, never.
        The broker gives a connection up between two and three heartbeats later, and only then is ready again what was
        unacknowledged. Raises LookupError if there is no such connection.
        """
        with self._broker.lock:
            for session in self._sessions(which):
                session.door.silence()
                self._broker.scheduler.tends_all = True
                self._broker.apply(commands.Silence(session.number, session.heartbeat_s * SECOND or None))

    def garble(self, data: bytes, which: Any = None) -> None:
        """Bytes arrive at clients that no RabbitMQ has sent: a proxy's, or those of a broken network.

        pika: `StreamLostError`, which tells what it found: `InvalidFrameError` and its kin; it waits for the rest of
        what may become a frame. Raises LookupError if there is no such connection.
        """
        with self._broker.lock:
            for session in self._sessions(which):
                session.door.garble(data)

    def slow_heartbeats(self, seconds: float, which: Any = None) -> None:
        """The broker sends a heartbeat on these connections only every so many seconds, as one that is overloaded.

        pika: `AMQPHeartbeatTimeout`, if that is longer than its own heartbeat and five seconds, and nothing else comes.
        Raises LookupError if there is no such connection.
        """
        for session in self._sessions(which):
            self._broker.scheduler.tends_all = True
            session.door.slow_heartbeats(_microseconds(seconds))

    # --- the node

    def stop_node(self, *, abrupt: bool = False) -> None:
        """The node goes down, and is down until `start_node()`: connects are refused, and time goes on.

        Connections are closed, as by `rabbitmqctl stop_app`. pika: `ConnectionClosedByBroker` with 320.
        abrupt: its process is killed; connections break without a word (`StreamLostError`), and classic queues lose
        what came in at this instant and was not confirmed. What they keep is redelivered.

        Queues and exchanges that are not durable are gone, and what is not persistent in classic queues. An operator's
        tasks and `broker.publish` raise RuntimeError meanwhile.
        """
        with self._broker.lock:
            if self._broker.listening.is_stopped:
                return
            self._broker.listening.is_stopped = True
            for session in self._broker.sessions():
                if abrupt:
                    session.door.reset()
                else:
                    session.force_close("shutdown")
            self._broker.apply(commands.StopNode(abrupt))

    def start_node(self) -> None:
        """The node is up again with what survived; nothing if it was not stopped.

        Messages whose time was over while it was down expire now. `x-expires` of a quorum queue went on, too; of other
        queues it begins anew.
        """
        with self._broker.lock:
            self._broker.listening.is_stopped = False
            self._broker.apply(commands.StartNode())

    # --- credentials

    def expire_credentials(self, user: str, *, after: float = 0.0, renewed: str | None = None) -> None:
        """What a user logs in with is a token that expires, after so many seconds, as those of OAuth 2 do.

        renewed: the token that is good from now on; None is none, until `broker.ctl.change_password()` gives one.
        Who logs in with the old one is refused then. pika: `ProbableAuthenticationError`.
        Who is logged in: RabbitMQ 4.3 closes their connections (`ConnectionClosedByBroker` with 320, "CONNECTION_FORCED
        - credential expired"); 3.10 and 4.0 let them go on and refuse what needs a permission that the channel has not
        just used (`ChannelClosedByBroker` with 403), but not deliveries and acknowledgements. That ends with, or is
        avoided by, `connection.update_secret(renewed, "…")`; a wrong one closes the connection with 530.

        A password does not expire: `broker.ctl.change_password()` concerns new logins alone. Raises LookupError if
        there is no such user.
        """
        with self._broker.lock:
            at_us = self._broker.clock.now_us + _microseconds(after)
            self._broker.apply(commands.ExpireCredentials(user, at_us, renewed))

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

    def delete_queue(self, name: str, vhost: str = "/") -> None:
        """Somebody else deletes a queue, and with it what is in it; its consumers are cancelled.

        pika: the callbacks of `add_on_cancel_callback`; `start_consuming()` and `consume()` end with the last consumer;
        who acknowledges what came of it is told nothing, who asks for it `ChannelClosedByBroker` with 404.
        Raises KeyError if there is no such queue.
        """
        QueueView(self._broker.model.vhosts[vhost], name)
        self._broker.apply(commands.RemoveQueue(vhost, name))

    def redeliver(self, queue: str, count: int = 1, vhost: str = "/") -> None:
        """The next `count` messages of a queue come redelivered: somebody took them, and died before the first ack.

        Of quorum queues, that counts towards the delivery limit, and headers tell of it. What is ready counts, and is
        at its old place. Raises KeyError if there is no such queue, ValueError for a stream, which is read only.
        """
        host = self._broker.model.vhosts[vhost]
        QueueView(host, queue)
        if host.queues[queue].KIND == "stream":
            raise ValueError(f"{queue!r} is a stream: nothing comes back to it")
        self._broker.apply(commands.Redeliver(vhost, queue, count))

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
        self.cuts.meet(session)
        if self.alarm is not None:
            session.throttle(self.alarm)
        if self._late:
            session.late_us = self._late.popleft()
        if self._hang_ups:
            session.last_words = self._hang_ups.popleft()

    def end(self) -> None:
        """All is well again."""
        self.alarm = None
        self._hang_ups.clear()
        self._late.clear()
        self.cuts.forget()
        self._broker.listening.end()

    def _numbers(self, which: Any) -> frozenset[int] | None:
        return None if which is None else frozenset(session.number for session in self._sessions(which))

    def _sessions(self, which: Any) -> Iterator[Session]:
        sessions = self._broker.sessions()
        if which is not None:
            sessions = tuple(each for each in sessions if which == each.number or each.door.carries(which))
            if not sessions:
                raise LookupError(f"{which!r} is no open connection of this broker, nor a channel of one")
        return iter(sessions)


def _microseconds(seconds: float) -> int:
    """Raises ValueError for less than no time."""
    if seconds < 0:
        raise ValueError(f"time does not run backwards: {seconds!r}")
    return microseconds(seconds)
