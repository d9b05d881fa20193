"""Two ways to the same end: what a client sees is the same on both."""

from __future__ import annotations

import re
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import fakeamqp
from fakeamqp.model.profile import PROFILES
from fakeamqp.strategies import (
    Program,
    QueueMade,
    Topology,
    dead_letters_end,
    every_key_is_routed,
    programs,
    topologies,
)
from tests.kit.support import Client, quick

BY_POLICY = (
    "message-ttl",
    "max-length",
    "max-length-bytes",
    "dead-letter-exchange",
    "dead-letter-routing-key",
    "overflow",
)


@pytest.mark.parametrize("version", PROFILES)
def test_definitions_bring_the_same_topology(version: str) -> None:
    @quick(15)
    @given(programs(version))
    def twins(program: Program) -> None:
        # RabbitMQ exports a void as the text "undefined".
        assume(not any(None in binding.arguments.values() for binding in program.declares.bindings))
        printed = program.run(fakeamqp.Broker(version))
        defined = fakeamqp.Broker(version, definitions=program.declares.definitions(version))
        exported = fakeamqp.Broker(version, definitions=defined.export_definitions())
        assert Topology.of(exported).bindings == Topology.of(defined).bindings
        assert exported.export_definitions() == defined.export_definitions()
        assert program.run(defined, declares=False) == printed
        assert program.run(exported, declares=False) == printed

    twins()


@pytest.mark.parametrize("version", PROFILES)
def test_a_policy_does_what_arguments_do(version: str) -> None:
    @quick(15)
    @given(programs(version, kinds=("classic",)))
    def twins(program: Program) -> None:
        printed = program.run(fakeamqp.Broker(version))
        laid, queues = fakeamqp.Broker(version), []
        for queue in program.declares.queues:
            definition = {key: queue.arguments[f"x-{key}"] for key in BY_POLICY if f"x-{key}" in queue.arguments}
            others = {name: value for name, value in queue.arguments.items() if name[2:] not in definition}
            if definition:
                laid.ctl.set_policy(queue.name, f"^{re.escape(queue.name)}$", definition, apply_to="queues")
            queues.append(QueueMade(queue.name, others))
        laid.ctl.set_policy("other", ".", {"max-length": 0}, priority=-1)
        bare = attrs.evolve(program, declares=attrs.evolve(program.declares, queues=queues))
        laid.ctl.clear_policy("other")
        assert bare.run(laid) == printed

    twins()


@pytest.mark.parametrize("version", PROFILES)
def test_the_smaller_number_of_policy_and_argument_counts(version: str) -> None:
    for argument, policy, operators in ((2, 3, 4), (3, 2, 4), (4, 3, 2), (3, None, 2), (3, 2, None)):
        client = Client(version)
        if policy is not None:
            client.broker.ctl.set_policy("p", "^q", {"max-length": policy})
        if operators is not None:
            client.broker.ctl.set_operator_policy("o", "q$", {"max-length": operators})
        for kind in ("classic", "quorum"):
            name = f"q.{kind}.q"
            client.channel.queue_declare(name, durable=True, arguments={"x-queue-type": kind, "x-max-length": argument})
            for body in (b"1", b"2", b"3", b"4", b"5"):
                client.broker.publish("", name, body)
            kept = min(each for each in (argument, policy, operators) if each is not None)
            assert client.bodies(name) == [b"1", b"2", b"3", b"4", b"5"][-kept:]


def test_of_several_policies_the_one_of_highest_priority_counts() -> None:
    client = Client()
    client.broker.ctl.set_policy("low", "^q", {"max-length": 1}, priority=1)
    client.broker.ctl.set_policy("high", "^q", {"max-length": 3}, priority=2)
    client.broker.ctl.set_policy("of exchanges", "^q", {"max-length": 2}, priority=3, apply_to="exchanges")
    client.broker.ctl.set_policy("elsewhere", "^x", {"max-length": 0}, priority=4)
    client.channel.queue_declare("q")
    for body in (b"1", b"2", b"3", b"4"):
        client.broker.publish("", "q", body)
    assert (client.bodies("q"), client.broker.queue("q").policy) == ([b"2", b"3", b"4"], "high")
    client.broker.ctl.clear_policy("high")
    assert (client.bodies("q"), client.broker.queue("q").policy) == ([b"4"], "low")
    client.broker.ctl.clear_policy("low")
    client.broker.publish("", "q", b"5")
    assert (client.bodies("q"), client.broker.queue("q").policy) == ([b"4", b"5"], None)


@pytest.mark.parametrize("version", PROFILES)
def test_operators_settings_come_back_with_definitions(version: str) -> None:
    broker = fakeamqp.Broker(version)
    ctl = broker.ctl
    ctl.add_vhost("v")
    ctl.add_user("ada", "secret", tags=["monitoring"])
    ctl.set_permissions("ada", "a", "b", "c", vhost="v")
    ctl.set_topic_permissions("ada", "amq.topic", "d", "e", vhost="v")
    ctl.set_policy("p", "^q", {"max-length": 1}, priority=3, vhost="v")
    ctl.set_operator_policy("o", "^q", {"max-length": 1})
    ctl.set_vhost_limit("max-queues", 7, vhost="v")
    ctl.set_user_limit("ada", "max-channels", 5)
    exported = broker.export_definitions()
    twin = fakeamqp.Broker(version, definitions=exported)
    assert twin.export_definitions() == exported
    assert twin.ctl.list_users().keys() == {"guest", "ada"}
    assert twin.ctl.list_permissions(vhost="v") == ctl.list_permissions(vhost="v") != {}
    assert twin.ctl.list_topic_permissions(vhost="v") == ctl.list_topic_permissions(vhost="v") != {}
    assert twin.ctl.list_policies(vhost="v") == ctl.list_policies(vhost="v")
    assert twin.ctl.list_vhost_limits(vhost="v") == {"max-queues": 7}
    assert broker.export_definitions("v") == twin.export_definitions("v")
    with fakeamqp.connect(twin, virtual_host="v", credentials=credentials("ada", "secret")) as connection:
        assert connection.is_open


def credentials(user: str, password: str) -> Any:
    import pika

    return pika.PlainCredentials(user, password)


@pytest.mark.parametrize("version", PROFILES)
@pytest.mark.parametrize("kind", ["classic", "quorum"])
def test_what_is_durable_survives_a_restart(version: str, kind: str) -> None:
    client = Client(version)
    client.channel.queue_declare("q", durable=True, arguments={"x-queue-type": kind})
    client.channel.queue_declare("gone")
    client.channel.exchange_declare("x", durable=True)
    client.channel.exchange_declare("y")
    client.channel.queue_bind("q", "x", "k")
    client.channel.queue_bind("q", "y", "k")
    for number in range(6):
        client.broker.publish("x", "k", b"%d" % number, delivery_mode=1 + number % 2)
    client.channel.basic_get("q")
    client.broker.restart()
    kept = [b"1", b"3", b"5"] if kind == "classic" else [b"0", b"1", b"2", b"3", b"4", b"5"]
    assert sorted(client.bodies("q")) == kept
    assert list(client.broker.snapshot().vhosts["/"].queues) == ["q"]
    assert [binding.source for binding in client.broker.bindings()] == ["x"]


@pytest.mark.parametrize("version", PROFILES)
def test_a_transaction_does_at_once_what_it_was_asked(version: str) -> None:
    for is_committed in (True, False):
        client = Client(version)
        client.channel.queue_declare("q")
        for body in (b"1", b"2", b"3"):
            client.broker.publish("", "q", body)
        tags = [client.channel.basic_get("q")[0].delivery_tag for _ in range(3)]
        client.channel.tx_select()
        client.channel.basic_publish("", "q", b"4")
        client.channel.basic_ack(tags[0])
        client.channel.basic_reject(tags[1], requeue=True)
        client.channel.basic_nack(tags[2], requeue=False)
        assert (client.bodies("q"), client.broker.queue("q").unacked) == ([], 3)
        if is_committed:
            client.channel.tx_commit()
            assert (client.bodies("q"), client.broker.queue("q").unacked) == ([b"2", b"4"], 0)
        else:
            client.channel.tx_rollback()
            assert (client.bodies("q"), client.broker.queue("q").unacked) == ([], 3)
            client.channel.basic_ack(tags[2], multiple=True)
            client.channel.tx_commit()
            assert (client.bodies("q"), client.broker.queue("q").unacked) == ([], 0)
        assert client.refusal("confirm_delivery") == 406
        assert client.refusal("tx_commit") == 406


@pytest.mark.parametrize("version", PROFILES)
def test_ready_laws_see_what_a_program_sees(version: str) -> None:
    @quick(10)
    @given(topologies(), st.sampled_from(("a", "b", "a.b")))
    def law(topology: Topology, key: str) -> None:
        broker = fakeamqp.Broker(version, definitions=topology.definitions(version))
        there = Topology.of(broker)
        assert set(map(str, there.exchanges)) == set(map(str, topology.exchanges))
        assert set(map(str, there.bindings)) == set(map(str, topology.bindings))
        for exchange in (each for each in topology.exchanges if not each.internal):
            broker.purge()
            routed, taken = broker.route(exchange.name, key), broker.publish(exchange.name, key, b"")
            assert set(taken) <= set(routed)
            if not routed:
                with pytest.raises(AssertionError, match="reaches no queue"):
                    every_key_is_routed(broker, exchange.name, [key])

    law()


def test_dead_letters_end_where_rabbitmq_breaks_the_circle() -> None:
    again = {"x-message-ttl": 5, "x-dead-letter-exchange": ""}
    ring = Topology([], [QueueMade("a", {**again, "x-dead-letter-routing-key": "a"})])
    with pytest.raises(AssertionError, match="goes round and is dropped: a -> a"):
        dead_letters_end(ring.definitions("4.3"))
