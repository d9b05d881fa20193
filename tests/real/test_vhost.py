"""A virtual host of a test's on a real broker."""

from __future__ import annotations

from typing import Any

from fakeamqp.real.broker import RealBroker
from tests.support.management import Stub


def test_it_is_made_before_and_deleted_after(make: Any, stub: Stub) -> None:
    with make(vhosts=["/", "shop"]) as broker:
        names = [vhost.real for vhost in broker.vhosts.values()]
        assert stub.of("PUT", "vhosts") == names
        assert stub.of("DELETE", "vhosts") == []
    assert stub.of("DELETE", "vhosts") == names


def test_the_user_of_the_url_may_do_everything_in_it(broker: RealBroker, stub: Stub) -> None:
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    assert (f"PUT permissions/{broker.vhosts['/'].real}/guest", everything) in stub.asked


def test_the_queue_of_our_own_is_not_among_its_queues(broker: RealBroker) -> None:
    vhost = broker.vhosts["/"]
    assert set(vhost.queues()) == {"jobs", "raft"}
    vhost.side.queue = "raft"
    assert set(vhost.queues()) == {"jobs"}


def test_one_that_is_gone_already_can_be_deleted(broker: RealBroker, stub: Stub) -> None:
    vhost = broker.vhosts["/"]
    stub.refusals[f"DELETE vhosts/{vhost.real}"] = (404, "Not Found")
    vhost.delete()
