"""Scenarios for the management API. Each is played on real brokers, which are recorded, and on the fake."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pika

from tests.adapters.management.talk import Talk

Scenario: TypeAlias = Callable[[Talk], None]

SCENARIOS: list[Scenario] = []


def scenario(play: Scenario) -> Scenario:
    """One that is recorded."""
    SCENARIOS.append(play)
    return play


QUORUM = {"durable": True, "arguments": {"x-queue-type": "quorum"}}
STREAM = {"durable": True, "arguments": {"x-queue-type": "stream"}}
GET = {"count": 10, "ackmode": "ack_requeue_true", "encoding": "auto"}
MESSAGE = {"properties": {}, "routing_key": "q", "payload": "tea", "payload_encoding": "string"}


# --- who asks, and where


@scenario
def paths_and_methods(talk: Talk) -> None:
    talk.get("/", user=None)
    for path in ("/api", "/api/", "/api/index.html", "/cli", "/cli/", "/api/nope", "/nope", "//api/overview"):
        talk.get(path, user=None)
    for method in ("OPTIONS", "PATCH", "POST", "HEAD"):
        talk.ask(method, "/api/whoami", None, "guest:guest")
    for path in ("/api/vhosts/<vhost>", "/api/queues/<vhost>/q", "/api/queues/<vhost>/q/get", "/api/definitions"):
        talk.ask("OPTIONS", path, None, "guest:guest")
    for path in ("/api/bindings/<vhost>/e/a/q/b", "/api/bindings/<vhost>/e/a/q/b/c", "/api/vhost-limits/<vhost>/x"):
        talk.ask("OPTIONS", path, None, "guest:guest")
    for path in ("/api/exchanges/<vhost>/x/publish", "/api/queues/<vhost>/q/contents", "/api/reset"):
        talk.ask("OPTIONS", path, None, "guest:guest")
    for path in ("/api/users/bulk-delete", "/api/topic-permissions/<vhost>/a", "/api/topic-permissions/<vhost>/a/b"):
        talk.ask("OPTIONS", path, None, "guest:guest")
    talk.put("/api/overview", {})
    talk.put("/api/vhosts", {})
    talk.put("/api/nope", {})
    talk.delete("/api/nope", user=None)
    talk.get("/api/whoami/")


@scenario
def logging_in(talk: Talk) -> None:
    for user in (None, "guest:wrong", "<user>nobody:secret", "guest"):
        talk.get("/api/whoami", user=user)
    talk.put("/api/users/<user>none", {"password": "pw", "tags": ""})
    talk.put("/api/users/<user>own", {"password": "pw", "tags": "mine"})
    for tags in ("management", "policymaker", "monitoring", "administrator"):
        talk.put(f"/api/users/<user>{tags}", {"password": "pw", "tags": tags})
        talk.get("/api/whoami", user=f"<user>{tags}:pw")
    talk.get("/api/whoami", user="<user>none:pw")
    talk.get("/api/whoami", user="<user>own:pw")
    talk.get("/api/nope", user="<user>none:pw")
    talk.post("/api/whoami", user=None)
    talk.put("/api/users/<user>locked", {"tags": "administrator"})
    talk.get("/api/whoami", user="<user>locked:")


TAGS = ("none", "management", "policymaker", "monitoring", "administrator")
READ = (
    *(
        "overview?columns=product_name",
        "cluster-name",
        "nodes?columns=name,type",
        "extensions",
        "whoami",
        "vhosts/<vhost>",
    ),
    *("vhosts/<vhost>/permissions", "users/<user>none", "user-limits", "user-limits/<user>none", "vhost-limits"),
    *("user-limits/<user>management", "vhost-limits/<vhost>", "permissions", "permissions/<vhost>/guest"),
    *("topic-permissions", "exchanges/<vhost>?columns=name", "exchanges?columns=name,vhost", "queues/<vhost>"),
    *("queues/<vhost>/nope", "bindings", "bindings/<vhost>", "consumers", "consumers/<vhost>", "policies"),
    *("policies/<vhost>", "operator-policies", "operator-policies/<vhost>", "parameters/nope"),
    *("parameters/vhost-limits/<vhost>", "global-parameters/nope", "definitions/<vhost>x", "health/checks/alarms"),
    *("connections/nope", "channels/nope", "vhosts/<vhost>/connections", "vhosts/<vhost>/channels"),
    *("users/<user>none/permissions", "connections/username/<user>none", "connections/username/<user>management"),
    *("vhosts/<vhost>/topic-permissions", "nodes/nope", "auth/attempts/nope"),
)


def _people(talk: Talk) -> None:
    for tags in TAGS:
        talk.do("PUT", f"/api/users/<user>{tags}", {"password": "pw", "tags": tags.replace("none", "")})
        permissions = {"configure": "^c", "write": "^c", "read": "^c"}
        talk.do("PUT", f"/api/permissions/<vhost>/<user>{tags}", permissions)
    talk.do("PUT", "/api/users/<user>outside", {"password": "pw", "tags": "management"})
    talk.do("PUT", "/api/users/<user>watcher", {"password": "pw", "tags": "monitoring"})
    talk.do("PUT", "/api/users/<user>lawyer", {"password": "pw", "tags": "policymaker"})


@scenario
def who_may_read(talk: Talk) -> None:
    _people(talk)
    for path in READ:
        for name in (*TAGS, "outside", "watcher", "lawyer"):
            talk.get(f"/api/{path}", user=f"<user>{name}:pw")


@scenario
def who_may_change(talk: Talk) -> None:
    _people(talk)
    talk.do("PUT", "/api/queues/<vhost>/b", {})
    get = {"count": 1, "ackmode": "ack_requeue_true", "encoding": "auto"}
    policy = {"pattern": "zz", "definition": {"max-length": 1}}
    changes = (
        ("PUT", "queues/<vhost>/c", {}),
        ("PUT", "queues/<vhost>/x", {}),
        ("DELETE", "queues/<vhost>/b", None),
        ("DELETE", "queues/<vhost>/c", None),
        ("PUT", "exchanges/<vhost>/x", {"type": "topic"}),
        ("PUT", "policies/<vhost>/p", policy),
        ("DELETE", "policies/<vhost>/p", None),
        ("PUT", "operator-policies/<vhost>/p", policy),
        ("DELETE", "operator-policies/<vhost>/p", None),
        ("PUT", "vhosts/<vhost>-more", {}),
        ("DELETE", "vhosts/<vhost>-more", None),
        ("PUT", "users/<user>new", {"password": "x", "tags": ""}),
        ("DELETE", "users/<user>new", None),
        ("PUT", "permissions/<vhost>/<user>none", {"configure": "", "write": "", "read": ""}),
        ("DELETE", "permissions/<vhost>/<user>none", None),
        ("DELETE", "queues/<vhost>/b/contents", None),
        ("POST", "queues/<vhost>/b/get", get),
        ("POST", "exchanges/<vhost>/amq.default/publish", MESSAGE),
        ("POST", "bindings/<vhost>/e/amq.topic/q/b", {}),
        ("PUT", "vhost-limits/<vhost>/max-queues", {"value": 50}),
        ("DELETE", "vhost-limits/<vhost>/max-queues", None),
        ("PUT", "user-limits/<user>none/max-channels", {"value": 50}),
        ("DELETE", "user-limits/<user>none/max-channels", None),
        ("PUT", "global-parameters/<user>g", {"value": 1}),
        ("DELETE", "global-parameters/<user>g", None),
        ("POST", "definitions/<vhost>", {"queues": []}),
        ("PUT", "cluster-name", {}),
        ("PUT", "parameters/shovel/<vhost>/x", {"value": {}}),
        ("POST", "users/bulk-delete", {"users": []}),
    )
    for method, path, body in changes:
        for name in (*TAGS, "outside", "watcher", "lawyer"):
            talk.ask(method, f"/api/{path}", body, f"<user>{name}:pw")


# --- virtual hosts, users, permissions, limits


@scenario
def virtual_hosts(talk: Talk) -> None:
    talk.settle()
    talk.get("/api/vhosts/<vhost>")
    talk.get("/api/vhosts")
    talk.get("/api/vhosts?columns=name,cluster_state")
    talk.get("/api/vhosts?page=0")
    talk.put("/api/vhosts/<vhost>", {"description": "d", "tags": "a, b"})
    talk.get("/api/vhosts/<vhost>?columns=name,description,tags,metadata,default_queue_type")
    for body in ({}, {"tags": ["x"]}, {"description": "e"}, {"default_queue_type": "quorum"}):
        talk.put("/api/vhosts/<vhost>", body)
        talk.get("/api/vhosts/<vhost>?columns=description,tags,default_queue_type,metadata")
    for body in ("{bad", "[1]", "1", {"default_queue_type": "foo"}):
        talk.put("/api/vhosts/<vhost>", body)
    talk.put("/api/vhosts/<vhost>%20%25%2F", {"tags": ["x", "y"], "description": "dd"})
    talk.get("/api/vhosts/<vhost>%20%25%2F?columns=name,tags")
    talk.get("/api/vhosts/<vhost>%20%25%2F/permissions")
    talk.delete("/api/vhosts/<vhost>%20%25%2F")
    for path in ("", "/permissions", "/topic-permissions", "/connections", "/channels"):
        talk.get(f"/api/vhosts/<vhost>x{path}")
    talk.delete("/api/vhosts/<vhost>x")
    talk.post("/api/vhosts/<vhost>/start/<node>")
    talk.post("/api/vhosts/<vhost>/start/nope@localhost")
    talk.get("/api/vhosts/<vhost>/connections")
    talk.get("/api/vhosts/<vhost>/channels")


@scenario
def protected_virtual_hosts(talk: Talk) -> None:
    talk.post("/api/vhosts/<vhost>/deletion/protection")
    talk.get("/api/vhosts/<vhost>?columns=protected_from_deletion,metadata")
    if talk.told[0]["status"] == 204:
        talk.delete("/api/vhosts/<vhost>")
    talk.delete("/api/vhosts/<vhost>/deletion/protection")
    talk.get("/api/vhosts/<vhost>?columns=protected_from_deletion,metadata")
    talk.post("/api/vhosts/<vhost>x/deletion/protection")
    talk.delete("/api/vhosts/<vhost>x/deletion/protection")


@scenario
def users(talk: Talk) -> None:
    user = "/api/users/<user>ada"
    talk.put(user, {"password": "pw", "tags": "management"})
    talk.put(user, {"password": "pw", "tags": ["management", "policymaker"]})
    talk.get(user)
    for body in (
        {"password": "pw"},
        {"tags": ""},
        {"password_hash": "zz", "tags": ""},
        {"password_hash": "", "tags": "a, b"},
        {"password": "", "tags": ""},
        {"password": "pw", "password_hash": "", "tags": ""},
        {"password": 5, "tags": ""},
        {"password": "pw", "tags": 5},
        {"password": "pw", "tags": "", "hashing_algorithm": "rabbit_password_hashing_sha512"},
        "no json",
        "",
        "[]",
    ):
        talk.put(user, body)
        talk.get(user)
    talk.get("/api/users")
    talk.get("/api/users/without-permissions")
    for path in ("", "/permissions", "/topic-permissions"):
        talk.get(f"/api/users/<user>nope{path}")
        talk.get(f"{user}{path}")
    talk.delete("/api/users/<user>nope")
    talk.delete(user)
    talk.get(user)
    for name in ("a", "b"):
        talk.put(f"/api/users/<user>{name}", {"password": "pw", "tags": ""})
    talk.post("/api/users/bulk-delete", {"users": ["<user>a", "<user>nope", "<user>b"]})
    talk.post("/api/users/bulk-delete", {"names": []})
    talk.get("/api/users")


@scenario
def permissions(talk: Talk) -> None:
    talk.put("/api/users/<user>ada", {"password": "pw", "tags": ""})
    path = "/api/permissions/<vhost>/<user>ada"
    for body in (
        {"configure": "", "write": "", "read": ""},
        {"configure": "a", "write": ".*", "read": ""},
        {"configure": "", "write": ""},
        {},
        {"configure": "", "write": "", "read": "("},
        {"configure": "", "write": "", "read": 5},
        "{",
    ):
        talk.put(path, body)
    talk.get(path)
    talk.get("/api/users/<user>ada/permissions")
    talk.get("/api/vhosts/<vhost>/permissions")
    talk.get("/api/permissions")
    talk.get("/api/permissions?columns=user,read")
    talk.get("/api/permissions/<vhost>/<user>nope")
    talk.get("/api/permissions/<vhost>x/<user>ada")
    talk.put("/api/permissions/<vhost>x/<user>ada", {"configure": "", "write": "", "read": ""})
    talk.put("/api/permissions/<vhost>/<user>nope", {"configure": "", "write": "", "read": ""})
    talk.delete(path)
    talk.delete(path)
    talk.delete("/api/permissions/<vhost>x/<user>ada")
    talk.get(path)
    talk.get("/api/users/without-permissions")


@scenario
def topic_permissions(talk: Talk) -> None:
    talk.put("/api/users/<user>ada", {"password": "pw", "tags": ""})
    path = "/api/topic-permissions/<vhost>/<user>ada"
    for body in (
        {"exchange": "amq.topic", "write": ".*", "read": ""},
        {"exchange": "nope", "write": ".*", "read": ""},
        {"exchange": "amq.topic", "write": "(", "read": ""},
        {"write": "", "read": ""},
        {"exchange": "amq.topic", "write": "a", "read": "b"},
    ):
        talk.put(path, body)
    talk.get("/api/users/<user>ada/topic-permissions")
    talk.get("/api/vhosts/<vhost>/topic-permissions")
    talk.get("/api/topic-permissions")
    talk.get(f"{path}/amq.topic")
    talk.get(f"{path}/amq.fanout")
    talk.get("/api/topic-permissions/<vhost>/<user>nope")
    talk.put("/api/topic-permissions/<vhost>/<user>nope", {"exchange": "amq.topic", "write": "", "read": ""})
    talk.delete(f"{path}/amq.topic")
    talk.delete(f"{path}/amq.fanout")
    talk.delete(path)
    talk.delete(path)
    talk.get(path)


@scenario
def limits(talk: Talk) -> None:
    talk.put("/api/users/<user>ada", {"password": "pw", "tags": ""})
    for body in ({"value": 5}, {"value": "x"}, {"value": 1.5}, {}, "{"):
        talk.put("/api/vhost-limits/<vhost>/max-queues", body)
        talk.put("/api/user-limits/<user>ada/max-channels", body)
    talk.put("/api/vhost-limits/<vhost>/max-q", {"value": 5})
    talk.put("/api/user-limits/<user>ada/max-q", {"value": 5})
    for path in ("vhost-limits", "vhost-limits/<vhost>", "vhost-limits/<vhost>x", "parameters/vhost-limits/<vhost>"):
        talk.get(f"/api/{path}")
    for path in ("user-limits", "user-limits/<user>ada", "user-limits/<user>nope", "users/<user>ada"):
        talk.get(f"/api/{path}")
    talk.put("/api/vhost-limits/<vhost>x/max-queues", {"value": 5})
    talk.put("/api/user-limits/<user>nope/max-channels", {"value": 5})
    for path in ("vhost-limits/<vhost>/max-queues", "user-limits/<user>ada/max-channels"):
        talk.delete(f"/api/{path}")
        talk.delete(f"/api/{path}")
    talk.delete("/api/vhost-limits/<vhost>x/max-queues")
    talk.delete("/api/user-limits/<user>nope/max-channels")
    talk.get("/api/vhost-limits/<vhost>")
    talk.get("/api/user-limits/<user>ada")


# --- exchanges, queues, bindings


@scenario
def exchanges(talk: Talk) -> None:
    path = "/api/exchanges/<vhost>"
    for name, body in (
        ("e", {"type": "topic"}),
        ("e", {"type": "topic"}),
        ("e", {"type": "fanout"}),
        ("plain", {}),
        ("amq.foo", {"type": "topic"}),
        ("amq.default", {"type": "direct"}),
        ("f", {"type": "topic", "durable": "maybe"}),
        ("f", {"type": "topic", "durable": "true", "auto_delete": "false", "arguments": {"alternate-exchange": "x"}}),
        ("inner", {"type": "topic", "internal": True, "arguments": []}),
        ("bad", {"type": "topic", "arguments": 5}),
        ("bad", {"type": "topic", "arguments": {"a": None}}),
        ("bad", {"type": "topic", "durable": None}),
        ("bad", "{"),
        ("odd%2F%20%25", {"type": "headers", "arguments": {"n": 1, "f": 1.5, "l": [1, "a"], "t": {"x": True}}}),
        ("local", {"type": "x-local-random"}),
    ):
        talk.put(f"{path}/{name}", body)
    for name in ("e", "plain", "f", "inner", "odd%2F%20%25", "amq.default", "amq.rabbitmq.trace", "nope"):
        talk.get(f"{path}/{name}")
    talk.get(path)
    talk.get("/api/exchanges")
    talk.get("/api/exchanges/<vhost>x")
    talk.get("/api/exchanges/<vhost>x/e")
    talk.put("/api/exchanges/<vhost>x/e", {"type": "topic"})
    for name in ("nope", "inner", "amq.topic", "amq.default"):
        talk.delete(f"{path}/{name}")
    talk.put("/api/queues/<vhost>/q", {})
    talk.post("/api/bindings/<vhost>/e/e/q/q", {})
    talk.delete(f"{path}/e?if-unused=true")
    talk.delete(f"{path}/e?if-unused=false")
    talk.put("/api/policies/<vhost>/p", {"pattern": "^f$", "definition": {"alternate-exchange": "y"}})


@scenario
def queues(talk: Talk) -> None:
    path = "/api/queues/<vhost>"
    for name, body in (
        ("c", {}),
        ("c", {}),
        ("c", {"durable": True}),
        ("d", {"durable": True, "arguments": {"x-max-length": "x"}}),
        ("d", {"durable": "true", "arguments": {"x-max-length": 5, "x-foo": 1.5, "x-l": [1, "a"], "x-b": True}}),
        ("amq.x", {}),
        ("bad", {"arguments": {"x-queue-type": "quorum"}}),
        ("bad", {"arguments": {"x-queue-type": "nope"}}),
        ("bad", {"auto_delete": "x"}),
        ("bad", {"arguments": {"a": None}}),
        ("bad", {"node": "rabbit@nope"}),
        ("bad", "{"),
        ("q", QUORUM),
        ("five", {"durable": True, "arguments": {"x-queue-type": "quorum", "x-delivery-limit": 5}}),
        ("never", {"durable": True, "arguments": {"x-queue-type": "quorum", "x-delivery-limit": -1}}),
        ("s", STREAM),
        ("own", {"exclusive": True, "auto_delete": True}),
        ("odd%2F%20%25", {"durable": True, "arguments": {"x-expires": 10_000_000}}),
    ):
        talk.put(f"{path}/{name}", body)
    talk.settle()
    for name in ("c", "d", "q", "s", "own", "odd%2F%20%25", "nope"):
        talk.get(f"{path}/{name}")
    talk.get(path)
    talk.get("/api/queues/<vhost>x")
    talk.get("/api/queues/<vhost>x/c")
    talk.put("/api/queues/<vhost>x/c", {})
    talk.get(f"{path}/c/bindings")
    talk.get(f"{path}/nope/bindings")
    for action in ({"action": "sync"}, {"action": "cancel_sync"}, {"action": "nope"}, {}):
        talk.post(f"{path}/c/actions", action)
    talk.post(f"{path}/nope/actions", {"action": "sync"})
    talk.post("/api/bindings/<vhost>/e/amq.topic/q/c", {})
    for name in ("nope", "c?if-unused=true", "d?if-empty=true", "q", "s"):
        talk.delete(f"{path}/{name}")
    talk.get(f"{path}?columns=name")


@scenario
def bindings(talk: Talk) -> None:
    talk.do("PUT", "/api/queues/<vhost>/q", {})
    talk.do("PUT", "/api/exchanges/<vhost>/e", {"type": "direct"})
    talk.do("PUT", "/api/exchanges/<vhost>/f", {"type": "fanout"})
    path = "/api/bindings/<vhost>"
    between = f"{path}/e/e/q/q"
    for body in (
        {"routing_key": "a.b", "arguments": {}},
        {"routing_key": "a.b"},
        {},
        "",
        {"routing_key": "a/b"},
        {"routing_key": "a b"},
        {"routing_key": "é"},
        {"routing_key": "~"},
        {"routing_key": "a-_.!*'()b:@&=+$,;?"},
        {"routing_key": "k~", "arguments": {"x": 1}},
        {"arguments": {"x": 1}},
        {"routing_key": "k", "arguments": {"x": "y"}},
        {"routing_key": "k", "arguments": {"x": 1.5}},
        {"routing_key": "k", "arguments": {"x": True}},
        {"routing_key": "k", "arguments": {"x": [1, "a"]}},
        {"routing_key": "k", "arguments": {"x": {"a": 1}}},
        {"routing_key": "k", "arguments": {"b": 1, "a": 2}},
        {"routing_key": "k", "arguments": {"x": -10_000_000_000}},
    ):
        talk.post(between, body)
    talk.post(f"{path}/e/e/e/f", {"routing_key": "z"})
    talk.get(path)
    talk.get("/api/bindings")
    for where in ("e/e/q/q", "e/e/e/f", "e/nope/q/q", "e/amq.default/q/q", "e/amq.default/q/q/q"):
        talk.get(f"{path}/{where}")
    for word in ("a.b", "~", "a%252Fb", "a%2Fb", "a%2Bb", "k~FO7NeQ", "~9nmLZQ", "k%257E~9nmLZQ", "nope", "k~nope"):
        talk.get(f"{between}/{word}")
    for where in ("e/bindings/source", "f/bindings/destination", "amq.default/bindings/source"):
        talk.get(f"/api/exchanges/<vhost>/{where}")
    talk.get("/api/exchanges/<vhost>/nope/bindings/source")
    talk.get("/api/queues/<vhost>/q/bindings")
    for word in ("a.b", "a.b", "k~FO7NeQ", "nope"):
        talk.delete(f"{between}/{word}")
    talk.delete(f"{path}/e/amq.default/q/q/q")
    talk.delete(f"{path}/e/e/e/f/z")
    talk.put(f"{between}/x", {})
    for where, body in (
        ("e/nope/q/q", {}),
        ("e/e/q/nope", {}),
        ("e/e/e/nope", {}),
        ("e/amq.default/q/q", {}),
        ("e/e/z/q", {}),
        ("e/e/q/q", {"arguments": {"x": None}}),
    ):
        talk.post(f"{path}/{where}", body)
    talk.post("/api/bindings/<vhost>x/e/e/q/q", {})
    talk.get("/api/bindings/<vhost>x")
    talk.get("/api/bindings/<vhost>x/e/e/q/q")


@scenario
def bindings_of_clients(talk: Talk) -> None:
    channel = talk.connect().channel()
    channel.queue_declare("q")
    channel.exchange_declare("e", "headers")
    for arguments in ({"x": 1}, {"x": 2**40}, {"x": "y", "a": True}, {"x": None}, {"t": {"b": 2}}):
        channel.queue_bind("q", "e", "k", arguments)
    talk.get("/api/bindings/<vhost>/e/e/q/q")
    talk.get("/api/bindings/<vhost>/e/e/q/q/k~4gSN_A")
    talk.delete("/api/bindings/<vhost>/e/e/q/q/k~4gSN_A")
    talk.get("/api/queues/<vhost>/q/bindings?columns=properties_key")


# --- messages


@scenario
def publishing(talk: Talk) -> None:
    talk.do("PUT", "/api/queues/<vhost>/q", {"durable": True})
    limited = {"durable": True, "arguments": {"x-max-length": 1, "x-overflow": "reject-publish"}}
    talk.do("PUT", "/api/queues/<vhost>/full", limited)
    path = "/api/exchanges/<vhost>/amq.default/publish"
    texts = ("message_id", "type", "app_id", "reply_to", "correlation_id", "content_encoding", "cluster_id")
    numbers = {"delivery_mode": 2, "priority": 3, "timestamp": 5}
    everything = {
        "headers": {"a": 1, "b": [1, {"x": 1.5}], "d": 1.5, "t": True},
        "expiration": "100000",
        "user_id": "guest",
        "content_type": "text/plain",
        **numbers,
        **{name: f"a {name}" for name in texts},
    }
    for body in (
        MESSAGE,
        {**MESSAGE, "routing_key": "nope"},
        {"routing_key": "q"},
        {**MESSAGE, "payload": "dGVh", "payload_encoding": "base64"},
        {**MESSAGE, "payload": "!!", "payload_encoding": "base64"},
        {**MESSAGE, "payload_encoding": "utf7"},
        {**MESSAGE, "payload": "é"},
        {**MESSAGE, "payload": 5},
        {**MESSAGE, "properties": everything},
        {**MESSAGE, "properties": []},
        {**MESSAGE, "properties": {"headers": 5}},
        {**MESSAGE, "properties": {"headers": {"c": None}}},
        {**MESSAGE, "properties": {"delivery_mode": "2"}},
        {**MESSAGE, "properties": {"delivery_mode": 7}},
        {**MESSAGE, "properties": {"bogus": "2"}},
        {**MESSAGE, "properties": {"user_id": "x"}},
        {**MESSAGE, "properties": {"expiration": "x"}},
        {**MESSAGE, "properties": {"expiration": 5}},
        "{",
        {**MESSAGE, "routing_key": "full"},
        {**MESSAGE, "routing_key": "full"},
    ):
        talk.post(path, body)
    for name in ("nope", "amq.rabbitmq.trace", "amq.topic"):
        talk.post(f"/api/exchanges/<vhost>/{name}/publish", MESSAGE)
    talk.post("/api/exchanges/<vhost>x/amq.topic/publish", MESSAGE)
    talk.post("/api/queues/<vhost>/q/get", GET)


@scenario
def getting(talk: Talk) -> None:
    channel = talk.connect().channel()
    channel.confirm_delivery()
    for name, arguments in (("c", {}), ("q", {"x-queue-type": "quorum"}), ("s", {"x-queue-type": "stream"})):
        channel.queue_declare(name, durable=True, arguments=arguments)
        for number in range(4):
            properties = pika.BasicProperties(headers={"n": number}, delivery_mode=2)
            channel.basic_publish("", name, b"\xff%d" % number if number == 2 else b"tea %d" % number, properties)
    for name in ("c", "q", "s"):
        path = f"/api/queues/<vhost>/{name}/get"
        talk.post(path, {**GET, "count": 2})
        if name == "s":
            continue
        talk.post(path, {**GET, "count": 1, "ackmode": "ack_requeue_false"})
        talk.post(path, {**GET, "count": 1, "ackmode": "reject_requeue_true"})
        talk.post(path, {**GET, "count": "1", "encoding": "base64", "truncate": "2"})
        talk.post(path, {**GET, "count": -1})
        talk.post(path, {**GET, "count": 1, "ackmode": "reject_requeue_false"})
        talk.post(path, GET)
        talk.post(path, {**GET, "count": 0})
    path = "/api/queues/<vhost>/c/get"
    for body in (
        {**GET, "encoding": "hex"},
        {**GET, "ackmode": "x"},
        {"count": 1},
        {"count": 1, "requeue": True, "encoding": "auto"},
        {**GET, "count": "x"},
        {**GET, "truncate": "x"},
        "{",
    ):
        talk.post(path, body)
    talk.post("/api/queues/<vhost>/nope/get", GET)
    talk.post("/api/queues/<vhost>x/c/get", GET)
    talk.delete("/api/queues/<vhost>/c/contents")
    talk.delete("/api/queues/<vhost>/s/contents")
    talk.delete("/api/queues/<vhost>/nope/contents")
    talk.get("/api/queues/<vhost>/c/contents")
    talk.post(path, GET)


# --- what clients do


@scenario
def clients(talk: Talk) -> None:
    connection = talk.connect(heartbeat=30, client_properties={"connection_name": "worker"})
    channel = connection.channel()
    channel.confirm_delivery()
    channel.basic_qos(prefetch_count=5)
    types = (("c", {"x-max-length": 10}), ("q", {"x-queue-type": "quorum"}), ("s", {"x-queue-type": "stream"}))
    for name, arguments in types:
        channel.queue_declare(name, durable=True, arguments=arguments)
        for _ in range(3):
            properties = pika.BasicProperties(headers={"a": 1}, delivery_mode=2, content_type="text/plain")
            channel.basic_publish("", name, b"tea", properties)
    channel.basic_publish("", "c", b"tea")
    channel.queue_declare("own", exclusive=True)
    channel.exchange_declare("e", "topic", durable=True)
    channel.queue_bind("c", "e", "a.#")
    channel.basic_consume("c", lambda *_: None, consumer_tag="t1", arguments={"x-priority": 2})
    channel.basic_consume("own", lambda *_: None, consumer_tag="t2", auto_ack=True, exclusive=True)
    second = connection.channel()
    second.basic_get("q")
    second.tx_select()
    second.basic_publish("", "q", b"held")
    connection.process_data_events(0)
    talk.settle()
    name = talk.name_of("worker")
    for path in ("c", "q", "s", "own"):
        talk.get(f"/api/queues/<vhost>/{path}")
    talk.get("/api/queues/<vhost>")
    talk.get("/api/vhosts/<vhost>")
    for path in ("connections", "channels", "consumers", "vhosts/<vhost>/connections", "vhosts/<vhost>/channels"):
        talk.get(f"/api/{path}?sort=name")
    talk.get("/api/consumers/<vhost>")
    talk.get("/api/consumers/<vhost>x")
    quoted = name.replace(" ", "%20").replace(">", "%3E")
    row = talk.told
    for path in (f"connections/{quoted}", f"connections/{quoted}/channels", f"channels/{quoted}%20(1)"):
        talk.get(f"/api/{path}")
        row[-1]["asked"] = "GET " + path.replace(quoted, "<client>")
    talk.get("/api/connections/nope/channels")
    talk.get("/api/connections/nope")
    talk.delete("/api/connections/nope")
    talk.delete(f"/api/connections/{quoted}", reason="enough")
    row[-1]["asked"] = "DELETE <client>"
    try:
        connection.process_data_events(1)
        connection.channel()
    except pika.exceptions.ConnectionClosedByBroker as closed:
        row.append({"asked": "how the client ends", "code": closed.reply_code, "text": closed.reply_text})
    talk.settle()
    talk.get("/api/vhosts/<vhost>/connections")
    talk.get("/api/queues/<vhost>?columns=name,messages,messages_ready,messages_unacknowledged")


@scenario
def consumers(talk: Talk) -> None:
    connection = talk.connect()
    channel = connection.channel()
    for name, arguments in (("sac", {}), ("qsac", {"x-queue-type": "quorum"})):
        channel.queue_declare(name, durable=True, arguments={"x-single-active-consumer": True, **arguments})
        for number in (1, 2):
            channel.basic_consume(name, lambda *_: None, consumer_tag=f"{name}{number}")
    channel.queue_declare("c")
    channel.basic_consume("c", lambda *_: None, consumer_tag="plain", arguments={"x-priority": 5})
    talk.settle()
    talk.get("/api/queues/<vhost>/sac?columns=consumer_details,consumers,single_active_consumer_tag")
    talk.get("/api/queues/<vhost>/qsac?columns=consumer_details")
    talk.get("/api/queues/<vhost>/c?columns=consumer_details,consumers,exclusive_consumer_tag")
    talk.get("/api/consumers/<vhost>?sort=consumer_tag")


# --- policies, parameters, definitions


@scenario
def policies(talk: Talk) -> None:
    talk.do("PUT", "/api/queues/<vhost>/aa", {"durable": True})
    for kind in ("policies", "operator-policies"):
        path = f"/api/{kind}/<vhost>"
        for body in (
            {"pattern": "^a", "definition": {"max-length": 5}},
            {"pattern": "^a", "definition": {"max-length": 5}, "priority": 3, "apply-to": "queues"},
            {"pattern": "^a", "definition": {"max-length": "x"}},
            {"pattern": "^a", "definition": {"foo": "x"}},
            {"pattern": "(", "definition": {"max-length": 1}},
            {"definition": {"max-length": 1}},
            {"pattern": "a"},
            {"pattern": "a", "definition": {}},
            {"pattern": "a", "definition": "x"},
            {"pattern": "a", "definition": {"max-length": 1}, "priority": "x"},
            {"pattern": "a", "definition": {"max-length": 1}, "apply-to": "x"},
            "{",
        ):
            talk.put(f"{path}/p", body)
        talk.put(f"{path}/o%2Fo", {"pattern": "z", "definition": {"max-length": 7}})
        for name in ("", "/p", "/o%2Fo", "/nope"):
            talk.get(f"{path}{name}")
        talk.get(f"/api/{kind}")
        talk.get(f"/api/{kind}/<vhost>x")
        talk.get(f"/api/{kind}/<vhost>x/p")
        talk.put(f"/api/{kind}/<vhost>x/p", {"pattern": "a", "definition": {"max-length": 1}})
    talk.settle()
    talk.get("/api/queues/<vhost>/aa?columns=policy,operator_policy,effective_policy_definition")
    for kind in ("policies", "operator-policies"):
        for name in ("p", "p", "o%2Fo"):
            talk.delete(f"/api/{kind}/<vhost>/{name}")


@scenario
def parameters(talk: Talk) -> None:
    limits_of = "/api/parameters/vhost-limits/<vhost>/limits"
    talk.put("/api/parameters/nope/<vhost>/n", {"value": {"a": 1}})
    talk.put("/api/parameters/policy/<vhost>/n", {"value": {"pattern": "a", "definition": {"max-length": 1}}})
    for body in ({"value": {"max-queues": 7}}, {"value": {"max-queues": 8}}, {"value": {"max-queues": "x"}}, {}):
        talk.put(limits_of, body)
    operator = {"pattern": "a", "definition": {"max-length": 1}, "priority": 0, "apply-to": "all"}
    talk.put("/api/parameters/operator_policy/<vhost>/o", {"value": operator})
    talk.put("/api/parameters/operator_policy/<vhost>/o", {"value": {**operator, "pattern": "("}})
    for path in ("", "/vhost-limits", "/vhost-limits/<vhost>", "/vhost-limits/<vhost>/limits", "/nope"):
        talk.get(f"/api/parameters{path}")
    for path in ("/operator_policy", "/nope/<vhost>", "/nope/<vhost>/x", "/vhost-limits/<vhost>x"):
        talk.get(f"/api/parameters{path}")
    talk.put("/api/parameters/vhost-limits/<vhost>x/limits", {"value": {"max-queues": 7}})
    for path in ("vhost-limits/<vhost>/limits", "vhost-limits/<vhost>/limits", "operator_policy/<vhost>/o"):
        talk.delete(f"/api/parameters/{path}")
    name = "/api/global-parameters/<user>g"
    for body in ({"value": {"a": [1]}}, {"value": 5}, {}):
        talk.put(name, body)
    talk.get(name)
    talk.delete(name)
    talk.delete(name)
    talk.get(name)


@scenario
def definitions(talk: Talk) -> None:
    talk.do("PUT", "/api/queues/<vhost>/c", {"durable": True, "arguments": {"x-max-length": 5}})
    talk.do("PUT", "/api/queues/<vhost>/q", QUORUM)
    talk.do("PUT", "/api/exchanges/<vhost>/e", {"type": "topic", "durable": True})
    talk.do("POST", "/api/bindings/<vhost>/e/e/q/c", {"routing_key": "a.#"})
    talk.do("PUT", "/api/policies/<vhost>/p", {"pattern": "^a", "definition": {"max-length": 5}})
    talk.get("/api/definitions/<vhost>")
    talk.get("/api/definitions/<vhost>?download=x.json&columns=queues")
    talk.get("/api/definitions/<vhost>x")
    plain = {"durable": True, "auto_delete": False, "arguments": {}}
    all_of_it = {"configure": ".*", "write": ".*", "read": ".*"}
    for body in (
        {"queues": [{"name": "new", **plain}]},
        {"queues": [{"name": "bad", **plain, "arguments": {"x-queue-type": "bad"}}]},
        "{",
    ):
        talk.post("/api/definitions/<vhost>", body)
    talk.post("/api/definitions/<vhost>x", {"queues": []})
    talk.post("/api/definitions", "{")
    talk.post("/api/definitions", {"queues": [{"name": "newer", "vhost": "<vhost>", **plain}]})
    talk.post("/api/definitions", {"permissions": [{"user": "<user>nope", "vhost": "<vhost>", **all_of_it}]})
    talk.get("/api/queues/<vhost>?columns=name")


# --- lists


@scenario
def pages(talk: Talk) -> None:
    for number in range(5):
        talk.do("PUT", f"/api/queues/<vhost>/k{number}", {"durable": number % 2 == 0})
    for name in ("b", "c"):
        talk.do("PUT", f"/api/queues/<vhost>/{name}", {"durable": True, "arguments": {"x-max-length": 5}})
    for query in (
        *(
            "page=1&page_size=2&columns=name",
            "page=4&page_size=2&columns=name",
            "page=9&page_size=2",
            "page=0",
            "page=x",
        ),
        *("page=1&page_size=501", "page=1&page_size=0", "page=1&page_size=x", "page=2", "page=-1", "page="),
        *("page=1&name=k&columns=name", "page=1&name=K&columns=name", "page=1&name=nope&columns=name"),
        *(
            "page=1&name=%5Ek%5B12%5D&use_regex=true&columns=name",
            "page=1&name=(&use_regex=true",
            "name=k&columns=name",
        ),
        *("sort=name&sort_reverse=true&columns=name", "sort=durable&columns=name,durable", "sort=nope&columns=name"),
        *("sort=arguments.x-max-length&columns=name,arguments.x-max-length", "page=1&columns=", "columns=nope"),
        *("page=1&page_size=3&sort=name&sort_reverse=true&columns=name&pagination=true", "page_size=2&columns=name"),
        *("disable_stats=true&columns=name", "columns=name,message_stats.publish", "sort_reverse=true&columns=name"),
    ):
        talk.get(f"/api/queues/<vhost>?{query}")
    for path in ("exchanges/<vhost>", "bindings/<vhost>", "policies/<vhost>", "vhosts/<vhost>/connections"):
        talk.get(f"/api/{path}?page=1&page_size=2&columns=name,routing_key")
    talk.get("/api/queues/<vhost>/k1?columns=name,durable,nope")
    talk.get("/api/queues/<vhost>/k1?columns=nope")


# --- the broker as a whole


@scenario
def the_broker(talk: Talk) -> None:
    told = (
        "management_version,rabbitmq_version,product_name,product_version,erlang_version,cluster_name,rates_mode,"
        "disable_stats,enable_queue_totals,exchange_types,cluster_tags,default_queue_type,node_tags,node,"
        "is_op_policy_updating_enabled"
    )
    talk.get(f"/api/overview?columns={told}")
    left_out = (
        "churn_rates,statistics_db_event_queue,sample_retention_policies,contexts,erlang_full_version,"
        "crypto_lib_version,release_series_support_status"
    )
    talk.get(f"/api/overview?columns=product_name,{left_out}")
    for path in ("cluster-name", "extensions", "version", "feature-flags", "deprecated-features", "auth"):
        talk.get(f"/api/{path}")
    talk.get("/api/nodes?columns=name,type,running,partitions,mem_alarm,disk_free_alarm,being_drained,rates_mode")
    talk.get("/api/nodes/<node>")
    talk.get("/api/nodes/nope@localhost")
    talk.put("/api/cluster-name", {})
    talk.do("PUT", "/api/users/<user>m", {"password": "pw", "tags": "management"})
    talk.do("PUT", "/api/permissions/<vhost>/<user>m", {"configure": "", "write": "", "read": ""})
    talk.do("PUT", "/api/queues/<vhost>/q", {"durable": True})
    talk.settle()
    talk.get("/api/overview", user="<user>m:pw")


@scenario
def health(talk: Talk) -> None:
    checks = (
        *("alarms", "local-alarms", "virtual-hosts", "node-is-mirror-sync-critical", "node-is-quorum-critical"),
        *("certificate-expiration/1/weeks", "certificate-expiration/1/eons", "certificate-expiration/x/weeks"),
        *("protocol-listener/amqp091", "protocol-listener/amqp", "protocol-listener/amqp10", "protocol-listener/http"),
        *("protocol-listener/mqtt", "protocol-listener/nope", "port-listener/x", "ready-to-serve-clients"),
        *("is-in-service", "below-node-connection-limit", "metadata-store/initialized", "nope"),
        *("metadata-store/initialized/with-data", "protocol-listener/amqp,mqtt"),
        "quorum-queues-without-elected-leaders/all-vhosts/pattern/.%2A",
    )
    for check in checks:
        talk.get(f"/api/health/checks/{check}")
    talk.get("/api/healthchecks/node")
    talk.get("/api/aliveness-test/<vhost>")
    talk.get("/api/aliveness-test/<vhost>x")
    talk.get("/api/queues/<vhost>?columns=name,durable")
    talk.post("/api/rebalance/queues", {})
    talk.get("/api/rebalance/queues")
