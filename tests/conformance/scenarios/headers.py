"""What a headers binding matches."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..play import Play
from ..scenario import scenario
from .arguments import wide

Table = Mapping[str, Any]


def messages_matched_by(play: Play, bindings: Mapping[str, Table], messages: Mapping[str, Table | None]) -> None:
    """Bind a queue with each of the arguments, publish each message, and see which arrive where."""
    ch = play.channel()
    with play.burst():
        for name, arguments in bindings.items():
            ch.queue_declare(name)
            ch.queue_bind(name, "amq.headers", "ignored", arguments)
    with play.burst():
        for body, headers in messages.items():
            ch.publish("amq.headers", "key", body, headers=headers)
    for name in bindings:
        ch.bodies(name)


@scenario()
def all_and_any(play: Play) -> None:
    """x-match all, the default, wants every argument, any wants one; further headers do not matter."""
    both = {"a": 1, "b": "x"}
    messages_matched_by(
        play,
        {"default": both, "all": {**both, "x-match": "all"}, "any": {**both, "x-match": "any"}},
        {"both": both, "one": {"a": 1}, "more": {**both, "c": 3}, "other value": {"a": 2, "b": "y"}, "none": None},
    )


@scenario()
def nothing_to_compare(play: Play) -> None:
    """all without arguments matches everything, any without arguments nothing."""
    messages_matched_by(
        play,
        {"empty": {}, "all": {"x-match": "all"}, "any": {"x-match": "any"}, "any-with-x": {"x-match": "any-with-x"}},
        {"with headers": {"a": 1}, "without headers": None, "empty headers": {}},
    )


@scenario()
def names_with_x(play: Play) -> None:
    """all and any skip arguments that start with "x-", all-with-x and any-with-x compare them; "X-" is another."""
    messages_matched_by(
        play,
        {
            "all": {"x-match": "all", "x-h": 1, "a": 1},
            "any": {"x-match": "any", "x-h": 1, "a": 1},
            "all-with-x": {"x-match": "all-with-x", "x-h": 1, "a": 1},
            "any-with-x": {"x-match": "any-with-x", "x-h": 1, "a": 1},
            "only x, all": {"x-match": "all", "x-h": 1},
            "only x, any": {"x-match": "any", "x-h": 1},
            "upper case": {"x-match": "all", "X-h": 1},
        },
        {"x-h": {"x-h": 1}, "a": {"a": 1}, "x-h and a": {"x-h": 1, "a": 1}, "X-h": {"X-h": 1}},
    )


@scenario()
def void_means_present(play: Play) -> None:
    """An argument without a value wants the header to be there with any value, also none."""
    messages_matched_by(
        play,
        {"void": {"h": None}, "value": {"h": 1}},
        {"1": {"h": 1}, "text": {"h": "x"}, "void": {"h": None}, "absent": {"i": 1}},
    )


@scenario()
def names_are_case_sensitive(play: Play) -> None:
    """Header names are compared with their case."""
    messages_matched_by(play, {"lower": {"h": 1}, "upper": {"H": 1}}, {"h": {"h": 1}, "H": {"H": 1}})


@scenario()
def types_count(play: Play) -> None:
    """Numbers, texts and truth values are not equal to each other; a text equals the same bytes."""
    values: dict[str, Any] = {
        "int": 1,
        "long": 2**40,
        "text 1": "1",
        "true": True,
        "text true": "true",
        "text": "x",
        "bytes": b"x",
        "empty text": "",
        "zero": 0,
        "false": False,
    }
    table = {name: {"h": value} for name, value in values.items()}
    messages_matched_by(play, table, table)


@scenario()
def decimals_are_compared_by_scale_too(play: Play) -> None:
    """A decimal is no integer."""
    messages_matched_by(
        play,
        {"decimal": {"h": Decimal(1)}, "int": {"h": 1}, "fraction": {"h": Decimal("1.5")}},
        {"decimal": {"h": Decimal(1)}, "int": {"h": 1}, "fraction": {"h": Decimal("1.5")}},
    )


@scenario()
def lists_and_tables_are_compared_whole(play: Play) -> None:
    """Lists are compared in order, tables as tables."""
    messages_matched_by(
        play,
        {"list": {"h": [1, "x"]}, "table": {"h": {"a": 1, "b": 2}}, "empty list": {"h": []}},
        {
            "same list": {"h": [1, "x"]},
            "other order": {"h": ["x", 1]},
            "shorter": {"h": [1]},
            "empty": {"h": []},
            "same table": {"h": {"a": 1, "b": 2}},
            "other order of the table": {"h": {"b": 2, "a": 1}},
            "smaller table": {"h": {"a": 1}},
        },
    )


@scenario()
def timestamps(play: Play) -> None:
    """A timestamp in the binding equals a plain number; one in the message equals it only on 3.10."""
    instant = datetime.datetime.fromtimestamp(1_700_000_000, datetime.timezone.utc)
    messages_matched_by(
        play,
        {"timestamp": {"h": instant}, "number": {"h": 1_700_000_000}, "void": {"h": None}},
        {"timestamp": {"h": instant}, "number": {"h": 1_700_000_000}},
    )


@scenario()
def bcc_is_gone_before_matching(play: Play) -> None:
    """A binding cannot see the BCC header; it can see CC."""
    messages_matched_by(play, {"bcc": {"BCC": None}, "cc": {"CC": None}}, {"both": {"BCC": ["k"], "CC": ["k"]}})


@scenario()
def unknown_x_match_is_refused(play: Play) -> None:
    """x-match must be one of four words, by case."""
    play.channel().queue_declare("q")
    for value in ("bogus", "ALL", ""):
        play.channel().queue_bind("q", "amq.headers", "", {"x-match": value})


@scenario()
def x_match_must_be_a_string(play: Play) -> None:
    """x-match of another type is refused with its type and value."""
    play.channel().queue_declare("q")
    for value in (1, True, None, b"any", ["any"]):
        play.channel().queue_bind("q", "amq.headers", "", {"x-match": value})


@scenario()
def missing_queue_wins_over_a_bad_x_match(play: Play) -> None:
    """The 404 for the queue comes before the x-match is looked at, the 405 for a foreign exclusive one after it."""
    play.channel().queue_bind("missing", "amq.headers", "", {"x-match": "bogus"})
    play.channel().queue_declare("q", exclusive=True)
    play.channel(on="B").queue_bind("q", "amq.headers", "", {"x-match": "bogus"})


@scenario()
def exchanges_behind_a_headers_exchange(play: Play) -> None:
    """A headers exchange hands on to exchanges bound to it, and matches again behind another."""
    ch = play.channel()
    ch.exchange_declare("front", "headers")
    ch.exchange_declare("back", "headers")
    ch.exchange_bind("back", "front", "", {"a": 1})
    ch.queue_declare("q")
    ch.queue_bind("q", "back", "", {"b": 1})
    ch.publish("front", "", "both", headers={"a": 1, "b": 1})
    ch.publish("front", "", "only the front", headers={"a": 1})
    ch.publish("front", "", "only the back", headers={"b": 1})
    ch.bodies("q")


@scenario(pika="1.3.2")
def integers_of_all_widths(play: Play) -> None:
    """An integer is equal to the same in 64 bits, but not within a list or a table."""
    values = {"32 bits": 1, "64 bits": wide(1)}
    bindings: dict[str, Table] = {name: {"h": value} for name, value in values.items()}
    messages: dict[str, Table] = {name: {"h": value} for name, value in values.items()}
    bindings |= {f"list of {name}": {"h": [value]} for name, value in values.items()}
    messages |= {f"list of {name}": {"h": [value]} for name, value in values.items()}
    bindings |= {f"table of {name}": {"h": {"a": value}} for name, value in values.items()}
    messages |= {f"table of {name}": {"h": {"a": value}} for name, value in values.items()}
    messages_matched_by(play, bindings, messages)


@scenario()
def x_match_beyond_ascii(play: Play) -> None:
    """A text beyond ASCII in an error is told as it is from 4.0 on, and byte by byte by 3.10."""
    play.channel().queue_declare("q", durable=True)
    for word in ("größe", "größte", "全", "é\x00"):
        play.channel().queue_bind("q", "amq.headers", arguments={"x-match": word})
