"""Programs at random: mostly sensible use, some of it odd, a little of it illegal.

Each program has a theme, drawn first, so that a few things meet often instead of all things rarely.

Nothing made here may flood a real broker: a message that dies automatically goes to a queue further up (or to its own,
where it is dropped), or to the sinks, which have no dead-letter exchange. So dead letters never multiply.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from .choices import Choices, chance, pick
from .steps import ADVANCE_SECONDS, FOREVER_MS, LONG_MS, SHORT_MS, UNUSED_MS, Address, Program, Step, Tag

VERSION = 2
"""Changes with the programs that seeds stand for."""

QUEUES = ("q0", "q1", "q2", "q3")
SINKS = ("s0", "s1")
EXCHANGES = ("x0", "x1", "x2")
DEAD_LETTERS = "dead"
"""The exchange for dead letters: only sinks are bound to it."""
TYPES = ("direct", "fanout", "topic", "headers")
RARE_TYPES = ("x-recent-history", "x-consistent-hash")
WEIGHTS = ("1", "2", "3", "", "a")
REPLIES = "amq.rabbitmq.reply-to"
OFFSETS = ("first", "next", 0, 1, 2, 5, "1h", "last")
"""Where reading a stream begins; the last only where each message is written by itself."""
RARE_PROPERTIES: tuple[dict[str, Any], ...] = (
    {"content_type": "text/plain", "content_encoding": "utf-8"},
    {"timestamp": 1_600_000_000, "type": "t"},
    {"app_id": "app", "cluster_id": "cluster"},
    {"delivery_mode": 3},
)
RARE_VALUES = (1.5, 2**40, b"bytes", "text", [1, "a", None], {"k": {"n": 1}}, datetime.datetime(2020, 1, 1), -1, "")
PREDECLARED = ("amq.direct", "amq.fanout", "amq.topic", "amq.headers", "amq.match")
KEYS = ("a", "b", "a.b", "b.a", "a.b.a", "")
PATTERNS = ("#", "*", "a", "a.*", "a.#", "*.b", "#.b", "a.b", "#.#", "*.*", "#.a.#", "", "b")
ALL_QUEUES = QUEUES + SINKS
ALL_EXCHANGES = (*EXCHANGES, DEAD_LETTERS)


def generate(choices: Choices, length: int) -> Program:
    """A program of that many steps."""
    return Program(tuple(_Author(choices).write(length)))


class _Author:
    """Writes one program, keeping in mind roughly what it declared."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._quorum = self._chance(30)
        self._timed = self._chance(20)
        self._dying = self._chance(50)
        self._transactions = self._chance(12)
        self._confirms = self._chance(35)
        self._streams = self._chance(10)
        self._replies = self._chance(10)
        self._channels = ("A1",)
        if self._chance(75):
            self._channels += ("A2",)
        if self._chance(45):
            self._channels += ("B1",)
        if self._chance(15):
            self._channels += ("B2",)
        self._queues: dict[str, dict[str, Any]] = {}
        self._exchanges: dict[str, dict[str, Any]] = {}
        self._bindings: list[tuple[str, str, str, dict[str, Any] | None]] = []
        self._consumes_from: dict[str, str] = {}
        self._tags: list[tuple[str, str]] = []
        self._messages = 0
        self._advances = 0

    def write(self, length: int) -> list[Step]:
        steps = self._opening()
        while len(steps) < length:
            step = self._any_step()
            if step is not None:
                steps.append(step)
        return steps[:length]

    # --- decisions

    def _chance(self, percent: int) -> bool:
        return chance(self._choices, percent)

    def _pick(self, options: Any) -> Any:
        return pick(self._choices, options)

    def _channel(self) -> str:
        return str(self._pick(self._channels))

    def _queue(self) -> str:
        """Mostly one that was declared."""
        if self._queues and self._chance(94):
            return str(self._pick(tuple(self._queues)))
        return str(self._pick((*ALL_QUEUES, "", "missing")))

    def _source(self) -> str:
        """An exchange to bind to or publish to."""
        if self._exchanges and self._chance(75):
            return str(self._pick(tuple(self._exchanges)))
        return str(self._pick(PREDECLARED if self._chance(90) else ALL_EXCHANGES))

    # --- the beginning

    def _opening(self) -> list[Step]:
        steps = []
        if self._confirms:
            steps.append(Step("A1", "confirm_delivery"))
        elif self._transactions:
            steps.append(Step("A1", "tx_select"))
        for _ in range(self._choices.number(1, 3)):
            steps.append(self._queue_declare())
        if self._dying:
            steps.append(self._exchange_declare(DEAD_LETTERS))
            steps.append(Step("A1", "queue_declare", (SINKS[0],)))
            self._queues[SINKS[0]] = {}
            steps.append(self._bind(SINKS[0], DEAD_LETTERS))
        for _ in range(self._choices.number(0, 2)):
            steps.append(self._exchange_declare())
            steps.append(self._queue_bind())
        if self._streams:
            steps += [
                Step(channel, "basic_qos", (), {"prefetch_count": self._pick((3, 1, 10))}) for channel in self._channels
            ]
        elif self._chance(30):
            steps.append(self._qos())
        if self._replies:
            steps.append(self._consume_replies())
        for _ in range(self._choices.number(0, 2)):
            steps.append(self._consume())
        return steps

    def _any_step(self) -> Step | None:
        kinds: tuple[tuple[int, Callable[[], Step | None]], ...] = (
            (26, self._publish),
            (4, self._burst),
            (9, self._get),
            (9, self._consume),
            (9, self._ack),
            (8, self._nack),
            (6, self._reject),
            (3, self._cancel),
            (4, self._qos),
            (2, self._recover),
            (3, self._queue_declare),
            (2, self._redeclare_queue),
            (2, self._exchange_declare),
            (4, self._queue_bind),
            (2, self._exchange_bind),
            (2, self._unbind),
            (2, self._purge),
            (2, self._queue_delete),
            (1, self._exchange_delete),
            (3, self._close_channel),
            (1, self._close_connection),
            (4 if self._transactions else 0, self._transaction),
            (2 if self._confirms else 0, self._confirm),
            (6 if self._replies else 0, self._request),
            (6 if self._replies else 0, self._answer),
            (2 if self._replies else 0, self._consume_replies),
            (6 if self._streams else 0, self._qos),
            (4 if self._timed else 0, self._advance),
            (3, self._illegal),
        )
        place = self._choices.number(1, sum(weight for weight, _ in kinds))
        for weight, kind in kinds:
            place -= weight
            if place <= 0:
                return kind()
        raise AssertionError("the weights do not add up")

    # --- queues

    def _queue_declare(self) -> Step:
        name = str(self._pick(ALL_QUEUES)) if self._chance(96) else ""
        options = self._queue_options(name)
        if name:
            self._queues.setdefault(name, options)
        return Step(self._channel(), "queue_declare", (name,), options)

    def _redeclare_queue(self) -> Step:
        """An existing queue, with a difference or without, or passively."""
        name = self._queue()
        if self._chance(30):
            return Step(self._channel(), "queue_declare", (name,), {"passive": True})
        options = dict(self._queues.get(name, {}))
        if self._chance(50):
            options[self._pick(("durable", "auto_delete", "exclusive"))] = self._chance(50)
        if self._chance(40):
            arguments = self._queue_options(name).get("arguments", {})
            options["arguments"] = {**options.get("arguments", {}), **arguments}
        return Step(self._channel(), "queue_declare", (name,), options)

    def _queue_options(self, name: str) -> dict[str, Any]:
        options: dict[str, Any] = {}
        arguments = self._queue_arguments(name)
        if arguments.get("x-queue-type") in ("quorum", "stream") or self._chance(30):
            options["durable"] = True
        if "durable" not in options or self._chance(3):
            if self._chance(10):
                options["exclusive"] = True
            if self._chance(12):
                options["auto_delete"] = True
        if arguments:
            options["arguments"] = arguments
        return options

    def _queue_arguments(self, name: str) -> dict[str, Any]:
        chance, pick = self._chance, self._pick
        given: dict[str, Any] = {}
        if self._streams and name and chance(60 if name in SINKS else 35):
            return self._stream_arguments()
        quorum = self._quorum and bool(name) and chance(60)
        if quorum:
            given["x-queue-type"] = "quorum"
        elif chance(6):
            given["x-queue-type"] = "classic"
        if chance(18):
            given["x-max-length"] = pick((1, 2, 3, 5, 0))
        if chance(8):
            given["x-max-length-bytes"] = pick((10, 5, 30, 0))
        if chance(14):
            given["x-overflow"] = pick(("drop-head", "reject-publish", "reject-publish-dlx"))
        if self._timed and chance(45):
            given["x-message-ttl"] = pick((SHORT_MS, LONG_MS, FOREVER_MS))
        elif chance(4):
            given["x-message-ttl"] = 0
        if self._timed and not quorum and chance(15):
            given["x-expires"] = UNUSED_MS
        if self._dying and name in QUEUES and chance(65):
            given.update(self._dead_letter_arguments(name))
        if not quorum and chance(12):
            given["x-max-priority"] = pick((3, 1, 10, 0))
        if chance(12):
            given["x-single-active-consumer"] = True
        if quorum and chance(40):
            given["x-delivery-limit"] = pick((2, 1, 0, 5, -1))
        if not quorum and chance(3):
            given["x-queue-mode"] = pick(("lazy", "default"))
        if not quorum and chance(3):
            given["x-queue-version"] = pick((2, 1))
        if chance(2):
            given["x-unknown"] = pick((1, "text", True))
        if chance(2):
            given.update(self._bad_argument())
        return given

    def _stream_arguments(self) -> dict[str, Any]:
        given: dict[str, Any] = {"x-queue-type": "stream"}
        if self._chance(15):
            given.update(self._pick(({"x-max-length-bytes": 10**9}, {"x-max-age": "1D"}, {"x-max-age": "5x"})))
        if self._chance(4):
            given.update(self._bad_argument())
        return given

    def _is_stream(self, name: str) -> bool:
        return self._queues.get(name, {}).get("arguments", {}).get("x-queue-type") == "stream"

    def _dead_letter_arguments(self, name: str) -> dict[str, Any]:
        """Where its dead letters go: up, to itself, to the sinks, or nowhere."""
        further = (*QUEUES[QUEUES.index(name) + 1 :], *SINKS)
        where = self._choices.number(0, 9)
        if where < 4:
            return {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": self._pick(further)}
        if where < 8:
            key = {"x-dead-letter-routing-key": self._pick(KEYS)} if self._chance(40) else {}
            return {"x-dead-letter-exchange": DEAD_LETTERS, **key}
        if where == 8:
            return {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": name}
        return {"x-dead-letter-exchange": "missing"}

    def _bad_argument(self) -> dict[str, Any]:
        bad: tuple[dict[str, Any], ...] = (
            {"x-max-length": -1},
            {"x-max-length": "5"},
            {"x-message-ttl": "10"},
            {"x-message-ttl": -1},
            {"x-expires": 0},
            {"x-overflow": "drop-tail"},
            {"x-queue-type": "weird"},
            {"x-queue-type": 5},
            {"x-dead-letter-routing-key": "alone"},
            {"x-dead-letter-exchange": 5},
            {"x-max-priority": 256},
            {"x-max-priority": "3"},
            {"x-single-active-consumer": "true"},
            {"x-delivery-limit": 3},
            {"x-queue-version": 3},
            {"x-queue-mode": "eager"},
            {"x-max-age": "1D"},
        )
        return dict(self._pick(bad))

    def _purge(self) -> Step:
        return Step(self._channel(), "queue_purge", (self._queue_to_empty(),))

    def _queue_to_empty(self) -> str:
        """Mostly no stream: to get from one, or to purge it, closes the connection."""
        name = self._queue()
        return self._queue() if self._is_stream(name) and self._chance(90) else name

    def _queue_delete(self) -> Step:
        name = self._queue()
        options: dict[str, Any] = {}
        if self._chance(25):
            options["if_unused"] = True
        if self._chance(25):
            options["if_empty"] = True
        if not options:
            self._queues.pop(name, None)
        return Step(self._channel(), "queue_delete", (name,), options)

    # --- exchanges and bindings

    def _exchange_declare(self, name: str | None = None) -> Step:
        chance, pick = self._chance, self._pick
        if name is None:
            name = str(pick(EXCHANGES))
        known = self._exchanges.get(name)
        if known is not None and chance(70):
            options = dict(known)
            if chance(40):
                options[pick(("durable", "auto_delete", "internal"))] = chance(50)
        else:
            options = {"exchange_type": pick(TYPES if chance(94) else RARE_TYPES)}
            for flag, percent in (("durable", 20), ("auto_delete", 10), ("internal", 4)):
                if chance(percent):
                    options[flag] = True
            if chance(12) and name != DEAD_LETTERS:
                # Not the exchange for dead letters, so that publishing never starts a life there.
                options["arguments"] = {"alternate-exchange": pick((*EXCHANGES, "amq.fanout", "missing"))}
            elif chance(3):
                options["arguments"] = pick(({"x-unknown": 1}, {"alternate-exchange": 5}))
        self._exchanges.setdefault(name, options)
        return Step(self._channel(), "exchange_declare", (name,), options)

    def _exchange_delete(self) -> Step:
        name = str(self._pick(ALL_EXCHANGES))
        options = {"if_unused": True} if self._chance(40) else {}
        if not options:
            self._exchanges.pop(name, None)
        return Step(self._channel(), "exchange_delete", (name,), options)

    def _queue_bind(self) -> Step:
        source = self._source()
        sinks = tuple(name for name in SINKS if name in self._queues) or SINKS
        name = str(self._pick(sinks)) if source == DEAD_LETTERS else self._queue()
        if self._chance(3):
            source = ""
        return self._bind(name, source)

    def _bind(self, queue: str, exchange: str) -> Step:
        key, arguments = self._binding(exchange)
        self._bindings.append((queue, exchange, key, arguments))
        options = {"routing_key": key, **({"arguments": arguments} if arguments is not None else {})}
        return Step(self._channel(), "queue_bind", (queue, exchange), options)

    def _binding(self, exchange: str) -> tuple[str, dict[str, Any] | None]:
        kind = self._exchanges.get(exchange, {}).get("exchange_type") or exchange.removeprefix("amq.")
        if kind in ("headers", "match"):
            return str(self._pick(KEYS)), self._header_pattern()
        if kind == "x-consistent-hash":
            return str(self._pick(WEIGHTS)), None
        key = str(self._pick(PATTERNS if kind == "topic" else KEYS))
        if self._chance(3):
            key = "#.a.#.b.#"
        return key, ({"x-note": 1} if self._chance(4) else None)

    def _header_pattern(self) -> dict[str, Any]:
        pattern: dict[str, Any] = {}
        if self._chance(60):
            pattern["x-match"] = self._pick(("all", "any", "all-with-x", "any-with-x", "some"))
        for name in ("h", "n", "x-h"):
            if self._chance(45):
                pattern[name] = self._pick((1, "1", True, None))
        return pattern

    def _exchange_bind(self) -> Step:
        """Never to the exchange for dead letters, nor from it: what it routes stays among the sinks."""
        source = self._source()
        if source == DEAD_LETTERS:
            source = "amq.topic"
        key, arguments = self._binding(source)
        destination = self._pick(EXCHANGES) if self._chance(95) else "missing"
        options = {"routing_key": key, **({"arguments": arguments} if arguments is not None else {})}
        return Step(self._channel(), "exchange_bind", (destination, source), options)

    def _unbind(self) -> Step:
        if self._bindings and self._chance(85):
            queue, exchange, key, arguments = self._pick(tuple(self._bindings))
            options = {"routing_key": key, **({"arguments": arguments} if arguments is not None else {})}
            return Step(self._channel(), "queue_unbind", (queue, exchange), options)
        if self._chance(50):
            arguments = (self._pick(EXCHANGES), self._pick((*EXCHANGES, *PREDECLARED)))
            return Step(self._channel(), "exchange_unbind", arguments, {"routing_key": self._pick(KEYS)})
        return Step(self._channel(), "queue_unbind", (self._queue(), self._source()), {"routing_key": "a"})

    # --- messages

    def _publish(self) -> Step:
        return self._publish_on(self._channel())

    def _publish_on(self, channel: str) -> Step:
        if self._queues and self._chance(60):
            exchange, key = "", self._queue()
        else:
            exchange, key = self._source(), str(self._pick(KEYS))
            if self._chance(2):
                exchange = "missing"
        self._messages += 1
        body = f"m{self._messages}" + "." * self._pick((0, 0, 0, 2, 4, 9))
        return Step(channel, "publish", (exchange, key, body), self._properties(exchange, key))

    def _properties(self, exchange: str, key: str) -> dict[str, Any]:
        chance, pick = self._chance, self._pick
        given: dict[str, Any] = {}
        if chance(25):
            given["mandatory"] = True
        if self._timed and chance(30):
            given["expiration"] = str(pick((SHORT_MS, LONG_MS, FOREVER_MS)))
        elif chance(4):
            given["expiration"] = "0"
        if chance(20):
            given["priority"] = pick((1, 0, 2, 5, 9, 200))
        if chance(15):
            given["delivery_mode"] = pick((2, 1))
        headers: dict[str, Any] = {}
        for name in ("h", "n", "x-h"):
            if chance(14):
                headers[name] = pick((1, "1", True, None))
        for name in ("CC", "BCC"):
            if chance(6):
                headers[name] = [pick(self._further_keys()) for _ in range(self._choices.number(1, 2))]
        if chance(4):
            headers[pick(("h", "other", "x-other"))] = pick(RARE_VALUES)
        if headers:
            given["headers"] = headers
        if chance(5):
            given["message_id"] = "id"
        if chance(3):
            given["correlation_id"] = "c"
        if chance(3):
            given["reply_to"] = pick(("q0", "somewhere"))
        if chance(2):
            given["user_id"] = pick(("guest", "other"))
        if chance(3):
            given.update(pick(RARE_PROPERTIES))
        if chance(1):
            given["expiration"] = pick(("abc", "-1", "1.5", ""))
        if chance(1):
            given.setdefault("headers", {})["CC"] = pick(("text", [5], 7))
        return given

    def _further_keys(self) -> tuple[str, ...]:
        # With dead letters a key that names a queue would lead from one death to several.
        return KEYS if self._dying else KEYS + ALL_QUEUES

    def _burst(self) -> Step | None:
        """Several messages at once; quorum queues and streams answer later than one asks, so not for them."""
        if self._quorum or self._streams:
            return None
        channel = self._channel()
        published = tuple(self._publish_on(channel) for _ in range(self._choices.number(2, 4)))
        return Step(channel, "burst", published)

    def _get(self) -> Step:
        options = {"auto_ack": True} if self._chance(30) else {}
        return Step(self._channel(), "basic_get", (self._queue_to_empty(),), options)

    # --- requests and answers

    def _consume_replies(self) -> Step:
        options: dict[str, Any] = {"auto_ack": True} if self._chance(95) else {}
        if self._chance(80):
            options["consumer_tag"] = tag = f"r{self._choices.number(1, 2)}"
            channel = self._channel()
            self._tags.append((channel, tag))
        else:
            channel = self._channel()
        return Step(channel, "consume", (REPLIES,), options)

    def _request(self) -> Step:
        step = self._publish()
        return Step(step.on, step.call, step.args, {**step.options, "reply_to": REPLIES})

    def _answer(self) -> Step:
        """To an address that was seen; now and then it is only asked for, or reached for in another way."""
        address = Address(self._choices.number(0, 3))
        if self._chance(8):
            return Step(self._channel(), "queue_declare", (address,), {"passive": True})
        self._messages += 1
        exchange = "" if self._chance(92) else self._source()
        options = {"mandatory": True} if self._chance(30) else {}
        return Step(self._channel(), "publish", (exchange, address, f"m{self._messages}"), options)

    # --- consumers

    def _consume(self) -> Step:
        channel = self._channel()
        queue = self._consumes_from.get(channel)
        if queue is None or self._chance(8):
            queue = self._queue()
        self._consumes_from.setdefault(channel, queue)
        options: dict[str, Any] = {}
        if self._chance(90):
            options["consumer_tag"] = tag = f"c{self._choices.number(1, 5)}"
            self._tags.append((channel, tag))
        if self._is_stream(queue):
            return self._consume_stream(channel, queue, options)
        if self._chance(30):
            options["auto_ack"] = True
        if self._chance(6):
            options["exclusive"] = True
        if self._chance(15):
            options["arguments"] = {"x-priority": self._pick((1, -1, 5, 10))}
        elif self._chance(2):
            options["arguments"] = self._pick(({"x-priority": "1"}, {"x-unknown": 1}, {"x-stream-offset": "first"}))
        return Step(channel, "consume", (queue,), options)

    def _consume_stream(self, channel: str, queue: str, options: dict[str, Any]) -> Step:
        if self._chance(4):
            options["auto_ack"] = True
        if self._chance(85):
            several_at_once = self._dying or self._transactions
            options["arguments"] = {"x-stream-offset": self._pick(OFFSETS[:-1] if several_at_once else OFFSETS)}
        return Step(channel, "consume", (queue,), options)

    def _cancel(self) -> Step:
        if self._tags and self._chance(90):
            channel, tag = self._pick(tuple(self._tags))
            return Step(channel, "basic_cancel", (tag,))
        return Step(self._channel(), "basic_cancel", ("unknown",))

    def _qos(self) -> Step:
        options: dict[str, Any] = {"prefetch_count": self._pick((1, 2, 3, 0, 5))}
        if self._chance(4 if self._streams else 20):
            options["global_qos"] = True
        return Step(self._channel(), "basic_qos", (), options)

    def _tag(self) -> Tag | int:
        if self._chance(3):
            return int(self._pick((0, 1, 2, 99)))
        return Tag(self._choices.number(0, 5))

    def _ack(self) -> Step:
        multiple = {"multiple": True} if self._chance(25) else {}
        tag = 0 if multiple and self._chance(30) else self._tag()
        return Step(self._channel(), "basic_ack", (tag,), multiple)

    def _nack(self) -> Step:
        options: dict[str, Any] = {"multiple": True} if self._chance(30) else {}
        tag = 0 if options and self._chance(30) else self._tag()
        if self._chance(50):
            options["requeue"] = False
        return Step(self._channel(), "basic_nack", (tag,), options)

    def _reject(self) -> Step:
        return Step(self._channel(), "basic_reject", (self._tag(),), {} if self._chance(55) else {"requeue": False})

    def _recover(self) -> Step:
        return Step(self._channel(), "basic_recover", (True,))

    # --- modes, ends, time

    def _transaction(self) -> Step:
        channel = "A1" if self._chance(85) else self._channel()
        return Step(channel, str(self._pick(("tx_commit", "tx_commit", "tx_rollback", "tx_select"))))

    def _confirm(self) -> Step:
        return Step(self._channel(), "confirm_delivery")

    def _close_channel(self) -> Step:
        return Step(self._channel(), "close")

    def _close_connection(self) -> Step:
        return Step(self._channel()[:1], "close")

    def _advance(self) -> Step | None:
        if self._advances >= 3:
            return None
        self._advances += 1
        return Step("", "advance", (ADVANCE_SECONDS,))

    def _illegal(self) -> Step:
        """What a broker refuses, at least as a rule."""
        bad: tuple[tuple[str, tuple[Any, ...], dict[str, Any]], ...] = (
            ("queue_declare", ("missing",), {"passive": True}),
            ("queue_declare", ("amq.mine",), {}),
            ("queue_bind", ("missing", "amq.direct"), {}),
            ("queue_bind", (self._queue(), "missing"), {"routing_key": "a"}),
            ("queue_bind", (self._queue(), ""), {"routing_key": "a"}),
            ("queue_unbind", (self._queue(), ""), {"routing_key": "a"}),
            ("queue_unbind", (self._queue(), "missing"), {"routing_key": "a"}),
            ("queue_purge", ("missing",), {}),
            ("queue_delete", ("missing",), {}),
            ("queue_delete", ("",), {}),
            ("exchange_declare", ("amq.mine",), {}),
            ("exchange_declare", ("",), {}),
            ("exchange_declare", ("amq.direct",), {"exchange_type": "topic", "durable": True}),
            ("exchange_declare", ("missing",), {"passive": True}),
            ("exchange_declare", (self._pick(EXCHANGES),), {"exchange_type": "weird"}),
            ("exchange_delete", ("missing",), {}),
            ("exchange_delete", ("amq.direct",), {}),
            ("exchange_delete", ("",), {}),
            ("exchange_declare", (self._pick(EXCHANGES),), {"exchange_type": "x-delayed-message"}),
            ("exchange_bind", ("", "amq.fanout"), {}),
            ("exchange_unbind", ("missing", "amq.fanout"), {}),
            ("exchange_bind", ("missing", "also missing"), {}),
            ("publish", ("missing", "a", "lost"), {}),
            ("publish", ("amq.rabbitmq.trace", "a", "lost"), {}),
            ("basic_get", ("missing",), {}),
            ("basic_get", (REPLIES,), {}),
            ("queue_declare", (REPLIES,), {"passive": True}),
            ("publish", ("", REPLIES, "lost"), {"mandatory": True}),
            ("queue_declare", (self._queue(),), {"arguments": self._bad_argument()}),
            ("consume", ("missing",), {}),
            ("basic_ack", (0,), {}),
            ("basic_ack", (77,), {"multiple": True}),
            ("basic_nack", (77,), {}),
            ("basic_reject", (77,), {}),
            ("tx_select", (), {}),
            ("tx_commit", (), {}),
            ("tx_rollback", (), {}),
            ("confirm_delivery", (), {}),
            ("basic_qos", (), {"prefetch_size": 10}),
            ("basic_recover", (False,), {}),
            ("flow", (True,), {}),
        )
        call, args, options = self._pick(bad)
        return Step(self._channel(), call, args, options)
