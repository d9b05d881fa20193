"""What the kit asks every broker: each question is a function from an `Asking` to an answer that JSON can hold.

Real brokers have answered them all once (`python -m tests.kit.ask`); `answers.json` is what they said.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pika

from tests.kit.asking import Asking

QUESTIONS: dict[str, Callable[[Asking], Any]] = {}

QUORUM, STREAM = {"x-queue-type": "quorum"}, {"x-queue-type": "stream"}
DEAD = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"}


def question(ask: Callable[[Asking], Any]) -> Callable[[Asking], Any]:
    QUESTIONS[ask.__name__] = ask
    return ask


def shown(properties: Any) -> Any:
    """Properties as JSON, in the order they came in, without instants and without what is None."""
    fields = {name: value for name, value in vars(properties).items() if value is not None}
    return _plain(fields)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items() if key != "time"}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else repr(value)


# --- hashes: which of five queues, by letters


def _placed(ask: Asking, arguments: dict[str, Any], weights: str, sent: list[tuple[str, dict[str, Any]]]) -> str:
    ask.channel.exchange_declare("h", "x-consistent-hash", arguments=arguments)
    for letter in string.ascii_lowercase[: len(weights.split())]:
        ask.channel.queue_declare(letter)
        ask.channel.queue_bind(letter, "h", weights.split()[ord(letter) - ord("a")])
    ask.channel.confirm_delivery()
    placed = ["."] * len(sent)
    for number, (key, properties) in enumerate(sent):
        if ask.told("basic_publish", "h", key, b"%d" % number, pika.BasicProperties(**properties)):
            placed[number] = "!"  # it crashes
            ask.channel.confirm_delivery()
    for letter in string.ascii_lowercase[: len(weights.split())]:
        for body in ask.bodies(letter):
            placed[int(body)] = letter
    return "".join(placed)


@question
def hashes_of_keys(ask: Asking) -> Any:
    keys = ["ab" * length + "x" * (length % 3) for length in range(20)] + [f"key {number} é" for number in range(50)]
    return _placed(ask, {}, "30 10 20 25 15", [(key, {}) for key in keys])


@question
def hashes_of_one_bucket(ask: Asking) -> Any:
    return _placed(ask, {}, "1", [(key, {}) for key in "abcdefgh"])


@question
def hashes_of_two_buckets(ask: Asking) -> Any:
    return _placed(ask, {}, "1 1", [(f"{number}", {}) for number in range(30)])


NUMBERS = [0, 1, -1, 77, -77, 2**26, 2**27 - 1, 2**27, -(2**27), -(2**27) - 1, -(2**27) + 1, -(2**26), 2**31 - 1]
NUMBERS += [2**32, 2**40 + 7, -(2**40), 2**62 + 5, -(2**62) - 5, 2**63 - 1]


@question
def hashes_of_numbers(ask: Asking) -> Any:
    values = [*NUMBERS, *range(-20, -2), *(number**5 for number in range(3, 40, 3))]
    return _placed(ask, {"hash-header": "id"}, "30 10 20 25 15", [("", {"headers": {"id": each}}) for each in values])


@question
def hashes_of_what_headers_hold(ask: Asking) -> Any:
    values = [
        "", "a", "é", "abcdefghijkl", "abcdefghijklm" * 3, b"\xff\x00", True, False,
        None, Decimal("1.5"), datetime(2026, 1, 1, tzinfo=UTC), datetime(2001, 9, 9, tzinfo=UTC),
    ]  # fmt: skip
    return _placed(ask, {"hash-header": "id"}, "30 10 20 25 15", [("", {"headers": {"id": each}}) for each in values])


@question
def hashes_of_lists_and_tables(ask: Asking) -> Any:
    """RabbitMQ 3.10 alone hashes them as they are."""
    values: list[Any] = [
        [], [1], ["a", 2, True], [None], {}, {"b": 1, "a": "x"}, {"z": [1, {"y": 2}]}, {"n": None, "m": False},
        *({"n": number} for number in range(12)), *([number, "x"] for number in range(12)),
    ]  # fmt: skip
    sent = [("", {"headers": {"id": each}}) for each in values] if ask.version == "3.10" else []
    return _placed(ask, {"hash-header": "id"}, "30 10 20 25 15", sent)


@question
def hashes_of_properties(ask: Asking) -> Any:
    sent = [("k", {"message_id": f"m{number}"}) for number in range(12)] + [("k", {}), ("", {"message_id": ""})]
    return _placed(ask, {"hash-property": "message_id"}, "30 10 20 25 15", sent)


@question
def hashes_of_timestamps(ask: Asking) -> Any:
    sent = [("k", {"timestamp": 10**9 + number}) for number in range(20)]
    return _placed(ask, {"hash-property": "timestamp"}, "30 10 20 25 15", sent)


@question
def hashes_that_are_refused(ask: Asking) -> Any:
    told = [
        ask.told("exchange_declare", "h", "x-consistent-hash", arguments=arguments)
        for arguments in (
            {"hash-header": 1}, {"hash-property": "odd"}, {"hash-header": "a", "hash-property": "message_id"},
            {"hash-header": "a"},
        )
    ]  # fmt: skip
    ask.channel.queue_declare("q")
    return told + [ask.told("queue_bind", "q", "h", key) for key in ("", "x", "-1", "0", "1.5", " 1", "007")]


# --- selectors of JMS: which of the headers each selects

A, B, C = (f"{{'ident',<<\"{name}\">>}}" for name in "abc")
SELECTORS = [
    f"{{'=',{A},1}}", f"{{'=',{A},1.0}}", f"{{'<>',{C},<<\"xy\">>}}", f"{{'>',{A},{B}}}", f"{{'<=',{A},{C}}}",
    f"{{'and',{{'=',{A},1}},{{'<',{B},9}}}}", f"{{'or',{{'=',{A},1}},{{'<',{B},9}}}}", f"{{'not',{{'=',{A},1}}}}",
    f"{{'not',{A}}}", f"{{'between',{A},{{range,1,2}}}}", f"{{'not_between',{A},{{range,1,2.5e0}}}}",
    f"{{'between',{A},{{range,{B},3}}}}", f"{{'in',{A},[1,2]}}", f"{{'not_in',{A},[1.0]}}", f"{{'in',{C},[]}}",
    f'{{\'like\',{C},<<"x%">>,no_escape}}', f'{{\'like\',{C},<<"x!_%">>,<<"!">>}}',
    f'{{\'not_like\',{C},<<"_y">>,no_escape}}', f"{{'is_null',{A}}}", f"{{'not_null',{A}}}",
    f"{{'is_null',{{'=',{A},1}}}}", f"{{'=',{{'/',{A},2}},0.5}}", f"{{'=',{{'/',{B},{{'-',{A},1}}}},nan}}",
    f"{{'>',{{'/',1,{{'-',{A},1}}}},100}}", f"{{'<',{{'/',-1,{{'-',{A},1}}}},plus_infinity}}",
    f"{{'=',{{'/',-1,{{'-',{A},1}}}},minus_infinity}}", f"{{'=',{{'/',{{'-',{A},1}},{{'-',{A},1}}}},nan}}",
    f"{{'=',{{'-',{A}}},-1}}", f"{{'=',{{'+',{A}}},1}}", f"{{'=',{{'*',{A},{B}}},2}}", f"{{'=',{{'+',{A},{B}}},3}}",
    "true", "false", f"{{'and',true,{{'=',{A},1}}}}", f"{{'or',false,{{'is_null',{B}}}}}", f"{A}",
    "{'ident',<<\"t\">>}", f"{{'=',{A},16#1}}", f"{{'=',{B},2#10}}", f'{{\'=\',{C},<<"x","y">>}}',
    f"{{'=',{C},<<120,121>>}}", f"{{'=',{C},<<\"x\",121>>}}", f"{{'=', {A} , 1 }} % a comment", f"{{'in',{A},[3,2,1]}}",
    f"{{'odd',{A},1}}", f"{{'odd',{A}}}", f"{{'=',{A},\"1\"}}", f"{{'<',{A},<<\"x\">>}}", f"{{'<',{A},'like'}}",
    "{'=',{'ident','and'},1}", f"{{1,{A},1}}", f"{{'>=',{A},1.5e0}}", "{}", "[]", "1",
]  # fmt: skip
UNREADABLE = [
    "", ".", "{'=',1,1}", "{'=',1.", "{'=' 1,1}.", "[1,2.", "{kits_odd}.", "<<\"a.", "<<\"a\".", "<<a>>.",
    "'abc.", "\"abc.", "1e5.", "1.5e.", "36#zz.", "37#1.", "1#0.", "{'=',1,1}. more", "X.", "fun.", "1. 2.",
    "{'=',{'ident',<<\"a\">>},1}.  ", "{1,}.", "[|].", "@.", "1.5E3.", "<<1,2>>.",
    "'and'.", "{'Odd',1}.", "{when,1}.",
]  # fmt: skip
HEADERS: list[dict[str, Any]] = [
    {}, {"a": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 2}, {"b": 0}, {"a": 3, "b": 3}, {"c": "xy"}, {"c": "x_z", "a": -1},
    {"t": True, "a": 2}, {"t": False, "c": "y"}, {"a": "1", "b": 5}, {"c": "", "b": 9}, {"c": "xy\nz", "a": 1},
]  # fmt: skip


@question
def selectors(ask: Asking) -> Any:
    """For each selector: what is told of it, else the headers that it selects; those that crash it end the channel."""
    ask.channel.exchange_declare("j", "x-jms-topic")
    answers = []
    for number, selector in enumerate(SELECTORS):
        queue = f"q{number}"
        ask.channel.queue_declare(queue)
        arguments = {"rjms_erlang_selector": f"{selector}."}
        told = ask.told("queue_bind", queue, "j", queue, arguments=arguments)
        if not told:
            told = ""
            for place, headers in enumerate(HEADERS):
                crashed = ask.told("basic_publish", "j", queue, b"%d" % place, pika.BasicProperties(headers=headers))
                if crashed:
                    told += f"[{place}: {crashed.split()[0] + crashed.split()[1]}]"
            ask.settle()
            told += ",".join(sorted(ask.bodies(queue), key=int))
        answers.append(told)
        ask.channel.queue_delete(queue)
    return answers


@question
def selectors_that_are_unreadable(ask: Asking) -> Any:
    ask.channel.exchange_declare("j", "x-jms-topic")
    ask.channel.queue_declare("q")
    return [
        ask.told("queue_bind", "q", "j", str(number), arguments={"rjms_erlang_selector": selector})
        for number, selector in enumerate(UNREADABLE)
    ]


# --- what is refused, and in which words

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


# --- policies

POLICIES: list[Any] = [
    {}, {"odd": 1}, {"odd": {"a": [1, None]}, "even": "e"}, {"odd": "o" * 40, "even": "e" * 40, "third": [1, 2]},
    {"max-length": -1}, {"max-length": "1"}, {"max-length": 1.5}, {"max-length": True}, {"max-length": None},
    {"max-length-bytes": -1}, {"message-ttl": -1}, {"message-ttl": []}, {"expires": 0}, {"expires": {}},
    {"delivery-limit": -1}, {"delivery-limit": "x"}, {"overflow": "odd"}, {"overflow": 1},
    {"overflow": "reject-publish-dlx"}, {"dead-letter-exchange": 1}, {"dead-letter-routing-key": None},
    {"dead-letter-strategy": "odd"}, {"dead-letter-strategy": "at-least-once"}, {"alternate-exchange": 1},
    {"max-age": "1D"}, {"max-age": "1x"}, {"max-age": "x"}, {"max-age": 1}, {"max-age": []}, {"max-age": ""},
    {"max-in-memory-length": -1}, {"max-in-memory-bytes": -1}, {"queue-mode": "odd"}, {"queue-mode": "lazy"},
    {"queue-version": 1}, {"queue-version": 2}, {"queue-version": 3}, {"queue-version": "1"}, {"queue-version": True},
    {"queue-master-locator": "odd"}, {"queue-master-locator": "random"}, {"queue-master-locator": "x", "expires": 0},
    {"queue-leader-locator": "odd"}, {"queue-leader-locator": "balanced"}, {"initial-cluster-size": -1},
    {"target-group-size": 0}, {"target-group-size": 1}, {"consumer-timeout": -1}, {"consumer-timeout": 0},
    {"consumer-disconnected-timeout": -1}, {"stream-filter-size-bytes": 15}, {"stream-filter-size-bytes": 16},
    {"stream-filter-size-bytes": 255}, {"stream-filter-size-bytes": 256}, {"stream-max-segment-size-bytes": -1},
    {"stream-max-segment-size-bytes": 3_000_000_001}, {"delayed-retry-type": "odd"}, {"delayed-retry-type": "all"},
    {"delayed-retry-type": "disabled"}, {"delayed-retry-type": "all", "delayed-retry-min": 5},
    {"delayed-retry-min": 5, "delayed-retry-max": 4}, {"delayed-retry-min": 5, "delayed-retry-max": 5},
    {"delayed-retry-min": 5}, {"delayed-retry-max": 5}, {"delayed-retry-min": 0}, {"delayed-retry-max": 0},
    {"expires": 0, "max-length": -1}, {"expires": 1, "odd": 1}, {"ha-params": 1}, {"ha-sync-mode": "manual"},
    {"ha-mode": "all"}, {"ha-mode": "all", "ha-params": 1}, {"ha-mode": "exactly"}, {"ha-mode": 1},
    {"ha-mode": "exactly", "ha-params": 1}, {"ha-mode": "exactly", "ha-params": "1"}, {"ha-mode": "odd"},
    {"ha-mode": "nodes", "ha-params": []}, {"ha-mode": "nodes", "ha-params": ["a"]}, {"ha-mode": "nodes"},
    {"ha-mode": "nodes", "ha-params": 1}, {"ha-mode": "all", "ha-sync-mode": "odd"},
    {"ha-mode": "all", "ha-sync-mode": "automatic"}, {"ha-mode": "all", "ha-promote-on-shutdown": "odd"},
    {"ha-mode": "all", "ha-promote-on-failure": "odd"}, {"ha-mode": "all", "ha-sync-batch-size": 0},
    {"ha-mode": "all", "ha-sync-batch-size": "1"}, {"ha-mode": "all", "ha-sync-batch-size": 5},
    {"ha-mode": "all", "max-length": -1},
]  # fmt: skip


@question
def policies(ask: Asking) -> Any:
    return [ask.operator("set_policy", "p", "^none$", definition) for definition in POLICIES]


@question
def operator_policies(ask: Asking) -> Any:
    return [ask.operator("set_operator_policy", "p", "^none$", definition) for definition in POLICIES]


@question
def policies_otherwise_wrong(ask: Asking) -> Any:
    asked: list[tuple[Any, Any, Any]] = [
        ("^none$", 0, "odd"), ("^none$", 0, None), ("^none$", 0, 1), ("^none$", 0, "streams"),
        ("^none$", 0, "quorum_queues"), ("^none$", "1", "all"), ("^none$", None, "all"), ("^none$", 1.5, "queues"),
        ("^none$", True, "all"), ("(", 0, "all"), ("[", 0, "all"), ("*a", 0, "all"), ("a{2,1}", 0, "all"),
        ("[z-a]", 0, "all"), ("a\\", 0, "all"), (1, 0, "all"), (None, 0, "odd"),
        ("x" * 60 + "(", 0, "all"), ("\\1", 0, "all"), ("(?z)", 0, "all"), ("a**", 0, "all"),
        ("é(", 0, "all"), ("<b>(", "x", "odd"),
    ]  # fmt: skip
    definition = {"max-length": 1}
    told = [
        ask.operator("set_policy", "p", pattern, definition, priority=priority, apply_to=apply_to)
        for pattern, priority, apply_to in asked
    ]
    return [*told, ask.operator("set_operator_policy", "p", "<(", {"max-length": "<"}, priority="<", apply_to="<")]


@question
def policies_in_force(ask: Asking) -> Any:
    names = ["qx", "q.x", "q1", "q12", "QX", "a b", "x-y", "é", "q\tz", "aa", "abab", "a\\b", "q_", "[z]", "zzq"]
    for name in names:
        ask.channel.queue_declare(name)
    patterns = [
        "^q", "x$", "^q\\.x$", "\\d{2}", "(?i)qx", "[[:upper:]]", "\\bx\\b", "(a)\\1", "(?<n>ab)\\k<n>",
        "(?P<n>ab)(?P=n)", "\\x71", "\\x{71}x", "\\161", "\\Qq.\\E", "q(?=x)", "q(?!x)",
        "(?<=a)b", "(?<!q)x", "(?:q|z){2}", "[^a-z]", "[\\w-]y", "\\s", "\\h", "\\R", "\\N{2}", "\\S\\W",
        "(?x) q # comment\n x", "(?#note)qx", "\\Aq", "x\\z", "x\\Z", "(?m)^q$", "(?s)z.q", "z.q", "[]z]", "\\[z\\]",
        "é", "\\e|\\t", "q{1}x", "q{", "a|", "$", ".", "[\\d]", "[a\\]]",
        "[[:alpha:][:digit:]_]{2}$", "\\v", "\\V{3}", "\\D\\d$", "(?-i)Q",
    ]  # fmt: skip
    answers = {}
    for pattern in patterns:
        told = ask.operator("set_policy", "p", pattern, {"max-length": 5}, apply_to="queues")
        found = ask.see("policies_of", *names)
        answers[pattern] = told or [name for name in names if found[name]]
    return answers


# --- definitions of a virtual host

QUEUE = {"name": "q", "durable": True, "auto_delete": False, "arguments": {}}
EXCHANGE = {"name": "x", "type": "direct", "durable": True, "auto_delete": False, "internal": False, "arguments": {}}
BINDING = {"source": "x", "destination": "q", "destination_type": "queue", "routing_key": "k", "arguments": {}}
POLICY = {"name": "p", "pattern": "^q", "definition": {"max-length": 1}, "priority": 0, "apply-to": "all"}


def _less(row: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != key}


def _parameter(component: str, name: str, value: Any) -> dict[str, Any]:
    return {"parameters": [{"component": component, "name": name, "value": value}]}


DEFINITIONS: list[dict[str, Any]] = [
    {}, {"queues": [QUEUE]}, {"queues": [{**QUEUE, "name": "c", "arguments": {"x-max-length": -1}}]},
    {"queues": [{**QUEUE, "name": "c", "arguments": {"x-queue-type": "odd"}}]},
    {"queues": [{**QUEUE, "name": "c", "durable": 1}]}, {"queues": [{**QUEUE, "name": "c", "auto_delete": False}]},
    {"queues": [_less({**QUEUE, "name": "c"}, "durable")]}, {"queues": [_less({**QUEUE, "name": "c"}, "auto_delete")]},
    {"queues": [{**QUEUE, "name": "c", "arguments": {"x-queue-type": "quorum", "x-max-priority": 2}}]},
    {"queues": [{**QUEUE, "name": "c", "durable": False, "arguments": {"x-queue-type": "quorum"}}]},
    {"exchanges": [EXCHANGE]}, {"exchanges": [{**EXCHANGE, "name": "y", "type": "kits-odd"}]},
    {"exchanges": [{**EXCHANGE, "name": "y", "type": "x-consistent-hash", "arguments": {"hash-property": "odd"}}]},
    {"queues": [QUEUE], "exchanges": [EXCHANGE], "bindings": [BINDING]},
    {"bindings": [{**BINDING, "destination": "none"}]}, {"bindings": [{**BINDING, "source": "gone"}]},
    {"bindings": [{**BINDING, "source": "gone", "destination": "none"}]},
    {"bindings": [{**BINDING, "source": "g" * 30, "destination": "none"}]},
    {"bindings": [{**BINDING, "source": "g" * 19, "destination": "n" * 8}]},
    {"bindings": [{**BINDING, "source": "g" * 20, "destination": "n" * 8}]},
    {"bindings": [{**BINDING, "source": "x", "destination": "n" * 30}]},
    *({"bindings": [{**BINDING, "source": "g" * length, "destination": "n"}]} for length in (9, 10, 11, 12, 13, 14)),
    *({"bindings": [{**BINDING, "destination": "n" * length}]} for length in (5, 6, 7, 8, 9, 10, 11, 13, 14)),
    *({"bindings": [{**BINDING, "source": "g", "destination": "n" * length}]} for length in (11, *range(13, 24))),
    {"bindings": [{**BINDING, "destination_type": "odd"}]},
    {"policies": [POLICY]}, {"policies": [{**POLICY, "definition": {"max-length": "<"}}]},
    {"policies": [{**POLICY, "definition": {}}]}, {"policies": [_less(POLICY, "definition")]},
    {"policies": [_less(POLICY, "pattern")]},
    {"policies": [{**POLICY, "pattern": "("}]}, {"policies": [_less(_less(POLICY, "priority"), "apply-to")]},
    {"policies": [{**POLICY, "priority": "x"}]}, {"policies": [{**POLICY, "apply-to": "odd", "name": "u"}]},
    _parameter("operator_policy", "o", _less(POLICY, "name")), _parameter("operator_policy", "o", {}),
    _parameter("operator_policy", "o", {**_less(POLICY, "name"), "definition": {"max-length": -1}}),
    _parameter("operator_policy", "o", _less(_less(POLICY, "name"), "priority")), _parameter("odd", "o", 1),
    _parameter("policy", "o", 1), _parameter("vhost-limits", "limits", {"max-queues": "x"}),
    _parameter("vhost-limits", "limits", {"odd": 1}), _parameter("vhost-limits", "limits", {"max-queues": True}),
    _parameter("vhost-limits", "limits", {"max-connections": -1, "max-queues": 2}),
    {"queues": [{**QUEUE, "name": name} for name in "qabcd"]}, {"queues": [QUEUE]},
    {"queues": [{**QUEUE, "name": name} for name in "qr"]}, {"queues": [{**QUEUE, "name": name} for name in "qrs"]},
]  # fmt: skip


@question
def definitions_of_a_virtual_host(ask: Asking) -> Any:
    return [ask.operator("import_definitions", definitions) for definitions in DEFINITIONS]


@question
def limits_of_a_virtual_host(ask: Asking) -> Any:
    asked: list[tuple[str, Any]] = [
        ("max-queues", 1), ("max-queues", "1"), ("max-queues", True), ("max-queues", 1.5), ("odd", 1),
        ("max-queues", -1), ("max-queues", 0), ("max-connections", 1000),
    ]  # fmt: skip
    told = [ask.operator("set_vhost_limit", *each) for each in asked]
    return [*told, ask.told("queue_declare", "q"), ask.told("queue_declare", "q", arguments={"x-max-length": -1})]


# --- what becomes of messages


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
    _end(ask, "q", "dead")
    return answer


def _end(ask: Asking, *queues: str) -> None:
    """Delete queues. A channel of RabbitMQ 3.10 remembers a quorum queue, and breaks on another one of the name."""
    for queue in queues:
        ask.channel.queue_delete(queue)
    ask.renew()


def patience(ask: Asking, queue: str) -> None:
    """Wait until something is in a queue."""
    for _ in range(20):
        ask.connection.sleep(0.1)
        ask.settle()
        if ask.channel.queue_declare(queue, passive=True).method.message_count:
            return


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
        _end(ask, *"abc")
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
            _end(ask, "q", "dead")
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


# --- consumers: who hears what, in which order

KINDS: dict[str, dict[str, Any]] = {"classic": {}, "quorum": QUORUM}


class Ear:
    """Notes what a client's consumers hear. heard: as tag, body, delivery tag; R behind what looks redelivered."""

    def __init__(self, ask: Asking) -> None:
        self.ask = ask
        self.heard: list[str] = []
        self.tags: list[int] = []

    def consume(self, queue: str, tag: str, **more: Any) -> None:
        """Begin to hear, and settle."""

        def hear(channel: Any, method: Any, properties: Any, body: bytes) -> None:
            again = "R" if method.redelivered else ""
            self.heard.append(f"{method.consumer_tag} {body.decode()} {method.delivery_tag}{again}")
            self.tags.append(method.delivery_tag)

        self.ask.channel.basic_consume(queue, hear, consumer_tag=tag, **more)
        self.listen()

    def listen(self) -> list[str]:
        """All that has been heard so far."""
        self.ask.settle()
        self.ask.connection.process_data_events(0.1)
        self.ask.settle()
        self.ask.connection.process_data_events(0)
        return [*self.heard]


def _published(ask: Asking, queue: str, count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        ask.channel.basic_publish("", queue, b"%d" % number)
        ask.channel.flow(True)
    ask.settle()


@question
def consumers_take_turns(ask: Asking) -> Any:
    answers = []
    for arguments in KINDS.values():
        for priorities in ((0, 0, 0), (0, 5, 5)):
            ask.channel.queue_declare("q", durable=True, arguments=arguments)
            ask.channel.basic_qos(prefetch_count=2)
            ear = Ear(ask)
            for tag, priority in zip("abc", priorities, strict=True):
                ear.consume("q", tag, arguments={"x-priority": priority})
            _published(ask, "q", 8)
            answers.append(ear.listen())
            for tag in ear.tags[:3]:
                ask.channel.basic_ack(tag)
                answers.append(ear.listen())
            ask.channel.basic_nack(0, multiple=True, requeue=True)
            ear.listen()
            answers.append(sorted(each.split()[1] for each in ear.heard[6:]))
            ask.renew()
            ask.settle()
            answers.append(sorted(ask.bodies("q")))
            _end(ask, "q")
    return answers


@question
def one_consumer_is_active(ask: Asking) -> Any:
    answers = []
    for kind, arguments in KINDS.items():
        for priorities in ((0, 0, 0), (0, 0, 5)):
            ask.channel.queue_declare("q", durable=True, arguments={**arguments, "x-single-active-consumer": True})
            ask.channel.basic_qos(prefetch_count=1)
            ear = Ear(ask)
            for tag, priority in zip("abc", priorities, strict=True):
                ear.consume("q", tag, arguments={"x-priority": priority})
            for number in range(3):
                _published(ask, "q", 1, number)
                answers.append(ear.listen())
                ask.channel.basic_ack(ear.tags[-1]) if ear.tags else None
            ask.channel.basic_cancel("a")
            _published(ask, "q", 1, 3)
            answers.append([kind, ear.listen()])
            ask.renew()
            ask.channel.queue_delete("q")
    return answers


@question
def queues_that_are_full(ask: Asking) -> Any:
    """Which of ten publishes are confirmed, and what is there then; two are taken, and five more published."""
    answers = []
    for arguments in KINDS.values():
        for limit in ({"x-max-length": 5}, {"x-max-length-bytes": 5}, {"x-max-length": 5, "x-max-length-bytes": 3}):
            for overflow in ("drop-head", "reject-publish", "reject-publish-dlx"):
                if overflow == "reject-publish-dlx" and arguments:
                    continue
                more = {**arguments, **limit, **DEAD, "x-overflow": overflow}
                ask.channel.queue_declare("q", durable=True, arguments=more)
                ask.channel.queue_declare("dead", durable=True)
                ask.channel.confirm_delivery()
                confirmed = "".join(_is_confirmed(ask, number) for number in range(10))
                ask.settle()
                for _ in range(2):
                    ask.channel.basic_get("q", auto_ack=True)
                ask.settle()
                confirmed += "".join(_is_confirmed(ask, number) for number in range(10, 15))
                ask.settle()
                answers.append([confirmed, ask.bodies("q"), sorted(ask.bodies("dead"), key=int)])
                _end(ask, "q", "dead")
    return answers


def _is_confirmed(ask: Asking, number: int) -> str:
    try:
        ask.send("", "q", b"%d" % (number % 10))
    except pika.exceptions.NackError:
        return "-"
    ask.settle()
    return "+"


@question
def what_dies_of_its_limit_makes_room(ask: Asking) -> Any:
    answers = []
    for how in ("reject", "nack"):
        ask.channel.queue_declare("q", durable=True, arguments={**QUORUM, "x-delivery-limit": 1, **DEAD})
        ask.channel.queue_declare("dead", durable=True)
        ask.channel.basic_qos(prefetch_count=1)
        ear = Ear(ask)
        _published(ask, "q", 5)
        ear.consume("q", "c")
        for _ in range(4):
            getattr(ask.channel, f"basic_{how}")(ear.tags[-1], requeue=True)
            answers.append(ear.listen())
        ask.renew()
        ask.settle()
        answers.append([sorted(ask.bodies("q")), sorted(ask.bodies("dead"))])
        _end(ask, "q", "dead")
    return answers


@question
def returns_of_unlimited_quorum_queues(ask: Asking) -> Any:
    """With two consumers: who gets what comes back, and when."""
    answers = []
    for limit in (-1, 100):
        for how in ("nack", "recover", "cancel"):
            ask.channel.queue_declare("q", durable=True, arguments={**QUORUM, "x-delivery-limit": limit})
            ask.channel.basic_qos(prefetch_count=2)
            ear = Ear(ask)
            ear.consume("q", "b")
            ear.consume("q", "a")
            _published(ask, "q", 6)
            ear.listen()
            if how == "nack":
                ask.channel.basic_nack(ear.tags[1], multiple=True, requeue=True)
            elif how == "recover":
                ask.channel.basic_recover(requeue=True)
            else:
                ask.channel.basic_cancel("b")
                ask.channel.basic_ack(ear.tags[-1], multiple=True)
            answers.append(ear.listen())
            ask.renew()
            ask.settle()
            answers.append(sorted(ask.bodies("q")))
            _end(ask, "q")
    return answers


@question
def what_a_cancelled_client_is_told(ask: Asking) -> Any:
    """When its queue is deleted, each consumer is cancelled; its deliveries can still be settled."""
    answers = []
    for arguments in (*KINDS.values(), STREAM):
        told: list[str] = []
        ask.channel.queue_declare("q", durable=True, arguments=arguments)
        ask.channel.basic_qos(prefetch_count=1)
        ask.channel.add_on_cancel_callback(lambda frame, told=told: told.append(frame.method.consumer_tag))
        ear = Ear(ask)
        for tag in "ab":
            ear.consume("q", tag)
        _published(ask, "q", 2)
        ear.listen()
        other = ask.other()
        answers.append(other.told("queue_delete", "q"))
        ear.listen()
        answers.append([sorted(told), sorted(ear.heard), ask.told("basic_ack", 1)])
        answers.append(ask.told("basic_ack", 1))
        ask.renew()
    return answers
