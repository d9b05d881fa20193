"""Every workload does its work wherever it is measured; how long that takes is nobody's business here."""

from __future__ import annotations

import pytest

from benchmarks import beside_kombu
from benchmarks.floor import floor
from benchmarks.through_pika import fake, seconds_on
from benchmarks.workloads import WORKLOADS


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_workload_runs_on_a_broker_in_memory_and_leaves_nothing_behind(name: str) -> None:
    broker = fake()
    seconds_on(broker, WORKLOADS[name].program, 3)
    assert list(broker.queues()) == []
    assert broker.connections == 0


@pytest.mark.parametrize("name", [name for name, workload in WORKLOADS.items() if workload.has_floor])
def test_a_workload_runs_on_an_empty_broker(name: str) -> None:
    workload = WORKLOADS[name]
    seconds_on(floor(workload.body), workload.program, 3)


@pytest.mark.parametrize("place", [place for place in beside_kombu.PLACES if place != beside_kombu.KOMBU])
@pytest.mark.parametrize("name", beside_kombu.WORKLOADS)
def test_a_workload_runs_without_a_client(name: str, place: str) -> None:
    made = beside_kombu.PLACES[place]()
    beside_kombu.WORKLOADS[name][0](made, 3)
    made.close()
