"""Queues that expire."""

from ..play import Play
from ..scenario import scenario


@scenario()
def unused_queue_expires(play: Play) -> None:
    """A queue with x-expires goes after that time without use."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-expires": 300})
    play.advance(0.6)
    ch.queue_declare("q", passive=True)


@scenario()
def declaring_and_getting_are_uses(play: Play) -> None:
    """A declare, also a passive one, and a get, also an empty one, start the time anew."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-expires": 800})
    play.advance(0.5)
    ch.queue_declare("q", passive=True)
    play.advance(0.5)
    ch.basic_get("q")
    play.advance(0.5)
    ch.queue_declare("q", arguments={"x-expires": 800})
    play.advance(1.2)
    ch.queue_declare("q", passive=True)


@scenario()
def publishing_purging_and_binding_are_no_uses(play: Play) -> None:
    """Publishing to a queue, purging and binding it do not keep it."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-expires": 1000})
    play.advance(0.5)
    with play.burst():
        ch.publish("", "q", "m")
        ch.queue_purge("q")
        ch.queue_bind("q", "amq.fanout")
    play.advance(0.7)
    ch.queue_declare("q", passive=True)


@scenario()
def consumed_queue_does_not_expire(play: Play) -> None:
    """While it has a consumer a queue stays; the time starts anew when the last one goes."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-expires": 500})
    ch.consume("q", "c")
    play.advance(0.8)
    ch.basic_cancel("c")
    play.advance(0.2)
    ch.queue_declare("q", passive=True)
    play.advance(0.9)
    ch.queue_declare("q", passive=True)


@scenario()
def messages_of_an_expired_queue_are_lost(play: Play) -> None:
    """An expired queue does not dead-letter its messages."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    arguments = {"x-expires": 300, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "graveyard"}
    ch.queue_declare("q", arguments=arguments)
    ch.publish("", "q", "m")
    play.advance(0.6)
    ch.queue_declare("graveyard", passive=True)
    ch.queue_declare("q", passive=True)


@scenario()
def quorum_queue_expires_in_the_end(play: Play) -> None:
    """An unused quorum queue goes too, some seconds after its time; a consumer keeps it."""
    ch = play.channel()
    for name in ("unused", "used"):
        ch.queue_declare(name, durable=True, arguments={"x-queue-type": "quorum", "x-expires": 2000})
    ch.consume("used", "c")
    play.advance(0.5)
    ch.queue_declare("unused", passive=True)
    play.advance(14)
    ch.queue_declare("used", passive=True)
    ch.queue_declare("unused", passive=True)
