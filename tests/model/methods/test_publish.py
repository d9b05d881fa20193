"""basic.publish: what is refused in which order, returns and confirms. Recorded: `publish`, `confirms`, `cc_bcc`."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from fakeamqp.model.message import Message
from tests.support.rig import Rig, delivered, of, refusal

BAD = {"expiration": "soon", "user_id": "somebody", "headers": {"CC": "no list"}, "delivery_mode": 3}


@pytest.mark.parametrize(
    ("version", "left_out", "text"),
    [
        ("3.10", [], "user_id property set to 'somebody' but authenticated user was 'guest'"),
        ("3.10", ["user_id"], "invalid expiration 'soon': no_integer"),
        ("3.10", ["user_id", "expiration"], "CC"),
        ("3.10", ["user_id", "expiration", "headers"], "invalid message: {delivery_mode_unknown,3}"),
        ("4.3", [], "invalid expiration 'soon': no_integer"),
        ("4.3", ["expiration"], "CC"),
        ("4.3", ["expiration", "headers"], "user_id property set to 'somebody' but authenticated user was 'guest'"),
    ],
)
def test_properties_are_looked_at_in_the_order_of_the_version(version, left_out, text):
    properties = {name: value for name, value in BAD.items() if name not in left_out}
    refused = refusal(Rig(version).channel().publish("nowhere", "a", **properties)) or ""
    assert refused.startswith("PRECONDITION_FAILED - ")
    assert text in refused


def test_the_largest_body_is_fine_and_one_byte_more_is_not():
    rig = Rig()
    limit = rig.broker.profile.max_message_size
    channel = rig.channel()
    assert refusal(channel(ask.Publish, "missing", "", Message("missing", "", {}, bytes(limit + 1)))) == (
        f"PRECONDITION_FAILED - message size {limit + 1} is larger than configured max size {limit}"
    ), "before the exchange is looked at"
    assert refusal(rig.channel()(ask.Publish, "", "", Message("", "", {}, bytes(limit)))) is None


def test_immediate_is_refused_before_everything_else():
    channel = Rig().channel()
    assert refusal(channel(ask.Publish, "missing", "", Message("missing", ""), False, True)) == (
        "NOT_IMPLEMENTED - immediate=true"
    )


def test_a_mandatory_message_that_goes_nowhere_comes_back_before_it_is_confirmed():
    channel = Rig().channel()
    channel(ask.SelectConfirms)
    done = channel.publish("nowhere", "a", mandatory=True)
    assert [type(effect) for effect in done] == [effects.Dropped, effects.Returned, effects.Confirmed]
    assert (done[1].reply_code, done[1].reply_text, done[1].routing_key) == (312, "NO_ROUTE", "nowhere")
    assert not of(effects.Returned, channel.publish("nowhere", "a"))


def test_a_mandatory_message_that_is_refused_does_not_come_back():
    channel = Rig().channel()
    channel.declare("q", {"x-max-length": 0, "x-overflow": "reject-publish"})
    assert not of(effects.Returned, channel.publish("q", "a", mandatory=True))


def test_confirms_count_from_one_for_each_channel():
    rig = Rig()
    channel, other = rig.channel(), rig.channel()
    channel.publish("q", "not counted")
    for each in (channel, other, channel):
        each(ask.SelectConfirms)
    done = channel.publish("q", "a", "b") + other.publish("q", "c")
    assert [(each.channel, each.delivery_tag) for each in of(effects.Confirmed, done)] == [
        (channel.key, 1),
        (channel.key, 2),
        (other.key, 1),
    ]


def test_copies_go_where_the_headers_say_and_bcc_is_not_told():
    rig = Rig()
    channel = rig.channel()
    for name in ("q", "r", "s"):
        channel.declare(name)
    channel.publish("q", "a", headers={"CC": ["r"], "BCC": ["s"], "own": 1})
    assert [rig.waiting(name) for name in ("q", "r", "s")] == [["a"]] * 3
    assert rig.queue("s").ready.head().message.headers == {"CC": ["r"], "own": 1}


@pytest.mark.parametrize(
    ("version", "shown", "order"), [("3.10", "+060", ["b", "a"]), ("4.0", "60", ["a", "b"]), ("4.3", "60", ["a", "b"])]
)
def test_properties_come_back_as_the_version_has_them(version, shown, order):
    channel = Rig(version).channel()
    channel.declare()
    channel.publish("q", "a", expiration="+060", headers={"b": 1, "a": 2})
    (got,) = of(effects.GetOk, channel.get())
    assert got.message.properties["expiration"] == shown
    assert list(got.message.headers) == order


def test_a_message_without_a_client_need_not_be_who_it_says():
    rig = Rig()
    channel = rig.channel()
    channel.declare()
    rig.do(ask.Inject("/", Message("", "q", {"user_id": "anybody", "reply_to": "amq.rabbitmq.reply-to"}, b"a")))
    assert delivered(channel.get()) == ["a"]


def test_a_message_that_every_queue_takes_is_confirmed():
    channel = Rig().channel()
    for name in ("q", "r"):
        channel.declare(name)
        channel.bind(name, "amq.fanout")
    channel(ask.SelectConfirms)
    done = channel.publish("k", "a", exchange="amq.fanout")
    assert [type(effect) for effect in done] == [effects.Routed, effects.Confirmed]


@pytest.mark.parametrize(
    ("version", "left_out", "text"),
    [
        ("3.10", [], "to topic 'a'"),
        ("4.3", [], "invalid expiration 'soon': no_integer"),
        ("4.3", ["expiration"], "CC"),
        ("4.3", ["expiration", "headers"], "to topic 'a'"),
    ],
)
def test_the_permission_for_a_key_is_looked_at_between_properties_or_before_them(version, left_out, text):
    rig = Rig(version, users={"guest": "guest"})
    rig.do(ask.SetTopicPermissions("guest", "/", "amq.topic", "", ""))
    properties = {name: value for name, value in BAD.items() if name not in left_out}
    assert text in (refusal(rig.channel().publish("a", exchange="amq.topic", **properties)) or "")


@pytest.mark.parametrize(("version", "refused"), [("3.10", False), ("4.0", True)])
def test_keys_of_copies_need_the_permission_from_4_0_on(version, refused):
    rig = Rig(version, users={"guest": "guest"})
    rig.do(ask.SetTopicPermissions("guest", "/", "amq.topic", "a", ""))
    done = rig.channel().publish("a", exchange="amq.topic", headers={"BCC": ["b"]})
    assert ("to topic 'b'" in (refusal(done) or "")) is refused


def test_the_permission_comes_after_the_size_and_before_the_exchange():
    rig = Rig("4.3", users={"guest": "guest"})
    rig.do(ask.SetPermissions("guest", "/", "", "", ""))
    large = Message("missing", "a", {}, bytes(16 * 1024 * 1024 + 1))
    assert "message size" in (refusal(rig.channel()(ask.Publish, "missing", "a", large)) or "")
    assert "write access to exchange 'missing'" in (refusal(rig.channel().publish("a", exchange="missing")) or "")
