"""Who calls, and what their tags allow."""

from __future__ import annotations

import pytest

import fakeamqp
from fakeamqp.adapters.management.answers import Refused
from fakeamqp.adapters.management.caller import Caller, log_in
from fakeamqp.adapters.management.dialects import DIALECTS
from tests.adapters.management.asking import ask, told


def caller(*tags: str) -> Caller:
    return Caller("ada", "", frozenset(tags))


def test_an_administrator_may_do_what_the_others_may() -> None:
    assert caller("administrator").monitors
    assert caller("administrator").makes_policies
    assert not caller("monitoring").makes_policies
    assert not caller("policymaker").monitors
    assert not caller("management", "monitoring").administrates


@pytest.mark.parametrize("header", ["Bearer token", "Basic bm9ib2R5Ong="])
def test_a_wrong_login_is_refused_as_the_version_does(header: str) -> None:
    for version, reason in (("3.10", "Login failed"), ("4.3", "Not_Authorized")):
        with pytest.raises(Refused) as refused:
            log_in(fakeamqp.Broker(version), header, DIALECTS[version])
        assert (refused.value.status, refused.value.reason) == (401, reason)


@pytest.mark.parametrize("header", ["Basic !", "Basic bm9jb2xvbg=="])
def test_a_malformed_header_is_a_bad_request(header: str) -> None:
    with pytest.raises(Refused) as refused:
        log_in(fakeamqp.Broker(), header, DIALECTS["4.3"])
    assert refused.value.status == 400


def test_who_is_let_in_without_being_known_is_an_administrator() -> None:
    broker = fakeamqp.Broker(users="any")
    assert told(broker, "/api/whoami", user="ada:any") == {
        "name": "ada",
        "tags": ["administrator"],
        "is_internal_user": True,
    }
    assert ask(broker, "PUT", "/api/vhosts/shop", user="ada:any").status == 201


def test_a_changed_password_counts_at_once() -> None:
    broker = fakeamqp.Broker()
    broker.ctl.change_password("guest", "new")
    assert ask(broker, "GET", "/api/whoami").status == 401
    assert ask(broker, "GET", "/api/whoami", user="guest:new").status == 200
