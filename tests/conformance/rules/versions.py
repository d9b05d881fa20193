"""What differs between the versions, as a client sees it: each field of `Profile`, in words, with what shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from fakeamqp.model.profile import PROFILES


@attrs.frozen
class Difference:
    """field: of the profile. what: what it is about. cells: what each version does, in the order of PROFILES.

    scenarios: ids of scenarios that would be answered otherwise if the field had another version's value.
    tests: a test file that shows it, beside them or in their place.
    """

    field: str
    what: str
    cells: tuple[str, ...]
    scenarios: tuple[str, ...]
    tests: str = ""


@attrs.frozen
class Chapter:
    """Differences about one subject."""

    title: str
    differences: tuple[Difference, ...]


def either(field: str, what: str, yes: str, no: str, *scenarios: str, tests: str = "") -> Difference:
    """A field that is True or False: what a client sees then."""
    cells = tuple(yes if getattr(profile, field) else no for profile in PROFILES.values())
    return Difference(field, what, cells, scenarios, tests)


def each(field: str, what: str, cells: Mapping[str, str], *scenarios: str, tests: str = "") -> Difference:
    """A field of several values. cells: what a client sees, by version; one that is missing is as the one before."""
    told: list[str] = []
    for version in PROFILES:
        told.append(cells.get(version, told[-1] if told else ""))
    return Difference(field, what, tuple(told), scenarios, tests)


def value(field: str, what: str, *scenarios: str, tests: str = "") -> Difference:
    """A field whose value speaks for itself."""
    return Difference(field, what, tuple(_shown(getattr(each, field)) for each in PROFILES.values()), scenarios, tests)


def _shown(told: Any) -> str:
    if isinstance(told, int):
        return f"{told:,}"
    if isinstance(told, str):
        return told
    return ", ".join(f"`{name}`" for name in (sorted(told) if isinstance(told, frozenset) else told)) or "none"


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        "The broker and its connections",
        (
            value("name", "what `Broker(version=…)` takes", tests="tests/model/test_profile.py"),
            value("release", "the release that was recorded", "connection/what_a_broker_says_of_itself"),
            each(
                "major",
                "what differs between RabbitMQ 3 and 4 in many places, such as how quorum queues order consumers",
                {"3.10": "by their tags", "4.0": "by their age"},
                "quorum/single_active_hand_over_by_age",
            ),
            value("copyright", "`copyright` among the server's properties", "connection/what_a_broker_says_of_itself"),
            value("erlang", "Erlang's version in `platform`", "connection/what_a_broker_says_of_itself"),
            value("mechanisms", "the mechanisms to log in by", tests="tests/session/test_handshake.py"),
            value("min_frame_size", "the smallest frame-max that is accepted, in bytes", "connection/smallest_frames"),
            either(
                "takes_cancel_ok",
                "basic.cancel-ok from a client",
                "its consumer ends",
                "503, the connection is closed",
                "wire/cancel_ok",
            ),
        ),
    ),
    Chapter(
        "Exchanges and routing",
        (
            either(
                "unknown_exchange_type_closes_connection",
                "an exchange of a type that is not known",
                "503 COMMAND_INVALID, the connection is closed",
                "406 PRECONDITION_FAILED, the channel is closed",
                "exchanges/unknown_type_is_refused",
            ),
            value("exchange_types", "types of exchange without plugins", "exchange_types/types_with_a_plugin"),
            each(
                "topic_hash_limit",
                "`#` in the pattern of a topic binding",
                {"3.10": "any number", "4.3": "two; one more closes the channel"},
                "topic/more_than_two_hashes",
            ),
            either(
                "headers_float_equals_int",
                "a headers exchange compares 1.0 and 1",
                "they are equal",
                "they differ",
                tests="tests/model/exchanges/test_headers_match.py",
            ),
            each(
                "headers_timestamp_factor",
                "a headers exchange compares a message's timestamp with that of a binding",
                {"3.10": "second with second", "4.0": "only what is a thousand times as large is equal"},
                "headers/timestamps",
            ),
            each(
                "hash_weight_limit",
                "the largest weight of a binding to x-consistent-hash",
                {"3.10": "any", "4.3": "10,000"},
                "exchange_types/hash_weight_limit",
            ),
            either(
                "hashes_types_of_headers",
                "x-consistent-hash by a header",
                "its type counts",
                "its value counts",
                "exchange_types/hash_of_a_header",
            ),
            either(
                "reads_jms_selectors_itself",
                "refusals of a JMS selector",
                "in RabbitMQ's words",
                "in Erlang's",
                "jms_topic/refused_selectors",
            ),
            either(
                "keeps_jms_selector_of_others",
                "two bindings with selectors of one queue and key, of which one goes",
                "the selector stays",
                "it goes, too",
                "jms_topic/bound_twice_later_gone",
            ),
            either(
                "forgets_failed_binding",
                "a binding to x-recent-history that crashes",
                "is not kept",
                "is kept, and the error has a text",
                "exchange_types/history_to_an_exchange_without_a_way",
            ),
        ),
    ),
    Chapter(
        "Declaring queues",
        (
            either(
                "stores_queue_type",
                "`x-queue-type` of a queue that was declared without",
                "`classic`, also for a redeclare",
                "none",
                "arguments/redeclaring_with_another_type",
            ),
            either(
                "has_default_queue_type",
                "the default queue type of a virtual host",
                "holds for durable queues",
                "is ignored",
                "default_queue_type/durable_queues_get_it",
            ),
            either(
                "refuses_unknown_default_type",
                "a default queue type that is not known",
                "is refused",
                "is taken",
                "default_queue_type/unknown_types",
            ),
            either(
                "accepts_empty_queue_type",
                "an empty `x-queue-type`",
                "means the default",
                "is refused",
                "arguments/queue_type_values",
            ),
            either(
                "names_unknown_queue_type",
                "a server-named queue of an unknown type",
                "406 with a text",
                "541 without one",
                "arguments/bad_type_of_a_server_named_queue",
            ),
            each(
                "unknown_queue_arguments",
                "`x-consumer-timeout`, `x-consumer-disconnected-timeout`, `x-delayed-retry-*`, "
                "`x-stream-filter-size-bytes`",
                {"3.10": "not known, taken by any queue", "4.3": "known, refused by types that do not have them"},
                "arguments/arguments_of_later_versions",
            ),
            value("leader_locators", "values of `x-queue-leader-locator`", "quorum/leader_locator_values"),
            either(
                "classic_takes_leader_locator",
                "`x-queue-leader-locator` of a classic queue",
                "is taken",
                "is refused",
                "arguments/leader_locator_values",
            ),
            either(
                "checks_queue_mode", "`x-queue-mode`", "`default` or `lazy`", "anything", "arguments/queue_mode_values"
            ),
            value("queue_versions", "values of `x-queue-version`", "arguments/queue_version_values"),
            either(
                "crashes_on_master_locator",
                "`x-queue-master-locator` that is none of the three words",
                "541, the connection is closed",
                "is no error of its own",
                "arguments/master_locator_values",
            ),
            either(
                "crashes_on_max_age",
                "`x-max-age` that does not begin with a digit",
                "541, the connection is closed",
                "406, the channel is closed",
                "streams/max_age_values",
            ),
            either(
                "checks_stream_filter_last",
                "`x-stream-filter-size-bytes` of a stream",
                "looked at after all arguments",
                "in its turn, if it is known at all",
                "streams/filter_size_values",
            ),
        ),
    ),
    Chapter(
        "Policies",
        (
            value(
                "unknown_policy_keys",
                "keys that are refused",
                "policies/newest_keys_and_kinds_of_queue",
            ),
            value(
                "unknown_operator_policy_keys",
                "keys that are refused in operator policies",
                "operator_policies/keys_of_an_operator",
            ),
            value(
                "foreign_policy_keys_of_classic",
                "further keys that keep a policy from classic queues",
                "policies/keys_and_kinds_of_queue",
            ),
            value("policies_apply_to", "values of `apply-to`", "policies/applied_to_kinds_of_queues"),
            value("policies_apply_to_text", "how a refusal names them", "policy_values/unknown_things_to_apply_to"),
            either(
                "escapes_policy_reasons",
                "refusals of a policy through the management API",
                "as HTML",
                "as plain text",
                "policy_values/unknown_keys",
            ),
            either(
                "checks_master_locator_first",
                "`queue-master-locator` among other bad values",
                "is told first",
                "is told last",
                "policy_values/master_locator_among_others",
            ),
            either(
                "patterns_are_pcre2",
                "errors of a regular expression",
                "PCRE2's words",
                "PCRE's words",
                "policy_values/patterns_that_are_none",
            ),
        ),
    ),
    Chapter(
        "Publishing, and what a message shows",
        (
            value("max_message_size", "the largest body, in bytes", "publish/too_large_a_body"),
            each(
                "max_content_size",
                "a content header that announces more than 512 MiB, or a body longer than announced",
                {"3.10": "is waited for, or for ever", "4.0": "is waited for, or for ever", "4.3": "501"},
                tests="tests/adapters/tcp/test_recordings.py",
            ),
            either(
                "speaks_amqp_1_0",
                "what is no protocol header of AMQP 0-9-1 is answered with",
                "that of AMQP 1.0",
                "that of AMQP 0-9-1",
                tests="tests/adapters/tcp/test_recordings.py",
            ),
            either(
                "checks_delivery_mode",
                "a delivery mode other than 1 and 2",
                "406, the channel is closed",
                "is taken",
                "publish/delivery_mode_is_one_or_two",
            ),
            either(
                "transactions_know_queues_by_name",
                "a publish in a transaction whose queue is replaced by another of its name before the commit",
                "goes to the new one",
                "means the one that was there",
                "transactions/queue_declared_anew_before_the_commit",
            ),
            either(
                "transactions_need_their_queues",
                "a publish in a transaction whose queue is gone at the commit",
                "the commit crashes, unless queues are known by name",
                "the commit fails in part",
                "transactions/queue_deleted_before_the_commit",
            ),
            either(
                "checks_user_id_first",
                "of several bad properties, `user_id`",
                "is told before `expiration` and CC",
                "is told after them",
                "publish/checks_come_in_an_order",
            ),
            either(
                "sorts_headers",
                "headers are delivered",
                "sorted by name",
                "in the order of the publisher",
                "header_values/order_of_names",
            ),
            either(
                "shows_expiration_as_published",
                "an expiration of `+060`",
                "is shown like that",
                "is shown as `60`",
                "ttl/odd_expirations_are_accepted",
            ),
            either(
                "texts_are_unicode",
                "names beyond ASCII in error texts",
                "as they are",
                "byte by byte",
                "headers/x_match_beyond_ascii",
            ),
        ),
    ),
    Chapter(
        "Consumers",
        (
            value(
                "unknown_consumer_arguments",
                "arguments that are no error, whatever their value",
                "quorum/consume_arguments",
            ),
            either(
                "single_active_hand_over_delivers",
                "the active one of a classic queue's single active consumers is cancelled",
                "the next gets what is ready",
                "the next waits for the next message",
                "single_active/hand_over_with_ready_messages",
            ),
            either(
                "queues_have_consumer_timeout",
                "`x-consumer-timeout` of a queue, and `consumer-timeout` of a policy",
                "hold",
                "are not known",
                "consumer_timeout/looked_for_once_a_minute",
            ),
            either(
                "consumer_timeout_cancels",
                "a delivery that is held for too long",
                "goes back on time, its consumer is cancelled; only of quorum queues",
                "closes the channel, within a minute",
                "consumer_timeout/what_comes_of_it",
            ),
        ),
    ),
    Chapter(
        "Dead letters",
        (
            either(
                "marks_last_death",
                "the headers `x-last-death-*`",
                "are there",
                "are not",
                "dead_letter/rejected_message",
            ),
            either(
                "trusts_published_deaths",
                "`x-death` that a client has published",
                "is continued",
                "is replaced",
                "dead_letter/client_that_publishes_x_death",
            ),
            either(
                "sorts_later_deaths",
                "fields of an `x-death` entry from the second death on",
                "sorted by name",
                "in one order always",
                "dead_letter/deaths_in_a_chain",
            ),
            either(
                "reverses_older_deaths",
                "older entries of `x-death`",
                "each death reverses them",
                "keep their order",
                "dead_letter/entry_order_decides_about_a_cycle",
                "dead_letter/different_reasons_are_different_entries",
            ),
            either(
                "original_expiration_first",
                "`original-expiration` in an entry",
                "comes first",
                "comes last",
                "ttl/expired_messages_are_dead_lettered_in_order",
            ),
            either(
                "override_removes_cc",
                "CC of a dead letter with `x-dead-letter-routing-key`",
                "is taken away",
                "stays",
                "dead_letter/cc_with_an_override",
            ),
            each(
                "failures",
                "what a dead letter carries on of how often it failed",
                {
                    "3.10": "nothing",
                    "4.0": "between quorum queues",
                    "4.3": "everywhere: its first delivery looks redelivered",
                },
                "dead_letter/redelivered_of_a_rejected_one",
                "quorum/what_a_dead_letter_counts_on",
            ),
        ),
    ),
    Chapter(
        "Quorum queues",
        (
            each(
                "quorum_delivery_limit",
                "the delivery limit without an argument",
                {"3.10": "none", "4.0": "20"},
                "quorum/default_limit",
            ),
            either(
                "quorum_negative_limit_is_none",
                "a negative delivery limit",
                "means none",
                "makes the first return one too many",
                "quorum/limit_of_minus_one",
            ),
            either(
                "quorum_unreadable_limit_is_none",
                "a delivery limit that is no number",
                "means none",
                "means the default",
                "quorum/limit_as_text",
            ),
            either(
                "quorum_counts_failures_only",
                "basic.nack and basic.recover",
                "do not count towards the delivery limit",
                "count",
                "quorum/limit_reached_by_nacks",
            ),
            either(
                "quorum_deaths_raise_prefetch",
                "each message that dies of the limit",
                "lets its consumer hold one more",
                "changes no prefetch",
                "quorum/deaths_and_prefetch",
            ),
            either(
                "quorum_unlimited_returns_last",
                "what is returned where there is no delivery limit",
                "goes behind everything",
                "goes before everything",
                "quorum/limit_of_minus_one",
                "quorum/place_of_single_returns",
            ),
            either(
                "quorum_first_get_shows_count",
                "a first basic.get",
                "shows `x-delivery-count` 0",
                "shows no count",
                "quorum/messages_come_and_go",
            ),
            either(
                "quorum_shows_acquired_count",
                "deliveries after the first",
                "show `x-acquired-count`, and `x-delivery-count` if they failed",
                "show `x-delivery-count`",
                "quorum/count_of_deliveries_after_nacks",
            ),
            each(
                "quorum_priorities",
                "priorities",
                {"3.10": "mean nothing", "4.0": "two levels, two of the higher to one", "4.3": "32 levels, strictly"},
                "quorum/priorities",
            ),
            either(
                "quorum_delays_retries",
                "`x-delayed-retry-type`, `-min` and `-max`",
                "keep back what is returned",
                "are not known",
                "delayed_retries/without_maximum_it_stays",
            ),
            either(
                "quorum_bytes_count_properties",
                "`x-max-length-bytes`",
                "counts bodies and properties",
                "counts bodies",
                "quorum/max_length_bytes_to_the_byte",
            ),
            value(
                "quorum_name_in_texts", "what one error text calls them", "quorum/single_active_consumer_refuses_gets"
            ),
        ),
    ),
    Chapter(
        "Queues of a cluster whose node is stopped",
        (
            value("lost_queue", "how it is told", "lost_node/every_method"),
            either(
                "lost_queues_are_absent",
                "a durable queue whose node is stopped",
                "is not found: publishes reach nothing, binding it is refused",
                "is there: publishes are nacked, it can be bound, and deleting it closes the connection with 541",
                "lost_node/every_method",
                "lost_node/deletion",
                "lost_node/publishes",
                "lost_node/transactions",
            ),
            either(
                "keeps_lost_transient_queues_for_now",
                "a transient queue whose node is stopped is gone",
                "when the node is back",
                "at once",
                "lost_node/transient",
                "lost_node/transient_deletion",
            ),
            either(
                "forgets_redeliveries_when_down",
                "what was unacked when the node was stopped",
                "does not look redelivered",
                "is redelivered",
                "lost_node/consumers",
            ),
        ),
    ),
    Chapter(
        "Streams",
        (
            either(
                "stream_texts_are_early",
                "a consumer without prefetch or acknowledgement",
                "is refused in other words",
                "is refused",
                "streams/no_automatic_acknowledgement",
                "streams/needs_a_prefetch",
            ),
            either(
                "stream_refuses_returns",
                "basic.nack, basic.reject, basic.recover",
                "close the connection: 540, 540, 541",
                "are taken for acknowledgements",
                "streams/nack_one",
            ),
            either(
                "stream_loses_dead_letters",
                "dead letters routed to one",
                "are lost",
                "are stored",
                "streams/dead_letters",
            ),
            either(
                "stream_has_filters",
                "`x-stream-filter`",
                "keeps messages back",
                "means nothing",
                "streams/filter_by_value",
            ),
            either(
                "stream_has_annotations",
                "headers named `x-…`, byte strings, a missing delivery mode",
                "come back changed",
                "come back as published",
                "streams/headers_with_x",
            ),
            either(
                "stream_delivers_whole_chunks",
                "the prefetch",
                "is looked at between chunks",
                "is looked at between messages",
                tests="tests/model/queues/test_stream.py",
            ),
            either(
                "max_age_in_milliseconds",
                "`x-max-age`",
                "is kept in milliseconds, for a redeclare, too",
                "is kept in seconds",
                "streams/declared_again",
            ),
        ),
    ),
    Chapter(
        "Direct reply-to",
        (
            either(
                "holds_answers",
                "an answer published in a transaction",
                "waits for the commit",
                "is delivered at once",
                "reply_to/answer_in_a_transaction",
            ),
            either(
                "counts_reply_tags",
                "delivery tags of answers",
                "count",
                "show the one that comes next",
                "reply_to/delivery_tags_beside_others",
            ),
            either(
                "answers_count_as_routed",
                "a mandatory answer",
                "is delivered",
                "is delivered, and returned",
                "reply_to/mandatory_answer",
            ),
            either(
                "reply_addresses_are_queues",
                "an address in use",
                "counts as a queue",
                "is none",
                "reply_to/address_as_a_queue",
            ),
            either(
                "malformed_reply_address_crashes",
                "declaring an address that never was",
                "541, the connection is closed",
                "404, the channel is closed",
                "reply_to/bad_addresses",
            ),
        ),
    ),
    Chapter(
        "Users, permissions and limits",
        (
            either(
                "refusals_name_permission",
                "a refusal",
                "says which permission is missing",
                "does not",
                "permissions/purging_needs_read",
            ),
            either(
                "passive_declare_needs_permission",
                "declaring passively",
                "needs any permission on it",
                "needs none",
                "permissions/passive_declare_of_a_queue",
            ),
            either(
                "quotes_names_in_topics",
                "`{username}` in a topic permission",
                "stands for the name itself",
                "is read as part of the expression",
                "topic_permissions/other_braces_in_the_expression",
            ),
            either(
                "topic_permissions_need_exchange",
                "topic permissions for an exchange that is not there",
                "are refused",
                "are taken",
                "topic_permissions/what_the_operator_cannot_do",
            ),
            either(
                "new_secret_refreshes_permissions",
                "connection.update-secret",
                "makes channels look at permissions anew",
                "leaves what they remember",
                "users/a_new_secret_brings_no_new_permissions",
            ),
            either(
                "closes_expired_connections",
                "the token expires with which a connection has logged in",
                "the connection is closed, 320 CONNECTION_FORCED - credential expired",
                "what needs a permission is refused, 403; a consumer goes on",
                tests="tests/world/test_faults.py",
            ),
            value(
                "refused_secret",
                "connection.update-secret with something that is no token, 530",
                tests="tests/world/test_faults.py",
            ),
            either(
                "checks_queue_limit_first",
                "a queue too many with bad arguments",
                "the limit is told",
                "the arguments are told",
                "vhost_limits/queue_limit_before_arguments",
            ),
            value("user_channel_limit", "the refusal of a channel too many", "user_limits/channels"),
        ),
    ),
    Chapter(
        "Definitions files",
        (
            each(
                "definitions",
                "how they are written and read, in some twenty points (`DefinitionsFormat`)",
                {
                    "3.10": "without metadata; a binding without its ends is passed over",
                    "4.0": "with metadata, twice; a binding without its ends is refused",
                    "4.3": "with metadata, limits and types in each row; internal exchanges are left out",
                },
                "definitions/an_empty_vhost",
                "definitions/a_binding_without_its_ends",
                "definitions/what_is_left_out",
            ),
        ),
    ),
    Chapter(
        "Deprecated features",
        (
            each(
                "deprecated_features",
                "`transient_nonexcl_queues`, and others that `Broker(deny=…)` takes",
                {"3.10": "not known", "4.0": "permitted by default", "4.3": "permitted by default, but for six"},
                tests="tests/world/test_asked.py",
            ),
            each(
                "denied_features",
                "`global_qos`: basic.qos with `global`",
                {
                    "3.10": "is a limit for the channel",
                    "4.0": "is a limit for the channel",
                    "4.3": "is read as without",
                },
                "prefetch/global_limit_is_for_the_channel",
            ),
            each(
                "denied_features",
                "`queue_master_locator`: `x-queue-master-locator` of a classic queue",
                {"3.10": "is taken", "4.0": "is taken", "4.3": "541, the connection is closed"},
                "arguments/master_locator",
            ),
        ),
    ),
)
