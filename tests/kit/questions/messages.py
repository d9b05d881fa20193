"""What becomes of messages: their properties, their deaths, and in which order they come again."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pika

from tests.kit.asking import Asking
from tests.kit.questions.question import DEAD, QUORUM, STREAM, end, patience, question, shown


def _taken(ask: Asking, queue: str) -> list[Any]:
    """What a queue holds, with routing and properties."""
    got = []
    while (taken := ask.channel.basic_get(queue, auto_ack=True))[0] is not None:
        method, properties, body = taken
        got.append([method.exchange, method.routing_key, method.redelivered, body.decode(), shown(properties)])
    return got


PROPERTIES: list[dict[str, Any]] = [
    {}, {"expiration": "+060000"}, {"delivery_mode": 2, "priority": 3}, {"delivery_mode": 1, "content_type": "a/b"},
    {"headers": {"b": 1, "a": [1, {"x": True}], "x-z": [1], "x-y": {"n": None}}, "cluster_id": "c", "app_id": "app"},
    {"headers": {"CC": ["q2"], "BCC": ["q3"]}}, {"headers": {"x-cc": "1", "x-exchange": "2", "x-routing-key": "3"}},
    {"headers": {"bytes": b"\xff", "text": b"abc", "big": 2**40, "small": -3}, "timestamp": 10**9},
    {"headers": {"at": datetime(2026, 1, 1, tzinfo=UTC), "void": None}, "correlation_id": "1", "type": "t"},
    {"headers": {"x-stream-filter-value": "f"}, "user_id": "guest", "reply_to": "r", "message_id": "m"},
    {"headers": {"x-death": [{"reason": "rejected", "queue": "z", "count": 2}]}}, {"expiration": "0060000"},
]  # fmt: skip


@question
def messages_of_a_queue(ask: Asking) -> Any:
    answers = []
    for arguments in ({}, QUORUM):
        for name in ("q", "q2", "q3"):
            ask.channel.queue_declare(name, durable=True, arguments=arguments)
        ask.channel.confirm_delivery()
        for number, properties in enumerate(PROPERTIES):
            ask.send("", "q", b"%d" % number, **properties)
        answers += [_taken(ask, name) for name in ("q", "q2", "q3")]
        for name in ("q", "q2", "q3"):
            ask.channel.queue_delete(name)
        ask.renew()
    return answers


@question
def messages_of_a_stream(ask: Asking) -> Any:
    ask.channel.queue_declare("s", durable=True, arguments=STREAM)
    told = [
        ask.told("basic_publish", "", "s", b"%d" % number, pika.BasicProperties(**properties))
        for number, properties in enumerate(PROPERTIES)
        if "x-death" not in properties.get("headers", {})
    ]
    for headers in ({"n": Decimal("1.5")}, {"x-stream-filter-value": 1}, {"x-stream-filter-value": b"\xff"}):
        told.append(ask.told("basic_publish", "", "s", b"crash", pika.BasicProperties(headers=headers)))
    ask.settle()
    return [told, _read(ask, "s", {"x-stream-offset": "first"})]


def _read(ask: Asking, stream: str, arguments: dict[str, Any], patience: float = 0.5) -> list[Any]:
    got: list[Any] = []

    def heard(channel: Any, method: Any, properties: Any, body: bytes) -> None:
        got.append([method.redelivered, body.decode(), shown(properties)])

    ask.channel.basic_qos(prefetch_count=100)
    ask.channel.basic_consume(stream, heard, consumer_tag="reader", arguments=arguments)
    ask.connection.process_data_events(patience)
    ask.settle()
    ask.connection.process_data_events(0)
    ask.channel.basic_cancel("reader")
    ask.renew()
    return got


@question
def filters_of_a_stream(ask: Asking) -> Any:
    ask.channel.queue_declare("s", durable=True, arguments=STREAM)
    for number, value in enumerate(("a", "b", None, "a", "", "c")):
        headers = {} if value is None else {"x-stream-filter-value": value}
        ask.channel.basic_publish("", "s", b"%d" % number, pika.BasicProperties(headers=headers))
        ask.channel.flow(True)
        ask.settle()
    answers = []
    for wanted in ("a", ["a", "c"], ["a", 1], ["b"], "", "none"):
        for others in (None, True, False):
            arguments = {"x-stream-offset": "first", "x-stream-filter": wanted}
            arguments |= {} if others is None else {"x-stream-match-unfiltered": others}
            # What passes may come with others of its chunk: the client has to look again.
            answers.append([body for _, body, _ in _read(ask, "s", arguments)])
    return answers


def _dies(ask: Asking, kind: dict[str, Any], more: dict[str, Any], properties: dict[str, Any], how: str) -> Any:
    ask.channel.queue_declare("q", durable=True, arguments={**kind, **DEAD, **more})
    ask.channel.queue_declare("dead", durable=True)
    ask.channel.basic_publish("", "q", b"1", pika.BasicProperties(**properties))
    ask.channel.flow(True)
    if how in ("reject", "nack"):
        ask.settle()
        method = ask.channel.basic_get("q")[0]
        getattr(ask.channel, f"basic_{how}")(method.delivery_tag, requeue=False)
    elif how == "overflow":
        ask.settle()
        ask.channel.basic_publish("", "q", b"2")
    ask.channel.flow(True)
    patience(ask, "dead")
    answer = _taken(ask, "dead")
    end(ask, "q", "dead")
    return answer


DEATHS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({}, {}, "reject"), ({}, {"expiration": "60000", "delivery_mode": 2}, "nack"), ({"x-message-ttl": 10}, {}, "ttl"),
    ({}, {"expiration": "20", "headers": {"h": 1}}, "ttl"), ({"x-max-length": 1}, {}, "overflow"),
    ({}, {"headers": {"CC": ["dead2"], "BCC": ["dead3"]}}, "reject"),
    ({"x-dead-letter-routing-key": "dead"}, {"headers": {"CC": ["z"]}, "expiration": "070000"}, "reject"),
    ({}, {"headers": {"x-death": [{"reason": "rejected", "queue": "z", "count": 2, "exchange": "e"}]}}, "reject"),
    ({}, {"headers": {"x-death": [{"reason": "rejected", "queue": "q", "count": 2, "exchange": ""}]}}, "reject"),
]  # fmt: skip


@question
def deaths_in_classic_queues(ask: Asking) -> Any:
    return [_dies(ask, {}, *each) for each in DEATHS]


@question
def deaths_in_quorum_queues(ask: Asking) -> Any:
    return [_dies(ask, QUORUM, *each) for each in DEATHS]


@question
def deaths_one_after_the_other(ask: Asking) -> Any:
    """Three queues, each with the next one for its dead letters; the last one's go to the second again."""
    answers = []
    for kind in ({}, QUORUM):
        for name, following in (("a", "b"), ("b", "c"), ("c", "b")):
            arguments = {**kind, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": following}
            ask.channel.queue_declare(name, durable=True, arguments=arguments)
        ask.channel.basic_publish("", "a", b"1", pika.BasicProperties(headers={"h": ["z"]}))
        for queue in "abcbcb":
            patience(ask, queue)
            method, properties, _ = ask.channel.basic_get(queue)
            answers.append([queue, method.redelivered, method.routing_key, shown(properties)])
            ask.channel.basic_reject(method.delivery_tag, requeue=False)
        end(ask, *"abc")
    return answers


@question
def returns_to_queues(ask: Asking) -> Any:
    """In what order, and with what headers, messages come again that were returned in several ways."""
    answers = []
    for more in ({}, QUORUM, {**QUORUM, "x-delivery-limit": 3}):
        for how in ("reject", "nack", "recover", "close"):
            ask.channel.queue_declare("q", durable=True, arguments={**more, **DEAD})
            ask.channel.queue_declare("dead", durable=True)
            for body in (b"1", b"2", b"3"):
                ask.channel.basic_publish("", "q", body, pika.BasicProperties(headers={"h": 1}))
            ask.channel.flow(True)
            seen: list[Any] = []
            for _ in range(4):
                ask.settle()
                taken = [ask.channel.basic_get("q") for _ in range(2)]
                seen.append(
                    [
                        None if method is None else [body.decode(), method.redelivered, shown(properties)]
                        for method, properties, body in taken
                    ]
                )
                tags = [method.delivery_tag for method, _, _ in taken if method is not None]
                if how == "close":
                    ask.channel.close()
                    ask.renew()
                elif how == "recover":
                    ask.channel.basic_recover(requeue=True)
                else:
                    for tag in reversed(tags):
                        getattr(ask.channel, f"basic_{how}")(tag, requeue=True)
                ask.channel.flow(True)
            ask.settle()
            answers.append([seen, sorted(ask.bodies("q")), sorted(ask.bodies("dead"))])
            end(ask, "q", "dead")
    return answers


@question
def recent_history(ask: Asking) -> Any:
    told = [
        ask.told("exchange_declare", "x", "x-recent-history", arguments={"x-recent-history-length": value})
        for value in (0, -1, "1", True)
    ]
    ask.channel.exchange_declare("r", "x-recent-history")
    ask.channel.queue_declare("first")
    ask.channel.queue_bind("first", "r", "")
    ask.channel.confirm_delivery()
    for number in range(23):
        ask.send("r", "k", b"%d" % number, headers={"x-recent-history-no-store": True} if number == 20 else {})
    ask.channel.queue_declare("q")
    ask.channel.queue_bind("q", "r", "")
    ask.settle()
    ask.channel.exchange_declare("fan", "fanout")
    ask.channel.queue_declare("behind")
    ask.channel.queue_bind("behind", "fan", "")
    ask.channel.exchange_bind("fan", "r", "")
    ask.settle()
    return [*told, ask.bodies("first"), ask.bodies("q"), ask.bodies("behind")]
