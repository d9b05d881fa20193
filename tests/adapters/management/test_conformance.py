"""The operator's scenarios once more, with the management API in place of `ctl`: the recordings are the same."""

from __future__ import annotations

import pika
import pytest

from tests.conformance import operator
from tests.conformance.backend import FakeBroker
from tests.conformance.compare import first_difference
from tests.conformance.play import Play
from tests.conformance.recording import Recording
from tests.conformance.scenario import Scenario, all_scenarios
from tests.support.serving import management_of

# The areas in which an operator does something.
AREAS = {
    *("default_queue_type", "definitions", "delayed_retries", "denied", "operator_policies", "permissions"),
    *("policies", "policy_values", "topic_permissions", "user_limits", "users", "vhost_limits"),
}

PLAYS = [
    (one, version)
    for one in all_scenarios()
    if one.area in AREAS and one.is_for(pika.__version__)
    for version in one.versions
]


@pytest.mark.parametrize(("scenario", "version"), PLAYS, ids=[f"{one.id}-{version}" for one, version in PLAYS])
def test_the_api_does_what_the_operator_of_a_real_broker_does(
    scenario: Scenario, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operator, "POLICY_SECONDS", 0)
    broker = FakeBroker(version, scenario.deny)
    with management_of(broker._broker) as url:
        broker.operator = operator.RealOperator(operator.ManagementApi(url, "guest", "guest"), broker.vhost)
        play = Play(broker)
        try:
            scenario.perform(play)
        finally:
            play.close()
    assert first_difference(Recording.load(scenario).observed[version], play.observations) is None
