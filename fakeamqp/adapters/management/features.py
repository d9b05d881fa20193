"""/api/feature-flags and /api/deprecated-features, and the types of exchange: what there is to this version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fakeamqp.adapters.management.answers import Answer
from fakeamqp.adapters.management.resource import Resource, Row

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker

_PROVIDED_ELSEWHERE = {
    "detailed_queues_endpoint": "rabbitmq_management",
    "drop_unroutable_metric": "rabbitmq_management_agent",
    "empty_basic_get_metric": "rabbitmq_management_agent",
    "management_metrics_collection": "rabbitmq_management_agent",
}
"""What a plugin brings, by name; all else is of the broker itself."""

# The feature flags of a new node, by their stability.
_FLAGS: dict[str, dict[str, tuple[str, ...]]] = {
    "3.10": {
        "stable": (
            "classic_mirrored_queue_version",
            "drop_unroutable_metric",
            "empty_basic_get_metric",
            "implicit_default_bindings",
            "maintenance_mode_status",
            "quorum_queue",
            "stream_queue",
            "user_limits",
            "virtual_host_metadata",
        ),
    },
    "4.0": {
        "experimental": ("khepri_db",),
        "required": (
            "classic_mirrored_queue_version",
            "classic_queue_type_delivery_support",
            "direct_exchange_routing_v2",
            "drop_unroutable_metric",
            "empty_basic_get_metric",
            "feature_flags_v2",
            "implicit_default_bindings",
            "listener_records_in_ets",
            "maintenance_mode_status",
            "message_containers",
            "quorum_queue",
            "restart_streams",
            "stream_filtering",
            "stream_queue",
            "stream_sac_coordinator_unblock_group",
            "stream_single_active_consumer",
            "stream_update_config_command",
            "tracking_records_in_ets",
            "user_limits",
            "virtual_host_metadata",
        ),
        "stable": (
            "detailed_queues_endpoint",
            "message_containers_deaths_v2",
            "quorum_queue_non_voters",
            "rabbit_exchange_type_local_random",
            "rabbitmq_4.0.0",
        ),
    },
    "4.3": {
        "required": (
            "classic_mirrored_queue_version",
            "classic_queue_type_delivery_support",
            "detailed_queues_endpoint",
            "direct_exchange_routing_v2",
            "drop_unroutable_metric",
            "empty_basic_get_metric",
            "feature_flags_v2",
            "implicit_default_bindings",
            "khepri_db",
            "listener_records_in_ets",
            "maintenance_mode_status",
            "message_containers",
            "message_containers_deaths_v2",
            "quorum_queue",
            "quorum_queue_non_voters",
            "rabbit_exchange_type_local_random",
            "rabbitmq_4.0.0",
            "rabbitmq_4.1.0",
            "rabbitmq_4.2.0",
            "restart_streams",
            "stream_filtering",
            "stream_queue",
            "stream_sac_coordinator_unblock_group",
            "stream_single_active_consumer",
            "stream_update_config_command",
            "tracking_records_in_ets",
            "user_limits",
            "virtual_host_metadata",
        ),
        "stable": (
            "rabbitmq_4.3.0",
            "tie_binding_to_dest_with_keep_while_cond",
            "topic_binding_projection_v4",
            "topic_binding_projection_v5",
            "track_qq_members_uids",
        ),
    },
}


def types_of_exchange(broker: Broker) -> list[Row]:
    """The types that exchanges can have, by name."""
    return [{"name": name, "enabled": True} for name in sorted(broker.model.exchange_kinds)]


class FeatureFlags(Resource):
    """/api/feature-flags"""

    def check_reader(self) -> None:
        """For everybody; in RabbitMQ 3.10 for administrators."""
        if self.dialect.flags_are_secret:
            self.demand_administrator()

    def get(self) -> Answer:
        """Those of a new node: all but experiments are enabled."""
        rows = [
            {
                "name": name,
                "stability": stability,
                "state": "disabled" if stability == "experimental" else "enabled",
                "provided_by": _PROVIDED_ELSEWHERE.get(name, "rabbit"),
            }
            for stability, names in _FLAGS[self.broker.version].items()
            for name in names
        ]
        return self.list(rows, "name")


class DeprecatedFeatures(Resource):
    """/api/deprecated-features"""

    only = "has_deprecated_features"

    def names(self) -> Iterator[str]:
        """Those that are listed."""
        return iter(self.broker.profile.deprecated_features)

    def get(self) -> Answer:
        """What this version calls so, and whether it is permitted."""
        return self.list([self._row(name) for name in self.names()], "name")

    def _row(self, name: str) -> Row:
        profile = self.broker.profile
        row = {
            "name": name,
            "deprecation_phase": profile.deprecated_features[name],
            "desc": "",
            "provided_by": _PROVIDED_ELSEWHERE.get(name, "rabbit"),
        }
        if not self.dialect.shows_denied:
            return row
        return {**row, "state": "permitted" if profile.permits(name) else "denied"}


class DeprecatedFeaturesUsed(DeprecatedFeatures):
    """/api/deprecated-features/used"""

    def names(self) -> Iterator[str]:
        """Those of which something is there."""
        queues = list(self.broker.queues())
        if any(not queue.durable and queue.owner is None for queue in queues):
            yield "transient_nonexcl_queues"
