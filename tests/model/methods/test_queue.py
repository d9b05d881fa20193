"""Declaring, binding, purging and deleting queues. Texts are recorded: the areas `queues`, `exclusive`, `bindings`."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from tests.support.rig import Rig, of, refusal


@pytest.fixture
def rig() -> Rig:
    return Rig()


def locked(name: str) -> str:
    return f"RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '{name}' in vhost '/'."


def test_a_declaration_tells_what_is_ready_and_who_consumes(rig):
    channel = rig.channel()
    channel.declare()
    channel.publish("q", *"abc")
    channel.get()
    assert channel.declare() == [effects.DeclareQueueOk(channel.key, "q", 2, 0)]
    channel(ask.Qos, prefetch_count=1)
    channel.consume()
    assert channel.declare(passive=True) == [effects.DeclareQueueOk(channel.key, "q", 1, 1)]


def test_a_queue_without_a_name_gets_a_new_one_each_time(rig):
    channel = rig.channel()
    (first,), (second,) = channel.declare(""), channel.declare("")
    assert first.queue.startswith("amq.gen-")
    assert first.queue != second.queue
    assert refusal(channel.declare(first.queue, passive=True)) is None
    assert refusal(channel.declare(first.queue)) == (
        f"ACCESS_REFUSED - queue name '{first.queue}' contains reserved prefix 'amq.*'"
    )


def test_passive_finds_what_is_there_and_makes_nothing(rig):
    assert refusal(rig.channel().declare(passive=True)) == "NOT_FOUND - no queue 'q' in vhost '/'"
    assert refusal(rig.channel().declare("", passive=True)) == "NOT_FOUND - no queue '' in vhost '/'"
    assert rig.vhost.queues == {}


@pytest.mark.parametrize(
    "use",
    [
        lambda channel: channel.declare("q", exclusive=True),
        lambda channel: channel.declare("q", passive=True),
        lambda channel: channel.declare("q", {"x-expires": -1}, exclusive=True),
        lambda channel: channel.bind("q", "amq.fanout"),
        lambda channel: channel(ask.PurgeQueue, "q"),
        lambda channel: channel(ask.DeleteQueue, "q"),
        lambda channel: channel.get(),
        lambda channel: channel.consume(),
    ],
)
def test_an_exclusive_queue_is_for_its_own_connection(rig, use):
    owner = rig.channel()
    owner.declare("q", exclusive=True, durable=True)
    assert not rig.queue().durable
    assert (refusal(use(rig.channel())) or "").startswith(locked("q"))
    assert refusal(rig.channel().publish("q", "a")) is None
    assert refusal(rig.channel(owner.key[0]).declare("q", exclusive=True)) is None


def test_exclusivity_itself_does_not_change(rig):
    channel = rig.channel()
    channel.declare("q")
    channel.declare("own", exclusive=True)
    assert (refusal(rig.channel(channel.key[0]).declare("q", exclusive=True)) or "").startswith(locked("q"))
    assert (refusal(rig.channel(channel.key[0]).declare("own")) or "").startswith(locked("own"))


def test_a_binding_of_a_foreign_queue_is_refused_for_the_exchange_first(rig):
    rig.channel().declare("q", exclusive=True)
    assert refusal(rig.channel().bind("q", "none")) == "NOT_FOUND - no exchange 'none' in vhost '/'"
    assert refusal(rig.channel().bind("none", "amq.topic")) == "NOT_FOUND - no queue 'none' in vhost '/'"


def test_unbinding_looks_at_the_queue_only_if_there_is_such_a_binding(rig):
    owner = rig.channel()
    owner.declare("q", exclusive=True)
    owner.bind("q", "amq.direct", "k")
    (ok,) = rig.channel()(ask.UnbindQueue, "q", "amq.direct", "other")
    assert isinstance(ok, effects.UnbindQueueOk)
    assert (refusal(rig.channel()(ask.UnbindQueue, "q", "amq.direct", "k")) or "").startswith(locked("q"))
    assert len(list(rig.vhost.incoming())) == 1


def test_with_both_names_left_empty_the_current_queue_is_its_own_key(rig):
    channel = rig.channel()
    channel.declare()
    channel.bind("", "amq.direct")
    channel.bind("q", "amq.direct")
    channel.bind("", "amq.direct", "k")
    assert [binding.routing_key for binding in rig.vhost.incoming()] == ["q", "", "k"]


def test_purging_tells_how_many_there_were(rig):
    channel = rig.channel()
    channel.declare()
    channel.publish("q", "a", "b")
    assert of(effects.PurgeQueueOk, channel(ask.PurgeQueue, ""))[0].message_count == 2
    assert refusal(channel(ask.PurgeQueue, "missing")) == "NOT_FOUND - no queue 'missing' in vhost '/'"


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        ({"if_empty": True}, "PRECONDITION_FAILED - queue 'q' in vhost '/' not empty"),
        ({"if_unused": True}, "PRECONDITION_FAILED - queue 'q' in vhost '/' in use"),
    ],
)
def test_a_queue_in_use_is_deleted_without_conditions_alone(rig, flags, text):
    channel = rig.channel()
    channel.declare()
    channel(ask.Qos, prefetch_count=1)
    channel.consume()
    channel.publish("q", "unacked", "ready")
    assert refusal(rig.channel()(ask.DeleteQueue, "q", **flags)) == text
    ok, *_ = rig.channel()(ask.DeleteQueue, "q")
    assert ok.message_count == 1


def test_what_is_unacked_alone_does_not_keep_a_queue(rig):
    channel = rig.channel()
    channel.declare()
    channel.publish("q", "a")
    channel.get()
    assert refusal(channel(ask.DeleteQueue, "q", if_unused=True, if_empty=True)) is None


def test_deleting_what_is_not_there_is_fine(rig):
    channel = rig.channel()
    assert channel(ask.DeleteQueue, "q", if_empty=True) == [effects.DeleteQueueOk(channel.key, 0)]


def test_the_answer_comes_before_consumers_are_told(rig):
    channel = rig.channel()
    channel.declare()
    channel.consume()
    assert [type(effect) for effect in channel(ask.DeleteQueue, "q")] == [
        effects.DeleteQueueOk,
        effects.QueueDeleted,
        effects.ConsumerCancelled,
    ]


def restricted(version: str, configure: str = "", write: str = "", read: str = "") -> Rig:
    rig = Rig(version, users={"guest": "guest"})
    rig.do(ask.SetPermissions("guest", "/", configure, write, read))
    return rig


@pytest.mark.parametrize(
    ("version", "text"), [("3.10", "queue limit"), ("4.0", "to queue 'q'"), ("4.3", "to queue 'q'")]
)
def test_the_queue_limit_comes_before_or_after_what_dead_letters_need(version, text):
    rig = restricted(version, "q")
    rig.do(ask.SetVirtualHostLimit("/", "max-queues", 0))
    assert text in (refusal(rig.channel().declare("q", {"x-dead-letter-exchange": "dlx"})) or "")
    assert "to queue 'r'" in (refusal(rig.channel().declare("r")) or "")


def test_queues_that_are_there_do_not_mind_the_limit():
    rig = Rig()
    channel = rig.channel()
    channel.declare("q")
    rig.do(ask.SetVirtualHostLimit("/", "max-queues", 1))
    assert refusal(channel.declare("q")) is None
    assert refusal(channel.declare("r")) == (
        "PRECONDITION_FAILED - cannot declare queue 'r': queue limit in vhost '/' (1) is reached"
    )


@pytest.mark.parametrize(
    ("method", "right"),
    [
        (lambda channel: channel.declare("missing"), "configure"),
        (lambda channel: channel(ask.DeleteQueue, "missing"), "configure"),
        (lambda channel: channel(ask.PurgeQueue, "missing"), "read"),
        (lambda channel: channel.get("missing"), "read"),
        (lambda channel: channel.consume("missing"), "read"),
        (lambda channel: channel.bind("missing", "amq.direct"), "write"),
        (lambda channel: channel(ask.UnbindQueue, "missing", "amq.direct"), "write"),
        (lambda channel: channel(ask.DeclareQueue, "missing", passive=True), "configure"),
    ],
)
def test_the_permission_is_looked_at_before_anything_is_found_missing(method, right):
    refused = refusal(method(restricted("4.3").channel()))
    assert refused == f"ACCESS_REFUSED - {right} access to queue 'missing' in vhost '/' refused for user 'guest'"


@pytest.mark.parametrize("version", ["3.10", "4.0"])
def test_a_look_needs_no_permission_before_4_3(version):
    assert "NOT_FOUND" in (refusal(restricted(version).channel()(ask.DeclareQueue, "missing", passive=True)) or "")


def test_binding_needs_write_then_read_then_the_key():
    rig = restricted("4.3", "", "^q$", "")
    assert "read access to exchange 'amq.topic'" in (refusal(rig.channel().bind("q", "amq.topic", "k")) or "")
    assert "default exchange" in (refusal(rig.channel().bind("q", "", "k")) or "")
    rig = restricted("4.3", "", "^q$", "amq")
    rig.do(ask.SetTopicPermissions("guest", "/", "amq.topic", "", ""))
    assert "read access to topic 'k'" in (refusal(rig.channel().bind("q", "amq.topic", "k")) or "")
