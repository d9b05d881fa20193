"""What all paths have in common."""

from __future__ import annotations

import pytest

import fakeamqp
from fakeamqp.adapters.management import bindings, queues, users
from tests.adapters.management.asking import ask, told


def test_methods_are_named_in_rabbitmqs_order() -> None:
    assert queues.OneQueue.methods() == ("HEAD", "GET", "PUT", "DELETE", "OPTIONS")
    assert bindings.BindingsBetween.methods() == ("HEAD", "GET", "POST", "OPTIONS")
    assert users.BulkDelete.methods() == ("POST", "OPTIONS")


def test_an_administrator_sees_what_is_in_virtual_hosts_they_may_not_enter() -> None:
    broker = fakeamqp.Broker(vhosts=["/", "shop"])
    broker.ctl.add_user("ada", "pw", tags=["administrator"])
    broker.ctl.add_user("bob", "pw", tags=["management"])
    broker.ctl.set_permissions("bob", "", "", "", vhost="shop")
    assert {row["vhost"] for row in told(broker, "/api/exchanges", user="ada:pw")} == {"/", "shop"}
    assert {row["vhost"] for row in told(broker, "/api/exchanges", user="bob:pw")} == {"shop"}


@pytest.mark.parametrize(("version", "status"), [("3.10", 401), ("4.0", 401), ("4.3", 404)])
def test_a_virtual_host_that_one_may_not_enter_is_hidden_from_4_3_on(version: str, status: int) -> None:
    broker = fakeamqp.Broker(version)
    broker.ctl.add_user("bob", "pw", tags=["management"])
    assert ask(broker, "GET", "/api/queues/%2F", user="bob:pw").status == status


def test_every_answer_names_the_methods_from_4_3_on_but_a_crash() -> None:
    for version, named in (("4.0", None), ("4.3", "HEAD, GET, PUT, DELETE, OPTIONS")):
        broker = fakeamqp.Broker(version)
        for user in ("guest:guest", None):
            assert ask(broker, "GET", "/api/queues/%2F/nope", user=user).headers.get("Allow") == named
        assert "Allow" not in ask(broker, "PUT", "/api/policies/%2F/p", {"pattern": "", "definition": "x"}).headers
