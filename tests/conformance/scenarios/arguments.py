"""Arguments of a queue: which values are refused, with which words, and what counts as the same queue."""

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import pika.compat

from ..play import Play
from ..scenario import scenario

ODD_TYPES: tuple[Any, ...] = ("text", b"bytes", True, None, ["list"], {"a": "table"}, Decimal("1.5"))
"""A value of every type that is no integer (an instant has a scenario of its own)."""


def declare_each(play: Play, argument: str, values: Iterable[Any], **others: Any) -> None:
    """Declare a new queue with each value, on a channel of its own."""
    for number, value in enumerate(values, 1):
        play.channel().queue_declare(f"q{number}", durable=True, arguments={argument: value, **others})


def wide(number: int) -> Any:
    """An integer that travels in 64 bits, however small."""
    return getattr(pika.compat, "long", int)(number)


def redeclare_each(play: Play, first: Mapping[str, Any], *others: Mapping[str, Any] | None) -> None:
    """Declare a queue, and again with each of the other arguments."""
    play.channel().queue_declare("q", durable=True, arguments=first)
    for arguments in others:
        play.channel().queue_declare("q", durable=True, arguments=arguments)


@scenario()
def message_ttl_values(play: Play) -> None:
    """x-message-ttl is an integer from 0 to ten years."""
    declare_each(play, "x-message-ttl", (0, 315_360_000_000, 315_360_000_001, -1, *ODD_TYPES))


@scenario()
def expires_values(play: Play) -> None:
    """x-expires is an integer from 1 to ten years."""
    declare_each(play, "x-expires", (60_000, 315_360_000_000, 315_360_000_001, 0, -1, *ODD_TYPES))


@scenario()
def instant_is_no_integer(play: Play) -> None:
    """A timestamp is refused where a number is wanted."""
    instant = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
    declare_each(play, "x-max-length", (instant,))
    declare_each(play, "x-expires", (instant,))


@scenario()
def max_length_values(play: Play) -> None:
    """x-max-length is any integer from 0."""
    declare_each(play, "x-max-length", (0, 2**40, -1, *ODD_TYPES))


@scenario()
def max_length_bytes_values(play: Play) -> None:
    """x-max-length-bytes is any integer from 0."""
    declare_each(play, "x-max-length-bytes", (0, 2**40, -1, "text", None))


@scenario()
def max_priority_values(play: Play) -> None:
    """x-max-priority is an integer from 0 to 255."""
    declare_each(play, "x-max-priority", (0, 1, 255, 256, -1, "text", True))


@scenario()
def overflow_values(play: Play) -> None:
    """x-overflow is one of three words, as text and not as bytes."""
    words = ("drop-head", "reject-publish", "reject-publish-dlx", "Drop-Head", "", b"drop-head", 1, None, True)
    declare_each(play, "x-overflow", words)


@scenario()
def dead_letter_exchange_values(play: Play) -> None:
    """x-dead-letter-exchange is a text; it may be empty or name nothing."""
    declare_each(play, "x-dead-letter-exchange", ("missing", "", 5, *ODD_TYPES[1:]))


@scenario()
def dead_letter_routing_key_values(play: Play) -> None:
    """x-dead-letter-routing-key is a text, and wants an x-dead-letter-exchange beside it."""
    declare_each(play, "x-dead-letter-routing-key", ("k", "", 5))
    for value in ("k", "", 5, None):
        arguments = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": value}
        play.channel().queue_declare("other", arguments=arguments)
        play.channel().queue_delete("other")


@scenario()
def single_active_consumer_values(play: Play) -> None:
    """x-single-active-consumer is a truth value."""
    declare_each(play, "x-single-active-consumer", (True, False, "true", 1, None))


@scenario()
def queue_type_values(play: Play) -> None:
    """x-queue-type is one of the known words, by case; 4.3 takes the empty text for the default."""
    declare_each(play, "x-queue-type", ("classic", "quorum", "bogus", "Classic", "", 1, True, None, b"classic"))


@scenario()
def queue_mode_values(play: Play) -> None:
    """x-queue-mode is default or lazy; 4.3 does not look at it any more."""
    declare_each(play, "x-queue-mode", ("default", "lazy", "eager", 1))


@scenario()
def queue_version_values(play: Play) -> None:
    """x-queue-version is 1 or 2; 4.3 refuses 1."""
    declare_each(play, "x-queue-version", (1, 2, 3, -1, "2"))


@scenario()
def leader_locator_values(play: Play) -> None:
    """x-queue-leader-locator belongs to quorum queues on 3.10, to classic ones as well on 4.x."""
    declare_each(play, "x-queue-leader-locator", ("client-local", "balanced", "nonsense", 1))


@scenario()
def unknown_ones_are_accepted(play: Play) -> None:
    """Arguments nobody knows may have any value."""
    declare_each(play, "x-my-own", (1, "text", None, {"a": [1]}))
    declare_each(play, "anything", (1,))


@scenario()
def of_other_types_are_refused_on_classic(play: Play) -> None:
    """A classic queue refuses arguments that only other types have, whatever the value."""
    names = ("x-delivery-limit", "x-dead-letter-strategy", "x-quorum-initial-group-size", "x-max-in-memory-length")
    for name in (*names, "x-max-age", "x-stream-max-segment-size-bytes", "x-initial-cluster-size"):
        play.channel().queue_declare("q", arguments={name: "whatever"})


@scenario()
def arguments_of_later_versions(play: Play) -> None:
    """What only 4.3 knows is an unknown argument elsewhere, and refused by 4.3's classic queues."""
    for name in ("x-consumer-timeout", "x-delayed-retry-type", "x-consumer-disconnected-timeout"):
        play.channel().queue_declare(f"with {name}", arguments={name: 60_000})


@scenario()
def first_bad_one_is_reported(play: Play) -> None:
    """Of several bad arguments the one that is looked at first is reported, not the one that is sent first."""
    bad = {
        "x-delivery-limit": 5,
        "x-single-active-consumer": 1,
        "x-overflow": 1,
        "x-max-priority": -1,
        "x-max-length-bytes": -1,
        "x-max-length": -1,
        "x-dead-letter-routing-key": 1,
        "x-message-ttl": -1,
        "x-expires": 0,
        "x-queue-type": 1,
        "x-dead-letter-exchange": 1,
    }
    while bad:
        play.channel().queue_declare("q", arguments=dict(bad))
        bad.popitem()


@scenario()
def redeclaring_with_another_number(play: Play) -> None:
    """A number that was changed, added or removed is named with its value and type."""
    play.channel().queue_declare("plain")
    play.channel().queue_declare("plain", arguments={"x-message-ttl": 1000})
    redeclare_each(play, {"x-message-ttl": 1000}, {"x-message-ttl": 1000}, {"x-message-ttl": 7}, None, {})
    redeclare_each(play, {"x-message-ttl": 1000}, {"x-message-ttl": -1}, {"x-message-ttl": "1000"})


@scenario()
def redeclaring_with_wider_numbers(play: Play) -> None:
    """A number of 64 bits differs from one of 32 only in the type that is named."""
    play.channel().queue_declare("plain")
    play.channel().queue_declare("plain", arguments={"x-max-length": 2**40})
    redeclare_each(play, {"x-max-length": 2**40}, {"x-max-length": 2**40}, {"x-max-length": 5})


@scenario()
def redeclaring_with_another_text(play: Play) -> None:
    """Texts are compared and named alike."""
    first = {"x-dead-letter-exchange": "x", "x-dead-letter-routing-key": "k"}
    redeclare_each(play, first, first, {**first, "x-dead-letter-exchange": "y"}, {"x-dead-letter-exchange": "x"})
    redeclare_each(play, first, {**first, "x-dead-letter-routing-key": "l"}, None)


@scenario()
def redeclaring_with_another_truth_value(play: Play) -> None:
    """Truth values are named true and false."""
    first = {"x-single-active-consumer": True}
    redeclare_each(play, first, first, {"x-single-active-consumer": False}, None)


@scenario()
def redeclaring_with_another_overflow(play: Play) -> None:
    """Naming the default overflow is not the same as naming none."""
    play.channel().queue_declare("plain")
    play.channel().queue_declare("plain", arguments={"x-overflow": "drop-head"})
    redeclare_each(play, {"x-overflow": "drop-head"}, {"x-overflow": "reject-publish"}, None)


@scenario()
def redeclaring_with_another_type(play: Play) -> None:
    """A queue without a type is a classic one; the words differ from version to version."""
    play.channel().queue_declare("plain", durable=True)
    for kind in ("classic", "quorum", "bogus"):
        play.channel().queue_declare("plain", durable=True, arguments={"x-queue-type": kind})
    redeclare_each(play, {"x-queue-type": "quorum"}, {"x-queue-type": "quorum"}, {"x-queue-type": "classic"}, None)
    play.channel().queue_declare("typed", durable=True, arguments={"x-queue-type": "classic"})
    play.channel().queue_declare("typed", durable=True)


@scenario()
def redeclaring_with_other_unknown_ones(play: Play) -> None:
    """Arguments that the type does not know are not compared, even those it would refuse at first."""
    redeclare_each(play, {"x-my-own": 1}, {"x-my-own": 2}, None, {"x-delivery-limit": 5}, {"other": "x"})


@scenario()
def redeclaring_compares_in_an_order(play: Play) -> None:
    """Of several differences the first in a fixed order is reported."""
    order = {
        "x-expires": 60_000,
        "x-message-ttl": 60_000,
        "x-dead-letter-exchange": "x",
        "x-dead-letter-routing-key": "k",
        "x-max-length": 5,
        "x-max-length-bytes": 5,
        "x-max-priority": 5,
        "x-overflow": "reject-publish",
        "x-queue-mode": "lazy",
        "x-single-active-consumer": True,
    }
    play.channel().queue_declare("q")
    left = list(order.items())
    while left:
        play.channel().queue_declare("q", arguments=dict(reversed(left)))
        left.pop(0)


@scenario()
def bad_type_of_a_server_named_queue(play: Play) -> None:
    """A quorum queue cannot be server-named; an unknown type there is an internal error before 4.3."""
    play.channel().queue_declare("", durable=True, arguments={"x-queue-type": "quorum"})
    play.channel(on="B").queue_declare("", arguments={"x-queue-type": "bogus"})


@scenario()
def consumer_arguments(play: Play) -> None:
    """x-priority of a consumer is an integer; unknown arguments are ignored, stream offsets refused."""
    play.channel().queue_declare("q")
    for arguments in ({"x-priority": "high"}, {"x-priority": True}, {"x-priority": -5}, {"x-my-own": 1}):
        play.channel().consume("q", arguments=arguments)
    play.channel().consume("q", arguments={"x-stream-offset": "first"})
    play.channel().consume("q", arguments={"x-cancel-on-ha-failover": True})


@scenario()
def redeclaring_with_a_decimal(play: Play) -> None:
    """A decimal in place of a number is more than the comparison can take."""
    play.channel().queue_declare("q", arguments={"x-max-length": 5})
    play.channel(on="B").queue_declare("q", arguments={"x-max-length": Decimal(5)})
    play.channel().queue_declare("q", passive=True)


@scenario()
def master_locator(play: Play) -> None:
    """x-queue-master-locator is checked on 3.10, ignored on 4.0 and refused with many words on 4.3."""
    play.channel(on="B").queue_declare("q", arguments={"x-queue-master-locator": "client-local"})
    play.channel(on="C").queue_declare("r", arguments={"x-queue-master-locator": "nonsense"})


@scenario()
def refusals_name_the_generated_queue(play: Play) -> None:
    """A queue that the broker is to name has its name already when its arguments are refused."""
    for arguments in ({"x-dead-letter-exchange": 5}, {"x-max-length": -1}, {"x-delivery-limit": 3}):
        play.channel().queue_declare("", arguments=arguments)


@scenario()
def master_locator_values(play: Play) -> None:
    """x-queue-master-locator has three words on 3.10, any on 4.0, and none on 4.3."""
    for number, word in enumerate(("random", "min-masters", "", 1)):
        play.channel(on=f"C{number}").queue_declare(f"q{number}", arguments={"x-queue-master-locator": word})


@scenario()
def redeclaring_with_another_version(play: Play) -> None:
    """x-queue-version and x-queue-mode are compared everywhere, x-queue-leader-locator by 4.x."""
    for name, value in (("x-queue-version", 2), ("x-queue-mode", "lazy"), ("x-queue-leader-locator", "balanced")):
        play.channel().queue_declare(f"without {name}")
        play.channel().queue_declare(f"without {name}", arguments={name: value})
    play.channel().queue_declare("with", arguments={"x-queue-version": 2, "x-queue-mode": "lazy"})
    play.channel().queue_declare("with")
    play.channel().queue_declare("with", arguments={"x-queue-version": 2})
    play.channel().queue_declare("with", arguments={"x-queue-mode": "lazy"})


@scenario(pika="1.3.2")
def redeclaring_with_numbers_of_other_types(play: Play) -> None:
    """A number is the same in 32 and 64 bits and as an instant; not as a text or a truth value."""
    instant = datetime.datetime.fromtimestamp(5, datetime.timezone.utc)
    for value in (5, wide(5), instant, "5", b"5", True, None):
        play.channel().queue_declare("q", arguments={"x-max-length": value})


@scenario()
def first_bad_mode_and_version(play: Play) -> None:
    """Where x-queue-mode and x-queue-version stand in the order."""
    bad = {"x-single-active-consumer": 1, "x-queue-version": -1, "x-queue-mode": "eager", "x-overflow": 1}
    while bad:
        play.channel().queue_declare("q", arguments=dict(bad))
        bad.popitem()


@scenario()
def checks_come_in_an_order(play: Play) -> None:
    """Names come first, then dead-letter exchange, type, values, arguments of other types, and properties at last."""
    quorum = {"x-queue-type": "quorum"}
    bad: dict[str, Any] = {
        "x-max-priority": 5,
        "x-max-length": -1,
        "x-queue-type": "bogus",
        "x-dead-letter-exchange": 1,
    }
    play.channel().queue_declare("", auto_delete=True, arguments={**quorum, "x-dead-letter-exchange": 1})
    play.channel().queue_declare("amq.mine", arguments=bad)
    while bad:
        play.channel().queue_declare("q", auto_delete=True, arguments={**quorum, **bad})
        bad.popitem()
    play.channel().queue_declare("q", auto_delete=True, arguments=quorum)
    play.channel().queue_declare("q", auto_delete=True, exclusive=True, durable=True)
    play.channel().queue_declare("q", exclusive=False, arguments={"x-max-length": -1})
    play.channel().queue_declare("q", exclusive=True, arguments={"x-max-length": -1})
