"""Operator policies, and what they come to together with others' policies and arguments."""

from __future__ import annotations

from typing import Any

from ..play import Play
from ..scenario import scenario
from .policies import QUORUM, STATISTICS_SECONDS, STREAM, fill


@scenario()
def alone(play: Play) -> None:
    """An operator policy limits a queue as a policy does; cleared, it is undone."""
    ch = play.channel()
    ch.queue_declare("q")
    fill(ch, "q", "abcd")
    play.operator.set_operator_policy("o", "^q", {"max-length": 2})
    ch.queue_declare("q", passive=True)
    play.operator.clear_operator_policy("o")
    fill(ch, "q", "efgh")
    ch.bodies("q")
    play.operator.clear_operator_policy("o")


@scenario()
def keys_of_either(play: Play) -> None:
    """The keys of policy and operator policy count together."""
    ch = play.channel()
    ch.queue_declare("dead")
    ch.queue_declare("q")
    play.operator.set_policy("p", "^q", {"dead-letter-exchange": "", "dead-letter-routing-key": "dead"})
    play.operator.set_operator_policy("o", "^q", {"max-length": 1})
    fill(ch, "q", "abc")
    ch.bodies("dead")
    ch.bodies("q")


@scenario()
def smaller_number_counts(play: Play) -> None:
    """Of a number in both the smaller counts, and of an argument the smallest of three."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_declare("q2", arguments={"x-max-length": 2})
    for user, operator in ((3, 4), (4, 3), (1, 5), (5, 1)):
        play.operator.set_policy("p", "^q", {"max-length": user})
        play.operator.set_operator_policy("o", "^q", {"max-length": operator})
        for queue in ("q", "q2"):
            fill(ch, queue, "abcdef")
            ch.bodies(queue)


@scenario()
def told_together(play: Play) -> None:
    """A queue tells both policies by name and what they come to."""
    ch = play.channel()
    definitions: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
        ({"max-length": 3, "expires": 600_000}, {"max-length": 4, "message-ttl": 700_000}),
        ({"max-length-bytes": 900, "message-ttl": 5}, {"max-length-bytes": 800, "message-ttl": 6}),
        ({"delivery-limit": 3}, {"delivery-limit": 2}),
        ({"max-in-memory-length": 3, "max-in-memory-bytes": 3}, {"max-in-memory-length": 2, "max-in-memory-bytes": 4}),
        ({"alternate-exchange": "x", "queue-mode": "lazy"}, {"expires": 600_000}),
    )
    for number, (user, operator) in enumerate(definitions):
        play.operator.set_policy(f"p{number}", f"^q{number}", user)
        play.operator.set_operator_policy(f"o{number}", f"^q{number}", operator)
        ch.queue_declare(f"q{number}", durable=True, arguments=QUORUM if number == 2 else {})
    ch.queue_declare("free")
    ch.queue_declare("half")
    play.operator.set_operator_policy("half", "^half", {"max-length": 5})
    play.advance(STATISTICS_SECONDS)
    for queue in (*(f"q{number}" for number in range(len(definitions))), "free", "half"):
        play.operator.show_effective(queue)


@scenario(versions=("4.0", "4.3"))
def told_together_of_newer_keys(play: Play) -> None:
    """The same for keys of RabbitMQ 4: of those that are no limits the operator's counts."""
    ch = play.channel()
    definitions: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
        ({"overflow": "drop-head"}, {"overflow": "reject-publish"}),
        ({"overflow": "reject-publish-dlx"}, {"overflow": "drop-head"}),
        ({"queue-version": 2}, {"queue-version": 1}),
        ({"queue-version": 1}, {"queue-version": 2}),
    )
    for number, (user, operator) in enumerate(definitions):
        play.operator.set_policy(f"p{number}", f"^q{number}", user)
        play.operator.set_operator_policy(f"o{number}", f"^q{number}", operator)
        ch.queue_declare(f"q{number}", durable=True)
    limits = ((-1, 5), (5, -1), (-1, -2), (-3, -1), (0, 5), (3, 0))
    for user, operator in limits:
        name = f"l{user}{operator}"
        play.operator.set_policy(name, f"^{name}$", {"delivery-limit": user})
        play.operator.set_operator_policy(name, f"^{name}$", {"delivery-limit": operator})
        ch.queue_declare(name, durable=True, arguments=QUORUM)
    ch.queue_declare("t", durable=True, arguments=QUORUM)
    play.operator.set_policy("t", "^t$", {"target-group-size": 3})
    play.operator.set_operator_policy("t", "^t$", {"target-group-size": 5})
    play.advance(STATISTICS_SECONDS)
    for queue in (*(f"q{number}" for number in range(len(definitions))), *(f"l{u}{o}" for u, o in limits), "t"):
        play.operator.show_effective(queue)


@scenario(versions=("4.3",))
def told_together_of_newest_keys(play: Play) -> None:
    """The same for keys of 4.3."""
    ch = play.channel()
    definitions: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
        ({"delayed-retry-min": 5}, {"delayed-retry-min": 6}),
        ({"delayed-retry-min": 6}, {"delayed-retry-min": 5}),
        ({"delayed-retry-max": 5}, {"delayed-retry-max": 6}),
        ({"delayed-retry-max": 6}, {"delayed-retry-max": 5}),
        (
            {"delayed-retry-min": 5, "delayed-retry-type": "all"},
            {"delayed-retry-min": 5, "delayed-retry-type": "failed"},
        ),
        (
            {"delayed-retry-min": 5, "delayed-retry-type": "failed"},
            {"delayed-retry-min": 5, "delayed-retry-type": "all"},
        ),
    )
    for number, (user, operator) in enumerate(definitions):
        play.operator.set_policy(f"p{number}", f"^q{number}", user)
        play.operator.set_operator_policy(f"o{number}", f"^q{number}", operator)
        ch.queue_declare(f"q{number}", durable=True, arguments=QUORUM)
    play.advance(STATISTICS_SECONDS)
    for number in range(len(definitions)):
        play.operator.show_effective(f"q{number}")


@scenario(versions=("4.0", "4.3"))
def overflow_of_the_operator(play: Play) -> None:
    """Of overflow in both the operator's counts."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.queue_declare("q")
    play.operator.set_policy("p", "^q", {"max-length": 1, "overflow": "drop-head"})
    play.operator.set_operator_policy("o", "^q", {"overflow": "reject-publish"})
    fill(ch, "q", "ab")
    ch.bodies("q")


@scenario()
def chosen_apart(play: Play) -> None:
    """Priorities choose among policies and among operator policies, apart from each other; names may be the same."""
    ch = play.channel()
    ch.queue_declare("q")
    play.operator.set_policy("p", "^q", {"max-length": 4}, priority=9)
    play.operator.set_operator_policy("p", "^q", {"max-length": 3}, priority=1)
    play.operator.set_operator_policy("o", "^q", {"expires": 600_000}, priority=2)
    fill(ch, "q", "abcdef")
    ch.bodies("q")
    play.operator.clear_operator_policy("o")
    fill(ch, "q", "abcdef")
    ch.bodies("q")
    play.operator.list_policies()
    play.operator.list_operator_policies()


@scenario()
def argument_and_operator(play: Play) -> None:
    """An argument cannot raise what an operator allows."""
    ch = play.channel()
    play.operator.set_operator_policy("o", "^q", {"message-ttl": 600, "max-length": 2})
    ch.queue_declare("q", arguments={"x-max-length": 10, "x-message-ttl": 60_000})
    fill(ch, "q", "abc")
    ch.queue_declare("q", passive=True)
    play.advance(1.2)
    ch.queue_declare("q", passive=True)


@scenario()
def exchanges(play: Play) -> None:
    """An operator policy says nothing about exchanges, which tell of none."""
    ch = play.channel()
    ch.exchange_declare("x")
    play.operator.set_operator_policy("o", "^x", {"max-length": 2}, apply_to="exchanges")
    play.operator.show_exchange("x")


@scenario()
def expires_of_an_operator(play: Play) -> None:
    """expires by operator policy starts the clock."""
    ch = play.channel()
    ch.queue_declare("q")
    play.advance(1)
    play.operator.set_operator_policy("o", "^q", {"expires": 1000})
    play.advance(0.3)
    ch.queue_bind("q", "amq.fanout")
    play.advance(1)
    ch.queue_declare("q", passive=True)


@scenario()
def delivery_limit_of_an_operator(play: Play) -> None:
    """delivery-limit by operator policy: the smaller of both."""
    ch = play.channel()
    play.operator.set_policy("p", "^q", {"delivery-limit": 5})
    play.operator.set_operator_policy("o", "^q", {"delivery-limit": 1})
    ch.queue_declare("q", durable=True, arguments=QUORUM)
    ch.publish("", "q", "m")
    for tag in (1, 2):
        ch.basic_get("q")
        ch.basic_reject(tag, requeue=True)
    ch.queue_declare("q", passive=True)


@scenario()
def kinds_of_queue(play: Play) -> None:
    """An operator policy with a key that a kind of queue does not have is not in force for it."""
    ch = play.channel()
    play.operator.set_operator_policy("low", "^q", {"max-length-bytes": 900})
    play.operator.set_operator_policy("high", "^q", {"delivery-limit": 5}, priority=1)
    for kind in ("classic", "quorum", "stream"):
        ch.queue_declare(f"q.{kind}", durable=True, arguments={"x-queue-type": kind})
    play.advance(STATISTICS_SECONDS)
    for kind in ("classic", "quorum", "stream"):
        play.operator.show_effective(f"q.{kind}")


@scenario()
def bytes_of_a_stream(play: Play) -> None:
    """max-length-bytes by operator policy limits a stream, too."""
    ch = play.channel()
    play.operator.set_operator_policy("o", "^s", {"max-length-bytes": 6_000})
    ch.queue_declare("s", durable=True, arguments={**STREAM, "x-stream-max-segment-size-bytes": 3_000})
    for number in range(14):
        ch.publish("", "s", f"{number:02} ".ljust(1000, "."))
    play.advance(0.3)
    ch.basic_qos(prefetch_count=100)
    ch.consume("s", "t", arguments={"x-stream-offset": "first"})


@scenario()
def keys_that_are_not_an_operators(play: Play) -> None:
    """Operators may limit and no more; their refusals are never told as HTML."""
    for key, value in (
        ("dead-letter-exchange", "x"),
        ("dead-letter-routing-key", "k"),
        ("dead-letter-strategy", "at-most-once"),
        ("alternate-exchange", "x"),
        ("queue-mode", "lazy"),
        ("max-age", "1D"),
        ("consumer-timeout", 5),
        ("stream-max-segment-size-bytes", 5),
        ("queue-leader-locator", "balanced"),
        ("initial-cluster-size", 1),
        ("ha-mode", "all"),
        ("nonsense", "x"),
    ):
        play.operator.set_operator_policy("o", "^nothing", {key: value})


@scenario()
def keys_of_an_operator(play: Play) -> None:
    """The limits; from RabbitMQ 4 on overflow, queue-version and the size of a group, too."""
    for key, value in (
        ("expires", 5),
        ("message-ttl", 5),
        ("max-length", 5),
        ("max-length-bytes", 5),
        ("max-in-memory-length", 5),
        ("max-in-memory-bytes", 5),
        ("delivery-limit", 5),
        ("delivery-limit", -1),
        ("overflow", "reject-publish"),
        ("overflow", "x"),
        ("queue-version", 2),
        ("queue-version", 3),
        ("target-group-size", 3),
        ("delayed-retry-min", 5),
        ("max-length", -1),
        ("message-ttl", "x"),
    ):
        play.operator.set_operator_policy("o", "^nothing", {key: value})


@scenario()
def other_refusals(play: Play) -> None:
    """What else is wrong is told as of a policy."""
    play.operator.set_operator_policy("o", "(", {"nonsense": "x"}, priority="x", apply_to="weird")
    play.operator.set_operator_policy("o", "^q", {})
    play.operator.set_operator_policy("o", "^q", {"max-length": 5}, apply_to="classic_queues")
