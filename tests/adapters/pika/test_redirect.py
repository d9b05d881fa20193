"""pika on a real RabbitMQ: what is replaced of where a program connects to, and what is not."""

from __future__ import annotations

import copy
import socket
import ssl
import threading
import weakref
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pika
import pytest

import fakeamqp
from fakeamqp.adapters.pika import redirect


class Target:
    """A real broker that nobody connects to."""

    def __init__(self) -> None:
        self.transport = pika.ConnectionParameters("10.0.0.7", 5673)
        self.links: list[Any] = []
        self.waits = redirect._AsPika()
        self.attempts: list[tuple[str, int]] = []
        self.is_there = False

    def accepts(self, host: str, port: int) -> bool:
        self.attempts.append((host, port))
        return self.is_there

    def vhost_for(self, given: str) -> str:
        return f"vhost of {given}"

    def user_for(self, given: str, password: str) -> tuple[str, str]:
        return f"user of {given}", f"{password}!"

    def as_given(self, text: str) -> str:
        return text.replace("vhost of ", "")


@pytest.fixture
def target() -> Iterator[Target]:
    target = Target()
    redirect.begin(target)
    try:
        yield target
    finally:
        redirect.end(target)


def test_host_port_tls_virtual_host_and_credentials_are_replaced(target: Target) -> None:
    target.is_there = True
    tls = pika.SSLOptions(ssl.create_default_context())
    made = redirect.redirected(pika.ConnectionParameters("rabbit", 5671, "shop", ssl_options=tls), target)
    assert (made.host, made.port, made.virtual_host, made.ssl_options) == ("10.0.0.7", 5673, "vhost of shop", None)
    assert (made.credentials.username, made.credentials.password) == ("user of guest", "guest!")
    assert made.given == ("rabbit", 5671)


def test_everything_else_is_the_programs(target: Target) -> None:
    given = pika.ConnectionParameters(
        "rabbit", heartbeat=7, connection_attempts=3, retry_delay=1, client_properties={"connection_name": "shop"}
    )
    made = redirect.redirected(given, target)
    for name in ("heartbeat", "connection_attempts", "retry_delay", "client_properties", "frame_max", "locale"):
        assert getattr(made, name) == getattr(given, name)


def attempt(*parameters: pika.ConnectionParameters, first: bool = True, remaining: int = 1) -> Any:
    """An attempt to connect, as far as pika asks for it; nothing is opened."""
    workflow = SimpleNamespace(_connection_configs=list(parameters), _attempts_remaining=remaining)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(redirect._stock, "cycle", lambda workflow, first: None)
        redirect._start_new_cycle_async(workflow, first)
    return workflow._connection_configs


def test_the_programs_own_parameters_stay_as_they_are(target: Target) -> None:
    given = pika.ConnectionParameters("rabbit")
    before = copy.deepcopy(given)
    (made,) = attempt(given)
    assert given == before
    assert copy.deepcopy(made).target is target


def test_each_attempt_to_connect_asks_whether_the_broker_is_there(target: Target) -> None:
    (made,) = attempt(pika.ConnectionParameters("rabbit"))
    assert (made.host, made.port) == redirect._nobody_there()
    target.is_there = True
    assert attempt(made, first=False) == [made]
    assert (made.host, made.port) == ("10.0.0.7", 5673)
    attempt(made, first=False, remaining=0)  # pika asks for one more when there is none left
    assert target.attempts == [("rabbit", 5672)] * 2


def test_where_nobody_is_connections_are_refused(target: Target) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(redirect._nobody_there(), timeout=10)


def test_a_select_connection_is_redirected_too(target: Target) -> None:
    target.is_there = True
    connection = pika.SelectConnection(pika.ConnectionParameters("rabbit.invalid"))
    assert connection.params.host == "10.0.0.7"
    assert target.links == [connection]
    assert redirect.target_of(connection) is target
    connection.ioloop.close()


def test_texts_of_the_brokers_have_the_programs_names(target: Target) -> None:
    connection = pika.SelectConnection(pika.ConnectionParameters("rabbit.invalid"))
    closed: list[str] = []
    method = pika.spec.Connection.Close(320, "CONNECTION_FORCED - vhost 'vhost of shop' is deleted", 0, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(redirect._stock, "frame", lambda connection, frame: closed.append(frame.method.reply_text))
        connection._process_frame(pika.frame.Method(0, method))
    connection.ioloop.close()
    assert closed == ["CONNECTION_FORCED - vhost 'shop' is deleted"]


def test_a_broker_in_memory_comes_first(target: Target) -> None:
    with fakeamqp.patch_pika() as broker:
        pika.BlockingConnection(pika.ConnectionParameters("rabbit")).close()
        fakeamqp.connect(broker).close()
    assert target.attempts == []


def test_the_innermost_redirect_holds(target: Target) -> None:
    inner = Target()
    redirect.begin(inner)
    attempt(pika.ConnectionParameters())
    redirect.end(inner)
    assert (len(inner.attempts), target.attempts) == (1, [])


def test_what_is_suspended_goes_where_it_says(target: Target) -> None:
    given = pika.ConnectionParameters("rabbit")
    with redirect.suspended():
        assert attempt(given) == [given]
    assert target.attempts == []


def test_a_thread_that_is_left_over_reaches_nobody() -> None:
    target = Target()
    target.is_there = True
    began, ended = threading.Event(), threading.Event()
    led_to: list[str] = []

    def connect() -> None:
        led_to.extend(made.host for made in attempt(pika.ConnectionParameters("rabbit")))
        began.set()
        ended.wait(10)
        led_to.extend(f"{made.host}:{made.port}" for made in attempt(pika.ConnectionParameters("rabbit")))

    redirect.begin(target)
    thread = threading.Thread(target=connect)
    thread.start()
    assert began.wait(10)
    redirect.end(target)
    nobody = "{}:{}".format(*redirect._nobody_there())
    ended.set()
    thread.join(10)
    assert led_to == ["10.0.0.7", nobody]


def test_pika_is_itself_again_when_no_thread_is_left_over(monkeypatch: pytest.MonkeyPatch) -> None:
    for threads in ("_users", "_left_over"):  # another test's may still be alive
        monkeypatch.setattr(redirect, threads, weakref.WeakSet())
    target = Target()
    redirect.begin(target)
    assert pika.connection.Connection._process_frame is redirect._process_frame
    redirect.end(target)
    assert redirect._stock == {}
    assert pika.connection.Connection._process_frame.__module__ == "pika.connection"
