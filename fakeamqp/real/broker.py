"""A broker with the members of `fakeamqp.Broker` that stands on a real RabbitMQ, in virtual hosts of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Literal, NoReturn

from fakeamqp.adapters.pika import redirect, side
from fakeamqp.adapters.pika.patience import Patience, Quiet
from fakeamqp.model import errors as model_errors
from fakeamqp.model.binding import Binding
from fakeamqp.model.profile import PROFILES, Profile
from fakeamqp.real.address import Address
from fakeamqp.real.clock import RealClock, seconds
from fakeamqp.real.ctl import RealCtl
from fakeamqp.real.definitions import RealDefinitions
from fakeamqp.real.errors import NotOnARealBroker, Unreachable
from fakeamqp.real.faults import RealFaults
from fakeamqp.real.management import Management, Refused
from fakeamqp.real.names import Names
from fakeamqp.real.vhost import RealVirtualHost
from fakeamqp.real.views import RealExchangeView, RealQueueView, take_snapshot
from fakeamqp.world import asked, sendable
from fakeamqp.world.definitions import Definitions, Source, read_definitions, write_definitions
from fakeamqp.world.listening import Listening
from fakeamqp.world.live import Snapshot

_log = logging.getLogger("fakeamqp")

# Real seconds: how long nothing must happen until all is quiet, and after how many it will not become so.
_STILL = 0.1
_RESTLESS = 30.0
# Messages that come back by themselves are waited for up to this time to live, in seconds.
_LONGEST_TTL = 60.0

# Members of fakeamqp.Broker that a real one cannot have, and why.
ONLY_IN_MEMORY = {
    "trace": "nobody sees all that happens in it",
    "model": "its state is its own",
    "laws": "nobody sees all that happens in it",
    "watch_laws": "nobody sees all that happens in it",
    "scheduler": "its time is real, nobody moves it",
    "seed": "its names are made up by chance",
    "autojump": "its time passes by itself",
    "max_wait": "its time passes by itself",
    "consumer_timeout": "it is in the broker's configuration, for all who use it",
    "looked_at": "strict mode is for the broker in memory",
    "lock": "it has no state in this process",
    "login_refused": "it writes a logfile of its own",
    "attach": "its clients come over the network",
    "detach": "its clients come over the network",
    "sessions": "its clients come over the network",
    "apply": "it takes no commands but a client's and an operator's",
    "carry_out": "it takes no commands but a client's and an operator's",
    "next_deadline": "it does not say what it will do",
    "next_due": "it does not say what it will do",
    "fire_next": "it does not say what it will do",
    "tell_the_rest": "it tells its clients by itself",
    "fork": "its state is its own",
    "spawn": "actors run in virtual time, and its time is real",
    "stop_actors": "actors run in virtual time, and its time is real",
    "stage": "actors run in virtual time, and its time is real",
    "decide": "nobody decides the order of what happens in it",
    "on_turn": "actors run in virtual time, and its time is real",
    **{
        f"assert_{what}": "nobody sees all that happens in it; queue(name) looks at what is there"
        for what in ("published", "routed", "acked", "dead_lettered", "empty")
    },
    "explain": "nobody sees all that happens in it",
    "published": "nobody sees all that happens in it",
    "vhost_named": "its state is its own",
    "watchers": "nobody sees all that happens in it",
    "schedule": "nobody decides the order of what happens in it",
    "queues": "its state is its own; queue(name) and snapshot() look at it",
}

# Arguments of fakeamqp.Broker that change nothing on a real one, and those that it cannot have, with the reason.
_WITHOUT_EFFECT = {"version", "seed", "trace", "max_wait"}
_IMPOSSIBLE = {
    "plugins": "which plugins are on is the broker's affair",
    "starts_at": "its calendar is the real one",
    "deny": "which deprecated features it denies is in the broker's configuration",
    "autojump": "its time passes by itself",
    "consumer_timeout": "it is in the broker's configuration, for all who use it",
}


class RealBroker:
    """The same public members as `fakeamqp.Broker`, carried out by a running RabbitMQ.

    address: where it is. users, vhosts, addresses, definitions, idle, thread_grace: as of `fakeamqp.Broker`. Each
    virtual host and each user but guest is made on the real broker, under a name that nobody else has, and deleted by
    `close()`; so is what definitions bring in.
    others: arguments of `fakeamqp.Broker` besides; those that a real broker cannot have raise NotOnARealBroker.

    Raises Unreachable if the broker cannot be used.
    """

    def __init__(
        self,
        address: Address,
        *,
        users: Mapping[str, str] | Literal["any"] = {"guest": "guest"},
        vhosts: Iterable[str] | Literal["any"] = ("/",),
        addresses: Iterable[str | tuple[str, int]] | None = None,
        definitions: Source | None = None,
        idle: Literal["return", "raise", "interrupt"] = "return",
        thread_grace: float = 5.0,
        **others: Any,
    ) -> None:
        for name in others.keys() - _WITHOUT_EFFECT:
            raise NotOnARealBroker(f"Broker({name}=…)", _IMPOSSIBLE.get(name, "it is made as it is configured"))
        asked.check_users(users)
        self._asked_vhosts = asked.vhosts(vhosts)
        self.listening = Listening(asked.addresses(addresses))
        self._asked_users = users
        self._asked_definitions = None if definitions is None else read_definitions(definitions)
        self._report: list[str] = []
        self._at = address
        self.idle = idle
        self.thread_grace = thread_grace
        self.raised: list[BaseException] = []
        self.links: list[Any] = []
        self.vhosts: dict[str, RealVirtualHost] = {}
        self.users_made: list[str] = []
        self.management = Management(address)
        self.management_user = address.user
        self.server_version = self.management.version()
        self.names = Names(users, (address.user, address.password))
        self.transport = side.transport(address.url("/", address.user, address.password))
        self.waits = Patience(self)
        self.clock = RealClock(self._advance)
        self.faults = RealFaults(self)
        self.ctl = RealCtl(self)
        self._threads = threading.active_count()
        self._is_closed = False
        try:
            self._make()
        except BaseException:
            self.close()
            raise

    def _make(self) -> None:
        if self._asked_users != "any":
            for user, password in self._asked_users.items():
                if not self.names.is_login(user):
                    self.ctl.add_user(user, password)
        for name in ("/",) if self._asked_vhosts == "any" else self._asked_vhosts:
            self.add_vhost(name)
        first = next(iter(self.vhosts.values()))
        try:
            first.side.open()
        except side.NoAMQP as error:
            raise Unreachable(
                f"the management API at {self._at.management} made a virtual host, and AMQP does not get into it: "
                f"{error}. Look at --fakeamqp-url, {self._at}: do both lead to the same broker, and is its user "
                f"{self._at.user!r} one of it?"
            ) from None
        self._report = []
        if self._asked_definitions is not None:
            self._bring_in(self._asked_definitions, None)

    # --- what the code under test is configured with

    @property
    def version(self) -> str:
        """The RabbitMQ version it is, as fakeamqp names those it knows: "4.3"; `server_version` is all of it."""
        return ".".join(self.server_version.split(".")[:2])

    @property
    def profile(self) -> Profile:
        """What fakeamqp knows of this version. Raises NotOnARealBroker if that was not recorded."""
        try:
            return PROFILES[self.version]
        except KeyError:
            known = ", ".join(PROFILES)
            raise NotOnARealBroker("profile", f"it is {self.server_version}, and recorded are {known}") from None

    @property
    def credentials(self) -> tuple[str, str]:
        """A user and password that the real broker lets in."""
        if self._asked_users == "any":
            return self.names.credentials("guest", "guest")
        return self.names.credentials(*next(iter(self._asked_users.items())))

    @property
    def address(self) -> tuple[str, int]:
        """The real broker's host and port."""
        return self.transport.host, self.transport.port

    @property
    def first_vhost(self) -> str:
        """The virtual host that code under test is sent to, as the test knows it."""
        return next(iter(self.vhosts))

    @property
    def url(self) -> str:
        """An AMQP URL of its first virtual host on the real broker, for any client, in any process."""
        return self._at.url(self.vhosts[self.first_vhost].real, *self.credentials)

    def parameters(self, **overrides: Any) -> Any:
        """`pika.ConnectionParameters` for its first virtual host; overrides: parameters of that class."""
        return side.parameters(self.transport, self.vhosts[self.first_vhost].real, *self.credentials, overrides)

    def connect(self, **parameters: Any) -> Any:
        """A `pika.BlockingConnection` to it; what `fakeamqp.connect` does."""
        with self.redirecting():
            return side.connect(self.parameters(**parameters))

    @contextlib.contextmanager
    def redirecting(self) -> Iterator[RealBroker]:
        """Meanwhile every connection that pika makes in this process leads to it."""
        redirect.begin(self)
        try:
            yield self
        finally:
            redirect.end(self)

    def accepts(self, host: str, port: int) -> bool:
        """True if pika is led to the real broker from this address; else to one that refuses the connection."""
        address = (host, port)
        if self._is_closed or not self.listening.answers(address):
            return False
        if address == self.address:
            return True
        listens = self.listening.includes(address)
        if not listens and self.listening.is_news(address):
            _log.warning(
                "connection to %s:%s refused: it would be at the broker in memory, too; "
                "Broker(addresses=[('%s', %s)]) would let it in",
                host,
                port,
                host,
                port,
            )
        return listens

    def refusal(self, host: str, port: int) -> str:
        """Why pika is not led to it from this address, in words."""
        why = (
            "broker.down() was called and broker.up() was not"
            if self.listening.is_down
            else "this address was not asked for"
        )
        return f"a connection to {host}:{port} is refused, because {why}"

    def vhost_for(self, given: str) -> str:
        """What a virtual host is called on the real broker; with vhosts="any" it is made when it is first asked for."""
        if self._asked_vhosts == "any" and given not in self.vhosts and self.names.vhost(given) != given:
            self.add_vhost(given)
        return self.names.vhost(given)

    def user_for(self, given: str, password: str) -> tuple[str, str]:
        """What a user and its password are on the real broker."""
        return self.names.credentials(given, password)

    def as_given(self, text: str) -> str:
        """A text of the broker's with the names that the test knows."""
        return self.names.as_given(text)

    def add_vhost(self, name: str) -> None:
        """Make a virtual host; one that is there stays as it is."""
        if name not in self.vhosts:
            self.vhosts[name] = RealVirtualHost(self, name)

    def side_to(self, vhost: str) -> side.Side:
        """A connection of our own to a virtual host, as the user of the URL."""
        return side.Side(side.parameters(self.transport, vhost, self._at.user, self._at.password, {}))

    # --- time and progress

    @property
    def connections(self) -> int:
        """How many connections this process has to it through pika."""
        return len(self.open_links())

    def open_links(self) -> list[Any]:
        """pika's connections that lead to it and are not closed, in the order of connecting."""
        return [link for link in self.links if link.is_open]

    def wait(self, duration: float) -> None:
        """Let real seconds pass, and this thread's blocking connections run their callbacks."""
        ends = time.monotonic() + duration
        while True:
            self.waits.dispatch()
            left = ends - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, 0.01))

    def settle(self) -> None:
        """Let callbacks run until nothing has come and no queue has changed for a tenth of a second.

        Raises TimeoutError if that is not so within 30 seconds.
        """
        for _ in self._until_quiet():
            self.wait(0.01)

    def _until_quiet(self) -> Iterator[None]:
        ends = time.monotonic() + _RESTLESS
        quiet, seen = Quiet(self.waits), self._counts()
        while True:
            yield
            if quiet.lasts() >= _STILL:
                counts = self._counts()
                if counts == seen:
                    return
                quiet, seen = Quiet(self.waits), counts
            if time.monotonic() >= ends:
                raise TimeoutError(f"not quiet within {_RESTLESS:g} s: {self.missing()}")

    def _counts(self) -> list[tuple[str, int, int]]:
        return [
            (name, row.get("messages_ready", 0), row.get("messages_unacknowledged", 0))
            for vhost in self.vhosts.values()
            for name, row in vhost.queues().items()
            if row["type"] == "classic"
        ]

    def patience(self) -> float:
        """Seconds without traffic after which nothing will come, judged by what is in its queues.

        What could be delivered has been; only what expires comes again, and what other threads publish. While there
        is neither, none at all; else `thread_grace`, and as long as messages live, up to a minute.
        """
        wait = self.thread_grace if threading.active_count() > self._threads else 0.0
        for vhost in self.vhosts.values():
            policies = [row["definition"] for kind in ("policies", "operator-policies") for row in vhost.get(kind)]
            for row in vhost.queues().values():
                rules = [{key.removeprefix("x-"): value for key, value in row["arguments"].items()}, *policies]
                holds = row["type"] != "classic" or row.get("messages")
                if holds and any("dead-letter-exchange" in rule for rule in rules):
                    wait = max(wait, self.thread_grace + max(map(_time_to_live, rules)))
        return wait

    def missing(self) -> str:
        """What its queues hold, in words."""
        told = [
            f"queue {name!r} has {row.get('messages_ready', 0)} ready and "
            f"{row.get('messages_unacknowledged', 0)} unacknowledged messages"
            for vhost in self.vhosts.values()
            for name, row in vhost.queues().items()
        ]
        return "; ".join(told) or "there is no queue"

    def _advance(self, duration: float) -> None:
        self.wait(duration)
        self.settle()

    def run(self, seconds: float | None = None, until: Callable[[], object] | None = None) -> None:
        """Let real time pass with the callbacks of this thread.

        seconds: how much of it; None for as long as anything happens. until: stop when it returns something true.
        """
        ends = time.monotonic() + (float("inf") if seconds is None else seconds)
        quiet = self._until_quiet()
        while time.monotonic() < ends and not (until is not None and until()):
            self.wait(0.01)
            if seconds is None and next(quiet, self) is self:
                return

    async def settled(self) -> None:
        """`settle()` for asyncio: the running loop turns meanwhile."""
        for _ in self._until_quiet():
            await asyncio.sleep(0.01)

    async def advance(self, duration: float | timedelta) -> None:
        """`clock.advance()` for asyncio: the running loop turns meanwhile. duration: seconds, or a timedelta."""
        await asyncio.sleep(seconds(duration))
        await self.settled()

    def until(self, condition: Callable[[], object], timeout: float = 5.0) -> Any:
        """Wait until the condition is true; in a coroutine: `await broker.until(…)`.

        timeout: real seconds. Returns what the condition returned. Raises TimeoutError, which says what is there.
        """
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return self._until_in_thread(condition, timeout)
        return self._until_in_loop(condition, timeout)

    def _until_in_thread(self, condition: Callable[[], object], timeout: float) -> object:
        ends = time.monotonic() + timeout
        while not (outcome := condition()):
            if time.monotonic() >= ends:
                raise self._too_late(timeout)
            self.wait(0.01)
        return outcome

    async def _until_in_loop(self, condition: Callable[[], object], timeout: float) -> object:
        ends = time.monotonic() + timeout
        while not (outcome := condition()):
            if time.monotonic() >= ends:
                raise self._too_late(timeout)
            await asyncio.sleep(0.01)
        return outcome

    def _too_late(self, timeout: float) -> TimeoutError:
        return TimeoutError(f"not true within {timeout:g} s: {self.missing()}")

    # --- looking at it

    def queue(self, name: str, vhost: str = "/") -> RealQueueView:
        """A live view of a queue. Raises KeyError if there is none of that name."""
        return RealQueueView(self.vhost(vhost), name)

    def exchange(self, name: str, vhost: str = "/") -> RealExchangeView:
        """A live view of an exchange. Raises KeyError if there is none of that name."""
        return RealExchangeView(self.vhost(vhost), name)

    def bindings(self, vhost: str = "/") -> tuple[Binding, ...]:
        """Every binding of a virtual host, in the order of its exchanges; those of the default exchange are implied."""
        return self.vhost(vhost).bindings()

    def snapshot(self) -> Snapshot:
        """What can be had, as values that do not change any more; messages are got and requeued for it."""
        return take_snapshot(self)

    def vhost(self, name: str) -> RealVirtualHost:
        """A virtual host by the name that the test gave it. Raises KeyError if there is none."""
        try:
            return self.vhosts[name]
        except KeyError:
            raise KeyError(f"no vhost {name!r} in this broker; there are {', '.join(self.vhosts)}") from None

    # --- doing without a client

    def publish(
        self, exchange: str, routing_key: str, body: bytes | str = b"", vhost: str = "/", **properties: Any
    ) -> tuple[str, ...]:
        """Publish on a connection of its own; the names of the queues that took the message.

        RabbitMQ's firehose tells which they are. Arguments and errors are those of `fakeamqp.Broker.publish`.
        """
        made = sendable.properties(properties)
        try:
            return self.vhost(vhost).side.publish(
                sendable.address("the exchange", exchange),
                sendable.address("the routing key", routing_key),
                sendable.content(body),
                made,
            )
        except side.ClosedByBroker as error:
            raise _refusal(error.code, self.as_given(error.text)) from None

    def route(
        self, exchange: str, routing_key: str, headers: Mapping[str, Any] | None = None, vhost: str = "/"
    ) -> NoReturn:
        """Raises NotOnARealBroker: a message has to be published to see where it goes, as publish() does."""
        raise NotOnARealBroker(
            "route()", "RabbitMQ tells where a message goes only when it is published, and publish() returns that"
        )

    # --- definitions

    @property
    def definitions_report(self) -> tuple[str, ...]:
        """What of the definitions that were brought in was left out, a line for each, with the reason."""
        return tuple(self._report)

    def import_definitions(self, definitions: Source, vhost: str | None = None) -> None:
        """Bring in definitions, under names of the test's own; global parameters, which are everybody's, apart.

        Arguments and errors are those of `fakeamqp.Broker.import_definitions`.
        """
        if vhost is not None and vhost not in self.vhosts:
            raise LookupError("Not Found")
        self._bring_in(read_definitions(definitions), vhost)

    def export_definitions(
        self, vhost: str | None = None, *, to: str | os.PathLike[str] | None = None
    ) -> dict[str, Any]:
        """All that was declared and laid down in the test's virtual hosts, by the names that the test knows.

        Arguments and errors are those of `fakeamqp.Broker.export_definitions`.
        """
        told = RealDefinitions(self).tell(vhost)
        if to is not None:
            write_definitions(told, to)
        return told

    def _bring_in(self, definitions: Definitions, vhost: str | None) -> None:
        passwords = {} if self._asked_users == "any" else self._asked_users
        self._report += RealDefinitions(self).bring_in(definitions, vhost, passwords)

    # --- beginning and end

    def purge(self) -> None:
        """Remove what waits in every queue, streams apart; connections and all that was declared stay."""
        for vhost in self.vhosts.values():
            for name, row in vhost.queues().items():
                if row["type"] != "stream":
                    with contextlib.suppress(Refused):
                        self.management.delete("queues", vhost.real, name, "contents")

    def reset(self) -> None:
        """Back to the beginning: connections are closed, virtual hosts and users are deleted and made anew."""
        self.close()
        self._is_closed = False
        self.listening.bring_up()
        self.faults.end()
        self.links.clear()
        self.raised.clear()
        self.clock.restart()
        self._make()

    def restart(self) -> NoReturn:
        """Raises NotOnARealBroker."""
        raise NotOnARealBroker("restart()", "no API restarts a broker, and others use it as well")

    def down(self, *addresses: str | tuple[str, int]) -> None:
        """pika's connections from these addresses break, new ones are refused, until `up()`. None given: all."""
        given = set(map(asked.address, addresses))
        self.listening.take_down(*addresses)
        for link in self.open_links():
            if not addresses or link.params.given in given:
                side.cut(link)

    def up(self, *addresses: str | tuple[str, int]) -> None:
        """pika reaches the broker from these addresses again. None given: from all."""
        self.listening.bring_up(*addresses)

    def close(self) -> None:
        """End it: its virtual hosts are deleted, which closes connections (320), and the users made for it, too.

        From then on pika is refused.
        """
        self._is_closed = True
        for vhost in list(self.vhosts.values()):
            vhost.delete()
        self.vhosts.clear()
        self.let_go()
        for user in self.users_made:
            with contextlib.suppress(Refused):
                self.management.delete("users", user)
        self.users_made.clear()

    def let_go(self) -> None:
        """Let the connections of this thread, and of those that have ended, see that they are closed."""
        self.waits.adopt()
        ends = time.monotonic() + 1.0
        while threading.get_ident() in self.waits.threads() and time.monotonic() < ends:
            self.wait(0.01)
        self.waits.adopt()

    def __enter__(self) -> RealBroker:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __getattr__(self, name: str) -> NoReturn:
        if name in ONLY_IN_MEMORY:
            raise NotOnARealBroker(f"broker.{name}", ONLY_IN_MEMORY[name])
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __repr__(self) -> str:
        return f"<RabbitMQ {self.server_version} at {self._at.host}:{self._at.port}, {self.names.root}>"


def _time_to_live(rule: Mapping[str, Any]) -> float:
    """How long messages live by arguments or a policy, in seconds; 0 if that is not worth waiting for."""
    lives = float(rule.get("message-ttl", 0)) / 1000
    return lives if lives <= _LONGEST_TTL else 0.0


def _refusal(code: int, text: str) -> Exception:
    """The model's error for a channel that the broker closed."""
    for kind in model_errors.ChannelError.__subclasses__():
        if kind.reply_code == code:
            return kind(text.removeprefix(f"{kind.reply_name} - "))
    return model_errors.ChannelError(text)
