"""Which policies are taken, and which queues they concern."""

from __future__ import annotations

from typing import Any

from tests.kit.asking import Asking
from tests.kit.questions.question import question

POLICIES: list[Any] = [
    {}, {"odd": 1}, {"odd": {"a": [1, None]}, "even": "e"}, {"odd": "o" * 40, "even": "e" * 40, "third": [1, 2]},
    {"max-length": -1}, {"max-length": "1"}, {"max-length": 1.5}, {"max-length": True}, {"max-length": None},
    {"max-length-bytes": -1}, {"message-ttl": -1}, {"message-ttl": []}, {"expires": 0}, {"expires": {}},
    {"delivery-limit": -1}, {"delivery-limit": "x"}, {"overflow": "odd"}, {"overflow": 1},
    {"overflow": "reject-publish-dlx"}, {"dead-letter-exchange": 1}, {"dead-letter-routing-key": None},
    {"dead-letter-strategy": "odd"}, {"dead-letter-strategy": "at-least-once"}, {"alternate-exchange": 1},
    {"max-age": "1D"}, {"max-age": "1x"}, {"max-age": "x"}, {"max-age": 1}, {"max-age": []}, {"max-age": ""},
    {"max-in-memory-length": -1}, {"max-in-memory-bytes": -1}, {"queue-mode": "odd"}, {"queue-mode": "lazy"},
    {"queue-version": 1}, {"queue-version": 2}, {"queue-version": 3}, {"queue-version": "1"}, {"queue-version": True},
    {"queue-master-locator": "odd"}, {"queue-master-locator": "random"}, {"queue-master-locator": "x", "expires": 0},
    {"queue-leader-locator": "odd"}, {"queue-leader-locator": "balanced"}, {"initial-cluster-size": -1},
    {"target-group-size": 0}, {"target-group-size": 1}, {"consumer-timeout": -1}, {"consumer-timeout": 0},
    {"consumer-disconnected-timeout": -1}, {"stream-filter-size-bytes": 15}, {"stream-filter-size-bytes": 16},
    {"stream-filter-size-bytes": 255}, {"stream-filter-size-bytes": 256}, {"stream-max-segment-size-bytes": -1},
    {"stream-max-segment-size-bytes": 3_000_000_001}, {"delayed-retry-type": "odd"}, {"delayed-retry-type": "all"},
    {"delayed-retry-type": "disabled"}, {"delayed-retry-type": "all", "delayed-retry-min": 5},
    {"delayed-retry-min": 5, "delayed-retry-max": 4}, {"delayed-retry-min": 5, "delayed-retry-max": 5},
    {"delayed-retry-min": 5}, {"delayed-retry-max": 5}, {"delayed-retry-min": 0}, {"delayed-retry-max": 0},
    {"expires": 0, "max-length": -1}, {"expires": 1, "odd": 1}, {"ha-params": 1}, {"ha-sync-mode": "manual"},
    {"ha-mode": "all"}, {"ha-mode": "all", "ha-params": 1}, {"ha-mode": "exactly"}, {"ha-mode": 1},
    {"ha-mode": "exactly", "ha-params": 1}, {"ha-mode": "exactly", "ha-params": "1"}, {"ha-mode": "odd"},
    {"ha-mode": "nodes", "ha-params": []}, {"ha-mode": "nodes", "ha-params": ["a"]}, {"ha-mode": "nodes"},
    {"ha-mode": "nodes", "ha-params": 1}, {"ha-mode": "all", "ha-sync-mode": "odd"},
    {"ha-mode": "all", "ha-sync-mode": "automatic"}, {"ha-mode": "all", "ha-promote-on-shutdown": "odd"},
    {"ha-mode": "all", "ha-promote-on-failure": "odd"}, {"ha-mode": "all", "ha-sync-batch-size": 0},
    {"ha-mode": "all", "ha-sync-batch-size": "1"}, {"ha-mode": "all", "ha-sync-batch-size": 5},
    {"ha-mode": "all", "max-length": -1},
]  # fmt: skip


@question
def policies(ask: Asking) -> Any:
    return [ask.operator("set_policy", "p", "^none$", definition) for definition in POLICIES]


@question
def operator_policies(ask: Asking) -> Any:
    return [ask.operator("set_operator_policy", "p", "^none$", definition) for definition in POLICIES]


@question
def policies_otherwise_wrong(ask: Asking) -> Any:
    asked: list[tuple[Any, Any, Any]] = [
        ("^none$", 0, "odd"), ("^none$", 0, None), ("^none$", 0, 1), ("^none$", 0, "streams"),
        ("^none$", 0, "quorum_queues"), ("^none$", "1", "all"), ("^none$", None, "all"), ("^none$", 1.5, "queues"),
        ("^none$", True, "all"), ("(", 0, "all"), ("[", 0, "all"), ("*a", 0, "all"), ("a{2,1}", 0, "all"),
        ("[z-a]", 0, "all"), ("a\\", 0, "all"), (1, 0, "all"), (None, 0, "odd"),
        ("x" * 60 + "(", 0, "all"), ("\\1", 0, "all"), ("(?z)", 0, "all"), ("a**", 0, "all"),
        ("é(", 0, "all"), ("<b>(", "x", "odd"),
    ]  # fmt: skip
    definition = {"max-length": 1}
    told = [
        ask.operator("set_policy", "p", pattern, definition, priority=priority, apply_to=apply_to)
        for pattern, priority, apply_to in asked
    ]
    return [*told, ask.operator("set_operator_policy", "p", "<(", {"max-length": "<"}, priority="<", apply_to="<")]


@question
def policies_in_force(ask: Asking) -> Any:
    names = ["qx", "q.x", "q1", "q12", "QX", "a b", "x-y", "é", "q\tz", "aa", "abab", "a\\b", "q_", "[z]", "zzq"]
    for name in names:
        ask.channel.queue_declare(name)
    patterns = [
        "^q", "x$", "^q\\.x$", "\\d{2}", "(?i)qx", "[[:upper:]]", "\\bx\\b", "(a)\\1", "(?<n>ab)\\k<n>",
        "(?P<n>ab)(?P=n)", "\\x71", "\\x{71}x", "\\161", "\\Qq.\\E", "q(?=x)", "q(?!x)",
        "(?<=a)b", "(?<!q)x", "(?:q|z){2}", "[^a-z]", "[\\w-]y", "\\s", "\\h", "\\R", "\\N{2}", "\\S\\W",
        "(?x) q # comment\n x", "(?#note)qx", "\\Aq", "x\\z", "x\\Z", "(?m)^q$", "(?s)z.q", "z.q", "[]z]", "\\[z\\]",
        "é", "\\e|\\t", "q{1}x", "q{", "a|", "$", ".", "[\\d]", "[a\\]]",
        "[[:alpha:][:digit:]_]{2}$", "\\v", "\\V{3}", "\\D\\d$", "(?-i)Q",
    ]  # fmt: skip
    answers = {}
    for pattern in patterns:
        told = ask.operator("set_policy", "p", pattern, {"max-length": 5}, apply_to="queues")
        found = ask.see("policies_of", *names)
        answers[pattern] = told or [name for name in names if found[name]]
    return answers
