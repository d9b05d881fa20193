"""basic.get."""

from ..play import Play
from ..scenario import scenario


@scenario()
def counts_what_is_left(play: Play) -> None:
    """get-ok counts the ready messages behind this one; an empty queue answers get-empty."""
    ch = play.channel()
    ch.queue_declare("q")
    for body in "abc":
        ch.publish("", "q", body)
    for _ in range(4):
        ch.basic_get("q")


@scenario()
def missing_queue(play: Play) -> None:
    """Getting from a missing queue is a 404."""
    play.channel().basic_get("missing")


@scenario()
def without_ack_it_is_gone(play: Play) -> None:
    """A message got with auto_ack does not come back."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "a")
    ch.basic_get("q", auto_ack=True)
    ch.close()
    play.channel().basic_get("q")


@scenario()
def is_not_bound_by_prefetch(play: Play) -> None:
    """Prefetch does not limit basic.get, nor does it count against a consumer."""
    ch = play.channel()
    ch.queue_declare("q")
    for body in "abcd":
        ch.publish("", "q", body)
    ch.basic_qos(prefetch_count=1)
    ch.basic_get("q")
    ch.basic_get("q")
    ch.consume("q", "c")


@scenario()
def beside_a_consumer(play: Play) -> None:
    """Getting from a queue whose consumer is full takes what waits."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.basic_qos(prefetch_count=1)
    ch.consume("q", "c")
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    ch.basic_get("q")
