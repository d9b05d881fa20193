"""Health checks."""

from __future__ import annotations

import json

import fakeamqp
from tests.adapters.management.asking import ask, told


def test_an_alarm_fails_the_check_for_alarms() -> None:
    broker = fakeamqp.Broker()
    assert told(broker, "/api/health/checks/alarms") == {"status": "ok"}
    broker.faults.block_publishers()
    answer = ask(broker, "GET", "/api/health/checks/local-alarms")
    assert (answer.status, json.loads(answer.body or "")["status"]) == (503, "failed")
    broker.faults.unblock_publishers()
    assert ask(broker, "GET", "/api/health/checks/local-alarms").status == 200


def test_a_port_at_which_the_broker_listens_is_found() -> None:
    broker = fakeamqp.Broker(addresses=["rabbit:1234"])
    assert told(broker, "/api/health/checks/port-listener/1234") == {"status": "ok", "port": 1234}
    answer = ask(broker, "GET", "/api/health/checks/port-listener/5672")
    assert json.loads(answer.body or "") == {
        "status": "failed",
        "reason": "No active listener",
        "missing": 5672,
        "ports": [1234],
    }


def test_the_aliveness_test_needs_permissions_as_long_as_it_sends_a_message() -> None:
    for version, status, there in (("4.0", 401, True), ("4.3", 200, False)):
        broker = fakeamqp.Broker(version)
        broker.ctl.add_user("ada", "pw", tags=["monitoring"])
        broker.ctl.set_permissions("ada", "", "", "")
        assert ask(broker, "GET", "/api/aliveness-test/%2F", user="ada:pw").status == status
        assert ask(broker, "GET", "/api/aliveness-test/%2F").status == 200
        assert ("aliveness-test" in broker.model.vhosts["/"].queues) is there
