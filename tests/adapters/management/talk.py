"""A talk with a management API: what is asked, and what was answered, with all that is made up replaced."""

from __future__ import annotations

import base64
import http.client
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

import pika

from tests.adapters.management.left_out import hidden

_HEADERS = ("Allow", "Content-Disposition", "Content-Type", "Location", "WWW-Authenticate")
_NAME = re.compile(r"127\.0\.0\.1:\d+ -> 127\.0\.0\.1:\d+")
_HASH = re.compile(r'("password_hash": ")[^"]+"')
_MADE_UP = {"connected_at": 0, "peer_port": 0, "port": 0}


class Stage:
    """A broker with a virtual host, and users, of the scenario's own.

    url: of its management API. prefix: of the names of its users. node: its name.
    connect: a pika connection to the virtual host. settle: waits until statistics tell what was done.
    cluster: the name of its cluster. hides: values that the fake does not tell are not kept.
    """

    def __init__(
        self,
        url: str,
        vhost: str,
        prefix: str,
        node: str,
        connect: Callable[..., pika.BlockingConnection],
        settle: Callable[[], None],
    ) -> None:
        self.url = url
        self.vhost = vhost
        self.prefix = prefix
        self.node = node
        self.connect = connect
        self.settle = settle
        self.cluster = node
        self.hides = False


class Talk:
    """What a scenario does. In paths and bodies <vhost>, <user> and <node> stand for the stage's own names.

    told: what was observed so far, a row for each question.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.told: list[dict[str, Any]] = []
        self._connections: list[pika.BlockingConnection] = []

    # --- what a scenario does

    def get(self, path: str, *, user: str | None = "guest:guest") -> Any:
        """Ask, and keep the answer; it is returned, too."""
        return self.ask("GET", path, None, user)

    def put(self, path: str, body: Any = None, *, user: str | None = "guest:guest") -> Any:
        return self.ask("PUT", path, body, user)

    def post(self, path: str, body: Any = None, *, user: str | None = "guest:guest") -> Any:
        return self.ask("POST", path, body, user)

    def delete(self, path: str, *, user: str | None = "guest:guest", reason: str | None = None) -> Any:
        return self.ask("DELETE", path, None, user, reason)

    def ask(self, method: str, path: str, body: Any, user: str | None, reason: str | None = None) -> Any:
        """One request. body: JSON, or a text as it is. user: name and password; None is nobody."""
        status, headers, content = self._send(method, path, body, user, reason)
        row: dict[str, Any] = {"asked": f"{method} {path}"}
        if body is not None:
            row["sent"] = body
        if user != "guest:guest":
            row["user"] = user
        row["status"] = status
        shown = {name: self._own(value) for name, value in headers.items() if name in self._shown(status)}
        if shown.get("Content-Type") == "application/json":
            del shown["Content-Type"]
        if shown:
            row["headers"] = shown
        if content:
            row["told"] = self._replaced(content)
        self.told.append(row)
        try:
            return json.loads(content)
        except ValueError:
            return content

    def do(self, method: str, path: str, body: Any = None) -> None:
        """The same without keeping the answer, which must not be an error."""
        status, _, content = self._send(method, path, body, "guest:guest", None)
        assert status < 300, (method, path, status, content)

    def connect(self, **parameters: Any) -> pika.BlockingConnection:
        """A client of the virtual host."""
        made = self._stage.connect(**parameters)
        self._connections.append(made)
        return made

    def settle(self) -> None:
        """Let statistics catch up with what was done."""
        self._stage.settle()

    def name_of(self, tag: str) -> str:
        """The name of the connection that calls itself like this."""
        _, _, content = self._send("GET", "/api/vhosts/<vhost>/connections", None, "guest:guest", None)
        (name,) = [row["name"] for row in json.loads(content) if row.get("user_provided_name") == tag]
        return str(name)

    def close(self) -> None:
        """End the clients, and delete what the scenario has added."""
        for connection in self._connections:
            if connection.is_open:
                connection.close()

    # --- how

    @staticmethod
    def _shown(status: int) -> tuple[str, ...]:
        # Which methods there are is told everywhere by one version: what matters is told here.
        return tuple(name for name in _HEADERS if name != "Allow" or status in (200, 405))

    def _send(
        self, method: str, path: str, body: Any, user: str | None, reason: str | None
    ) -> tuple[int, dict[str, str], str]:
        base = urlsplit(self._stage.url)
        connection = http.client.HTTPConnection(str(base.hostname), base.port, timeout=60)
        headers = {"Content-Type": "application/json"}
        if user is not None:
            headers["Authorization"] = "Basic " + base64.b64encode(self._named(user).encode()).decode()
        if reason is not None:
            headers["X-Reason"] = reason
        data = None if body is None else self._named(body if isinstance(body, str) else json.dumps(body)).encode()
        where = self._named(path, in_path=True)
        try:
            connection.request(method, where, data, headers)
            answer = connection.getresponse()
            told = {name.title(): value for name, value in answer.getheaders()}
            if "Www-Authenticate" in told:
                told["WWW-Authenticate"] = told.pop("Www-Authenticate")
            if method != "OPTIONS" and answer.status == 200:
                told.pop("Allow", None)
            return answer.status, told, answer.read().decode()
        finally:
            connection.close()

    def _named(self, text: str, *, in_path: bool = False) -> str:
        stage = self._stage
        for token, name in (("<vhost>", stage.vhost), ("<user>", stage.prefix), ("<node>", stage.node)):
            text = text.replace(token, quote(name, safe="") if in_path else name)
        return text

    def _own(self, text: str) -> str:
        stage = self._stage
        for name, token in (
            (stage.vhost, "<vhost>"),
            (stage.prefix, "<user>"),
            (stage.node, "<node>"),
            (stage.cluster, "<node>"),
        ):
            text = text.replace(name, token)
        text = _HASH.sub(r'\1<hash>"', text)
        return _NAME.sub("<client>", text)

    def _replaced(self, content: str) -> Any:
        try:
            told = json.loads(content)
        except ValueError:
            return "<page>"
        shown = json.loads(self._own(json.dumps(told, ensure_ascii=False)))
        return ordered(self._without_others(hidden(shown) if self._stage.hides else shown))

    def _without_others(self, told: Any) -> Any:
        """Lists of the whole broker without what is others'."""
        if not isinstance(told, list) or not all(isinstance(row, dict) for row in told):
            return told
        return [row for row in told if self._is_own(row)]

    def _is_own(self, row: dict[str, Any]) -> bool:
        if "password_hash" in row:
            return str(row["name"]).startswith("<user>")
        if "vhost" not in row and "cluster_state" in row:
            return bool(row["name"] == "<vhost>")
        if "queue" in row:
            return bool(row["queue"]["vhost"] == "<vhost>")
        if "user" in row and "vhost" not in row:
            return str(row["user"]).startswith("<user>")
        return row.get("vhost", "<vhost>") == "<vhost>"


def ordered(told: Any, key: str = "") -> Any:
    """The same with fields in the order of their names, lists without an order in one, and without made-up values."""
    if isinstance(told, dict):
        return {name: _MADE_UP.get(name, ordered(value, name)) for name, value in sorted(told.items())}
    if isinstance(told, list):
        rows = [ordered(row) for row in told]
        has_no_order = key in _UNORDERED or any(_is_in_no_order(row) for row in rows)
        return sorted(rows, key=_place) if has_no_order else rows
    return told


_UNORDERED = {
    *("consumer_details", "exchange_types", "listeners", "protocols", "ports"),
    *("queues", "exchanges", "bindings", "policies", "parameters"),  # of definitions
}
# Consumers, features and topic permissions, each by a field that nothing else has.
_IN_NO_ORDER = ({"consumer_tag"}, {"deprecation_phase"}, {"stability"}, {"exchange", "write"})


def _is_in_no_order(row: Any) -> bool:
    return isinstance(row, dict) and any(fields <= row.keys() for fields in _IN_NO_ORDER)


def _place(row: Any) -> str:
    if not isinstance(row, dict):
        return json.dumps(row)
    return str([row.get(key) for key in ("consumer_tag", "name", "exchange")])
