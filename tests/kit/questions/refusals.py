"""What is refused, and in which words."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pika

from tests.kit.asking import Asking
from tests.kit.questions.question import QUORUM, STREAM, question

TEN_YEARS_MS = 315_360_000_000
ARGUMENTS: dict[str, list[Any]] = {
    "x-message-ttl": [-1, "1", True, TEN_YEARS_MS + 1, 2**40, [1], {"a": 1}, None, Decimal("1.5")],
    "x-expires": [0, -1, "1", TEN_YEARS_MS + 1],
    "x-max-length": [-1, "1", [], {}, 2**63 - 1],
    "x-max-length-bytes": [-1, "many", datetime(2026, 1, 1, tzinfo=UTC)],
    "x-max-priority": [-1, 256, "9", 2**31],
    "x-overflow": ["block", "", 1, "reject-publish-dlx"],
    "x-dead-letter-exchange": [1, True],
    "x-dead-letter-routing-key": ["k", 1],
    "x-dead-letter-strategy": ["odd", "at-least-once", 1],
    "x-single-active-consumer": [1, "true"],
    "x-queue-type": ["odd", "", 1, "Quorum", "é"],
    "x-queue-mode": ["odd", "lazy", 1],
    "x-queue-version": [0, 2, 3, "1"],
    "x-queue-master-locator": ["odd", "min-masters", 1],
    "x-queue-leader-locator": ["odd", "balanced", 1],
    "x-delivery-limit": ["1", -1],
    "x-quorum-initial-group-size": [0, "1", 1],
    "x-max-age": ["1", "D", "1x", "", "1D", 1, "D1", "99999999999Y"],
    "x-stream-max-segment-size-bytes": [-1, 3_000_000_001, "1"],
    "x-stream-filter-size-bytes": [15, 16, 255, 256, "x"],
    "x-initial-cluster-size": [0, "1", 1],
    "x-consumer-timeout": [-1, "1", 0],
    "x-delayed-retry-type": ["odd", "all", 1],
    "x-delayed-retry-min": [0, "1"],
    "x-delayed-retry-max": [0, "1"],
    "x-odd": [1],
}


def _refused_arguments(ask: Asking, kind: dict[str, Any]) -> Any:
    told = {}
    for name, values in ARGUMENTS.items():
        for value in values:
            told[f"{name} {value!r}"] = ask.told("queue_declare", "q", durable=True, arguments={**kind, name: value})
            ask.told("queue_delete", "q")
    return told


@question
def arguments_of_classic_queues(ask: Asking) -> Any:
    return _refused_arguments(ask, {})


@question
def arguments_of_quorum_queues(ask: Asking) -> Any:
    return _refused_arguments(ask, QUORUM)


@question
def arguments_of_streams(ask: Asking) -> Any:
    return _refused_arguments(ask, STREAM)


@question
def queues_declared_again(ask: Asking) -> Any:
    first = {"x-max-length": 3, "x-overflow": "drop-head", "x-dead-letter-exchange": "d", "x-odd": [1, "é"]}
    asked: list[tuple[str, dict[str, Any]]] = [
        ("q", {"arguments": first}), ("q", {"durable": True, "arguments": first}), ("q", {}),
        ("q", {"auto_delete": True, "arguments": first}), ("q", {"exclusive": True, "arguments": first}),
        ("q", {"arguments": {**first, "x-max-length": 4}}), ("q", {"arguments": {**first, "x-max-length": "3"}}),
        ("q", {"arguments": {**first, "x-odd": 2}}), ("q", {"arguments": {**first, "x-message-ttl": 1}}),
        ("q", {"arguments": {**first, "x-dead-letter-exchange": "é" * 3}}),
        ("q", {"arguments": {**first, **QUORUM}}),
        ("q", {"arguments": {**first, "x-queue-type": "classic"}}), ("r", {"durable": True, "arguments": QUORUM}),
        ("r", {"durable": True}), ("r", {"durable": True, "arguments": STREAM}), ("e", {"exclusive": True}), ("e", {}),
        ("t", {"arguments": {"x-message-ttl": 5}}), ("t", {"arguments": {"x-message-ttl": 6}}),
        ("t", {"passive": True}), ("none", {"passive": True}),
        ("amq.mine", {}), ("n" * 200, {"passive": True}), ("t", {"passive": True, "durable": True}),
        ("l", {"arguments": {"x-expires": 60000, "x-max-priority": 2}}), ("l", {"arguments": {"x-max-priority": 3}}),
        ("", {"passive": True}), ("é", {"passive": True}),
    ]  # fmt: skip
    return [ask.told("queue_declare", name, **more) for name, more in asked]


@question
def exchanges_declared_again(ask: Asking) -> Any:
    asked: list[tuple[tuple[str, ...], dict[str, Any]]] = [
        (("x", "direct"), {}), (("x", "fanout"), {}), (("x", "direct"), {"durable": True}),
        (("x", "direct"), {"auto_delete": True}), (("x", "direct"), {"internal": True}),
        (("x", "direct"), {"arguments": {"alternate-exchange": "a"}}), (("x", "direct"), {"arguments": {"odd": 1}}),
        (("y", "topic"), {"arguments": {"alternate-exchange": "a"}}), (("y", "topic"), {}),
        (("y", "topic"), {"arguments": {"alternate-exchange": "b"}}), (("z", "kits-odd"), {}),
        (("z", ""), {}), (("amq.z", "direct"), {}), (("amq.topic", "topic"), {"durable": True}),
        (("amq.topic", "topic"), {}), (("", "direct"), {}), (("", "direct"), {"passive": True}),
        (("z", "direct"), {"passive": True}), (("x", "topic"), {"passive": True}),
        (("w", "direct"), {"arguments": {"alternate-exchange": 1}}),
    ]  # fmt: skip
    return [ask.told("exchange_declare", *names, **more) for names, more in asked]


@question
def methods_that_are_refused(ask: Asking) -> Any:
    long = "n" * 90
    ask.channel.exchange_declare("x", "topic")
    ask.channel.exchange_declare("inner", "direct", internal=True)
    ask.channel.queue_declare("q")
    other = ask.other()
    other.channel.queue_declare("mine", exclusive=True)
    ask.told("basic_publish", "x", "k", b"")
    asked: list[tuple[Any, ...]] = [
        ("queue_bind", "q", "none", "k"), ("queue_bind", "none", "x", "k"), ("queue_bind", "none", "gone", "k"),
        ("queue_bind", "q", "", "k"), ("queue_bind", "q", long, "k"), ("exchange_bind", "x", "none", "k"),
        ("exchange_bind", "none", "gone", "k"), ("exchange_bind", "x", "", "k"), ("queue_unbind", "q", "none", "k"),
        ("queue_unbind", "none", "x", "k"), ("queue_unbind", "q", "x", "k"), ("queue_unbind", "q", "", "k"),
        ("exchange_unbind", "none", "x", "k"), ("queue_purge", "none"), ("queue_delete", "none"),
        ("exchange_delete", "none"), ("exchange_delete", ""), ("exchange_delete", "amq.topic"),
        ("basic_get", "none"), ("basic_consume", "none", lambda *_: None), ("basic_publish", "none", "k", b""),
        ("basic_publish", "inner", "k", b""), ("basic_publish", long, "k", b""), ("basic_ack", 7), ("basic_nack", 7),
        ("basic_reject", 7), ("basic_ack", 0, True), ("tx_commit",), ("tx_rollback",), ("basic_get", "mine"),
        ("queue_purge", "mine"), ("queue_delete", "mine"), ("queue_bind", "mine", "x", "k"),
        ("basic_consume", "mine", lambda *_: None), ("queue_unbind", "mine", "x", "k"),
        ("basic_publish", "x", "k", b"", pika.BasicProperties(expiration="x")),
        ("basic_publish", "x", "k", b"", pika.BasicProperties(expiration="-1")),
        ("basic_publish", "x", "k", b"", pika.BasicProperties(expiration="1.5")),
        ("basic_publish", "x", "k", b"", pika.BasicProperties(expiration=str(TEN_YEARS_MS + 1))),
        ("basic_publish", "x", "k", b"", pika.BasicProperties(user_id="ada")),
        ("basic_publish", "x", "k", b"", pika.BasicProperties(delivery_mode=3)),
        ("basic_publish", "x", "k", b"", pika.BasicProperties(headers={"CC": "a"})),
        ("basic_publish", "x", "k", b"", pika.BasicProperties(headers={"BCC": 1})),
        ("basic_publish", "x", "k", b"", pika.BasicProperties(headers={"CC": [1]})),
        ("basic_publish", "x", "k", b"", pika.BasicProperties(expiration="x", user_id="ada", headers={"CC": 1})),
    ]  # fmt: skip
    told = [ask.told(*each) for each in asked]
    ask.channel.queue_bind("q", "x", "k")
    told.append(ask.told("exchange_delete", "x", if_unused=True))
    ask.channel.basic_publish("", "q", b"1")
    told.append(ask.told("queue_delete", "q", if_empty=True))
    ask.told("basic_consume", "q", lambda *_: None, exclusive=True)
    told.append(ask.told("queue_delete", "q", if_unused=True))
    ask.told("basic_consume", "q", lambda *_: None)
    told.append(ask.told("basic_consume", "q", lambda *_: None, exclusive=True))
    other.channel.basic_consume("q", lambda *_: None, exclusive=False)
    told.append(ask.told("basic_consume", "q", lambda *_: None, exclusive=True))
    ask.channel.queue_declare("s", arguments={"x-single-active-consumer": True})
    told.append(ask.told("basic_consume", "s", lambda *_: None, exclusive=True))
    ask.channel.basic_consume("s", lambda *_: None, consumer_tag="c")
    told.append(ask.told("confirm_delivery"))
    told.append(ask.told("tx_select"))
    ask.renew()
    ask.channel.tx_select()
    told.append(ask.told("confirm_delivery"))
    return told


@question
def consumers_that_are_refused(ask: Asking) -> Any:
    told = {}
    values: dict[str, list[Any]] = {
        "x-priority": ["1", 2**40, True, -3], "x-cancel-on-ha-failover": [1, True], "x-odd": [1],
        "x-stream-offset": [
            "first", "odd", "1", 1, -1, True, "1D", "D", None, [1], datetime(2026, 1, 1, tzinfo=UTC), "", "next ",
        ],
        "x-stream-filter": ["a", [], ["a", 1], 1, True], "x-stream-match-unfiltered": [1, True],
        "x-consumer-timeout": [1, "1", -1],
    }  # fmt: skip
    for kind, arguments in (("classic", {}), ("quorum", QUORUM), ("stream", STREAM)):
        ask.channel.queue_declare(kind, durable=True, arguments=arguments)
        for name, each in values.items():
            for value in each:
                ask.channel.basic_qos(prefetch_count=1)
                told[f"{kind} {name} {value!r}"] = ask.told(
                    "basic_consume", kind, lambda *_: None, arguments={name: value}
                )
                ask.renew()
    return told


@question
def what_streams_and_quorum_queues_do_not_serve(ask: Asking) -> Any:
    told = []
    for kind in ("quorum", "stream"):
        arguments = {"x-queue-type": kind}
        for flags in ({"durable": False}, {"exclusive": True}, {"auto_delete": True}, {"durable": True}):
            told.append(ask.told("queue_declare", kind, **{"durable": True, **flags}, arguments=arguments))
        told += [ask.told("basic_get", kind), ask.told("queue_purge", kind)]
        told.append(ask.told("basic_consume", kind, lambda *_: None))
        told.append(ask.told("basic_qos", prefetch_count=1, global_qos=True))
        told.append(ask.told("basic_consume", kind, lambda *_: None))
        ask.renew()
        ask.channel.basic_qos(prefetch_count=1)
        told.append(ask.told("basic_consume", kind, lambda *_: None, auto_ack=True))
        for method in ("basic_nack", "basic_reject", "basic_recover"):
            ask.renew()
            ask.channel.basic_publish("", kind, b"1")
            ask.settle()
            ask.channel.basic_qos(prefetch_count=1)
            ask.channel.basic_consume(
                kind, lambda *_: None, arguments={"x-stream-offset": "first"} if kind == "stream" else {}
            )
            ask.channel.flow(True)
            ask.connection.process_data_events(0.3)
            told.append(ask.told(method, *([] if method == "basic_recover" else [1]), requeue=True))
        told.append(ask.told("queue_delete", kind, if_empty=True))
    return told


@question
def transactions_that_crash(ask: Asking) -> Any:
    told = []
    for exchange in ("none", "n" * 70, "é"):
        ask.channel.tx_select()
        ask.channel.basic_publish(exchange, "k", b"")
        told.append(ask.told("tx_commit"))
        ask.renew()
    for kind, arguments in (("classic", {}), ("quorum", QUORUM)):
        for again in (False, True):
            ask.channel.queue_declare(kind, durable=True, arguments=arguments)
            ask.channel.tx_select()
            ask.channel.basic_publish("", kind, b"1")
            ask.channel.flow(True)
            ask.channel.queue_delete(kind)
            if again:
                ask.channel.queue_declare(kind, durable=True, arguments=arguments)
            told.append(ask.told("tx_commit"))
            ask.renew()
            if again:
                ask.settle()
                told.append(ask.bodies(kind))
            ask.told("queue_delete", kind)
    return told


@question
def addresses_at_which_nobody_waits(ask: Asking) -> Any:
    """Direct reply-to: made up, malformed, and one that was given out by a channel that is gone."""
    ask.channel.queue_declare("q")
    told = []
    for address in ("amq.rabbitmq.reply-to.x", "amq.rabbitmq.reply-to."):
        told.append(ask.told("queue_declare", address, passive=True))
    ask.channel.basic_consume("amq.rabbitmq.reply-to", lambda *_: None, auto_ack=True)
    ask.channel.basic_publish("", "q", b"", pika.BasicProperties(reply_to="amq.rabbitmq.reply-to"))
    ask.channel.flow(True)
    ask.settle()
    other = ask.other()
    issued = other.channel.basic_get("q", auto_ack=True)[1].reply_to
    for method, *more in (("basic_get",), ("queue_bind", "amq.topic", "k"), ("basic_consume", lambda *_: None)):
        told.append(other.told(method, issued, *more))
    told.append(other.told("queue_declare", issued, passive=True))
    ask.channel.close()
    ask.renew()
    ask.settle()
    told.append(other.told("queue_declare", issued, passive=True))
    return [each.replace(issued, "ISSUED") for each in told]
