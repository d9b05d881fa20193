"""The broker that tests hold: one simulated RabbitMQ node with its clock, its connections and its trace."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any, Literal

from fakeamqp.model import broker as model
from fakeamqp.model import commands, effects
from fakeamqp.model.binding import Binding
from fakeamqp.model.choice import BY_CHANCE, choice_by
from fakeamqp.model.commands import Command
from fakeamqp.model.consumers import Consumer
from fakeamqp.model.definitions import export_cluster, export_vhost
from fakeamqp.model.effects import Effect
from fakeamqp.model.livelock import Livelock
from fakeamqp.model.message import Message
from fakeamqp.model.profile import PROFILES, Profile
from fakeamqp.model.queues import Queue
from fakeamqp.model.snapshot import fork
from fakeamqp.model.vhost import VirtualHost
from fakeamqp.session import methods
from fakeamqp.session.door import Door
from fakeamqp.session.session import Session
from fakeamqp.world import asked, awaiting, sendable
from fakeamqp.world.clock import STARTS_AT, Clock, microseconds
from fakeamqp.world.ctl import Ctl
from fakeamqp.world.definitions import Source, begin_with, import_into, read_definitions, write_definitions
from fakeamqp.world.faults import Faults
from fakeamqp.world.listening import Listening
from fakeamqp.world.live import ExchangeView, QueueView, Snapshot, take_snapshot
from fakeamqp.world.published import PublishedMessages
from fakeamqp.world.schedule import seeded
from fakeamqp.world.scheduler import Scheduler
from fakeamqp.world.trace import DEFAULT_LENGTH, Trace
from fakeamqp.world.url import amqp_url

if TYPE_CHECKING:
    from fakeamqp.views.explain.ask import Explanation
    from fakeamqp.world.laws import Laws
    from fakeamqp.world.live import MessageView
    from fakeamqp.world.stage import ActorHandle, Stage

_log = logging.getLogger("fakeamqp")

# Looked up for every step.
_ALWAYS_SENT = methods.ALWAYS_SENT
_SENT = effects.SENT
_WITH_CONTENT = effects.WITH_CONTENT

ANY: Any = object()
"""For what does not matter in an assertion."""
Watcher = Callable[[Command | None, list[Effect]], object]
Idle = Literal["return", "raise", "interrupt"]


class Broker:
    """A RabbitMQ in this process.

    version: "3.10", "4.0" or "4.3": the recorded RabbitMQ whose behaviour it has.
    seed: of everything generated, such as queue names, and of the order in which actors run (see `spawn`); 0 lets who
        has waited longest run.
    addresses: where it listens, as "host", "host:port" or (host, port); None is every host at ports 5672 and 5671.
        Any other address refuses the connection, as a machine without a broker would.
    plugins: the plugins switched on, of those that bring types of exchange: "rabbitmq_consistent_hash_exchange",
        "rabbitmq_jms_topic_exchange", "rabbitmq_random_exchange", "rabbitmq_recent_history_exchange", and
        "rabbitmq_delayed_message_exchange", which was made from its documentation alone. As RabbitMQ is installed, none
        is.
    users: passwords by user name, or "any". vhosts: names, or "any": one exists as soon as somebody opens it.
    definitions: what is there from the start: the path of a definitions file, as RabbitMQ exports it, its JSON text, or
        a dict. Users in it whose passwords are in `users`, too, have those. See `definitions_report`.
    deny: deprecated features that its configuration denies, such as "transient_nonexcl_queues", beside those that the
        version denies by itself (`docs/versions.md`); as RabbitMQ is installed, none is.
    starts_at: what a calendar shows at the start (an aware datetime).
    idle: what an endless wait of a consumer does when nothing can ever happen: "return", "raise" (WouldBlockForever)
        or "interrupt" (KeyboardInterrupt).
    autojump: False if virtual time shall never move by itself.
    trace: how many steps to remember; "all" for replay, None for none. Unless it is None, the last 10,000 messages that
        were published are remembered as well, with up to 16 MiB of bodies: `published`.
    consumer_timeout: how long a client may hold a delivery unacked, in seconds; None is for ever.
    max_wait: how far one wait may move time, in seconds. thread_grace: how long, in real seconds, a waiter waits for
        other threads that could wake it.

    Raises ValueError for a version that is not recorded, for definitions that are refused and for arguments out of
    range, TypeError for those of a wrong type.
    """

    def __init__(
        self,
        version: str = "4.3",
        seed: int = 0,
        *,
        addresses: Iterable[str | tuple[str, int]] | None = None,
        plugins: Iterable[str] = (),
        users: Mapping[str, str] | Literal["any"] = {"guest": "guest"},
        vhosts: Iterable[str] | Literal["any"] = ("/",),
        definitions: Source | None = None,
        deny: Iterable[str] = (),
        starts_at: datetime = STARTS_AT,
        idle: Idle = "return",
        autojump: bool = True,
        trace: int | Literal["all"] | None = DEFAULT_LENGTH,
        consumer_timeout: float | None = 1800.0,
        max_wait: float = 400 * 86_400,
        thread_grace: float = 5.0,
    ) -> None:
        asked.check_time(starts_at, idle, autojump, max_wait, thread_grace)
        asked.check_seed(seed)
        asked.check_users(users)
        recorded = profile_of(version)
        self.profile = recorded.denying(asked.denied(deny, recorded))
        self.seed = seed
        self.idle: Idle = idle
        self.autojump = autojump
        self.max_wait = max_wait
        self.consumer_timeout = consumer_timeout
        self.thread_grace = thread_grace
        self.lock = threading.RLock()
        self._plugins = asked.plugins(plugins)
        self._users = users
        self._vhosts = asked.vhosts(vhosts)
        self.listening = Listening(asked.addresses(addresses))
        self._definitions = None if definitions is None else read_definitions(definitions)
        self._sessions: dict[int, Session] = {}
        self.faults = Faults(self)
        self.ctl = Ctl(self)
        self._connections_made = 0
        self._is_closed = False
        self.looked_at: set[tuple[str, str]] = set()  # (vhost, queue), for who asks at the end what nobody has seen
        self.trace = Trace(trace)
        self.laws: Laws | None = None
        self.clock = Clock(starts_at)
        self.model = self._new_model()
        self.scheduler = Scheduler(self)
        self.schedule = seeded(seed)
        self.stage: Stage | None = None
        # Called with an actor's name and the frame where it stands whenever its turn ends; None for nobody.
        self.on_turn: Callable[[str, FrameType], object] | None = None
        self.watchers: list[Watcher] = []  # are shown every step, the messages still in it

    def _new_model(self) -> model.Broker:
        made = model.Broker(
            self.profile,
            seed=self.seed,
            users=self._users,
            vhosts=self._vhosts,
            starts_at=self.clock.starts_at,
            plugins=self._plugins,
            consumer_timeout_us=None if self.consumer_timeout is None else microseconds(self.consumer_timeout),
        )
        self._report: list[str] = []
        if self._definitions is not None:
            passwords = {} if self._users == "any" else self._users
            self._report = begin_with(made, self._definitions, passwords, next(iter(made.vhosts)))
        return made

    @property
    def published(self) -> PublishedMessages:
        """The last messages that were published, oldest first: up to 10,000, with up to 16 MiB of bodies."""
        return self.trace.messages

    # --- what the code under test is configured with

    @property
    def version(self) -> str:
        """The RabbitMQ version it has the behaviour of, as given: "4.3"."""
        return self.profile.name

    @property
    def credentials(self) -> tuple[str, str]:
        """A user and password that it lets in."""
        if self._users == "any":
            return ("guest", "guest")
        return next(iter(self._users.items()))

    @property
    def address(self) -> tuple[str, int]:
        """A host and port at which it listens."""
        return self.listening.first

    @property
    def first_vhost(self) -> str:
        """The virtual host that code under test is sent to."""
        return next(iter(self.model.vhosts))

    @property
    def url(self) -> str:
        """An AMQP URL of its first virtual host, for `pika.URLParameters` and the like."""
        return amqp_url("amqp", *self.address, self.first_vhost, *self.credentials)

    def parameters(self, **overrides: Any) -> Any:
        """`pika.ConnectionParameters` for its first virtual host; overrides: parameters of that class."""
        from fakeamqp.adapters.pika.parameters import parameters_for

        return parameters_for(self, **overrides)

    def accepts(self, host: str, port: int) -> bool:
        """True if it listens at this address. The first refusal of an address is logged as a warning.

        A closed broker listens nowhere.
        """
        address = (host, port)
        if self._is_closed or not self.listening.answers(address):
            return False
        listens = self.listening.includes(address)
        if not listens and self.listening.is_news(address):
            _log.warning(
                "connection to %s:%s refused: this fakeamqp broker listens at %s; Broker(addresses=[('%s', %s)]) "
                "would let it in",
                host,
                port,
                self.listening,
                host,
                port,
            )
        return listens

    def refusal(self, host: str, port: int) -> str:
        """Why it does not listen at this address, in words."""
        if self.listening.is_stopped:
            return (
                f"a connection to {host}:{port} is refused, because broker.faults.stop_node() was called and "
                "start_node() was not"
            )
        if self.listening.is_down:
            return f"a connection to {host}:{port} is refused, because broker.down() was called and broker.up() was not"
        return f"a connection to {host}:{port} is refused, because the broker listens at {self.listening}"

    # --- doors

    def attach(self, door: Door) -> Session:
        """A client's link begins; what it sends goes to the session."""
        with self.lock:
            self._connections_made += 1
            session = Session(self, door, self._connections_made)
            self._sessions[session.number] = session
            self.scheduler.tries.connected()
            self.faults.meet(session)
            return session

    def login_refused(self, user: str) -> None:
        """Log what a broker's logfile would tell of a refused login."""
        known = "everybody" if self._users == "any" else _listed(self._users)
        if self._definitions is not None and user in self._definitions.users:
            known += f" and definitions (users={{{user!r}: …}} replaces the password that those have)"
        _log.warning(
            "login as %r refused: name and password have to be those of a user; this fakeamqp broker was made with "
            'users for %s, and Broker(users="any") would let everybody in',
            user,
            known,
        )

    def detach(self, session: Session) -> None:
        """The link of this session is gone."""
        self._sessions.pop(session.number, None)

    def sessions(self) -> tuple[Session, ...]:
        """The clients that are connected, in the order of connecting."""
        return tuple(self._sessions.values())

    @property
    def connections(self) -> int:
        """How many clients are connected."""
        return len(self._sessions)

    # --- the model, step by step

    def apply(self, command: Command) -> list[Effect]:
        """Carry out a command now and hand its effects to the clients they are for."""
        with self.lock:
            return self.carry_out(command)

    def carry_out(self, command: Command | None) -> list[Effect]:
        """The same for who holds the lock, as the door of a session does; None lets happen what is due by now."""
        now_us = self.clock.now_us
        try:
            done = self.model.fire(now_us) if command is None else self.model.apply(command, now_us)
        except Livelock as error:
            raise self.scheduler.remember(error) from None
        sessions, has_content = self._sessions, False
        for effect in done:
            kind = type(effect)
            index = _ALWAYS_SENT.get(kind)
            if index is not None:  # as nearly all are: straight to the door
                number, channel = effect.channel
                session = sessions.get(number)
                if session is not None:
                    session.send(channel, index, effect)
                if kind in _WITH_CONTENT:
                    has_content = True
            elif kind in _SENT:
                told = effects.recipient(effect)
                if told in sessions:
                    sessions[told].emit(effect)
        for watcher in self.watchers:
            watcher(command, done)
        self.trace.add(now_us, command, done, has_content)
        return done

    def next_deadline(self) -> int | None:
        """The instant of what happens next by itself and may be waited for, in microseconds; None if nothing does."""
        return self.model.next_deadline()

    def next_due(self) -> int | None:
        """The same of all that happens by itself as time passes."""
        return self.model.next_due()

    def fire_next(self) -> list[Effect]:
        """Let time pass to the next deadline and happen what is due then."""
        with self.lock:
            due_us = self.model.next_due()
            if due_us is None:
                return []
            self.clock.move_to(due_us)
            return self.carry_out(None)

    def tell_the_rest(self) -> None:
        """Hand on what has come of something that was no command, or of one that was refused halfway."""
        with self.lock:
            self.carry_out(None)

    def fork(self, *, briefly: bool = False) -> model.Broker:
        """A copy of the model to look ahead with; messages are shared, clients are not told anything.

        briefly: True if it is done with before anything happens here; then what waits costs next to nothing.
        """
        with self.lock:
            copy = fork(self.model, briefly=briefly)
        copy.choose, copy.opens_turns = choice_by(self.seed), False
        return copy

    def watch_laws(self) -> None:
        """Look from now on whether the laws of the model hold: `laws` tells. Nobody reads them without a trace."""
        from fakeamqp.world.laws import Laws

        if self.trace.limit != 0:
            self.laws = Laws(self)
            self.trace.read_by(self.laws.look)

    # --- time and progress

    def settle(self) -> None:
        """Deliver and dispatch until nothing can happen at this instant; never moves time."""
        self.scheduler.settle()

    def run(self, seconds: float | None = None, until: Callable[[], object] | None = None) -> None:
        """Let virtual time pass with everything that happens on the way.

        seconds: how much of it; None for as long as anything can happen. until: stop when it returns something true.
        Actors run meanwhile. Raises what one of them has raised; and when nothing can happen any more, lets those that
        wait for an answer end with WouldBlockForever, and raises that. Raises RuntimeError in an actor.
        """
        if self.stage is not None and not self.stage.is_here():
            raise RuntimeError("broker.run() is the test's: an actor waits on its connection, or sleeps")
        self.scheduler.run(seconds, until)

    async def settled(self) -> None:
        """`settle()` for asyncio: let the running loop turn until nothing more happens at this instant."""
        await awaiting.settled(self)

    async def advance(self, duration: float | timedelta) -> None:
        """`clock.advance()` for asyncio: at each instant on the way the running loop turns until nothing more happens.

        duration: seconds, or a timedelta. asyncio's own timers go by real time.
        """
        await awaiting.advance(self, duration)

    def until(self, condition: Callable[[], object], timeout: float = 5.0) -> Any:
        """Wait until the condition is true; in a coroutine: `await broker.until(…)`.

        Where no asyncio loop runs, it blocks and returns what the condition returned. Virtual time moves as in any wait
        with a limit: at once if all other threads that use the broker wait in it too, and else not at all.
        In a running loop it returns an awaitable. Virtual time does not move: only `advance()` moves it there. Nor does
        it while the broker is served: clients elsewhere take real time.

        timeout: seconds; virtual ones where virtual time can move, else real ones. Raises TimeoutError, which says what
        is missing. The condition may be looked at from other threads.
        """
        return awaiting.until(self, condition, timeout)

    def queues(self) -> Iterator[Queue]:
        """The queues of all its virtual hosts, as the model has them."""
        for vhost in self.model.vhosts.values():
            yield from vhost.queues.values()

    # --- actors

    def spawn(
        self, function: Callable[..., Any], *args: Any, name: str | None = None, restarts: bool = False, **kwargs: Any
    ) -> ActorHandle:
        """Run ordinary blocking code, such as a worker's `start_consuming()` loop, as an actor beside the test.

        It begins when the test waits next, in `run()` or in any wait on the broker, and takes turns with the test and
        with other actors: exactly one runs at a time, and the next gets its turn where that one waits, on the broker,
        the clock, a lock or a thread. `time.sleep` and its kin follow the broker's clock from the first actor on, for
        the test as well. Like a process, it loses the connections that it has made when it ends.

        name: of the actor, and of its thread; None is the function's. One that is taken is numbered.
        restarts: True to begin it anew, a second later, when it ends with an error, as a supervisor does in production;
            the 101st is raised.
        What it raises, `run()` raises; what is still running when the test ends is stopped, as by Ctrl-C.
        Raises RuntimeError while the broker is served at a port, while another broker has actors, and in a thread that
        is neither the test's nor an actor's.
        """
        if not callable(function):
            raise TypeError(f"spawn() takes a function and its arguments, not {function!r}")
        if self.stage is None:
            from fakeamqp.world.stage import Stage

            self.stage = Stage(self, self.schedule)
            self._open_choices(self.model)
        name = name or str(getattr(function, "__name__", type(function).__name__))
        return self.stage.spawn(partial(function, *args, **kwargs), name, restarts=restarts)

    def decide(self, options: Sequence[str], what: str) -> int:
        """The place of the option to take where RabbitMQ or AMQP leaves something open; 0, the first, is usual.

        The schedule says, once there are actors, unless it keeps to what is usual.
        """
        if self.stage is None or not self.schedule.interleaves:
            return 0
        return self.schedule.choose(options, what, self.clock.now_us)

    def _choose(self, options: Sequence[Any], what: str) -> Any:
        """The model's choices. Where RabbitMQ throws dice, the seed does."""
        if what.startswith(BY_CHANCE):
            return choice_by(self.seed)(options, what)
        return options[self.decide([self._called(option) for option in options], what)]

    def _called(self, option: object) -> str:
        """What an option is called where decisions are told: a consumer goes by its actor's name."""
        if not isinstance(option, Consumer):
            return str(option)
        session = self._sessions.get(option.channel.key[0])
        owner = None if self.stage is None or session is None else self.stage.owner_of(session.door)
        return f"{'the test' if owner is None else owner.name}, as {option.tag!r}"

    def _open_choices(self, made: model.Broker) -> None:
        made.choose = self._choose
        made.opens_turns = self.schedule.interleaves

    def stop_actors(self) -> list[BaseException]:
        """Stop the actors that still run, as by Ctrl-C, and wait for their ends; virtual time may move meanwhile.

        The end of a test does this by itself. Returns what actors have raised and nobody was told. Does nothing outside
        the test's thread.
        """
        stage = self.stage
        if stage is None or not stage.is_here():
            return []
        untold = stage.close()
        self.stage = None
        return untold

    # --- looking at it

    def queue(self, name: str, vhost: str = "/") -> QueueView:
        """A live view of a queue. Raises KeyError if there is none of that name."""
        self.looked_at.add((vhost, name))
        return QueueView(self.vhost_named(vhost), name)

    def exchange(self, name: str, vhost: str = "/") -> ExchangeView:
        """A live view of an exchange. Raises KeyError if there is none of that name."""
        return ExchangeView(self.vhost_named(vhost), name)

    def bindings(self, vhost: str = "/") -> tuple[Binding, ...]:
        """Every binding of a virtual host, in the order of its exchanges; those of the default exchange are implied."""
        return tuple(
            binding for exchange in self.vhost_named(vhost).exchanges.values() for binding in exchange.bindings
        )

    def snapshot(self) -> Snapshot:
        """All there is, as values that do not change any more."""
        with self.lock:
            self.looked_at.update((vhost.name, queue) for vhost in self.model.vhosts.values() for queue in vhost.queues)
            return take_snapshot(self.model)

    def vhost_named(self, name: str) -> VirtualHost:
        """A virtual host, as the model has it. Raises KeyError if there is none of that name."""
        try:
            return self.model.vhosts[name]
        except KeyError:
            raise KeyError(f"no vhost {name!r} in this broker; there are {_listed(self.model.vhosts)}") from None

    # --- doing without a client

    def publish(
        self, exchange: str, routing_key: str, body: bytes | str = b"", vhost: str = "/", **properties: Any
    ) -> tuple[str, ...]:
        """Publish as a client would, without one; the names of the queues that took the message.

        body: bytes, or text that is sent as UTF-8. properties: basic properties by their AMQP names (`headers=…`).
        Raises model errors (`fakeamqp.model.errors`) where RabbitMQ would close the publishing channel, TypeError or
        ValueError for what no client could send, and KeyError if there is no such virtual host.
        """
        message = Message(
            sendable.address("the exchange", exchange),
            sendable.address("the routing key", routing_key),
            sendable.properties(properties),
            sendable.content(body),
        )
        self.vhost_named(vhost)
        for effect in self.apply(commands.Inject(vhost, message)):
            if isinstance(effect, effects.Routed) and effect.message_id == message.id:
                return effect.queues
        return ()

    def route(
        self, exchange: str, routing_key: str, headers: Mapping[str, Any] | None = None, vhost: str = "/"
    ) -> list[str]:
        """The names of the queues a message would reach; nothing is published.

        Raises KeyError if there is no such exchange.
        """
        host = self.vhost_named(vhost)
        if exchange and exchange not in host.exchanges:
            raise KeyError(f"no exchange {exchange!r} in vhost {vhost!r}")
        with self.lock:
            return host.preview(exchange, routing_key, headers or {})

    # --- why

    def explain(
        self,
        subject: object = None,
        *,
        exchange: str | None = None,
        routing_key: str = "",
        headers: Mapping[str, Any] | None = None,
        body: bytes | str | None = None,
        vhost: str = "/",
    ) -> Explanation:
        """Why something is as it is, to be printed: `print(broker.explain(…))`.

        exchange: why a message with this key and these headers would go where it would go, binding by binding ("" is
            the default exchange). body: what became of the last message that was published with it.
        subject: a message of `queue(…).messages`, or the number of one: its whole story; an error that pika has raised:
            what was done where, and what stands against it. Nothing at all tells what looks like a mistake.

        What the trace has let go of is not known. Raises LookupError for what is not known, KeyError if there is no
        such virtual host, TypeError for what cannot be explained.
        """
        from fakeamqp.views.explain.ask import explain

        return explain(
            self, subject, exchange=exchange, routing_key=routing_key, headers=headers, body=body, vhost=vhost
        )

    # --- asserting

    def assert_published(
        self, exchange: Any = ANY, routing_key: Any = ANY, *, count: int | None = None, **like: Any
    ) -> tuple[MessageView, ...]:
        """Messages were published that are like this, one at least; those messages, oldest first.

        like: body (bytes, or text as UTF-8), json (what the body is as JSON), headers (those that have to be there,
            others may), and basic properties by their AMQP names. What is given is compared by `==`; a pattern
            (re.compile) has to match all of a text, and a function has to return something true.
        count: exactly so many.

        Raises AssertionError, which names the nearest one and how it differs. Only the last 10,000 messages are
        remembered: `published`.
        """
        __tracebackhide__ = True
        from fakeamqp.views import assertions

        wanted = assertions.Wanted.of({"exchange": exchange, "routing_key": routing_key, **like})
        return assertions.assert_published(self, wanted, count)

    def assert_routed(self, queue: str, *, count: int | None = None, **like: Any) -> tuple[MessageView, ...]:
        """The same of messages that this queue has taken, dead letters among them. Raises AssertionError, with why.

        like: as for `assert_published`, and exchange and routing_key.
        """
        __tracebackhide__ = True
        from fakeamqp.views import assertions

        return assertions.assert_routed(self, queue, assertions.Wanted.of(like), count)

    def assert_acked(
        self, queue: str | None = None, *, count: int | None = None, **like: Any
    ) -> tuple[MessageView, ...]:
        """The same of messages that were acknowledged in a queue, or in any; or were delivered with auto_ack.

        like: as for `assert_routed`. Raises AssertionError, with the story of the nearest message.
        """
        __tracebackhide__ = True
        from fakeamqp.views import assertions

        return assertions.assert_acked(self, queue, assertions.Wanted.of(like), count)

    def assert_dead_lettered(
        self, queue: str | None = None, reason: str | None = None, *, count: int | None = None, **like: Any
    ) -> tuple[MessageView, ...]:
        """The same of messages that died in a queue, or in any, and were dead-lettered.

        reason: "rejected", "expired", "maxlen" or "delivery_limit"; None is any. like: as for `assert_routed`.
        Raises AssertionError, with the story of the nearest message, and ValueError for what is no reason.
        """
        __tracebackhide__ = True
        from fakeamqp.views import assertions

        return assertions.assert_dead_lettered(self, queue, reason, assertions.Wanted.of(like), count)

    def assert_empty(self, *queues: str, vhost: str = "/") -> None:
        """Nothing waits in these queues, and no client holds anything of them; none named are all of the virtual host.

        Raises AssertionError, which says what is there, and KeyError if there is no such queue.
        """
        __tracebackhide__ = True
        from fakeamqp.views import assertions

        assertions.assert_empty(self, queues, vhost)

    # --- definitions

    @property
    def definitions_report(self) -> tuple[str, ...]:
        """What of the definitions that were brought in has no effect, a line for each, with the reason."""
        return tuple(self._report)

    def import_definitions(self, definitions: Source, vhost: str | None = None) -> None:
        """Bring in definitions: a definitions file's path, its JSON text, or a dict.

        vhost: where to, whatever they say; None is where they say, and for the export of a single virtual host, which
        does not, the first one. What is there already stays as it is, but users, policies and parameters.
        Raises ValueError for what RabbitMQ refuses; what comes before it is there then, as on RabbitMQ. LookupError if
        there is no such virtual host.
        """
        read = read_definitions(definitions)
        if vhost is not None and vhost not in self.model.vhosts:
            raise LookupError("Not Found")
        self._report += import_into(self, read, vhost)

    def export_definitions(
        self, vhost: str | None = None, *, to: str | os.PathLike[str] | None = None
    ) -> dict[str, Any]:
        """All that was declared and laid down, as `rabbitmqctl export_definitions` of this version tells it.

        vhost: of this virtual host alone; it does not say which then. to: a file to write it to, as well.
        Exclusive queues are left out, as are messages. Raises KeyError if there is no such virtual host.
        """
        with self.lock:
            told = export_cluster(self.model) if vhost is None else export_vhost(self.vhost_named(vhost))
        if to is not None:
            write_definitions(told, to)
        return told

    # --- beginning and end

    def purge(self) -> None:
        """Remove what waits in every queue, streams apart; connections and all that was declared stay."""
        with self.lock:
            for vhost in self.model.vhosts.values():
                for queue in vhost.queues.values():
                    if queue.KIND != "stream":
                        queue.purge()
            self.tell_the_rest()

    def reset(self) -> None:
        """Back to the beginning: connections are dropped, all that was declared and the trace are forgotten."""
        self.stop_actors()
        with self.lock:
            self._close()
            for session in tuple(self._sessions.values()):
                session.forget()
            self._connections_made = 0
            self._is_closed = False
            self.looked_at.clear()
            self.clock.now_us = 0
            self.model = self._new_model()
            self.trace.clear()
            if self.laws is not None:
                self.watch_laws()
            self.faults.end()
            self.listening.bring_up()
            self.scheduler.reopen()

    def restart(self) -> None:
        """Stop and start, at one instant: connections are closed (320), and what is durable survives.

        Durable queues, exchanges and the bindings between them stay, with the persistent messages of classic queues and
        all of quorum queues and streams. Exclusive queues are gone, and auto-delete queues that had consumers.
        """
        with self.lock:
            for session in self.sessions():
                session.force_close("shutdown")
            self.apply(commands.Restart())

    def down(self, *addresses: str | tuple[str, int]) -> None:
        """Nobody answers at these addresses any more; connections made to them are lost. None given: at none at all."""
        with self.lock:
            for session in self.sessions():
                if not addresses or session.door.address in map(asked.address, addresses):
                    session.door.reset()
            self.listening.take_down(*addresses)

    def up(self, *addresses: str | tuple[str, int]) -> None:
        """The broker answers at these addresses again. None given: at all that it listens at."""
        with self.lock:
            self.listening.bring_up(*addresses)

    def close(self) -> None:
        """End it: connections are closed as a broker's shutdown closes them (320), waiting threads are woken.

        From then on it refuses connections. Actors are stopped before; raises what one of them has raised, in the end,
        if nobody was told.
        """
        untold = self.stop_actors()
        self._close()
        for error in untold:
            raise error

    def _close(self) -> None:
        with self.lock:
            self._is_closed = True
            for session in tuple(self._sessions.values()):
                session.force_close("shutdown")
        self.scheduler.close()

    def __enter__(self) -> Broker:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<fakeamqp.Broker {self.version} at {self.clock.now():g} s, {self.connections} connections>"


def profile_of(version: str) -> Profile:
    """What differs in a version, by the name that users write. Raises ValueError for one that is not recorded."""
    try:
        return PROFILES[version]
    except KeyError:
        raise ValueError(
            f"RabbitMQ {version!r} is not recorded; the recorded versions are {_listed(PROFILES)}. To add one, record "
            "the scenarios of tests/conformance against it and give it a profile in fakeamqp/model/profile.py"
        ) from None


def _listed(values: Iterable[object]) -> str:
    return ", ".join(map(str, values))
