"""Rules for queues and policies, beyond the example of each."""

from __future__ import annotations

import pytest

from fakeamqp.views.lint import lint
from tests.views.lint.examples import QUORUM, Json, exchange, file, policy, queue


def told(definitions: Json, rule: str, target: str = "4.3") -> list[str]:
    return [each.message for each in lint(definitions, target=target, select=[rule])]


@pytest.mark.parametrize("limit", ["x_max_length", "x_max_length_bytes", "x_message_ttl", "x_expires"])
def test_any_limit_will_do(limit: str) -> None:
    assert told(file(queue(**{limit: 5})), "queue-unlimited") == []


def test_a_stream_is_limited_by_age_or_bytes() -> None:
    stream = {"x_queue_type": "stream"}
    assert (
        told(file(queue(**stream, x_max_age="1h"), queue("b", **stream, x_max_length_bytes=5)), "queue-unlimited") == []
    )
    assert told(file(queue(**stream)), "queue-unlimited") == [
        "queue 'jobs' in vhost '/' has no limit and grows while nobody consumes; set x-max-age or "
        "x-max-length-bytes, or a policy for many queues at once"
    ]


def test_an_operator_s_policy_limits_too() -> None:
    value = {"pattern": "", "definition": {"max-length": 5}, "priority": 0, "apply-to": "queues"}
    parameter = {"component": "operator_policy", "name": "limits", "value": value}
    assert told(file(queue(), parameters=[parameter]), "queue-unlimited") == []


def test_a_policy_that_is_kept_away_limits_nothing() -> None:
    assert len(told(file(queue(**QUORUM), policy("p", "", max_length=5, queue_mode="lazy")), "queue-unlimited")) == 1


@pytest.mark.parametrize(
    ("to", "kind"),
    [
        ("all", "queue or exchange"),
        ("queues", "queue"),
        ("exchanges", "exchange"),
        ("classic_queues", "classic queue"),
        ("quorum_queues", "quorum queue"),
        ("streams", "stream"),
    ],
)
def test_a_policy_without_a_match_says_of_what(to: str, kind: str) -> None:
    assert told(file(queue(), policy("p", "^none", to=to, max_length=5)), "policy-without-match") == [
        f"policy 'p' in vhost '/' with pattern '^none' fits no {kind} of this file; mend its pattern, or take it away"
    ]


def test_a_policy_of_exchanges_matches_exchanges() -> None:
    definitions = file(exchange("orders"), policy("p", "^orders", to="exchanges", alternate_exchange="rest"))
    assert told(definitions, "policy-without-match") == []
    assert len(told(definitions, "alternate-missing")) == 1


def test_policies_kept_away_are_told_by_kind_of_queue() -> None:
    rows = [queue(f"jobs.{number}", **QUORUM) for number in range(5)]
    (message,) = told(file(*rows, policy("p", "", max_length=5, queue_mode="lazy", max_age="1h")), "policy-kept-away")
    assert message == (
        "policy 'p' in vhost '/' is not in force for queues 'jobs.0', 'jobs.1', 'jobs.2' and 2 more: quorum "
        "queues do not have 'queue-mode', 'max-age', which keeps all of it away; put that into a policy of its own"
    )


def test_an_operator_s_policy_does_not_tie_with_another_one() -> None:
    value = {"pattern": "", "definition": {"max-length": 5}, "priority": 0, "apply-to": "queues"}
    parameter = {"component": "operator_policy", "name": "limits", "value": value}
    assert told(file(queue(), policy("p", "", max_length=5), parameters=[parameter]), "policy-tie") == []


def test_a_pattern_that_is_none_is_passed_over_here() -> None:
    """The version's own rules tell of it."""
    definitions = file(queue(), policy("p", "(", max_length=5))
    assert told(definitions, "policy-without-match") == []
    assert len(told(definitions, "refused")) == 1
