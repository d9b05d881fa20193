"""Queues that hold only so much."""

from ..play import Play
from ..scenario import scenario


@scenario()
def drop_head_is_the_default(play: Play) -> None:
    """Over the limit the oldest ready messages are dropped; all publishes are confirmed."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.queue_declare("q", arguments={"x-max-length": 2})
    for body in "abc":
        ch.publish("", "q", body)
    ch.bodies("q")


@scenario()
def unacknowledged_do_not_count(play: Play) -> None:
    """Only ready messages count against the limit."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-max-length": 1})
    ch.publish("", "q", "a")
    ch.basic_get("q")
    ch.publish("", "q", "b")
    ch.publish("", "q", "c")
    ch.queue_declare("q", passive=True)


@scenario()
def bytes_are_counted_over_bodies(play: Play) -> None:
    """x-max-length-bytes counts bodies only; a message larger than it empties the queue and is dropped itself."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-max-length-bytes": 10})
    for size in (4, 4, 2, 1, 11, 2):
        ch.publish("", "q", "x" * size, headers={"not": "counted"})
        ch.queue_declare("q", passive=True)


@scenario()
def whichever_limit_is_reached_first(play: Play) -> None:
    """Number and bytes hold together."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-max-length": 3, "x-max-length-bytes": 5})
    for body in ("a", "b", "c", "d", "eeee"):
        ch.publish("", "q", body)
    ch.bodies("q")


@scenario()
def zero_holds_nothing(play: Play) -> None:
    """With a limit of 0 a message is delivered to a free consumer or dropped."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-max-length": 0})
    ch.publish("", "q", "nobody waits")
    ch.basic_qos(prefetch_count=1)
    ch.consume("q", "c")
    ch.publish("", "q", "taken")
    ch.publish("", "q", "consumer is full")
    ch.queue_declare("q", passive=True)


@scenario()
def reject_publish_refuses_silently(play: Play) -> None:
    """Without confirms a refused publish is dropped and the channel stays open."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    ch.bodies("q")


@scenario()
def reject_publish_with_zero_refuses_even_for_a_consumer(play: Play) -> None:
    """With a limit of 0 and reject-publish even a waiting consumer gets nothing."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-max-length": 0, "x-overflow": "reject-publish"})
    ch.consume("q", "c")
    publisher = play.channel()
    publisher.confirm_delivery()
    publisher.publish("", "q", "m")


@scenario()
def reject_publish_by_bytes(play: Play) -> None:
    """What would exceed the bytes is refused, what still fits is taken."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.queue_declare("q", arguments={"x-max-length-bytes": 5, "x-overflow": "reject-publish"})
    for body in ("aaa", "bbb", "cc", "d"):
        ch.publish("", "q", body)
    ch.bodies("q")


@scenario()
def reject_publish_dlx_dead_letters_what_it_refuses(play: Play) -> None:
    """reject-publish-dlx refuses and dead-letters the new message with reason maxlen."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.queue_declare("graveyard")
    ch.queue_declare(
        "q",
        arguments={
            "x-max-length": 1,
            "x-overflow": "reject-publish-dlx",
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": "graveyard",
        },
    )
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    ch.drain("graveyard")
    ch.bodies("q")


@scenario()
def requeueing_over_the_limit(play: Play) -> None:
    """Requeued messages take their old place at the head and are the first to be dropped."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-max-length": 2})
    for body in "ab":
        ch.publish("", "q", body)
        ch.basic_get("q")
    ch.publish("", "q", "c")
    ch.publish("", "q", "d")
    ch.basic_nack(2, multiple=True, requeue=True)
    ch.bodies("q")


@scenario()
def drop_head_of_a_priority_queue(play: Play) -> None:
    """The head of a priority queue is the oldest of the highest priority: that is dropped."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-max-length": 3, "x-max-priority": 5})
    for body in ("h1", "l1", "l2", "h2", "h3", "h4", "l3"):
        ch.publish("", "q", body, priority=5 if body[0] == "h" else 1)
    ch.bodies("q")


@scenario()
def reject_publish_of_a_priority_queue(play: Play) -> None:
    """A full priority queue refuses a high priority as any other."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.queue_declare("q", arguments={"x-max-length": 1, "x-max-priority": 5, "x-overflow": "reject-publish"})
    ch.publish("", "q", "low", priority=1)
    ch.publish("", "q", "high", priority=5)
    ch.bodies("q")


@scenario()
def what_comes_back_may_be_too_much(play: Play) -> None:
    """A classic queue of length 0 drops what is returned to it, a quorum queue delivers it again."""
    for name, arguments in (("c", {}), ("q", {"x-queue-type": "quorum"})):
        ch = play.channel()
        ch.queue_declare(name, durable=True, arguments={**arguments, "x-max-length": 0})
        ch.consume(name, "x")
        ch.publish("", name, "a")
        ch.basic_nack(1)
        ch.basic_cancel("x")
        ch.queue_declare(name, passive=True)
