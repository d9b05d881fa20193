"""Publisher confirms."""

from ..play import Play
from ..scenario import scenario


@scenario()
def routed_and_dropped_are_confirmed(play: Play) -> None:
    """A message is confirmed whether a queue took it or it was unroutable."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.queue_declare("q", durable=True)
    ch.publish("", "q", "routed", delivery_mode=2)
    ch.publish("", "nobody", "dropped")
    ch.bodies("q")


@scenario()
def mandatory_is_returned_before_the_confirm(play: Play) -> None:
    """An unroutable mandatory message is returned, and confirmed."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.publish("", "nobody", "m", mandatory=True, headers={"a": 1})
    ch.publish("amq.topic", "nobody", "", mandatory=True)
    ch.is_still_open()


@scenario()
def missing_exchange_is_an_error_not_a_nack(play: Play) -> None:
    """A missing exchange closes the channel instead of refusing the message."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.publish("missing", "k", "m")
    ch.publish("missing", "k", "m")


@scenario()
def full_queue_refuses(play: Play) -> None:
    """A queue with overflow reject-publish refuses what is too much; the channel stays open."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.queue_declare("q", arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    ch.basic_get("q", auto_ack=True)
    ch.publish("", "q", "c")
    ch.bodies("q")


@scenario()
def one_refusal_of_several_queues_is_a_refusal(play: Play) -> None:
    """If one of several queues refuses, the publisher is refused though the others keep the message."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.queue_declare("full", arguments={"x-max-length": 0, "x-overflow": "reject-publish"})
    ch.queue_declare("open")
    ch.queue_bind("full", "amq.fanout")
    ch.queue_bind("open", "amq.fanout")
    ch.publish("amq.fanout", "", "m")
    ch.bodies("open")
    ch.bodies("full")


@scenario()
def refused_mandatory_is_not_returned(play: Play) -> None:
    """A message that a queue refuses was routed: it is not returned."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.queue_declare("full", arguments={"x-max-length": 0, "x-overflow": "reject-publish"})
    ch.publish("", "full", "m", mandatory=True)


@scenario()
def not_on_a_tx_channel(play: Play) -> None:
    """A transactional channel cannot switch to confirms, nor the other way round."""
    ch = play.channel()
    ch.tx_select()
    ch.confirm_delivery()
    ch = play.channel()
    ch.confirm_delivery()
    ch.tx_select()


@scenario()
def may_be_asked_for_on_every_channel(play: Play) -> None:
    """Confirms are a matter of one channel; another goes without."""
    ch, other = play.channel(), play.channel()
    ch.confirm_delivery()
    other.publish("", "nobody", "m", mandatory=True)
    ch.publish("", "nobody", "m", mandatory=True)
