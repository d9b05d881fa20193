"""What is measured on the bare model runs on kombu's memory transport as well."""

import pytest

from benchmarks import beside_kombu


@pytest.mark.parametrize("name", beside_kombu.WORKLOADS)
def test_a_workload_of_the_bare_model_runs_on_kombu(name: str) -> None:
    made = beside_kombu.PLACES[beside_kombu.KOMBU]()
    beside_kombu.WORKLOADS[name][0](made, 3)
    made.close()
