"""Commands are such as a client might send: most of them mean something."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from fakeamqp.model import commands as ask
from fakeamqp.model.profile import PROFILES
from fakeamqp.strategies import commands, messages, queue_arguments
from tests.support.rig import Rig, refusal

KEY = (1, 1)


@given(st.data(), st.sampled_from(("classic", "quorum")), st.sampled_from(list(PROFILES)))
@settings(max_examples=100)
def test_queue_arguments_are_accepted_by_every_version(data, kind, version):
    arguments = data.draw(queue_arguments(kind))
    channel = Rig(version).channel()
    assert refusal(channel.declare("q", arguments, durable=kind == "quorum")) is None
    assert kind == channel.rig.queue().KIND


@given(messages(exchanges=("amq.topic",)))
@settings(max_examples=100)
def test_messages_are_accepted_by_every_version(message):
    for version in PROFILES:
        rig = Rig(version)
        rig.channel()
        assert refusal(rig.do(ask.Publish(KEY, message.exchange, message.routing_key, message))) is None


@given(commands(KEY, queues=("here",), exchanges=("there",), tags=("who",)))
def test_commands_come_from_the_channel_and_speak_of_the_names_given(command):
    assert command.channel == KEY
    assert getattr(command, "queue", "") in ("", "here")
    assert getattr(command, "exchange", "") in ("", "there")
    assert getattr(command, "consumer_tag", "who") == "who"
