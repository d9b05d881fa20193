"""What a broker cannot be asked to be says so, and what to ask instead."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from fakeamqp import Broker
from fakeamqp.world import asked

WRONG: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"seed": "a"}, TypeError, "seed is a whole number, not 'a'"),
    ({"seed": True}, TypeError, "seed is a whole number"),
    ({"autojump": "no"}, TypeError, "autojump is True or False, not 'no'"),
    ({"idle": "sleep"}, ValueError, 'idle is "return", "raise" or "interrupt"'),
    ({"starts_at": datetime(2024, 1, 1)}, ValueError, "needs a time zone"),
    ({"starts_at": "2024-01-01"}, TypeError, "starts_at is a datetime"),
    ({"max_wait": -1}, ValueError, "max_wait is a number of seconds, more than 0, not -1"),
    ({"max_wait": 0}, ValueError, "max_wait"),
    ({"max_wait": float("inf")}, ValueError, "max_wait"),
    ({"max_wait": float("nan")}, ValueError, "max_wait"),
    ({"thread_grace": "x"}, TypeError, "thread_grace is a number of seconds, not 'x'"),
    ({"thread_grace": -0.1}, ValueError, "thread_grace is a number of seconds, 0 or more"),
    ({"trace": -5}, ValueError, "trace is a number of steps"),
    ({"trace": True}, ValueError, "trace is a number of steps"),
    ({"users": "guest"}, TypeError, "users is passwords by user name"),
    ({"users": {}}, TypeError, "users is passwords by user name"),
    ({"users": {1: "x"}}, TypeError, "users has text for names and for passwords, not 1: 'x'"),
    ({"users": {"ada": None}}, TypeError, "users has text"),
    ({"vhosts": "shop"}, TypeError, r"vhosts takes several, such as \['shop'\]"),
    ({"vhosts": 5}, TypeError, "vhosts takes several"),
    ({"vhosts": []}, ValueError, "vhosts names at least one"),
    ({"vhosts": ["a", "b", "a"]}, ValueError, "vhosts has 'a' more than once"),
    ({"vhosts": ["a", 5]}, TypeError, "vhosts are given by their names, which are text, not 5"),
    ({"vhosts": [""]}, ValueError, "1 to 255 bytes"),
    ({"plugins": "rabbitmq_random_exchange"}, TypeError, "plugins takes several"),
    ({"plugins": ["rabbitmq_shovel"]}, ValueError, "no plugin 'rabbitmq_shovel'; those .* rabbitmq_random_exchange"),
    ({"plugins": [None]}, TypeError, "plugins are given by their names"),
    ({"deny": "global_qos"}, TypeError, r"deny takes several, such as \['global_qos'\]"),
    ({"deny": [None]}, TypeError, "deny takes deprecated features by their names, which are text, not None"),
    (
        {"deny": {"global_quos"}},
        ValueError,
        "RabbitMQ 4.3 has no deprecated feature 'global_quos' to deny; it has amqp_address_v1, .*transient_nonexcl",
    ),
    ({"deny": ["amqp_filter_set_bug"], "version": "4.0"}, ValueError, "4.0 has no deprecated feature 'amqp_filter_s"),
    ({"deny": ["global_qos"], "version": "3.10"}, ValueError, "RabbitMQ 3.10 does not know deprecated features"),
    ({"addresses": "any"}, TypeError, "addresses takes several"),
    ({"addresses": ["host:port:x"]}, ValueError, r"not 'host:port:x'; one of IPv6 is written as \"\[::1\]:5672\""),
    ({"addresses": ["host:port"]}, ValueError, "in 'host:port' the port is no number"),
    ({"addresses": [":5672"]}, ValueError, "there is no host"),
    ({"addresses": ["host:0"]}, ValueError, "the port is not one of 1 to 65535"),
    ({"addresses": [("host", "5672")]}, TypeError, "text for the host and a number for the port"),
    ({"addresses": [("host",)]}, TypeError, r'an address is "host", "host:port" or \(host, port\)'),
    ({"addresses": [5672]}, TypeError, "an address is"),
]


@pytest.mark.parametrize(("arguments", "kind", "words"), WRONG, ids=[str(each[0]) for each in WRONG])
def test_a_wrong_argument_is_told(arguments, kind, words):
    with pytest.raises(kind, match=words):
        Broker(**arguments)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("mq", ("mq", 5672)),
        ("mq:5673", ("mq", 5673)),
        (("mq", 1), ("mq", 1)),
        ("[::1]:5673", ("::1", 5673)),
        ("[::1]", ("::1", 5672)),
        (("::1", 5673), ("::1", 5673)),
    ],
)
def test_an_address_is_written_in_any_of_these_ways(given, address):
    assert asked.address(given) == address


def test_what_makes_sense_is_taken():
    broker = Broker(
        seed=-1, addresses=[], users={"ada": ""}, vhosts=(name for name in "ab"), trace=0, max_wait=1, thread_grace=0
    )
    assert broker.first_vhost == "a"
    assert not broker.accepts("mq", 5672)
