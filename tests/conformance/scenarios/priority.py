"""Queues that deliver by priority, and consumers that come first."""

from typing import Any

from ..play import Play
from ..scenario import scenario


def publish_each(play: Play, maximum: int | None, *priorities: int | None) -> None:
    """Publish one message per priority, named by it and its place, and get them all."""
    ch = play.channel()
    ch.queue_declare("q", arguments={} if maximum is None else {"x-max-priority": maximum})
    for place, priority in enumerate(priorities):
        given: dict[str, Any] = {} if priority is None else {"priority": priority}
        ch.publish("", "q", f"{priority} at {place}", **given)
    ch.bodies("q")


@scenario()
def highest_first(play: Play) -> None:
    """Strictly by priority, in order within one; no priority is 0."""
    publish_each(play, 5, 1, None, 5, 3, 0, 5, 1)


@scenario()
def above_the_maximum_is_the_maximum(play: Play) -> None:
    """Priorities above the maximum are equal to it."""
    publish_each(play, 5, 5, 9, 255, 4, 6)


@scenario()
def without_the_argument_it_is_ignored(play: Play) -> None:
    """A queue without x-max-priority delivers in order."""
    publish_each(play, None, 1, 9, 5)


@scenario()
def maximum_zero(play: Play) -> None:
    """With x-max-priority 0 3.10 delivers in order, 4.x has a higher one first."""
    publish_each(play, 0, 0, 9, None, 1)


@scenario()
def delivered_as_published(play: Play) -> None:
    """The property arrives as it was sent, also above the maximum."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-max-priority": 5})
    ch.publish("", "q", "m", priority=9)
    ch.drain("q")


@scenario()
def requeued_goes_to_its_old_place(play: Play) -> None:
    """A requeued message goes back to its place within its priority."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-max-priority": 5})
    for body in ("h1", "h2", "l1", "l2"):
        ch.publish("", "q", body, priority=5 if body[0] == "h" else 1)
    for _ in range(3):
        ch.basic_get("q")
    ch.basic_nack(3, requeue=True)
    ch.basic_nack(1, requeue=True)
    ch.bodies("q")


@scenario()
def prefetched_is_not_recalled(play: Play) -> None:
    """A message that is out is not overtaken by a higher one that comes later."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-max-priority": 5})
    ch.basic_qos(prefetch_count=1)
    ch.publish("", "q", "low", priority=1)
    ch.consume("q", "c")
    ch.publish("", "q", "middle", priority=3)
    ch.publish("", "q", "high", priority=5)
    ch.basic_ack(1)


@scenario()
def consumer_of_higher_priority_comes_first(play: Play) -> None:
    """Messages go to the consumer of the highest priority as long as it can take them."""
    low, high, publisher = play.channel(), play.channel(), play.channel()
    publisher.queue_declare("q")
    for ch in (low, high):
        ch.basic_qos(prefetch_count=1)
    low.consume("q", "low")
    high.consume("q", "high", arguments={"x-priority": 10})
    for body in "abc":
        publisher.publish("", "q", body)
    high.basic_ack(1)


@scenario()
def consumer_of_negative_priority_comes_last(play: Play) -> None:
    """A negative priority is below the default of 0."""
    last, plain, publisher = play.channel(), play.channel(), play.channel()
    publisher.queue_declare("q")
    plain.basic_qos(prefetch_count=1)
    last.consume("q", "last", arguments={"x-priority": -1})
    plain.consume("q", "plain")
    publisher.publish("", "q", "a")
    publisher.publish("", "q", "b")


@scenario()
def equal_priorities_take_turns(play: Play) -> None:
    """Among consumers of the same priority turns are taken; a lower one gets what they cannot take."""
    low, one, two, publisher = play.channel(), play.channel(), play.channel(), play.channel()
    publisher.queue_declare("q")
    low.consume("q", "low")
    for ch, tag in ((one, "one"), (two, "two")):
        ch.basic_qos(prefetch_count=2)
        ch.consume("q", tag, arguments={"x-priority": 1})
    for body in "abcdef":
        publisher.publish("", "q", body)


@scenario()
def requeued_goes_to_the_highest_consumer(play: Play) -> None:
    """A message the low consumer gives back goes to the high one if that has room."""
    low, high, publisher = play.channel(), play.channel(), play.channel()
    publisher.queue_declare("q")
    low.consume("q", "low")
    publisher.publish("", "q", "a")
    high.consume("q", "high", arguments={"x-priority": 1})
    low.basic_nack(1, requeue=True)


@scenario()
def one_that_overtakes_does_not_expire(play: Play) -> None:
    """A message that overtakes another by its priority is delivered even when its TTL is over."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-max-priority": 5})
    ch.publish("", "q", "low")
    ch.publish("", "q", "at once", priority=5, expiration="0")
    ch.queue_declare("q", passive=True)
    ch.publish("", "q", "soon", priority=5, expiration="300")
    play.advance(0.6)
    ch.queue_declare("q", passive=True)
    ch.drain("q")
    ch.publish("", "q", "soon", priority=5, expiration="300")
    ch.publish("", "q", "low")
    play.advance(0.6)
    ch.drain("q")


@scenario()
def one_that_overtakes_expires_with_another(play: Play) -> None:
    """When the time of one message has come, one that has overtaken it expires too if its TTL is over."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-max-priority": 5})
    ch.publish("", "q", "low", expiration="900")
    ch.publish("", "q", "high", priority=5, expiration="300")
    play.advance(0.5)
    ch.queue_declare("q", passive=True)
    play.advance(0.6)
    ch.queue_declare("q", passive=True)


@scenario()
def overtaking_without_time_in_a_limited_queue(play: Play) -> None:
    """What overtakes others is not looked at for its TTL, also in a queue with a limit."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-max-priority": 10, "x-max-length": 2})
    ch.publish("", "q", "a")
    ch.publish("", "q", "b", priority=5, expiration="0")
    ch.queue_declare("q", passive=True)
    ch.publish("", "q", "c", priority=1)
    ch.queue_declare("q", passive=True)
    ch.publish("", "q", "d", priority=2, expiration="0")
    ch.queue_declare("q", passive=True)
    ch.bodies("q")
