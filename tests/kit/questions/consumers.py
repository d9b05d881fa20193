"""Consumers: who hears what, and in which order."""

from __future__ import annotations

from typing import Any

import pika

from tests.kit.asking import Asking
from tests.kit.questions.question import DEAD, QUORUM, STREAM, end, question

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


def _left_in(ask: Asking, *queues: str) -> list[Any]:
    """What is there once the client is gone, for each of the queues, which go then."""
    ask.renew()
    ask.settle()
    left = [sorted(ask.bodies(queue)) for queue in queues]
    end(ask, *queues)
    return left


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
            answers += _left_in(ask, "q")
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
                end(ask, "q", "dead")
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
        answers.append(_left_in(ask, "q", "dead"))
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
            answers += _left_in(ask, "q")
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
