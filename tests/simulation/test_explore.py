"""`explore`: what goes wrong in one order only is found, told, and had again; what cannot go wrong is gone through."""

from __future__ import annotations

import contextlib
import re
import threading
from collections import Counter
from typing import Any

import pika
import pytest

from fakeamqp import Broker, Livelock
from fakeamqp.simulation.explore import explore


def opened(**parameters: Any) -> Any:
    return pika.BlockingConnection(pika.ConnectionParameters(**parameters)).channel()


def incrementer(database: dict[str, int]) -> None:
    """Reads, tells others in between, writes: right as long as nobody else does the same."""
    channel = opened()
    channel.basic_qos(prefetch_count=1)
    channel.confirm_delivery()

    def on_message(channel: Any, method: Any, properties: Any, body: bytes) -> None:
        before = database["count"]
        channel.basic_publish("", "audit", b"incremented")
        database["count"] = before + 1
        channel.basic_ack(method.delivery_tag)

    channel.basic_consume("increments", on_message)
    channel.start_consuming()


def lost_update(broker: Broker) -> None:
    database = {"count": 0}
    channel = opened()
    channel.queue_declare("audit")
    channel.queue_declare("increments")
    for name in ("one", "two"):
        broker.spawn(incrementer, database, name=name)
    for _ in range(2):
        channel.basic_publish("", "increments", b"")
        broker.run()
    channel.basic_publish("", "increments", b"")
    channel.basic_publish("", "increments", b"")
    broker.settle()
    assert database["count"] == 4


def test_a_lost_update_is_found_and_had_again() -> None:
    with pytest.raises(AssertionError) as raised:
        explore(lost_update, runs=200)
    [note] = raised.value.__notes__
    token = re.search(r"again: fakeamqp\.explore\(…, replay='([\d.*]*)'\)", note)
    assert token is not None
    with pytest.raises(AssertionError) as again:
        explore(lost_update, replay=token[1])
    assert again.value.__notes__[0].partition("\n")[2] == note.partition("\n")[2]


def publisher(queue: str, times: int = 2) -> None:
    channel = opened()
    channel.queue_declare(queue)
    for _ in range(times):
        channel.basic_publish("", queue, b"")
    channel.connection.close()


def test_actors_that_have_nothing_in_common_have_one_order() -> None:
    def scenario(broker: Broker) -> None:
        broker.spawn(publisher, "one")
        broker.spawn(publisher, "two")
        broker.run()
        assert broker.queue("one").ready == broker.queue("two").ready == 2

    explored = explore(scenario, shares_memory=False)
    assert str(explored) == "passed in 1 different orders, of 1 runs; there is no other"
    assert explore(scenario, runs=30).is_exhaustive is False


def test_every_order_in_a_queue_is_reached_once() -> None:
    """Three publishers of one message each: six orders in the queue."""
    seen: Counter[str] = Counter()

    def publish(name: str) -> None:
        channel = opened()
        channel.basic_publish("", "shared", name)
        channel.connection.close()

    def scenario(broker: Broker) -> None:
        opened().queue_declare("shared")
        for name in "abc":
            broker.spawn(publish, name, name=name)
        broker.run()
        seen["".join(message.body.decode() for message in broker.queue("shared").messages)] += 1

    explored = explore(scenario, shares_memory=False)
    assert explored.is_exhaustive
    assert sorted(seen) == ["abc", "acb", "bac", "bca", "cab", "cba"]
    assert explored.orders == 6


@pytest.mark.parametrize(("limit", "seen"), [("max-queues", {"a", "b"}), ("max-connections", {"a", "b", "ab", "ba"})])
def test_who_is_refused_by_a_limit_depends_on_the_order(limit: str, seen: set[str]) -> None:
    def declare(name: str, declared: list[str]) -> None:
        with contextlib.suppress(pika.exceptions.AMQPError):
            opened().queue_declare(name)
            declared.append(name)

    found: set[str] = set()

    def scenario(broker: Broker) -> None:
        declared: list[str] = []
        broker.ctl.set_vhost_limit(limit, 1)
        broker.spawn(declare, "a", declared)
        broker.spawn(declare, "b", declared)
        broker.run()
        found.add("".join(declared))

    assert explore(scenario, shares_memory=False).is_exhaustive
    assert found == seen


def test_whether_a_message_comes_before_or_after_a_look_is_left_open() -> None:
    def look(seen: list[bytes]) -> None:
        channel = opened()
        channel.basic_consume("letters", lambda *delivery: seen.append(delivery[3]), auto_ack=True)
        channel.connection.process_data_events(0)
        channel.connection.close()

    def count_and_publish(counted: list[int]) -> None:
        channel = opened()
        counted.append(channel.queue_declare("letters", passive=True).method.consumer_count)
        channel.basic_publish("", "letters", b"")
        channel.connection.close()

    found: set[tuple[int, int, int]] = set()

    def scenario(broker: Broker) -> None:
        seen: list[bytes] = []
        counted: list[int] = []
        opened().queue_declare("letters")
        broker.spawn(look, seen)
        broker.spawn(count_and_publish, counted)
        broker.run()
        found.add((*counted, len(seen), broker.queue("letters").ready))

    assert explore(scenario, shares_memory=False).is_exhaustive
    ends = [(1, 0), (0, 0), (0, 1)]  # in time; after the look, by auto_ack; after the consumer was gone
    assert found == {(counted, *end) for counted in (0, 1) for end in ends}


def test_what_memory_is_shared_counts_unless_it_is_said_that_none_is() -> None:
    seen: set[str] = set()

    def step(letters: list[str], name: str) -> None:
        connection = pika.BlockingConnection()
        letters.append(name)
        connection.close()

    def scenario(broker: Broker) -> None:
        letters: list[str] = []
        broker.spawn(step, letters, "a")
        broker.spawn(step, letters, "b")
        broker.run()
        seen.add("".join(letters))

    explore(scenario, shares_memory=False)
    assert seen == {"ab"}
    assert explore(scenario).is_exhaustive
    assert seen == {"ab", "ba"}


def test_the_fewest_unusual_decisions_are_told() -> None:
    """Only the order of the last two matters, whatever else an order does otherwise."""

    def scenario(broker: Broker) -> None:
        done: list[str] = []

        def act(name: str, times: int) -> None:
            connection = pika.BlockingConnection()
            for _ in range(times):
                connection.sleep(0)
            done.append(name)

        for name in "abcd":
            broker.spawn(act, name, 2, name=name)
        broker.run()
        assert done.index("c") < done.index("d")

    with pytest.raises(AssertionError) as raised:
        explore(scenario)
    assert "otherwise than is usual, 1 times of" in raised.value.__notes__[0]


def test_which_of_several_consumers_gets_a_message_is_left_open() -> None:
    firsts: set[str] = set()

    def scenario(broker: Broker) -> None:
        channel = opened()
        channel.queue_declare("work")
        for name in ("one", "two", "three"):
            channel.basic_consume("work", lambda *_: None, consumer_tag=name)
        broker.spawn(publisher, "work", 1)
        broker.run()
        delivered = [effect for step in broker.trace for effect in step.effects if hasattr(effect, "redelivered")]
        firsts.add(delivered[0].consumer_tag)

    assert explore(scenario, shares_memory=False).is_exhaustive
    assert firsts == {"one", "two", "three"}


def test_a_consumer_that_gets_a_message_is_told_by_the_name_of_its_actor() -> None:
    def take(taken: list[str], name: str) -> None:
        channel = opened()
        channel.basic_consume("work", lambda *_: taken.append(name), auto_ack=True, consumer_tag="ctag")
        channel.start_consuming()

    def scenario(broker: Broker) -> None:
        taken: list[str] = []
        opened().queue_declare("work")
        for name in ("one", "two"):
            broker.spawn(take, taken, name, name=name)
        broker.run()
        broker.publish("", "work", "")
        broker.run()
        assert taken == ["one"]

    with pytest.raises(AssertionError) as raised:
        explore(scenario, shares_memory=False)
    told = "  0 s  who gets the next message of 'work': two, as 'ctag', not one, as 'ctag'"
    assert told in raised.value.__notes__[0].splitlines()


def test_the_orders_of_threads_are_told_apart_from_one_run_to_the_next() -> None:
    def race(winners: list[int]) -> None:
        threads = [threading.Thread(target=winners.append, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    seen: set[tuple[int, ...]] = set()

    def scenario(broker: Broker) -> None:
        winners: list[int] = []
        broker.spawn(race, winners)
        broker.run()
        seen.add(tuple(winners))

    assert explore(scenario, runs=100).is_exhaustive
    assert seen == {(0, 1), (1, 0)}


def test_how_many_confirms_come_at_once_is_left_open() -> None:
    seen: set[tuple[tuple[int, bool], ...]] = set()

    def publish(confirms: list[tuple[int, bool]]) -> None:
        def on_open(channel: Any) -> None:
            channel.confirm_delivery(
                lambda frame: confirms.append((frame.method.delivery_tag, frame.method.multiple)),
                callback=lambda frame: [channel.basic_publish("", "work", b"") for _ in range(3)],
            )

        connection = pika.SelectConnection(
            on_open_callback=lambda connection: connection.channel(on_open_callback=on_open)
        )
        connection.ioloop.call_later(1, connection.ioloop.stop)
        connection.ioloop.start()

    def scenario(broker: Broker) -> None:
        confirms: list[tuple[int, bool]] = []
        broker.spawn(publish, confirms)
        broker.run()
        seen.add(tuple(confirms))

    assert explore(scenario).is_exhaustive
    assert seen == {
        ((1, False), (2, False), (3, False)),
        ((2, True), (3, False)),
        ((1, False), (3, True)),
        ((3, True),),
    }


def test_when_the_error_of_a_publish_surfaces_is_left_open() -> None:
    seen: set[int] = set()

    def publish(broker: Broker) -> None:
        channel = opened()
        published = 0
        try:
            for _ in range(6):
                channel.basic_publish("missing", "", b"")
                published += 1
        except pika.exceptions.ChannelClosedByBroker:
            seen.add(published)

    def scenario(broker: Broker) -> None:
        broker.spawn(publish, broker)
        broker.run()

    assert explore(scenario).is_exhaustive
    assert seen == {1, 2, 3}


def test_an_actor_s_error_is_a_failure_and_so_is_a_wait_without_an_end() -> None:
    def fails(broker: Broker) -> None:
        broker.spawn(lambda: {}["missing"])
        pika.BlockingConnection().sleep(1)

    with pytest.raises(KeyError, match="missing"):
        explore(fails)


def test_the_arguments_of_the_broker_are_passed_on() -> None:
    versions: list[str] = []
    explore(lambda broker: versions.append(broker.version), version="3.10")
    assert versions == ["3.10"]


def test_what_is_no_replay_is_refused() -> None:
    with pytest.raises(ValueError, match="is no schedule"):
        explore(lost_update, replay="first")


def test_the_user_s_ctrl_c_ends_it() -> None:
    def interrupted(broker: Broker) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        explore(interrupted)


def test_what_goes_round_for_ever_is_told_of_sooner_than_in_a_single_run() -> None:
    callbacks = 0

    def retry(channel: Any, method: Any, properties: Any, body: bytes) -> None:
        nonlocal callbacks
        callbacks += 1
        channel.basic_nack(method.delivery_tag)

    def work() -> None:
        channel = opened()
        channel.queue_declare("orders")
        channel.basic_consume("orders", retry)
        channel.start_consuming()

    def scenario(broker: Broker) -> None:
        broker.spawn(work)
        broker.settle()
        broker.publish("", "orders", b"poison")
        broker.run()

    with pytest.raises(Livelock, match="round and round go message 1 from queue 'orders'"):
        explore(scenario, runs=1)
    assert callbacks <= 4 * 5_000
