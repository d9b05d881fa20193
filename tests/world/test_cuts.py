"""Links that break at a method: before the broker has it, after it has carried it out, or at a frame."""

from __future__ import annotations

from collections.abc import Iterator

import pika
import pytest

from fakeamqp import Broker, connect, patch_pika
from fakeamqp.session.methods import COMMANDS, NAMES


@pytest.fixture
def broker() -> Iterator[Broker]:
    with patch_pika() as broker:
        channel = connect(broker).channel()
        channel.queue_declare("orders")
        channel.connection.close()
        yield broker


def publish(broker: Broker, times: int = 1, body: bytes = b"one") -> None:
    channel = connect(broker).channel()
    channel.confirm_delivery()
    for _ in range(times):
        channel.basic_publish("", "orders", body)


def test_a_publish_is_lost_on_its_way(broker: Broker) -> None:
    broker.faults.cut_before("basic.publish")
    with pytest.raises(pika.exceptions.StreamLostError):
        publish(broker)
    assert broker.queue("orders").ready == 0
    assert broker.connections == 0


def test_a_publish_arrives_and_its_confirm_does_not(broker: Broker) -> None:
    broker.faults.cut_after("basic.publish")
    with pytest.raises(pika.exceptions.StreamLostError):
        publish(broker)
    assert broker.queue("orders").ready == 1


@pytest.mark.parametrize(("cut", "redelivered"), [("cut_before", [False, True]), ("cut_after", [False])])
def test_an_acknowledgement_is_lost_or_was_the_last_to_arrive(
    broker: Broker, cut: str, redelivered: list[bool]
) -> None:
    publish(broker)
    getattr(broker.faults, cut)("basic.ack")
    seen = []
    for _ in range(2):
        channel = connect(broker).channel()
        method, _, _ = channel.basic_get("orders")
        if method is None:
            continue
        seen.append(method.redelivered)
        try:
            channel.basic_ack(method.delivery_tag)
            channel.connection.close()
        except pika.exceptions.StreamLostError:
            pass
    assert seen == redelivered


def test_the_nth_counts_over_all_connections_and_a_cut_happens_once(broker: Broker) -> None:
    broker.faults.cut_before("basic.publish", nth=3)
    publish(broker, times=2)
    with pytest.raises(pika.exceptions.StreamLostError):
        publish(broker)
    publish(broker)
    assert broker.queue("orders").ready == 3


def test_the_methods_of_one_connection_are_counted_alone(broker: Broker) -> None:
    spared, doomed = connect(broker), connect(broker)
    broker.faults.cut_before("channel.open", which=doomed)
    spared.channel()
    with pytest.raises(pika.exceptions.StreamLostError):
        doomed.channel()
    assert spared.is_open


@pytest.mark.parametrize(("frame", "arrived"), [(3, 0), (4, 0), (5, 0), (6, 1), (8, 1), (9, 2)])
def test_a_publish_is_three_frames_and_nothing_without_the_last(broker: Broker, frame: int, arrived: int) -> None:
    connection = connect(broker)
    broker.faults.cut_at_frame(frame, which=connection)
    channel = connection.channel()  # one frame
    channel.confirm_delivery()  # and another
    with pytest.raises(pika.exceptions.StreamLostError):  # noqa: PT012 -- by one of them
        for _ in range(3):
            channel.basic_publish("", "orders", b"one")
    assert broker.queue("orders").ready == arrived


def test_a_large_body_is_several_frames(broker: Broker) -> None:
    connection = connect(broker, frame_max=8192)
    broker.faults.cut_at_frame(6, which=connection)
    channel = connection.channel()
    channel.basic_publish("", "orders", b"x" * (2 * 8184))  # four frames
    channel.basic_publish("", "orders", b"")  # what breaks with it, the next call learns
    with pytest.raises(pika.exceptions.StreamLostError):
        channel.basic_publish("", "orders", b"")
    assert broker.queue("orders").ready == 1


def test_nothing_breaks_after_a_reset(broker: Broker) -> None:
    broker.faults.cut_before("connection.open")
    broker.reset()
    assert connect(broker).is_open


def test_what_no_client_sends_is_refused(broker: Broker) -> None:
    with pytest.raises(
        ValueError, match=r"no client sends a method 'basic\.deliver'; there are connection\.start-ok, "
    ):
        broker.faults.cut_before("basic.deliver")
    with pytest.raises(ValueError, match="the first is number 1, and there is none of number 0"):
        broker.faults.cut_after("basic.ack", nth=0)
    with pytest.raises(LookupError):
        broker.faults.cut_at_frame(1, which=99)


def test_every_method_of_a_client_s_has_a_name() -> None:
    assert set(COMMANDS) <= set(NAMES.values())
    groups = [group for group in vars(pika.spec).values() if isinstance(group, type)]
    methods = [each for group in groups for each in vars(group).values() if hasattr(each, "NAME")]
    numbers = {each.NAME.lower(): each.INDEX for each in methods}
    for name, number in NAMES.items():
        assert numbers[name.replace("-", "")] == number, name
