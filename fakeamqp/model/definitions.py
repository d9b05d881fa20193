"""Definitions: all that was declared and laid down, as RabbitMQ's definitions files have it.

`methods/definitions.py` brings them in again (recordings: the area `definitions`).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fakeamqp.model.access import User
from fakeamqp.model.binding import Binding
from fakeamqp.model.exchanges import Exchange
from fakeamqp.model.policy import Policy
from fakeamqp.model.queues.queue import Queue
from fakeamqp.model.values import decimal_parts, seconds_of

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker
    from fakeamqp.model.vhost import VirtualHost

Json = dict[str, Any]

RESERVED = "amq."
LIMITS = "vhost-limits"
OPERATOR_POLICY = "operator_policy"


class DefinitionsRefused(ValueError):
    """Definitions that are not taken.

    where: the place in them. reason: RabbitMQ's own, where it gives one. advice: what to do about it, or nothing.
    """

    def __init__(self, where: str, reason: str, advice: str = "") -> None:
        super().__init__(f"{where}: {reason}{f' ({advice})' if advice else ''}" if where else reason)
        self.where = where
        self.reason = reason
        self.advice = advice


def export_cluster(broker: Broker) -> Json:
    """The definitions of the whole broker, in the format of its version."""
    vhosts = broker.vhosts.values()
    return {
        **_product(broker),
        **_what_it_is(broker, "cluster", broker.node),
        "users": [user_row(user, broker) for user in broker.access],
        "vhosts": [_vhost(vhost) for vhost in vhosts],
        "permissions": list(permission_rows(broker)),
        "topic_permissions": list(topic_permission_rows(broker)),
        "parameters": [row for vhost in vhosts for row in parameter_rows(vhost, named=True)],
        "global_parameters": list(global_parameter_rows(broker)),
        "policies": [row for vhost in vhosts for row in _policies(vhost, named=True)],
        "queues": [row for vhost in vhosts for row in _queues(vhost, named=True)],
        "exchanges": [row for vhost in vhosts for row in _exchanges(vhost, named=True)],
        "bindings": [row for vhost in vhosts for row in _bindings(vhost, named=True)],
    }


def export_vhost(vhost: VirtualHost) -> Json:
    """The definitions of one virtual host, in the format of the broker's version; they do not say which it is."""
    form = vhost.broker.profile.definitions
    return {
        **_product(vhost.broker, brief=not form.has_metadata),
        **_what_it_is(vhost.broker, "single_virtual_host", vhost.name),
        **(_metadata_of_a_file(vhost) if form.has_metadata else {}),
        "parameters": list(parameter_rows(vhost, named=form.rows_have_vhost)),
        "policies": list(_policies(vhost, named=form.rows_have_vhost)),
        "queues": list(_queues(vhost)),
        "exchanges": list(_exchanges(vhost)),
        "bindings": list(_bindings(vhost)),
    }


# --- what stands above the lists


def _product(broker: Broker, *, brief: bool = False) -> Json:
    release = broker.profile.release
    if brief:
        return {"rabbit_version": release}
    return {
        "rabbit_version": release,
        "rabbitmq_version": release,
        "product_name": "RabbitMQ",
        "product_version": release,
    }


def _what_it_is(broker: Broker, what: str, name: str) -> Json:
    if not broker.profile.definitions.has_metadata:
        return {}
    kind, key = ("cluster", "original_cluster_name") if what == "cluster" else ("virtual host", "original_vhost_name")
    return {
        "rabbitmq_definition_format": what,
        key: name,
        "explanation": f"Definitions of {kind} '{name}'",
    }


def _metadata(vhost: VirtualHost) -> Json:
    protected = {} if vhost.protected is None else {"protected_from_deletion": vhost.protected}
    return {
        "description": vhost.description,
        "tags": list(vhost.tags),
        "default_queue_type": vhost.default_queue_type,
        **protected,
    }


def _metadata_of_a_file(vhost: VirtualHost) -> Json:
    form = vhost.broker.profile.definitions
    type_beside = {"default_queue_type": vhost.default_queue_type} if form.repeats_metadata else {}
    limits = [] if form.empty_limits_are_a_list and not vhost.limits else dict(vhost.limits)
    return {"metadata": _metadata(vhost), "description": vhost.description, **type_beside, "limits": limits}


# --- users and virtual hosts


def user_row(user: User, broker: Broker) -> Json:
    """A user, with the hash of the password."""
    # Of a user whose password was given as it is, the hash is the same in every run.
    salt = hashlib.sha256(f"{broker.naming.seed}:{user.name}".encode()).digest()
    password = user.password_hash(salt)
    return {
        "name": user.name,
        "password_hash": password.text,
        "hashing_algorithm": password.algorithm,
        "tags": list(user.tags),
        "limits": dict(user.limits),
    }


def _vhost(vhost: VirtualHost) -> Json:
    form = vhost.broker.profile.definitions
    row: Json = {"name": vhost.name}
    if form.has_metadata:
        metadata = _metadata(vhost)
        row |= {"metadata": metadata, **(metadata if form.repeats_metadata else {})}
    if form.rows_have_limits:
        row["limits"] = dict(vhost.limits)
    return row


def permission_rows(broker: Broker) -> Iterator[Json]:
    """What each user may do in each virtual host that they may enter."""
    for user in broker.access:
        for vhost in broker.vhosts:
            given = user.permissions_in(vhost)
            if given is not None:
                texts = {"configure": given.configure.text, "write": given.write.text, "read": given.read.text}
                yield {"user": user.name, "vhost": vhost, **texts}


def topic_permission_rows(broker: Broker) -> Iterator[Json]:
    """Under which keys users may publish to topic exchanges and bind to them."""
    for user in broker.access:
        for (vhost, exchange), given in user.topic_permissions.items():
            texts = {"write": given.write.text, "read": given.read.text}
            yield {"user": user.name, "vhost": vhost, "exchange": exchange, **texts}


def global_parameter_rows(broker: Broker) -> Iterator[Json]:
    """The parameters that belong to no virtual host."""
    for name, value in {**broker.profile.definitions.global_parameters, **broker.global_parameters}.items():
        yield {"name": name, "value": value}


# --- what a virtual host holds


def _placed(row: Json, vhost: VirtualHost, named: bool) -> Json:
    return {**row, "vhost": vhost.name} if named else row


def parameter_rows(vhost: VirtualHost, *, named: bool = False) -> Iterator[Json]:
    """What components are told about a virtual host. named: each row says which one that is."""
    found: dict[tuple[str, str], Any] = dict(vhost.parameters)
    for policy in vhost.policies.operator_policies.values():
        found[OPERATOR_POLICY, policy.name] = policy_row(policy)
    if vhost.limits:
        found[LIMITS, "limits"] = dict(vhost.limits)
    for (component, name), value in found.items():
        yield _placed({"component": component, "name": name, "value": value}, vhost, named)


def _policies(vhost: VirtualHost, *, named: bool = False) -> Iterator[Json]:
    for policy in vhost.policies.policies.values():
        yield _placed({"name": policy.name, **policy_row(policy)}, vhost, named)


def policy_row(policy: Policy) -> Json:
    """A policy without its name."""
    return {
        "pattern": policy.pattern,
        "apply-to": policy.apply_to,
        "definition": json_table(policy.definition),
        "priority": policy.priority,
    }


def _queues(vhost: VirtualHost, *, named: bool = False) -> Iterator[Json]:
    for queue in vhost.queues.values():
        if queue.owner is None:
            yield _placed(_queue(queue), vhost, named)


def _queue(queue: Queue) -> Json:
    profile = queue.vhost.broker.profile
    type_given = {"x-queue-type": queue.KIND} if profile.stores_queue_type else {}
    row: Json = {
        "name": queue.name,
        "durable": queue.durable,
        "auto_delete": queue.auto_delete,
        "arguments": json_table(type_given | dict(queue.arguments)),
    }
    return {**row, "type": queue.KIND} if profile.definitions.rows_name_types else row


def _exchanges(vhost: VirtualHost, *, named: bool = False) -> Iterator[Json]:
    form = vhost.broker.profile.definitions
    for exchange in vhost.exchanges.values():
        if not exchange.name.startswith(RESERVED) and (form.has_internal_exchanges or not exchange.internal):
            yield _placed(_exchange(exchange, shows_internal=form.has_internal_exchanges), vhost, named)


def _exchange(exchange: Exchange, *, shows_internal: bool) -> Json:
    row: Json = {
        "name": exchange.name,
        "type": exchange.type,
        "durable": exchange.durable,
        "auto_delete": exchange.auto_delete,
        "arguments": json_table(exchange.arguments),
    }
    return {**row, "internal": exchange.internal} if shows_internal else row


def _bindings(vhost: VirtualHost, *, named: bool = False) -> Iterator[Json]:
    all_of_them: Iterable[Binding] = (binding for exchange in vhost.exchanges.values() for binding in exchange.bindings)
    for binding in all_of_them:
        kind, name = binding.destination
        is_exclusive = kind == "queue" and vhost.queues[name].owner is not None
        if is_exclusive and not vhost.broker.profile.definitions.has_bindings_of_exclusive:
            continue
        row = {
            "source": binding.source,
            "destination": name,
            "destination_type": kind,
            "routing_key": binding.routing_key,
            "arguments": json_table(binding.arguments),
        }
        yield _placed(row, vhost, named)


# --- values


def json_table(table: Mapping[str, Any]) -> Json:
    """A table of AMQP's as JSON has it, by name."""
    return {name: json_value(value) for name, value in sorted(table.items())}


def json_value(value: Any) -> Any:
    """A value of AMQP's as the definitions have it: what JSON has no word for becomes something else, for good.

    A void is the text "undefined", bytes are text, an instant is its seconds, and a decimal becomes a number that it
    never was (recorded: 1.25 is exported as 2.125, its scale before its digits).
    """
    if value is None:
        return "undefined"
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return f"Not UTF-8, base64 is: {base64.b64encode(value).decode()}"
    if isinstance(value, Decimal):
        scale, digits = decimal_parts(value)
        return float(f"{scale}.{digits}")
    if isinstance(value, datetime):
        return seconds_of(value)
    if isinstance(value, list | tuple):
        return [json_value(item) for item in value]
    if isinstance(value, Mapping):
        return json_table(value)
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value
