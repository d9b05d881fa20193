"""The node."""

from __future__ import annotations

import pytest

import fakeamqp
from tests.adapters.management.asking import told


@pytest.mark.parametrize(("reason", "alarms"), [("low on memory", (True, False)), ("low on disk", (False, True))])
def test_an_alarm_is_shown(reason: str, alarms: tuple[bool, bool]) -> None:
    broker = fakeamqp.Broker()
    (row,) = told(broker, "/api/nodes")
    assert (row["mem_alarm"], row["disk_free_alarm"]) == (False, False)
    broker.faults.block_publishers(reason)
    (row,) = told(broker, "/api/nodes")
    assert (row["mem_alarm"], row["disk_free_alarm"]) == alarms
