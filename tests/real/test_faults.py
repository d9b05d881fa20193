"""Faults of a real broker: those that can be brought about, and what is said of the others."""

from __future__ import annotations

import pytest

from fakeamqp.real.broker import RealBroker
from fakeamqp.real.errors import NotOnARealBroker
from fakeamqp.real.faults import RealFaults
from fakeamqp.world.faults import Faults
from tests.support.management import Stub


def test_they_have_the_members_of_those_in_memory() -> None:
    inner = {"meet"}
    assert {name for name in vars(Faults) if name[0] != "_"} - inner <= set(vars(RealFaults))


@pytest.mark.parametrize(
    "bring_about",
    [
        lambda faults: faults.nack_publishes(),
        lambda faults: faults.block_publishers(),
        lambda faults: faults.unblock_publishers(),
        lambda faults: faults.close_channels(406, "PRECONDITION_FAILED - no"),
        lambda faults: faults.close_connections(501, "FRAME_ERROR - no"),
        lambda faults: faults.cancel_consumers("jobs"),  # it holds messages
        lambda faults: faults.cancel_consumers("jobs", "worker"),
        lambda faults: faults.lose_queue("jobs"),
        lambda faults: faults.restore_queue("jobs"),
        lambda faults: faults.delay_connections(1),
        lambda faults: faults.hang_up_on_connections(),
        lambda faults: faults.silence(),
        lambda faults: faults.slow_heartbeats(600),
        lambda faults: faults.garble(b"HTTP/1.1 400 Bad Request"),
        lambda faults: faults.stop_node(),
        lambda faults: faults.start_node(),
        lambda faults: faults.expire_credentials("guest"),
    ],
)
def test_what_no_api_does_says_so(broker: RealBroker, bring_about: object) -> None:
    with pytest.raises(NotOnARealBroker, match=r"faults.* is not to be had on a real broker: "):
        bring_about(broker.faults)  # type: ignore[operator]


def test_so_many_attempts_to_connect_are_refused(broker: RealBroker) -> None:
    broker.faults.refuse_connections(2)
    assert [broker.accepts("rabbit", 5672) for _ in range(3)] == [False, False, True]


def test_consumers_are_cancelled_by_making_an_empty_queue_anew(broker: RealBroker, stub: Stub) -> None:
    stub.answers["queues"] = [{**row, "messages_ready": 0, "messages_unacknowledged": 0} for row in _rows(stub)]
    broker.faults.cancel_consumers("jobs")
    real = broker.vhosts["/"].real
    (deleted, made, bound) = [line for line, _ in stub.asked if "jobs" in line]
    assert (deleted, made) == (f"DELETE queues/{real}/jobs", f"PUT queues/{real}/jobs")
    assert bound == f"POST bindings/{real}/e/orders/q/jobs"


def test_a_queue_is_deleted_by_the_management_api(broker: RealBroker, stub: Stub) -> None:
    broker.faults.delete_queue("jobs")
    assert f"DELETE queues/{broker.vhosts['/'].real}/jobs" in [line for line, _ in stub.asked]
    with pytest.raises(KeyError):
        broker.faults.delete_queue("nope")


def test_a_connection_that_is_not_there_is_told(broker: RealBroker) -> None:
    with pytest.raises(LookupError, match="17 is no open connection of this broker"):
        broker.faults.drop_connections(17)


def _rows(stub: Stub) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = stub.answers["queues"]
    return rows
