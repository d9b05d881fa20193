"""The operator's side of a real broker: virtual hosts and users of the test's own, and nobody else's."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from fakeamqp.real.broker import RealBroker
from fakeamqp.real.ctl import RealCtl
from fakeamqp.real.errors import NotOnARealBroker
from fakeamqp.world.ctl import Ctl
from tests.support.management import Stub

TASKS = [name for name in vars(Ctl) if name[0] != "_"]


@pytest.mark.parametrize("task", TASKS)
def test_each_task_of_the_one_in_memory_is_there_with_its_arguments(task: str) -> None:
    fake, real = (inspect.signature(getattr(ctl, task)) for ctl in (Ctl, RealCtl))
    assert [(p.name, p.kind, p.default) for p in real.parameters.values()] == [
        (p.name, p.kind, p.default) for p in fake.parameters.values()
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda ctl: ctl.add_user("guest", "other"),
        lambda ctl: ctl.change_password("guest", "other"),
        lambda ctl: ctl.delete_user("guest"),
        lambda ctl: ctl.set_user_limit("guest", "max-connections", 1),
        lambda ctl: ctl.clear_user_limit("guest", "max-connections"),
    ],
)
def test_the_user_of_the_url_is_never_changed(broker: RealBroker, stub: Stub, change: Any) -> None:
    asked = len(stub.asked)
    with pytest.raises(NotOnARealBroker, match="stands for the one of --fakeamqp-url"):
        change(broker.ctl)
    assert len(stub.asked) == asked


def test_a_user_is_one_of_the_tests_own_and_deleted_in_the_end(make: Any, stub: Stub) -> None:
    with make() as broker:
        broker.ctl.add_user("ada", "s3cret", tags=["monitoring"])
        real = f"{broker.names.root}-ada"
        assert stub.asked[-1] == (f"PUT users/{real}", {"password": "s3cret", "tags": "monitoring"})
        broker.ctl.set_permissions("ada", "", "^orders$", "")
        assert stub.asked[-1][0] == f"PUT permissions/{broker.names.root}/{real}"
    assert stub.of("DELETE", "users") == [real]


def test_a_user_who_was_not_added_is_not_there(broker: RealBroker) -> None:
    with pytest.raises(LookupError, match="Not Found"):
        broker.ctl.delete_user("ada")


def test_users_are_listed_by_the_names_of_the_test(broker: RealBroker) -> None:
    assert broker.ctl.list_users() == {"guest": ("administrator",)}
    assert broker.ctl.list_permissions() == {"guest": (".*", ".*", ".*")}


def test_policies_are_those_of_the_virtual_host(broker: RealBroker, stub: Stub) -> None:
    broker.ctl.set_policy("parking", "^jobs", {"max-length": 2}, priority=1, apply_to="queues")
    assert stub.asked[-1] == (
        f"PUT policies/{broker.names.root}/parking",
        {"pattern": "^jobs", "definition": {"max-length": 2}, "priority": 1, "apply-to": "queues"},
    )
    (policy,) = broker.ctl.list_policies()
    assert (policy.name, policy.pattern, policy.definition) == ("parking", "^jobs", {"max-length": 2})
    assert broker.ctl.list_operator_policies() == ()


def test_what_rabbitmq_refuses_raises_as_in_memory(broker: RealBroker, stub: Stub) -> None:
    root = broker.names.root
    stub.refusals[f"PUT policies/{root}/bad"] = (400, "Validation failed\n\nno\n")
    stub.refusals[f"DELETE policies/{root}/nobody"] = (404, "Not Found")
    with pytest.raises(ValueError, match="Validation failed"):
        broker.ctl.set_policy("bad", "(", {})
    with pytest.raises(LookupError, match="Not Found"):
        broker.ctl.clear_policy("nobody")


def test_a_virtual_host_that_is_not_there_is_told(broker: RealBroker) -> None:
    with pytest.raises(LookupError, match="vhost_not_found"):
        broker.ctl.set_policy("p", ".*", {}, vhost="shop")
    with pytest.raises(LookupError, match="Not Found"):
        broker.ctl.delete_vhost("shop")


def test_a_virtual_host_can_be_added_and_deleted(broker: RealBroker, stub: Stub) -> None:
    broker.ctl.add_vhost("shop")
    broker.ctl.set_vhost_limit("max-queues", 1, vhost="shop")
    assert stub.asked[-1] == (f"PUT vhost-limits/{broker.names.root}-shop/max-queues", {"value": 1})
    broker.ctl.delete_vhost("shop")
    assert stub.of("DELETE", "vhosts") == [f"{broker.names.root}-shop"]
