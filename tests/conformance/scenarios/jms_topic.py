"""Exchanges of type x-jms-topic: a binding has a selector, written as an Erlang term, that the headers must satisfy.

3.10 and 4.0 know every word of a selector from then on, until they are restarted, and word the refusal of an exchange
type of that name otherwise: no word in here is an unknown type elsewhere.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..play import Channel, Play
from ..scenario import scenario

SELECTOR = "rjms_erlang_selector"


def exchange(play: Play, on: str = "A") -> Channel:
    """A channel, and an exchange x of this type."""
    ch = play.channel(on=on)
    ch.exchange_declare("x", "x-jms-topic")
    return ch


def matched(play: Play, selectors: Mapping[str, str], messages: Mapping[str, Mapping[str, Any] | None]) -> None:
    """Bind a queue by each selector, publish each message, and see which arrive where."""
    ch = exchange(play)
    with play.burst():
        for name, selector in selectors.items():
            ch.queue_declare(name)
            ch.queue_bind(name, "x", "", {SELECTOR: f"{selector}."})
    with play.burst():
        for body, headers in messages.items():
            ch.publish("x", "key", body, headers=headers)
    for name in selectors:
        ch.bodies(name)


def of(name: str) -> str:
    """The value of a header, in a selector."""
    return f'{{ident,<<"{name}">>}}'


@scenario()
def equal_and_not(play: Play) -> None:
    """= and <> compare a header with a value; numbers of all types are alike, all else is equal in its type alone."""
    matched(
        play,
        {
            "= 1": f"{{'=',{of('h')},1}}",
            "= 1.0": f"{{'=',{of('h')},1.0}}",
            "= true": f"{{'=',{of('h')},true}}",
            "= text": f"{{'=',{of('h')},<<\"x\">>}}",
            "= text 1": f"{{'=',{of('h')},<<\"1\">>}}",
            "<> 1": f"{{'<>',{of('h')},1}}",
            "<> text": f"{{'<>',{of('h')},<<\"x\">>}}",
            "header = header": f"{{'=',{of('h')},{of('i')}}}",
        },
        {
            "1": {"h": 1, "i": 1},
            "2": {"h": 2, "i": 2**40},
            "large": {"h": 2**40, "i": 2**40},
            "true": {"h": True, "i": 1},
            "false": {"h": False},
            "x": {"h": "x", "i": "y"},
            "text 1": {"h": "1"},
            "empty": {"h": ""},
            "other": {"i": 1},
            "none": None,
        },
    )


@scenario()
def order(play: Play) -> None:
    """Numbers are less than truth values, and these than texts."""
    matched(
        play,
        {
            "> 1": f"{{'>',{of('h')},1}}",
            "< 1": f"{{'<',{of('h')},1}}",
            ">= 1.5": f"{{'>=',{of('h')},1.5}}",
            "<= 2": f"{{'<=',{of('h')},2}}",
            "> b": f"{{'>',{of('h')},<<\"b\">>}}",
            "<= b": f"{{'<=',{of('h')},<<\"b\">>}}",
            "> false": f"{{'>',{of('h')},false}}",
            "between": f"{{'between',{of('h')},{{range,1,2}}}}",
            "not between": f"{{'not_between',{of('h')},{{range,1,2}}}}",
        },
        {
            "0": {"h": 0},
            "1": {"h": 1},
            "2": {"h": 2},
            "-5": {"h": -5},
            "a": {"h": "a"},
            "b": {"h": "b"},
            "bb": {"h": "bb"},
            "true": {"h": True},
            "false": {"h": False},
            "none": {"i": 1},
        },
    )


@scenario()
def logic(play: Play) -> None:
    """What is not known of a header that is not there stays unknown, and unknown is not enough."""
    a, b = f"{{'=',{of('a')},1}}", f"{{'=',{of('b')},1}}"
    matched(
        play,
        {
            "true": "true",
            "false": "false",
            "a": a,
            "not a": f"{{'not',{a}}}",
            "and": f"{{'and',{a},{b}}}",
            "or": f"{{'or',{a},{b}}}",
            "not or": f"{{'not',{{'or',{a},{b}}}}}",
            "not and": f"{{'not',{{'and',{a},{b}}}}}",
            "header alone": of("a"),
            "number alone": "1",
            "null": f"{{'is_null',{of('a')}}}",
            "not null": f"{{'not_null',{of('a')}}}",
        },
        {
            "both": {"a": 1, "b": 1},
            "a": {"a": 1},
            "b": {"b": 1},
            "other": {"a": 2, "b": 2},
            "a is true": {"a": True},
            "none": None,
        },
    )


@scenario()
def texts(play: Play) -> None:
    """like has _ for one character and % for any, with an escape; in has a list."""
    matched(
        play,
        {
            "like": f"{{'like',{of('h')},<<\"a_c%\">>,no_escape}}",
            "like all": f"{{'like',{of('h')},<<\"%\">>,no_escape}}",
            "like escaped": f'{{\'like\',{of("h")},<<"a!_%">>,<<"!">>}}',
            "not like": f"{{'not_like',{of('h')},<<\"a%\">>,no_escape}}",
            "dots": f"{{'like',{of('h')},<<\"a.c\">>,no_escape}}",
            "in": f'{{\'in\',{of("h")},[<<"abc">>,<<"a_">>]}}',
            "not in": f'{{\'not_in\',{of("h")},[<<"abc">>,<<"a_">>]}}',
            "in none": f"{{'in',{of('h')},[]}}",
        },
        {
            "abc": {"h": "abc"},
            "abcd": {"h": "abcd"},
            "ac": {"h": "ac"},
            "a_": {"h": "a_"},
            "a.c": {"h": "a.c"},
            "empty": {"h": ""},
            "two lines": {"h": "abc\nd"},
            "none": None,
        },
    )


@scenario()
def numbers(play: Play) -> None:
    """Numbers can be reckoned with."""
    h, i = of("h"), of("i")
    matched(
        play,
        {
            "sum": f"{{'=',{{'+',{h},{i}}},5}}",
            "difference": f"{{'=',{{'-',{h},{i}}},1}}",
            "product": f"{{'=',{{'*',{h},{i}}},6}}",
            "quotient": f"{{'=',{{'/',{h},{i}}},1.5}}",
            "minus": f"{{'=',{{'-',{h}}},-3}}",
            "plus": f"{{'=',{{'+',{h}}},3}}",
            "by zero": f"{{'>',{{'/',{h},0}},1}}",
            "in numbers": f"{{'in',{h},[1,3.0,3]}}",
        },
        {"3 and 2": {"h": 3, "i": 2}, "2 and 3": {"h": 2, "i": 3}, "-3": {"h": -3}, "3": {"h": 3}, "0": {"h": 0}},
    )


@scenario()
def refused_selectors(play: Play) -> None:
    """A binding needs a selector that can be read; 4.3 says what is wrong."""
    setup = exchange(play)
    setup.queue_declare("q")
    tables: list[Mapping[str, Any] | None] = [None, {SELECTOR: 5}, {SELECTOR: b"true."}, {SELECTOR: None}]
    for text in ("", "true", "garbage", "garbage.", "{", "{'=',1}", "true. false.", "'true'.", "'unknown word'.",
                 "X.", "fun() -> ok end.", "<<1,2>>.", '"list".', "1 + 2.", "$a.", "-5.", "% comment\ntrue.",
                 "{garbage,1,2}.", "{ident,undefined}.", "{'=',{ident,<<\"h\">>},1}", "<<\"a\"", "'='.",
                 "undefined.", "1.5e3.", "16#ff.", "<<\"größe\">>.", "{'=',1", "[1,", "[1", "'abc", '<<"abc', '"abc',
                 "{}.", "[].", "1.e", "-", "-a", "{1,}.", "true .", "true..", " true .", "1e3.", "+5.", "<<>>.",
                 '<<"a">', "{,1}.", "[1 2].", "<<a>>.", '<<"a","b">>.', "error.", "regex.", "trueX.", "1..2",
                 "}", "{1}}.", "1.5e.", "_x."):  # fmt: skip
        tables.append({SELECTOR: text})
    for number, arguments in enumerate(tables):
        play.channel(on=f"C{number}").queue_bind("q", "x", f"{number}", arguments)


@scenario()
def values_that_crash(play: Play) -> None:
    """Headers of types that a selector does not know, and what cannot be reckoned."""
    setup = exchange(play)
    setup.queue_declare("q")
    setup.queue_bind("q", "x", "", {SELECTOR: f"{{'=',{{'+',{of('h')},1}},2}}."})
    instant = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
    values = (1, "text", True, None, b"bytes", instant, Decimal(1), [1], {"a": 1}, 2**40)
    for number, value in enumerate(values):
        play.channel(on=f"C{number}").publish("x", "", f"{number}", headers={"h": value})
    setup.bodies("q")


@scenario()
def bound_twice(play: Play) -> None:
    """Of two selectors of one queue with one key the later counts. Before 4.3 unbinding either takes it away."""
    ch = exchange(play)
    ch.queue_declare("q")
    first, second = {SELECTOR: f"{{'=',{of('h')},1}}."}, {SELECTOR: f"{{'=',{of('h')},2}}."}
    ch.queue_bind("q", "x", "k", first)
    ch.queue_bind("q", "x", "k", second)
    for value in (1, 2):
        ch.publish("x", "", f"{value}", headers={"h": value})
    ch.bodies("q")
    ch.queue_unbind("q", "x", "k", first)
    for value in (1, 2):
        ch.publish("x", "", f"{value}", headers={"h": value})
    ch.bodies("q")
    ch.queue_bind("q", "x", "k", second)
    ch.publish("x", "", "again", headers={"h": 2})
    ch.queue_bind("q", "x", "other key", first)
    for value in (1, 2):
        ch.publish("x", "", f"{value}", headers={"h": value})
    ch.bodies("q")


@scenario()
def bound_twice_later_gone(play: Play) -> None:
    """When the later of two selectors is unbound 3.10 and 4.0 are left with none, and 4.3 with that very one."""
    ch = exchange(play)
    ch.queue_declare("q")
    first, second = {SELECTOR: f"{{'=',{of('h')},1}}."}, {SELECTOR: f"{{'=',{of('h')},2}}."}
    ch.queue_bind("q", "x", "k", second)
    ch.queue_bind("q", "x", "k", first)
    for value in (1, 2):
        ch.publish("x", "", f"{value}", headers={"h": value})
    ch.bodies("q")
    ch.queue_unbind("q", "x", "k", first)
    for value in (1, 2):
        ch.publish("x", "", f"{value}", headers={"h": value})
    ch.bodies("q")


@scenario()
def ways(play: Play) -> None:
    """Keys mean nothing; exchanges are destinations like queues; what matches nothing is unroutable."""
    ch = exchange(play)
    ch.exchange_declare("y", "fanout")
    ch.exchange_bind("y", "x", "k", {SELECTOR: f"{{'=',{of('h')},1}}."})
    ch.queue_declare("q")
    ch.queue_bind("q", "y")
    ch.publish("x", "any", "m", headers={"h": 1, "CC": ["k"]}, mandatory=True)
    ch.publish("x", "k", "n", headers={"h": 2}, mandatory=True)
    ch.publish("x", "k", "o", mandatory=True)
    ch.drain("q")
    ch.exchange_unbind("y", "x", "k", {SELECTOR: f"{{'=',{of('h')},1}}."})
    ch.publish("x", "any", "p", headers={"h": 1}, mandatory=True)
