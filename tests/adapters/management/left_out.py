"""What a real broker's answers tell and the fake's do not, with the reason: one table for all answers.

docs/management.md has the same table; a test compares them.
"""

from __future__ import annotations

import re

_RATES = "rates are measured in real time"
_PROCESS = "it is about Erlang's processes and memory"
_STATISTICS = "the broker does not count this"
_DISK = "it is about the machine and its disk"
_SOCKET = "there is no socket, or nobody counts what goes through it"
_PROSE = "texts for readers, not for programs"

LEFT_OUT: dict[str, str] = {
    "*_details": _RATES,
    "message_stats": _STATISTICS,
    "churn_rates": _STATISTICS,
    "consumer_capacity": _STATISTICS,
    "consumer_utilisation": _STATISTICS,
    "incoming": _STATISTICS,
    "outgoing": _STATISTICS,
    "deliveries": _STATISTICS,
    "publishes": _STATISTICS,
    "publishers": _STATISTICS,
    "idle_since": _STATISTICS,
    "statistics_db_event_queue": _STATISTICS,
    "sample_retention_policies": _STATISTICS,
    "garbage_collection": _PROCESS,
    "reductions": _PROCESS,
    "memory": _PROCESS,
    "backing_queue_status": _PROCESS,
    "pending_raft_commands": _PROCESS,
    "cached_segments": _PROCESS,
    "open_files": _PROCESS,
    "readers": _PROCESS,
    "segments": _PROCESS,
    "*_ram": _DISK,
    "*_paged_out": _DISK,
    "*_dlx": "dead letters arrive in the same step in which they are made",
    "storage_version": _DISK,
    "recoverable_slaves": "there are no mirrors",
    "messages_ready_high": "it is part of messages_ready",
    "messages_ready_normal": "it is part of messages_ready",
    "messages_ready_returned": "it is part of messages_ready",
    "messages_active_priorities": "it is part of messages_ready",
    "messages_by_priority": "it is part of messages_ready",
    "head_message_timestamp": _STATISTICS,
    "first_timestamp": _STATISTICS,
    "single_active_consumer_*": "that of a quorum queue is not what its name says",
    "delayed_retry": "it is among the arguments",
    "recv_*": _SOCKET,
    "send_*": _SOCKET,
    "ssl_*": _SOCKET,
    "peer_cert_*": _SOCKET,
    "user_who_performed_action": "nobody notes who declared an exchange",
    "desc": _PROSE,
    "description": _PROSE,
    "doc_url": _PROSE,
    "require_level": _PROSE,
    "experiment_level": _PROSE,
    "callbacks": _PROSE,
    "erlang_full_version": _DISK,
    "crypto_lib_version": _DISK,
    "release_series_support_status": "it depends on the day",
    "contexts": _SOCKET,
    "socket_opts": _SOCKET,
}


def is_left_out(key: str) -> bool:
    """True if the fake's answers need not have this field."""
    return any(re.fullmatch(re.escape(name).replace(r"\*", ".+"), key) for name in LEFT_OUT)
