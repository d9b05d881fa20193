"""A language of keys means what it looks like."""

from __future__ import annotations

import re

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

import fakeamqp
from fakeamqp.strategies import keys_near, keys_of
from fakeamqp.strategies.languages import all_keys_of


def test_braces_are_one_of_several() -> None:
    assert all_keys_of("order.{created,paid}.{us,de}") == [
        "order.created.us", "order.created.de", "order.paid.us", "order.paid.de"
    ]  # fmt: skip
    assert all_keys_of(["a", "b"]) == ["a", "b"]
    assert all_keys_of("a.*") is all_keys_of("#") is all_keys_of(re.compile("a")) is all_keys_of(st.just("a")) is None
    with pytest.raises(ValueError, match="braces that do not fit"):
        keys_of("order.{created")


@given(keys_of("{a,b}.*.#"))
def test_a_star_is_a_word_and_a_hash_any_number(key: str) -> None:
    assert re.fullmatch(r"[ab]\.[a-z0-9_-]+(\.[a-z0-9_-]+)*", key)


@given(keys_of(re.compile(r"x\.[0-9]")))
def test_an_expression_matches_whole_keys(key: str) -> None:
    assert re.fullmatch(r"x\.[0-9]", key)


def test_keys_near_an_exchange_hit_its_bindings_and_miss_them() -> None:
    broker = fakeamqp.Broker()
    with fakeamqp.connect(broker) as connection:
        channel = connection.channel()
        channel.queue_declare("q")
        channel.queue_bind("q", "amq.topic", "a.*.b")
    for hits in (True, False):
        quick = settings(max_examples=500, database=None)
        find(keys_near(broker, "amq.topic"), lambda key: bool(broker.route("amq.topic", key)) is hits, settings=quick)  # noqa: B023
