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
