"""What `explore` goes through is all there is: chance finds no end of a program that it has not seen."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pika
import pytest

from fakeamqp import Broker
from fakeamqp.simulation.explore import explore
from fakeamqp.simulation.play import Play
from fakeamqp.world.schedule import Schedule, by_chance

Program = list[tuple[str, str]]

QUEUES = ("q", "r")
DRAWN = 40  # schedules for each


def get(channel: Any, name: str) -> object:
    method, _, body = channel.basic_get(name, auto_ack=True)
    return method and body


def give_back(channel: Any, name: str) -> object:
    method, _, body = channel.basic_get(name)
    if method:
        channel.basic_reject(method.delivery_tag, requeue=True)
    return body


def consume(channel: Any, name: str) -> object:
    seen: list[bytes] = []
    channel.basic_consume(name, lambda *delivery: seen.append(delivery[3]), auto_ack=True)
    channel.connection.process_data_events(0)
    return seen


def push_out(channel: Any, name: str) -> object:
    channel.queue_declare("short", arguments={"x-max-length": 1})
    return channel.basic_publish("", "short", f"of {channel.connection._impl.params.client_properties['name']}")


STEPS: dict[str, Callable[[Any, str], object]] = {
    "publish": lambda channel, name: channel.basic_publish("", name, b"m"),
    "publish to x": lambda channel, name: channel.basic_publish("x", "", b"x"),
    "bind": lambda channel, name: channel.queue_bind(name, "x") and None,
    "unbind": lambda channel, name: channel.queue_unbind(name, "x") and None,
    "count": lambda channel, name: channel.queue_declare(name, passive=True).method.message_count,
    "consumers": lambda channel, name: channel.queue_declare(name, passive=True).method.consumer_count,
    "purge": lambda channel, name: channel.queue_purge(name).method.message_count,
    "delete": lambda channel, name: channel.queue_delete(name).method.message_count,
    "declare": lambda channel, name: channel.queue_declare(name).method.message_count,
    "get": get,
    "give back": give_back,
    "consume": consume,
    "push out": push_out,
}


def drawn(seed: int) -> list[Program]:
    dice = random.Random(seed)
    actors = dice.choice((2, 3))
    return [
        [(dice.choice([*STEPS]), dice.choice(QUEUES)) for _ in range(dice.randint(1, 3) if actors == 2 else 1)]
        for _ in range(actors)
    ]


def act(name: str, program: Program, told: list[object]) -> None:
    try:
        channel = pika.BlockingConnection(pika.ConnectionParameters(client_properties={"name": name})).channel()
        for step, queue in program:
            told.append(STEPS[step](channel, queue))
        channel.connection.close()
    except pika.exceptions.AMQPError as error:
        told.append(type(error).__name__)


def ends_of(programs: list[Program]) -> tuple[Callable[[Broker], None], set[str]]:
    """A scenario, and all its ends that have been seen."""
    ends: set[str] = set()

    def scenario(broker: Broker) -> None:
        channel = pika.BlockingConnection().channel()
        channel.exchange_declare("x", "fanout")
        for name in QUEUES:
            channel.queue_declare(name)
        channel.queue_bind("q", "x")
        told: list[list[object]] = [[] for _ in programs]
        for number, program in enumerate(programs):
            broker.spawn(act, f"{number}", program, told[number], name=f"actor {number}")
        broker.run()
        left = {
            queue.name: [message.body for message in broker.queue(queue.name).messages] for queue in broker.queues()
        }
        ends.add(f"{told} {left} {len(broker.bindings())}")

    return scenario, ends


KNOWN = {
    "a look at the mail": [[("publish", "r")], [("push out", "q"), ("publish", "q"), ("consume", "r")]],
    "a get in vain": [[("bind", "q")], [("give back", "q"), ("publish", "q"), ("unbind", "q")]],
    "three actors": [[("push out", "q")], [("count", "q"), ("push out", "q")], [("publish", "q"), ("publish", "q")]],
}


@pytest.mark.parametrize("programs", [*KNOWN.values(), *map(drawn, range(8))], ids=[*KNOWN, *map(str, range(8))])
def test_chance_finds_no_other_end(programs: list[Program]) -> None:
    scenario, explored = ends_of(programs)
    assert explore(scenario, shares_memory=False).is_exhaustive
    scenario, found = ends_of(programs)
    for seed in range(DRAWN):
        assert Play(Schedule(beyond=by_chance(seed)), Broker()).run(scenario).error is None
    assert found <= explored
