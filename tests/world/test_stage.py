"""Actors beside a test: they run while it waits, and nothing of them outlives it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import queue
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pika
import pytest
from pika.adapters.asyncio_connection import AsyncioConnection

from fakeamqp import Broker, WouldBlockForever, explore, patch_pika, serve


@pytest.fixture
def broker() -> Iterator[Broker]:
    threads = threading.active_count()
    with patch_pika() as broker:
        yield broker
    assert threading.active_count() == threads


def consume(seen: list[Any], queue: str = "orders", takes: float = 0) -> None:
    channel = pika.BlockingConnection().channel()
    channel.queue_declare(queue)

    def on_message(channel: Any, method: Any, properties: Any, body: bytes) -> None:
        seen.append(body)
        time.sleep(takes)
        channel.basic_ack(method.delivery_tag)
        seen.append("acked")

    channel.basic_consume(queue, on_message)
    channel.start_consuming()


def publish(*bodies: bytes, every: float = 60) -> None:
    connection = pika.BlockingConnection()
    channel = connection.channel()
    for body in bodies:
        channel.basic_publish("", "orders", body)
        time.sleep(every)
    connection.close()


class RpcClient:
    """As the tutorials have it: it waits for its answer, however long."""

    def __init__(self) -> None:
        self.connection = pika.BlockingConnection()
        self.channel = self.connection.channel()
        self.queue = self.channel.queue_declare("", exclusive=True).method.queue
        self.channel.basic_consume(self.queue, self.on_response, auto_ack=True)
        self.response: bytes | None = None

    def on_response(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        self.response = body

    def call(self, time_limit: float | None = None) -> bytes:
        self.channel.basic_publish("", "rpc", b"2", pika.BasicProperties(reply_to=self.queue))
        while self.response is None:
            self.connection.process_data_events(time_limit)  # type: ignore[arg-type]
        return self.response


def rpc_server(takes: float = 5) -> None:
    channel = pika.BlockingConnection().channel()
    channel.queue_declare("rpc")

    def on_request(channel: Any, method: Any, properties: Any, body: bytes) -> None:
        time.sleep(takes)
        channel.basic_publish("", properties.reply_to, body + body)
        channel.basic_ack(method.delivery_tag)

    channel.basic_consume("rpc", on_request)
    channel.start_consuming()


# --- running


def test_actors_run_while_the_test_runs_them_and_time_moves_for_them(broker: Broker) -> None:
    seen: list[Any] = []
    broker.spawn(consume, seen)
    broker.spawn(publish, b"one", b"two")
    assert seen == []
    assert broker.connections == 0
    broker.run()
    assert seen == [b"one", "acked", b"two", "acked"]
    assert broker.clock.now() == 120


def test_arguments_go_to_the_function(broker: Broker) -> None:
    assert broker.spawn(lambda *args, **kwargs: (args, kwargs), 1, 2, three=3).result() == ((1, 2), {"three": 3})


def test_what_is_no_function_is_refused(broker: Broker) -> None:
    with pytest.raises(TypeError, match=r"spawn\(\) takes a function and its arguments, not 'worker'"):
        broker.spawn("worker")  # type: ignore[arg-type]


def test_actors_are_called_as_their_functions_and_numbered(broker: Broker) -> None:
    handles = [broker.spawn(publish), broker.spawn(publish), broker.spawn(publish, name="shop")]
    assert [handle.name for handle in handles] == ["publish", "publish-2", "shop"]


def test_run_stops_as_soon_as_its_condition_is_true(broker: Broker) -> None:
    seen: list[Any] = []
    broker.spawn(consume, seen)
    broker.spawn(publish, b"one", b"two", b"three")
    broker.run(until=lambda: b"two" in seen)
    assert seen == [b"one", "acked", b"two"]
    assert broker.clock.now() == 60


def test_run_for_some_seconds_lets_no_more_pass(broker: Broker) -> None:
    seen: list[Any] = []
    broker.spawn(consume, seen, takes=10)
    broker.spawn(publish, b"one")
    broker.run(seconds=4)
    assert seen == [b"one"]
    assert broker.clock.now() == 4
    broker.clock.advance(7)
    assert seen == [b"one", "acked"]
    assert broker.clock.now() == 11


def test_settle_runs_actors_and_moves_no_time(broker: Broker) -> None:
    seen: list[Any] = []
    broker.spawn(consume, seen)
    broker.spawn(publish, b"one", b"two")
    broker.settle()
    assert seen == [b"one", "acked"]
    assert broker.clock.now() == 0


def test_actors_run_while_the_test_waits_on_its_own_connection(broker: Broker) -> None:
    broker.spawn(rpc_server)
    broker.settle()
    assert RpcClient().call() == b"22"
    assert broker.clock.now() == 5


def test_until_runs_actors(broker: Broker) -> None:
    seen: list[Any] = []
    broker.spawn(consume, seen)
    broker.spawn(publish, b"one", b"two")
    broker.until(lambda: b"two" in seen, timeout=600)
    assert broker.clock.now() == 60


def test_the_clock_of_an_actor_and_of_the_test_is_the_broker_s(broker: Broker) -> None:
    def nap() -> tuple[float, str]:
        time.sleep(90)
        return time.time(), str(datetime.now())

    assert broker.spawn(nap).result()[0] == 1_704_067_290
    time.sleep(10)
    assert broker.clock.now() == 100


def test_actors_and_the_test_share_locks_and_queues(broker: Broker) -> None:
    answers: queue.Queue[int] = queue.Queue()

    def answer() -> None:
        time.sleep(30)
        answers.put(42)

    broker.spawn(answer)
    with pytest.raises(queue.Empty):
        answers.get(timeout=20)
    assert answers.get(timeout=20) == 42
    assert broker.clock.now() == 30


def test_threads_of_an_actor_take_part(broker: Broker) -> None:
    seen: list[Any] = []

    def supervisor() -> None:
        threads = [threading.Thread(target=publish, args=(body,)) for body in (b"one", b"two")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seen.append("joined")

    broker.spawn(consume, seen)
    broker.spawn(supervisor)
    broker.run()
    assert seen == [b"one", "acked", b"two", "acked", "joined"]


def test_an_actor_spawns_others(broker: Broker) -> None:
    seen: list[Any] = []

    def supervisor() -> None:
        assert broker.spawn(lambda: seen.append("child")).result() is None
        seen.append("parent")

    broker.spawn(supervisor)
    broker.run()
    assert seen == ["child", "parent"]


def test_an_asyncio_program_is_an_actor_in_virtual_time(broker: Broker) -> None:
    seen: list[Any] = []

    async def worker() -> str:
        opened: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        AsyncioConnection(on_open_callback=lambda connection: connection.channel(on_open_callback=opened.set_result))
        channel = await opened
        taken = asyncio.Event()

        def on_message(channel: Any, method: Any, properties: Any, body: bytes) -> None:
            seen.append((body, broker.clock.now()))
            channel.basic_ack(method.delivery_tag)
            taken.set()

        channel.queue_declare("orders", callback=lambda frame: channel.basic_consume("orders", on_message))
        await taken.wait()
        await asyncio.sleep(100)
        return "done"

    handle = broker.spawn(lambda: asyncio.run(worker()))
    broker.clock.advance(30)
    broker.spawn(publish, b"one", every=0)
    assert handle.result() == "done"
    assert seen == [(b"one", 30)]
    assert broker.clock.now() == 130


def test_who_polls_in_vain_stands_still_until_something_comes(broker: Broker) -> None:
    seen: list[Any] = []

    def poll() -> None:
        connection = pika.BlockingConnection()
        channel = connection.channel()
        channel.queue_declare("orders")
        channel.basic_consume("orders", lambda channel, method, properties, body: seen.append(body), auto_ack=True)
        while True:
            connection.process_data_events(time_limit=1)  # type: ignore[arg-type]

    broker.spawn(poll)
    broker.run()
    stood = broker.clock.now()
    broker.publish("", "orders", b"one")
    broker.settle()
    assert seen == [b"one"]
    broker.run(seconds=10)
    assert broker.clock.now() == stood + 10


# --- errors


def test_run_raises_what_an_actor_raises(broker: Broker) -> None:
    def fail() -> None:
        time.sleep(1)
        raise ValueError("of an actor")

    handle = broker.spawn(fail)
    with pytest.raises(ValueError, match="of an actor") as raised:
        broker.run()
    assert raised.traceback[-1].name == "fail"
    assert not handle.is_alive
    assert handle.error is raised.value
    broker.run()  # it was told


def test_result_raises_what_its_actor_raises(broker: Broker) -> None:
    handle = broker.spawn(lambda: {}["missing"])
    with pytest.raises(KeyError, match="missing"):
        handle.result()


def test_an_end_by_sys_exit_is_an_error_if_it_says_so(broker: Broker) -> None:
    def leave(status: int) -> None:
        raise SystemExit(status)

    broker.spawn(leave, 0)
    broker.run()
    broker.spawn(leave, 1)
    with pytest.raises(SystemExit):
        broker.run()


def test_what_nobody_was_told_of_is_raised_in_the_end() -> None:
    def fail() -> None:
        raise ValueError("of an actor")

    with pytest.raises(ValueError, match="of an actor"), patch_pika() as broker:  # noqa: PT012 -- raised at its end
        broker.spawn(fail)
        pika.BlockingConnection().sleep(1)
    broker = Broker()
    with pytest.raises(ValueError, match="of an actor"), broker:  # noqa: PT012 -- raised at its end
        broker.spawn(fail)
        broker.clock.advance(0)
        time.sleep(1)


def test_an_error_of_the_test_s_own_comes_first() -> None:
    def fail() -> None:
        raise ValueError("of an actor")

    with pytest.raises(KeyError), patch_pika() as broker:  # noqa: PT012 -- raised at its end
        broker.spawn(fail)
        time.sleep(1)
        raise KeyError


@pytest.mark.parametrize("time_limit", [None, 1, 0])
def test_who_waits_for_an_answer_that_never_comes_is_told(broker: Broker, time_limit: float | None) -> None:
    broker.spawn(lambda: RpcClient().call(time_limit))
    with pytest.raises(WouldBlockForever, match="nothing is on its way to 'amq"):
        broker.run()


def test_who_waits_for_an_answer_may_wait_as_long_as_the_test_lets_time_pass(broker: Broker) -> None:
    client = broker.spawn(lambda: RpcClient().call())
    broker.run(seconds=60)
    broker.spawn(rpc_server)
    with pytest.raises(WouldBlockForever):  # the request went to no queue: the server was not there yet
        client.result()


def test_a_wait_of_the_test_tells_what_its_actor_has_died_of(broker: Broker) -> None:
    def fail() -> None:
        channel = pika.BlockingConnection().channel()
        channel.queue_declare("rpc")
        channel.basic_consume("rpc", lambda *_: 1 / 0)
        channel.start_consuming()

    broker.spawn(fail)
    broker.settle()
    with pytest.raises(WouldBlockForever) as raised:
        RpcClient().call()
    assert isinstance(raised.value.__cause__, ZeroDivisionError)
    with pytest.raises(ZeroDivisionError):
        broker.run()


def test_a_lock_that_nobody_lets_go_of_does_not_hang_the_test(broker: Broker) -> None:
    broker.spawn(time.sleep, 1)
    lock = threading.Lock()
    lock.acquire()
    with pytest.raises(WouldBlockForever, match="a lock"):
        lock.acquire()


def test_a_result_that_never_comes_is_told(broker: Broker) -> None:
    handle = broker.spawn(lambda: queue.Queue[int]().get(), name="waiter")
    with pytest.raises(WouldBlockForever, match="'waiter' never ends"):
        handle.result()


# --- ends


def test_who_is_left_is_stopped_as_by_ctrl_c_and_may_clean_up() -> None:
    seen: list[Any] = []

    def worker() -> None:
        connection = pika.BlockingConnection()
        try:
            connection.channel().start_consuming()
            consume([])
        except KeyboardInterrupt:
            connection.close()
            seen.append("closed")

    with patch_pika() as broker:
        broker.spawn(worker)
        broker.run()
        assert broker.connections == 2
    assert seen == ["closed"]


def test_stop_ends_one_actor_and_is_no_error(broker: Broker) -> None:
    seen: list[Any] = []
    handle = broker.spawn(consume, seen)
    broker.run()
    handle.stop()
    assert handle.result() is None
    assert broker.connections == 0
    assert not handle.is_alive


def test_who_goes_on_whatever_comes_is_let_go_of_in_the_end() -> None:
    def stubborn() -> None:
        while True:
            try:
                time.sleep(1)
            except BaseException:
                continue

    with pytest.raises(RuntimeError, match="'stubborn' could not be stopped"), patch_pika() as broker:  # noqa: PT012 -- raised at its end
        broker.spawn(stubborn)
        broker.run(seconds=5)


def test_an_actor_that_ends_loses_its_connections(broker: Broker) -> None:
    broker.spawn(pika.BlockingConnection)
    broker.run()
    assert broker.connections == 0


def test_a_killed_actor_does_not_run_another_line(broker: Broker) -> None:
    seen: list[Any] = []
    handle = broker.spawn(consume, seen, takes=30)
    broker.spawn(publish, b"one")
    broker.run(seconds=10)
    handle.kill()
    broker.run()
    assert seen == [b"one"]
    assert not handle.is_alive
    assert broker.queue("orders").ready == 1


def test_an_actor_that_kills_itself_does_not_go_on(broker: Broker) -> None:
    seen: list[Any] = []
    handles: list[Any] = []

    def suicide() -> None:
        seen.append("before")
        handles[0].kill()
        seen.append("after")

    handles.append(broker.spawn(suicide))
    broker.run()
    assert seen == ["before"]


def test_python_is_as_it_was_afterwards() -> None:
    before = (time.sleep, time.time, threading.Lock, threading.Thread.start)
    with patch_pika() as broker:
        broker.spawn(time.sleep, 1)
        assert time.sleep is not before[0]
    assert (time.sleep, time.time, threading.Lock, threading.Thread.start) == before


def test_a_reset_stops_actors(broker: Broker) -> None:
    seen: list[Any] = []
    broker.spawn(consume, seen)
    broker.run()
    broker.reset()
    assert broker.connections == 0
    broker.spawn(publish, b"one")
    broker.run()
    assert seen == []


# --- where it cannot be


def test_a_broker_at_a_port_has_no_actors() -> None:
    with serve(Broker()) as server, pytest.raises(RuntimeError, match="spawn none while the broker is served"):
        server.broker.spawn(publish)


def test_one_broker_has_actors_at_a_time(broker: Broker) -> None:
    broker.spawn(publish)
    with Broker() as other, pytest.raises(RuntimeError, match="another broker has actors"):
        other.spawn(publish)
    with pytest.raises(RuntimeError, match="another broker has actors"):
        explore(lambda inner: inner.spawn(publish))
    broker.stop_actors()
    assert explore(lambda inner: inner.spawn(publish)).is_exhaustive


def test_run_is_the_test_s_alone(broker: Broker) -> None:
    broker.spawn(broker.run)
    with pytest.raises(RuntimeError, match=r"broker\.run\(\) is the test's"):
        broker.run()


# --- order


def order_of(seed: int) -> tuple[list[Any], str]:
    seen: list[Any] = []
    with patch_pika(seed=seed) as broker:
        for number in range(3):
            broker.spawn(consume, seen, name=f"worker-{number}")
        broker.spawn(publish, *(b"%d" % number for number in range(9)), every=0)
        broker.run()
        return seen, broker.schedule.token


def test_seed_0_is_the_usual_order() -> None:
    seen, token = order_of(0)
    assert token == ""
    assert sorted(seen, key=str) == sorted([*(b"%d" % number for number in range(9)), *["acked"] * 9], key=str)


def test_another_seed_is_another_order_and_the_same_every_time() -> None:
    orders = {seed: order_of(seed) for seed in range(1, 6)}
    assert len({token for _, token in orders.values()}) > 1
    for seed, order in orders.items():
        assert order_of(seed) == order


def test_who_sleeps_longer_than_two_heartbeats_loses_its_connection(broker: Broker) -> None:
    def sleep(seconds: float) -> None:
        connection = pika.BlockingConnection(pika.ConnectionParameters(heartbeat=60))
        time.sleep(seconds)
        connection.channel()

    broker.spawn(sleep, 100).result()
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        broker.spawn(sleep, 200).result()


def test_who_consumes_keeps_its_connection_for_days(broker: Broker) -> None:
    seen: list[Any] = []
    broker.spawn(consume, seen)
    broker.run(seconds=10 * 86_400)
    broker.publish("", "orders", b"one")
    broker.run()
    assert seen == [b"one", "acked"]


# --- restarts


def test_an_actor_that_is_restarted_begins_anew_a_second_after_its_error(broker: Broker) -> None:
    begun: list[float] = []

    def flaky() -> str:
        begun.append(broker.clock.now())
        connection = pika.BlockingConnection()
        if len(begun) < 3:
            broker.faults.drop_connections()
        connection.channel()
        return "done"

    handle = broker.spawn(flaky, restarts=True)
    assert handle.result() == "done"
    assert begun == [0, 1, 2]
    assert [type(error).__name__ for error in handle.restarts] == ["StreamLostError", "StreamLostError"]


def test_one_that_never_gets_anywhere_is_not_restarted_for_ever(broker: Broker) -> None:
    handle = broker.spawn(lambda: {}["missing"], restarts=True)
    with pytest.raises(KeyError):
        broker.run()
    assert len(handle.restarts) == 100


def test_who_exits_with_an_error_is_restarted_and_who_exits_without_or_is_stopped_is_not(broker: Broker) -> None:
    def leave(status: int) -> None:
        try:
            time.sleep(60 if status == 2 else 0)
        finally:
            raise SystemExit(status)

    handles = [broker.spawn(leave, status, restarts=True) for status in (0, 1, 2)]
    broker.run(seconds=3.5)
    handles[2].stop()
    broker.settle()
    assert [len(handle.restarts) for handle in handles] == [0, 4, 0]
    handles[1].stop()


def test_threads_of_an_actor_are_called_the_same_in_every_run() -> None:
    def supervise() -> None:
        threads = [threading.Thread(target=time.sleep, args=(0,)) for _ in range(2)]
        threads += [threading.Thread(), threading.Thread(name="own", target=print)]
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            pool.submit(time.sleep, 0)
            for thread in threads:
                thread.start()
                thread.join()

    for _ in range(2):
        names: set[str] = set()
        with patch_pika() as broker:
            broker.on_turn = lambda name, frame: names.add(name)  # noqa: B023 -- called in this round alone
            broker.spawn(supervise)
            broker.run()
        assert sorted(names) == [
            "supervise",
            "supervise/ThreadPoolExecutor_0",
            "supervise/own",
            "supervise/sleep",
            "supervise/sleep-2",
            "supervise/thread",
            "the test",
        ]


def test_a_killed_actor_that_is_restarted_begins_anew_and_its_connections_break(broker: Broker) -> None:
    seen: list[Any] = []
    handle = broker.spawn(consume, seen, takes=30, restarts=True)
    broker.spawn(publish, b"one")
    broker.run(seconds=10)
    handle.kill()
    broker.run()
    assert seen == [b"one", b"one", "acked"]
    assert handle.is_alive
    assert broker.connections == 1


def test_an_actor_that_publishes_for_long_is_no_livelock(broker: Broker) -> None:
    """What another program publishes is new, however much of it comes in one run."""
    seen: list[Any] = []
    broker.scheduler.rounds.most_over_time = 200
    broker.scheduler.rounds.most_callbacks = 200
    broker.spawn(consume, seen)
    broker.spawn(publish, *(b"%d" % number for number in range(3_000)), every=1)
    broker.run()
    assert len(seen) == 6_000
