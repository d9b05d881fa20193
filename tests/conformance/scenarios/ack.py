"""Acknowledging, and what an unknown tag brings."""

from ..play import Channel, Play
from ..scenario import scenario


def outstanding(play: Play, count: int) -> Channel:
    """A channel that got messages a, b, c, … on tags 1, 2, 3, … and settled none."""
    ch = play.channel()
    ch.queue_declare("q")
    with play.burst():
        for body in "abcdef"[:count]:
            ch.publish("", "q", body)
            ch.basic_get("q")
    return ch


@scenario()
def unknown_tags(play: Play) -> None:
    """Acking, nacking or rejecting a tag that is not outstanding closes the channel."""
    play.channel().basic_ack(7)
    play.channel().basic_nack(7)
    play.channel().basic_reject(7)


@scenario()
def twice(play: Play) -> None:
    """A tag is unknown once it was acknowledged; the message is gone all the same."""
    ch = outstanding(play, 1)
    ch.basic_ack(1)
    ch.basic_ack(1)
    play.channel().basic_get("q")


@scenario()
def multiple_settles_all_up_to_the_tag(play: Play) -> None:
    """multiple settles everything outstanding up to and including the tag."""
    ch = outstanding(play, 3)
    ch.basic_ack(2, multiple=True)
    ch.close()
    play.channel().bodies("q")


@scenario()
def multiple_zero_settles_everything(play: Play) -> None:
    """Tag 0 with multiple means all outstanding ones, also when there is none."""
    ch = outstanding(play, 3)
    ch.basic_ack(0, multiple=True)
    ch.basic_ack(0, multiple=True)
    ch.close()
    play.channel().bodies("q")


@scenario()
def zero_without_multiple_is_unknown(play: Play) -> None:
    """Tag 0 alone is an unknown tag."""
    outstanding(play, 1).basic_ack(0)


@scenario()
def multiple_of_a_tag_never_issued(play: Play) -> None:
    """multiple wants its own tag to be outstanding: a higher one is unknown, and nothing is settled."""
    outstanding(play, 3).basic_ack(10, multiple=True)
    play.channel().bodies("q")


@scenario()
def multiple_of_a_settled_tag(play: Play) -> None:
    """multiple of a settled tag is unknown though lower ones are outstanding."""
    ch = outstanding(play, 3)
    ch.basic_ack(2)
    ch.basic_ack(2, multiple=True)
    play.channel().bodies("q")


@scenario()
def on_another_channel(play: Play) -> None:
    """Tags belong to their channel: elsewhere they are unknown, and the message stays with its own."""
    ch = outstanding(play, 1)
    play.channel().basic_ack(1)
    ch.basic_ack(1)
    ch.is_still_open()


@scenario()
def of_a_delivery_without_ack(play: Play) -> None:
    """Deliveries with auto_ack count in the tags of the channel but cannot be acknowledged."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    ch.basic_get("q", auto_ack=True)
    ch.basic_get("q")
    ch.basic_ack(2)
    ch.basic_ack(1)


@scenario()
def of_a_deleted_queue(play: Play) -> None:
    """Acking a message of a deleted queue is fine, once."""
    ch = outstanding(play, 1)
    ch.queue_delete("q")
    ch.basic_ack(1)
    ch.is_still_open()
    ch.basic_ack(1)


@scenario()
def of_a_cancelled_consumer(play: Play) -> None:
    """After a cancel the unacknowledged messages stay with the channel and can be acknowledged."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "a")
    ch.consume("q", "c")
    ch.basic_cancel("c")
    ch.basic_ack(1)
    ch.close()
    play.channel().basic_get("q")


@scenario()
def tags_start_anew_on_a_new_channel(play: Play) -> None:
    """Each channel counts from 1, also one that takes the number of a closed one."""
    ch = outstanding(play, 2)
    ch.close()
    ch = play.channel()
    ch.basic_get("q")
    ch.basic_get("q")


@scenario()
def nack_multiple_zero(play: Play) -> None:
    """A nack of tag 0 with multiple gives everything back."""
    ch = outstanding(play, 3)
    ch.basic_nack(0, multiple=True, requeue=True)
    ch.bodies("q")


@scenario()
def several_consumers_are_served_by_tag(play: Play) -> None:
    """What settles deliveries of several consumers is done consumer by consumer, in the order of tags."""
    for kind in ("classic", "quorum"):
        for settle in ("ack", "nack", "requeue"):
            publisher, ch = play.channel(), play.channel()
            name = f"{kind} {settle}"
            publisher.queue_declare(name, durable=True, arguments={"x-queue-type": kind})
            ch.basic_qos(prefetch_count=1)
            for tag in "zam":
                ch.consume(name, tag)
            for body in "0123456":
                publisher.publish("", name, body)
            if settle == "ack":
                ch.basic_ack(0, multiple=True)
            else:
                ch.basic_nack(0, multiple=True, requeue=settle == "requeue")
