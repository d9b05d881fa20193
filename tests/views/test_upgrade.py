"""What programs ask of a broker, held against a later version."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pika.adapters.blocking_connection import BlockingChannel

import fakeamqp
from fakeamqp.views.upgrade import Change, changes, told


@pytest.fixture
def broker() -> Iterator[fakeamqp.Broker]:
    with fakeamqp.Broker("3.10", trace="all") as broker:
        yield broker


@pytest.fixture
def channel(broker: fakeamqp.Broker) -> Iterator[BlockingChannel]:
    connection = fakeamqp.connect(broker)
    yield connection.channel()
    if connection.is_open:
        connection.close()


def found(broker: fakeamqp.Broker, target: str = "4.3") -> list[str]:
    return [f"{change.rule}: {change.message}" for change in changes(broker, target)]


def test_the_same_version_changes_nothing(broker: fakeamqp.Broker, channel: BlockingChannel) -> None:
    channel.queue_declare("jobs")
    assert changes(broker, "3.10") == []


def test_a_version_that_there_is_not_is_refused(broker: fakeamqp.Broker) -> None:
    with pytest.raises(ValueError, match=r"RabbitMQ '4.1' is not recorded"):
        changes(broker, "4.1")


def test_an_exclusive_queue_is_not_deprecated(broker: fakeamqp.Broker, channel: BlockingChannel) -> None:
    channel.queue_declare("mine", exclusive=True)
    channel.queue_declare("", exclusive=True)
    assert found(broker) == []


def test_a_queue_with_a_name_of_the_broker_s_may_be_bound(broker: fakeamqp.Broker, channel: BlockingChannel) -> None:
    name = channel.queue_declare("", exclusive=True).method.queue
    channel.queue_bind(name, "amq.topic", "#.a.#.b.#")
    assert found(broker) == [
        "refused: binding 'amq.topic' -> queue 'server-named 1' with key '#.a.#.b.#' in vhost '/' is refused by "
        "RabbitMQ "
        "4.3.6: precondition_failed: Topic binding key '#.a.#.b.#' uses 3 '#' wildcards, at most 2 are allowed; "
        "bind once for each case instead"
    ]


def test_what_was_refused_is_not_told_again(broker: fakeamqp.Broker, channel: BlockingChannel) -> None:
    with pytest.raises(Exception, match="x-delivery-limit"):
        channel.queue_declare("jobs", durable=True, arguments={"x-delivery-limit": 5})
    assert found(broker) == []


def test_a_queue_that_is_declared_otherwise_later_is_looked_at_both_times(
    broker: fakeamqp.Broker, channel: BlockingChannel
) -> None:
    for arguments in ({}, {"x-queue-version": 1}, {}):
        channel.queue_delete("jobs")
        channel.queue_declare("jobs", durable=True, arguments=arguments)
    assert [line.partition(":")[0] for line in found(broker)] == ["refused"]


def test_a_passive_declaration_asks_for_nothing(broker: fakeamqp.Broker, channel: BlockingChannel) -> None:
    channel.queue_declare("jobs", durable=True)
    channel.queue_declare("jobs", passive=True)
    channel.exchange_declare("amq.topic", passive=True)
    assert found(broker) == []


def test_a_limit_for_the_channel_is_read_otherwise(broker: fakeamqp.Broker, channel: BlockingChannel) -> None:
    channel.basic_qos(prefetch_count=5)
    assert found(broker) == []
    channel.basic_qos(prefetch_count=5, global_qos=True)
    assert found(broker) == [
        "argument-ignored: basic.qos with global is read by RabbitMQ 4.3 as without it: a limit for each later "
        "consumer, no more for the channel; set a prefetch for each consumer"
    ]
    assert found(broker, "4.0") == [
        "deprecated: basic.qos with global, which RabbitMQ 4.0 calls deprecated (global_qos, permitted by "
        "default); set a prefetch for each consumer"
    ]


def test_arguments_of_consumers_are_looked_at(broker: fakeamqp.Broker, channel: BlockingChannel) -> None:
    channel.queue_declare("jobs", durable=True)
    channel.basic_consume("jobs", lambda *_: None, arguments={"x-cancel-on-ha-failover": True, "x-consumer-timeout": 5})
    assert found(broker) == [
        "refused: consuming queue 'jobs' in vhost '/' is refused by RabbitMQ 4.3: PRECONDITION_FAILED - invalid arg "
        "'x-consumer-timeout' for queue 'jobs' in vhost '/' of queue type rabbit_classic_queue",
        "argument-unknown: consuming queue 'jobs' in vhost '/' has the argument x-cancel-on-ha-failover, which "
        "RabbitMQ 4.3 does not know and ignores; take it away",
    ]


def test_policies_are_looked_at(broker: fakeamqp.Broker) -> None:
    broker.ctl.set_policy("ha", "^jobs", {"ha-mode": "all"})
    broker.ctl.set_operator_policy("limits", "^jobs", {"max-length": 5})
    assert found(broker) == [
        "refused: policy 'ha' in vhost '/' is refused by RabbitMQ 4.3.6: [{<<\"ha-mode\">>,<<\"all\">>}] are not "
        "recognised "
        "policy settings; mirrored queues are no more: declare quorum queues, and take the keys that begin with "
        "ha- away"
    ]


def test_quorum_queues_get_a_delivery_limit(broker: fakeamqp.Broker, channel: BlockingChannel) -> None:
    channel.exchange_declare("orders", "topic")
    channel.queue_declare("jobs", durable=True, arguments={"x-queue-type": "quorum"})
    assert found(broker) == [
        "changed-delivery-limit: queue 'jobs' in vhost '/' has no delivery limit and gets one of 20: what comes "
        "back more often is lost; set x-delivery-limit, -1 for none"
    ]


def test_a_change_has_the_line_that_asked(broker: fakeamqp.Broker, channel: BlockingChannel) -> None:
    broker.trace.notes_places = True
    channel.queue_declare("jobs")
    (change,) = changes(broker, "4.3")
    assert change.place is not None
    assert change.place.startswith(f"{__file__}:")


def test_a_change_is_told_once_the_worst_first() -> None:
    old, worse = Change("deprecated", "warning", "old", "a.py:1"), Change("refused", "error", "no")
    lines = told([("test_b", old), ("test_a", old), ("test_c", worse), ("test_d", old), ("test_e", old)])
    assert lines == [
        "error refused: no",
        "      in test_c",
        "warning deprecated: old",
        "      at a.py:1",
        "      in test_a, test_b, test_d and 1 more",
    ]
