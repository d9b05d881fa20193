"""RabbitMQ 4.3: a quorum queue may keep what comes back for a while (`x-delayed-retry-type`, `-min` and `-max`)."""

from ..play import Channel, Play
from ..scenario import scenario

NEWEST = ("4.3",)
TYPES = ("all", "failed", "returned", "disabled")


def queue_with(channel: Channel, bodies: str, queue: str = "q", **arguments: object) -> None:
    """A quorum queue; its arguments without `x-` and with underscores."""
    table = {f"x-{name.replace('_', '-')}": value for name, value in arguments.items()}
    channel.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum", **table})
    for body in bodies:
        channel.publish("", queue, body)


def count(play: Play, channel: Channel, queue: str = "q") -> None:
    """What declare-ok counts once the queue has had the time to count."""
    with play.burst():
        play.advance(0.2)
        channel.queue_declare(queue, passive=True)


@scenario(versions=NEWEST)
def what_is_kept(play: Play) -> None:
    """Type `failed`: what basic.reject returns; `returned`: what basic.nack does; `all`: both; `disabled`: neither."""
    for kind in TYPES:
        ch = play.channel(on=kind)
        queue_with(ch, "ab", kind, delayed_retry_type=kind, delayed_retry_min=2000)
        ch.basic_get(kind)
        ch.basic_get(kind)
        ch.basic_nack(1)
        ch.basic_reject(2)
        ch.bodies(kind)
        play.advance(2.5)
        ch.bodies(kind)


@scenario(versions=NEWEST)
def channel_closed(play: Play) -> None:
    """What a closed channel held has failed."""
    other = play.channel(on="other")
    for kind in TYPES:
        queue_with(other, "abc", kind, delayed_retry_type=kind, delayed_retry_min=2000)
        ch = play.channel(on=kind)
        ch.basic_get(kind)
        ch.basic_qos(prefetch_count=1)
        ch.consume(kind, "c")
        ch.close()
        count(play, other, kind)
        play.advance(2.5)
        other.drain(kind)


@scenario(versions=NEWEST)
def recovered(play: Play) -> None:
    """What basic.recover returns is `returned`."""
    for kind in TYPES:
        ch = play.channel(on=kind)
        queue_with(ch, "ab", kind, delayed_retry_type=kind, delayed_retry_min=2000)
        ch.basic_get(kind)
        ch.consume(kind, "c")
        ch.basic_recover(requeue=True)
        play.advance(2.5)


@scenario(versions=NEWEST)
def timed_out(play: Play) -> None:
    """What the consumer timeout gives back."""
    for kind in TYPES:
        ch, other = play.channel(on=kind), play.channel(on="other")
        queue_with(ch, "a", kind, delayed_retry_type=kind, delayed_retry_min=3000, consumer_timeout=2000)
        ch.consume(kind, "c")
        play.advance(3)
        other.bodies(kind)
        play.advance(3)
        other.drain(kind)


@scenario(versions=NEWEST)
def grows_up_to_the_maximum(play: Play) -> None:
    """With a maximum it is the minimum times the delivery count, at least 1 and at most the maximum."""
    ch = play.channel()
    queue_with(ch, "a", delayed_retry_type="all", delayed_retry_min=1000, delayed_retry_max=2500)
    ch.consume("q", "c")
    for tag, (just_not, just) in enumerate(((0.6, 0.8), (1.6, 0.8), (2.1, 0.8), (2.1, 0.8)), 1):
        ch.basic_reject(tag)
        play.advance(just_not)
        play.advance(just)


@scenario(versions=NEWEST)
def returns_do_not_let_it_grow(play: Play) -> None:
    """What does not count towards the delivery limit, basic.nack, does not make it longer."""
    ch = play.channel()
    queue_with(ch, "a", delayed_retry_type="all", delayed_retry_min=1000, delayed_retry_max=9000)
    ch.consume("q", "c")
    for tag in (1, 2, 3):
        ch.basic_nack(tag)
        play.advance(0.6)
        play.advance(0.8)
    ch.basic_reject(4)
    play.advance(1.4)
    ch.basic_reject(5)
    play.advance(2.4)
    ch.basic_nack(6)
    play.advance(1.5)
    play.advance(0.9)


@scenario(versions=NEWEST)
def without_maximum_it_stays(play: Play) -> None:
    """Without a maximum it is the minimum each time."""
    ch = play.channel()
    queue_with(ch, "a", delayed_retry_type="all", delayed_retry_min=1000)
    ch.consume("q", "c")
    for tag in (1, 2, 3):
        ch.basic_reject(tag)
        play.advance(0.6)
        play.advance(0.8)


@scenario(versions=NEWEST)
def values(play: Play) -> None:
    """Nothing is kept without a type that is known and a minimum above 0. A maximum below the minimum counts; one that
    is 0, negative or no number does not."""
    ch = play.channel()
    tried: tuple[dict[str, object], ...] = (
        {"delayed_retry_type": "all"},
        {"delayed_retry_min": 60_000},
        {"delayed_retry_type": "all", "delayed_retry_max": 60_000},
        {"delayed_retry_type": "all", "delayed_retry_min": 0},
        {"delayed_retry_type": "all", "delayed_retry_min": -60_000},
        {"delayed_retry_type": "all", "delayed_retry_min": "60000"},
        {"delayed_retry_type": "all", "delayed_retry_min": True},
        {"delayed_retry_type": "most", "delayed_retry_min": 60_000},
        {"delayed_retry_type": 1, "delayed_retry_min": 60_000},
        {"delayed_retry_type": "all", "delayed_retry_min": 60_000, "delayed_retry_max": 1000},
        {"delayed_retry_type": "all", "delayed_retry_min": 1000, "delayed_retry_max": 0},
        {"delayed_retry_type": "all", "delayed_retry_min": 1000, "delayed_retry_max": -5},
        {"delayed_retry_type": "all", "delayed_retry_min": 1000, "delayed_retry_max": "5"},
    )
    for number, arguments in enumerate(tried):
        queue_with(ch, "a", f"q{number}", **arguments)
        ch.basic_get(f"q{number}")
        ch.basic_reject(number + 1)
        count(play, ch, f"q{number}")
    play.advance(2)
    for number in range(len(tried)):
        ch.basic_get(f"q{number}", auto_ack=True)


@scenario(versions=NEWEST)
def comes_back_before_all_others(play: Play) -> None:
    """What comes back when its time has come goes before what was never delivered, in the order of these instants."""
    ch = play.channel()
    queue_with(ch, "abcd", delayed_retry_type="all", delayed_retry_min=2000)
    for _ in range(3):
        ch.basic_get("q")
    ch.basic_nack(2)
    play.advance(0.3)
    ch.basic_nack(1)
    ch.basic_nack(3)
    ch.publish("", "q", "e")
    count(play, ch)
    play.advance(2.5)
    count(play, ch)
    ch.drain("q")


@scenario(versions=NEWEST)
def several_at_once(play: Play) -> None:
    """What is returned together comes back together, in its order."""
    ch, other = play.channel(), play.channel()
    queue_with(ch, "abcd", delayed_retry_type="all", delayed_retry_min=1500)
    for _ in range(4):
        ch.basic_get("q")
    ch.basic_nack(3, multiple=True)
    count(play, ch)
    play.advance(2)
    other.bodies("q")


@scenario(versions=NEWEST)
def shorter_ones_overtake(play: Play) -> None:
    """What is returned later for a shorter time comes back earlier."""
    ch, other = play.channel(), play.channel()
    queue_with(ch, "x", delayed_retry_type="all", delayed_retry_min=2000, delayed_retry_max=9000)
    ch.basic_get("q")
    ch.basic_reject(1)
    play.advance(2.5)
    ch.publish("", "q", "y")
    ch.basic_get("q")
    ch.basic_get("q")
    ch.basic_reject(2)
    ch.basic_reject(3)
    play.advance(2.7)
    ch.publish("", "q", "z")
    count(play, ch)
    play.advance(2)
    other.bodies("q")


@scenario(versions=NEWEST)
def its_consumer_goes_on(play: Play) -> None:
    """What is kept counts against no prefetch: its consumer gets the next one; later whoever can take it gets it."""
    ch, other = play.channel(), play.channel(on="B")
    queue_with(ch, "abc", delayed_retry_type="all", delayed_retry_min=2000)
    ch.basic_qos(prefetch_count=1)
    ch.consume("q", "c")
    ch.basic_nack(1)
    count(play, ch)
    other.consume("q", "d")
    play.advance(2.5)
    ch.basic_ack(2)
    ch.basic_cancel("c")
    other.basic_nack(1)
    count(play, ch)
    play.advance(2.5)


@scenario(versions=NEWEST)
def single_active_consumer(play: Play) -> None:
    """With a single active consumer that one gets it again, or the one that has taken over by then."""
    ch, other = play.channel(), play.channel(on="B")
    queue_with(ch, "a", delayed_retry_type="all", delayed_retry_min=2000, single_active_consumer=True)
    ch.consume("q", "c")
    other.consume("q", "d")
    ch.basic_nack(1)
    play.advance(2.5)
    ch.basic_nack(2)
    ch.basic_cancel("c")
    play.advance(2.5)


@scenario(versions=NEWEST)
def counted_and_purged(play: Play) -> None:
    """It is neither among the messages of declare-ok nor does it make a consumer; a purge takes it, and counts it."""
    ch = play.channel()
    queue_with(ch, "abc", delayed_retry_type="all", delayed_retry_min=2000)
    ch.basic_get("q")
    ch.basic_nack(1)
    count(play, ch)
    ch.basic_get("q")
    count(play, ch)
    ch.queue_purge("q")
    count(play, ch)
    play.advance(2.5)
    count(play, ch)
    ch.drain("q")


@scenario(versions=NEWEST)
def deleted(play: Play) -> None:
    """A queue that is deleted tells what delete-ok counts of it, and takes it along."""
    ch = play.channel()
    ch.queue_declare("dead")
    dead = {"dead_letter_exchange": "", "dead_letter_routing_key": "dead"}
    queue_with(ch, "abc", delayed_retry_type="all", delayed_retry_min=2000, **dead)
    ch.basic_get("q")
    ch.basic_nack(1)
    ch.basic_get("q")
    ch.queue_delete("q")
    play.advance(2.5)
    ch.drain("dead")
    queue_with(ch, "", delayed_retry_type="all", delayed_retry_min=2000)
    ch.drain("q")


@scenario(versions=NEWEST)
def at_the_delivery_limit(play: Play) -> None:
    """What is one return too many dies at once; what a client rejects for good, too."""
    ch, other = play.channel(), play.channel()
    ch.queue_declare("dead")
    dead = {"dead_letter_exchange": "", "dead_letter_routing_key": "dead"}
    queue_with(ch, "ab", delayed_retry_type="all", delayed_retry_min=1500, delivery_limit=1, **dead)
    ch.basic_get("q")
    ch.basic_reject(1)
    play.advance(2)
    ch.basic_get("q")
    ch.basic_reject(2)
    other.drain("dead")
    ch.basic_get("q")
    ch.basic_reject(3, requeue=False)
    other.drain("dead")


@scenario(versions=NEWEST)
def expires_when_it_comes_back(play: Play) -> None:
    """A message whose time to live passes meanwhile expires when it comes back."""
    ch = play.channel()
    ch.queue_declare("dead")
    dead = {"dead_letter_exchange": "", "dead_letter_routing_key": "dead"}
    queue_with(ch, "ab", delayed_retry_type="all", delayed_retry_min=3000, message_ttl=1500, **dead)
    ch.basic_get("q")
    ch.basic_reject(1)
    play.advance(2)
    count(play, ch)
    ch.bodies("dead")
    play.advance(2.5)
    count(play, ch)
    ch.drain("dead")


@scenario(versions=NEWEST)
def limits_of_length(play: Play) -> None:
    """It counts against `x-max-length`: the head of what is ready goes, never what is kept."""
    ch = play.channel()
    ch.queue_declare("dead")
    dead = {"dead_letter_exchange": "", "dead_letter_routing_key": "dead"}
    queue_with(ch, "ab", delayed_retry_type="all", delayed_retry_min=4000, max_length=2, **dead)
    ch.basic_get("q")
    ch.basic_nack(1)
    count(play, ch)
    ch.publish("", "q", "c")
    count(play, ch)
    ch.basic_get("q")
    ch.basic_nack(2)
    count(play, ch)
    ch.publish("", "q", "d")
    count(play, ch)
    ch.publish("", "q", "e")
    count(play, ch)
    ch.bodies("dead")
    play.advance(5)
    count(play, ch)
    ch.drain("q")
    ch.bodies("dead")


@scenario(versions=NEWEST)
def limits_of_bytes(play: Play) -> None:
    """It counts against `x-max-length-bytes`, too."""
    ch = play.channel()
    queue_with(ch, "", delayed_retry_type="all", delayed_retry_min=3000, max_length_bytes=50)
    for body in ("a", "b"):
        ch.publish("", "q", body * 15)
    ch.basic_get("q")
    ch.basic_nack(1)
    count(play, ch)
    for body in ("c", "d"):
        ch.publish("", "q", body * 15)
        count(play, ch)
    play.advance(4)
    ch.bodies("q")


@scenario(versions=NEWEST)
def limits_that_refuse(play: Play) -> None:
    """With `reject-publish` it takes the place of another message."""
    ch = play.channel()
    queue_with(ch, "abc", delayed_retry_type="all", delayed_retry_min=4000, max_length=2, overflow="reject-publish")
    ch.confirm_delivery()
    for tag in (1, 2, 3):
        ch.basic_get("q")
        ch.basic_nack(tag)
    for body in "def":
        ch.publish("", "q", body)
    count(play, ch)
    play.advance(5)
    count(play, ch)
    ch.publish("", "q", "g")
    ch.bodies("q")


@scenario(versions=NEWEST)
def priorities(play: Play) -> None:
    """What comes back goes before what was never delivered, whatever their priorities."""
    ch = play.channel()
    queue_with(ch, "", delayed_retry_type="all", delayed_retry_min=1500)
    ch.publish("", "q", "low", priority=1)
    ch.basic_get("q")
    ch.publish("", "q", "high", priority=9)
    ch.basic_nack(1)
    ch.bodies("q")
    ch.publish("", "q", "higher", priority=9)
    play.advance(2)
    ch.bodies("q")


@scenario(versions=NEWEST)
def by_policy(play: Play) -> None:
    """A policy has keys for it. When they go, what is kept stays so until its time, and what comes back later is not
    kept; when they come, what comes back from then on is."""
    ch = play.channel()
    queue_with(ch, "ab")
    ch.basic_get("q")
    play.operator.set_policy("p", "^q", {"delayed-retry-type": "all", "delayed-retry-min": 3000})
    ch.basic_nack(1)
    count(play, ch)
    play.operator.clear_policy("p")
    count(play, ch)
    ch.basic_get("q")
    ch.basic_nack(2)
    count(play, ch)
    play.advance(4)
    ch.drain("q")


@scenario(versions=NEWEST)
def by_policy_and_argument(play: Play) -> None:
    """Of types the policy's counts, of minima and of maxima the smaller one."""
    play.operator.set_policy("typed", "^typed", {"delayed-retry-type": "all", "delayed-retry-min": 2000})
    play.operator.set_policy("failed", "^failed", {"delayed-retry-type": "failed", "delayed-retry-min": 2000})
    play.operator.set_policy("disabled", "^disabled", {"delayed-retry-type": "disabled"})
    play.operator.set_policy("capped", "^capped", {"delayed-retry-max": 2000})
    ch = play.channel()
    asked: dict[str, dict[str, object]] = {
        "typed, disabled": {"delayed_retry_type": "disabled"},
        "typed, most": {"delayed_retry_type": "most"},
        "typed, failed": {"delayed_retry_type": "failed"},
        "typed, negative": {"delayed_retry_min": -1},
        "typed, no number": {"delayed_retry_min": "x"},
        "failed, all": {"delayed_retry_type": "all"},
        "disabled, all": {"delayed_retry_type": "all", "delayed_retry_min": 2000},
        "typed, longer": {"delayed_retry_min": 60_000},
        "typed, capped": {"delayed_retry_max": 60_000},
        "capped, without": {"delayed_retry_type": "all", "delayed_retry_min": 60_000},
        "capped, negative": {"delayed_retry_type": "all", "delayed_retry_min": 60_000, "delayed_retry_max": -1},
        "capped, higher": {"delayed_retry_type": "all", "delayed_retry_min": 60_000, "delayed_retry_max": 60_000},
    }
    for queue, arguments in asked.items():
        queue_with(ch, "a", queue, **arguments)
    channels = {queue: play.channel() for queue in asked}
    for queue, channel in channels.items():
        channel.basic_get(queue)
    with play.burst():
        for channel in channels.values():
            channel.basic_nack(1)
    play.advance(0.3)
    for queue in asked:
        ch.queue_declare(queue, passive=True)
    play.advance(2.5)
    for queue in asked:
        ch.queue_declare(queue, passive=True)


@scenario(versions=NEWEST)
def smaller_argument_than_a_policy(play: Play) -> None:
    """A minimum, and a maximum, that is smaller than the policy's counts."""
    play.operator.set_policy("long", "^q", {"delayed-retry-min": 60_000, "delayed-retry-max": 60_000})
    ch = play.channel()
    queue_with(ch, "a", "q min", delayed_retry_type="all", delayed_retry_min=2000)
    queue_with(ch, "a", "q max", delayed_retry_type="all", delayed_retry_max=2000)
    ch.basic_get("q min")
    ch.basic_get("q max")
    ch.basic_nack(0, multiple=True)
    count(play, ch, "q min")
    count(play, ch, "q max")
    play.advance(2.5)
    count(play, ch, "q min")
    count(play, ch, "q max")


@scenario(versions=NEWEST)
def by_operator_policy(play: Play) -> None:
    """An operator policy has the keys as well: with a policy, the larger minimum and the smaller maximum."""
    play.operator.set_operator_policy("o", "^q", {"delayed-retry-type": "failed", "delayed-retry-min": 1000})
    play.operator.set_policy("p", "^q", {"delayed-retry-type": "all", "delayed-retry-min": 3000})
    ch = play.channel()
    queue_with(ch, "ab")
    ch.basic_get("q")
    ch.basic_get("q")
    ch.basic_nack(1)
    ch.basic_reject(2)
    ch.bodies("q")
    play.advance(1.5)
    count(play, ch)
    play.advance(2)
    count(play, ch)


@scenario(versions=NEWEST)
def in_a_transaction(play: Play) -> None:
    """In a transaction it begins with the commit."""
    ch = play.channel()
    queue_with(ch, "a", delayed_retry_type="all", delayed_retry_min=1500)
    ch.tx_select()
    ch.basic_get("q")
    ch.basic_nack(1)
    play.advance(2)
    count(play, ch)
    ch.tx_commit()
    count(play, ch)
    play.advance(2)
    count(play, ch)


@scenario(versions=NEWEST)
def dead_letters_bring_their_count(play: Play) -> None:
    """What a dead letter had failed before counts as well for how long it is kept."""
    ch = play.channel()
    cap = {"delayed_retry_type": "all", "delayed_retry_min": 1000, "delayed_retry_max": 9000}
    queue_with(ch, "", "target", **cap)
    queue_with(ch, "a", dead_letter_exchange="", dead_letter_routing_key="target")
    for tag in (1, 2):
        ch.basic_get("q")
        ch.basic_reject(tag)
    ch.basic_get("q")
    ch.basic_reject(3, requeue=False)
    play.advance(0.3)
    ch.basic_get("target")
    ch.basic_reject(4)
    play.advance(1)
    count(play, ch, "target")
    play.advance(1.3)
    count(play, ch, "target")
    play.advance(2.5)
    ch.drain("target")
