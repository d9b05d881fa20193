"""The same small programs, written with kombu, on a RabbitMQ, fakeamqp, kombu's memory transport and amqp-mock.

    python -m benchmarks.comparison.by_kombu [amqp://guest:guest@127.0.0.1:5672/my_vhost]

prints a table. With an address it has a column for a real RabbitMQ: give it a virtual host of its own, empty. It needs
kombu; amqp-mock has a column if it is installed.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import kombu

import fakeamqp

PATIENCE_S = 8.0  # for a program that gets no answer
WAIT_S = 0.6  # for deliveries
PROBES: dict[str, Callable[[Any], str]] = {}


def probe(rule: str) -> Callable[[Callable[[Any], str]], Callable[[Any], str]]:
    """A program that shows whether a rule holds. It is given a connection, and returns what has become of it."""

    def keep(program: Callable[[Any], str]) -> Callable[[Any], str]:
        PROBES[rule] = program
        return program

    return keep


# --- how the programs publish and take


def declare(connection: Any, name: str, **arguments: Any) -> Any:
    """A queue, alone; its arguments have underscores for dashes: `x_max_length=1`."""
    given = {key.replace("_", "-"): value for key, value in arguments.items()}
    queue = kombu.Queue(name, queue_arguments=given, durable=True)(connection.channel())
    queue.declare()
    return queue


def publish(connection: Any, exchange: str, key: str, body: str, **options: Any) -> None:
    connection.Producer(serializer="json").publish({"body": body}, exchange=exchange, routing_key=key, **options)


def take(
    connection: Any, name: str, do: Callable[[Any], Any] = lambda message: message.ack(), limit: int = 9
) -> list[Any]:
    """What is delivered from a queue in a while, at most so many; each is done something with."""
    taken: list[Any] = []

    def on_message(body: Any, message: Any) -> None:
        if len(taken) < limit:
            taken.append((body["body"], message))
            do(message)

    channel = connection.channel()
    queue = kombu.Queue(name, no_declare=True)(channel)
    with kombu.Consumer(channel, [queue], callbacks=[on_message], accept=["json"]):
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end and len(taken) < limit:
            with contextlib.suppress(TimeoutError, OSError):
                connection.drain_events(timeout=0.1)
    return taken


def bodies(taken: list[Any]) -> list[str]:
    return [body for body, _ in taken]


def reached(connection: Any, kind: str, pattern: str, key: str) -> str:
    channel = connection.channel()
    exchange = kombu.Exchange(f"{kind}.{pattern}", kind, durable=True)
    kombu.Queue(f"of.{kind}.{pattern}", exchange, pattern, durable=True)(channel).declare()
    publish(connection, exchange.name, key, "tea")
    return "arrives" if take(connection, f"of.{kind}.{pattern}") else "does not arrive"


def dead_letters(to: str) -> dict[str, Any]:
    return {"x_dead_letter_exchange": "", "x_dead_letter_routing_key": to}


# --- the programs


@probe("topic `order.#` takes the key `order`")
def _(connection: Any) -> str:
    return reached(connection, "topic", "order.#", "order")


@probe("topic `#.us` takes the key `us`")
def _(connection: Any) -> str:
    return reached(connection, "topic", "#.us", "us")


@probe("topic `order.*` does not take `order.new.us`")
def _(connection: Any) -> str:
    return reached(connection, "topic", "order.*", "order.new.us")


@probe("headers exchange, `x-match: all`")
def _(connection: Any) -> str:
    channel = connection.channel()
    exchange = kombu.Exchange("by_headers", "headers", durable=True)
    asked = {"x-match": "all", "country": "us"}
    kombu.Queue("of_headers", exchange, "", binding_arguments=asked, durable=True)(channel).declare()
    publish(connection, "by_headers", "", "to us", headers={"country": "us"})
    publish(connection, "by_headers", "", "to de", headers={"country": "de"})
    return ", ".join(bodies(take(connection, "of_headers"))) or "nothing arrives"


@probe("`x-message-ttl`: an old message is gone")
def _(connection: Any) -> str:
    declare(connection, "short", x_message_ttl=100)
    publish(connection, "", "short", "tea")
    time.sleep(0.3)
    connection.fakeamqp_advance(0.3)
    return "still there" if take(connection, "short") else "gone"


@probe("rejected: it is in the dead-letter queue")
def _(connection: Any) -> str:
    declare(connection, "dead")
    declare(connection, "jobs", **dead_letters("dead"))
    publish(connection, "", "jobs", "tea")
    take(connection, "jobs", lambda message: message.reject())
    (letter,) = take(connection, "dead") or [None]
    if letter is None:
        return "lost"
    return f"there, {letter[1].headers['x-death'][0]['reason']}" if "x-death" in letter[1].headers else "there"


@probe("`x-max-length: 1`: the older one is dropped")
def _(connection: Any) -> str:
    declare(connection, "few", x_max_length=1)
    publish(connection, "", "few", "tea")
    publish(connection, "", "few", "a cup")
    return ", ".join(bodies(take(connection, "few")))


@probe("`x-max-priority`: the urgent one comes first")
def _(connection: Any) -> str:
    declare(connection, "urgent", x_max_priority=5)
    publish(connection, "", "urgent", "later", priority=1)
    publish(connection, "", "urgent", "now", priority=5)
    return ", ".join(bodies(take(connection, "urgent")))


@probe("declared anew with another durability")
def _(connection: Any) -> str:
    declare(connection, "settled")
    kombu.Queue("settled", durable=False, exclusive=False)(connection.channel()).declare()
    return "accepted"


@probe("published to an exchange that does not exist")
def _(connection: Any) -> str:
    channel = connection.channel()
    kombu.Producer(channel, serializer="json").publish({"body": "tea"}, exchange="nowhere", routing_key="key")
    declare(connection, "afterwards")
    kombu.Queue("afterwards", durable=True)(channel).queue_declare(passive=True)
    return "accepted"


@probe("a delivery that was not acknowledged, once its connection is gone")
def _(connection: Any) -> str:
    declare(connection, "held")
    publish(connection, "", "held", "tea")
    other = connection.clone()
    take(other, "held", lambda message: None)
    other.close()
    (again,) = take(connection, "held") or [None]
    if again is None:
        return "lost"
    return "comes back, redelivered" if again[1].delivery_info.get("redelivered") else "comes back"


@probe("prefetch of 1, three messages, nothing acknowledged")
def _(connection: Any) -> str:
    declare(connection, "many")
    for body in "abc":
        publish(connection, "", "many", body)
    channel = connection.channel()
    channel.basic_qos(0, 1, False)
    got: list[Any] = []
    queue = kombu.Queue("many", no_declare=True)(channel)
    with kombu.Consumer(channel, [queue], callbacks=[lambda body, message: got.append(body)], accept=["json"]):
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            with contextlib.suppress(TimeoutError, OSError):
                connection.drain_events(timeout=0.1)
    return f"{len(got)} delivered"


# --- where they run


def on_real(url: str) -> Callable[[], contextlib.AbstractContextManager[Any]]:
    @contextlib.contextmanager
    def opened() -> Iterator[Any]:
        with kombu.Connection(url) as connection:
            connection.fakeamqp_advance = lambda seconds: None
            yield connection

    return opened


@contextlib.contextmanager
def on_fakeamqp() -> Iterator[Any]:
    with (
        fakeamqp.Broker() as broker,
        fakeamqp.serve(broker, port=0) as server,
        kombu.Connection(server.url) as connection,
    ):
        connection.fakeamqp_advance = broker.clock.advance
        yield connection


@contextlib.contextmanager
def on_memory() -> Iterator[Any]:
    with kombu.Connection("memory://") as connection:
        connection.fakeamqp_advance = lambda seconds: None
        yield connection


@contextlib.contextmanager
def on_amqp_mock() -> Iterator[Any]:
    from amqp_mock import create_amqp_mock

    ready, end, ports = threading.Event(), threading.Event(), []

    async def serve() -> None:
        async with create_amqp_mock() as mock:
            ports.append(mock.amqp_server.port)
            ready.set()
            while not end.is_set():
                await asyncio.sleep(0.02)

    def run() -> None:
        with contextlib.suppress(Exception):
            asyncio.run(serve())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(PATIENCE_S)
    connection = kombu.Connection(f"amqp://guest:guest@127.0.0.1:{ports[0]}//")
    connection.fakeamqp_advance = lambda seconds: None
    yield connection
    end.set()


def outcome(program: Callable[[Any], str], where: Callable[[], contextlib.AbstractContextManager[Any]]) -> str:
    """What a program returns; the error that it ends with; or that it gets no answer."""
    said: list[str] = []

    def run() -> None:
        try:
            with where() as connection:
                said.append(program(connection))
        except Exception as error:
            code = getattr(error, "reply_code", None) or getattr(error, "code", None)
            said.append(f"refused, {code}" if code else f"{type(error).__name__}")

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    return said[0] if said else "no answer"


def table(url: str | None = None) -> str:
    """A table in Markdown, a row for each rule. url: of a real RabbitMQ; None for none."""
    places: dict[str, Callable[[], contextlib.AbstractContextManager[Any]]] = {}
    if url is not None:
        places["RabbitMQ"] = on_real(url)
    places |= {"fakeamqp": on_fakeamqp, "kombu's `memory://`": on_memory}
    if importlib.util.find_spec("amqp_mock") is not None:
        places["amqp-mock"] = on_amqp_mock
    lines = ["| | " + " | ".join(places) + " |", "|---" * (len(places) + 1) + "|"]
    for rule, program in PROBES.items():
        lines.append(f"| {rule} | " + " | ".join(outcome(program, where) for where in places.values()) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(*sys.argv[1:2]))
