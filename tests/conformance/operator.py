"""An operator of the broker a scenario plays on: the management API of a real one, `ctl` of the fake."""

from __future__ import annotations

import contextlib
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Protocol

POLICY_SECONDS = 0.3
"""How long a real broker is given to hand a changed policy to its queues."""


class Refused(Exception):
    """The broker does not take what the operator asks for; its text is the broker's reason."""


class Operator(Protocol):
    """Tasks by the names of `rabbitmqctl`; each raises Refused with the broker's reason."""

    def do(self, task: str, *args: Any, **kwargs: Any) -> Any:
        """Carry out a task; what it tells, None if that is nothing."""


class ManagementApi:
    """A running RabbitMQ's management API."""

    def __init__(self, url: str, user: str, password: str) -> None:
        base = urllib.parse.urlsplit(url)
        self._base = f"{base.scheme}://{base.hostname}:{base.port}/api/"
        passwords = urllib.request.HTTPPasswordMgrWithPriorAuth()
        passwords.add_password(None, self._base, user, password, is_authenticated=True)
        self._opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(passwords))

    def call(
        self,
        method: str,
        *path: str,
        body: object = None,
        query: str = "",
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Any:
        """One request; each part of the path is quoted. Raises Refused if the broker answers with an error."""
        address = self._base + "/".join(urllib.parse.quote(part, safe="") for part in path)
        if query:
            address += f"?{query}"
        data = _as_sent(body) if method in ("PUT", "POST") else None
        request = urllib.request.Request(address, data, {"Content-Type": "application/json", **headers}, method=method)
        try:
            with self._opener.open(request, timeout=60) as answer:
                content = answer.read()
        except urllib.error.HTTPError as error:
            raise Refused(_reason(error)) from None
        return json.loads(content) if content else None


def _as_sent(body: object) -> bytes:
    return body.encode() if isinstance(body, str) else json.dumps(body or {}).encode()


def _reason(error: urllib.error.HTTPError) -> str:
    try:
        told = json.loads(error.read())
    except ValueError:
        return f"HTTP {error.code}"
    reason = told.get("reason", told)
    return reason if isinstance(reason, str) else json.dumps(_readable(reason), ensure_ascii=False)


def _readable(reason: Any) -> Any:
    """Erlang's texts, which come as lists of characters, as texts."""
    if not isinstance(reason, list):
        return reason
    if reason and all(isinstance(item, int) and (item > 31 or item == 10) for item in reason):
        return "".join(map(chr, reason))
    return [_readable(item) for item in reason]


def _check_harmless(definitions: dict[str, Any], *, whole: bool) -> None:
    """Keep from shared brokers what they cannot get rid of again, and what is not the scenario's.

    A vhost with a queue or exchange without a name cannot be deleted from 3.10 and 4.0, nor one with a parameter of
    vhost-limits that has another name than "limits".
    """
    for kind, fields in (("queues", ("name",)), ("exchanges", ("name",)), ("bindings", ("source", "destination"))):
        for row in _rows(definitions, kind):
            assert all(isinstance(row.get(field), str) for field in fields), f"{kind}: {row}"
            assert row.get("name") != "", f"{kind}: {row}"
    for row in _rows(definitions, "parameters"):
        assert (row["component"] == "vhost-limits") <= (row["name"] == "limits"), row
    for kind in definitions if whole else ():
        for row in _rows(definitions, kind):
            assert kind not in ("global_parameters",), "they are nobody's own"
            place = row["name"] if kind == "vhosts" else row.get("vhost", "<vhost>")
            assert place.startswith("<vhost>"), row
            assert row.get("name") != "guest", row


def _rows(definitions: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    listed = definitions.get(kind)
    return [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []


def own_definitions(definitions: dict[str, Any], vhost: str, users: Iterable[str]) -> dict[str, Any]:
    """What of a cluster's definitions is a scenario's own."""
    own = set(users)

    def is_own(kind: str, row: dict[str, Any]) -> bool:
        if kind == "users":
            return row["name"] in own
        if row.get("name" if kind == "vhosts" else "vhost") != vhost:
            return kind == "global_parameters" and row["name"] == "cluster_tags"
        return row.get("user", "") in own | {""}

    return {
        kind: [row for row in rows if is_own(kind, row)] if isinstance(rows, list) else rows
        for kind, rows in definitions.items()
    }


def shown_definitions(definitions: dict[str, Any], vhost: str, cluster: str) -> dict[str, Any]:
    """Definitions as they are written down: RabbitMQ lists rows, and the fields of each, in no order."""
    text = json.dumps(definitions, sort_keys=True, ensure_ascii=False)
    shown: dict[str, Any] = json.loads(text.replace(vhost, "<vhost>").replace(cluster, "<node>"))
    for rows in shown.values():
        if isinstance(rows, list):
            rows.sort(key=lambda row: json.dumps(row, sort_keys=True))
    return shown


class RealOperator:
    """The operator of a running RabbitMQ; what is not said of another vhost is done in the scenario's own.

    Users belong to the whole broker: those that a scenario adds are gone when it ends.
    """

    def __init__(self, api: ManagementApi, vhost: str) -> None:
        self._api = api
        self._vhost = vhost
        self._users: dict[str, None] = {}

    def do(self, task: str, *args: Any, **kwargs: Any) -> Any:
        return getattr(self, task)(*args, **kwargs)

    def close(self) -> None:
        """Take away the users that were added; one that was to be imported may not have been."""
        for name in list(self._users):
            with contextlib.suppress(Refused):
                self.delete_user(name)

    # --- policies

    def set_policy(
        self, name: str, pattern: str, definition: dict[str, Any], *, priority: int = 0, apply_to: str = "all"
    ) -> None:
        self._set_policy("policies", name, pattern, definition, priority, apply_to)

    def clear_policy(self, name: str) -> None:
        self._clear_policy("policies", name)

    def set_operator_policy(
        self, name: str, pattern: str, definition: dict[str, Any], *, priority: int = 0, apply_to: str = "all"
    ) -> None:
        self._set_policy("operator-policies", name, pattern, definition, priority, apply_to)

    def clear_operator_policy(self, name: str) -> None:
        self._clear_policy("operator-policies", name)

    def _set_policy(
        self, kind: str, name: str, pattern: str, definition: dict[str, Any], priority: int, apply_to: str
    ) -> None:
        body = {"pattern": pattern, "definition": definition, "priority": priority, "apply-to": apply_to}
        self._api.call("PUT", kind, self._vhost, name, body=body)
        time.sleep(POLICY_SECONDS)

    def _clear_policy(self, kind: str, name: str) -> None:
        self._api.call("DELETE", kind, self._vhost, name)
        time.sleep(POLICY_SECONDS)

    def list_policies(self) -> Any:
        return self._list("policies")

    def list_operator_policies(self) -> Any:
        return self._list("operator-policies")

    def _list(self, kind: str) -> list[dict[str, Any]]:
        """Name, pattern and so on of each policy, by name: RabbitMQ lists them in no order."""
        listed = self._api.call("GET", kind, self._vhost)
        without_vhost = [{key: each[key] for key in sorted(each) if key != "vhost"} for each in listed]
        return sorted(without_vhost, key=lambda each: str(each["name"]))

    # --- what there is

    def show_queue(self, name: str) -> dict[str, Any]:
        """A queue's type, arguments and policy, as they are now."""
        queues = self._api.call("GET", "queues", self._vhost, query="disable_stats=true&enable_queue_totals=true")
        (queue,) = (queue for queue in queues if queue["name"] == name)
        return {"type": queue["type"], "arguments": queue["arguments"], "policy": queue.get("policy")}

    def show_effective(self, name: str) -> dict[str, Any]:
        """A queue's policies and what they come to together, as statistics tell: they may be five seconds old."""
        queue = self._api.call("GET", "queues", self._vhost, name)
        return {
            "policy": queue.get("policy"),
            "operator_policy": queue.get("operator_policy"),
            "definition": dict(sorted((queue.get("effective_policy_definition") or {}).items())),
        }

    def show_exchange(self, name: str) -> dict[str, Any]:
        """An exchange's policy."""
        return {"policy": self._api.call("GET", "exchanges", self._vhost, name).get("policy")}

    # --- users and what they may do

    def add_user(self, name: str, password: str) -> None:
        self._api.call("PUT", "users", name, body={"password": password, "tags": ""})
        self._users[name] = None

    def change_password(self, name: str, password: str) -> None:
        self._api.call("PUT", "users", name, body={"password": password, "tags": ""})

    def delete_user(self, name: str) -> None:
        self._api.call("DELETE", "users", name)
        self._users.pop(name, None)

    def set_permissions(self, user: str, configure: str, write: str, read: str) -> None:
        body = {"configure": configure, "write": write, "read": read}
        self._api.call("PUT", "permissions", self._vhost, user, body=body)

    def clear_permissions(self, user: str) -> None:
        self._api.call("DELETE", "permissions", self._vhost, user)

    def set_topic_permissions(self, user: str, exchange: str, write: str, read: str) -> None:
        body = {"exchange": exchange, "write": write, "read": read}
        self._api.call("PUT", "topic-permissions", self._vhost, user, body=body)

    def clear_topic_permissions(self, user: str, exchange: str) -> None:
        self._api.call("DELETE", "topic-permissions", self._vhost, user, exchange)

    # --- limits: "max-connections", "max-queues"; of a user "max-connections", "max-channels"; -1 is no limit

    def set_vhost_limit(self, limit: str, value: int) -> None:
        self._api.call("PUT", "vhost-limits", self._vhost, limit, body={"value": value})

    def clear_vhost_limit(self, limit: str) -> None:
        self._api.call("DELETE", "vhost-limits", self._vhost, limit)

    def set_user_limit(self, user: str, limit: str, value: int) -> None:
        self._api.call("PUT", "user-limits", user, limit, body={"value": value})

    def clear_user_limit(self, user: str, limit: str) -> None:
        self._api.call("DELETE", "user-limits", user, limit)

    # --- connections

    def close_all_connections(self, reason: str | None = None) -> None:
        """Those to the vhost, of which there must be one; None leaves the reason to the management plugin."""
        headers = {} if reason is None else {"X-Reason": reason}
        patience = time.monotonic() + 15  # the plugin learns of connections every five seconds
        while not (connections := self._api.call("GET", "vhosts", self._vhost, "connections")):
            if time.monotonic() > patience:
                raise TimeoutError("the management plugin knows of no connection")
            time.sleep(0.2)
        for connection in connections:
            self._api.call("DELETE", "connections", connection["name"], headers=headers)

    # --- definitions, in which "<vhost>" stands for the scenario's own

    def import_definitions(self, definitions: dict[str, Any] | str) -> None:
        """Those of a single vhost, into the scenario's own. A text is sent as it is."""
        self._import(definitions, "definitions", self._vhost)

    def import_cluster_definitions(self, definitions: dict[str, Any]) -> None:
        """Those of a cluster, of which a scenario may touch its own vhost and users alone."""
        self._import(definitions, "definitions")

    def _import(self, definitions: dict[str, Any] | str, *path: str) -> None:
        text = definitions
        if not isinstance(text, str):
            _check_harmless(text, whole=len(path) == 1)
            self._users.update(dict.fromkeys(user["name"] for user in text.get("users", ())))
            text = json.dumps(text)
        self._api.call("POST", *path, body=text.replace("<vhost>", self._vhost))
        time.sleep(POLICY_SECONDS)

    def export_definitions(self) -> dict[str, Any]:
        """Those of the scenario's vhost."""
        told: dict[str, Any] = self._api.call("GET", "definitions", self._vhost)
        return shown_definitions(told, self._vhost, self._api.call("GET", "cluster-name")["name"])

    def export_cluster_definitions(self) -> dict[str, Any]:
        """Those of the cluster, of which the scenario's own vhost and users are written down."""
        told: dict[str, Any] = self._api.call("GET", "definitions")
        own = own_definitions(told, self._vhost, self._users)
        return shown_definitions(own, self._vhost, self._api.call("GET", "cluster-name")["name"])

    # --- the vhost itself

    def set_default_queue_type(self, queue_type: str) -> None:
        self._api.call("PUT", "vhosts", self._vhost, body={"default_queue_type": queue_type})

    def delete_vhost(self) -> None:
        self._api.call("DELETE", "vhosts", self._vhost)


class FakeOperator:
    """The operator of the fake: `Broker.ctl`, whose methods have the same names and take the vhost by name."""

    _OF_THE_WHOLE_BROKER = frozenset(
        ("add_user", "change_password", "delete_user", "set_user_limit", "clear_user_limit")
    )

    def __init__(self, broker: Any, vhost: str) -> None:
        self._broker = broker
        self._ctl = broker.ctl
        self._vhost = vhost
        self._users: dict[str, None] = {}

    def do(self, task: str, *args: Any, **kwargs: Any) -> Any:
        if hasattr(self, task):
            return getattr(self, task)(*args)
        vhost = {} if task in self._OF_THE_WHOLE_BROKER else {"vhost": self._vhost}
        try:
            return getattr(self._ctl, task)(*args, **kwargs, **vhost)
        except (ValueError, LookupError) as error:
            raise Refused(str(error.args[0])) from None

    # --- definitions

    def import_definitions(self, definitions: dict[str, Any] | str) -> None:
        self._import(definitions, self._vhost)

    def import_cluster_definitions(self, definitions: dict[str, Any]) -> None:
        self._users.update(dict.fromkeys(user["name"] for user in definitions.get("users", ())))
        self._import(definitions, None)

    def _import(self, definitions: dict[str, Any] | str, vhost: str | None) -> None:
        text = definitions if isinstance(definitions, str) else json.dumps(definitions)
        try:
            self._broker.import_definitions(text.replace("<vhost>", self._vhost), vhost=vhost)
        except ValueError as error:
            raise Refused(error.reason) from None  # type: ignore[attr-defined]

    def export_definitions(self) -> dict[str, Any]:
        return shown_definitions(self._broker.export_definitions(self._vhost), self._vhost, self._broker.model.node)

    def export_cluster_definitions(self) -> dict[str, Any]:
        own = own_definitions(self._broker.export_definitions(), self._vhost, self._users)
        return shown_definitions(own, self._vhost, self._broker.model.node)

    # --- what there is

    def list_policies(self) -> Any:
        return self._list(self._ctl.list_policies(vhost=self._vhost))

    def list_operator_policies(self) -> Any:
        return self._list(self._ctl.list_operator_policies(vhost=self._vhost))

    def _list(self, policies: Any) -> list[dict[str, Any]]:
        return [
            {
                "apply-to": policy.apply_to,
                "definition": dict(policy.definition),
                "name": policy.name,
                "pattern": policy.pattern,
                "priority": policy.priority,
            }
            for policy in sorted(policies, key=lambda policy: str(policy.name))
        ]

    def show_queue(self, name: str) -> dict[str, Any]:
        queue = self._broker.queue(name, vhost=self._vhost)
        return {"type": queue.kind, "arguments": dict(queue.arguments), "policy": queue.policy}

    def show_effective(self, name: str) -> dict[str, Any]:
        queue = self._broker.queue(name, vhost=self._vhost)
        definition = dict(sorted(queue.effective_policy_definition.items()))
        return {"policy": queue.policy, "operator_policy": queue.operator_policy, "definition": definition}

    def show_exchange(self, name: str) -> dict[str, Any]:
        return {"policy": self._broker.exchange(name, vhost=self._vhost).policy}
