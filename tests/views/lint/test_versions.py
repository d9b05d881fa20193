"""Rules for versions, beyond the example of each."""

from __future__ import annotations

import pytest

from fakeamqp.views.lint import lint, upgrade_check
from tests.views.lint.examples import QUORUM, Json, exchange, file, policy, queue


def told(definitions: Json, rule: str, target: str = "4.3") -> list[str]:
    return [each.message for each in lint(definitions, target=target, select=[rule])]


def test_a_finding_says_for_which_versions_it_holds() -> None:
    (found,) = lint(file(queue(x_queue_version=1)), select=["refused"])
    assert found.versions == ("4.3",)
    (found,) = lint(file(queue(), policy("p", "", ha_mode="all")), select=["refused"])
    assert found.versions == ("4.0", "4.3")
    (found,) = lint(file(queue(x_dead_letter_exchange="dead")), select=["dlx-missing"])
    assert found.versions == ("3.10", "4.0", "4.3")


def test_an_argument_of_later_versions_is_told_as_such() -> None:
    definitions = file(queue(**QUORUM, x_delayed_retry_type="all"))
    assert told(definitions, "argument-unknown", "4.0") == [
        "queue 'jobs' in vhost '/' has the argument x-delayed-retry-type, which RabbitMQ 4.0 does not know and "
        "ignores; 4.3 knows it"
    ]
    assert told(definitions, "argument-unknown", "4.3") == []


def test_an_argument_that_is_like_none_is_to_be_taken_away() -> None:
    assert told(file(queue(x_ha_policy="all"), exchange("x", owner="shop")), "argument-unknown") == [
        "queue 'jobs' in vhost '/' has the argument x-ha-policy, which RabbitMQ 4.3 does not know and ignores; "
        "take it away",
        "exchange 'x' in vhost '/' has the argument owner, which RabbitMQ 4.3 does not know and ignores; take it away",
    ]


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("topic", {"alternate_exchange": "rest"}),
        ("x-delayed-message", {"x_delayed_type": "x-consistent-hash", "hash_header": "id"}),
        ("x-recent-history", {"x_recent_history_length": 5}),
    ],
)
def test_arguments_that_a_type_of_exchange_has_are_known(kind: str, arguments: Json) -> None:
    assert told(file(exchange("x", kind, **arguments)), "argument-unknown") == []


def test_a_policy_s_key_that_does_nothing_is_told_once() -> None:
    rows = [queue(f"jobs.{number}") for number in range(5)]
    assert told(file(*rows, policy("lazy", "", queue_mode="lazy")), "argument-ignored") == [
        "policy 'lazy' in vhost '/' has queue-mode, which does nothing for queues 'jobs.0', 'jobs.1', 'jobs.2' "
        "and 2 more: classic queues keep their messages on disk whatever it says"
    ]
    assert told(file(*rows, policy("lazy", "", queue_mode="lazy")), "argument-ignored", "3.10") == []


def test_at_least_once_needs_reject_publish() -> None:
    rows = [queue(**QUORUM, x_dead_letter_strategy="at-least-once", x_dead_letter_exchange="amq.fanout")]
    assert told(file(*rows), "argument-ignored") == [
        "queue 'jobs' in vhost '/' has x-dead-letter-strategy, which does nothing: without overflow "
        "reject-publish dead letters go at-most-once"
    ]
    assert told(file(*rows, policy("p", "", overflow="reject-publish")), "argument-ignored") == []


def test_3_10_ignores_the_default_queue_type() -> None:
    definitions = {"vhosts": [{"name": "shop", "metadata": {"default_queue_type": "quorum"}}]}
    assert told(definitions, "argument-ignored", "3.10") == [
        "vhost 'shop' has the default queue type quorum, which RabbitMQ 3.10 ignores; give each queue its x-queue-type"
    ]
    assert told(definitions, "argument-ignored") == []


def test_a_master_locator_is_deprecated_on_4_0() -> None:
    definitions = file(queue(x_queue_master_locator="random"), policy("p", "^x", queue_master_locator="random"))
    assert sorted(told(definitions, "deprecated", "4.0")) == [
        "policy 'p' in vhost '/' has queue-master-locator, which RabbitMQ 4.0 calls deprecated (queue_master_locator, "
        "permitted by default); queue-leader-locator takes its place",
        "queue 'jobs' in vhost '/' has x-queue-master-locator, which RabbitMQ 4.0 calls deprecated "
        "(queue_master_locator, permitted by default); x-queue-leader-locator takes its place",
    ]


def test_an_upgrade_check_is_silent_on_what_was_so_before() -> None:
    definitions = file(queue(durable=False, x_mesage_ttl=5), queue("q", **QUORUM))
    before = upgrade_check(definitions, origin="3.10", target="4.3")
    assert sorted({each.rule for each in before}) == ["changed-delivery-limit", "changed-message-size", "deprecated"]
    assert upgrade_check(definitions, origin="4.0", target="4.3") == []


def test_an_upgrade_check_tells_what_both_versions_refuse() -> None:
    found = upgrade_check(file(queue(**QUORUM, x_max_priority=5)), origin="4.0", target="4.3")
    assert [(each.rule, each.versions) for each in found] == [("refused", ("3.10", "4.0", "4.3"))]


def test_a_policy_that_is_refused_is_not_told_as_changed_too() -> None:
    found = upgrade_check(file(queue(), policy("p", "", ha_mode="all")), select=["changed-policy", "refused"])
    assert [each.rule for each in found] == ["refused"]


def test_rows_that_are_none_are_refused() -> None:
    definitions = {"vhosts": [{"name": "/"}], "queues": [5, {"vhost": "/"}], "bindings": 5, "exchanges": [{"name": 5}]}
    assert told(definitions, "refused") == [
        "exchange '5' in vhost '/' is refused by RabbitMQ 4.3.6: the field 'vhost' is missing",
        "queue in vhost '/' is refused by RabbitMQ 4.3.6: HTTP 500 (it is no object)",
        "queue in vhost '/' is refused by RabbitMQ 4.3.6: the field 'name' is missing",
        "bindings is refused by RabbitMQ 4.3.6: 'bindings' has to be a list",
    ]
