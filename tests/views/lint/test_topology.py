"""Reading definitions without minding what is wrong with them."""

from __future__ import annotations

from typing import Any

import pytest

from fakeamqp.model.profile import PROFILES
from fakeamqp.views.lint.topology import Topology
from fakeamqp.world.definitions import read_definitions
from tests.views.lint.examples import Json, binding, exchange, file, policy, queue


def read(definitions: Json, version: str = "4.3") -> Topology:
    return Topology(read_definitions(definitions), PROFILES[version])


@pytest.mark.parametrize(
    ("argument", "by_policy", "expected"),
    [
        ({"x_max_length": 5}, {"max_length": 3}, 3),
        ({"x_max_length": 2}, {"max_length": 3}, 2),
        ({}, {"max_length": 3}, 3),
        ({"x_max_length": 5}, {"overflow": "drop-head"}, 5),
        ({"x_max_length": "5"}, {"message_ttl": 3}, None),
    ],
)
def test_of_an_argument_and_a_policy_the_smaller_counts(argument: Json, by_policy: Json, expected: Any) -> None:
    (found,) = read(file(queue(**argument), policy("p", "", **by_policy))).queues()
    assert found[1].setting("max-length") == expected


def test_a_queue_has_the_default_type_of_its_vhost() -> None:
    definitions = {
        "vhosts": [{"name": "shop", "metadata": {"default_queue_type": "quorum"}}],
        "queues": [
            {"vhost": "shop", **queue("a")},
            {"vhost": "shop", **queue("b", durable=False)},
            {"vhost": "shop", **queue("c", x_queue_type="stream")},
        ],
    }
    assert [each.type for _, each in read(definitions).queues()] == ["quorum", "classic", "stream"]
    assert [each.type for _, each in read(definitions, "3.10").queues()] == ["classic", "classic", "stream"]


def test_an_exchange_that_delays_routes_as_it_says() -> None:
    topology = read(file(exchange("x", "x-delayed-message", x_delayed_type="topic")))
    assert topology.vhosts["/"].type_of("x") == "topic"


def test_a_binding_that_lacks_an_end_is_among_no_other_ones() -> None:
    topology = read(file(queue(), exchange("x"), binding("x"), binding("y"), binding("x", "none"), binding("")))
    vhost = topology.vhosts["/"]
    assert ([each.where.index for each in vhost.bindings], [each.where.index for each in vhost.lacking]) == (
        [0],
        [1, 2],
    )


def test_what_is_no_row_is_passed_over() -> None:
    rows = [5, {}, {"name": 5}, {"name": "a", "vhost": 5}, {"name": "a", "vhost": "/", "arguments": []}]
    topology = read({"vhosts": [{"name": "/"}, 5], "queues": rows, "policies": {}, "exchanges": "none"})
    assert [each.where.index for _, each in topology.queues()] == [4]


def test_the_same_file_under_another_version_is_read_once() -> None:
    topology = read(file(queue()))
    other = topology.under(PROFILES["3.10"])
    assert other is topology.under(PROFILES["3.10"])
    assert other.under(PROFILES["4.3"]) is topology
