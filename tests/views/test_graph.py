"""The topology as nodes and edges: what is there, what leads where, and how a large one is folded."""

from __future__ import annotations

from typing import Any

import pytest

import fakeamqp
from fakeamqp.model.arguments import QueueArguments
from fakeamqp.views.graph import Edge, Graph, Node, folded, graph_of, limits_of, only, span, totals
from tests.views.topologies import SHOP, binding, definitions, exchange, large, queue


def graph(*rows: Any, **more: Any) -> Graph:
    return graph_of(fakeamqp.Broker(definitions=definitions(*rows, **more)).snapshot())


def ways(graph: Graph) -> list[tuple[str, str, str, str]]:
    names = {node.id: node.title for node in graph.nodes}
    return [(names[edge.source], edge.way, edge.label, names[edge.target]) for edge in graph.edges]


def test_exchanges_come_before_queues_in_the_order_of_declaring() -> None:
    drawn = graph(exchange("x"), queue("b"), queue("a"))
    assert [(node.kind, node.name, node.type) for node in drawn.nodes] == [
        ("exchange", "x", "topic"),
        ("queue", "b", "classic"),
        ("queue", "a", "classic"),
    ]


def test_bindings_between_the_same_two_are_one_edge() -> None:
    bindings = [binding("x", "q", f"key.{number}") for number in range(17)]
    drawn = graph(exchange("x"), queue("q"), *bindings)
    assert ways(drawn) == [("x", "binding", "17 keys", "q")]
    assert drawn.edges[0].labels == tuple(f"key.{number}" for number in range(17))


def test_three_keys_stand_there_and_of_four_their_number() -> None:
    assert Edge("a", "b", "binding", ("x", "y", "z"), 3).label == "x\ny\nz"
    assert Edge("a", "b", "binding", ("x", "y", "z", "w"), 4).label == "4 keys"


def test_what_a_headers_exchange_compares_stands_at_the_edge() -> None:
    drawn = graph(exchange("x", "headers"), queue("q"), binding("x", "q", "unused", x_match="any", size="a4"))
    assert ways(drawn) == [("x", "binding", "x-match=any, size=a4", "q")]


def test_a_fanout_exchange_has_no_keys() -> None:
    drawn = graph(exchange("x", "fanout"), queue("q"), binding("x", "q", "unused"))
    assert ways(drawn) == [("x", "binding", "", "q")]


def test_dead_letters_lead_to_the_exchange_that_arguments_name() -> None:
    drawn = graph(exchange("dlx"), queue("q", x_dead_letter_exchange="dlx", x_dead_letter_routing_key="dead"))
    assert ways(drawn) == [("q", "dead letters", "dead", "dlx")]


def test_dead_letters_lead_to_the_exchange_that_a_policy_names() -> None:
    policy = {
        "vhost": "/",
        "name": "parking",
        "pattern": ".*",
        "apply-to": "queues",
        "priority": 0,
        "definition": {"dead-letter-exchange": "dlx", "max-length": 5},
    }
    drawn = graph(exchange("dlx"), queue("q"), policies=(policy,))
    assert ways(drawn) == [("q", "dead letters", "", "dlx")]
    (found,) = (node for node in drawn.nodes if node.name == "q")
    assert (found.policy, found.limits) == ("parking", (("max-length", "5"),))


def test_dead_letters_by_the_default_exchange_lead_straight_to_the_queue() -> None:
    drawn = graph(queue("q", x_dead_letter_exchange="", x_dead_letter_routing_key="end"), queue("end"))
    assert ways(drawn) == [("q", "dead letters", "", "end")]


def test_dead_letters_that_keep_their_keys_lead_to_the_default_exchange() -> None:
    drawn = graph(queue("q", x_dead_letter_exchange=""))
    assert ways(drawn) == [("q", "dead letters", "", "(default exchange)")]


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        (queue("q", x_dead_letter_exchange="gone"), ("exchange", "gone")),
        (queue("q", x_dead_letter_exchange="", x_dead_letter_routing_key="gone"), ("queue", "gone")),
        (exchange("x", alternate_exchange="gone"), ("exchange", "gone")),
    ],
)
def test_what_is_named_and_does_not_exist_is_shown_as_missing(row: Any, missing: tuple[str, str]) -> None:
    assert [(node.kind, node.name) for node in graph(row).nodes if node.state == "missing"] == [missing]


def test_an_alternate_exchange_gets_what_cannot_be_routed() -> None:
    drawn = graph(exchange("x", alternate_exchange="y"), exchange("y", "fanout"))
    assert ways(drawn) == [("x", "alternate", "", "y")]


def test_exchanges_that_are_always_there_are_shown_where_they_are_used() -> None:
    drawn = graph(queue("q"), queue("unused"), binding("amq.topic", "q", "a"))
    assert [node.name for node in drawn.nodes] == ["amq.topic", "q", "unused"]


def test_the_default_exchange_is_shown_where_messages_went_through_it() -> None:
    broker = fakeamqp.Broker(definitions=definitions(queue("q"), queue("other")))
    broker.publish("", "q", b"x")
    assert ways(graph_of(broker.snapshot())) == [("(default exchange)", "default", "", "q")]
    broker.purge()
    assert ways(graph_of(broker.snapshot())) == []
    assert ways(graph_of(broker.snapshot(), used=[("/", "other")])) == [("(default exchange)", "default", "", "other")]


def test_a_queue_shows_what_it_holds_and_who_consumes() -> None:
    broker = fakeamqp.Broker()
    channel = fakeamqp.connect(broker).channel()
    channel.queue_declare("q", exclusive=True)
    for _ in range(3):
        broker.publish("", "q", b"x")
    channel.basic_qos(prefetch_count=1)
    channel.basic_consume("q", lambda *_: None, consumer_tag="c")
    (found,) = (node for node in graph_of(broker.snapshot()).nodes if node.name == "q")
    assert (found.ready, found.unacked, found.consumers, found.traits) == (2, 1, ("c",), ("exclusive",))


def test_one_virtual_host_can_be_drawn_alone() -> None:
    broker = fakeamqp.Broker(definitions=definitions(queue("q"), queue("other", "shop")))
    assert [node.name for node in graph_of(broker.snapshot(), vhost="shop").nodes] == ["other"]
    with pytest.raises(KeyError, match="no vhost 'nope'; there are /, shop"):
        graph_of(broker.snapshot(), vhost="nope")


def test_a_pattern_keeps_what_it_names_and_what_that_is_tied_to() -> None:
    drawn = only(graph_of(fakeamqp.Broker(definitions=SHOP).snapshot()), "orders.*")
    assert [node.name for node in drawn.nodes] == ["orders", "dlx", "orders.us", "orders.de"]


@pytest.mark.parametrize(
    ("value_us", "words"),
    [
        (0, "0 s"),
        (250_000, "250 ms"),
        (1_500, "1.5 ms"),
        (90_000_000, "90 s"),
        (1_500_000, "1.5 s"),
        (600_000_000, "10 min"),
        (43_200_000_000, "12 h"),
        (604_800_000_000, "7 d"),
    ],
)
def test_lengths_of_time_are_told_exactly(value_us: int, words: str) -> None:
    assert span(value_us) == words


def test_every_limit_is_told_as_rabbitmq_calls_it() -> None:
    limits = QueueArguments(
        max_length=10_000,
        max_bytes=5_000_000,
        message_ttl_us=60_000_000,
        overflow="reject-publish",
        delivery_limit=3,
        single_active_consumer=True,
        delayed_retry_type="all",
        delayed_retry_min_us=1,
    )
    assert dict(limits_of(limits)) == {
        "max-length": "10,000",
        "max-length-bytes": "5 MB",
        "message-ttl": "1 min",
        "overflow": "reject-publish",
        "delivery-limit": "3",
        "single-active-consumer": "yes",
        "delayed-retry": "all",
    }
    assert dict(limits_of(QueueArguments(overflow="drop-head"))) == {}
    assert dict(limits_of(QueueArguments(delivery_limit=-1))) == {"delivery-limit": "none"}


# --- folding


def test_what_fits_is_not_folded() -> None:
    drawn = graph(*(queue(f"q{number}") for number in range(40)))
    assert folded(drawn) is drawn


def test_queues_whose_names_differ_in_digits_and_that_are_bound_alike_are_one() -> None:
    rows = [queue(f"node-{number:04}") for number in range(500)]
    drawn = folded(graph(exchange("x"), *rows, *(binding("x", row["name"], row["name"]) for row in rows)))
    assert [(node.title, len(node.members)) for node in drawn.nodes] == [("x", 0), ("node-0000 … node-0499", 500)]
    assert ways(drawn) == [("x", "binding", "500 keys", "node-0000 … node-0499")]
    assert drawn.edges[0].count == 500


def test_queues_with_other_limits_or_neighbours_stay_apart_as_long_as_there_is_room() -> None:
    rows = [queue(f"a{number}") for number in range(30)]
    others = [queue(f"a{number}", x_max_length=5) for number in range(30, 60)]
    assert [len(node.members) for node in folded(graph(*rows, *others)).nodes] == [30, 30]
    bound = [binding("x", f"a{number}", "k") for number in range(10)]
    assert [len(node.members) for node in folded(graph(exchange("x"), *rows, *others, *bound)).nodes] == [0, 10, 20, 30]


def test_5000_bindings_come_down_to_what_one_can_read() -> None:
    broker = fakeamqp.Broker(definitions=large())
    whole = graph_of(broker.snapshot())
    drawn = folded(whole)
    assert totals(whole) == totals(drawn) == "50 exchanges, 500 queues, 5,000 bindings"
    assert len(drawn.nodes) <= 40
    assert sum(edge.count for edge in drawn.edges if edge.way == "binding") == 5_000


def test_however_different_the_names_are_it_is_folded_to_what_one_can_read() -> None:
    words = [f"{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}x{chr(97 + n // 676)}" for n in range(2_000)]
    drawn = folded(graph(*(queue(word, f"host {n % 100}") for n, word in enumerate(words))))
    assert [len(node.members) for node in drawn.nodes] == [2_000]
    assert drawn.nodes[0].vhost == "several virtual hosts"


def test_a_folded_node_tells_the_sum_of_what_its_members_hold() -> None:
    broker = fakeamqp.Broker(definitions=definitions(*(queue(f"q{number}") for number in range(50))))
    for number in range(7):
        broker.publish("", f"q{number}", b"x")
    drawn = folded(graph_of(broker.snapshot()))
    assert [(len(node.members), node.ready) for node in drawn.nodes if node.kind == "queue"] == [(7, 7), (43, 0)]


def test_folding_never_loses_a_node_or_a_binding() -> None:
    whole = graph_of(fakeamqp.Broker(definitions=large(300, 60, 9)).snapshot())
    for most in (1, 2, 5, 20, 69):
        drawn = folded(whole, most)
        assert sum(len(node.members) or 1 for node in drawn.nodes) == len(whole.nodes)
        assert sum(edge.count for edge in drawn.edges) == sum(edge.count for edge in whole.edges)
        ids = {node.id for node in drawn.nodes}
        assert len(ids) == len(drawn.nodes)
        assert {end for edge in drawn.edges for end in (edge.source, edge.target)} <= ids


def test_names_in_common_are_told_by_their_beginning() -> None:
    rows = [queue(f"orders.{word}") for word in ("us", "de", "fr", "it", "es")]
    drawn = folded(graph(*rows), most=2)
    assert [node.title for node in drawn.nodes] == ["orders.…"]


def test_totals_count_what_is_there() -> None:
    assert totals(Graph((), ())) == "0 exchanges, 0 queues, 0 bindings"
    assert totals(graph(exchange("x", alternate_exchange="gone"), queue("q"), binding("x", "q", "a"))) == (
        "1 exchange, 1 queue, 1 binding"
    )


def test_a_node_of_the_same_name_elsewhere_is_another() -> None:
    assert Node("queue", "/", "a").id != Node("exchange", "/", "a").id != Node("exchange", "b", "a").id
