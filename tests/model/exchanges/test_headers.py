from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.model.errors import PreconditionFailed
from fakeamqp.model.exchanges import Headers
from fakeamqp.model.exchanges.headers_match import HeadersMatch, offered
from fakeamqp.model.profile import PROFILES
from tests.model.exchanges.bindings import binding, routed

VALUES = [None, 1, 1.0, True, "1", b"1", [], {}, [1], datetime(1970, 1, 1, 0, 0, 1, tzinfo=timezone.utc), Decimal(1)]

ARGUMENTS: list[dict[str, Any]] = [
    {"x-match": mode, **asked}
    for mode in ("all", "any", "any-with-x")
    for asked in (
        *({"a": value} for value in VALUES),
        *({"a": value, "b": 1} for value in VALUES),
        {"x-a": 1},
        {},
        {"b": None, "a": None},
    )
]


def headers(version: str = "4.3") -> Headers:
    return Headers("x", profile=PROFILES[version])


def test_the_routing_key_is_ignored():
    exchange = headers()
    exchange.bind(binding("p", "a", {"colour": "red"}))
    assert routed(exchange, "b", headers={"colour": "red"}) == ["p"]
    assert routed(exchange, "a", headers={"colour": "blue"}) == []


def test_destinations_found_by_one_header_come_in_order_of_binding():
    exchange = headers()
    for queue in "qpr":
        exchange.bind(binding(queue, "", {"colour": "red", "x-match": "any"}))
    exchange.unbind(binding("p", "", {"x-match": "any", "colour": "red"}))
    assert routed(exchange, headers={"colour": "red"}) == ["q", "r"]


@given(st.lists(st.sampled_from(ARGUMENTS), unique_by=repr), st.sampled_from(list(PROFILES)))
def test_unbinding_leaves_nothing_behind(tables, version):
    exchange = headers(version)
    for arguments in tables:
        exchange.bind(binding("p", "", arguments))
    for arguments in tables:
        exchange.unbind(binding("p", "", arguments))
    assert not exchange._index


@given(st.dictionaries(st.sampled_from("ab"), st.sampled_from(VALUES)), st.sampled_from(list(PROFILES)))
def test_every_binding_that_a_message_satisfies_is_found(sent, version):
    exchange = headers(version)
    for number, arguments in enumerate(ARGUMENTS):
        exchange.bind(binding(str(number), "", arguments))
    have = {name: offered(value, exchange.profile) for name, value in sent.items()}
    satisfied = {
        str(number) for number, arguments in enumerate(ARGUMENTS) if HeadersMatch(arguments, exchange.profile)(have)
    }
    assert set(routed(exchange, headers=sent)) == satisfied


def test_the_version_of_the_broker_decides_what_is_equal():
    for version, expected in {"3.10": ["p"], "4.0": [], "4.3": []}.items():
        exchange = headers(version)
        exchange.bind(binding("p", "", {"a": 1}))
        assert routed(exchange, headers={"a": 1.0}) == expected


@pytest.mark.parametrize("version", PROFILES)
@pytest.mark.parametrize("mode", ["all", "any", "all-with-x", "any-with-x"])
def test_the_four_modes_and_none_at_all_are_accepted(version, mode):
    Headers.check_binding(binding("p", "", {"x-match": mode}), PROFILES[version])
    Headers.check_binding(binding("p"), PROFILES[version])


@pytest.mark.parametrize("version", PROFILES)
@pytest.mark.parametrize(
    ("mode", "text"),
    [
        ("bogus", 'field value <<"bogus">>; expected all, any, all-with-x, or any-with-x'),
        ("ALL", 'field value <<"ALL">>; expected all, any, all-with-x, or any-with-x'),
        ("", "field value <<>>; expected all, any, all-with-x, or any-with-x"),
        (1, "field type signedint (value 1); expected longstr"),
        (True, "field type bool (value true); expected longstr"),
        (None, "field type void (value undefined); expected longstr"),
        (b"any", 'field type binary (value <<"any">>); expected longstr'),
        (["any"], 'field type array (value [{longstr,<<"any">>}]); expected longstr'),
        ({"any": 1}, 'field type table (value [{<<"any">>,signedint,1}]); expected longstr'),
        (Decimal("1.5"), "field type decimal (value {1,15}); expected longstr"),
    ],
)
def test_another_mode_is_refused_at_bind_time(version, mode, text):
    """Recorded from RabbitMQ 3.10.8, 4.0.5 and 4.3.6, which agree."""
    with pytest.raises(PreconditionFailed) as refusal:
        Headers.check_binding(binding("p", "", {"x-match": mode}), PROFILES[version])
    assert refusal.value.reply_text == f"PRECONDITION_FAILED - Invalid x-match {text}"


def test_unbinding_does_not_depend_on_the_order_in_which_headers_are_named():
    exchange = headers()
    exchange.bind(binding("p", "", {"a": 1, "b": 2}))
    assert exchange.unbind(binding("p", "", {"b": 2, "a": 1}))
    assert routed(exchange, headers={"a": 1, "b": 2}) == []
