"""The ready properties hold where they should, and name who is to blame where they do not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import find

import fakeamqp
from fakeamqp.model.profile import PROFILES
from fakeamqp.strategies import dead_letters_end, every_key_is_routed, keys_near, nothing_is_lost, reaches_exactly
from fakeamqp.strategies.topologies import BindingMade, ExchangeMade, QueueMade, Topology

HOUR = 3_600_000
ORDERS = Topology(
    [ExchangeMade("orders", "topic"), ExchangeMade("retry", "fanout"), ExchangeMade("parked", "fanout")],
    [
        QueueMade("all", {"x-dead-letter-exchange": "retry"}),
        QueueMade("created", {"x-queue-type": "quorum", "x-dead-letter-exchange": "parked", "x-delivery-limit": 2}),
        QueueMade("later", {"x-message-ttl": HOUR, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "all"}),
        QueueMade("parking"),
    ],
    [
        BindingMade("orders", "queue", "all", "order.#"),
        BindingMade("orders", "queue", "created", "order.created.*"),
        BindingMade("retry", "queue", "later"),
        BindingMade("parked", "queue", "parking"),
    ],
)


def changed(**parts: Any) -> Topology:
    """ORDERS with queues of these names declared with other arguments, or without a binding to the queue `unbound`."""
    unbound = parts.pop("unbound", None)
    queues = [QueueMade(each.name, parts.get(each.name, each.arguments)) for each in ORDERS.queues]
    return Topology(ORDERS.exchanges, queues, [each for each in ORDERS.bindings if each.destination != unbound])


@pytest.fixture(params=["definitions", "broker"])
def declared(request: pytest.FixtureRequest) -> Any:
    def declare(topology: Topology, version: str = "4.3") -> Any:
        if request.param == "definitions":
            return topology.definitions(version)
        broker = fakeamqp.Broker(version)
        with fakeamqp.connect(broker) as connection:
            topology.declare(connection.channel())
        return broker

    return declare


def runs_as_it_says(failure: AssertionError) -> None:
    """The program that a failure shows is one."""
    program = str(failure).split("\n\n", 1)[1]
    assert program.startswith("import pika")
    exec(program, {"__name__": "shown", "print": lambda *said: None})


@pytest.mark.parametrize("version", PROFILES)
def test_a_good_topology_holds_them_all(declared: Any, version: str) -> None:
    orders = declared(ORDERS, version)
    every_key_is_routed(orders, "orders", "order.{created,paid}.*", version=version)
    every_key_is_routed(orders, "orders", re.compile(r"order\.[a-z]+"), version=version)
    expected = {"order.created.*": ["all", "created"], "order.paid.#": ["all"], "refund.*": []}
    reaches_exactly(orders, "orders", expected, version=version)
    nothing_is_lost(orders, "orders", "order.{created,paid}.us", parking=["parking"], version=version)
    dead_letters_end(orders, version=version)


def test_a_key_without_a_queue_is_named(declared: Any) -> None:
    with pytest.raises(
        AssertionError, match=r"routing key 'order.lost' reaches no queue from exchange 'orders'"
    ) as failed:
        every_key_is_routed(declared(changed(unbound="all")), "orders", ["order.created.x", "order.lost"])
    assert "'order.created.*' to created" in str(failed.value)
    runs_as_it_says(failed.value)


def test_a_queue_that_is_missed_and_one_that_is_wrong_are_named(declared: Any) -> None:
    with pytest.raises(AssertionError, match="misses parking and reaches created, which it should not") as failed:
        reaches_exactly(declared(ORDERS), "orders", {"order.created.*": ["all", "parking"]})
    runs_as_it_says(failed.value)


def test_what_is_expected_may_be_a_function_of_the_key(declared: Any) -> None:
    def expected(key: str) -> list[str]:
        is_order, is_created = key.split(".")[0] == "order", re.fullmatch(r"order\.created\.[^.]*", key)
        return ["all"] * is_order + ["created"] * bool(is_created)

    reaches_exactly(declared(ORDERS), "orders", expected)
    with pytest.raises(AssertionError, match="misses all"):
        reaches_exactly(declared(changed(unbound="all")), "orders", expected)


@pytest.mark.parametrize(
    ("topology", "culprit"),
    [
        (changed(all={}), r"queue 'all' drops it \(rejected\), having no dead-letter exchange"),
        (changed(all={"x-message-ttl": 1}), r"queue 'all' drops it \((rejected|expired)\)"),
        (changed(all={"x-max-length": 1}), "queue 'all' drops it because it is full|drops it .rejected"),
        (changed(all={"x-dead-letter-exchange": "nowhere"}), "to exchange 'nowhere', which is not there"),
        (changed(unbound="later"), "to exchange 'retry', where no binding waits for it"),
        (
            changed(created={"x-queue-type": "quorum", "x-delivery-limit": 0}),
            r"queue 'created' drops it \((rejected|del)",
        ),
    ],
)
def test_a_queue_that_loses_messages_is_named(declared: Any, topology: Topology, culprit: str) -> None:
    with pytest.raises(AssertionError, match=culprit) as failed:
        nothing_is_lost(declared(topology), "orders", "order.created.us", parking=["parking"])
    runs_as_it_says(failed.value)


def test_a_queue_that_may_lose_messages_is_allowed_to(declared: Any) -> None:
    nothing_is_lost(
        declared(changed(all={"x-max-length": 1})), "orders", "order.paid.us", allowed=["all"], parking=["parking"]
    )


def test_dead_letters_that_go_round_are_named(declared: Any) -> None:
    back = {"x-message-ttl": 1000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "later"}
    with pytest.raises(
        AssertionError, match=r"goes round and is dropped: (later -> all -> later|all -> later -> all)"
    ) as failed:
        dead_letters_end(declared(changed(all=back)))
    runs_as_it_says(failed.value)


def test_dead_letters_that_go_round_for_ever_are_named(declared: Any) -> None:
    """Once a client has rejected a message, RabbitMQ does not look whether it goes round."""
    loop = Topology(
        [],
        [
            QueueMade("a", {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "b"}),
            QueueMade("b", {"x-message-ttl": 1000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "c"}),
            QueueMade("c", {"x-message-ttl": 1000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "b"}),
        ],
    )
    with pytest.raises(AssertionError, match="goes round"):
        dead_letters_end(declared(loop))


def test_keys_near_a_topology_are_what_it_waits_for() -> None:
    broker = fakeamqp.Broker(definitions=ORDERS.definitions("4.3"))
    assert find(keys_near(broker, "orders"), lambda key: key.startswith("order.created.")) == "order.created.0"
    assert find(keys_near(broker, ""), lambda key: True) == "all"
