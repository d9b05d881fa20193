"""How many messages a consumer may hold."""

from ..play import Play
from ..scenario import scenario


@scenario()
def limits_each_consumer(play: Play) -> None:
    """A consumer gets as many as its prefetch; an ack lets the next one come."""
    ch = play.channel()
    ch.queue_declare("q")
    for body in "abcd":
        ch.publish("", "q", body)
    ch.basic_qos(prefetch_count=2)
    ch.consume("q", "c")
    ch.basic_ack(1)
    ch.basic_nack(2, requeue=False)


@scenario()
def holds_for_later_consumers_only(play: Play) -> None:
    """basic.qos does not change running consumers; each has its own count."""
    ch = play.channel()
    ch.queue_declare("one")
    ch.queue_declare("two")
    ch.basic_qos(prefetch_count=1)
    ch.consume("one", "one")
    ch.basic_qos(prefetch_count=2)
    ch.consume("two", "two")
    for name in ("one", "one", "two", "two", "two"):
        ch.publish("", name, f"to {name}")


@scenario()
def zero_is_no_limit(play: Play) -> None:
    """A prefetch of 0 takes everything."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.basic_qos(prefetch_count=1)
    ch.basic_qos(prefetch_count=0)
    ch.consume("q", "c")
    for body in "abc":
        ch.publish("", "q", body)


@scenario()
def does_not_hold_without_ack(play: Play) -> None:
    """Consumers with auto_ack are not limited."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.basic_qos(prefetch_count=1)
    ch.consume("q", "c", auto_ack=True)
    for body in "ab":
        ch.publish("", "q", body)


@scenario()
def full_consumer_is_skipped(play: Play) -> None:
    """A consumer at its limit is passed over; an ack brings it the next waiting message."""
    one, two, publisher = play.channel(), play.channel(), play.channel()
    publisher.queue_declare("q")
    for ch in (one, two):
        ch.basic_qos(prefetch_count=1)
    one.consume("q", "one")
    two.consume("q", "two")
    for body in "abcd":
        publisher.publish("", "q", body)
    two.basic_ack(1)
    one.basic_ack(1)


@scenario()
def one_ack_frees_several_consumers(play: Play) -> None:
    """A multiple ack that frees several consumers serves them in their order."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.basic_qos(prefetch_count=1)
    for tag in ("x", "y", "z"):
        ch.consume("q", tag)
    for body in "abcde":
        ch.publish("", "q", body)
    ch.basic_ack(3, multiple=True)


@scenario()
def global_limit_is_for_the_channel(play: Play) -> None:
    """With global_qos 3.10 and 4.0 have one limit for the channel; 4.3 gives each later consumer that limit."""
    ch = play.channel()
    ch.queue_declare("q")
    for body in "abcd":
        ch.publish("", "q", body)
    ch.basic_qos(prefetch_count=1, global_qos=True)
    ch.consume("q", "one")
    ch.consume("q", "two")
    ch.basic_ack(1)


@scenario()
def global_limit_takes_effect_at_once(play: Play) -> None:
    """Raising the global limit delivers more; 0 lifts it."""
    ch = play.channel()
    ch.queue_declare("q")
    for body in "abcd":
        ch.publish("", "q", body)
    ch.basic_qos(prefetch_count=1, global_qos=True)
    ch.consume("q", "c")
    ch.basic_qos(prefetch_count=2, global_qos=True)
    ch.basic_qos(prefetch_count=0, global_qos=True)


@scenario()
def both_limits_hold(play: Play) -> None:
    """A consumer's own limit and the channel's, set after it, both hold on 3.10 and 4.0."""
    ch = play.channel()
    ch.queue_declare("q")
    for body in "abcdef":
        ch.publish("", "q", body)
    ch.basic_qos(prefetch_count=2)
    ch.basic_qos(prefetch_count=3, global_qos=True)
    ch.consume("q", "one")
    ch.consume("q", "two")
    ch.basic_ack(1)


@scenario()
def limit_of_consumers_lifts_the_global_one(play: Play) -> None:
    """basic.qos without global lifts a global limit that was set before it."""
    ch = play.channel()
    ch.queue_declare("q")
    for body in "abcd":
        ch.publish("", "q", body)
    ch.basic_qos(prefetch_count=1, global_qos=True)
    ch.consume("q", "one")
    ch.basic_qos(prefetch_count=1)
    ch.consume("q", "two")


@scenario()
def global_limit_counts_what_is_out_when_it_is_set(play: Play) -> None:
    """What the channel holds when a global limit is set counts against it on 3.10 and 4.0, also if it was got."""
    ch = play.channel()
    ch.queue_declare("q")
    for body in "abc":
        ch.publish("", "q", body)
    ch.basic_get("q")
    ch.basic_qos(prefetch_count=1, global_qos=True)
    ch.consume("q", "c")
    ch.basic_ack(1)


@scenario()
def got_messages_do_not_count_against_a_global_limit(play: Play) -> None:
    """Messages got with basic.get leave the channel's limit alone."""
    ch = play.channel()
    ch.queue_declare("q")
    for body in "abc":
        ch.publish("", "q", body)
    ch.basic_qos(prefetch_count=1, global_qos=True)
    ch.basic_get("q")
    ch.consume("q", "c")


@scenario()
def size_is_not_implemented(play: Play) -> None:
    """A prefetch size other than 0 closes the connection."""
    ch = play.channel()
    ch.basic_qos(prefetch_size=1)


@scenario()
def requeued_message_counts_no_more(play: Play) -> None:
    """A requeue makes room: the consumer gets the same message again."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    ch.basic_qos(prefetch_count=1)
    ch.consume("q", "c")
    ch.basic_nack(1, requeue=True)


@scenario()
def what_comes_back_still_counts_globally(play: Play) -> None:
    """What a channel returns still counts against its global limit when a consumer is sought for it."""
    ch1, ch2 = play.channel(), play.channel()
    ch1.queue_declare("q")
    ch1.consume("q", "low")
    ch2.basic_qos(prefetch_count=2, global_qos=True)
    ch2.consume("q", "high", arguments={"x-priority": 5})
    for body in "abc":
        ch1.publish("", "q", body)
    ch2.basic_reject(1)
    ch1.basic_cancel("low")
    ch1.publish("", "q", "d")
    ch1.publish("", "q", "e")
    ch2.basic_nack(0, multiple=True)
    ch2.basic_recover(True)


@scenario()
def what_comes_back_to_a_full_channel(play: Play) -> None:
    """A consumer that reached the global limit of its channel, but was not found at it, gets what it returns again."""
    ch1, ch2 = play.channel(), play.channel()
    ch1.queue_declare("q")
    ch2.basic_qos(prefetch_count=2, global_qos=True)
    ch2.consume("q", "limited")
    ch1.publish("", "q", "a")
    ch1.publish("", "q", "b")
    ch1.consume("q", "other")
    ch2.basic_reject(1)


@scenario(versions=("3.10", "4.0"))
def at_its_own_limit_a_consumer_knows_of_the_room_at_once(play: Play) -> None:
    """What comes back frees a consumer that was at its own limit before it goes out again, whatever the channel's."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.basic_qos(prefetch_count=2)
    ch.consume("q", "own")
    ch.basic_qos(prefetch_count=3, global_qos=True)
    for body in "abc":
        ch.publish("", "q", body)
    ch.consume("q", "free", auto_ack=True)
    ch.basic_reject(1)
    ch.publish("", "q", "d")


@scenario()
def global_limit_set_later_leaves_quorum_consumers_alone(play: Play) -> None:
    """A consumer of a quorum queue that was there before the global limit gets everything, on 4.3 any consumer."""
    ch = play.channel()
    ch.queue_declare("q", durable=True, arguments={"x-queue-type": "quorum"})
    ch.consume("q", "c")
    ch.basic_qos(prefetch_count=1, global_qos=True)
    for body in "abc":
        ch.publish("", "q", body)
    ch.basic_nack(1)


@scenario()
def what_a_quorum_consumer_settles_makes_room(play: Play) -> None:
    """Its deliveries do not count against the global limit of 3.10 and 4.0, but settling one makes room for others."""
    ch, publisher = play.channel(), play.channel()
    ch.queue_declare("loose", durable=True, arguments={"x-queue-type": "quorum"})
    ch.queue_declare("q")
    ch.consume("loose", "loose")
    ch.basic_qos(prefetch_count=1, global_qos=True)
    ch.consume("q", "c")
    publisher.publish("", "loose", "x")
    for body in "abc":
        publisher.publish("", "q", body)
    ch.basic_ack(1)
    publisher.publish("", "loose", "y")
    publisher.publish("", "loose", "z")
    ch.basic_ack(4, multiple=True)


@scenario()
def global_limit_stops_consumers_without_ack(play: Play) -> None:
    """A consumer with auto_ack counts for nothing in the global limit of 3.10 and 4.0, but waits if it is reached."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.basic_qos(prefetch_count=1, global_qos=True)
    ch.consume("q", "holds")
    ch.consume("q", "free", auto_ack=True)
    for body in "abcd":
        ch.publish("", "q", body)
    ch.basic_ack(1)
    ch.basic_qos(prefetch_count=0, global_qos=True)


@scenario()
def global_limit_stops_consumers_of_other_queues(play: Play) -> None:
    """What waits in one queue while another's messages fill the channel comes when one of these is settled."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_declare("other")
    ch.basic_qos(prefetch_count=1, global_qos=True)
    ch.consume("q", "holds")
    ch.consume("other", "free", auto_ack=True)
    ch.publish("", "q", "a")
    ch.publish("", "other", "b")
    ch.basic_ack(1)
    ch.publish("", "other", "c")


@scenario()
def global_limit_after_the_arguments(play: Play) -> None:
    """A consumer's arguments are looked at before the global limit that its quorum queue does not support."""
    ch = play.channel()
    ch.queue_declare("q", durable=True, arguments={"x-queue-type": "quorum"})
    ch.basic_qos(prefetch_count=1, global_qos=True)
    ch.consume("q", "c", arguments={"x-stream-offset": "first"})
    ch = play.channel()
    ch.basic_qos(prefetch_count=1, global_qos=True)
    ch.consume("q", "c", arguments={"x-priority": "high"})
