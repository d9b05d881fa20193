"""Consumers that end."""

from ..play import Play
from ..scenario import scenario


@scenario()
def cancelled_consumer_gets_nothing_more(play: Play) -> None:
    """After a cancel messages stay in the queue."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.consume("q", "c")
    ch.basic_cancel("c")
    ch.publish("", "q", "a")
    ch.queue_declare("q", passive=True)


@scenario()
def deleted_queue_cancels_its_consumers(play: Play) -> None:
    """A consumer is told when its queue is deleted; its channel goes on."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.consume("q", "c")
    play.channel().queue_delete("q")
    ch.is_still_open()
    ch.queue_declare("q")
    ch.consume("q", "c")


@scenario()
def deleting_from_the_consumers_own_channel(play: Play) -> None:
    """Deleting the queue on the consumer's channel cancels it as well."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.consume("q", "c")
    ch.queue_delete("q")


@scenario()
def expired_queue_cancels_nobody(play: Play) -> None:
    """A queue with a consumer does not expire, so nobody is cancelled."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-expires": 300})
    ch.consume("q", "c")
    play.advance(0.6)
    ch.queue_declare("q", passive=True)


@scenario()
def client_that_does_not_want_to_know(play: Play) -> None:
    """A client that did not announce consumer_cancel_notify is told nothing."""
    quiet = play.connection("B", client_properties={"capabilities": {"consumer_cancel_notify": False}})
    ch = quiet.channel()
    ch.queue_declare("q")
    ch.consume("q", "c")
    play.channel().queue_delete("q")
    ch.is_still_open()


@scenario()
def exclusive_queue_of_another_channel(play: Play) -> None:
    """Each consumer of a deleted queue is told, on every channel."""
    one, two = play.channel(), play.channel()
    one.queue_declare("q", exclusive=True)
    one.consume("q", "one")
    two.consume("q", "two")
    one.queue_delete("q")


@scenario()
def unknown_tag(play: Play) -> None:
    """Cancelling an unknown tag does no harm."""
    ch = play.channel()
    ch.basic_cancel("nobody")
    ch.is_still_open()


@scenario()
def cancellations_go_by_tag(play: Play) -> None:
    """When a queue is deleted, a channel tells of its consumers in the order of their tags, not of their start."""
    ch = play.channel()
    ch.queue_declare("q")
    for tag in ("m", "b", "Z", "é", "a10", "a9"):
        ch.consume("q", tag)
    ch.queue_delete("q")
