"""One performance of a scenario: its calls go to a broker, and each is written down with what came of it.

An observation is one call: {"call": text, "result": …} or {"call": text, "raised": …}, plus "seen", what the channels'
callbacks were given before everything was quiet again, by channel, in order. A call without an answer has no "result".
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.credentials import PlainCredentials
from pika.exceptions import ConnectionClosedByBroker
from pika.frame import Method
from pika.spec import BasicProperties

from .backend import Backend
from .normalise import Normaliser
from .operator import RealOperator

WITHOUT_ANSWER = {"basic_publish", "basic_ack", "basic_nack", "basic_reject", "publish", "send"}
"""Calls that AMQP does not answer: an error comes later and is asked for, so that it stands with its call."""


CONNECTION_CLASS = 10


class Play:
    """What a scenario is given: connections and channels that write down what happens, and the passing of time."""

    def __init__(self, backend: Backend) -> None:
        self.version = backend.version
        self.observations: list[dict[str, Any]] = []
        self.errors: list[Exception] = []
        self._backend = backend
        self._normaliser = Normaliser(backend.vhost, backend.node, backend.other_node)
        self._connections: dict[str, BlockingConnection] = {}
        self._channels: list[Channel] = []
        self._closed_connections: set[str] = set()
        self._closed: dict[str, BaseException] = {}
        self._events = 0
        self._in_burst = False

    def connection(self, name: str = "A", **parameters: Any) -> Connection:
        """Open a connection; `parameters` are pika's. Connection A opens by itself when a channel is asked for."""

        def connect() -> BlockingConnection:
            return self._connect(name, **parameters)

        self.record(f"{name} = connection({_arguments((), parameters)})", connect, lambda _: None)
        return Connection(self, name)

    def _connect(self, name: str, **parameters: Any) -> BlockingConnection:
        connection = self._connections[name] = self._backend.connect(**parameters)
        connection._impl.add_on_close_callback(lambda _, why: self._closed.setdefault(name, why))
        return connection

    def channel(self, on: str = "A", number: int | None = None) -> Channel:
        """Open a channel on the connection of that name; channels are called ch1, ch2, … in the order of opening.

        number: the one to ask for; None leaves it to pika.
        """
        if on not in self._connections:
            self._connect(on)
        channel = Channel(self, f"ch{len(self._channels) + 1}")
        self._channels.append(channel)

        def open_channel() -> BlockingChannel:
            real = self._connections[on].channel(number)
            channel.attach(real)
            return real

        call = f"{channel.label} = {on}.channel({'' if number is None else number})"
        self.record(call, open_channel, lambda real: real.channel_number)
        return channel

    def sign_in(self, user: str, configure: str = "", write: str = "", read: str = "", on: str = "B") -> Channel:
        """A channel of a new user, who may do that much; its connection has the name `on`."""
        self.operator.add_user(user, "secret")
        self.operator.set_permissions(user, configure, write, read)
        return self.connection(on, credentials=PlainCredentials(user, "secret")).channel()

    def declare_elsewhere(self, queue: str, **declared: Any) -> None:
        """Declare a queue at the other node of a cluster, so that it lives there; `declared` as pika calls it."""

        def declare() -> None:
            with self._backend.connect_elsewhere() as connection:
                connection.channel().queue_declare(queue, **declared)

        self.record(f"declare_elsewhere({_arguments((queue,), declared)})", declare, lambda _: None)

    def lose(self, *queues: str) -> None:
        """The other node of a cluster is stopped; these are all the queues that live there."""
        self.record(f"lose({_arguments(queues, {})})", lambda: self._backend.lose(*queues), lambda _: None)

    def restore(self, *queues: str) -> None:
        """That node comes back, and with it these queues."""
        self.record(f"restore({_arguments(queues, {})})", lambda: self._backend.restore(*queues), lambda _: None)

    @property
    def operator(self) -> Operator:
        """Do what an operator does, by the names of `rabbitmqctl`: `play.operator.set_policy("p", "^q", {…})`."""
        return Operator(self)

    def advance(self, seconds: float) -> None:
        """Let that many seconds pass."""
        self.record(f"advance({seconds:g})", lambda: self._advance(seconds), lambda _: None)

    def _advance(self, seconds: float) -> None:
        self._backend.advance(seconds, self._connections.values())

    def note(self, what: str, value: Any) -> None:
        """Write down something that the recording would not show by itself."""
        self.record(what, lambda: value, lambda noted: noted)

    def settle(self) -> None:
        """Write down what was seen meanwhile; only of use in a burst."""
        self.record("settle()", lambda: None, lambda _: None)

    @contextlib.contextmanager
    def burst(self) -> Iterator[None]:
        """Calls inside follow one another at once; what came of them is seen at the end."""
        self._in_burst = True
        try:
            yield
        finally:
            self._in_burst = False
            self.settle()

    def record(self, call: str, act: Callable[[], Any], describe: Callable[[Any], Any]) -> Any:
        """Do `act` and write down what it gave; what it returned, or None if it raised."""
        observation: dict[str, Any] = {"call": self._normaliser.text(call)}
        self.observations.append(observation)
        outcome = None
        try:
            outcome = act()
            result = describe(outcome)
            if result is not None:
                observation["result"] = result
        except Exception as error:
            self.errors.append(error)
            observation["raised"] = self._normaliser.error(error)
        if not self._in_burst:
            self._backend.settle(self._connections.values(), lambda: self._events)
            self._note_what_was_seen(observation)
        return outcome

    def _note_what_was_seen(self, observation: dict[str, Any]) -> None:
        seen: dict[str, Any] = {channel.label: channel.take() for channel in self._channels if channel.seen}
        for name, connection in self._connections.items():
            if connection.is_closed and name not in self._closed_connections:
                self._closed_connections.add(name)
                seen[name] = self._end_of(name, observation)
        if seen:
            observation["seen"] = seen

    def _end_of(self, name: str, observation: dict[str, Any]) -> Any:
        """How a connection ended; what the call itself raised, or asked for, is not told again."""
        why = self._closed.get(name)
        if "raised" in observation or not isinstance(why, ConnectionClosedByBroker):
            return "closed"
        return {"closed": why.reply_code, "text": self._normaliser.text(why.reply_text)}

    def operate(self, task: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Let the operator carry out a task."""
        call = f"operator.{task}({_arguments(args, kwargs)})"
        self.record(call, lambda: self._backend.operator.do(task, *args, **kwargs), self._normaliser.value)

    def read(self, connection: BlockingConnection) -> None:
        """Let a connection read all that is on its way to it; an error that ends it is raised."""
        self._backend.read(connection)

    def count_event(self) -> None:
        self._events += 1

    def close(self) -> None:
        """End what the scenario left open."""
        for connection in self._connections.values():
            if connection.is_open:
                with contextlib.suppress(Exception):
                    connection.close()

    @property
    def normaliser(self) -> Normaliser:
        return self._normaliser

    def real_connection(self, name: str) -> BlockingConnection:
        return self._connections[name]


class Operator:
    """The tasks of `operator.RealOperator`; each is written down, and refusals with the broker's reason."""

    def __init__(self, play: Play) -> None:
        self._play = play

    def __getattr__(self, task: str) -> Callable[..., None]:
        if task.startswith("_") or not callable(getattr(RealOperator, task, None)):
            raise AttributeError(f"an operator has no task {task}")

        def carry_out(*args: Any, **kwargs: Any) -> None:
            self._play.operate(task, args, kwargs)

        return carry_out


class Connection:
    """A connection by its name in the scenario."""

    def __init__(self, play: Play, name: str) -> None:
        self._play = play
        self.name = name

    def channel(self, number: int | None = None) -> Channel:
        return self._play.channel(on=self.name, number=number)

    def broker(self) -> None:
        """Write down what the broker has told of itself, but for the name of its machine."""

        def told() -> dict[str, Any]:
            return dict(self._play.real_connection(self.name)._impl.server_properties)

        def describe(properties: dict[str, Any]) -> Any:
            return self._play.normaliser.value({**properties, "cluster_name": "<node>"})

        self._play.record(f"{self.name}.broker()", told, describe)

    def agreement(self) -> None:
        """Write down what the two sides have agreed on."""

        def agreed() -> dict[str, Any]:
            parameters = self._play.real_connection(self.name)._impl.params
            return {name: getattr(parameters, name) for name in ("channel_max", "frame_max", "heartbeat")}

        self._play.record(f"{self.name}.agreement()", agreed, lambda agreed: agreed)

    def update_secret(self, secret: str, reason: str) -> None:
        call = f"{self.name}.update_secret({secret!r}, {reason!r})"
        self._play.record(
            call, lambda: self._play.real_connection(self.name).update_secret(secret, reason), lambda _: None
        )

    def close(self) -> None:
        self._play.record(f"{self.name}.close()", self._play.real_connection(self.name).close, lambda _: None)


class Channel:
    """A BlockingChannel whose calls are written down; every public method of pika's is there by its own name."""

    def __init__(self, play: Play, label: str) -> None:
        self._play = play
        self.label = label
        self.real: Any = None
        self.seen: list[dict[str, Any]] = []

    def attach(self, real: BlockingChannel) -> None:
        self.real = real
        real.add_on_return_callback(self._returned)
        real.add_on_cancel_callback(self._cancelled)

    def is_still_open(self) -> None:
        """Write down whether pika takes the channel to be open."""
        self._play.record(f"{self.label}.is_open", lambda: self.real.is_open, lambda is_open: is_open)

    def publish(
        self, exchange: str, routing_key: str, body: str = "", mandatory: bool = False, **properties: Any
    ) -> None:
        """basic_publish with the properties by name."""
        given: dict[str, Any] = {"mandatory": True} if mandatory else {}
        shown = dict(properties)
        if "x-death" in (properties.get("headers") or {}):
            shown["headers"] = self._play.normaliser.headers(properties["headers"])  # there is an instant in it
        call = f"{self.label}.publish({_arguments((exchange, routing_key, body), {**given, **shown})})"
        made = BasicProperties(**properties)
        self._record(call, "publish", lambda: self.real.basic_publish(exchange, routing_key, body, made, mandatory))

    def consume(self, queue: str, consumer_tag: str | None = None, **arguments: Any) -> str | None:
        """basic_consume with a callback that writes down what it is given; the consumer's tag."""
        given = {"consumer_tag": consumer_tag, **arguments} if consumer_tag is not None else arguments
        call = f"{self.label}.consume({_arguments((queue,), given)})"
        tag: str | None = self._record(
            call, "consume", lambda: self.real.basic_consume(queue, on_message_callback=self._delivered, **given)
        )
        return tag

    def send(
        self,
        method: Any,
        answer: type | None = None,
        *,
        on: int | None = None,
        content: tuple[BasicProperties, bytes] | None = None,
    ) -> None:
        """Send a method of the specification as it is: one that pika has no call for, or would not send.

        answer: the method that answers it, to be written down. on: the number of another channel to send it on.
        content: what a publish carries.
        """
        call = f"{self.label}.send({self._shown(method)}{'' if on is None else f', on={on}'})"

        def act() -> None:
            impl = self.real._impl
            if answer is not None:
                impl.add_callback(self._answered, [answer])
            impl.connection._send_method(impl.channel_number if on is None else on, method, content)
            if on is not None:
                # The answer to a question on this channel could come before an error on that one.
                self._play.read(self.real.connection)

        self._record(call, "send" if on is None else "send elsewhere", act)

    def listen(self, *methods: type) -> None:
        """From now on write down each of these methods that the broker sends."""
        names = ", ".join(method.NAME for method in methods)  # type: ignore[attr-defined]

        def listen() -> None:
            connection = self.real._impl.connection
            for method in methods:
                of_the_connection = method.INDEX >> 16 == CONNECTION_CLASS  # type: ignore[attr-defined]
                number = 0 if of_the_connection else self.real.channel_number
                connection.callbacks.add(number, method, self._noticed, one_shot=False)

        self._play.record(f"{self.label}.listen({names})", listen, lambda _: None)

    def _shown(self, method: Any) -> str:
        return f"{method.NAME}({_arguments((), self._play.normaliser.method(method))})"

    def drain(self, queue: str) -> None:
        """basic_get with auto_ack until the queue is empty; all of each message is written down."""
        message = self._play.normaliser.message
        call = f"{self.label}.drain({queue!r})"
        self._play.record(call, lambda: self._get_all(queue), lambda messages: [message(*one) for one in messages])

    def bodies(self, queue: str) -> None:
        """As drain, but only the bodies are written down."""
        body = self._play.normaliser.body
        call = f"{self.label}.bodies({queue!r})"
        self._play.record(call, lambda: self._get_all(queue), lambda messages: [body(one[2]) for one in messages])

    def _get_all(self, queue: str) -> list[Any]:
        messages = []
        while (message := self.real.basic_get(queue, auto_ack=True))[0] is not None:
            messages.append(message)
        return messages

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or not callable(getattr(BlockingChannel, name, None)):
            raise AttributeError(f"pika's BlockingChannel has no public method {name}")

        def call(*args: Any, **kwargs: Any) -> Any:
            text = f"{self.label}.{name}({_arguments(args, kwargs)})"
            return self._record(text, name, lambda: getattr(self.real, name)(*args, **kwargs))

        return call

    def _record(self, call: str, name: str, act: Callable[[], Any]) -> Any:
        def act_and_ask() -> Any:
            if self.real is None:
                raise RuntimeError(f"{self.label} was never opened")
            outcome = act()
            if name in WITHOUT_ANSWER:
                # A question that changes nothing: the broker answers it, or with the error of what went before.
                self.real.exchange_declare("amq.direct", passive=True)
            return outcome

        return self._play.record(call, act_and_ask, self._describe)

    def _describe(self, outcome: Any) -> Any:
        normaliser = self._play.normaliser
        if isinstance(outcome, Method):
            return {outcome.method.NAME: normaliser.method(outcome.method)}
        if isinstance(outcome, tuple) and len(outcome) == 3:
            return "empty" if outcome[0] is None else normaliser.message(*outcome)
        if isinstance(outcome, list):
            return [normaliser.message(*message) for message in outcome]
        return normaliser.value(outcome)

    def _delivered(self, _: BlockingChannel, method: Any, properties: BasicProperties, body: bytes) -> None:
        self._see({"delivered": self._play.normaliser.message(method, properties, body)})

    def _returned(self, _: BlockingChannel, method: Any, properties: BasicProperties, body: bytes) -> None:
        self._see({"returned": self._play.normaliser.message(method, properties, body)})

    def _cancelled(self, frame: Any) -> None:
        self._see({"cancelled": self._play.normaliser.text(frame.method.consumer_tag)})

    def _noticed(self, *frame: Any) -> None:
        """pika hands its own connection over before a frame that concerns the connection."""
        self._answered(frame[-1])

    def _answered(self, frame: Any) -> None:
        self._see({"answered": {frame.method.NAME: self._play.normaliser.method(frame.method)}})

    def _see(self, event: dict[str, Any]) -> None:
        self.seen.append(event)
        self._play.count_event()

    def take(self) -> list[dict[str, Any]]:
        seen, self.seen = self.seen, []
        return seen


def _arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    shown = [*(_shown(value) for value in args), *(f"{name}={_shown(value)}" for name, value in kwargs.items())]
    return ", ".join(shown)


def _shown(value: Any) -> str:
    if isinstance(value, PlainCredentials):
        return f"PlainCredentials({value.username!r}, {value.password!r})"
    if isinstance(value, str | bytes) and len(value) > 300:
        return f"<{len(value)} x {value[:1]!r}>"
    return repr(value)
