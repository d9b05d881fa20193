"""Queues of which one consumer at a time is active."""

from ..play import Play
from ..scenario import scenario

ARGUMENTS = {"x-single-active-consumer": True}


@scenario()
def first_gets_everything_until_it_goes(play: Play) -> None:
    """The first consumer is active; when it is cancelled the one that waited longest takes over."""
    one, two, three, publisher = play.channel(), play.channel(), play.channel(), play.channel()
    publisher.queue_declare("q", arguments=ARGUMENTS)
    one.consume("q", "one", auto_ack=True)
    two.consume("q", "two", auto_ack=True)
    three.consume("q", "three", auto_ack=True)
    publisher.publish("", "q", "a")
    publisher.publish("", "q", "b")
    publisher.queue_declare("q", passive=True)
    one.basic_cancel("one")
    publisher.publish("", "q", "c")


@scenario()
def waiting_one_does_not_help_a_full_active_one(play: Play) -> None:
    """While the active consumer is at its limit messages wait."""
    one, two, publisher = play.channel(), play.channel(), play.channel()
    publisher.queue_declare("q", arguments=ARGUMENTS)
    one.basic_qos(prefetch_count=1)
    one.consume("q", "one")
    two.consume("q", "two")
    publisher.publish("", "q", "a")
    publisher.publish("", "q", "b")
    one.basic_ack(1)


@scenario()
def who_comes_back_waits_at_the_end(play: Play) -> None:
    """A cancelled active consumer that subscribes again is the last in line."""
    one, two, three, publisher = play.channel(), play.channel(), play.channel(), play.channel()
    publisher.queue_declare("q", arguments=ARGUMENTS)
    for ch, tag in ((one, "one"), (two, "two"), (three, "three")):
        ch.consume("q", tag, auto_ack=True)
    one.basic_cancel("one")
    one.consume("q", "one again", auto_ack=True)
    two.basic_cancel("two")
    publisher.publish("", "q", "a")
    three.basic_cancel("three")
    publisher.publish("", "q", "b")


@scenario()
def priority_decides_about_the_next_one(play: Play) -> None:
    """A consumer of higher priority does not displace the active one, but is the next in line."""
    one, two, three, publisher = play.channel(), play.channel(), play.channel(), play.channel()
    publisher.queue_declare("q", arguments=ARGUMENTS)
    one.consume("q", "one", auto_ack=True)
    two.consume("q", "two", auto_ack=True)
    three.consume("q", "three", auto_ack=True, arguments={"x-priority": 5})
    publisher.publish("", "q", "a")
    one.basic_cancel("one")
    publisher.publish("", "q", "b")


@scenario()
def closed_channel_gives_back_before_the_next_takes_over(play: Play) -> None:
    """When the active consumer's channel fails its messages are requeued and the next one gets all in order."""
    one, two, publisher = play.channel(), play.channel(), play.channel()
    publisher.queue_declare("q", arguments=ARGUMENTS)
    one.basic_qos(prefetch_count=2)
    one.consume("q", "one")
    two.consume("q", "two")
    for body in "abc":
        publisher.publish("", "q", body)
    one.queue_declare("missing", passive=True)


@scenario()
def cancelled_with_unacknowledged_messages(play: Play) -> None:
    """After a cancel the next one gets new messages while the old ones are still out."""
    one, two, publisher = play.channel(), play.channel(), play.channel()
    publisher.queue_declare("q", arguments=ARGUMENTS)
    one.consume("q", "one")
    two.consume("q", "two")
    publisher.publish("", "q", "a")
    one.basic_cancel("one")
    publisher.publish("", "q", "b")
    one.basic_nack(1, requeue=True)


@scenario()
def hand_over_with_ready_messages(play: Play) -> None:
    """Ready messages go to the next one with the cancel on 4.x; on 3.10 they wait until messages are requeued."""
    one, two, publisher = play.channel(), play.channel(), play.channel()
    publisher.queue_declare("q", arguments=ARGUMENTS)
    one.basic_qos(prefetch_count=2)
    one.consume("q", "one")
    two.consume("q", "two")
    for body in "abc":
        publisher.publish("", "q", body)
    one.basic_cancel("one")
    one.basic_ack(1)
    one.basic_nack(2, requeue=True)


@scenario()
def exclusive_consumer_is_refused(play: Play) -> None:
    """A single active consumer queue takes no exclusive consumers."""
    play.channel().queue_declare("q", arguments=ARGUMENTS)
    play.channel().consume("q", exclusive=True)


@scenario()
def getting_is_allowed(play: Play) -> None:
    """basic.get works beside an active consumer on a classic queue."""
    ch, publisher = play.channel(), play.channel()
    publisher.queue_declare("q", arguments=ARGUMENTS)
    ch.basic_qos(prefetch_count=1)
    ch.consume("q", "c")
    publisher.publish("", "q", "a")
    publisher.publish("", "q", "b")
    publisher.basic_get("q")
