"""What a real broker's answers tell and the fake's do not, with the reason: one table for all answers.

docs/management.md has the same table; a test compares them.
"""

from __future__ import annotations

import re
from typing import Any

_RATES = "rates are measured in real time"
_STATISTICS = "nobody counts this, or notes it"
_PROCESS = "it is about Erlang's processes and memory"
_MACHINE = "it is about the machine and its disk"
_SOCKET = "nobody counts what goes through sockets, and there may be none"
_INSTALLED = "it is about what is installed and configured"
_PROSE = "a text for readers"
_PART = "it is part of `messages_ready`"

# Whose values are nobody's business.
_HIDDEN: dict[str, str] = {
    "*_details": _RATES,
    **dict.fromkeys(
        (
            *("message_stats", "churn_rates", "connection_created", "connection_closed", "channel_created"),
            *("channel_closed", "queue_created", "queue_declared", "queue_deleted", "consumer_capacity"),
            *("consumer_utilisation", "incoming", "outgoing", "deliveries", "publishes", "publishers", "idle_since"),
            *("statistics_db_event_queue", "sample_retention_policies", "metrics_gc_queue_length"),
            *("head_message_timestamp", "first_timestamp"),
        ),
        _STATISTICS,
    ),
    **dict.fromkeys(
        (
            *("garbage_collection", "reductions", "memory", "backing_queue_status", "pending_raft_commands"),
            *("cached_segments", "open_files", "readers", "segments", "gc_*", "proc_*", "context_switches"),
            *("run_queue", "mem_used", "mem_limit", "mem_calculation_strategy", "ra_open_file_metrics"),
        ),
        _PROCESS,
    ),
    **dict.fromkeys(
        (
            *("os_pid", "uptime", "processors", "disk_free", "disk_free_limit", "fd_*", "io_*", "mnesia_*"),
            *("msg_store_*", "queue_index_*", "*_ram", "*_paged_out", "storage_version"),
        ),
        _MACHINE,
    ),
    **dict.fromkeys(
        ("recv_*", "send_*", "sockets_*", "ssl_*", "peer_cert_*", "contexts", "net_ticktime"),
        _SOCKET,
    ),
    **dict.fromkeys(
        (
            *("db_dir", "config_files", "log_files", "enabled_plugins", "applications", "auth_mechanisms"),
            *("erlang_full_version", "crypto_lib_version", "release_series_support_status"),
        ),
        _INSTALLED,
    ),
}

LEFT_OUT: dict[str, str] = {
    **_HIDDEN,
    "*_dlx": "a dead letter arrives in the step in which it is made",
    "recoverable_slaves": "there are no mirrors",
    **dict.fromkeys(
        (
            *("messages_ready_high", "messages_ready_normal", "messages_ready_returned"),
            *("messages_active_priorities", "messages_by_priority"),
        ),
        _PART,
    ),
    "single_active_consumer_*": "of quorum queues: it is not what its name says",
    "delayed_retry": "it is among the arguments",
    "user_who_performed_action": "of exchanges: nobody notes who declared them",
    **dict.fromkeys(("desc", "description", "doc_url", "require_level", "experiment_level", "callbacks"), _PROSE),
}
"""Names of fields, in which a star stands for the rest of a name, and why they are left out."""


def is_left_out(key: str) -> bool:
    """True if the fake's answers need not have this field."""
    return _names(LEFT_OUT, key)


def hidden(told: Any) -> Any:
    """The same without the values that change from day to day and are left out."""
    if isinstance(told, dict):
        return {key: "…" if _is_hidden(key, value) else hidden(value) for key, value in told.items()}
    return [hidden(row) for row in told] if isinstance(told, list) else told


def _is_hidden(key: str, value: Any) -> bool:
    if key.endswith("_details"):  # there are others
        return isinstance(value, dict) and value.keys() == {"rate"}
    return _names(_HIDDEN, key)


def _names(table: dict[str, str], key: str) -> bool:
    return any(re.fullmatch(re.escape(name).replace(r"\*", ".+"), key) for name in table)
