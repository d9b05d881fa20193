"""Destinations are counted anew whenever a binding comes or goes."""

from __future__ import annotations

import pytest

from fakeamqp.model.exchanges import ModulusHash, Random
from fakeamqp.model.profile import PROFILES
from tests.model.exchanges.bindings import binding


@pytest.mark.parametrize(("kind", "expected"), [(Random, ["q", "p", "p"]), (ModulusHash, ["p", "p", "q"])])
def test_they_have_numbers_that_follow_the_bindings(kind, expected):
    exchange = kind("x", profile=PROFILES["4.3"])
    for queue, key in (("q", ""), ("r", ""), ("p", ""), ("p", "again")):
        exchange.bind(binding(queue, key))
    assert len(exchange.destinations) == 4
    exchange.unbind(binding("r", ""))
    assert [destination.name for destination in exchange.destinations] == expected
