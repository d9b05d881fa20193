"""Logging in and entering a virtual host."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from tests.support.rig import Rig, delivered, refusal


@pytest.mark.parametrize("mechanism", ["PLAIN", "AMQPLAIN"])
def test_wrong_credentials_end_the_connection(mechanism):
    rig = Rig(users={"guest": "secret"})
    rig.do(ask.Connect(1))
    assert refusal(rig.do(ask.Login(1, "guest", "wrong", mechanism))) == (
        f"ACCESS_REFUSED - Login was refused using authentication mechanism {mechanism}. "
        "For details see the broker logfile."
    )
    assert rig.broker.connections == {}


@pytest.mark.parametrize(("users", "admitted"), [({"guest": "secret"}, True), ({"me": "secret"}, False)])
def test_nobody_in_particular_is_guest_if_there_is_one(users, admitted):
    rig = Rig(users=users)
    rig.do(ask.Connect(1))
    assert (refusal(rig.do(ask.Login(1, "guest", "", "ANONYMOUS"))) is None) is admitted


def test_a_connection_remembers_who_it_is():
    rig = Rig(users={"me": "secret"})
    rig.do(ask.Connect(1))
    assert [type(effect) for effect in rig.do(ask.Login(1, "me", "secret"))] == [effects.LoggedIn]
    assert rig.broker.connections[1].username == "me"


def test_a_missing_virtual_host_ends_the_connection():
    rig = Rig()
    rig.do(ask.Connect(1))
    rig.do(ask.Login(1, "guest", "guest"))
    assert refusal(rig.do(ask.OpenConnection(1, "nowhere"))) == "NOT_ALLOWED - vhost nowhere not found"
    assert rig.broker.connections == {}


def test_any_virtual_host_is_there_as_soon_as_somebody_asks():
    rig = Rig(vhosts="any")
    rig.do(ask.Connect(1))
    rig.do(ask.OpenConnection(1, "anywhere"))
    rig.do(ask.Connect(2))
    rig.do(ask.OpenConnection(2, "anywhere"))
    assert rig.broker.connections[1].vhost is rig.broker.connections[2].vhost is rig.broker.vhosts["anywhere"]


def test_closing_what_is_gone_already_is_fine():
    rig = Rig()
    rig.do(ask.Connect(1))
    for _ in range(2):
        assert [type(effect) for effect in rig.do(ask.CloseConnection(1))] == [effects.ConnectionCloseOk]


def test_who_has_no_permissions_in_a_vhost_may_not_enter_it():
    rig = Rig(users={"guest": "guest"})
    rig.do(ask.AddUser("ada", "guest"))
    rig.do(ask.Connect(1))
    rig.do(ask.Login(1, "ada", "guest"))
    assert refusal(rig.do(ask.OpenConnection(1, "/"))) == "NOT_ALLOWED - access to vhost '/' refused for user 'ada'"


def test_limits_come_before_the_permission():
    rig = Rig(users={"guest": "guest"})
    rig.do(ask.AddUser("ada", "guest"))
    rig.do(ask.SetUserLimit("ada", "max-connections", 0))
    rig.do(ask.SetVirtualHostLimit("/", "max-connections", 0))

    def entering(number: int) -> str | None:
        rig.do(ask.Connect(number))
        rig.do(ask.Login(number, "ada", "guest"))
        return refusal(rig.do(ask.OpenConnection(number, "/")))

    assert "connection limit (0)" in (entering(1) or "")
    rig.do(ask.SetVirtualHostLimit("/", "max-connections", -1))
    assert "user connection limit (0)" in (entering(2) or "")


@pytest.mark.parametrize(("version", "forgets"), [("3.10", False), ("4.0", False), ("4.3", True)])
def test_a_new_secret_may_make_channels_look_again(version, forgets):
    rig = Rig(version, users={"guest": "guest"})
    rig.do(ask.SetPermissions("guest", "/", "", "", "q"))
    channel, free = rig.channel(), rig.connection()
    channel.get("q")
    channel = rig.channel(channel.key[0])
    rig.do(ask.SetPermissions("guest", "/", "q", "", "q"))
    channel.declare("q")
    rig.do(ask.SetPermissions("guest", "/", "", "", ""))
    for number in (channel.key[0], free):
        rig.do(ask.UpdateSecret(number))
    assert (refusal(channel.declare("q")) is not None) is forgets


@pytest.mark.parametrize(
    ("username", "admitted"), [("CN=me", True), ("CN=you", False), ("", False)], ids=["known", "unknown", "nobody"]
)
def test_external_lets_in_a_user_there_is_whatever_the_password(username, admitted):
    rig = Rig(users={"CN=me": "secret"})
    rig.do(ask.Connect(1))
    assert (refusal(rig.do(ask.Login(1, username, "", "EXTERNAL"))) is None) is admitted


def test_external_lets_nobody_in_without_a_name_even_if_everybody_may_come_in():
    rig = Rig(users="any")
    rig.do(ask.Connect(1))
    assert refusal(rig.do(ask.Login(1, "", "", "EXTERNAL"))) is not None


@pytest.mark.parametrize("arguments", [{}, {"x-queue-type": "quorum"}, {"x-single-active-consumer": True}])
def test_a_congested_client_is_delivered_nothing_until_the_way_is_free(arguments):
    rig = Rig()
    channel = rig.channel()
    channel.declare(durable=True, arguments=arguments)
    channel.consume(no_ack=True)
    rig.do(ask.Congest(channel.key[0], True))
    assert delivered(channel.publish("q", "a", "b")) == []
    assert delivered(rig.do(ask.Congest(channel.key[0], False))) == ["a", "b"]
    assert delivered(channel.publish("q", "c")) == ["c"]


def test_a_connection_that_is_gone_is_not_congested():
    assert Rig().do(ask.Congest(7, True)) == []
