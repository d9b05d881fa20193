from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.model.exchanges import Direct
from fakeamqp.model.profile import PROFILES
from tests.model.exchanges.bindings import binding, routed

KEYS = st.sampled_from(["", "a", "A", "a.b", "#", "*"])


def direct() -> Direct:
    return Direct("x", profile=PROFILES["4.3"])


@given(st.lists(st.tuples(st.sampled_from("pqr"), KEYS), unique=True), KEYS)
def test_a_key_routes_to_the_bindings_that_have_it_in_order_of_binding(bound, key):
    exchange = direct()
    for queue, bound_key in bound:
        exchange.bind(binding(queue, bound_key))
    assert routed(exchange, key) == [queue for queue, bound_key in bound if bound_key == key]


def test_each_key_of_a_message_routes():
    exchange = direct()
    exchange.bind(binding("p", "a"))
    exchange.bind(binding("q", "b"))
    assert routed(exchange, "b", "nobody", "a") == ["q", "p"]


def test_arguments_mean_nothing_beyond_identity():
    exchange = direct()
    assert exchange.bind(binding("p", "a", {"x-match": "bogus"}))
    assert exchange.bind(binding("p", "a", {"x-match": "any"}))
    assert exchange.unbind(binding("p", "a", {"x-match": "any"}))
    assert routed(exchange, "a") == ["p"]


def test_a_key_nobody_is_bound_with_any_more_leaves_nothing_behind():
    exchange = direct()
    exchange.bind(binding("p", "a"))
    exchange.unbind(binding("p", "a"))
    assert vars(exchange) == vars(direct())
