"""The state machine: a command and an instant go in, effects come out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, Literal, NoReturn

from fakeamqp.model import consumer_timeout, dead_letter, effects
from fakeamqp.model.access import Access, Guard
from fakeamqp.model.channel import Channel, close_all
from fakeamqp.model.choice import Choose, choice_by
from fakeamqp.model.commands import Command, Inject
from fakeamqp.model.connection import Connection
from fakeamqp.model.dead_letter import Death
from fakeamqp.model.deadlines import Deadline, Deadlines
from fakeamqp.model.effects import Effect
from fakeamqp.model.errors import AMQPError, ChannelError, ConnectionForced, InternalError
from fakeamqp.model.exchanges import known_kinds
from fakeamqp.model.livelock import DeathToll, Livelock
from fakeamqp.model.message import Message
from fakeamqp.model.methods import HANDLERS
from fakeamqp.model.methods.access import expire_token
from fakeamqp.model.naming import Naming
from fakeamqp.model.profile import Profile
from fakeamqp.model.queues.entry import Entry
from fakeamqp.model.queues.queue import Queue
from fakeamqp.model.reply_to import PREFIX, Replies
from fakeamqp.model.values import ChannelKey
from fakeamqp.model.vhost import VirtualHost

_MOST_GENERATIONS = 10_000
_MOST_LETTERS_OF_LETTERS = 50_000

CONSUMER_TIMEOUT_US = 30 * 60 * 1_000_000

_EPOCH = datetime(2024, 1, 1, tzinfo=timezone.utc)


class Broker:
    """One RabbitMQ node: virtual hosts, connections, what is due when.

    profile: the RabbitMQ version; seed: of generated names; starts_at: the wall-clock instant of microsecond 0, for
    what a client sees of time (`x-death`). choose: None decides by the seed. plugins: those of `exchanges.PLUGINS` that
    are switched on. consumer_timeout_us: how long a delivery may be held unacked; None for ever.

    opens_turns: True to let `choose` say whose turn it is among consumers of equal priority; False serves them in turn.
    global_parameters: JSON values that belong to no virtual host, by name.
    asleep: the deadlines of a node that is stopped; None while it runs.
    emit: says that something happened. last_message: the id of the newest message. copies: how many copies of messages
        queues have accepted so far.
    deadlines: what is due and may be waited for; background: when channels are looked at for what they hold too long.
    """

    def __init__(
        self,
        profile: Profile,
        *,
        seed: int = 0,
        users: Mapping[str, str] | Literal["any"] = "any",
        vhosts: Iterable[str] | Literal["any"] = ("/",),
        starts_at: datetime = _EPOCH,
        choose: Choose | None = None,
        plugins: Iterable[str] = (),
        consumer_timeout_us: int | None = CONSUMER_TIMEOUT_US,
    ) -> None:
        self.profile = profile
        self.node = "rabbit@localhost"
        self.now_us = 0
        self.starts_at = starts_at
        self.choose = choose or choice_by(seed)
        self.opens_turns = False
        self.exchange_kinds = known_kinds(profile, plugins)
        self.naming = Naming(seed)
        self.consumer_timeout_us = consumer_timeout_us
        self.deadlines: Deadlines[Deadline] = Deadlines()
        self.background: Deadlines[ChannelKey] = Deadlines()
        self.asleep: Deadlines[Deadline] | None = None
        self.replies = Replies(self)
        self.deaths = DeathToll()
        self.connections: dict[int, Connection] = {}
        self.channels: dict[ChannelKey, Channel] = {}
        self.access = Access(users, vhosts_any=vhosts == "any")
        self.vhosts: dict[str, VirtualHost] = {}
        self.global_parameters: dict[str, Any] = {}
        self._effects: list[Effect] = []
        self.emit: Callable[[Effect], object] = self._effects.append
        self._dying: deque[tuple[int, Queue, Entry, Death]] = deque()
        self._generation = 0  # of the letter that is being routed: 1 for one of an entry that died by itself
        self.failing_publishes = 0  # of those to be confirmed, how many of the next are lost and nacked
        self.last_message = 0
        self.copies = 0
        for name in ("/",) if vhosts == "any" else vhosts:
            vhost = self.add_vhost(name)
            if name == "/":
                vhost.description = "Default virtual host"

    # --- the state machine

    def apply(self, command: Command, now_us: int) -> list[Effect]:
        """Carry out a command at an instant and say what came of it.

        A refusal closes the channel or the connection the command came on, and that is all it does
        (AMQP 0-9-1, section 2.2.4). No deadline before `now_us` may be left unfired.
        Raises AMQPError for what is refused to a command without a client (`Inject`), and Livelock if dead
        letters go round for ever; those are lost then, and nobody is told of this step.
        """
        self.now_us = now_us
        try:
            HANDLERS[type(command)](self, command)
        except AMQPError as error:
            self._refuse(command, error)
        if self._dying:
            self._bury_dead()
        done = self._effects.copy()
        self._effects.clear()
        return done

    def next_deadline(self) -> int | None:
        """The instant at which something happens by itself that may be waited for; None when nothing is waiting."""
        return self.deadlines.next()

    def next_due(self) -> int | None:
        """The same of all that happens by itself: a consumer timeout, too, comes when time passes, but nobody waits
        for it.
        """
        due_us, look_us = self.deadlines.next(), self.background.next()
        if due_us is None or (look_us is not None and look_us < due_us):
            return look_us
        return due_us

    def fire(self, now_us: int) -> list[Effect]:
        """Let happen what is due up to this instant, each at its own. Raises Livelock as `apply` does."""
        while (due_us := self.next_due()) is not None and due_us <= now_us:
            self.now_us = max(due_us, self.now_us)
            key = self.deadlines.pop(due_us)
            if key is not None:
                self._expire(key)
            elif (channel := self.background.pop(due_us)) is not None:
                consumer_timeout.look(self.channels[channel])
            self._bury_dead()
        self.now_us = now_us
        done = self._effects.copy()
        self._effects.clear()
        return done

    def catch_up(self) -> None:
        """What has become due while nobody looked happens now."""
        while (key := self.deadlines.pop(self.now_us)) is not None:
            self._expire(key)
            self._bury_dead()

    def _expire(self, key: Deadline) -> None:
        if key.kind == "greeting":
            self.emit(effects.Greeted(int(key.name)))
            return
        if key.kind == "heartbeat":
            self.emit(effects.ConnectionLost(int(key.name)))
            self.close_connection(int(key.name))
            return
        if key.kind == "credentials":
            expire_token(self, key.name)
            return
        vhost = self.vhosts[key.vhost]
        if key.kind == "delay":
            vhost.exchanges[key.name].release()
        elif key.kind == "expires":
            vhost.queues[key.name].expire_unused()
        elif key.kind == "retry":
            vhost.queues[key.name].retry()
        else:
            vhost.queues[key.name].expire()

    def _refuse(self, command: Command, error: AMQPError) -> None:
        if isinstance(command, Inject):
            raise error
        channel = self.channels.get(command.channel) if hasattr(command, "channel") else None
        if isinstance(error, ChannelError) and channel is not None:
            self.emit(effects.ChannelClosed(channel.key, error.reply_code, error.reply_text))
            self.close_channel(channel)
            return
        number = command.channel[0] if hasattr(command, "channel") else command.connection
        self.emit(effects.ConnectionClosed(number, error.reply_code, error.reply_text))
        self.close_connection(number)

    # --- what the parts of the model need

    def number(self, message: Message) -> None:
        """A message has come in: it gets its id, and the instant."""
        self.last_message = message.id = self.last_message + 1
        message.at_us = self.now_us

    @property
    def wall_clock(self) -> datetime:
        """The instant as a client would read it off a clock."""
        return self.starts_at + timedelta(microseconds=self.now_us)

    def add_vhost(self, name: str) -> VirtualHost:
        """A new virtual host with the exchanges every one starts with."""
        vhost = self.vhosts[name] = VirtualHost(self, name)
        return vhost

    def delete_vhost(self, vhost: VirtualHost) -> None:
        """A virtual host goes, with its connections and all that is in it."""
        reason = f"vhost '{vhost.name}' is deleted"
        for connection in list(self.connections.values()):
            if connection.vhost is vhost:
                self.force_connection_closed(connection, reason)
        for queue in list(vhost.queues.values()):
            if not queue.deleted:
                vhost.delete_queue(queue, "vhost deleted")
        for exchange in list(vhost.exchanges.values()):
            vhost.delete_exchange(exchange, "vhost deleted")
        del self.vhosts[vhost.name]
        self.access.forget_vhost(vhost.name)

    def guard(self, connection: Connection) -> Guard | None:
        """Who looks at the permissions of this connection's channels; None if its user may do everything there."""
        username, vhost = connection.username, connection.vhost
        if username is None or vhost is None:
            return None
        if self.access.is_free(username, vhost.name) and connection.expires_us is None:
            return None
        return Guard(self, connection, vhost)

    def close_channel(self, channel: Channel) -> None:
        """A channel ends, by whatever way."""
        del self.channels[channel.key]
        del channel.connection.channels[channel.key[1]]
        close_all([channel])

    def close_connection(self, number: int) -> None:
        """A connection ends, by whatever way: its channels first, then the queues that were its own."""
        connection = self.connections.pop(number, None)
        if connection is None:
            return
        if connection.is_silent:
            self.deadlines.set(Deadline("heartbeat", "", str(number)), None)
        if connection.vhost is None:
            self.deadlines.set(Deadline("greeting", "", str(number)), None)
        channels = list(connection.channels.values())
        connection.channels.clear()
        for channel in channels:
            del self.channels[channel.key]
        close_all(channels)
        for queue in list(connection.exclusive_queues.values()):
            if not queue.deleted:  # with its last consumer
                queue.vhost.delete_queue(queue, "exclusive owner gone")

    def force_connection_closed(self, connection: Connection, reason: str) -> None:
        """A connection that has done nothing wrong is closed, for this reason."""
        error = ConnectionForced(reason)
        self.emit(effects.ConnectionClosed(connection.number, error.reply_code, error.reply_text, by_command=False))
        self.close_connection(connection.number)

    # --- dead letters

    def bury(self, queue: Queue, entry: Entry, reason: Death) -> None:
        """An entry died in a queue with a dead-letter exchange: it is routed on before the step ends.

        Not at once: chains of queues that dead-letter into each other would nest as deep as they are long.
        """
        self._dying.append((self._generation, queue, entry, reason))

    def _bury_dead(self) -> None:
        first = later = 0
        while self._dying:
            generation, queue, entry, reason = self._dying.popleft()
            self._generation = generation + 1
            if generation:
                later += 1
            else:
                first += 1
            # Many may die at once, of which each makes a few; what never ends makes ever more of few.
            if generation > _MOST_GENERATIONS or later > _MOST_LETTERS_OF_LETTERS + 10 * first:
                names = sorted({dying.name for _, dying, _, _ in self._dying} | {queue.name})
                self._give_up(
                    f"dead letters go round without an end and without time passing, at present by {names}; the last "
                    f"one has reason '{reason}', exchange '{entry.message.exchange}' and routing key "
                    f"'{entry.message.routing_key}'"
                )
            self._bury(queue, entry, reason)
        self._generation = 0

    def _give_up(self, words: str) -> NoReturn:
        self._dying.clear()
        self._generation = 0
        self._effects.clear()
        raise Livelock(words)

    def _bury(self, queue: Queue, entry: Entry, reason: Death) -> None:
        vhost = queue.vhost
        died = entry.message
        exchange = queue.limits.dead_letter_exchange or ""
        letter = dead_letter.make_letter(queue, entry, reason, self.wall_clock, self.profile)
        if exchange and exchange not in vhost.exchanges:
            self.emit(effects.DeadLettered(died.id, entry.copy or None, queue.name, reason, exchange, None))
            return
        self.number(letter)
        goes_round = self.deaths.count(letter)
        if goes_round is not None:
            self._give_up(goes_round)
        self.emit(effects.DeadLettered(died.id, entry.copy or None, queue.name, reason, exchange, letter.id))
        taken: dict[str, int] = {}
        for target in self._reached_by(letter, vhost):
            if dead_letter.goes_round(letter, target.name, reason):
                self.emit(effects.Dropped(letter.id, "cycle", target.name))
                continue
            if target.loses_dead_letters:
                self.emit(effects.Dropped(letter.id, "lost", target.name))
                continue
            copy = target.offer(letter)
            if copy is None:
                self.emit(effects.Dropped(letter.id, "maxlen", target.name))
            else:
                taken[target.name] = copy
        self.emit(effects.Routed(letter.id, tuple(taken), tuple(taken.values()), "priority" in letter.properties))

    def hand_over(
        self, vhost: VirtualHost, message: Message, queues: Sequence[Queue], *, answers: bool = True
    ) -> tuple[bool, bool]:
        """Offer a message to the queues it reaches, and with `answers` to direct reply-to consumers.

        Returns whether it was routed anywhere, and whether every queue it was routed to accepted it.
        """
        answered = (
            answers
            and not message.exchange
            and (message.routing_key.startswith(PREFIX) or bool(message.copied_to))
            and self.answer(message)
        )
        if queues:
            return True, self._hand_out(message, queues)
        if not answered and message.id not in vhost.held:
            self.emit(effects.Dropped(message.id, "unroutable"))
        return answered, True

    def _reached_by(self, letter: Message, vhost: VirtualHost) -> Sequence[Queue]:
        """The queues that a dead letter reaches: none if an exchange crashes on it, for there is nobody to tell."""
        try:
            return vhost.route_message(letter)
        except InternalError:
            return ()

    def publish_later(self, vhost: VirtualHost, exchange: str, message: Message) -> None:
        """Route a message that an exchange has held. Nobody is told what came of it."""
        try:
            queues = vhost.route(message, exchange)
            if queues:
                self._hand_out(message, queues)
            else:
                self.emit(effects.Dropped(message.id, "unroutable"))
        except InternalError:
            self.emit(effects.Dropped(message.id, "lost"))

    def _hand_out(self, message: Message, queues: Sequence[Queue]) -> bool:
        """Offer a message to the queues it reaches; True if every one accepted it."""
        if len(queues) == 1:
            queue = queues[0]
            copy = queue.offer(message)
            if copy is not None:
                has_priority = "priority" in message.properties
                self.emit(effects.Routed(message.id, queue.just_its_name, (copy,), has_priority))
                return True
        else:
            crash: InternalError | None = None
            copies: list[tuple[str, int | None]] = []
            for queue in queues:
                try:
                    copies.append((queue.name, queue.offer(message)))
                except InternalError as error:  # what a stream cannot store is kept by the other queues all the same
                    crash = error
            taken = [(name, copy) for name, copy in copies if copy is not None]
            names, numbers = tuple(name for name, _ in taken), tuple(copy for _, copy in taken)
            self.emit(effects.Routed(message.id, names, numbers, "priority" in message.properties))
            if crash is not None:
                raise crash
            if len(taken) == len(copies):
                return True
        self.emit(effects.Dropped(message.id, "maxlen"))
        return False

    def answer(self, message: Message) -> bool:
        """Hand a message to the direct reply-to consumers its keys name; True if that counts as routed."""
        counts = False
        for key in message.keys:
            if not key.startswith(PREFIX):
                continue
            consumer = self.replies.find(key)
            if consumer is not None:
                self.replies.deliver(consumer, message)
            # Recorded: 3.10.8 and 4.0.5 deliver an answer and still return it as unroutable if it was mandatory.
            counts |= self.profile.answers_count_as_routed and self.replies.was_issued(key)
        return counts
