"""What an operator does about users and virtual hosts, and what clients notice of it."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from fakeamqp.model.access import PasswordHash
from tests.support.rig import Rig, of, refusal


@pytest.fixture(params=["3.10", "4.0", "4.3"])
def rig(request) -> Rig:
    rig = Rig(request.param, users={"guest": "guest"})
    rig.do(ask.AddUser("ada", "guest"))
    rig.do(ask.SetPermissions("ada", "/", ".*", ".*", ".*"))
    return rig


def closes(done: list[effects.Effect]) -> list[tuple[int, str]]:
    return [(each.connection, each.reply_text) for each in of(effects.ConnectionClosed, done)]


def test_a_deleted_user_loses_connections_and_what_they_held(rig):
    owner, channel = rig.channel(), rig.channel(rig.connection("ada"))
    owner.declare("q")
    owner.publish("q", "m")
    channel.declare("mine", exclusive=True)
    channel.get("q")
    done = rig.do(ask.DeleteUser("ada"))
    assert closes(done) == [(2, "CONNECTION_FORCED - user 'ada' is deleted")]
    assert not of(effects.ConnectionClosed, done)[0].by_command
    assert rig.waiting("q") == ["m"]
    assert "mine" not in rig.vhost.queues
    with pytest.raises(LookupError, match="Not Found"):
        rig.do(ask.DeleteUser("ada"))


def test_a_user_who_is_added_again_keeps_permissions_and_gets_a_password(rig):
    rig.do(ask.AddUser("ada", "new", ("monitoring",)))
    assert rig.broker.access.admits("ada", "new")
    assert rig.broker.access.user("ada").tags == ("monitoring",)
    assert rig.broker.access.permissions("ada", "/") is not None
    rig.do(ask.ChangePassword("ada", "newer"))
    assert rig.broker.access.user("ada").tags == ("monitoring",)
    assert not rig.broker.access.admits("ada", "new")


def test_a_deleted_vhost_takes_everything_along(rig):
    rig.do(ask.AddVirtualHost("shop"))
    rig.do(ask.SetPermissions("ada", "shop", "", "", ""))
    rig.do(ask.Connect(1))
    rig.do(ask.Login(1, "guest", "guest"))
    rig.do(ask.OpenConnection(1, "shop"))
    rig.do(ask.OpenChannel((1, 1)))
    rig.do(ask.DeclareQueue((1, 1), "q", arguments={"x-expires": 1000, "x-message-ttl": 500}))
    rig.do(ask.DeclareQueue((1, 1), "mine", exclusive=True))
    rig.do(ask.Consume((1, 1), "q", "c"))
    elsewhere = rig.channel()
    done = rig.do(ask.DeleteVirtualHost("shop"))
    assert closes(done) == [(1, "CONNECTION_FORCED - vhost 'shop' is deleted")]
    assert not of(effects.ConsumerCancelled, done)
    assert list(rig.broker.vhosts) == ["/"]
    assert rig.broker.next_deadline() is None
    elsewhere.declare("q")
    with pytest.raises(LookupError, match="Not Found"):
        rig.do(ask.DeleteVirtualHost("shop"))
    rig.do(ask.AddVirtualHost("shop"))
    assert rig.broker.access.permissions("ada", "shop") is None


def test_adding_a_vhost_that_is_there_changes_nothing(rig):
    rig.channel().declare("q")
    rig.do(ask.AddVirtualHost("/"))
    assert "q" in rig.vhost.queues


def test_a_full_vhost_lets_nobody_in(rig):
    rig.do(ask.SetVirtualHostLimit("/", "max-connections", 1))
    rig.connection()
    rig.do(ask.Connect(2))
    rig.do(ask.Login(2, "ada", "guest"))
    assert refusal(rig.do(ask.OpenConnection(2, "/"))) == (
        "NOT_ALLOWED - access to vhost '/' refused for user 'ada': connection limit (1) is reached"
    )
    rig.do(ask.SetVirtualHostLimit("/", "max-connections", None))
    rig.connection()


def test_limits_that_make_no_sense_change_nothing(rig):
    with pytest.raises(ValueError, match="Validation failed"):
        rig.do(ask.SetVirtualHostLimit("/", "max-channels", 1))
    with pytest.raises(ValueError, match="Unrecognised terms"):
        rig.do(ask.SetUserLimit("ada", "max-queues", 1))
    with pytest.raises(LookupError, match="vhost_not_found"):
        rig.do(ask.SetVirtualHostLimit("shop", "max-queues", 1))
    with pytest.raises(LookupError, match="no_such_user"):
        rig.do(ask.SetUserLimit("ben", "max-channels", 1))
    assert rig.vhost.limits == {}
    assert rig.broker.access.user("ada").limits == {}


def test_a_users_channels_are_counted_over_all_connections(rig):
    one, two = rig.connection("ada"), rig.connection("ada")
    rig.channel(one)
    rig.do(ask.SetUserLimit("ada", "max-channels", 1))
    done = rig.do(ask.OpenChannel((two, 1)))
    assert refusal(done).startswith("NOT_ALLOWED - number of channels opened for user ")
    assert list(rig.broker.connections) == [one]
    rig.do(ask.SetUserLimit("ada", "max-channels", None))
    rig.channel(one)


def test_a_users_connections_are_counted(rig):
    rig.connection("ada")
    rig.do(ask.SetUserLimit("ada", "max-connections", 1))
    rig.do(ask.Connect(2))
    rig.do(ask.Login(2, "ada", "guest"))
    assert refusal(rig.do(ask.OpenConnection(2, "/"))) == (
        "NOT_ALLOWED - connection refused for user 'ada': user connection limit (1) is reached"
    )


def test_permissions_need_user_and_vhost(rig):
    for username, vhost in (("ben", "/"), ("ada", "shop")):
        with pytest.raises(LookupError, match="vhost_or_user_not_found"):
            rig.do(ask.SetPermissions(username, vhost, "", "", ""))
        with pytest.raises(LookupError, match="vhost_or_user_not_found"):
            rig.do(ask.SetTopicPermissions(username, vhost, "amq.topic", "", ""))
        with pytest.raises(LookupError, match="Not Found"):
            rig.do(ask.ClearPermissions(username, vhost))
        with pytest.raises(LookupError, match="Not Found"):
            rig.do(ask.ClearTopicPermissions(username, vhost))


def test_an_invalid_expression_leaves_what_was_there(rig):
    with pytest.raises(ValueError, match="invalid_regexp"):
        rig.do(ask.SetPermissions("ada", "/", "ok", "*", ""))
    assert rig.broker.access.permissions("ada", "/").configure.text == ".*"


def test_who_lost_the_permissions_may_not_come_in_and_do_nothing(rig):
    channel = rig.channel(rig.connection("ada"))
    rig.do(ask.ClearPermissions("ada", "/"))
    assert refusal(channel.declare("q")).startswith("ACCESS_REFUSED - ")
    rig.do(ask.Connect(2))
    rig.do(ask.Login(2, "ada", "guest"))
    assert refusal(rig.do(ask.OpenConnection(2, "/"))) == "NOT_ALLOWED - access to vhost '/' refused for user 'ada'"
    with pytest.raises(LookupError, match="Not Found"):
        rig.do(ask.ClearPermissions("ada", "/"))


def test_who_might_do_everything_is_looked_at_from_then_on(rig):
    channel = rig.channel()
    channel.declare("q")
    assert rig.broker.channels[channel.key].guard is None
    rig.do(ask.SetPermissions("guest", "/", "", "amq.default", ""))
    channel.publish("q", "m")
    assert rig.waiting("q") == ["m"]
    assert refusal(channel.get("q")).startswith("ACCESS_REFUSED - ")


def test_topic_permissions_restrict_who_might_do_everything(rig):
    channel = rig.channel()
    rig.do(ask.SetTopicPermissions("guest", "/", "amq.topic", "^k", ""))
    channel.publish("key", "m", exchange="amq.topic")
    rig.do(ask.ClearTopicPermissions("guest", "/", "amq.topic"))
    channel.publish("other", "m", exchange="amq.topic")
    rig.do(ask.SetTopicPermissions("guest", "/", "amq.topic", "^k", ""))
    rig.advance(1000)
    assert "topic 'other'" in refusal(channel.publish("other", "m", exchange="amq.topic"))


def test_topic_permissions_are_cleared_one_by_one_or_all(rig):
    for exchange in ("amq.topic", "amq.direct"):
        rig.do(ask.SetTopicPermissions("ada", "/", exchange, "", ""))
    rig.do(ask.ClearTopicPermissions("ada", "/", "amq.direct"))
    assert list(rig.broker.access.user("ada").topic_permissions) == [("/", "amq.topic")]
    rig.do(ask.ClearTopicPermissions("ada", "/"))
    assert rig.broker.access.user("ada").topic_permissions == {}


def test_only_the_latest_wants_an_exchange_for_topic_permissions():
    for version, wants in (("4.0", False), ("4.3", True)):
        rig = Rig(version, users={"guest": "guest"})
        command = ask.SetTopicPermissions("guest", "/", "missing", "", "")
        if wants:
            with pytest.raises(ValueError, match=r'\["no_such_exchange", "missing"\]'):
                rig.do(command)
        else:
            rig.do(command)


def test_anybody_is_let_in_beside_those_who_are_known():
    rig = Rig()
    rig.connection("whoever")
    rig.do(ask.AddUser("ada", "guest"))
    rig.do(ask.SetPermissions("ada", "/", "", "", ""))
    assert refusal(rig.channel(rig.connection("ada")).declare("q")).startswith("ACCESS_REFUSED - ")
    assert refusal(rig.channel(rig.connection("ben")).declare("q")) is None


def test_a_protected_virtual_host_is_not_deleted_until_it_is_protected_no_more(rig):
    rig.do(ask.DescribeVirtualHost("/", "shop", ("a",), protected=True))
    with pytest.raises(ValueError, match="Refusing to delete virtual host '/' because it is protected from deletion"):
        rig.do(ask.DeleteVirtualHost("/"))
    rig.do(ask.DescribeVirtualHost("/", protected=False))
    assert (rig.vhost.description, rig.vhost.tags) == ("shop", ("a",))
    rig.do(ask.DeleteVirtualHost("/"))
    assert rig.broker.vhosts == {}


def test_a_virtual_host_that_is_not_there_cannot_be_described(rig):
    with pytest.raises(LookupError, match="Not Found"):
        rig.do(ask.DescribeVirtualHost("nope", "shop"))


def test_a_user_may_be_added_with_the_hash_of_a_password(rig):
    rig.do(ask.AddUser("bob", PasswordHash.of("s3cret", b"salt")))
    assert rig.broker.access.admits("bob", "s3cret")
    assert not rig.broker.access.admits("bob", "other")
