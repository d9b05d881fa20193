"""The two things a scenario can be played on: a real broker and the fake."""

from __future__ import annotations

import contextlib
import shlex
import subprocess
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import attrs
import pika
from pika.adapters.blocking_connection import BlockingConnection

from .operator import FakeOperator, ManagementApi, Operator, RealOperator, Refused

QUIET_SECONDS = 0.05
"""A real broker from which nothing came for this long is taken to have nothing more to say."""

POLL_SECONDS = 0.01
"""How long one connection is listened to before the next gets its turn."""

READ_SECONDS = 1
"""How long a real broker may take to say what is wrong with a channel that nothing is asked of."""


NODE_SECONDS = 1.5
"""How long the rest of a cluster is given to notice that a node is gone, or back."""


class Backend(Protocol):
    """A broker with a vhost of its own for one play."""

    version: str
    vhost: str
    node: str
    other_node: str
    operator: Operator

    def connect(self, **parameters: Any) -> BlockingConnection:
        """Connect to the vhost as guest; `parameters` are pika's and override both."""

    def settle(self, connections: Iterable[BlockingConnection], seen: Callable[[], int]) -> None:
        """Let everything that can happen now happen; `seen` counts what the callbacks were given so far."""

    def advance(self, seconds: float, connections: Iterable[BlockingConnection]) -> None:
        """Let time pass, dispatching callbacks on the way."""

    def read(self, connection: BlockingConnection) -> None:
        """Read what is on its way to this connection; raises what ends it."""

    def connect_elsewhere(self) -> BlockingConnection:
        """Connect to the vhost at the other node of a cluster: what is declared there lives there."""

    def lose(self, *queues: str) -> None:
        """The node of these queues, which is not the one of `connect`, is stopped."""

    def restore(self, *queues: str) -> None:
        """It comes back."""

    def close(self) -> None:
        """Remove the vhost."""


@attrs.frozen
class OtherNode:
    """The second node of a cluster. stop, start: command lines that end and start RabbitMQ on it."""

    url: str
    stop: str
    start: str


class RealBroker:
    """A vhost on a running RabbitMQ, made and removed through its management API."""

    def __init__(
        self,
        url: str,
        management_url: str | None = None,
        quiet_seconds: float = QUIET_SECONDS,
        other: OtherNode | None = None,
    ) -> None:
        self._parameters = pika.URLParameters(url)
        self._api = _management_api(url, management_url)
        self._quiet = quiet_seconds
        self._other = other
        self._is_lost = False
        overview = self._api.call("GET", "overview")
        self.exact_version = str(overview["rabbitmq_version"])
        self.node = str(overview["node"])
        self.other_node = str(_management_api(other.url).call("GET", "overview")["node"]) if other else ""
        self.version = ".".join(self.exact_version.split(".")[:2])
        self.vhost = f"conformance-{uuid.uuid4().hex[:12]}"
        self._api.call("PUT", "vhosts", self.vhost)
        self.operator = RealOperator(self._api, self.vhost)
        credentials: Any = self._parameters.credentials
        self.operator.set_permissions(str(credentials.username), ".*", ".*", ".*")

    def connect(self, **parameters: Any) -> BlockingConnection:
        defaults = {
            "host": self._parameters.host,
            "port": self._parameters.port,
            "credentials": self._parameters.credentials,
            "virtual_host": self.vhost,
        }
        return BlockingConnection(pika.ConnectionParameters(**{**defaults, **parameters}))

    def connect_elsewhere(self) -> BlockingConnection:
        assert self._other is not None
        there = pika.URLParameters(self._other.url)
        return self.connect(host=there.host, port=there.port)

    def lose(self, *queues: str) -> None:
        assert self._other is not None
        self._is_lost = True
        self._run(self._other.stop)

    def restore(self, *queues: str) -> None:
        assert self._other is not None
        self._run(self._other.start)
        self._is_lost = False

    def _run(self, command: str) -> None:
        subprocess.run(shlex.split(command), check=True, capture_output=True)
        time.sleep(NODE_SECONDS)

    def settle(self, connections: Iterable[BlockingConnection], seen: Callable[[], int]) -> None:
        connections = list(connections)
        before, quiet_since = seen(), time.monotonic()
        while time.monotonic() - quiet_since < self._quiet:
            self._listen(connections, POLL_SECONDS)
            if seen() != before:
                before, quiet_since = seen(), time.monotonic()

    def advance(self, seconds: float, connections: Iterable[BlockingConnection]) -> None:
        connections = list(connections)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._listen(connections, min(POLL_SECONDS, left))

    def read(self, connection: BlockingConnection) -> None:
        end = time.monotonic() + READ_SECONDS
        while time.monotonic() < end:
            connection.process_data_events(time_limit=POLL_SECONDS)

    def _listen(self, connections: list[BlockingConnection], seconds: float) -> None:
        open_ones = [connection for connection in connections if connection.is_open]
        for connection in open_ones:
            with contextlib.suppress(pika.exceptions.ConnectionClosed):  # the play sees that it is closed
                connection.process_data_events(time_limit=seconds / len(open_ones))
        if not open_ones:
            time.sleep(seconds)

    def close(self) -> None:
        if self._is_lost:
            self.restore()
        self.operator.close()
        with contextlib.suppress(Refused):  # the scenario may have deleted it itself
            self.operator.delete_vhost()


def _management_api(url: str, management_url: str | None = None) -> ManagementApi:
    parameters = pika.URLParameters(url)
    credentials: Any = parameters.credentials
    user, password = str(credentials.username), str(credentials.password)
    return ManagementApi(management_url or _usual_management_url(parameters), user, password)


def _usual_management_url(parameters: pika.URLParameters) -> str:
    return f"http://{parameters.host}:{parameters.port + 10000}"


PLUGINS = (
    "rabbitmq_consistent_hash_exchange",
    "rabbitmq_jms_topic_exchange",
    "rabbitmq_random_exchange",
    "rabbitmq_recent_history_exchange",
)
"""What has to be switched on at a broker that is recorded."""


class FakeBroker:
    """The fake, with a vhost named as on a real broker and time that only `advance` moves."""

    vhost = "conformance-000000000000"
    """As long as those of real brokers, which cut an error text by its length, the vhost's name included."""

    node = "rabbit@localhost"
    other_node = "rabbit@elsewhere"

    def __init__(self, version: str, deny: Iterable[str] = ()) -> None:
        import fakeamqp

        self.version = version
        self._broker = fakeamqp.Broker(version=version, vhosts=("/", self.vhost), plugins=PLUGINS, deny=deny)
        self.operator = FakeOperator(self._broker, self.vhost)

    def connect(self, **parameters: Any) -> BlockingConnection:
        import fakeamqp

        connection: BlockingConnection = fakeamqp.connect(self._broker, **{"virtual_host": self.vhost, **parameters})
        return connection

    def settle(self, connections: Iterable[BlockingConnection], seen: Callable[[], int]) -> None:
        self._broker.settle()
        for connection in connections:
            if connection.is_open:
                with contextlib.suppress(pika.exceptions.ConnectionClosed):  # the play sees that it is closed
                    connection.process_data_events(time_limit=0)

    def advance(self, seconds: float, connections: Iterable[BlockingConnection]) -> None:
        self._broker.clock.advance(seconds)
        for connection in connections:
            with contextlib.suppress(pika.exceptions.ConnectionClosed):  # as above
                if connection.is_open:
                    connection.process_data_events(time_limit=0)

    def connect_elsewhere(self) -> BlockingConnection:
        return self.connect()

    def lose(self, *queues: str) -> None:
        for queue in queues:
            self._broker.faults.lose_queue(queue, self.vhost)

    def restore(self, *queues: str) -> None:
        for queue in queues:
            self._broker.faults.restore_queue(queue, self.vhost)

    def read(self, connection: BlockingConnection) -> None:
        for _ in range(2):  # one turn sends, the next reads
            connection.process_data_events(time_limit=0)

    def close(self) -> None:
        pass
