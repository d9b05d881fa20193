"""What differs between the RabbitMQ versions, as data in one place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import attrs

Phase: TypeAlias = Literal["permitted_by_default", "denied_by_default", "removed"]
"""What becomes of a deprecated feature, in the words of `rabbitmqctl list_deprecated_features`."""


@attrs.frozen(eq=False)
class DefinitionsFormat:
    """How a version writes and reads definitions files; the defaults are what 4.3 does.

    has_metadata: they say what they are, and virtual hosts have descriptions, tags and a default queue type.
    repeats_metadata: what is in the metadata of a virtual host stands beside it, too.
    rows_have_limits: each virtual host has its limits in its row.
    empty_limits_are_a_list: the file of one virtual host has an empty list for no limits.
    rows_name_types: each queue has its type in its row.
    rows_have_vhost: policies and parameters name the virtual host even in the file of that one.
    has_internal_exchanges: internal exchanges are exported.
    has_bindings_of_exclusive: bindings of exclusive queues are exported, which themselves never are.
    global_parameters: those that are there from the start.
    needs_properties: what must say whether it is durable and auto-delete; all else is durable unless it says so.
    skips_missing: a binding to or from what is not there is passed over; if not, refused.
    exceeds_limit: queues are imported beyond a limit that comes with them; if not, those are passed over.
    topic_permissions_first: they come before exchanges; if not, after them.
    terms_as_json: a reason that is an Erlang term comes as JSON; if not, as Erlang prints it. For the definitions of a
        cluster, and for those of one virtual host.
    quotes_validation: a text about what is not valid comes as Erlang prints a string. For both, too.
    names_place: a validation error names its place in words.
    """

    has_metadata: bool = True
    repeats_metadata: bool = False
    rows_have_limits: bool = True
    empty_limits_are_a_list: bool = False
    rows_name_types: bool = True
    rows_have_vhost: bool = False
    has_internal_exchanges: bool = False
    has_bindings_of_exclusive: bool = True
    global_parameters: Mapping[str, Any] = {"cluster_tags": []}
    needs_properties: Literal["none", "exchanges", "all"] = "none"
    skips_missing: bool = False
    exceeds_limit: bool = False
    topic_permissions_first: bool = False
    terms_as_json: tuple[bool, bool] = (False, False)
    quotes_validation: tuple[bool, bool] = (False, False)
    names_place: bool = True


@attrs.frozen
class Profile:
    """One recorded RabbitMQ version.

    name: what users write, `"3.10"`; release: the exact version that was recorded, `"3.10.8"`.
    major: 3 or 4.
    topic_hash_limit: how many `#` a topic binding key may have; None is any number.
    headers_float_equals_int: a headers exchange takes 1.0 and 1 for the same value.
    headers_timestamp_factor: what a headers exchange takes one second of a timestamp in a message's headers for: 1,
        or 1000 where messages keep it in milliseconds.
    copyright, erlang, mechanisms: what connection.start tells.
    unknown_exchange_type_closes_connection: 503 on the connection; if not, 406 on the channel.
    speaks_amqp_1_0: an unknown protocol header is answered with that of AMQP 1.0; if not, with that of AMQP 0-9-1.
    max_message_size: the largest body accepted, in bytes.
    max_content_size: the largest body, in bytes, that a content header may announce; None for any.
    min_frame_size: the smallest frame-max that a client may ask for, in bytes.
    takes_cancel_ok: `basic.cancel-ok` of a client ends its consumer; if not, it is no method.
    checks_delivery_mode: only delivery modes 1 and 2 are accepted.
    checks_user_id_first: the property `user_id` is looked at before expiration and CC/BCC, and the permission for the
        routing key of a topic exchange before all properties; if not, that for each key after CC/BCC, then `user_id`.
    sorts_headers: a message's headers come back sorted by name; if not, as published.
    shows_expiration_as_published: if not, as a bare number ("+060" as "60").
    single_active_hand_over_delivers: cancelling the active consumer makes the next one get what is ready.
    holds_answers: a transaction holds answers by direct reply-to back; if not, they are delivered at once.
    transactions_know_queues_by_name: a publish in a transaction goes to the queues that have the names at the commit;
        if not, to the queues that were there at the publish.
    transactions_need_their_queues: the commit crashes if a queue of a publish has been deleted.
    counts_reply_tags: answers by direct reply-to take a delivery tag of their channel each; if not, they show the one
        that comes next.
    answers_count_as_routed: a mandatory answer by direct reply-to is not returned.
    reply_addresses_are_queues: a direct reply-to address in use counts as a queue of its own kind ("volatile").
    malformed_reply_address_crashes: declaring a direct reply-to address that never was answers 541; if not, 404.
    trusts_published_deaths: an `x-death` header that a client publishes is continued; if not, replaced when it dies.
    sorts_later_deaths: the fields of an `x-death` entry are in alphabetical order once there was one before.
    reverses_older_deaths: each death reverses the older entries of `x-death`.
    original_expiration_first: where `original-expiration` stands in an entry; if not first, last.
    override_removes_cc: `x-dead-letter-routing-key` takes the header CC away.
    marks_last_death: dead letters carry `x-last-death-*`.
    failures: what a dead letter carries on of how often it failed, so that its first delivery looks redelivered and a
        quorum queue counts from there. 4.3, "everywhere": every basic.reject and every loss of a channel. 4.0, "between
        quorum queues": losses of a channel, and the rejection or nack it died of. 3.10: nothing.
    quorum_priorities: how a quorum queue orders priorities: not at all, in two levels, or strictly.
    quorum_delivery_limit: the default; None is no limit.
    quorum_negative_limit_is_none: a negative delivery limit means no limit; if not, the first return is one too many.
    quorum_unreadable_limit_is_none: a delivery limit that is no integer means no limit; if not, the default.
    quorum_counts_failures_only: nack and recover do not count towards the delivery limit.
    quorum_deaths_raise_prefetch: each message that dies of the delivery limit lets its consumer hold one more.
    quorum_unlimited_returns_last: without a delivery limit, what a client returns goes behind everything.
    quorum_first_get_shows_count: a first basic.get shows `x-delivery-count` 0; else only later deliveries have it.
    quorum_shows_acquired_count: `x-acquired-count` is shown beside `x-delivery-count`.
    quorum_delays_retries: `x-delayed-retry-type` keeps what comes back for a while.
    quorum_bytes_count_properties: `x-max-length-bytes` counts the properties with the body.
    queues_have_consumer_timeout: `x-consumer-timeout` of a queue holds in place of the broker's consumer timeout.
    consumer_timeout_cancels: what a quorum queue delivered and is held for too long goes back on time, and its consumer
        is cancelled; if not, whatever is held for too long closes its channel, for which it is looked once a minute.
    quorum_name_in_texts: how one error text names the kind.
    texts_are_unicode: error texts print a byte string as the UTF-8 text it may be, not as Latin-1.
    unknown_queue_arguments: queue arguments of later versions, which this one takes as any unknown name.
    unknown_consumer_arguments: the same for consumers, and those of earlier versions.
    classic_takes_leader_locator: `x-queue-leader-locator` may be given for a classic queue.
    leader_locators: the values of `x-queue-leader-locator`.
    accepts_empty_queue_type: an empty `x-queue-type` means the default type.
    names_unknown_queue_type: a server-named queue of an unknown type gets an error text instead of a crash.
    stores_queue_type: `x-queue-type` is among every queue's arguments; a redeclare without it means `classic`.
    refuses_unknown_default_type: the default queue type of a virtual host must be one that there is.
    has_default_queue_type: a virtual host may have a default queue type; else the setting is ignored.
    unknown_policy_keys, unknown_operator_policy_keys: keys of policies of other versions, which this one refuses.
    foreign_policy_keys_of_classic: keys that keep a policy from classic queues, beside those of every version.
    policies_apply_to: the values of a policy's `apply-to`; policies_apply_to_text: how a refusal names them.
    escapes_policy_reasons: the management API tells why it refuses a policy as HTML, an operator policy as plain text.
    checks_queue_mode: `x-queue-mode` must be `default` or `lazy`.
    queue_versions: the values of `x-queue-version`.
    crashes_on_master_locator: `x-queue-master-locator` other than the three known ones closes the connection.
    checks_master_locator_first: `queue-master-locator` is looked at before all other keys of a policy; if not, after
        all that are known.
    crashes_on_max_age: `x-max-age`, or a text as `x-stream-offset`, that does not begin with a digit closes the
        connection.
    max_age_in_milliseconds: `x-max-age` is kept and compared in milliseconds.
    checks_stream_filter_last: `x-stream-filter-size-bytes` is no known argument, but looked at after all others.
    exchange_types: the types of exchange it has without plugins.
    hash_weight_limit: the largest weight of a binding to a consistent-hash exchange; None is any.
    hashes_types_of_headers: a consistent-hash exchange hashes a header's value together with its type.
    reads_jms_selectors_itself: RabbitMQ reads a JMS selector, and tells what it does not take; if not, Erlang does.
    keeps_jms_selector_of_others: the JMS selector of a destination and key is kept as long as one binding of both is.
    forgets_failed_binding: a binding to a recent-history exchange that crashes is not kept; else it is, and has a text.
    lost_queue: how it is told that a queue's home node is down.
    lost_queues_are_absent: a queue whose home node is down is found neither by its name nor by bindings; if not, it can
        be bound, messages for it are nacked, and deleting it closes the connection with 541.
    keeps_lost_transient_queues_for_now: a transient queue is gone when its node is back; if not, when that goes down.
    forgets_redeliveries_when_down: what comes back with a node does not look redelivered.
    stream_texts_are_early: how the refusals of a consumer without prefetch or acknowledgement are worded.
    stream_refuses_returns: basic.nack and basic.reject of a stream's deliveries close the connection with 540,
        basic.recover with 541; if not, they are taken for acknowledgements.
    stream_loses_dead_letters: dead letters routed to a stream are lost, and what a recent-history exchange hands it;
        if not, stored.
    stream_has_filters: `x-stream-filter` keeps messages back.
    stream_has_annotations: what a stream makes of headers named `x-…`, byte strings and a missing delivery mode.
    stream_delivers_whole_chunks: credit is looked at between chunks; if not, between messages.
    patterns_are_pcre2: regular expressions are read by PCRE2, which tells errors otherwise; if not, by PCRE.
    refusals_name_permission: a refusal says which permission is missing.
    passive_declare_needs_permission: declaring passively needs any permission on the queue or exchange; if not, none.
    quotes_names_in_topics: a name in a topic permission stands for itself; if not, it is read as part of the
        expression.
    topic_permissions_need_exchange: topic permissions are given for an exchange that is there.
    new_secret_refreshes_permissions: update-secret makes channels forget which permissions they have looked at.
    closes_expired_connections: a connection is closed when the token expires that it has logged in with, and when a
        new one has expired already; if not, what needs a permission is refused.
    refused_secret: what is said of a new secret that is no token.
    checks_queue_limit_first: the queue limit of a virtual host is looked at before a new queue's arguments; if not,
        after them.
    user_channel_limit: how the refusal of one channel too many of a user is worded.
    definitions: how it writes and reads definitions files.
    deprecated_features: those it calls so, and whether they are permitted as long as its configuration says nothing.
    denied_features: those of them that are not permitted.
    """

    name: str
    release: str
    major: int
    topic_hash_limit: int | None = None
    headers_float_equals_int: bool = False
    headers_timestamp_factor: int = 1000
    texts_are_unicode: bool = True
    unknown_queue_arguments: frozenset[str] = frozenset()
    unknown_consumer_arguments: frozenset[str] = frozenset({"x-cancel-on-ha-failover"})
    classic_takes_leader_locator: bool = True
    leader_locators: tuple[str, ...] = ("client-local", "balanced", "random", "least-leaders", "min-masters")
    accepts_empty_queue_type: bool = False
    names_unknown_queue_type: bool = False
    stores_queue_type: bool = True
    refuses_unknown_default_type: bool = False
    has_default_queue_type: bool = True
    unknown_policy_keys: frozenset[str] = frozenset()
    unknown_operator_policy_keys: frozenset[str] = frozenset()
    foreign_policy_keys_of_classic: frozenset[str] = frozenset({"max-in-memory-length", "max-in-memory-bytes"})
    policies_apply_to: tuple[str, ...] = (
        "queues",
        "classic_queues",
        "quorum_queues",
        "streams",
        "exchanges",
        "all",
    )
    policies_apply_to_text: str = (
        "one of: 'queues', 'classic_queues',  'quorum_queues', 'streams', 'exchanges', or 'all'"
    )
    escapes_policy_reasons: bool = False
    patterns_are_pcre2: bool = False
    checks_queue_mode: bool = True
    queue_versions: tuple[int, ...] = (1, 2)
    crashes_on_master_locator: bool = False
    checks_master_locator_first: bool = False
    crashes_on_max_age: bool = True
    max_age_in_milliseconds: bool = False
    checks_stream_filter_last: bool = False
    exchange_types: tuple[str, ...] = ("direct", "fanout", "topic", "headers", "x-local-random")
    hash_weight_limit: int | None = None
    hashes_types_of_headers: bool = False
    reads_jms_selectors_itself: bool = False
    keeps_jms_selector_of_others: bool = False
    forgets_failed_binding: bool = False
    lost_queue: str = "queue '{queue}' in vhost '{vhost}' process is stopped by supervisor"
    lost_queues_are_absent: bool = False
    keeps_lost_transient_queues_for_now: bool = False
    forgets_redeliveries_when_down: bool = False
    stream_texts_are_early: bool = False
    stream_refuses_returns: bool = False
    stream_loses_dead_letters: bool = False
    stream_has_filters: bool = True
    stream_has_annotations: bool = True
    stream_delivers_whole_chunks: bool = False
    copyright: str = ""
    erlang: str = ""
    mechanisms: str = "AMQPLAIN ANONYMOUS PLAIN"
    unknown_exchange_type_closes_connection: bool = False
    speaks_amqp_1_0: bool = True
    max_message_size: int = 16 * 1024 * 1024
    max_content_size: int | None = 512 * 1024 * 1024
    min_frame_size: int = 4096
    takes_cancel_ok: bool = False
    checks_delivery_mode: bool = False
    checks_user_id_first: bool = False
    sorts_headers: bool = True
    shows_expiration_as_published: bool = False
    single_active_hand_over_delivers: bool = True
    holds_answers: bool = True
    transactions_know_queues_by_name: bool = False
    transactions_need_their_queues: bool = True
    counts_reply_tags: bool = False
    answers_count_as_routed: bool = False
    reply_addresses_are_queues: bool = False
    malformed_reply_address_crashes: bool = False
    trusts_published_deaths: bool = False
    sorts_later_deaths: bool = False
    reverses_older_deaths: bool = False
    original_expiration_first: bool = True
    override_removes_cc: bool = False
    marks_last_death: bool = True
    failures: Literal["none", "between quorum queues", "everywhere"] = "none"
    quorum_priorities: Literal["none", "two", "strict"] = "strict"
    quorum_delivery_limit: int | None = 20
    quorum_negative_limit_is_none: bool = True
    quorum_unreadable_limit_is_none: bool = True
    quorum_counts_failures_only: bool = False
    quorum_deaths_raise_prefetch: bool = False
    quorum_unlimited_returns_last: bool = False
    quorum_first_get_shows_count: bool = False
    quorum_shows_acquired_count: bool = False
    quorum_delays_retries: bool = False
    quorum_bytes_count_properties: bool = False
    queues_have_consumer_timeout: bool = True
    consumer_timeout_cancels: bool = False
    quorum_name_in_texts: str = "quorum"
    refusals_name_permission: bool = True
    passive_declare_needs_permission: bool = False
    quotes_names_in_topics: bool = False
    topic_permissions_need_exchange: bool = False
    closes_expired_connections: bool = False
    refused_secret: str = "New secret was refused by one of the backends"
    new_secret_refreshes_permissions: bool = False
    checks_queue_limit_first: bool = False
    user_channel_limit: str = (
        "number of channels opened for user '{user}' has reached the maximum allowed user limit of ({limit})"
    )
    definitions: DefinitionsFormat = DefinitionsFormat()
    deprecated_features: Mapping[str, Phase] = MappingProxyType({})
    denied_features: frozenset[str] = attrs.field()

    @denied_features.default
    def _denied_by_default(self) -> frozenset[str]:
        return frozenset(name for name, phase in self.deprecated_features.items() if phase != "permitted_by_default")

    def denying(self, features: Iterable[str]) -> Profile:
        """The same version whose configuration denies these features, too."""
        denied = self.denied_features.union(features)
        return self if denied == self.denied_features else attrs.evolve(self, denied_features=denied)

    def permits(self, feature: str) -> bool:
        """True unless this is a deprecated feature that is denied."""
        return feature not in self.denied_features


_ARGUMENTS_OF_4_3 = frozenset(
    {
        "x-consumer-timeout",
        "x-consumer-disconnected-timeout",
        "x-delayed-retry-type",
        "x-delayed-retry-min",
        "x-delayed-retry-max",
        "x-stream-filter-size-bytes",
    }
)

_POLICY_KEYS_OF_4_3 = frozenset(
    {"consumer-disconnected-timeout", "delayed-retry-max", "delayed-retry-min", "delayed-retry-type"}
)
_POLICY_KEYS_OF_4 = frozenset({"consumer-timeout", "stream-filter-size-bytes", "target-group-size"})
_MIRRORING_KEYS = frozenset(
    {"ha-mode", "ha-params", "ha-sync-mode", "ha-sync-batch-size", "ha-promote-on-shutdown", "ha-promote-on-failure"}
)

PROFILES: dict[str, Profile] = {
    "3.10": Profile(
        "3.10",
        "3.10.8",
        3,
        headers_float_equals_int=True,
        headers_timestamp_factor=1,
        texts_are_unicode=False,
        unknown_queue_arguments=_ARGUMENTS_OF_4_3,
        unknown_consumer_arguments=frozenset({"x-stream-filter", "x-stream-match-unfiltered", "x-consumer-timeout"}),
        classic_takes_leader_locator=False,
        leader_locators=("client-local", "balanced", "random", "least-leaders"),
        stores_queue_type=False,
        has_default_queue_type=False,
        unknown_policy_keys=_POLICY_KEYS_OF_4 | _POLICY_KEYS_OF_4_3,
        unknown_operator_policy_keys=_POLICY_KEYS_OF_4_3
        | {"target-group-size", "overflow", "queue-version", "queue-master-locator"},
        foreign_policy_keys_of_classic=frozenset({"queue-leader-locator"}),
        policies_apply_to=("queues", "exchanges", "all"),
        policies_apply_to_text="'queues', 'exchanges' or 'all'",
        escapes_policy_reasons=True,
        crashes_on_master_locator=True,
        checks_master_locator_first=True,
        copyright="Copyright (c) 2007-2022 VMware, Inc. or its affiliates.",
        erlang="25.2.3",
        mechanisms="PLAIN AMQPLAIN",
        unknown_exchange_type_closes_connection=True,
        max_message_size=128 * 1024 * 1024,
        max_content_size=None,
        speaks_amqp_1_0=False,
        checks_delivery_mode=True,
        checks_user_id_first=True,
        trusts_published_deaths=True,
        sorts_later_deaths=True,
        reverses_older_deaths=True,
        original_expiration_first=False,
        override_removes_cc=True,
        marks_last_death=False,
        quorum_priorities="none",
        quorum_delivery_limit=None,
        quorum_negative_limit_is_none=False,
        quorum_deaths_raise_prefetch=True,
        quorum_unlimited_returns_last=True,
        quorum_first_get_shows_count=True,
        queues_have_consumer_timeout=False,
        sorts_headers=False,
        shows_expiration_as_published=True,
        holds_answers=False,
        transactions_know_queues_by_name=True,
        single_active_hand_over_delivers=False,
        exchange_types=("direct", "fanout", "topic", "headers"),
        hashes_types_of_headers=True,
        forgets_failed_binding=True,
        lost_queue="home node '{node}' of durable queue '{queue}' in vhost '{vhost}' is down or inaccessible",
        lost_queues_are_absent=True,
        stream_texts_are_early=True,
        stream_refuses_returns=True,
        stream_loses_dead_letters=True,
        stream_has_filters=False,
        stream_has_annotations=False,
        stream_delivers_whole_chunks=True,
        refusals_name_permission=False,
        checks_queue_limit_first=True,
        definitions=DefinitionsFormat(
            has_metadata=False,
            rows_have_limits=False,
            rows_name_types=False,
            rows_have_vhost=True,
            has_internal_exchanges=True,
            has_bindings_of_exclusive=False,
            global_parameters={},
            needs_properties="all",
            skips_missing=True,
            exceeds_limit=True,
            topic_permissions_first=True,
            terms_as_json=(True, False),
            quotes_validation=(False, True),
            names_place=False,
        ),
    ),
    "4.0": Profile(
        "4.0",
        "4.0.5",
        4,
        max_content_size=None,
        copyright="Copyright (c) 2007-2024 Broadcom Inc and/or its subsidiaries",
        erlang="27.3.4.1",
        unknown_queue_arguments=_ARGUMENTS_OF_4_3,
        unknown_consumer_arguments=frozenset({"x-cancel-on-ha-failover", "x-consumer-timeout"}),
        checks_stream_filter_last=True,
        unknown_policy_keys=_MIRRORING_KEYS | _POLICY_KEYS_OF_4_3,
        unknown_operator_policy_keys=_POLICY_KEYS_OF_4_3,
        escapes_policy_reasons=True,
        failures="between quorum queues",
        quorum_priorities="two",
        quorum_unlimited_returns_last=True,
        holds_answers=False,
        transactions_need_their_queues=False,
        # Sic: the node, not the user.
        user_channel_limit=(
            "number of channels opened for user '{node}' has reached the maximum allowed user limit of ({limit})"
        ),
        definitions=DefinitionsFormat(
            repeats_metadata=True,
            rows_have_limits=False,
            empty_limits_are_a_list=True,
            rows_name_types=False,
            has_internal_exchanges=True,
            has_bindings_of_exclusive=False,
            needs_properties="exchanges",
            topic_permissions_first=True,
            quotes_validation=(True, True),
            names_place=False,
        ),
        deprecated_features=MappingProxyType(
            {
                "amqp_address_v1": "permitted_by_default",
                "classic_queue_mirroring": "removed",
                "global_qos": "permitted_by_default",
                "management_metrics_collection": "permitted_by_default",
                "queue_master_locator": "permitted_by_default",
                "ram_node_type": "permitted_by_default",
                "transient_nonexcl_queues": "permitted_by_default",
            }
        ),
    ),
    "4.3": Profile(
        "4.3",
        "4.3.6",
        4,
        min_frame_size=8192,
        copyright="Copyright (c) 2007-2026 Broadcom Inc and/or its subsidiaries",
        erlang="29.1.1",
        topic_hash_limit=2,
        exchange_types=("direct", "fanout", "topic", "headers", "x-local-random", "x-modulus-hash"),
        hash_weight_limit=10_000,
        reads_jms_selectors_itself=True,
        keeps_jms_selector_of_others=True,
        keeps_lost_transient_queues_for_now=True,
        forgets_redeliveries_when_down=True,
        accepts_empty_queue_type=True,
        names_unknown_queue_type=True,
        refuses_unknown_default_type=True,
        unknown_policy_keys=_MIRRORING_KEYS,
        patterns_are_pcre2=True,
        checks_queue_mode=False,
        queue_versions=(2,),
        checks_master_locator_first=True,
        crashes_on_max_age=False,
        max_age_in_milliseconds=True,
        takes_cancel_ok=True,
        counts_reply_tags=True,
        answers_count_as_routed=True,
        reply_addresses_are_queues=True,
        malformed_reply_address_crashes=True,
        failures="everywhere",
        quorum_unreadable_limit_is_none=False,
        quorum_counts_failures_only=True,
        quorum_shows_acquired_count=True,
        quorum_delays_retries=True,
        quorum_bytes_count_properties=True,
        consumer_timeout_cancels=True,
        quorum_name_in_texts='<<"quorum">>',
        passive_declare_needs_permission=True,
        quotes_names_in_topics=True,
        closes_expired_connections=True,
        refused_secret="Secret update failed",
        topic_permissions_need_exchange=True,
        new_secret_refreshes_permissions=True,
        user_channel_limit=(
            "number of channels opened for user '{user}' has reached the maximum allowed user limit of {limit}"
        ),
        deprecated_features=MappingProxyType(
            {
                "amqp_address_v1": "denied_by_default",
                "amqp_filter_set_bug": "denied_by_default",
                "classic_queue_mirroring": "removed",
                "global_qos": "denied_by_default",
                "management_metrics_collection": "permitted_by_default",
                "queue_master_locator": "denied_by_default",
                "ram_node_type": "removed",
                "transient_nonexcl_queues": "permitted_by_default",
            }
        ),
    ),
}
