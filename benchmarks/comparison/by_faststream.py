"""The same small programs, written with FastStream, on a RabbitMQ, on fakeamqp and in FastStream's TestRabbitBroker.

    python -m benchmarks.comparison.by_faststream [amqp://guest:guest@127.0.0.1:5672/my_vhost]

prints a table. With an address it has a column for a real RabbitMQ: give it a virtual host of its own, empty.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

from faststream.exceptions import NackMessage, RejectMessage
from faststream.rabbit import ExchangeType, RabbitBroker, RabbitExchange, RabbitQueue, TestRabbitBroker

import fakeamqp

PATIENCE_S = 8.0
WAIT_S = 2.0  # for deliveries
PROBES: dict[str, Callable[[Any], Awaitable[str]]] = {}


def probe(rule: str) -> Callable[[Callable[[Any], Awaitable[str]]], Callable[[Any], Awaitable[str]]]:
    """A program that shows whether a rule holds. It is given a `Place`, and returns what has become of it."""

    def keep(program: Callable[[Any], Awaitable[str]]) -> Callable[[Any], Awaitable[str]]:
        PROBES[rule] = program
        return program

    return keep


async def delivered(got: list[str], number: int = 1) -> None:
    """Wait until so many have been delivered, or for as long as one may take."""
    end = asyncio.get_running_loop().time() + WAIT_S
    while len(got) < number and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(0.05)


async def routed(place: Place, kind: ExchangeType, pattern: str, key: str) -> str:
    got: list[str] = []
    broker = place.broker()
    exchange = RabbitExchange("fs.exchange." + pattern.replace("*", "word").replace("#", "words"), type=kind)

    name = "fs." + pattern.replace("*", "word").replace("#", "words")

    @broker.subscriber(RabbitQueue(name, routing_key=pattern), exchange)
    async def handle(body: str) -> None:
        got.append(body)

    async with place.open(broker):
        await broker.publish("tea", exchange=exchange, routing_key=key)
        await delivered(got)
    return "arrives" if got else "does not arrive"


@probe("topic `order.#` takes the key `order`")
async def _(place: Place) -> str:
    return await routed(place, ExchangeType.TOPIC, "order.#", "order")


@probe("topic `#.us` takes the key `order.new.us`")
async def _(place: Place) -> str:
    return await routed(place, ExchangeType.TOPIC, "#.us", "order.new.us")


@probe("topic `order.*` does not take `order.new.us`")
async def _(place: Place) -> str:
    return await routed(place, ExchangeType.TOPIC, "order.*", "order.new.us")


@probe("a handler rejects: the message is in the dead-letter queue")
async def _(place: Place) -> str:
    got: list[str] = []
    broker = place.broker()
    arguments = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "fs.dead"}

    @broker.subscriber(RabbitQueue("fs.dead"))
    async def bury(body: str) -> None:
        got.append(body)

    @broker.subscriber(RabbitQueue("fs.jobs", arguments=arguments))
    async def handle(body: str) -> None:
        raise RejectMessage

    async with place.open(broker):
        await broker.publish("tea", queue="fs.jobs")
        await delivered(got)
    return "there" if got else "not there"


@probe("a handler gives a message back once: how often it is called")
async def _(place: Place) -> str:
    got: list[str] = []
    broker = place.broker()

    @broker.subscriber(RabbitQueue("fs.again"))
    async def handle(body: str) -> None:
        got.append(body)
        if len(got) == 1:
            raise NackMessage

    async with place.open(broker):
        await broker.publish("tea", queue="fs.again")
        await delivered(got, 2)
    return {1: "once", 2: "twice"}[len(got)]


@probe("published to a queue that nobody has declared")
async def _(place: Place) -> str:
    broker = place.broker()
    async with place.open(broker):
        await broker.publish("tea", queue="fs.nobody")
    return "dropped"


@probe("two subscribers of one queue: how many get a message")
async def _(place: Place) -> str:
    got: list[str] = []
    broker = place.broker()

    @broker.subscriber(RabbitQueue("fs.shared"))
    async def one(body: str) -> None:
        got.append(body)

    @broker.subscriber(RabbitQueue("fs.shared"))
    async def other(body: str) -> None:
        got.append(body)

    async with place.open(broker):
        await broker.publish("tea", queue="fs.shared")
        await delivered(got, 2)
    return {1: "one", 2: "both"}[len(got)]


class Place:
    """Where a program runs. url: of a broker at a port; None is TestRabbitBroker."""

    def __init__(self, url: str | None) -> None:
        self._url = url

    def broker(self) -> RabbitBroker:
        return RabbitBroker(self._url or "amqp://guest:guest@127.0.0.1:5672/", log_level=logging.CRITICAL, logger=None)

    @contextlib.asynccontextmanager
    async def open(self, broker: RabbitBroker) -> AsyncIterator[None]:
        if self._url is None:
            async with TestRabbitBroker(broker):
                yield
        else:
            async with broker:
                await broker.start()
                yield


def outcome(program: Callable[[Any], Awaitable[str]], place: Place) -> str:
    """What a program returns, or the error that it ends with."""

    async def run() -> str:
        return await asyncio.wait_for(program(place), PATIENCE_S)

    try:
        return asyncio.run(run())
    except Exception as error:
        return type(error).__name__


@contextlib.contextmanager
def places(url: str | None = None) -> Iterator[dict[str, Place]]:
    """Where the programs run, by the titles of the columns. url: of a real RabbitMQ; None for none."""
    with fakeamqp.Broker() as broker, fakeamqp.serve(broker, port=0) as server:
        real = {} if url is None else {"RabbitMQ": Place(url)}
        yield real | {"fakeamqp": Place(server.url), "TestRabbitBroker": Place(None)}


def table(url: str | None = None) -> str:
    """A table in Markdown, a row for each rule. url: of a real RabbitMQ; None for none."""
    with places(url) as where:
        lines = ["| | " + " | ".join(where) + " |", "|---" * (len(where) + 1) + "|"]
        for rule, program in PROBES.items():
            lines.append(f"| {rule} | " + " | ".join(outcome(program, place) for place in where.values()) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    print(table(*sys.argv[1:2]))
