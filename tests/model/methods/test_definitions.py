"""Bringing in definitions: what is told where RabbitMQ says nothing, or crashes; the recordings hold the rest."""

import pytest

from fakeamqp.model import effects
from fakeamqp.model.broker import Broker
from fakeamqp.model.commands import ImportDefinitions
from fakeamqp.model.definitions import DefinitionsRefused, export_cluster
from fakeamqp.model.profile import PROFILES

QUEUE = {"name": "q", "vhost": "/", "durable": True, "auto_delete": False, "arguments": {}}
EXCHANGE = {"name": "x", "vhost": "/", "type": "topic", "durable": True, "auto_delete": False, "arguments": {}}
BINDING = {
    "source": "x",
    "vhost": "/",
    "destination": "q",
    "destination_type": "queue",
    "routing_key": "k",
    "arguments": {},
}
POLICY = {"name": "p", "vhost": "/", "pattern": "", "definition": {"max-length": 1}, "priority": 0, "apply-to": "all"}


def make(version="4.3", **arguments):
    return Broker(PROFILES[version], **arguments)


def bring(broker, **definitions):
    return broker.apply(ImportDefinitions(definitions), 0)


def without(row, key):
    return {name: value for name, value in row.items() if name != key}


@pytest.mark.parametrize(
    ("kind", "row", "key"),
    [
        ("queues", QUEUE, "name"),
        ("queues", QUEUE, "vhost"),
        ("exchanges", EXCHANGE, "name"),
        ("exchanges", EXCHANGE, "type"),
        ("bindings", BINDING, "source"),
        ("bindings", BINDING, "routing_key"),
        ("policies", POLICY, "name"),
    ],
)
def test_a_field_that_is_missing_is_named(kind, row, key):
    with pytest.raises(DefinitionsRefused, match=rf"^{kind}\[0\].*: the field '{key}' is missing$"):
        bring(make(), **{kind: [without(row, key)]})


def test_a_name_has_to_be_a_text_and_not_empty():
    with pytest.raises(DefinitionsRefused, match=r"queues\[0\]: the field 'name' has to be a text, not 5"):
        bring(make(), queues=[{**QUEUE, "name": 5}])
    with pytest.raises(DefinitionsRefused, match=r"queues\[0\] '': the field 'name' is empty"):
        bring(make(), queues=[{**QUEUE, "name": ""}])


def test_nothing_is_brought_in_if_a_list_is_none():
    broker = make()
    with pytest.raises(DefinitionsRefused, match="bindings: HTTP 500"):
        bring(broker, queues=[QUEUE], bindings={})
    assert not broker.vhosts["/"].queues


def test_a_type_that_a_plugin_brings_is_named_with_it():
    delayed = {**EXCHANGE, "type": "x-delayed-message", "arguments": {"x-delayed-type": "topic"}}
    with pytest.raises(DefinitionsRefused, match=r'\(Broker\(plugins=\["rabbitmq_delayed_message_exchange"\]\) has'):
        bring(make(), exchanges=[delayed])
    bring(make(plugins=["rabbitmq_delayed_message_exchange"]), exchanges=[delayed])


def test_what_is_passed_over_is_told_with_the_reason():
    told = bring(
        make("3.10"),
        queues=[QUEUE, QUEUE, {**QUEUE, "name": "amq.gen-1"}],
        bindings=[{**BINDING, "source": ""}, BINDING],
    )
    assert [(left.what, left.why) for left in told] == [
        ("queue 'q' in vhost '/'", "there is one of that name, which stays as it is"),
        ("queue 'amq.gen-1' in vhost '/'", "names that begin with 'amq.' are not imported"),
        (
            "binding from '' to queue 'q' in vhost '/'",
            "the default exchange's bindings are the names of the queues",
        ),
        ("binding from 'x' to queue 'q' in vhost '/'", "there is no exchange 'x'"),
    ]


@pytest.mark.parametrize("component", ["shovel", "federation-upstream", "federation-upstream-set"])
def test_what_other_plugins_are_told_is_kept_and_exported(component):
    broker = make()
    row = {"vhost": "/", "component": component, "name": "n", "value": {"uri": "amqp://"}}
    (left,) = bring(broker, parameters=[row])
    assert isinstance(left, effects.DefinitionLeft)
    assert export_cluster(broker)["parameters"] == [row]


def test_a_policy_may_tell_federation_what_to_do_beside_other_things():
    broker = make()
    definition = {"federation-upstream-set": "all", "max-length": 1}
    (left,) = bring(broker, policies=[{**POLICY, "definition": definition}], queues=[QUEUE])
    assert left.why == "fakeamqp federates nothing: federation-upstream-set"
    assert export_cluster(broker)["policies"][0]["definition"] == definition
    assert broker.vhosts["/"].queues["q"].limits.max_length == 1


def test_a_policy_that_tells_federation_alone_limits_nothing():
    broker = make()
    bring(broker, policies=[{**POLICY, "definition": {"federation-upstream": "up"}}], queues=[QUEUE])
    assert broker.vhosts["/"].queues["q"].limits.max_length is None


def test_global_parameters_are_kept_in_place_of_those_that_are_there():
    broker = make()
    bring(broker, global_parameters=[{"name": "cluster_tags", "value": ["a"]}, {"name": "g", "value": 1}])
    assert export_cluster(broker)["global_parameters"] == [
        {"name": "cluster_tags", "value": ["a"]},
        {"name": "g", "value": 1},
    ]


def test_a_password_in_plain_is_taken():
    broker = make(users={})
    bring(broker, users=[{"name": "ada", "password": "secret", "tags": ""}])
    assert broker.access.admits("ada", "secret")


def test_a_limit_that_comes_before_its_policies_is_kept():
    broker = make()
    row = {"vhost": "/", "component": "vhost-limits", "name": "other", "value": {"max-queues": 1}}
    with pytest.raises(DefinitionsRefused, match="parameters of vhost-limits have the name 'limits'"):
        bring(broker, parameters=[row])
