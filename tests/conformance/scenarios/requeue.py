"""Messages that come back: their place and their redelivered flag."""

from ..play import Play
from ..scenario import scenario


@scenario()
def old_place_by_single_nacks(play: Play) -> None:
    """Requeued messages return to their original place, whatever the order of the returns."""
    ch = play.channel()
    ch.queue_declare("q")
    for body in "123456":
        ch.publish("", "q", body)
    for _ in range(4):
        ch.basic_get("q")
    for tag in (3, 1, 4, 2):
        ch.basic_nack(tag, requeue=True)
    ch.bodies("q")


@scenario()
def old_place_by_reject(play: Play) -> None:
    """basic.reject with requeue returns a message to the head."""
    ch = play.channel()
    ch.queue_declare("q")
    for body in "abc":
        ch.publish("", "q", body)
    ch.basic_get("q")
    ch.basic_get("q")
    ch.basic_reject(2, requeue=True)
    ch.drain("q")


@scenario()
def closing_the_channel_gives_back(play: Play) -> None:
    """Closing the channel requeues what it held, redelivered, at the old places."""
    ch = play.channel()
    ch.queue_declare("q")
    for body in "abc":
        ch.publish("", "q", body)
    ch.basic_get("q")
    ch.basic_get("q")
    ch.close()
    play.channel().drain("q")


@scenario()
def closing_the_connection_gives_back(play: Play) -> None:
    """The end of a connection requeues what its channels held."""
    other = play.connection("B")
    ch = other.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "a")
    ch.basic_get("q")
    other.close()
    play.channel().drain("q")


@scenario()
def channel_error_gives_back(play: Play) -> None:
    """A channel error requeues what the channel held."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "a")
    ch.basic_get("q")
    ch.queue_declare("missing", passive=True)
    play.channel().drain("q")


@scenario()
def recover_gives_back_to_the_consumer(play: Play) -> None:
    """recover requeues all unacknowledged messages of the channel; the consumer gets them again on new tags."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    ch.consume("q", "c")
    ch.basic_recover(requeue=True)
    ch.basic_ack(3)


@scenario()
def recover_gives_back_what_was_got(play: Play) -> None:
    """recover requeues got messages, too, and only those of its channel."""
    ch, other = play.channel(), play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    ch.basic_get("q")
    other.basic_get("q")
    ch.basic_recover(requeue=True)
    ch.drain("q")


@scenario()
def recover_without_requeue(play: Play) -> None:
    """recover with requeue false is not implemented and closes the connection."""
    ch = play.channel()
    ch.basic_recover(requeue=False)
    play.channel(on="B").is_still_open()


@scenario()
def endless_nack_alternates_between_consumers(play: Play) -> None:
    """A requeued message goes to the next consumer in turn."""
    one, two, publisher = play.channel(), play.channel(), play.channel()
    publisher.queue_declare("q")
    one.consume("q", "one")
    two.consume("q", "two")
    publisher.publish("", "q", "m")
    one.basic_nack(1, requeue=True)
    two.basic_nack(1, requeue=True)
    one.basic_ack(2)


@scenario()
def nacked_message_comes_back_to_the_only_consumer(play: Play) -> None:
    """With one consumer a requeued message comes back at once, redelivered, on a new tag."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.consume("q", "c")
    ch.publish("", "q", "m")
    ch.basic_nack(1, requeue=True)
    ch.basic_reject(2, requeue=True)


@scenario()
def redelivered_stays_with_the_message(play: Play) -> None:
    """Only messages that were delivered before are redelivered."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    ch.basic_get("q")
    ch.basic_nack(1, requeue=True)
    ch.drain("q")


@scenario()
def never_looked_at_but_prefetched(play: Play) -> None:
    """A delivered message is redelivered after its channel closed, though the client never acted on it."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.consume("q", "c")
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    ch.close()
    play.channel().drain("q")
