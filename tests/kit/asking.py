"""The same question to the broker here and to a real one: clients by pika, operators by `ctl` or the management API."""

from __future__ import annotations

import contextlib
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

import pika

import fakeamqp
from fakeamqp.model.definitions import DefinitionsRefused

VHOST = "kit"
PLUGINS = ["rabbitmq_consistent_hash_exchange", "rabbitmq_jms_topic_exchange", "rabbitmq_recent_history_exchange"]
_REFUSED = (pika.exceptions.ChannelClosedByBroker, pika.exceptions.ConnectionClosedByBroker)


class Asking:
    """A client and an operator of a virtual host of their own.

    connect: opens a connection to it. operate: carries out a task of `Broker.ctl`, or raises ValueError or LookupError
    with the reason. settle: lets the broker finish.
    """

    def __init__(
        self, version: str, connect: Callable[[], Any], operate: Callable[..., Any], settle: Callable[[], None]
    ) -> None:
        self.version = version
        self._connect = connect
        self._operate = operate
        self.settle = settle
        self.connection = connect()
        self.channel = self.connection.channel()

    def told(self, method: str, *arguments: Any, **named: Any) -> str:
        """With what words the broker refuses a method, with C in front where that ends the connection; "" if not."""
        try:
            getattr(self.channel, method)(*arguments, **named)
            self.channel.flow(True)  # hears of a close that came without being asked
        except _REFUSED as refused:
            where = "" if self.connection.is_open else "C "
            self.renew()
            return f"{where}{refused.reply_code} {refused.reply_text}"
        return ""

    def renew(self) -> None:
        """Open a channel anew, and a connection if it is closed."""
        if not self.connection.is_open:
            self.connection = self._connect()
        with contextlib.suppress(pika.exceptions.AMQPError):
            self.channel.close()
        self.channel = self.connection.channel()

    def other(self) -> Asking:
        """A second client."""
        return Asking(self.version, self._connect, self._operate, self.settle)

    def operator(self, task: str, *arguments: Any, **named: Any) -> str:
        """With what words an operator's task is refused; "" if it is not."""
        try:
            self._operate(task, *arguments, **named)
        except (ValueError, LookupError) as refused:
            return str(refused.reason if isinstance(refused, DefinitionsRefused) else refused.args[0])
        return ""

    def see(self, task: str, *arguments: Any) -> Any:
        """What an operator is shown."""
        return self._operate(task, *arguments)

    def send(self, exchange: str, key: str, body: bytes, **properties: Any) -> None:
        """Publish on a channel with confirms."""
        self.channel.basic_publish(exchange, key, body, pika.BasicProperties(**properties))

    def bodies(self, queue: str) -> list[str]:
        """What is ready in a queue, which is empty then."""
        got = []
        while (taken := self.channel.basic_get(queue, auto_ack=True))[0] is not None:
            got.append(taken[2].decode())
        return got


@contextlib.contextmanager
def the_broker_here(version: str) -> Any:
    """A broker of this project."""
    broker = fakeamqp.Broker(version, vhosts=["/", VHOST], plugins=PLUGINS)

    def operate(task: str, *arguments: Any, **named: Any) -> Any:
        if task == "import_definitions":
            return broker.import_definitions(*arguments, VHOST)
        if task == "export_definitions":
            return broker.export_definitions(VHOST)
        if task == "policies_of":
            return {name: broker.queue(name, VHOST).policy for name in arguments}
        vhost = {} if "user" in task else {"vhost": VHOST}
        return getattr(broker.ctl, task)(*arguments, **named, **vhost)

    def connect() -> Any:
        return fakeamqp.connect(broker, virtual_host=VHOST)

    yield Asking(version, connect, operate, broker.settle)


_FRESH = "?disable_stats=true&enable_queue_totals=true"  # not five seconds old


class Management:
    """A real broker's operator."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}/api/"
        passwords = urllib.request.HTTPPasswordMgrWithPriorAuth()
        passwords.add_password(None, self._base, "guest", "guest", is_authenticated=True)
        self._opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(passwords))

    def call(self, method: str, *path: str, body: Any = None, query: str = "") -> Any:
        address = self._base + "/".join(urllib.parse.quote(part, safe="") for part in path) + query
        data = json.dumps(body or {}).encode() if method in ("PUT", "POST") else None
        request = urllib.request.Request(address, data, {"Content-Type": "application/json"}, method=method)
        try:
            with self._opener.open(request, timeout=60) as answer:
                content = answer.read()
        except urllib.error.HTTPError as error:
            raise ValueError(_reason(error)) from None
        return json.loads(content) if content else None

    def operate(self, task: str, *arguments: Any, **named: Any) -> Any:
        return getattr(self, task)(*arguments, **named)

    def set_policy(self, name: str, pattern: Any, definition: Any, *, priority: Any = 0, apply_to: Any = "all") -> None:
        self._policy("policies", name, pattern, definition, priority, apply_to)

    def set_operator_policy(
        self, name: str, pattern: Any, definition: Any, *, priority: Any = 0, apply_to: Any = "all"
    ) -> None:
        self._policy("operator-policies", name, pattern, definition, priority, apply_to)

    def _policy(self, kind: str, name: str, pattern: Any, definition: Any, priority: Any, apply_to: Any) -> None:
        body = {"pattern": pattern, "definition": definition, "priority": priority, "apply-to": apply_to}
        self.call("PUT", kind, VHOST, name, body=body)
        time.sleep(0.3)

    def clear_policy(self, name: str) -> None:
        self.call("DELETE", "policies", VHOST, name)
        time.sleep(0.3)

    def policies_of(self, *names: str) -> dict[str, Any]:
        found = {queue["name"]: queue.get("policy") for queue in self.call("GET", "queues", VHOST, query=_FRESH)}
        return {name: found[name] or None for name in names}

    def set_vhost_limit(self, limit: str, value: Any) -> None:
        self.call("PUT", "vhost-limits", VHOST, limit, body={"value": value})

    def import_definitions(self, definitions: Any) -> None:
        self.call("POST", "definitions", VHOST, body=definitions)
        time.sleep(0.3)

    def export_definitions(self) -> Any:
        return self.call("GET", "definitions", VHOST)


def _reason(error: urllib.error.HTTPError) -> str:
    try:
        told = json.loads(error.read())
    except ValueError:
        return f"HTTP {error.code}"
    reason = told.get("reason", told)
    return reason if isinstance(reason, str) else json.dumps(_texts(reason), ensure_ascii=False)


def _texts(reason: Any) -> Any:
    """Erlang's texts come as lists of characters."""
    if not isinstance(reason, list):
        return reason
    if reason and all(isinstance(item, int) and (item > 31 or item == 10) for item in reason):
        return "".join(map(chr, reason))
    return [_texts(item) for item in reason]


@contextlib.contextmanager
def a_real_broker(version: str, port: int) -> Any:
    """A virtual host of a real broker; its management API listens 10000 ports further on."""
    management = Management(port + 10_000)
    with contextlib.suppress(ValueError):
        management.call("DELETE", "vhosts", VHOST)
    management.call("PUT", "vhosts", VHOST)
    management.call("PUT", "permissions", VHOST, "guest", body={"configure": ".*", "write": ".*", "read": ".*"})
    parameters = pika.ConnectionParameters("127.0.0.1", port, VHOST)
    opened: list[Any] = []

    def connect() -> Any:
        opened.append(pika.BlockingConnection(parameters))
        return opened[-1]

    try:
        yield Asking(version, connect, management.operate, lambda: time.sleep(0.2))
    finally:
        for connection in opened:
            with contextlib.suppress(pika.exceptions.AMQPError):
                connection.close()
        management.call("DELETE", "vhosts", VHOST)
