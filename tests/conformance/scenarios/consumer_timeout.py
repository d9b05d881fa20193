"""The consumer timeout: a delivery that is held unacked for too long (`x-consumer-timeout`)."""

from ..play import Channel, Play
from ..scenario import scenario

QUORUM = {"x-queue-type": "quorum"}
TWO_SECONDS = {"x-consumer-timeout": 2000}
CUT_SHORT = {**QUORUM, **TWO_SECONDS}


def queue_with(channel: Channel, bodies: str, arguments: dict[str, object], queue: str = "q") -> None:
    channel.queue_declare(queue, durable=True, arguments=arguments)
    for body in bodies:
        channel.publish("", queue, body)


def hand_over(play: Play, channel: Channel, body: str, queue: str = "q") -> None:
    """Publish for a consumer, and give the message time to get there."""
    with play.burst():
        channel.publish("", queue, body)
        play.advance(0.4)


@scenario()
def what_comes_of_it(play: Play) -> None:
    """A delivery of a quorum queue that is held for too long. 3.10 does not know the argument; 4.0 looks once a minute
    and closes the channel; 4.3 cancels the consumer on time and keeps the channel open."""
    holder, other = play.channel(), play.channel(on="B")
    queue_with(other, "ab", CUT_SHORT)
    holder.consume("q", "slow")
    play.advance(1.5)
    play.advance(1)
    play.advance(54)
    play.advance(7)
    holder.is_still_open()
    other.drain("q")


@scenario(versions=("3.10", "4.0"))
def looked_for_once_a_minute(play: Play) -> None:
    """4.0 looks for the oldest delivery of each channel once a minute, counted from when the channel began to hold
    something. What basic.get brought counts as well. A younger one that is over does not matter yet."""
    declaring = play.channel()
    queue_with(declaring, "ab", TWO_SECONDS, "two seconds")
    queue_with(declaring, "a", {"x-consumer-timeout": 0}, "none")
    queue_with(declaring, "a", {"x-consumer-timeout": -1}, "less than none")
    queue_with(declaring, "a", {"x-consumer-timeout": 70_000}, "over a minute")
    queue_with(declaring, "a", {}, "default")
    channels = [play.channel(on=name) for name in "BCDEFG"]
    consuming, getting, none, less, longer, behind = channels
    consuming.consume("two seconds", "slow", arguments={"x-consumer-timeout": 600_000})
    queue_with(declaring, "a", TWO_SECONDS, "for get")
    getting.basic_get("for get")
    none.consume("none")
    less.consume("less than none")
    longer.consume("over a minute")
    behind.basic_get("default")
    queue_with(declaring, "a", TWO_SECONDS, "for the second")
    behind.basic_get("for the second")
    play.advance(52)
    for channel in channels:
        channel.is_still_open()
    play.advance(13)
    for channel in channels:
        channel.is_still_open()
    declaring.drain("two seconds")
    play.advance(60)
    longer.is_still_open()
    behind.is_still_open()


@scenario(versions=("4.3",))
def goes_to_other_consumers(play: Play) -> None:
    """What timed out goes to the queue's other consumers, behind the cancellation; it does not count as a failure."""
    slow, quick = play.channel(), play.channel(on="B")
    queue_with(quick, "abc", {**CUT_SHORT, "x-delivery-limit": 1})
    slow.basic_qos(prefetch_count=2)
    slow.consume("q", "slow")
    slow.basic_qos(prefetch_count=1)
    slow.consume("q", "beside")
    slow.basic_ack(3)
    quick.consume("q", "quick", auto_ack=True)
    play.advance(3)
    slow.queue_declare("q", passive=True)


@scenario(versions=("4.3",))
def each_delivery_at_its_own_time(play: Play) -> None:
    """Only what has been held for too long goes back; an acknowledgement in time is one."""
    slow, other = play.channel(), play.channel(on="B")
    queue_with(other, "", {**QUORUM, "x-consumer-timeout": 8000})
    slow.consume("q", "slow")
    hand_over(play, other, "a")
    play.advance(3.5)
    hand_over(play, other, "b")
    slow.basic_ack(1)
    play.advance(5)
    hand_over(play, other, "c")
    other.queue_declare("q", passive=True)
    play.advance(4.5)
    other.bodies("q")


@scenario(versions=("4.3",))
def cancelled_once_for_each(play: Play) -> None:
    """A second delivery of the consumer that times out later cancels it again, which ends pika's connection."""
    slow, other = play.channel(), play.channel(on="B")
    queue_with(other, "", {**QUORUM, "x-consumer-timeout": 8000})
    slow.consume("q", "slow")
    hand_over(play, other, "a")
    play.advance(3.5)
    hand_over(play, other, "b")
    play.advance(6)
    other.queue_declare("q", passive=True)
    play.advance(5)
    slow.is_still_open()
    other.drain("q")


@scenario(versions=("4.3",))
def late_settlements_change_nothing(play: Play) -> None:
    """An ack, nack or reject of what has timed out is accepted, once, and the message stays where it is."""
    slow, other = play.channel(), play.channel(on="B")
    queue_with(other, "abcd", CUT_SHORT)
    slow.consume("q", "slow")
    play.advance(3)
    slow.basic_ack(1)
    slow.basic_nack(2)
    slow.basic_reject(3, requeue=False)
    other.queue_declare("q", passive=True)
    other.drain("q")
    slow.basic_ack(1)


@scenario(versions=("4.3",))
def served_again_once_all_is_settled(play: Play) -> None:
    """A consumer whose timed-out deliveries have all been settled late is served again, though it was cancelled: pika
    drops what comes, and it counts as held."""
    slow, other = play.channel(), play.channel(on="B")
    queue_with(other, "ab", CUT_SHORT)
    slow.consume("q", "slow")
    play.advance(3)
    slow.basic_ack(1)
    other.queue_declare("q", passive=True)
    slow.basic_ack(2)
    slow.is_still_open()
    other.drain("q")


@scenario(versions=("4.3",))
def its_tag_stays_taken(play: Play) -> None:
    """The tag of a consumer that was cancelled for its slowness cannot be used again on its channel."""
    slow = play.channel()
    queue_with(slow, "a", CUT_SHORT)
    slow.consume("q", "slow")
    play.advance(3)
    slow.consume("q", "slow")


@scenario(versions=("4.3",))
def another_tag_consumes(play: Play) -> None:
    """The channel may consume again under another tag: it gets what had timed out."""
    slow = play.channel()
    queue_with(slow, "ab", CUT_SHORT)
    slow.consume("q", "slow")
    play.advance(3)
    slow.consume("q", "quick")
    slow.queue_declare("q", passive=True)
    slow.basic_ack(4, multiple=True)
    slow.queue_declare("q", passive=True)


@scenario(versions=("4.3",))
def closes_what_cannot_be_cancelled(play: Play) -> None:
    """What basic.get brought, or a consumer held that the client has cancelled: the channel is closed."""
    getting, gone, other = play.channel(), play.channel(on="B"), play.channel(on="C")
    queue_with(other, "a", CUT_SHORT)
    queue_with(other, "b", CUT_SHORT, "p")
    getting.basic_get("q")
    gone.consume("p", "slow")
    gone.basic_cancel("slow")
    play.advance(3)
    getting.is_still_open()
    gone.is_still_open()
    other.drain("q")


@scenario(versions=("4.3",))
def closes_for_clients_that_cannot_be_told(play: Play) -> None:
    """A client that did not announce `consumer_cancel_notify` has its channel closed."""
    play.connection("A", client_properties={"capabilities": {"consumer_cancel_notify": False}})
    slow, other = play.channel(), play.channel(on="B")
    queue_with(other, "ab", CUT_SHORT)
    slow.consume("q", "slow")
    play.advance(3)
    slow.is_still_open()
    other.drain("q")


@scenario(versions=("4.3",))
def argument_of_the_consumer_comes_first(play: Play) -> None:
    """`x-consumer-timeout` of a consumer holds in place of the queue's, whether longer or shorter."""
    longer, shorter = play.channel(), play.channel(on="B")
    queue_with(longer, "a", CUT_SHORT, "q")
    queue_with(longer, "a", {**QUORUM, "x-consumer-timeout": 60_000}, "p")
    longer.consume("q", "longer", arguments={"x-consumer-timeout": 5000})
    shorter.consume("p", "shorter", arguments=TWO_SECONDS)
    play.advance(3)
    play.advance(3)


@scenario(versions=("4.3",))
def next_single_active_consumer(play: Play) -> None:
    """With a single active consumer the next one takes over what timed out."""
    slow, quick = play.channel(), play.channel(on="B")
    queue_with(quick, "abc", {**CUT_SHORT, "x-single-active-consumer": True})
    slow.basic_qos(prefetch_count=2)
    slow.consume("q", "slow")
    quick.consume("q", "quick", auto_ack=True)
    play.advance(3)
    slow.queue_declare("q", passive=True)
    slow.basic_ack(2, multiple=True)
    quick.publish("", "q", "d")


@scenario(versions=("4.3",))
def without_acknowledgement_there_is_none(play: Play) -> None:
    """What needs no acknowledgement does not time out; nor does what a classic queue delivered."""
    automatic, classic = play.channel(), play.channel(on="B")
    queue_with(automatic, "a", CUT_SHORT)
    queue_with(automatic, "a", {}, "p")
    automatic.consume("q", "automatic", auto_ack=True)
    classic.consume("p", "classic")
    play.advance(3)
    automatic.is_still_open()
    classic.is_still_open()


def holding(play: Play, queues: dict[str, dict[str, object]]) -> dict[str, Channel]:
    """For each queue a channel, on a connection of its own, whose consumer holds a message."""
    declaring = play.channel(on="declaring")
    holders = {}
    for name, arguments in queues.items():
        queue_with(declaring, "a", arguments, name)
        holders[name] = play.channel(on=name)
        holders[name].basic_qos(prefetch_count=10)
        from_start = {"x-stream-offset": "first"} if arguments.get("x-queue-type") == "stream" else {}
        holders[name].consume(name, "slow", arguments=from_start)
    return holders


def who_is_open(holders: dict[str, Channel]) -> None:
    for channel in holders.values():
        channel.is_still_open()


@scenario(versions=("4.0", "4.3"))
def by_policy(play: Play) -> None:
    """The key `consumer-timeout` of a policy holds as `x-consumer-timeout` does; of both the smaller one."""
    play.operator.set_policy("short", "^short", {"consumer-timeout": 6000})
    play.operator.set_policy("long", "^long", {"consumer-timeout": 600_000})
    holders = holding(
        play,
        {
            "short classic": {},
            "short quorum": QUORUM,
            "short stream": {"x-queue-type": "stream"},
            "short, but the argument is long": {**QUORUM, "x-consumer-timeout": 600_000},
            "long, but the argument is short": {**QUORUM, "x-consumer-timeout": 6000},
            "long quorum": QUORUM,
        },
    )
    getting = play.channel(on="getting")
    queue_with(getting, "a", QUORUM, "short for get")
    getting.basic_get("short for get")
    play.advance(8)
    who_is_open({**holders, "short for get": getting})
    play.advance(55)
    who_is_open({**holders, "short for get": getting})


@scenario(versions=("4.0",))
def none_by_policy(play: Play) -> None:
    """A policy with a `consumer-timeout` of 0 is no way to have none."""
    play.operator.set_policy("none", "^none", {"consumer-timeout": 0})
    holders = holding(play, {"none classic": {}, "none quorum": QUORUM})
    play.advance(62)
    who_is_open(holders)


@scenario(versions=("4.0", "4.3"))
def policy_changes(play: Play) -> None:
    """A policy with `consumer-timeout` that comes, changes or goes. On 4.0 what is in force at the look counts; on 4.3
    what was in force when the consumer started, or when basic.get brought the message."""
    short, long = {"consumer-timeout": 12_000}, {"consumer-timeout": 600_000}
    play.operator.set_policy("gone", "^gone", short)
    play.operator.set_policy("shorter", "^shorter", long)
    play.operator.set_policy("longer", "^longer", short)
    names = ("comes", "gone", "shorter", "longer")
    holders = holding(play, dict.fromkeys(names, QUORUM))
    declaring = play.channel(on="declaring")
    for name in ("comes", "gone"):
        getting = holders[f"{name}, got"] = play.channel(on=f"{name}, got")
        queue_with(declaring, "a", QUORUM, f"{name}, got")
        getting.basic_get(f"{name}, got")
    play.operator.set_policy("comes", "^comes", short)
    play.operator.clear_policy("gone")
    play.operator.set_policy("shorter", "^shorter", short)
    play.operator.set_policy("longer", "^longer", long)
    play.advance(14)
    who_is_open(holders)
    for name in names:
        hand_over(play, declaring, "b", name)
    play.advance(14)
    who_is_open(holders)
    play.advance(36)
    who_is_open(holders)


@scenario(versions=("4.3",))
def consumer_that_starts_after_a_change(play: Play) -> None:
    """A consumer has the timeout that was in force when it started; one that starts later has that of then."""
    ch, other = play.channel(), play.channel(on="B")
    queue_with(other, "a", QUORUM)
    queue_with(other, "", QUORUM, "p")
    ch.consume("p", "before")
    play.operator.set_policy("short", "^[pq]", {"consumer-timeout": 4000})
    ch.consume("q", "after")
    hand_over(play, other, "b", "p")
    play.advance(6)


@scenario(versions=("4.3",))
def policy_and_the_argument_of_a_consumer(play: Play) -> None:
    """`x-consumer-timeout` of a consumer holds in place of a policy's, whether longer or shorter."""
    play.operator.set_policy("short", "^q", {"consumer-timeout": 2000})
    play.operator.set_policy("long", "^p", {"consumer-timeout": 60_000})
    longer, shorter = play.channel(), play.channel(on="B")
    queue_with(longer, "a", QUORUM, "q")
    queue_with(longer, "a", QUORUM, "p")
    longer.consume("q", "longer", arguments={"x-consumer-timeout": 5000})
    shorter.consume("p", "shorter", arguments=TWO_SECONDS)
    play.advance(3)
    play.advance(3)
