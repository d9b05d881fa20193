"""Definitions go out and come in again: what is told, what is taken, what stays, what is refused."""

import datetime
import decimal
from typing import Any

from pika import PlainCredentials

from ..play import Play
from ..scenario import scenario

QUEUE = {"name": "q", "durable": True, "auto_delete": False, "arguments": {}}
EXCHANGE = {"name": "x", "type": "topic", "durable": True, "auto_delete": False, "internal": False, "arguments": {}}
BINDING = {"source": "x", "destination": "q", "destination_type": "queue", "routing_key": "k.#", "arguments": {}}
POLICY = {"name": "p", "pattern": "^q", "definition": {"max-length": 2}, "priority": 1, "apply-to": "queues"}
OPERATOR_POLICY = {"pattern": "", "definition": {"expires": 100_000}, "priority": 0, "apply-to": "all"}
VHOST = {"name": "<vhost>"}

SHA_256 = "AQIDBDB9kM21iEUzN1lZ+6VReCsdNqS0sERdAQTcY6Xs3PMz"
SHA_512 = "AQIDBPhTH2L5HGYB1LWOrn+YpvuQmVOXKGqgsuiJRIZTILRoEvblSJo/WAsym3IZTfuaIaK5KR2o5KwFfTv6KsxfMIE="
MD5 = "AQIDBDgk9ci8Lfh6CKE9Y0AUfmU="


def user(name: str, **fields: Any) -> dict[str, Any]:
    """A user with the password "secret"."""
    hashed = {"password_hash": SHA_256, "hashing_algorithm": "rabbit_password_hashing_sha256"}
    return {"name": name, **hashed, "tags": ["management"], "limits": {}, **fields}


def may_all(name: str) -> dict[str, str]:
    return {"user": name, "vhost": "<vhost>", "configure": ".*", "write": ".*", "read": ".*"}


def there(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of a cluster's definitions, which say where they belong."""
    return [{**row, "vhost": "<vhost>"} for row in rows]


# --- what an export tells


@scenario()
def an_empty_vhost(play: Play) -> None:
    """An export of an empty virtual host; predeclared exchanges are not in it."""
    play.channel()
    play.operator.export_definitions()
    play.operator.export_cluster_definitions()


@scenario()
def what_was_declared(play: Play) -> None:
    """An export has queues and exchanges, also those that are not durable, and bindings, also of predeclared ones."""
    ch = play.channel()
    ch.queue_declare("q", durable=True, arguments={"x-max-length": 5})
    ch.queue_declare("transient")
    ch.queue_declare("passing", durable=True, auto_delete=True)
    ch.queue_declare("typed", durable=True, arguments={"x-queue-type": "classic"})
    ch.queue_declare("quorum", durable=True, arguments={"x-queue-type": "quorum"})
    ch.queue_declare("stream", durable=True, arguments={"x-queue-type": "stream", "x-max-age": "1D"})
    ch.exchange_declare("x", "topic", durable=True, arguments={"alternate-exchange": "amq.fanout"})
    ch.exchange_declare("passing", "fanout", auto_delete=True)
    ch.queue_bind("q", "x", "a.#", arguments={"a": 1})
    ch.queue_bind("transient", "amq.topic", "b")
    ch.exchange_bind("passing", "x", "c")
    play.operator.export_definitions()
    play.operator.export_cluster_definitions()


@scenario()
def what_is_left_out(play: Play) -> None:
    """Exclusive queues are not exported; on 4.3 their bindings are, and internal exchanges are not, but theirs are."""
    ch = play.channel()
    ch.queue_declare("mine", exclusive=True)
    ch.queue_declare("q", durable=True)
    ch.exchange_declare("inner", "fanout", durable=True, internal=True)
    ch.queue_bind("mine", "amq.fanout", "")
    ch.queue_bind("q", "inner", "")
    ch.exchange_bind("inner", "amq.direct", "k")
    play.operator.export_definitions()


@scenario()
def a_generated_name(play: Play) -> None:
    """A queue with a generated name is exported as any other."""
    ch = play.channel()
    ch.queue_declare("", durable=True)
    play.operator.export_definitions()


@scenario()
def values_that_json_has_no_word_for(play: Play) -> None:
    """Bytes are text, a void is the text "undefined", an instant its seconds, a decimal its scale before its digits."""
    ch = play.channel()
    arguments = {
        "bytes": b"text",
        "binary": b"\xff\x00",
        "void": None,
        "instant": datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc),
        "decimal": decimal.Decimal("1.25"),
        "array": [1, "a", None],
        "table": {"z": True, "a": b"x"},
        "large": 2**40,
    }
    ch.queue_declare("q", durable=True, arguments=arguments)
    ch.queue_bind("q", "amq.fanout", "", arguments=arguments)
    play.operator.export_definitions()


@scenario()
def what_was_laid_down(play: Play) -> None:
    """Operator policies and limits are parameters; 4.x tells limits and the default queue type beside them, too."""
    play.channel()
    play.operator.set_policy("p", "^q", {"max-length": 2}, priority=1, apply_to="queues")
    play.operator.set_operator_policy("o", "^q", {"message-ttl": 1000})
    play.operator.set_vhost_limit("max-queues", 10)
    play.operator.set_default_queue_type("quorum")
    play.operator.export_definitions()
    play.operator.export_cluster_definitions()


# --- what an import brings


@scenario()
def into_a_vhost(play: Play) -> None:
    """What was imported is there for clients, and an export tells the same again."""
    ch = play.channel()
    parameters = [
        {"component": "operator_policy", "name": "o", "value": {**OPERATOR_POLICY, "apply-to": "queues"}},
        {"component": "vhost-limits", "name": "limits", "value": {"max-connections": 9}},
    ]
    play.operator.import_definitions(
        {
            "queues": [QUEUE],
            "exchanges": [EXCHANGE],
            "bindings": [BINDING],
            "policies": [POLICY],
            "parameters": parameters,
        }
    )
    for body in "abc":
        ch.publish("x", "k.a", body)
    ch.queue_declare("q", durable=True)
    ch.bodies("q")
    play.operator.show_queue("q")
    play.operator.export_definitions()


@scenario()
def into_a_cluster(play: Play) -> None:
    """The definitions of a cluster bring users, permissions and virtual hosts as well."""
    play.channel()
    play.operator.import_cluster_definitions(
        {
            "users": [user("ada-cluster")],
            "vhosts": [VHOST],
            "permissions": [may_all("ada-cluster")],
            "topic_permissions": [
                {"user": "ada-cluster", "vhost": "<vhost>", "exchange": "x", "write": "^k", "read": ""}
            ],
            "queues": there(QUEUE),
            "exchanges": there(EXCHANGE),
            "bindings": there(BINDING),
            "policies": there(POLICY),
        }
    )
    ch = play.connection("B", credentials=PlainCredentials("ada-cluster", "secret")).channel()
    ch.publish("x", "k.a", "a")
    ch.bodies("q")
    ch.publish("x", "l", "b")
    play.operator.export_cluster_definitions()


@scenario()
def passwords(play: Play) -> None:
    """A user logs in with the password of the hash, by whichever of three algorithms it was made."""
    hashes = {
        "ada-256": {},
        "ada-512": {"password_hash": SHA_512, "hashing_algorithm": "rabbit_password_hashing_sha512"},
        "ada-md5": {"password_hash": MD5, "hashing_algorithm": "rabbit_password_hashing_md5"},
        "ada-empty": {"password_hash": ""},
    }
    play.operator.import_cluster_definitions(
        {
            "users": [user(name, **fields) for name, fields in hashes.items()],
            "vhosts": [VHOST],
            "permissions": [may_all(name) for name in hashes],
        }
    )
    for name in hashes:
        play.connection(f"right {name}", credentials=PlainCredentials(name, "secret"))
        play.connection(f"wrong {name}", credentials=PlainCredentials(name, "Secret"))
    play.connection("empty", credentials=PlainCredentials("ada-empty", ""))
    play.operator.export_cluster_definitions()


@scenario()
def a_hash_without_its_algorithm(play: Play) -> None:
    """A hash is SHA-256's if nothing else is said, MD5's in a file from before RabbitMQ 3.6."""
    new, old = user("ada-new-hash"), user("ada-old-hash", password_hash=MD5)
    del new["hashing_algorithm"], old["hashing_algorithm"]
    play.operator.import_cluster_definitions({"users": [new], "rabbit_version": "3.6.0"})
    play.operator.import_cluster_definitions({"users": [old], "rabbit_version": "3.5.7"})
    play.operator.export_cluster_definitions()


@scenario()
def tags_of_users(play: Play) -> None:
    """Tags are a list, or one text with commas; there must be some, if only an empty list."""
    play.operator.import_cluster_definitions({"users": [user("ada-tags", tags="monitoring, management")]})
    play.operator.import_cluster_definitions({"users": [user("ada-no-tags", tags=[])]})
    play.operator.export_cluster_definitions()
    untagged = user("ada-untagged")
    del untagged["tags"]
    play.operator.import_cluster_definitions({"users": [untagged]})


@scenario()
def metadata_of_a_vhost(play: Play) -> None:
    """4.x takes description, tags and default queue type from the metadata; 3.10 knows none of them."""
    metadata = {"description": "d", "tags": ["t"], "default_queue_type": "quorum"}
    play.channel()
    play.operator.import_cluster_definitions(
        {"vhosts": [{**VHOST, "metadata": metadata}], "queues": there({**QUEUE, "arguments": {}})}
    )
    play.operator.export_cluster_definitions()


@scenario()
def metadata_beside_the_name(play: Play) -> None:
    """Description and tags may stand beside the name; a default queue type there does nothing."""
    play.channel()
    play.operator.import_cluster_definitions(
        {"vhosts": [{**VHOST, "description": "d", "tags": ["t"], "default_queue_type": "quorum"}]}
    )
    play.operator.export_cluster_definitions()


@scenario()
def what_may_be_missing(play: Play) -> None:
    """Arguments are empty if they are missing, or an empty list; an exchange is not internal."""
    play.channel()
    queues = [{"name": "q", "durable": True, "auto_delete": False}, {**QUEUE, "name": "r", "arguments": []}]
    play.operator.import_definitions(
        {
            "queues": queues,
            "exchanges": [{"name": "x", "type": "fanout", "durable": False, "auto_delete": True}],
        }
    )
    play.operator.import_definitions(
        {"policies": [{"name": "p", "pattern": "", "definition": {"max-length": 1}}], "whatever": [1]}
    )
    play.operator.export_definitions()


@scenario()
def a_queue_that_says_nothing(play: Play) -> None:
    """4.x takes a queue for durable and not auto-delete if it does not say; 3.10 crashes."""
    play.channel()
    play.operator.import_definitions({"queues": [{"name": "q", "auto_delete": False, "arguments": {}}]})
    play.operator.import_definitions({"queues": [{"name": "r", "durable": True, "arguments": {}}]})
    play.operator.export_definitions()


@scenario()
def another_version(play: Play) -> None:
    """Which version wrote a file does not matter."""
    play.channel()
    play.operator.import_definitions({"rabbit_version": "9.9.9", "rabbitmq_version": "9.9.9", "queues": [QUEUE]})
    play.operator.import_definitions({"rabbit_version": "2.8.0", "queues": [{**QUEUE, "name": "r"}]})
    play.operator.export_definitions()


@scenario()
def what_says_where_it_belongs(play: Play) -> None:
    """Into a virtual host goes everything, whichever it says it belongs to."""
    play.channel()
    play.operator.import_definitions({"queues": [{**QUEUE, "vhost": "another"}], "vhosts": [{"name": "another"}]})
    play.operator.export_definitions()


# --- what stays


@scenario()
def what_is_there_stays(play: Play) -> None:
    """A queue or exchange that is there stays as it is, whatever the definitions say of it."""
    ch = play.channel()
    ch.queue_declare("q", durable=True)
    ch.exchange_declare("x", "topic", durable=True)
    play.operator.import_definitions(
        {
            "queues": [{**QUEUE, "durable": False, "arguments": {"x-max-length": 1}}],
            "exchanges": [{**EXCHANGE, "type": "fanout", "auto_delete": True}],
        }
    )
    play.operator.import_definitions({"queues": [{**QUEUE, "arguments": {"x-message-ttl": -1}}]})
    play.operator.export_definitions()


@scenario()
def what_is_laid_down_anew(play: Play) -> None:
    """Policies, limits, users and the metadata of virtual hosts are replaced."""
    play.channel()
    play.operator.set_policy("p", "^a", {"max-length": 9})
    play.operator.set_vhost_limit("max-queues", 10)
    limits = {"component": "vhost-limits", "name": "limits", "value": {"max-connections": 5}}
    play.operator.import_cluster_definitions(
        {
            "users": [user("ada-anew")],
            "vhosts": [{**VHOST, "metadata": {"description": "d", "tags": ["a"]}}],
            "policies": there(POLICY),
            "parameters": there(limits),
        }
    )
    play.operator.import_cluster_definitions(
        {
            "users": [user("ada-anew", tags=["administrator"], limits={"max-channels": 3})],
            "vhosts": [{**VHOST, "metadata": {"description": "e", "tags": ["b"]}}],
        }
    )
    play.operator.export_cluster_definitions()


@scenario()
def reserved_names(play: Play) -> None:
    """Names that begin with "amq." are passed over."""
    play.channel()
    play.operator.import_definitions(
        {
            "queues": [{**QUEUE, "name": "amq.q"}],
            "exchanges": [{**EXCHANGE, "name": "amq.x"}, {**EXCHANGE, "name": "amq.topic", "type": "fanout"}],
        }
    )
    play.operator.export_definitions()


@scenario()
def what_a_queue_type_cannot_be(play: Play) -> None:
    """A quorum queue that is not durable, or goes by itself, is passed over."""
    play.channel()
    quorum = {**QUEUE, "arguments": {"x-queue-type": "quorum"}}
    play.operator.import_definitions({"queues": [{**quorum, "durable": False}]})
    play.operator.import_definitions({"queues": [{**quorum, "name": "r", "auto_delete": True}]})
    play.operator.export_definitions()


@scenario()
def a_limit_that_comes_with_the_queues(play: Play) -> None:
    """A limit in the same definitions: 3.10 brings in the queues all the same, 4.x passes them over."""
    play.channel()
    limits = {"component": "vhost-limits", "name": "limits", "value": {"max-queues": 0}}
    play.operator.import_definitions({"parameters": [limits], "queues": [QUEUE]})
    play.operator.export_definitions()


# --- what is refused


@scenario()
def no_json(play: Play) -> None:
    """What is no JSON object."""
    play.channel()
    play.operator.import_definitions("{nope")


@scenario()
def arguments_of_queues(play: Play) -> None:
    """A queue is refused as a client's would be; exchanges stay, for they come before."""
    play.channel()
    for arguments in (
        {"x-message-ttl": -1},
        {"x-message-ttl": True},
        {"x-queue-type": "quorum", "x-max-priority": 3},
        {"x-queue-type": "nope"},
        {"x-dead-letter-routing-key": "a"},
    ):
        play.operator.import_definitions({"queues": [{**QUEUE, "arguments": arguments}], "exchanges": [EXCHANGE]})
    bad = {**QUEUE, "arguments": {"x-message-ttl": -1}}
    play.operator.import_cluster_definitions({"vhosts": [VHOST], "queues": there(bad)})
    play.operator.export_definitions()


@scenario()
def fields_of_the_wrong_type(play: Play) -> None:
    """Arguments that are a list, or null, and a text for a boolean."""
    play.channel()
    play.operator.import_definitions({"queues": [{**QUEUE, "arguments": [1]}]})
    play.operator.import_definitions({"queues": [{**QUEUE, "arguments": None}]})
    play.operator.import_definitions({"queues": [{**QUEUE, "durable": "yes"}]})
    play.operator.import_definitions({"queues": {}})
    play.operator.import_definitions({"queues": ["q"]})


@scenario()
def an_unknown_type_of_exchange(play: Play) -> None:
    """A type that a plugin brings which is not switched on."""
    play.channel()
    delayed = {**EXCHANGE, "type": "x-delayed-message", "arguments": {"x-delayed-type": "direct"}}
    play.operator.import_definitions({"exchanges": [delayed], "queues": [QUEUE]})
    play.operator.import_cluster_definitions({"vhosts": [VHOST], "exchanges": there(delayed)})
    play.operator.export_definitions()


@scenario()
def a_binding_without_its_ends(play: Play) -> None:
    """A binding from or to what is not there: 3.10 passes it over, 4.x refuses it."""
    play.channel()
    things = {"queues": [QUEUE], "exchanges": [EXCHANGE]}
    play.operator.import_definitions({**things, "bindings": [{**BINDING, "source": "nope"}]})
    play.operator.import_definitions({**things, "bindings": [{**BINDING, "destination": "nope"}]})
    play.operator.import_definitions(
        {**things, "bindings": [{**BINDING, "destination": "nope", "destination_type": "exchange"}]}
    )
    play.operator.import_definitions({**things, "bindings": [{**BINDING, "source": "n", "destination": "o"}]})
    play.operator.import_definitions({**things, "bindings": [{**BINDING, "destination_type": "thing"}]})
    play.operator.export_definitions()


@scenario()
def policies_that_are_refused(play: Play) -> None:
    """A policy is refused with its place; the file of a cluster and that of a virtual host tell it differently."""
    play.channel()
    for change in (
        {"pattern": "("},
        {"definition": {"nope": 1}},
        {"definition": {"max-length": -1}},
        {"apply-to": "nothing"},
        {"priority": "high"},
    ):
        play.operator.import_definitions({"policies": [{**POLICY, **change}]})
    play.operator.import_cluster_definitions({"policies": there({**POLICY, "definition": {"nope": "a"}})})
    play.operator.import_definitions({"policies": [{"name": "p", "pattern": "", "priority": 0, "apply-to": "all"}]})
    play.operator.import_definitions({"policies": [{"name": "p", "definition": {"max-length": 1}}]})


@scenario()
def parameters_that_are_refused(play: Play) -> None:
    """A component that is not known, operator policies and limits that are not valid, and a policy as a parameter."""
    play.channel()
    bad_policy = {"pattern": "", "definition": {"nope": 1}, "priority": 0, "apply-to": "all"}
    for parameter in (
        {"component": "nope", "name": "n", "value": {}},
        {"component": "operator_policy", "name": "o", "value": bad_policy},
        {"component": "vhost-limits", "name": "limits", "value": {"max-nope": 5}},
        {"component": "vhost-limits", "name": "limits", "value": {"max-queues": "many"}},
        {"component": "policy", "name": "p", "value": {**bad_policy, "definition": {"max-length": 1}}},
    ):
        play.operator.import_definitions({"parameters": [parameter]})
        play.operator.import_cluster_definitions({"parameters": there(parameter)})


@scenario()
def what_an_operator_policy_needs(play: Play) -> None:
    """An operator policy needs a pattern, a definition and a priority."""
    play.channel()
    for key in ("pattern", "definition", "priority"):
        value = {name: given for name, given in OPERATOR_POLICY.items() if name != key}
        play.operator.import_definitions(
            {"parameters": [{"component": "operator_policy", "name": "o", "value": value}]}
        )
    play.operator.import_definitions({"parameters": [{"component": "operator_policy", "name": "o", "value": {}}]})
    play.operator.export_definitions()


@scenario()
def mirroring(play: Play) -> None:
    """Policies of classic mirroring, which RabbitMQ 4 has no more."""
    play.channel()
    play.operator.import_definitions({"policies": [{**POLICY, "definition": {"ha-mode": "all"}}]})
    play.operator.export_definitions()


@scenario()
def what_is_said_of_nobody(play: Play) -> None:
    """Permissions of a user, or in a virtual host, that is not there."""
    play.channel()
    play.operator.import_cluster_definitions({"vhosts": [VHOST], "permissions": [may_all("ada-nobody")]})
    play.operator.import_cluster_definitions(
        {"users": [user("ada-lost")], "permissions": [{**may_all("ada-lost"), "vhost": "<vhost>-2"}]}
    )


@scenario()
def expressions_that_are_none(play: Play) -> None:
    """Permissions with a bad regular expression are refused; the user is there then."""
    play.channel()
    users = [user("ada-expressions")]
    play.operator.import_cluster_definitions(
        {"users": users, "permissions": [{**may_all("ada-expressions"), "read": "("}]}
    )
    topic = {"user": "ada-expressions", "vhost": "<vhost>", "exchange": "amq.topic", "write": "((", "read": ""}
    play.operator.import_cluster_definitions({"topic_permissions": [topic]})
    play.operator.export_cluster_definitions()


@scenario()
def topic_permissions_of_an_exchange(play: Play) -> None:
    """4.3 refuses topic permissions for an exchange that is not there, but takes those for one that comes with them."""
    play.channel()
    topic = {"user": "ada-topic", "vhost": "<vhost>", "exchange": "x", "write": "", "read": ""}
    play.operator.import_cluster_definitions({"users": [user("ada-topic")], "topic_permissions": [topic]})
    play.operator.import_cluster_definitions({"topic_permissions": [topic], "exchanges": there(EXCHANGE)})
    play.operator.export_cluster_definitions()


@scenario()
def a_hash_that_is_none(play: Play) -> None:
    """A hash has to be base64."""
    play.operator.import_cluster_definitions({"users": [user("ada-none", password_hash="%%%")]})


@scenario()
def a_vhost_that_is_not_there(play: Play) -> None:
    """Things in a virtual host that is not there; 3.10 passes over bindings."""
    play.channel()
    for kind, row in (("queues", QUEUE), ("exchanges", EXCHANGE), ("policies", POLICY), ("bindings", BINDING)):
        play.operator.import_cluster_definitions({kind: [{**row, "vhost": "<vhost>-2"}]})


@scenario(versions=("4.0", "4.3"))
def a_default_queue_type_that_is_none(play: Play) -> None:
    """4.3 refuses a default queue type that there is not; 4.0 does so for a new virtual host only."""
    play.operator.import_cluster_definitions({"vhosts": [{**VHOST, "metadata": {"default_queue_type": "nope"}}]})
    new = {"name": "<vhost>-2", "metadata": {"default_queue_type": "nope"}}
    play.operator.import_cluster_definitions({"vhosts": [new]})


@scenario()
def more_queues_than_allowed(play: Play) -> None:
    """Definitions with more new queues than the limit leaves room for are refused as a whole."""
    play.channel()
    play.operator.set_vhost_limit("max-queues", 1)
    two = [QUEUE, {**QUEUE, "name": "r"}]
    play.operator.import_definitions({"queues": two, "exchanges": [EXCHANGE]})
    play.operator.import_definitions({"queues": [QUEUE]})
    play.operator.import_cluster_definitions({"queues": there(*two)})
    play.operator.export_definitions()


@scenario()
def the_order_of_kinds(play: Play) -> None:
    """Kind comes after kind; the first that is refused ends it, and what came before stays."""
    play.channel()
    bad = {
        "exchanges": [{**EXCHANGE, "type": "x-delayed-message"}],
        "parameters": [{"component": "nope", "name": "n", "value": {}}],
        "policies": [{**POLICY, "definition": {"nope": 1}}],
        "queues": [{**QUEUE, "arguments": {"x-message-ttl": -1}}],
        "bindings": [{**BINDING, "destination_type": "thing"}],
    }
    good = {"exchanges": [EXCHANGE], "parameters": [], "policies": [POLICY], "queues": [QUEUE], "bindings": []}
    for mended in ("", "exchanges", "parameters", "policies", "queues", "bindings"):
        if mended:
            bad[mended] = good[mended]
        play.operator.import_definitions(bad)
        play.operator.export_definitions()


@scenario()
def the_order_of_kinds_in_a_cluster(play: Play) -> None:
    """In the definitions of a cluster policies come before parameters; topic permissions on 4.3 after exchanges."""
    play.channel()
    topic = {"user": "ada-order", "vhost": "<vhost>", "exchange": "amq.topic", "write": "((", "read": ""}
    bad = {
        "users": [user("ada-order")],
        "permissions": [{**may_all("ada-order"), "read": "("}],
        "topic_permissions": [topic],
        "exchanges": there({**EXCHANGE, "type": "x-delayed-message"}),
        "policies": there({**POLICY, "definition": {"nope": 1}}),
        "parameters": there({"component": "nope", "name": "n", "value": {}}),
        "queues": there({**QUEUE, "arguments": {"x-message-ttl": -1}}),
    }
    order = ["permissions", "topic_permissions", "exchanges", "policies", "parameters", "queues"]
    if play.version == "4.3":
        order[1:3] = order[2:0:-1]
    for kind in order:
        play.operator.import_cluster_definitions(bad)
        bad[kind] = []
    play.operator.import_cluster_definitions(bad)
