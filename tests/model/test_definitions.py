"""What definitions tell of a broker, in the format of each version."""

import datetime
from decimal import Decimal

import pytest

from fakeamqp.model.broker import Broker
from fakeamqp.model.commands import ImportDefinitions
from fakeamqp.model.definitions import DefinitionsRefused, export_cluster, export_vhost, json_value
from fakeamqp.model.profile import PROFILES

QUEUE = {"name": "q", "vhost": "/", "durable": True, "auto_delete": False, "arguments": {}}


def broker(version="4.3", **arguments):
    return Broker(PROFILES[version], **{"users": {"guest": "guest"}, **arguments})


def test_a_hash_is_the_same_in_every_run_and_another_with_another_seed():
    (one,), (again,), (other,) = (export_cluster(broker(seed=seed))["users"] for seed in (1, 1, 2))
    assert one == again
    assert one["password_hash"] != other["password_hash"]


@pytest.mark.parametrize(("version", "row"), [("3.10", {}), ("4.0", {}), ("4.3", {"type": "classic"})])
def test_a_queue_has_its_type_where_the_version_tells_it(version, row):
    made = broker(version)
    made.apply(ImportDefinitions({"queues": [QUEUE]}), 0)
    arguments = {} if version == "3.10" else {"x-queue-type": "classic"}
    assert export_cluster(made)["queues"] == [{**QUEUE, "arguments": arguments, **row}]


def test_the_file_of_one_virtual_host_does_not_say_which_it_is():
    made = broker()
    made.apply(ImportDefinitions({"queues": [QUEUE]}), 0)
    told = export_vhost(made.vhosts["/"])
    assert "vhost" not in told["queues"][0]
    assert told["original_vhost_name"] == "/"
    assert "users" not in told


def test_a_broker_open_to_all_has_no_users_to_tell_of():
    assert export_cluster(broker(users="any"))["users"] == []


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "undefined"),
        (b"text", "text"),
        (b"\xff\x00", "Not UTF-8, base64 is: /wA="),
        (Decimal("1.25"), 2.125),
        (datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc), 1704067200),
        ([1, None, {"b": True, "a": b"x"}], [1, "undefined", {"a": "x", "b": True}]),
        (1.5, 1.5),
    ],
)
def test_a_value_becomes_json(value, told):
    assert json_value(value) == told


def test_a_refusal_says_where_and_why_and_what_to_do():
    error = DefinitionsRefused("queues[0] 'q'", "badarg", "make it an object")
    assert str(error) == "queues[0] 'q': badarg (make it an object)"
    assert (error.where, error.reason, error.advice) == ("queues[0] 'q'", "badarg", "make it an object")
