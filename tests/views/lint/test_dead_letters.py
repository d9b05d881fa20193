"""Rules for dead letters, beyond the example of each."""

from __future__ import annotations

import pytest

import fakeamqp
from fakeamqp.views.lint import lint
from tests.views.lint.examples import DEAD, QUORUM, Json, binding, exchange, file, policy, queue


def told(definitions: Json, rule: str, target: str = "4.3") -> list[str]:
    return [each.message for each in lint(definitions, target=target, select=[rule])]


def test_a_dead_letter_exchange_may_come_by_policy() -> None:
    assert len(told(file(queue(), policy("p", "", dead_letter_exchange="dead")), "dlx-missing")) == 1
    assert told(file(queue(), policy("p", "", dead_letter_exchange="amq.fanout")), "dlx-missing") == []


def test_dead_letters_keep_the_keys_of_bindings() -> None:
    rows = [exchange("orders"), exchange("dead"), queue(x_dead_letter_exchange="dead"), queue("parked")]
    rows += [binding("orders", key="order.*"), binding("dead", "parked", "order.created")]
    assert told(file(*rows), "dlx-unroutable") == [
        "queue 'jobs' in vhost '/' dead-letters to exchange 'dead', from where key 'order.other' reaches no "
        "queue; bind a queue for it, or set x-dead-letter-routing-key"
    ]
    assert told(file(*rows, binding("dead", "parked", "order.#")), "dlx-unroutable") == []


def test_of_a_queue_behind_a_fanout_exchange_nobody_knows_the_keys() -> None:
    rows = [exchange("all", "fanout"), exchange("dead"), queue(x_dead_letter_exchange="dead"), binding("all")]
    assert told(file(*rows), "dlx-unroutable") == []


def test_without_bindings_the_key_is_the_queue_s_name() -> None:
    rows = [
        queue(x_dead_letter_exchange="dead"),
        exchange("dead"),
        queue("parked"),
        binding("dead", "parked", "parked"),
    ]
    assert told(file(*rows), "dlx-unroutable") == [
        "queue 'jobs' in vhost '/' dead-letters to exchange 'dead', from where key 'jobs' reaches no queue; bind "
        "a queue for it, or set x-dead-letter-routing-key"
    ]


def test_the_default_exchange_needs_a_queue_of_that_name() -> None:
    rows = [queue(x_dead_letter_exchange="", x_dead_letter_routing_key="parked")]
    assert told(file(*rows), "dlx-unroutable") == [
        "queue 'jobs' in vhost '/' dead-letters to the default exchange, where keys are names of queues, from "
        "where key 'parked' reaches no queue; bind a queue for it, or set x-dead-letter-routing-key"
    ]


def test_a_queue_that_dead_letters_to_the_default_exchange_gets_its_letters_back() -> None:
    (message,) = told(file(queue(x_dead_letter_exchange="", x_message_ttl=5)), "dlx-cycle")
    assert message == (
        "queue 'jobs' in vhost '/' gets its own dead letters back, 'jobs' -> 'jobs': what is rejected each time "
        "goes round "
        "for ever, and what expires all the way round is dropped; count x-death in the consumer and park what "
        "has come too often"
    )


def test_a_ring_is_told_once_by_its_shortest_way() -> None:
    to = {"x_dead_letter_exchange": ""}
    rows = [
        queue("a", **to, x_dead_letter_routing_key="b"),
        queue("b", **to, x_dead_letter_routing_key="c"),
        queue("c", **to, x_dead_letter_routing_key="a"),
        queue("d", **to, x_dead_letter_routing_key="a"),
    ]
    (message,) = told(file(*rows), "dlx-cycle")
    assert "'a' -> 'b' -> 'c' -> 'a'" in message


def test_a_queue_with_very_many_keys_may_lead_anywhere() -> None:
    rows = [exchange("orders"), queue(x_dead_letter_exchange="orders")]
    rows += [binding("orders", key=f"order.{number}") for number in range(100)]
    assert len(told(file(*rows), "dlx-cycle")) == 1
    assert told(file(*rows), "dlx-unroutable") == []


@pytest.mark.parametrize("is_ring", [True, False])
def test_a_ring_is_one_for_a_broker_too(is_ring: bool) -> None:
    """What lint calls a ring a consumer that rejects everything never leaves."""
    definitions = file(
        queue(x_dead_letter_exchange="", x_dead_letter_routing_key="retry"),
        queue(
            "retry",
            x_message_ttl=10,
            x_dead_letter_exchange="",
            x_dead_letter_routing_key="jobs" if is_ring else "parked",
        ),
        queue("parked"),
    )
    assert bool(told(definitions, "dlx-cycle")) is is_ring
    with fakeamqp.Broker(definitions=definitions) as broker:
        channel = fakeamqp.connect(broker).channel()
        broker.publish("", "jobs", b"work")
        for _ in range(3):
            method, _, _ = channel.basic_get("jobs")
            if method is not None:
                channel.basic_reject(method.delivery_tag, requeue=False)
            broker.clock.advance(1)
        assert len(broker.queue("jobs").messages) == is_ring


def test_a_delivery_limit_is_one_of_the_version() -> None:
    assert len(told(file(queue(**QUORUM)), "delivery-limit-without-dlx")) == 1
    assert told(file(queue(**QUORUM)), "delivery-limit-without-dlx", "3.10") == []
    assert told(file(queue(**QUORUM, x_delivery_limit=-1)), "delivery-limit-without-dlx") == []
    assert told(file(queue(**QUORUM, x_delivery_limit=3)), "delivery-limit-without-dlx", "3.10") == [
        "queue 'jobs' in vhost '/' has a delivery limit of 3 and no dead-letter exchange: what comes back more "
        "often is lost; set x-dead-letter-exchange"
    ]


def test_a_stream_has_no_dead_letters() -> None:
    stream = queue("jobs", x_queue_type="stream", x_dead_letter_exchange="dead")
    assert told(file(stream), "dlx-missing") == []
    assert told(file(stream, *DEAD), "dlx-cycle") == []


def test_of_unknown_keys_any_may_come_back() -> None:
    rows = [exchange("all", "fanout"), exchange("dead"), queue(x_dead_letter_exchange="dead"), binding("all")]
    assert told(file(*rows, binding("dead", "all", "failed.#", "exchange")), "dlx-cycle") == [
        "queue 'jobs' in vhost '/' gets its own dead letters back, 'jobs' -> 'jobs': what is rejected each time "
        "goes round for ever; count x-death in the consumer and park what has come too often"
    ]
