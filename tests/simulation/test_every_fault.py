"""`every_fault`: what is lost, duplicated or stuck when a connection breaks, or an actor crashes, at any point."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Any

import pika
import pytest

from fakeamqp import Broker, every_fault
from fakeamqp.simulation.every_fault import Outcome


def publish(times: int = 1) -> None:
    """Publishes all anew when anything goes wrong."""
    while True:
        try:
            channel = pika.BlockingConnection().channel()
            channel.queue_declare("orders")
            channel.confirm_delivery()
            for number in range(times):
                channel.basic_publish("", "orders", f"order {number}")
            return
        except pika.exceptions.AMQPError:
            time.sleep(1)


def publish_and_hope() -> None:
    """Takes no notice of what goes wrong."""
    with contextlib.suppress(pika.exceptions.AMQPError):
        channel = pika.BlockingConnection().channel()
        channel.queue_declare("orders")
        channel.basic_publish("", "orders", "order 0")
        channel.connection.close()


def work(shipped: list[bytes], acks: str = "last") -> None:
    channel = pika.BlockingConnection().channel()
    channel.queue_declare("orders")

    def on_message(channel: Any, method: Any, properties: Any, body: bytes) -> None:
        if acks == "first":
            channel.basic_ack(method.delivery_tag)
        if acks == "last" or body not in shipped:
            shipped.append(body)
        if acks != "first":
            channel.basic_ack(method.delivery_tag)

    channel.basic_consume("orders", on_message)
    channel.start_consuming()


def shop(publisher: Any = publish, returns: bool = True, restarts: bool = True, **worker: Any) -> Any:
    def scenario(broker: Broker) -> list[bytes] | None:
        shipped: list[bytes] = []
        broker.spawn(work, shipped, restarts=restarts, **worker)
        broker.spawn(publisher)
        broker.run()
        return shipped if returns else None

    return scenario


def outcomes(report: Any) -> set[Outcome]:
    return {outcome for point in report.points for outcome in point.outcomes}


def test_a_publisher_that_does_not_notice_loses_messages() -> None:
    report = every_fault(shop(publish_and_hope))
    assert [(point.moment, point.method) for point in report.where("lost") if point.actor == "publish_and_hope"] == [
        ("after", "connection.open"),
        ("before", "channel.open"),
        ("after", "channel.open"),
        ("before", "queue.declare"),
        ("after", "queue.declare"),
        ("before", "basic.publish"),
    ]
    assert all(point.lost == ("b'order 0'",) for point in report.where("lost"))


def test_who_acknowledges_before_the_work_loses_it_in_a_crash() -> None:
    report = every_fault(shop(acks="first"), faults=["crash"])
    assert [(point.fault, point.moment, point.method, point.actor) for point in report.where("lost")] == [
        ("crash", "after", "basic.ack", "work")
    ]


def test_who_acknowledges_after_the_work_does_it_twice() -> None:
    report = every_fault(shop())
    assert outcomes(report) == {"duplicated"}
    duplicated = {(point.fault, point.moment, point.method) for point in report.where("duplicated")}
    assert duplicated == {
        ("break", "after", "basic.publish"),  # the publisher publishes anew
        ("break", "before", "basic.ack"),
        ("crash", "before", "basic.ack"),
    }


def test_who_knows_what_it_has_done_does_it_once() -> None:
    report = every_fault(shop(acks="last, and looks"))
    assert outcomes(report) == set()
    assert (
        str(report) == f"{len(report.points)} points at which a connection could break or an actor crash: all is well"
    )
    assert report.check() is report


def test_a_worker_that_nobody_restarts_leaves_its_messages_stuck() -> None:
    report = every_fault(shop(restarts=False, returns=False), faults=["break"])
    errors = [point for point in report.where("failed") if point.actor == "work"]
    assert errors
    assert all(isinstance(point.error, pika.exceptions.AMQPError) for point in errors)


def test_without_a_result_the_messages_are_compared() -> None:
    report = every_fault(shop(returns=False, acks="last, and looks"))
    assert outcomes(report) == {"duplicated"}  # taken twice; that the second time did nothing, only a result would tell
    [point, *_] = report.where("duplicated")
    assert point.duplicated == ("'order 0' in 'orders'",)


def test_a_message_that_stays_in_its_queue_is_stuck() -> None:
    def work_once(shipped: list[bytes]) -> None:
        with contextlib.suppress(pika.exceptions.AMQPError):
            work(shipped)

    def scenario(broker: Broker) -> None:
        broker.spawn(work_once, [])
        broker.spawn(publish)
        broker.run()

    stuck = every_fault(scenario, faults=["break"]).where("stuck")
    assert ("before", "basic.ack") in {(point.moment, point.method) for point in stuck}
    assert stuck[0].stuck == ("'order 0' in 'orders'",)


def test_the_report_names_the_line_of_the_program_that_was_running() -> None:
    [point] = [point for point in every_fault(shop(acks="first")).where("lost") if point.fault == "crash"]
    line = next(
        number
        for number, text in enumerate(Path(__file__).read_text(encoding="utf-8").splitlines(), 1)
        if "basic_ack" in text and "def " not in text
    )
    assert point.place == f"test_every_fault.py:{line}"
    assert str(point) == (
        f"{point.number}. work crashes after its basic.ack, at test_every_fault.py:{line}: lost: b'order 0'"
    )


def test_a_message_on_its_way_is_lost_with_its_connection_and_comes_again() -> None:
    report = every_fault(shop())
    on_its_way = [point for point in report.points if point.moment == "delivered"]
    assert [point.fault for point in on_its_way] == ["break", "crash"]
    assert all(point.outcomes == () for point in on_its_way)


def test_one_point_can_be_had_again() -> None:
    [point, *_] = every_fault(shop()).where("duplicated")
    again = every_fault(shop(), only=point.number)
    assert again.points == (point,)


def test_check_raises_the_report_unless_it_is_allowed() -> None:
    report = every_fault(shop())
    assert report.check(allow=["duplicated"]) is report
    with pytest.raises(
        AssertionError, match=r"points at which .* duplicated\n  \d+\. publish loses its connection after"
    ):
        report.check()
    with pytest.raises(ValueError, match="allow is some of lost, duplicated, stuck, failed, not late"):
        report.check(allow=["late"])  # type: ignore[list-item]


def test_what_is_the_same_of_a_message_can_be_told() -> None:
    def stamp() -> None:
        channel = pika.BlockingConnection().channel()
        channel.queue_declare("orders")
        channel.basic_publish("", "orders", f"order 0 at {time.time()}")
        channel.connection.close()

    def scenario(broker: Broker) -> None:
        broker.spawn(work, [], restarts=True)
        broker.spawn(stamp, restarts=True)
        broker.run()

    assert "lost" in outcomes(every_fault(scenario))
    assert "lost" not in outcomes(every_fault(scenario, key=lambda message: message.body[:7]))


def test_what_fails_without_a_fault_is_raised() -> None:
    def scenario(broker: Broker) -> None:
        raise ValueError("of the scenario")

    with pytest.raises(ValueError, match="of the scenario"):
        every_fault(scenario)


def test_messages_that_pika_has_not_handed_on_are_not_taken() -> None:
    """With the first of three the connection breaks: pika keeps the other two, and the program never sees them."""
    report = every_fault(shop(lambda: publish(3), returns=False), faults=["break"])
    first = next(point for point in report.points if (point.moment, point.method) == ("before", "basic.ack"))
    assert first.duplicated == ("'order 0' in 'orders'",)
