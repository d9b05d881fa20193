"""Which path of the API stands for what."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

from fakeamqp.adapters.management import (
    bindings,
    channels,
    connections,
    consumers,
    definitions,
    exchanges,
    features,
    health,
    limits,
    messages,
    nodes,
    overview,
    pages,
    parameters,
    permissions,
    policies,
    queues,
    users,
    virtual_hosts,
)
from fakeamqp.adapters.management.resource import Resource

if TYPE_CHECKING:
    from fakeamqp.adapters.management.asked import Asked
    from fakeamqp.adapters.management.dialects import Dialect

Kind: TypeAlias = type[Resource]

_PAGES: dict[str, Kind] = {
    "": pages.Page,
    "index.html": pages.Page,
    "api": pages.ToIndex,
    "api/index.html": pages.Page,
    "cli": pages.ToIndex,
    "cli/index.html": pages.Page,
}

# Below /api. Of two that fit a path the first is meant.
_API: dict[str, Kind] = {
    "overview": overview.Overview,
    "cluster-name": overview.ClusterName,
    "version": overview.Version,
    "extensions": overview.Extensions,
    "whoami": users.WhoAmI,
    "auth": overview.Auth,
    "auth/attempts/{node}": overview.AuthAttempts,
    "auth/hash_password/{password}": users.HashPassword,
    "reset": overview.Reset,
    "reset/{node}": overview.Reset,
    "rebalance/queues": overview.Rebalance,
    "nodes": nodes.AllNodes,
    "nodes/{node}": nodes.OneNode,
    "feature-flags": features.FeatureFlags,
    "deprecated-features": features.DeprecatedFeatures,
    "deprecated-features/used": features.DeprecatedFeaturesUsed,
    "vhosts": virtual_hosts.AllVirtualHosts,
    "vhosts/{vhost}": virtual_hosts.OneVirtualHost,
    "vhosts/{vhost}/permissions": permissions.AllPermissions,
    "vhosts/{vhost}/topic-permissions": permissions.AllTopicPermissions,
    "vhosts/{vhost}/connections": connections.ConnectionsOfVirtualHost,
    "vhosts/{vhost}/channels": channels.ChannelsOfVirtualHost,
    "vhosts/{vhost}/deletion/protection": virtual_hosts.Protection,
    "vhosts/{vhost}/start/{node}": virtual_hosts.Start,
    "users": users.AllUsers,
    "users/without-permissions": users.UsersWithoutPermissions,
    "users/bulk-delete": users.BulkDelete,
    "users/{user}": users.OneUser,
    "users/{user}/permissions": users.PermissionsOfUser,
    "users/{user}/topic-permissions": users.TopicPermissionsOfUser,
    "user-limits": limits.LimitsOfUsers,
    "user-limits/{user}": limits.LimitsOfUsers,
    "user-limits/{user}/{limit}": limits.LimitOfUser,
    "vhost-limits": limits.LimitsOfVirtualHosts,
    "vhost-limits/{vhost}": limits.LimitsOfVirtualHosts,
    "vhost-limits/{vhost}/{limit}": limits.LimitOfVirtualHost,
    "permissions": permissions.AllPermissions,
    "permissions/{vhost}/{user}": permissions.OnePermission,
    "topic-permissions": permissions.AllTopicPermissions,
    "topic-permissions/{vhost}/{user}": permissions.TopicPermissions,
    "topic-permissions/{vhost}/{user}/{exchange}": permissions.TopicPermissions,
    "exchanges": exchanges.Exchanges,
    "exchanges/{vhost}": exchanges.Exchanges,
    "exchanges/{vhost}/{exchange}": exchanges.OneExchange,
    "exchanges/{vhost}/{exchange}/publish": exchanges.Publish,
    "exchanges/{vhost}/{exchange}/bindings/{end}": exchanges.BindingsOfExchange,
    "queues": queues.AllQueues,
    "queues/detailed": queues.DetailedQueues,
    "queues/{vhost}": queues.AllQueues,
    "queues/{vhost}/{queue}": queues.OneQueue,
    "queues/{vhost}/{queue}/bindings": bindings.BindingsOfQueue,
    "queues/{vhost}/{queue}/contents": messages.Contents,
    "queues/{vhost}/{queue}/get": messages.Get,
    "queues/{vhost}/{queue}/actions": queues.Actions,
    "bindings": bindings.Bindings,
    "bindings/{vhost}": bindings.Bindings,
    "bindings/{vhost}/e/{source}/{kind}/{destination}": bindings.BindingsBetween,
    "bindings/{vhost}/e/{source}/{kind}/{destination}/{properties}": bindings.OneBinding,
    "connections": connections.AllConnections,
    "connections/username/{user}": connections.ConnectionsOfUser,
    "connections/{connection}": connections.OneConnection,
    "connections/{connection}/channels": channels.ChannelsOfConnection,
    "channels": channels.AllChannels,
    "channels/{channel}": channels.OneChannel,
    "consumers": consumers.Consumers,
    "consumers/{vhost}": consumers.Consumers,
    "policies": policies.Policies,
    "policies/{vhost}": policies.Policies,
    "policies/{vhost}/{policy}": policies.OnePolicy,
    "operator-policies": policies.OperatorPolicies,
    "operator-policies/{vhost}": policies.OperatorPolicies,
    "operator-policies/{vhost}/{policy}": policies.OneOperatorPolicy,
    "parameters": parameters.Parameters,
    "parameters/{component}": parameters.Parameters,
    "parameters/{component}/{vhost}": parameters.Parameters,
    "parameters/{component}/{vhost}/{name}": parameters.OneParameter,
    "global-parameters": parameters.GlobalParameters,
    "global-parameters/{name}": parameters.OneGlobalParameter,
    "definitions": definitions.Definitions,
    "definitions/{vhost}": definitions.Definitions,
    "aliveness-test/{vhost}": health.Aliveness,
    "healthchecks/node": health.Check,
    "health/checks/alarms": health.Alarms,
    "health/checks/local-alarms": health.Alarms,
    "health/checks/certificate-expiration/{within}/{unit}": health.Certificates,
    "health/checks/port-listener/{port}": health.PortListener,
    "health/checks/protocol-listener/{protocol}": health.ProtocolListener,
    "health/checks/virtual-hosts": health.Check,
    "health/checks/node-is-mirror-sync-critical": health.CheckOfMirrors,
    "health/checks/node-is-quorum-critical": health.CheckOfOneNode,
    "health/checks/ready-to-serve-clients": health.LaterCheck,
    "health/checks/is-in-service": health.LaterCheck,
    "health/checks/below-node-connection-limit": health.LaterCheck,
    "health/checks/metadata-store/initialized": health.LaterCheck,
    "health/checks/metadata-store/initialized/with-data": health.LaterCheck,
    "health/checks/quorum-queues-without-elected-leaders/all-vhosts/pattern/{pattern}": health.LaterCheck,
    "health/checks/quorum-queues-without-elected-leaders/vhost/{vhost}/pattern/{pattern}": health.LaterCheck,
}

_ROUTES = [
    (tuple(pattern.split("/")), kind)
    for pattern, kind in (*_PAGES.items(), *((f"api/{pattern}", kind) for pattern, kind in _API.items()))
]


def find(asked: Asked, dialect: Dialect) -> tuple[Kind, Asked]:
    """What stands at the path of a request, and the request with what the path names."""
    for pattern, kind in _ROUTES:
        names = _match(pattern, asked.path)
        if names is not None and (kind.only is None or getattr(dialect, kind.only)):
            return kind, attrs.evolve(asked, names=names)
    return pages.Nothing, asked


def _match(pattern: tuple[str, ...], path: tuple[str, ...]) -> dict[str, str] | None:
    if len(pattern) != len(path):
        return None
    names = {}
    for expected, part in zip(pattern, path, strict=True):
        if expected.startswith("{"):
            names[expected[1:-1]] = part
        elif expected != part:
            return None
    return names
