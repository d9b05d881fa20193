"""Messages that expire."""

from ..play import Play
from ..scenario import scenario


@scenario()
def queue_ttl_drops_a_message(play: Play) -> None:
    """A message is gone when the queue's x-message-ttl has passed."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-message-ttl": 400})
    ch.publish("", "q", "m")
    ch.queue_declare("q", passive=True)
    play.advance(0.6)
    ch.queue_declare("q", passive=True)
    ch.basic_get("q")


@scenario()
def expiration_drops_a_message(play: Play) -> None:
    """A message is gone when its own expiration has passed; delivered before, it carries it."""
    ch = play.channel()
    ch.queue_declare("q")
    with play.burst():
        ch.publish("", "q", "a", expiration="400")
        ch.publish("", "q", "b", expiration="400")
        ch.basic_get("q", auto_ack=True)
    play.advance(0.6)
    ch.basic_get("q")


@scenario()
def smaller_ttl_wins(play: Play) -> None:
    """Of the queue's and the message's TTL the smaller one counts."""
    ch = play.channel()
    ch.queue_declare("short", arguments={"x-message-ttl": 300})
    ch.queue_declare("long", arguments={"x-message-ttl": 60000})
    ch.publish("", "short", "long expiration", expiration="60000")
    ch.publish("", "long", "short expiration", expiration="300")
    ch.publish("", "long", "none")
    play.advance(0.5)
    ch.drain("short")
    ch.drain("long")


@scenario()
def only_the_head_expires(play: Play) -> None:
    """An expired message behind a living one stays counted until it gets to the head."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "immortal")
    ch.publish("", "q", "short", expiration="200")
    ch.publish("", "q", "last")
    play.advance(0.4)
    ch.queue_declare("q", passive=True)
    ch.basic_get("q", auto_ack=True)
    ch.basic_get("q", auto_ack=True)


@scenario()
def taking_the_head_drops_expired_ones_behind_it(play: Play) -> None:
    """The count in the very get-ok that uncovers expired messages leaves them out."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "a")
    ch.publish("", "q", "b", expiration="200")
    ch.publish("", "q", "c", expiration="200")
    ch.publish("", "q", "d")
    play.advance(0.4)
    ch.basic_get("q", auto_ack=True)


@scenario()
def expired_messages_are_dead_lettered_in_order(play: Play) -> None:
    """Messages that expire together go to the dead-letter exchange in queue order, without their expiration."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    arguments = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "graveyard"}
    ch.queue_declare("q", arguments=arguments)
    with play.burst():
        for body in "abc":
            ch.publish("", "q", body, expiration="300")
    play.advance(0.5)
    ch.drain("graveyard")


@scenario()
def ttl_zero_reaches_a_free_consumer(play: Play) -> None:
    """With a TTL of 0 a message is delivered to a consumer that can take it at that moment, else it is gone."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-message-ttl": 0})
    ch.publish("", "q", "nobody waits")
    ch.basic_qos(prefetch_count=1)
    ch.consume("q", "c")
    ch.publish("", "q", "taken")
    ch.publish("", "q", "consumer is full")
    ch.basic_ack(1)
    ch.publish("", "q", "taken again")


@scenario()
def expiration_zero_is_confirmed(play: Play) -> None:
    """A message that expires at once is confirmed and, though mandatory, not returned."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.queue_declare("q")
    ch.publish("", "q", "m", mandatory=True, expiration="0")
    ch.basic_get("q")


@scenario()
def unacknowledged_messages_do_not_expire(play: Play) -> None:
    """An unacknowledged message outlives its TTL; requeued it expires at once."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    arguments = {"x-message-ttl": 300, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "graveyard"}
    ch.queue_declare("q", arguments=arguments)
    with play.burst():
        ch.publish("", "q", "m")
        ch.basic_get("q")
    play.advance(0.6)
    ch.basic_get("graveyard")
    ch.basic_nack(1, requeue=True)
    ch.drain("graveyard")
    ch.basic_get("q")


@scenario()
def requeueing_keeps_the_time_of_expiry(play: Play) -> None:
    """A requeued message expires when it would have without its delivery."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-message-ttl": 900})
    with play.burst():
        ch.publish("", "q", "m")
        ch.basic_get("q")
    play.advance(0.4)
    ch.basic_nack(1, requeue=True)
    ch.queue_declare("q", passive=True)
    play.advance(0.7)
    ch.queue_declare("q", passive=True)


@scenario()
def bad_expirations_are_refused(play: Play) -> None:
    """An expiration must be a number of milliseconds up to ten years, and nothing else."""
    values = ("", "abc", " 5", "5 ", "1.5", "-1", "0x10", "1e3", "315360000001", "99999999999999999999")
    for value in values:
        play.channel().publish("", "q", "m", expiration=value)


@scenario()
def odd_expirations_are_accepted(play: Play) -> None:
    """Leading zeros and a plus sign are accepted; 3.10 delivers the text as it was, 4.x the bare number."""
    ch = play.channel()
    ch.queue_declare("q")
    for value in ("0060000", "+60000", "4294967296", "315360000000"):
        ch.publish("", "q", "m", expiration=value)
    ch.drain("q")


@scenario()
def expiration_is_checked_for_unroutable_messages(play: Play) -> None:
    """A bad expiration is an error also when the message goes nowhere, but a missing exchange is noticed first."""
    play.channel().publish("amq.direct", "nowhere", "m", expiration="soon")
    play.channel().publish("missing", "k", "m", expiration="soon")


@scenario()
def head_of_a_priority_queue_is_the_highest(play: Play) -> None:
    """In a priority queue an expired low message behind a living high one stays counted."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-max-priority": 5})
    ch.publish("", "q", "low", priority=1, expiration="200")
    ch.publish("", "q", "high", priority=5)
    play.advance(0.4)
    ch.queue_declare("q", passive=True)
    ch.basic_get("q", auto_ack=True)
    ch.queue_declare("q", passive=True)


@scenario()
def each_queue_has_its_own_time(play: Play) -> None:
    """A message in two queues expires in each by that queue's TTL."""
    ch = play.channel()
    ch.queue_declare("short", arguments={"x-message-ttl": 300})
    ch.queue_declare("long", arguments={"x-message-ttl": 60000})
    for name in ("short", "long"):
        ch.queue_bind(name, "amq.fanout")
    ch.publish("amq.fanout", "", "m")
    play.advance(0.6)
    ch.bodies("short")
    ch.bodies("long")


@scenario()
def shorter_one_behind_waits_for_the_head(play: Play) -> None:
    """An expired message behind a longer-lived one dies when that one dies, not before."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "graveyard"})
    with play.burst():
        ch.publish("", "q", "long", expiration="900")
        ch.publish("", "q", "short", expiration="100")
    play.advance(0.5)
    ch.queue_declare("graveyard", passive=True)
    play.advance(0.8)
    ch.bodies("graveyard")
