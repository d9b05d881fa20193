"""Where messages go, held against a broker that has the same topology."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

import fakeamqp
from fakeamqp.model.exchanges.topic_trie import words_of
from fakeamqp.model.profile import PROFILES
from fakeamqp.views.lint.routes import Routes
from fakeamqp.views.lint.topology import FIRST_VHOST, Topology
from fakeamqp.world.definitions import read_definitions
from tests.views.lint.examples import Json, binding, exchange, file, queue

_KEYS = st.lists(st.sampled_from(["a", "b", "*", "#"]), min_size=1, max_size=3).map(".".join)
_NAMES = ("one", "two")


@st.composite
def _topologies(draw: st.DrawFn) -> Json:
    """Two exchanges, one perhaps the other's alternate, and bindings between them and to a queue."""
    kinds = st.sampled_from(["topic", "direct", "fanout"])
    alternate = draw(st.sampled_from([{}, {"alternate_exchange": "two"}]))
    rows = [queue("jobs"), exchange("one", draw(kinds), **alternate), exchange("two", draw(kinds))]
    rows += [binding(draw(st.sampled_from(_NAMES)), "jobs", key) for key in draw(st.lists(_KEYS, max_size=3))]
    rows += [binding("one", "two", key, "exchange") for key in draw(st.lists(_KEYS, max_size=2))]
    return file(*rows)


def routes_of(definitions: Json) -> Routes:
    return Topology(read_definitions(definitions), PROFILES["4.3"]).vhosts[FIRST_VHOST].routes


@given(_topologies(), _KEYS)
@settings(max_examples=200)
def test_a_lost_key_is_lost_and_none_is_found_where_none_is(definitions: Json, language: str) -> None:
    with fakeamqp.Broker("4.0", definitions=definitions) as broker:  # which takes any number of wildcards
        lost = routes_of(definitions).lost_key("one", words_of(language))
        if lost is not None:
            assert broker.route("one", lost) == []
        else:
            choices = [["a", "b", "c"] if word == "*" else [word] for word in words_of(language) if word != "#"]
            for words in product(*choices):
                assert broker.route("one", ".".join(words)) != []


def test_the_shortest_lost_key_is_told() -> None:
    routes = routes_of(file(exchange("orders"), queue(), binding("orders", key="a.#"), binding("orders", key="*")))
    assert routes.lost_key("orders", ["#"]) == ""
    assert routes.lost_key("orders", ["*", "#"]) == "other.other"


def test_a_word_that_no_binding_has_is_none_that_one_has() -> None:
    routes = routes_of(
        file(exchange("orders"), queue(), binding("orders", key="other"), binding("orders", key="another"))
    )
    assert routes.lost_key("orders", ["*"]) == "1"


def test_the_default_exchange_knows_queues_by_their_names() -> None:
    routes = routes_of(file(queue("jobs.us")))
    assert routes.lost_key("", ["jobs", "us"]) is None
    assert routes.lost_key("", ["jobs", "de"]) == "jobs.de"


def test_a_headers_exchange_counts_as_a_way() -> None:
    routes = routes_of(file(exchange("events", "headers"), queue(), binding("events", kind_of="paid")))
    assert routes.lost_key("events", ["any"]) is None


def test_what_an_exchange_has_no_way_for_goes_to_its_alternate() -> None:
    routes = routes_of(
        file(
            exchange("orders", alternate_exchange="rest"),
            exchange("rest", "direct"),
            queue(),
            binding("orders", key="a"),
            binding("rest", key="b"),
        )
    )
    assert [routes.lost_key("orders", [word]) for word in "abc"] == [None, None, "c"]


def test_queues_are_met_through_exchanges() -> None:
    routes = routes_of(
        file(
            exchange("orders"),
            exchange("all", "fanout"),
            queue("us"),
            queue("de"),
            binding("orders", "all", "order.#", "exchange"),
            binding("all", "us"),
            binding("orders", "de", "refund.#"),
        )
    )
    assert list(routes.queues_met("orders", ["order", "*"])) == ["us"]
    assert set(routes.queues_met("orders", ["#"])) == {"us", "de"}


def test_what_a_binding_takes_does_not_go_to_the_alternate() -> None:
    definitions = file(
        exchange("orders", alternate_exchange="rest"),
        exchange("rest", "fanout"),
        exchange("empty", "fanout"),
        queue(),
        binding("rest"),
        binding("orders", "empty", "a", "exchange"),
    )
    assert routes_of(definitions).lost_key("orders", ["a"]) == "a"
    with fakeamqp.Broker(definitions=definitions) as broker:
        assert (broker.route("orders", "a"), broker.route("orders", "b")) == ([], ["jobs"])
