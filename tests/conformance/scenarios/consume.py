"""Consuming: order, turns and tags."""

from ..play import Play
from ..scenario import scenario


@scenario()
def gets_what_is_there_and_what_comes(play: Play) -> None:
    """A consumer gets the waiting messages in order and then each new one."""
    ch = play.channel()
    ch.queue_declare("q")
    for body in "ab":
        ch.publish("", "q", body)
    ch.consume("q", "c")
    ch.publish("", "q", "c")


@scenario()
def server_names_the_consumer(play: Play) -> None:
    """pika names a consumer that was given no tag; the tag is free otherwise."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.consume("q")
    ch.consume("q", "amq.ctag-mine")


@scenario()
def missing_queue(play: Play) -> None:
    """Consuming from a missing queue is a 404."""
    play.channel().consume("missing")


@scenario()
def tag_is_free_on_another_channel(play: Play) -> None:
    """The same tag may be used on two channels; pika itself refuses it twice on one."""
    first, second = play.channel(), play.channel()
    first.queue_declare("q")
    first.consume("q", "c")
    second.consume("q", "c")
    first.consume("q", "c")
    first.is_still_open()


@scenario()
def turns_of_equal_consumers(play: Play) -> None:
    """Consumers take turns, the oldest first; without acks too."""
    one, two, three, publisher = play.channel(), play.channel(), play.channel(), play.channel()
    publisher.queue_declare("q")
    one.consume("q", "one")
    two.consume("q", "two")
    three.consume("q", "three")
    for body in "abcd":
        publisher.publish("", "q", body)


@scenario()
def new_consumer_joins_the_end(play: Play) -> None:
    """A consumer that comes later waits behind the ones that are idle."""
    one, two, three, publisher = play.channel(), play.channel(), play.channel(), play.channel()
    publisher.queue_declare("q")
    one.consume("q", "one")
    two.consume("q", "two")
    publisher.publish("", "q", "a")
    three.consume("q", "three")
    for body in "bcde":
        publisher.publish("", "q", body)


@scenario()
def waiting_messages_all_go_to_the_first_consumer(play: Play) -> None:
    """The first consumer without a limit takes all that waits; the second gets its turn with new ones."""
    one, two, publisher = play.channel(), play.channel(), play.channel()
    publisher.queue_declare("q")
    for body in "abc":
        publisher.publish("", "q", body)
    one.consume("q", "one")
    two.consume("q", "two")
    publisher.publish("", "q", "d")
    publisher.publish("", "q", "e")


@scenario()
def without_ack_nothing_is_outstanding(play: Play) -> None:
    """Deliveries with auto_ack are settled at once."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "a")
    ch.consume("q", "c", auto_ack=True)
    ch.close()
    play.channel().basic_get("q")


@scenario()
def on_a_queue_just_declared(play: Play) -> None:
    """An empty name consumes from the queue declared last."""
    ch = play.channel()
    ch.queue_declare("")
    ch.consume("", "c")
    ch.queue_bind("", "amq.fanout")
    ch.publish("amq.fanout", "", "m")


@scenario()
def two_consumers_on_one_channel(play: Play) -> None:
    """Consumers of one channel take turns and share its tags."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.consume("q", "one")
    ch.consume("q", "two")
    for body in "abc":
        ch.publish("", "q", body)


@scenario()
def slow_and_fast_consumers(play: Play) -> None:
    """With one message each the consumer that acknowledges gets the next ones."""
    slow, fast, publisher = play.channel(), play.channel(), play.channel()
    publisher.queue_declare("q")
    for ch, tag in ((slow, "slow"), (fast, "fast")):
        ch.basic_qos(prefetch_count=1)
        ch.consume("q", tag)
    for body in "abcd":
        publisher.publish("", "q", body)
    fast.basic_ack(1)
    fast.basic_ack(2)
    slow.basic_ack(1)


@scenario()
def consumer_that_left_and_one_that_stays(play: Play) -> None:
    """After one of three consumers left, the others go on in their turns."""
    one, two, three, publisher = play.channel(), play.channel(), play.channel(), play.channel()
    publisher.queue_declare("q")
    for ch, tag in ((one, "one"), (two, "two"), (three, "three")):
        ch.consume("q", tag)
    publisher.publish("", "q", "a")
    two.basic_cancel("two")
    for body in "bcd":
        publisher.publish("", "q", body)


@scenario()
def turns_after_a_requeue(play: Play) -> None:
    """A message given back by a closed channel goes to the consumer whose turn it is."""
    one, two, three, publisher = play.channel(), play.channel(), play.channel(), play.channel()
    publisher.queue_declare("q")
    for ch, tag in ((one, "one"), (two, "two"), (three, "three")):
        ch.consume("q", tag)
    publisher.publish("", "q", "a")
    publisher.publish("", "q", "b")
    one.queue_declare("missing", passive=True)
    publisher.publish("", "q", "c")


@scenario()
def different_prefetch_on_waiting_messages(play: Play) -> None:
    """Consumers that join a full queue take as many as they may, one after the other."""
    one, two, publisher = play.channel(), play.channel(), play.channel()
    publisher.queue_declare("q")
    for body in "abcdef":
        publisher.publish("", "q", body)
    one.basic_qos(prefetch_count=2)
    one.consume("q", "one")
    two.basic_qos(prefetch_count=3)
    two.consume("q", "two")
    one.basic_ack(2, multiple=True)
