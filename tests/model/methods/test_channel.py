"""Opening and closing channels."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from tests.support.rig import Rig


def test_a_channel_that_is_opened_anew_begins_anew():
    rig = Rig()
    channel = rig.channel()
    channel.declare()
    channel.publish("q", "a")
    channel.get()
    channel(ask.SelectConfirms)
    assert isinstance(channel.close()[-1], effects.ChannelCloseOk)
    assert [type(effect) for effect in rig.do(ask.OpenChannel(channel.key))] == [effects.ChannelOpened]
    (got,) = channel.get("q")
    assert got.delivery_tag == 1
    assert [type(effect) for effect in channel.publish("q", "b")] == [effects.Routed]


def test_a_channel_needs_a_connection_that_is_somewhere():
    rig = Rig()
    rig.do(ask.Connect(1))
    with pytest.raises(ValueError, match="has opened a virtual host"):
        rig.do(ask.OpenChannel((1, 1)))


@pytest.mark.parametrize(
    ("version", "text"),
    [
        ("3.10", "for user 'ada' has reached the maximum allowed user limit of (0)"),
        ("4.0", "for user 'rabbit@localhost' has reached the maximum allowed user limit of (0)"),
        ("4.3", "for user 'ada' has reached the maximum allowed user limit of 0"),
    ],
)
def test_a_user_has_so_many_channels_and_no_more(version, text):
    rig = Rig(version, users={"guest": "guest"})
    rig.do(ask.AddUser("ada", "guest"))
    rig.do(ask.SetPermissions("ada", "/", "", "", ""))
    rig.do(ask.SetUserLimit("ada", "max-channels", 0))
    number = rig.connection("ada")
    (closed,) = rig.do(ask.OpenChannel((number, 1)))
    assert closed.reply_text == f"NOT_ALLOWED - number of channels opened {text}"
    assert number not in rig.broker.connections


def test_only_who_is_restricted_is_guarded():
    rig = Rig(users={"guest": "guest"})
    rig.do(ask.AddUser("ada", "guest"))
    rig.do(ask.SetPermissions("ada", "/", ".*", ".*", ".*"))
    guest, ada = rig.channel(), rig.channel(rig.connection("ada"))
    assert rig.broker.channels[guest.key].guard is None
    assert rig.broker.channels[ada.key].guard is not None
