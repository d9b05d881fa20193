"""Patching pika: any import style, before or after, nested, and put back as it was."""

from __future__ import annotations

import asyncio
import errno
import gc
import importlib
import inspect
import threading
import unittest
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pika
import pika.adapters.blocking_connection
import pytest
from pika import BlockingConnection as ImportedBefore
from pika.adapters.select_connection import IOLoop
from pika.adapters.utils.connection_workflow import AMQPConnectionWorkflow, AMQPConnector

import fakeamqp
from fakeamqp import Broker, connect, patch_pika
from fakeamqp.adapters.pika import hooks
from fakeamqp.adapters.pika.loop import VirtualLoop
from fakeamqp.world.pools import rests_in_its_pool

NOBODY = pika.ConnectionParameters("127.0.0.1", port=1, connection_attempts=1)


def names() -> dict[str, Any]:
    """Every name inside pika that is ever replaced."""
    return {
        "start": vars(AMQPConnector)["start"],
        "config": vars(AMQPConnectionWorkflow)["_try_next_config_async"],
        "loop": vars(IOLoop).get("__new__"),
        "loop in its module": pika.adapters.select_connection.IOLoop,
        "time": hooks.TIME.time_now,
        "init": vars(pika.connection.Connection)["__init__"],
        "namedtuple": pika.adapters.blocking_connection.namedtuple,
        "send": vars(pika.connection.Connection)["_send_method"],
        "start_consuming": vars(pika.adapters.blocking_connection.BlockingChannel)["start_consuming"],
        "uuid4": pika.channel.uuid.uuid4,
    }


@pytest.fixture(autouse=True)
def pika_as_it_was():
    # A connection that `connect()` made lets go of pika when it is freed: those of other tests now, not in between.
    gc.collect()
    before = names()
    yield
    gc.collect()
    assert names() == before


def round_trip(connection: Any) -> bytes:
    channel = connection.channel()
    channel.queue_declare("q")
    channel.basic_publish("", "q", b"there and back")
    return channel.basic_get("q", auto_ack=True)[2]


class TestWaysToPatch:
    def test_a_context_manager_makes_a_broker(self):
        with patch_pika(version="3.10") as broker:
            assert round_trip(pika.BlockingConnection()) == b"there and back"
            assert broker.version == "3.10"

    def test_a_version_is_given_by_name(self):
        with pytest.raises(TypeError, match=r"version='4\.0'"):
            patch_pika("4.0")  # type: ignore[arg-type]

    def test_a_context_manager_takes_a_broker(self):
        broker = Broker()
        with patch_pika(broker) as patched:
            assert patched is broker
            round_trip(pika.BlockingConnection())
        assert broker.queue("q").ready == 0

    def test_a_broker_and_arguments_for_one_are_too_much(self):
        with pytest.raises(TypeError, match="either a broker or the arguments"):
            patch_pika(Broker(), version="4.0")

    def test_a_function_is_decorated(self):
        @patch_pika()
        def program(word, *, loud):
            """What it does."""
            return round_trip(pika.BlockingConnection()), word, loud

        assert program("hi", loud=True) == (b"there and back", "hi", True)
        assert (program.__name__, program.__doc__) == ("program", "What it does.")

    def test_each_call_of_a_decorated_function_has_a_broker_of_its_own(self):
        @patch_pika()
        def count():
            channel = pika.BlockingConnection().channel()
            channel.basic_publish("", "q", b"")
            return channel.queue_declare("q").method.message_count

        assert count() == count() == 0

    def test_a_coroutine_function_is_decorated(self):
        @patch_pika()
        async def program():
            await asyncio.sleep(0)
            return round_trip(pika.BlockingConnection())

        assert asyncio.run(program()) == b"there and back"

    def test_the_tests_of_a_test_case_are_decorated(self):
        seen = []

        @patch_pika()
        class Tests(unittest.TestCase):
            def setUp(self):
                self.connection = pika.BlockingConnection()
                self.addCleanup(self.connection.close)

            def test_it(self):
                seen.append(round_trip(self.connection))

        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromTestCase(Tests).run(result)
        assert (result.errors, result.failures, seen) == ([], [], [b"there and back"])

    def test_the_coroutines_of_a_test_case_are_too(self):
        seen = []

        @patch_pika()
        class Tests(unittest.IsolatedAsyncioTestCase):
            async def test_it(self):
                seen.append(round_trip(pika.BlockingConnection()))

        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromTestCase(Tests).run(result)
        assert (result.errors, result.failures, seen) == ([], [], [b"there and back"])

    def test_the_test_methods_of_another_class_are_decorated(self):
        @patch_pika()
        class Tests:
            def test_it(self):
                return round_trip(pika.BlockingConnection())

        assert Tests().test_it() == b"there and back"

    def test_start_and_stop(self):
        patch = patch_pika()
        broker = patch.start()
        try:
            assert round_trip(pika.BlockingConnection()) == b"there and back"
            assert broker.connections == 1
        finally:
            patch.stop()


class TestDecorating:
    def test_a_signature_stays(self):
        @patch_pika()
        def function(number: int, *, fixture: str = "x") -> None: ...

        @patch_pika()
        async def coroutine(number: int) -> None: ...

        assert list(inspect.signature(function).parameters) == ["number", "fixture"]
        assert list(inspect.signature(coroutine).parameters) == ["number"]
        assert inspect.iscoroutinefunction(coroutine)

    def test_the_decorator_knows_the_broker(self):
        patch = patch_pika(seed=3)

        @patch
        def function() -> Broker:
            pika.BlockingConnection().channel().queue_declare("q")
            assert patch.broker.queue("q").ready == 0
            return patch.broker

        assert function() is not function()
        with pytest.raises(RuntimeError, match="is not started"):
            patch.broker  # noqa: B018

    def test_a_generator_is_patched_until_it_ends(self):
        patch = patch_pika()

        @patch
        def generator(queue: str) -> Iterator[Any]:
            yield pika.BlockingConnection()
            patch.broker.queue(queue)

        running = generator("q")
        assert round_trip(next(running)) == b"there and back"
        assert list(running) == []

    def test_an_asynchronous_generator_is_patched_until_it_ends(self):
        patch = patch_pika()
        ended = []

        @patch
        async def generator() -> AsyncIterator[Any]:
            try:
                yield pika.BlockingConnection()
            finally:
                ended.append(patch.broker.queue("q").ready)

        async def use() -> None:
            running = generator()
            assert round_trip(await running.__anext__()) == b"there and back"
            await running.aclose()

        asyncio.run(use())
        assert ended == [0]

    def test_calls_that_overlap_end_the_broker_they_began_with(self):
        patch = patch_pika()
        brokers = []

        @patch
        async def coroutine(turns: int) -> None:
            mine = patch.broker
            brokers.append(mine)
            for _ in range(turns):
                await asyncio.sleep(0)
            assert mine.accepts("localhost", 5672)

        async def both() -> None:
            await asyncio.gather(coroutine(2), coroutine(4))

        asyncio.run(both())
        assert [broker.accepts("localhost", 5672) for broker in brokers] == [False, False]

    def test_static_and_class_methods_stay_what_they_are(self):
        @patch_pika()
        class Tests:
            @staticmethod
            def test_static() -> bytes:
                return round_trip(pika.BlockingConnection())

            @classmethod
            def test_of_the_class(cls) -> bytes:
                return round_trip(pika.BlockingConnection())

        assert Tests().test_static() == Tests().test_of_the_class() == b"there and back"


class TestAfterTheEnd:
    """A thread left behind never reaches a real broker: the address of its tests would be that of a real one."""

    def test_a_closed_broker_refuses(self):
        broker = Broker()
        broker.close()
        with patch_pika(broker), pytest.raises(pika.exceptions.AMQPConnectionError) as caught:
            pika.BlockingConnection()
        assert isinstance(caught.value.args[0].exception, ConnectionRefusedError)

    def test_one_that_was_reset_does_not(self):
        broker = Broker()
        broker.reset()
        with patch_pika(broker):
            assert round_trip(pika.BlockingConnection()) == b"there and back"

    def test_a_reconnect_loop_is_refused_and_ends_as_its_program_wants(self):
        connected, may_end, told = threading.Event(), threading.Event(), []

        def reconnect() -> None:
            while not may_end.is_set():
                try:
                    connection = pika.BlockingConnection(
                        pika.ConnectionParameters(retry_delay=5, connection_attempts=2)
                    )
                    connected.set()
                    while True:
                        connection.process_data_events(time_limit=None)
                except pika.exceptions.AMQPError as error:
                    told.append(error)
                    if len(told) > 3:
                        may_end.set()

        worker = threading.Thread(target=reconnect, daemon=True)
        with patch_pika():
            worker.start()
            assert connected.wait(10)
        worker.join(10)
        assert not worker.is_alive()
        assert isinstance(told[0], pika.exceptions.ConnectionClosedByBroker)
        refused = [error.args[0].exception for error in told[1:]]
        assert {type(error) for error in refused} == {ConnectionRefusedError}
        with patch_pika():
            """The next patch finds that it has ended, and puts pika back."""

    def test_who_used_the_broker_and_rests_in_a_pool_is_free_again(self):
        with ThreadPoolExecutor(1) as pool:
            with patch_pika():
                pool.submit(pika.BlockingConnection).result()
                while not rests_in_its_pool(next(iter(pool._threads))):
                    """Its thread has answered, and comes to rest."""
            error = pool.submit(pika.BlockingConnection, NOBODY).exception()
        assert errno.errorcode[error.args[0].exception.errno] == "ECONNREFUSED"
        assert hooks.current() is None


class TestImportStyles:
    def test_a_name_imported_before(self):
        with patch_pika():
            assert round_trip(ImportedBefore()) == b"there and back"

    def test_a_name_imported_after(self):
        with patch_pika():
            after = importlib.import_module("pika.adapters.blocking_connection").BlockingConnection
            assert round_trip(after()) == b"there and back"

    def test_a_loop_class_imported_before(self):
        with patch_pika():
            loop = IOLoop()
            assert isinstance(loop, VirtualLoop)
            opened = []
            pika.SelectConnection(on_open_callback=opened.append, custom_ioloop=loop)
            loop.start()
            assert len(opened) == 1

    def test_a_subclass_of_the_loop_stays_real(self):
        class Own(IOLoop):
            pass

        with patch_pika():
            loop = Own()
            assert type(loop) is Own
            loop.close()


class TestRestoring:
    def test_after_an_error(self):
        before = names()
        with pytest.raises(ZeroDivisionError), patch_pika():
            raise ZeroDivisionError
        assert names() == before

    def test_with_a_connection_left_open(self):
        before = names()
        with patch_pika():
            connection = pika.BlockingConnection()
            connection.channel()
        assert names() == before

    def test_nested_patches_end_one_by_one(self):
        with patch_pika() as outer:
            with patch_pika() as inner:
                assert round_trip(pika.BlockingConnection())
            pika.BlockingConnection().channel().queue_declare("outer")
            assert outer.queue("outer")
            with pytest.raises(KeyError):
                inner.queue("outer")

    def test_patches_may_end_in_any_order(self):
        first, second = patch_pika(), patch_pika()
        first.start()
        broker = second.start()
        first.stop()
        assert round_trip(pika.BlockingConnection())
        assert broker.queue("q")
        second.stop()

    def test_a_real_connection_is_tried_after_a_patch(self):
        with patch_pika():
            pika.BlockingConnection()
        with pytest.raises(pika.exceptions.AMQPConnectionError) as caught:
            pika.BlockingConnection(NOBODY)
        assert errno.errorcode[caught.value.args[0].exception.errno] == "ECONNREFUSED"

    def test_what_a_patch_made_lives_on_with_its_broker(self):
        broker = Broker()
        with patch_pika(broker):
            connection = pika.BlockingConnection()
        assert round_trip(connection) == b"there and back"


class TestConnect:
    def test_it_is_pikas_own_class(self):
        connection = connect(Broker())
        assert type(connection) is pika.BlockingConnection
        assert round_trip(connection) == b"there and back"
        connection.close()

    def test_parameters_are_those_of_pika(self):
        connection = connect(Broker(vhosts=("/", "test")), virtual_host="test", heartbeat=7)
        assert connection._impl.params.virtual_host == "test"
        assert connection._impl.params.heartbeat == 7
        connection.close()

    def test_time_is_virtual_outside_a_patch(self):
        broker = Broker()
        connection = connect(broker)
        connection.sleep(1e6)
        channel = connection.channel()
        channel.queue_declare("q")
        assert next(channel.consume("q", inactivity_timeout=5)) == (None, None, None)
        assert broker.clock.now() == 1e6 + 5
        connection.close()

    def test_real_connections_stay_real_beside_it(self):
        connection = connect(Broker())
        with pytest.raises(pika.exceptions.AMQPConnectionError):
            pika.BlockingConnection(NOBODY)
        loop = IOLoop()
        assert type(loop) is IOLoop
        loop.close()
        connection.close()

    def test_a_refused_login_leaves_pika_as_it_was(self):
        with pytest.raises(pika.exceptions.ProbableAuthenticationError):
            connect(Broker(), credentials=pika.PlainCredentials("guest", "wrong"))

    def test_inside_a_patch_it_names_its_own_broker(self):
        other = Broker()
        with patch_pika() as broker:
            connection = connect(other)
            connection.channel().queue_declare("other")
            pika.BlockingConnection().channel().queue_declare("patched")
            assert other.queue("other")
            assert broker.queue("patched")
            assert (broker.connections, other.connections) == (1, 1)
            connection.close()


class TestIsolation:
    def test_two_brokers_share_no_time(self):
        one, two = Broker(), Broker()
        first, second = connect(one), connect(two)
        first.sleep(3)
        second.sleep(5)
        assert (one.clock.now(), two.clock.now()) == (3.0, 5.0)
        first.close()
        second.close()

    def test_consumer_tags_are_the_same_in_every_run(self):
        def tags():
            with patch_pika(seed=7):
                channel = pika.BlockingConnection().channel()
                channel.queue_declare("q")
                return [channel.basic_consume("q", print) for _ in range(3)]

        assert tags() == tags()
        assert len(set(tags())) == 3

    def test_consumer_tags_come_from_the_seed(self):
        def tag(seed):
            with patch_pika(seed=seed):
                channel = pika.BlockingConnection().channel()
                channel.queue_declare("q")
                return channel.basic_consume("q", print)

        assert tag(1) != tag(2)
        assert tag(1).startswith("ctag1.")


class TestAddresses:
    def test_a_refused_address_is_refused_as_in_production(self):
        with patch_pika(), pytest.raises(pika.exceptions.AMQPConnectionError) as caught:
            pika.BlockingConnection(pika.ConnectionParameters("elsewhere", 5673))
        assert isinstance(caught.value.args[0].exception, ConnectionRefusedError)

    def test_fail_over_finds_the_address_that_listens(self):
        hosts = [pika.ConnectionParameters(host, retry_delay=5) for host in ("down", "up")]
        with patch_pika(addresses=["up:5672"]) as broker:
            connection = pika.BlockingConnection(hosts)
            assert connection._impl.params.host == "up"
            assert broker.clock.now() == 0.0

    def test_retries_pass_virtual_time(self):
        parameters = pika.ConnectionParameters("down", connection_attempts=3, retry_delay=60)
        with patch_pika(addresses=["up"]) as broker:
            with pytest.raises(pika.exceptions.AMQPConnectionError):
                pika.BlockingConnection(parameters)
            assert broker.clock.now() == 120.0

    def test_a_limit_too_short_for_any_network_runs_out(self):
        parameters = pika.ConnectionParameters(socket_timeout=1e-9)
        with patch_pika(), pytest.raises(pika.exceptions.AMQPConnectionError) as caught:
            pika.BlockingConnection(parameters)
        assert isinstance(caught.value.args[0].exception, TimeoutError)


def test_the_public_names_are_lazy():
    assert fakeamqp.patch_pika is patch_pika
    assert {"Broker", "connect", "patch_pika"} <= set(dir(fakeamqp))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        fakeamqp.nonsense  # noqa: B018
