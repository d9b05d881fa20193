"""The management API's client, against recorded answers."""

from __future__ import annotations

import socket

import pytest

from fakeamqp.real.address import Address
from fakeamqp.real.errors import Unreachable
from fakeamqp.real.management import Management, Refused
from tests.support.management import ANSWERS, Stub, serving


def management(url: str, user: str = "guest") -> Management:
    return Management(Address.of(f"amqp://{user}:guest@127.0.0.1:1", url))


def test_it_knows_the_version(stub: Stub) -> None:
    assert management(stub.url).version() == stub.answers["overview"]["rabbitmq_version"]


def test_each_part_of_a_path_is_quoted_and_bodies_are_json(stub: Stub) -> None:
    management(stub.url).put("vhosts", "a/b c", tracing=True)
    assert stub.asked == [("PUT vhosts/a/b c", {"tracing": True})]


@pytest.mark.parametrize("version", ANSWERS)
def test_what_it_refuses_is_raised_with_its_reason(version: str) -> None:
    with serving(version) as stub:
        status, reason = ANSWERS[version]["refusals"]["bad policy"]
        stub.refusals["PUT policies/shop/bad"] = (status, reason)
        with pytest.raises(Refused) as refused:
            management(stub.url).put("policies", "shop", "bad", pattern="(")
    assert (refused.value.status, str(refused.value)) == (status, reason)
    assert "not recognised policy settings" in reason


def test_a_wrong_password_is_told(stub: Stub) -> None:
    with pytest.raises(Unreachable, match=r"does not let the user 'ada' use its management API: Not_Authorized"):
        management(stub.url, "ada").version()


def test_a_server_without_that_api_is_told(stub: Stub) -> None:
    del stub.answers["overview"]
    with pytest.raises(Unreachable, match=r"no management API .* HTTP 404.*rabbitmq-plugins enable"):
        management(stub.url).version()


def test_an_answer_that_is_no_overview_is_told(stub: Stub) -> None:
    stub.answers["overview"] = ["hello"]
    with pytest.raises(Unreachable, match=r"no management API .* something else"):
        management(stub.url).version()


def test_nobody_there_is_told() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Unreachable, match=rf"nobody answers at {url}.*rabbitmq_management switched on"):
            management(url).version()
