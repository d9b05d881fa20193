"""What may stand in a policy, and how the rest is refused."""

from __future__ import annotations

from typing import Any

from ..play import Play
from ..scenario import scenario
from .policies import fill

VALUES: tuple[Any, ...] = (0, 1, -1, 1.5, "x", True, [], {}, None)


def try_values(play: Play, *keys: str, values: tuple[Any, ...] = VALUES) -> None:
    for key in keys:
        for value in values:
            play.operator.set_policy("p", "^nothing", {key: value})


@scenario()
def values_of_numbers(play: Play) -> None:
    """Limits are integers of at least 0, expires of at least 1."""
    try_values(play, "max-length", "max-length-bytes", "message-ttl", "expires", "initial-cluster-size")


@scenario()
def values_of_further_numbers(play: Play) -> None:
    """The same for others; delivery-limit may be negative from RabbitMQ 4 on, segments have a largest size."""
    try_values(play, "max-in-memory-length", "max-in-memory-bytes", "delivery-limit", "stream-max-segment-size-bytes")
    sizes = (3_000_000_000, 3_000_000_001)
    try_values(play, "stream-max-segment-size-bytes", values=sizes)


@scenario()
def values_beyond_those_of_arguments(play: Play) -> None:
    """Times and lengths may be larger than an argument's."""
    try_values(play, "message-ttl", "expires", values=(315_360_000_001,))
    try_values(play, "max-length", values=(2**70,))


@scenario()
def values_of_names(play: Play) -> None:
    """Names are texts."""
    try_values(play, "alternate-exchange", "dead-letter-exchange", "dead-letter-routing-key")


@scenario()
def values_of_words(play: Play) -> None:
    """Others are one of a few words."""
    try_values(play, "overflow", values=("drop-head", "reject-publish", "reject-publish-dlx", "drop-tail", "", 5, None))
    try_values(play, "dead-letter-strategy", values=("at-most-once", "at-least-once", "never", 5))
    try_values(play, "queue-mode", values=("default", "lazy", "eager", 5))
    try_values(play, "queue-version", values=(1, 2, 3, "2", 1.0))
    locators = ("client-local", "balanced", "random", "least-leaders", "min-masters", 5)
    try_values(play, "queue-leader-locator", values=locators)


@scenario()
def values_of_max_age(play: Play) -> None:
    """max-age is a number and a unit; 3.10 and 4.0 crash on what begins with no digit, all on what is no text."""
    try_values(play, "max-age", values=("1D", "90s", "0D", "5", "9x", "x", "", "1.5h", 5, None, True, [], {}))


@scenario()
def values_of_newer_keys(play: Play) -> None:
    """Keys that RabbitMQ 4 brought; 3.10 does not know them."""
    try_values(play, "consumer-timeout", "target-group-size", values=(0, 1, -1, "x"))
    try_values(play, "stream-filter-size-bytes", values=(15, 16, 255, 256, "16"))


@scenario()
def values_of_newest_keys(play: Play) -> None:
    """Keys that 4.3 brought: delayed retries need a minimum unless they are disabled."""
    try_values(play, "consumer-disconnected-timeout", "delayed-retry-min", "delayed-retry-max", values=(0, 1, -1, "x"))
    try_values(play, "delayed-retry-type", values=("all", "failed", "returned", "disabled", "some", 5))
    for definition in (
        {"delayed-retry-type": "all", "delayed-retry-min": 5},
        {"delayed-retry-type": "all", "delayed-retry-max": 5},
        {"delayed-retry-type": "all", "delayed-retry-min": 5, "delayed-retry-max": 3},
        {"delayed-retry-min": 5, "delayed-retry-max": 3},
        {"delayed-retry-type": "all", "delayed-retry-min": 0},
        {"delayed-retry-type": "some", "delayed-retry-min": 5},
    ):
        play.operator.set_policy("p", "^nothing", definition)


@scenario()
def values_of_the_master_locator(play: Play) -> None:
    """queue-master-locator is one of three words in 3.10 and 4.0 and not permitted in 4.3."""
    try_values(play, "queue-master-locator", values=("client-local", "random", "min-masters", "x", 5))


@scenario()
def master_locator_among_others(play: Play) -> None:
    """Of several bad values the first by its key is told; but that of queue-master-locator before all on 3.10 and 4.3,
    and after all but unknown keys on 4.0."""
    for others in ({"max-length": -1}, {"alternate-exchange": 5}, {"queue-mode": "odd"}, {"nonsense": 1}):
        for value in ("random", "odd"):
            play.operator.set_policy("p", "^q", {**others, "queue-master-locator": value})
    play.operator.set_operator_policy("p", "^q", {"expires": -1, "queue-master-locator": "odd"})
    play.operator.set_policy("p", "[", {"max-length": -1, "queue-master-locator": "odd"})


@scenario()
def values_of_mirroring(play: Play) -> None:
    """ha-mode and its kin are known to 3.10 alone."""
    try_values(play, "ha-mode", values=("all", "some"))
    try_values(play, "ha-params", "ha-sync-mode", "ha-promote-on-shutdown", values=(1, "automatic"))
    for definition in (
        {"ha-mode": "exactly", "ha-params": 2},
        {"ha-mode": "exactly", "ha-params": "2"},
        {"ha-mode": "exactly"},
        {"ha-mode": "all", "ha-params": 2},
        {"ha-mode": "nodes", "ha-params": ["a@b"]},
        {"ha-mode": "nodes", "ha-params": []},
        {"ha-mode": "nodes", "ha-params": 5},
        {"ha-mode": "all", "ha-sync-mode": "automatic"},
        {"ha-mode": "all", "ha-sync-mode": "sometimes"},
        {"ha-mode": "all", "ha-promote-on-shutdown": "always"},
        {"ha-mode": "all", "ha-promote-on-shutdown": "sometimes"},
        {"ha-mode": "all", "ha-promote-on-failure": "when-synced"},
        {"ha-mode": "all", "ha-promote-on-failure": "sometimes"},
        {"ha-mode": "all", "ha-sync-batch-size": 5},
        {"ha-mode": "all", "ha-sync-batch-size": 0},
        {"ha-mode": "all", "ha-sync-batch-size": "5"},
    ):
        play.operator.set_policy("p", "^nothing", definition)


@scenario()
def unknown_keys(play: Play) -> None:
    """Unknown keys are refused together, in the order of their names; a bad value of a known one is told first."""
    for definition in (
        {"nonsense": 1},
        {"nonsense": 1, "apple": "x"},
        {"max-length": 5, "nonsense": 1},
        {"max-length": -1, "nonsense": 1},
        {"max-length": -1, "expires": 0},
        {"max-priority": 5},
        {"queue-type": "quorum"},
        {"single-active-consumer": True},
        {"x-max-length": 5},
        {"nonsense": {"a": [1, "b", 1.5, None]}},
        {"nonsense": 'with "quotes" & a\nbreak'},
        {"nonsense": "x" * 60, "other": "y" * 60},
    ):
        play.operator.set_policy("p", "^nothing", definition)


@scenario()
def definitions_that_are_none(play: Play) -> None:
    """An empty definition is refused; what is no table crashes the broker."""
    for definition in ({}, [], 5, "x", None):
        play.operator.set_policy("p", "^nothing", definition)


@scenario()
def unknown_things_to_apply_to(play: Play) -> None:
    """apply_to must be one of a few words."""
    for apply_to in ("topics", "", "Queues", None, 5):
        play.operator.set_policy("p", "^nothing", {"max-length": 5}, apply_to=apply_to)


@scenario()
def priorities_that_are_no_number(play: Play) -> None:
    """A priority must be a number."""
    for priority in ("5", None, True, []):
        play.operator.set_policy("p", "^nothing", {"max-length": 5}, priority=priority)


@scenario()
def patterns_that_are_none(play: Play) -> None:
    """A pattern must be a regular expression of Erlang's re; its complaint is told with the place it was found at."""
    for pattern in (
        "(",
        "(a",
        "[",
        "[a",
        "a{2,1}",
        "*",
        "+",
        "x**",
        "a)",
        "[b-a]",
        "\\",
        "a\\1",
        "(?z)",
        5,
        None,
        True,
    ):
        play.operator.set_policy("p", pattern, {"max-length": 5})


@scenario()
def several_refusals(play: Play) -> None:
    """All that is wrong is told: definition, apply_to, pattern, priority."""
    play.operator.set_policy("p", "(", {"nonsense": 1}, priority="x", apply_to="weird")
    play.operator.set_policy("p", 5, {}, priority=None, apply_to="all")


@scenario()
def refused_leaves_the_old(play: Play) -> None:
    """A policy that is refused leaves the one of its name as it was."""
    ch = play.channel()
    ch.queue_declare("q")
    play.operator.set_policy("p", "^q", {"max-length": 1})
    play.operator.set_policy("p", "^q", {"max-length": -1})
    fill(ch, "q", "abc")
    ch.bodies("q")
