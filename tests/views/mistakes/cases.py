"""The common mistakes, each made once: what the broker says of it stands in docs/mistakes.md, to the letter."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pika
from pika.exceptions import AMQPError

from fakeamqp import Broker

CASES: dict[str, list[Callable[[Broker], object]]] = {}


def case(family: str) -> Callable[[Callable[[Broker], object]], Callable[[Broker], object]]:
    """A mistake of this family; the function makes it."""

    def add(function: Callable[[Broker], object]) -> Callable[[Broker], object]:
        CASES.setdefault(family, []).append(function)
        return function

    return add


def channel(**parameters: Any) -> Any:
    """A channel of a connection of its own."""
    return pika.BlockingConnection(pika.ConnectionParameters(**parameters)).channel()


def nothing(*_: object) -> None:
    """A consumer that does nothing, and does not acknowledge."""


# --- routing


@case("Routing")
def wrong_exchange_name(broker: Broker) -> None:
    ch = channel()
    ch.exchange_declare("orders", "topic")
    with contextlib.suppress(AMQPError):
        ch.basic_publish("order", "order.created", b"")
        ch.queue_declare("more")


@case("Routing")
def exchange_never_declared(broker: Broker) -> None:
    ch = channel()
    with contextlib.suppress(AMQPError):
        ch.basic_publish("invoices", "", b"")
        ch.queue_declare("more")


@case("Routing")
def wrong_queue_name(broker: Broker) -> None:
    ch = channel()
    ch.queue_declare("orders")
    ch.basic_publish("", "order", b"")


@case("Routing")
def exchange_taken_for_a_queue(broker: Broker) -> None:
    ch = channel()
    ch.exchange_declare("orders", "fanout")
    ch.basic_publish("", "orders", b"")


@case("Routing")
def missing_binding(broker: Broker) -> None:
    ch = channel()
    ch.exchange_declare("orders", "topic")
    ch.queue_declare("audit")
    ch.basic_publish("orders", "order.created", b"")


@case("Routing")
def star_for_hash(broker: Broker) -> None:
    ch = channel()
    ch.exchange_declare("orders", "topic")
    ch.queue_declare("audit")
    ch.queue_bind("audit", "orders", "order.*")
    ch.basic_publish("orders", "order.created.us", b"")


@case("Routing")
def wildcards_in_a_direct_exchange(broker: Broker) -> None:
    ch = channel()
    ch.exchange_declare("orders", "direct")
    ch.queue_declare("audit")
    ch.queue_bind("audit", "orders", "order.*")
    ch.basic_publish("orders", "order.created", b"")


@case("Routing")
def wildcard_inside_a_word(broker: Broker) -> None:
    ch = channel()
    ch.exchange_declare("orders", "topic")
    ch.queue_declare("audit")
    ch.queue_bind("audit", "orders", "order.cre*")
    ch.basic_publish("orders", "order.created", b"")


@case("Routing")
def wildcard_in_a_routing_key(broker: Broker) -> None:
    ch = channel()
    ch.exchange_declare("orders", "topic")
    ch.queue_declare("audit")
    ch.queue_bind("audit", "orders", "order.created")
    ch.basic_publish("orders", "order.*", b"")


@case("Routing")
def key_in_another_case(broker: Broker) -> None:
    ch = channel()
    ch.exchange_declare("orders", "topic")
    ch.queue_declare("audit")
    ch.queue_bind("audit", "orders", "Order.Created")
    ch.basic_publish("orders", "order.created", b"")


@case("Routing")
def key_that_no_binding_takes(broker: Broker) -> None:
    ch = channel()
    ch.exchange_declare("orders", "direct")
    ch.queue_declare("audit")
    ch.queue_bind("audit", "orders", "created")
    ch.basic_publish("orders", "deleted", b"")


@case("Routing")
def header_of_another_type(broker: Broker) -> None:
    ch = channel()
    ch.exchange_declare("files", "headers")
    ch.queue_declare("second")
    ch.queue_bind("second", "files", arguments={"x-match": "all", "version": 2})
    ch.basic_publish("files", "", b"", pika.BasicProperties(headers={"version": "2"}))


@case("Routing")
def header_that_is_missing(broker: Broker) -> None:
    ch = channel()
    ch.exchange_declare("files", "headers")
    ch.queue_declare("pdfs")
    ch.queue_bind("pdfs", "files", arguments={"x-match": "all", "kind": "pdf", "lang": "en"})
    ch.basic_publish("files", "", b"", pika.BasicProperties(headers={"kind": "pdf"}))


@case("Routing")
def published_too_early(broker: Broker) -> None:
    ch = channel()
    ch.basic_publish("", "orders", b"")
    ch.connection.sleep(5)
    ch.queue_declare("orders")


@case("Routing")
def wrong_virtual_host(broker: Broker) -> None:
    broker.ctl.add_vhost("shop")
    channel(virtual_host="shop").queue_declare("orders")
    with contextlib.suppress(AMQPError):
        channel().basic_consume("orders", nothing)


# --- declaring


@case("Declaring and owning")
def declared_differently(broker: Broker) -> None:
    channel().queue_declare("orders", durable=True, arguments={"x-max-length": 100})
    with contextlib.suppress(AMQPError):
        channel().queue_declare("orders", durable=False)


@case("Declaring and owning")
def exchange_of_another_type(broker: Broker) -> None:
    channel().exchange_declare("orders", "direct")
    with contextlib.suppress(AMQPError):
        channel().exchange_declare("orders", "topic")


@case("Declaring and owning")
def exclusive_queue_from_another_connection(broker: Broker) -> None:
    channel().queue_declare("answers", exclusive=True)
    with contextlib.suppress(AMQPError):
        channel().basic_consume("answers", nothing)


@case("Declaring and owning")
def queue_that_went_with_its_connection(broker: Broker) -> None:
    ch = channel()
    ch.queue_declare("answers", exclusive=True)
    ch.connection.close()
    with contextlib.suppress(AMQPError):
        channel().basic_consume("answers", nothing)


@case("Declaring and owning")
def auto_delete_queue_that_is_gone(broker: Broker) -> None:
    ch = channel()
    ch.queue_declare("events", auto_delete=True)
    tag = ch.basic_consume("events", nothing, consumer_tag="worker")
    ch.basic_publish("", "events", b"")
    ch.basic_cancel(tag)


@case("Declaring and owning")
def queue_consumed_exclusively(broker: Broker) -> None:
    ch = channel()
    ch.queue_declare("orders")
    ch.basic_consume("orders", nothing, exclusive=True, consumer_tag="first")
    with contextlib.suppress(AMQPError):
        channel().basic_consume("orders", nothing)


# --- dead letters


@case("Dead letters and expiry")
def dead_letter_exchange_that_does_not_exist(broker: Broker) -> None:
    ch = channel()
    ch.exchange_declare("dead-letters", "fanout")
    ch.queue_declare("orders", arguments={"x-dead-letter-exchange": "dead_letters"})
    ch.basic_publish("", "orders", b"")
    method, _, _ = ch.basic_get("orders")
    ch.basic_nack(method.delivery_tag, requeue=False)


@case("Dead letters and expiry")
def dead_letters_that_reach_no_queue(broker: Broker) -> None:
    ch = channel()
    ch.exchange_declare("dlx", "direct")
    ch.queue_declare("dead")
    ch.queue_bind("dead", "dlx", "dead")
    ch.queue_declare("orders", arguments={"x-dead-letter-exchange": "dlx"})
    ch.basic_publish("", "orders", b"")
    method, _, _ = ch.basic_get("orders")
    ch.basic_nack(method.delivery_tag, requeue=False)


@case("Dead letters and expiry")
def rejected_without_a_dead_letter_exchange(broker: Broker) -> None:
    ch = channel()
    ch.queue_declare("orders")
    ch.basic_publish("", "orders", b"")
    method, _, _ = ch.basic_get("orders")
    ch.basic_reject(method.delivery_tag, requeue=False)


@case("Dead letters and expiry")
def requeued_again_and_again(broker: Broker) -> None:
    ch = channel()
    ch.queue_declare("orders", arguments={"x-dead-letter-exchange": "dlx"})
    ch.basic_publish("", "orders", b"")
    for _ in range(6):
        method, _, _ = ch.basic_get("orders")
        ch.basic_nack(method.delivery_tag)


@case("Dead letters and expiry")
def expired_without_a_dead_letter_exchange(broker: Broker) -> None:
    ch = channel()
    ch.queue_declare("orders", arguments={"x-message-ttl": 5_000})
    ch.basic_publish("", "orders", b"")
    ch.connection.sleep(10)


@case("Dead letters and expiry")
def expired_behind_the_head(broker: Broker) -> None:
    ch = channel()
    ch.queue_declare("delayed")
    ch.basic_publish("", "delayed", b"", pika.BasicProperties(expiration="60000"))
    ch.basic_publish("", "delayed", b"", pika.BasicProperties(expiration="1000"))
    ch.connection.sleep(10)


@case("Dead letters and expiry")
def came_back_too_often(broker: Broker) -> None:
    ch = channel()
    ch.queue_declare("orders", durable=True, arguments={"x-queue-type": "quorum", "x-delivery-limit": 2})
    ch.basic_publish("", "orders", b"")
    for _ in range(4):
        worker = channel()
        worker.basic_get("orders")
        worker.connection.close()


# --- consuming


@case("Consuming and acknowledging")
def unacknowledged_up_to_the_limit(broker: Broker) -> None:
    ch = channel()
    ch.queue_declare("orders")
    ch.basic_qos(prefetch_count=2)
    ch.basic_consume("orders", nothing, consumer_tag="worker")
    for _ in range(5):
        ch.basic_publish("", "orders", b"")


@case("Consuming and acknowledging")
def prefetch_that_starves_a_worker(broker: Broker) -> None:
    publisher, first, second = channel(), channel(), channel()
    publisher.queue_declare("orders")
    for _ in range(20):
        publisher.basic_publish("", "orders", b"")
    first.basic_consume("orders", nothing, consumer_tag="first")
    second.basic_consume("orders", nothing, consumer_tag="second")
    first.connection.process_data_events()


@case("Consuming and acknowledging")
def auto_ack_and_nack_all_the_same(broker: Broker) -> None:
    ch = channel()
    ch.queue_declare("orders")
    ch.basic_publish("", "orders", b"")
    method, _, _ = ch.basic_get("orders", auto_ack=True)
    with contextlib.suppress(AMQPError):
        ch.basic_nack(method.delivery_tag)
        ch.queue_declare("more")


@case("Consuming and acknowledging")
def acknowledged_twice(broker: Broker) -> None:
    ch = channel()
    ch.queue_declare("orders")
    ch.basic_publish("", "orders", b"")
    method, _, _ = ch.basic_get("orders")
    with contextlib.suppress(AMQPError):
        ch.basic_ack(method.delivery_tag)
        ch.basic_ack(method.delivery_tag)
        ch.queue_declare("more")


@case("Consuming and acknowledging")
def acknowledged_on_another_channel(broker: Broker) -> None:
    ch = channel()
    other = ch.connection.channel()
    ch.queue_declare("orders")
    ch.basic_publish("", "orders", b"")
    method, _, _ = ch.basic_get("orders")
    with contextlib.suppress(AMQPError):
        other.basic_ack(method.delivery_tag)
        other.queue_declare("more")


@case("Consuming and acknowledging")
def queue_without_a_consumer(broker: Broker) -> None:
    ch = channel()
    ch.queue_declare("orders")
    ch.basic_publish("", "orders", b"")


@case("Consuming and acknowledging")
def consumer_of_another_queue(broker: Broker) -> None:
    ch = channel()
    ch.queue_declare("orders")
    ch.queue_declare("order")
    ch.basic_consume("order", nothing)
    ch.basic_publish("", "orders", b"")


@case("Consuming and acknowledging")
def consumer_that_is_gone(broker: Broker) -> None:
    ch, worker = channel(), channel()
    ch.queue_declare("orders")
    worker.basic_consume("orders", nothing, consumer_tag="worker")
    worker.close()
    ch.basic_publish("", "orders", b"")


@case("Consuming and acknowledging")
def deliveries_that_nobody_reads(broker: Broker) -> None:
    ch, worker = channel(), channel()
    ch.queue_declare("orders")
    worker.basic_consume("orders", nothing)
    ch.basic_publish("", "orders", b"")


@case("Consuming and acknowledging")
def single_active_consumer_that_is_busy(broker: Broker) -> None:
    ch, first, second = channel(), channel(), channel()
    ch.queue_declare("orders", arguments={"x-single-active-consumer": True})
    for worker, tag in ((first, "first"), (second, "second")):
        worker.basic_qos(prefetch_count=1)
        worker.basic_consume("orders", nothing, consumer_tag=tag)
    for _ in range(2):
        ch.basic_publish("", "orders", b"")
    first.connection.process_data_events()


# --- publishing


@case("Publishing and keeping")
def queue_that_overflows(broker: Broker) -> None:
    ch = channel()
    ch.queue_declare("orders", arguments={"x-max-length": 2})
    for _ in range(5):
        ch.basic_publish("", "orders", b"")


@case("Publishing and keeping")
def publishes_that_were_refused(broker: Broker) -> None:
    ch = channel()
    ch.queue_declare("orders", arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    ch.confirm_delivery()
    for _ in range(2):
        with contextlib.suppress(AMQPError):
            ch.basic_publish("", "orders", b"")


@case("Publishing and keeping")
def transaction_that_is_not_committed(broker: Broker) -> None:
    ch = channel()
    ch.queue_declare("orders")
    ch.tx_select()
    ch.basic_publish("", "orders", b"")


@case("Publishing and keeping")
def messages_that_a_restart_loses(broker: Broker) -> None:
    ch = channel()
    ch.queue_declare("orders", durable=True)
    ch.basic_publish("", "orders", b"", pika.BasicProperties(delivery_mode=1))
    broker.restart()


@case("Publishing and keeping")
def priorities_that_are_ignored(broker: Broker) -> None:
    ch = channel()
    ch.queue_declare("orders")
    for priority in (1, 9):
        ch.basic_publish("", "orders", b"", pika.BasicProperties(priority=priority))


@case("Publishing and keeping")
def publisher_that_is_blocked(broker: Broker) -> None:
    ch = channel()
    ch.queue_declare("orders")
    broker.faults.block_publishers()
    ch.basic_publish("", "orders", b"")
