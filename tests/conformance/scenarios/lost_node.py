"""A cluster of two nodes: the one where a queue lives goes down, the one that the client is connected to goes on."""

from __future__ import annotations

from typing import Any

from ..play import Play
from ..scenario import scenario

DURABLE: dict[str, Any] = {"durable": True}
PERSISTENT = 2


def ask_everything(play: Play, queue: str = "q", **declared: Any) -> None:
    """Each method that names a queue, on a channel of its own: most of them end it."""
    for asked in (
        lambda ch: ch.queue_declare(queue, passive=True),
        lambda ch: ch.queue_declare(queue, **declared),
        lambda ch: ch.queue_declare(queue, **{**declared, "auto_delete": True}),
        lambda ch: ch.queue_declare(queue, **{**declared, "arguments": {"x-max-length": 3}}),
        lambda ch: ch.queue_declare(queue, **{**declared, "exclusive": True}),
        lambda ch: ch.basic_get(queue),
        lambda ch: ch.consume(queue),
        lambda ch: ch.consume(queue, exclusive=True),
        lambda ch: ch.consume(queue, arguments={"x-priority": "high"}),
        lambda ch: ch.queue_bind(queue, "amq.direct", "new"),
        lambda ch: ch.queue_bind(queue, "amq.direct", "key"),
        lambda ch: ch.queue_unbind(queue, "amq.direct", "key"),
        lambda ch: ch.queue_unbind(queue, "amq.direct", "never"),
        lambda ch: ch.queue_purge(queue),
    ):
        asked(play.channel())


@scenario(cluster=True)
def every_method(play: Play) -> None:
    """The home node of a durable classic queue is stopped: what asks for it closes the channel with 404, before
    anything else of it is looked at; from 4.0 on it is bound and unbound as ever. What is persistent comes back."""
    play.declare_elsewhere("q", **DURABLE)
    ch = play.channel()
    ch.confirm_delivery()
    ch.queue_bind("q", "amq.direct", "key")
    ch.publish("", "q", "kept", delivery_mode=PERSISTENT)
    ch.publish("", "q", "transient")
    play.lose("q")
    ask_everything(play, **DURABLE)
    play.restore("q")
    ask_everything(play, **DURABLE)


@scenario(cluster=True)
def deletion(play: Play) -> None:
    """A lost queue that is deleted closes the channel with 404, from 4.0 on the connection with 541, and comes back."""
    names = ("busy", "empty", "plain", "used")
    for name in names:
        play.declare_elsewhere(name, **DURABLE)
    ch = play.channel()
    ch.confirm_delivery()
    ch.publish("", "busy", "kept", delivery_mode=PERSISTENT)
    ch.publish("", "plain", "kept", delivery_mode=PERSISTENT)
    ch.queue_bind("plain", "amq.direct", "key")
    ch.consume("used", "C")
    play.lose(*names)
    play.channel(on="B").queue_delete("busy", if_empty=True)
    play.channel(on="C").queue_delete("empty", if_empty=True)
    play.channel(on="D").queue_delete("used", if_unused=True)
    play.channel(on="E").queue_delete("plain")
    ch.publish("amq.direct", "key", "to nobody", mandatory=True)
    play.channel(on="F").queue_declare("plain", **DURABLE)
    play.restore(*names)
    for name in names:
        play.channel().queue_declare(name, passive=True)


@scenario(cluster=True)
def publishes(play: Play) -> None:
    """A publish to a lost queue is lost. On 3.10 it reaches nothing, so mandatory is returned, and confirmed; from 4.0
    on it is not returned, and nacked, though other queues have it."""
    play.declare_elsewhere("q", **DURABLE)
    ch = play.channel()
    ch.queue_declare("here", durable=True)
    ch.queue_bind("q", "amq.direct", "key")
    for queue in ("q", "here"):
        ch.queue_bind(queue, "amq.fanout")
    confirming = play.channel()
    confirming.confirm_delivery()
    confirming.publish("", "q", "before", delivery_mode=PERSISTENT)
    play.lose("q")
    for one in (ch, confirming):
        one.publish("", "q", "lost", delivery_mode=PERSISTENT)
        one.publish("", "q", "mandatory", mandatory=True)
        one.publish("amq.direct", "key", "by a binding")
        one.publish("amq.direct", "key", "mandatory by a binding", mandatory=True)
        one.publish("amq.fanout", "", "to two")
        one.publish("amq.fanout", "", "mandatory to two", mandatory=True)
    ch.bodies("here")
    play.restore("q")
    for one in (ch, confirming):
        one.publish("", "q", "afterwards")
        one.publish("amq.direct", "key", "afterwards by a binding")
    ch.bodies("q")


@scenario(cluster=True)
def consumers(play: Play) -> None:
    """Consumers of a lost queue are cancelled. Its deliveries may be settled once, and nothing comes of it: all are
    ready when the node is back, on 4.3 without a sign of it."""
    play.declare_elsewhere("q", **DURABLE)
    ch = play.channel()
    ch.basic_qos(prefetch_count=3)
    ch.consume("q", "C")
    ch.confirm_delivery()
    for body in "abcd":
        ch.publish("", "q", body, delivery_mode=PERSISTENT)
    got = play.channel()
    got.basic_get("q")
    other = play.channel()
    other.consume("q", "D")
    play.lose("q")
    ch.basic_ack(1)
    ch.basic_nack(2)
    ch.basic_cancel("C")
    got.basic_reject(1)
    other.consume("q", "D")
    play.restore("q")
    got.queue_declare("q", passive=True)
    play.channel().consume("q", "C")
    ch.basic_ack(3)
    ch.basic_ack(3)


@scenario(cluster=True)
def transient(play: Play) -> None:
    """A transient queue is gone with its node, and its bindings; on 4.3 it seems lost like a durable one, and is gone
    when the node is back."""
    play.declare_elsewhere("q")
    ch = play.channel()
    ch.queue_bind("q", "amq.direct", "key")
    ch.confirm_delivery()
    ch.publish("", "q", "m", delivery_mode=PERSISTENT)
    ch.publish("", "q", "n", delivery_mode=PERSISTENT)
    ch.basic_qos(prefetch_count=1)
    ch.consume("q", "C")
    play.lose("q")
    ch.basic_ack(1)
    ch.publish("amq.direct", "key", "by a binding", mandatory=True)
    ch.publish("", "q", "by its name", mandatory=True)
    play.channel().queue_declare("q", passive=True)
    play.channel().queue_declare("q")
    play.channel().basic_get("q")
    play.restore("q")
    play.channel().queue_declare("q", passive=True)
    ch.publish("amq.direct", "key", "afterwards", mandatory=True)


@scenario(cluster=True)
def transient_deletion(play: Play) -> None:
    """A transient queue whose node is stopped, deleted, bound, unbound and purged: it is gone, or on 4.3 lost."""
    play.declare_elsewhere("q")
    play.lose("q")
    play.channel().queue_delete("q")
    play.channel(on="B").queue_bind("q", "amq.direct", "key")
    play.channel(on="B").queue_unbind("q", "amq.direct", "key")
    play.channel(on="B").queue_purge("q")
    play.restore("q")
    play.channel(on="B").queue_declare("q", passive=True)


@scenario(cluster=True)
def several_consumers(play: Play) -> None:
    """A channel is told of its consumers in the order of their tags. No auto-delete queue goes with them, and the next
    single active consumer is the first to come."""
    play.declare_elsewhere("q", **DURABLE)
    play.declare_elsewhere("gone with its consumers", durable=True, auto_delete=True)
    play.declare_elsewhere("single", durable=True, arguments={"x-single-active-consumer": True})
    ch = play.channel()
    for tag in "zay":
        ch.consume("q", tag)
    play.channel().consume("gone with its consumers")
    single = play.channel()
    single.consume("single", "second")
    single.consume("single", "first")
    names = ("q", "gone with its consumers", "single")
    play.lose(*names)
    play.restore(*names)
    ch = play.channel()
    ch.queue_declare("gone with its consumers", passive=True)
    ch.consume("single", "third")
    ch.publish("", "single", "m")


@scenario(cluster=True)
def time_goes_on(play: Play) -> None:
    """Messages of a lost queue expire when it is back, and x-expires counts from then."""
    dead = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "here"}
    play.declare_elsewhere("q", durable=True, arguments={"x-message-ttl": 15_000, **dead})
    play.declare_elsewhere("unused", durable=True, arguments={"x-expires": 15_000})
    ch = play.channel()
    ch.queue_declare("here", durable=True)
    ch.confirm_delivery()
    ch.publish("", "q", "m", delivery_mode=PERSISTENT)
    play.lose("q", "unused")
    play.advance(16)
    ch.bodies("here")
    play.restore("q", "unused")
    ch.bodies("here")
    ch.queue_declare("q", passive=True)
    play.channel().queue_declare("unused", passive=True)
    play.advance(16)
    play.channel().queue_declare("unused", passive=True)


@scenario(cluster=True)
def dead_letters(play: Play) -> None:
    """Dead letters for a lost queue are lost."""
    play.declare_elsewhere("q", **DURABLE)
    ch = play.channel()
    ch.queue_declare("here", durable=True, arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "q"})
    ch.publish("", "here", "m", delivery_mode=PERSISTENT)
    play.lose("q")
    ch.basic_get("here")
    ch.basic_reject(1, requeue=False)
    ch.queue_declare("here", passive=True)
    play.restore("q")
    ch.queue_declare("q", passive=True)


@scenario(cluster=True)
def transactions(play: Play) -> None:
    """A commit to a lost queue fails from 4.0 on, on 3.10 not; what it settled comes to nothing."""
    play.declare_elsewhere("q", **DURABLE)
    ch = play.channel()
    ch.queue_declare("here", durable=True)
    ch.publish("", "q", "before", delivery_mode=PERSISTENT)
    ch.tx_select()
    ch.publish("", "q", "first", delivery_mode=PERSISTENT)
    ch.publish("", "here", "first")
    ch.tx_commit()
    ch.basic_get("q")
    ch.publish("", "q", "second", delivery_mode=PERSISTENT)
    ch.publish("", "here", "second")
    ch.basic_ack(1)
    play.lose("q")
    ch.tx_commit()
    play.restore("q")
    other = play.channel()
    other.queue_declare("q", passive=True)
    other.queue_declare("here", passive=True)
