"""What differs between the RabbitMQ versions, as data in one place."""

from __future__ import annotations

from typing import Literal

import attrs


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
    max_message_size: the largest body accepted, in bytes.
    has_global_prefetch: `basic.qos` with `global` limits the channel as a whole; if not, it is read as without it.
    checks_delivery_mode: only delivery modes 1 and 2 are accepted.
    checks_user_id_first: the property `user_id` is looked at before expiration and CC/BCC.
    counts_reply_tags: answers by direct reply-to have delivery tags 1, 2, 3 …; if not, always 1.
    answers_count_as_routed: a mandatory answer by direct reply-to is not returned.
    malformed_reply_address_crashes: declaring a direct reply-to address that never was answers 541; if not, 404.
    trusts_published_deaths: an `x-death` header that a client publishes is continued; if not, replaced at the next death.
    sorts_later_deaths: the fields of an `x-death` entry are in alphabetical order once there was one before.
    reverses_older_deaths: each death reverses the older entries of `x-death`.
    original_expiration_first: where `original-expiration` stands in an entry; if not first, last.
    override_removes_cc: `x-dead-letter-routing-key` takes the header CC away.
    marks_last_death: dead letters carry `x-last-death-*`.
    letters_inherit: which dead letters look redelivered at their first delivery: none, those that died of
        `basic.reject` or the delivery limit ("rejects"), or those rejected from quorum to quorum queue.
    quorum_priorities: how a quorum queue orders priorities: not at all, in two levels, or strictly.
    quorum_delivery_limit: the default; None is no limit.
    quorum_negative_limit_is_none: a negative delivery limit means no limit; if not, the first return is one too many.
    quorum_counts_failures_only: nack and recover do not count towards the delivery limit.
    quorum_unlimited_returns_last: without a delivery limit, what a client returns goes behind everything.
    quorum_delivery_headers: when a delivery shows `x-delivery-count`: "always", "from the second", or, with
        `x-acquired-count`, "acquired".
    quorum_name_in_texts: how one error text names the kind.
    texts_are_unicode: error texts print a byte string as the UTF-8 text it may be, not as Latin-1.
    """

    name: str
    release: str
    major: int
    topic_hash_limit: int | None = None
    headers_float_equals_int: bool = False
    headers_timestamp_factor: int = 1000
    texts_are_unicode: bool = True
    copyright: str = ""
    erlang: str = ""
    mechanisms: str = "AMQPLAIN ANONYMOUS PLAIN"
    unknown_exchange_type_closes_connection: bool = False
    max_message_size: int = 16 * 1024 * 1024
    has_global_prefetch: bool = True
    checks_delivery_mode: bool = False
    checks_user_id_first: bool = False
    counts_reply_tags: bool = False
    answers_count_as_routed: bool = False
    malformed_reply_address_crashes: bool = False
    trusts_published_deaths: bool = False
    sorts_later_deaths: bool = False
    reverses_older_deaths: bool = False
    original_expiration_first: bool = True
    override_removes_cc: bool = False
    marks_last_death: bool = True
    letters_inherit: Literal["none", "rejects", "between quorum queues"] = "none"
    quorum_priorities: Literal["none", "two", "strict"] = "strict"
    quorum_delivery_limit: int | None = 20
    quorum_negative_limit_is_none: bool = True
    quorum_counts_failures_only: bool = False
    quorum_unlimited_returns_last: bool = False
    quorum_delivery_headers: Literal["always", "from the second", "acquired"] = "acquired"
    quorum_name_in_texts: str = "quorum"


PROFILES: dict[str, Profile] = {
    "3.10": Profile(
        "3.10",
        "3.10.8",
        3,
        headers_float_equals_int=True,
        headers_timestamp_factor=1,
        texts_are_unicode=False,
        copyright="Copyright (c) 2007-2022 VMware, Inc. or its affiliates.",
        erlang="25.2.3",
        mechanisms="PLAIN AMQPLAIN",
        unknown_exchange_type_closes_connection=True,
        max_message_size=128 * 1024 * 1024,
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
        quorum_unlimited_returns_last=True,
        quorum_delivery_headers="always",
    ),
    "4.0": Profile(
        "4.0",
        "4.0.5",
        4,
        copyright="Copyright (c) 2007-2024 Broadcom Inc and/or its subsidiaries",
        erlang="27.3.4.1",
        letters_inherit="between quorum queues",
        quorum_priorities="two",
        quorum_unlimited_returns_last=True,
        quorum_delivery_headers="from the second",
    ),
    "4.3": Profile(
        "4.3",
        "4.3.6",
        4,
        copyright="Copyright (c) 2007-2026 Broadcom Inc and/or its subsidiaries",
        erlang="29.1.1",
        topic_hash_limit=2,
        has_global_prefetch=False,
        counts_reply_tags=True,
        answers_count_as_routed=True,
        malformed_reply_address_crashes=True,
        letters_inherit="rejects",
        quorum_counts_failures_only=True,
        quorum_name_in_texts='<<"quorum">>',
    ),
}
