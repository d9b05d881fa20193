"""Policies: which one applies, what it does to queues and exchanges, what is refused."""

from __future__ import annotations

from typing import Any

from ..play import Channel, Play
from ..scenario import scenario

QUORUM = {"x-queue-type": "quorum"}
STREAM = {"x-queue-type": "stream"}
STATISTICS_SECONDS = 12
"""How old what a broker tells of its queues may be, with some to spare."""


def fill(ch: Channel, queue: str, bodies: str, **properties: Any) -> None:
    for body in bodies:
        ch.publish("", queue, body, **properties)


# --- which policy applies


@scenario()
def existing_and_later_queues(play: Play) -> None:
    """A policy applies to queues that are there and to those that are declared later, if the name matches."""
    ch = play.channel()
    ch.queue_declare("q1")
    play.operator.set_policy("short", "^q", {"max-length": 1})
    ch.queue_declare("q2")
    ch.queue_declare("other")
    for queue in ("q1", "q2", "other"):
        fill(ch, queue, "abc")
        ch.bodies(queue)


@scenario()
def pattern_is_searched(play: Play) -> None:
    """The pattern may match anywhere in the name, minds the case, and may be empty, which matches all."""
    ch = play.channel()
    for queue in ("jobs", "my.jobs.old", "JOBS"):
        ch.queue_declare(queue)
    for pattern in ("jobs", "^jobs$", "s$", "(?i)jobs", "j.b", "j\\.b", "", "^(my|JOB)", "o{2}", "^.{4}$"):
        play.operator.set_policy("p", pattern, {"max-length": 1})
        for queue in ("jobs", "my.jobs.old", "JOBS"):
            play.operator.show_queue(queue)


@scenario()
def highest_priority_applies_alone(play: Play) -> None:
    """Of several matching policies the one of highest priority applies as a whole; keys of others do not join in."""
    ch = play.channel()
    ch.queue_declare("dead")
    ch.queue_declare("q")
    letters = {"dead-letter-exchange": "", "dead-letter-routing-key": "dead"}
    play.operator.set_policy("letters", "^q", letters, priority=1)
    play.operator.set_policy("short", "^q", {"max-length": 1}, priority=2)
    play.operator.show_queue("q")
    fill(ch, "q", "abc")
    ch.bodies("dead")
    ch.bodies("q")
    play.operator.clear_policy("short")
    play.operator.show_queue("q")
    fill(ch, "q", "abc")
    ch.bodies("q")


@scenario()
def priorities_may_be_negative_or_broken(play: Play) -> None:
    """Priorities are numbers, also negative ones and fractions."""
    ch = play.channel()
    ch.queue_declare("q")
    for name, priority in (("a", -2), ("b", -1.5), ("c", -1.75)):
        play.operator.set_policy(name, "^q", {"max-length": 1}, priority=priority)
        play.operator.show_queue("q")


@scenario()
def set_again(play: Play) -> None:
    """A policy that is set again under its name is another one: what it said before is over."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_declare("r")
    play.operator.set_policy("p", "^q", {"max-length": 1})
    play.operator.set_policy("p", "^r", {"max-length": 2})
    for queue in ("q", "r"):
        play.operator.show_queue(queue)
        fill(ch, queue, "abc")
        ch.bodies(queue)
    play.operator.list_policies()


@scenario()
def cleared(play: Play) -> None:
    """Clearing a policy undoes it; one that is not there is not found."""
    ch = play.channel()
    ch.queue_declare("q")
    play.operator.set_policy("p", "^q", {"max-length": 1})
    play.operator.clear_policy("p")
    fill(ch, "q", "abc")
    ch.bodies("q")
    play.operator.clear_policy("p")
    play.operator.list_policies()


@scenario()
def listed(play: Play) -> None:
    """Policies are listed with all they were set with."""
    play.operator.set_policy("b", "^q", {"max-length": 1, "expires": 60000}, priority=3, apply_to="queues")
    play.operator.set_policy("a", "", {"alternate-exchange": "x"}, apply_to="exchanges")
    play.operator.set_policy("c", "^q", {"overflow": "drop-head"}, priority=-1)
    play.operator.list_policies()
    play.operator.list_operator_policies()


@scenario()
def applied_to_queues_or_exchanges(play: Play) -> None:
    """apply_to: queues, exchanges or all."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.exchange_declare("q")
    for apply_to in ("queues", "exchanges", "all"):
        play.operator.set_policy("p", "^q", {"max-length": 1, "alternate-exchange": "x"}, apply_to=apply_to)
        play.operator.show_queue("q")
        play.operator.show_exchange("q")


@scenario()
def applied_to_kinds_of_queues(play: Play) -> None:
    """apply_to: from RabbitMQ 4 on also classic_queues, quorum_queues and streams; 3.10 refuses these."""
    ch = play.channel()
    ch.queue_declare("q.classic")
    ch.queue_declare("q.quorum", durable=True, arguments=QUORUM)
    ch.queue_declare("q.stream", durable=True, arguments=STREAM)
    for apply_to in ("classic_queues", "quorum_queues", "streams", "queues"):
        play.operator.set_policy(apply_to, "^q", {"max-length-bytes": 100_000}, apply_to=apply_to)
        for kind in ("classic", "quorum", "stream"):
            play.operator.show_queue(f"q.{kind}")
        play.operator.clear_policy(apply_to)


KEYS: dict[str, Any] = {
    "alternate-exchange": "x",
    "dead-letter-exchange": "x",
    "dead-letter-routing-key": "k",
    "dead-letter-strategy": "at-most-once",
    "delivery-limit": 5,
    "expires": 600_000,
    "max-length": 5,
    "max-length-bytes": 500,
    "max-in-memory-length": 5,
    "max-in-memory-bytes": 5,
    "message-ttl": 600_000,
    "overflow": "drop-head",
    "queue-mode": "lazy",
    "queue-version": 2,
    "queue-leader-locator": "client-local",
    "initial-cluster-size": 1,
    "max-age": "1D",
    "stream-max-segment-size-bytes": 5000,
}


def keys_and_kinds(play: Play, keys: dict[str, Any]) -> None:
    ch = play.channel()
    for name, value in keys.items():
        play.operator.set_policy(name, f"^{name}$", {name: value}, priority=2)
        ch.exchange_declare(name)
        play.operator.show_exchange(name)
        for kind in ("classic", "quorum", "stream"):
            ch.queue_declare(name, durable=True, arguments={"x-queue-type": kind})
            play.operator.show_queue(name)
            ch.queue_delete(name)


@scenario()
def keys_and_kinds_of_queue(play: Play) -> None:
    """A policy with a key that a kind of queue does not have is not in force for it; an exchange takes any."""
    keys_and_kinds(play, KEYS)


@scenario(versions=("4.0", "4.3"))
def newer_keys_and_kinds_of_queue(play: Play) -> None:
    """The same for keys that RabbitMQ 4 brought."""
    keys_and_kinds(play, {"consumer-timeout": 600_000, "stream-filter-size-bytes": 16, "target-group-size": 3})


@scenario(versions=("4.3",))
def newest_keys_and_kinds_of_queue(play: Play) -> None:
    """The same for keys that RabbitMQ 4.3 has."""
    keys_and_kinds(play, {"consumer-disconnected-timeout": 600_000, "delayed-retry-max": 5, "delayed-retry-min": 5})


@scenario(versions=("3.10", "4.0"))
def older_keys_and_kinds_of_queue(play: Play) -> None:
    """The same for a key that 4.3 does not permit any more."""
    keys_and_kinds(play, {"queue-master-locator": "client-local"})


@scenario(versions=("3.10",))
def mirroring_keys_and_kinds_of_queue(play: Play) -> None:
    """The same for mirroring, which RabbitMQ 3.10 still has."""
    keys_and_kinds(play, {"ha-mode": "all"})


@scenario()
def foreign_keys_beside_known_ones(play: Play) -> None:
    """One key that a kind of queue does not have is enough: the whole policy is not in force, and another one is."""
    ch = play.channel()
    ch.queue_declare("q.classic")
    ch.queue_declare("q.quorum", durable=True, arguments=QUORUM)
    ch.queue_declare("q.stream", durable=True, arguments=STREAM)
    play.operator.set_policy("low", "^q", {"max-length-bytes": 1_000_000})
    for definition in (
        {"max-age": "1D", "max-length": 5},
        {"max-age": "1D", "max-length-bytes": 500},
        {"delivery-limit": 5, "max-length": 5},
        {"alternate-exchange": "x", "max-length-bytes": 500},
        {"alternate-exchange": "x", "max-age": "1D"},
        {"queue-mode": "lazy", "max-length": 5},
        {"alternate-exchange": "x"},
    ):
        play.operator.set_policy("high", "^q", definition, priority=1)
        for kind in ("classic", "quorum", "stream"):
            play.operator.show_queue(f"q.{kind}")


@scenario()
def exclusive_and_server_named_queues(play: Play) -> None:
    """Exclusive queues and server-named ones are no exception."""
    ch = play.channel()
    play.operator.set_policy("p", "^(mine|amq\\.gen)", {"max-length": 1})
    ch.queue_declare("mine", exclusive=True)
    named = ch.queue_declare("", exclusive=True)
    for queue in ("mine", named.method.queue):
        fill(ch, queue, "abc")
        ch.bodies(queue)


@scenario()
def redeclaring_minds_arguments_only(play: Play) -> None:
    """What a policy says is no argument: a declare without it is the same queue, one with it is another."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.exchange_declare("x")
    play.operator.set_policy("p", "^[qx]", {"max-length": 5, "alternate-exchange": "amq.fanout"})
    ch.queue_declare("q")
    ch.exchange_declare("x")
    ch.queue_declare("q", arguments={"x-max-length": 5})
    other = play.channel()
    other.exchange_declare("x", arguments={"alternate-exchange": "amq.fanout"})


# --- length


@scenario()
def max_length_drops_at_once(play: Play) -> None:
    """A lower max-length drops heads at once, as dead letters if there is an exchange for them."""
    ch = play.channel()
    ch.queue_declare("dead")
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"})
    ch.queue_declare("plain")
    fill(ch, "q", "abcd")
    fill(ch, "plain", "abcd")
    play.operator.set_policy("p", "^(q|plain)$", {"max-length": 1})
    ch.drain("dead")
    ch.bodies("q")
    ch.bodies("plain")


@scenario()
def max_length_of_a_quorum_queue(play: Play) -> None:
    """A quorum queue drops heads at once, too."""
    ch = play.channel()
    ch.queue_declare("q", durable=True, arguments=QUORUM)
    fill(ch, "q", "abcd")
    play.operator.set_policy("p", "^q", {"max-length": 1})
    play.advance(0.5)
    ch.bodies("q")
    fill(ch, "q", "abcd")
    ch.bodies("q")
    play.operator.clear_policy("p")
    fill(ch, "q", "abcd")
    ch.bodies("q")


@scenario()
def max_length_grows(play: Play) -> None:
    """A policy that allows more lets more in; without it there is no limit."""
    ch = play.channel()
    ch.queue_declare("q")
    play.operator.set_policy("p", "^q", {"max-length": 1})
    fill(ch, "q", "abc")
    play.operator.set_policy("p", "^q", {"max-length": 2})
    fill(ch, "q", "def")
    ch.queue_declare("q", passive=True)
    play.operator.clear_policy("p")
    fill(ch, "q", "ghi")
    ch.bodies("q")


@scenario()
def max_length_spares_the_unacknowledged(play: Play) -> None:
    """What is unacknowledged does not count, and comes back into the smaller queue."""
    ch = play.channel()
    ch.queue_declare("q")
    fill(ch, "q", "abcd")
    ch.basic_get("q")
    ch.basic_get("q")
    play.operator.set_policy("p", "^q", {"max-length": 1})
    ch.queue_declare("q", passive=True)
    ch.basic_nack(0, multiple=True)
    ch.bodies("q")


@scenario()
def max_length_bytes(play: Play) -> None:
    """max-length-bytes set on a queue that holds messages counts what it holds."""
    ch = play.channel()
    ch.queue_declare("q")
    fill(ch, "q", "abcd")
    play.operator.set_policy("p", "^q", {"max-length-bytes": 3})
    ch.queue_declare("q", passive=True)
    ch.publish("", "q", "ee")
    ch.bodies("q")
    play.operator.clear_policy("p")
    fill(ch, "q", "abcd")
    ch.bodies("q")


@scenario()
def max_length_bytes_of_a_quorum_queue(play: Play) -> None:
    """The same for a quorum queue, which from 4.3 on counts properties, too."""
    ch = play.channel()
    ch.queue_declare("q", durable=True, arguments=QUORUM)
    fill(ch, "q", "abcd")
    play.operator.set_policy("p", "^q", {"max-length-bytes": 9})
    play.advance(0.5)
    ch.queue_declare("q", passive=True)
    ch.publish("", "q", "eeeeee")
    ch.bodies("q")


@scenario()
def smaller_number_counts(play: Play) -> None:
    """Of an argument and a policy the smaller limit counts, for length and bytes."""
    ch = play.channel()
    ch.queue_declare("q1", arguments={"x-max-length": 1})
    ch.queue_declare("q3", arguments={"x-max-length": 3})
    ch.queue_declare("b1", arguments={"x-max-length-bytes": 1})
    ch.queue_declare("b3", arguments={"x-max-length-bytes": 3})
    play.operator.set_policy("length", "^q", {"max-length": 2})
    play.operator.set_policy("bytes", "^b", {"max-length-bytes": 2})
    for queue in ("q1", "q3", "b1", "b3"):
        fill(ch, queue, "abcd")
        ch.bodies(queue)


@scenario()
def smaller_number_counts_in_quorum_queues(play: Play) -> None:
    """The same for quorum queues."""
    ch = play.channel()
    play.operator.set_policy("length", "^q", {"max-length": 2})
    for queue, limit in (("q1", 1), ("q3", 3)):
        ch.queue_declare(queue, durable=True, arguments={**QUORUM, "x-max-length": limit})
        fill(ch, queue, "abcd")
        ch.bodies(queue)


@scenario()
def overflow_refuses(play: Play) -> None:
    """overflow by policy: publishes are refused while the queue is full; a lower limit drops heads all the same."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.queue_declare("q")
    fill(ch, "q", "abc")
    play.operator.set_policy("p", "^q", {"max-length": 2, "overflow": "reject-publish"})
    ch.queue_declare("q", passive=True)
    ch.publish("", "q", "d")
    ch.bodies("q")
    fill(ch, "q", "efg")
    play.operator.set_policy("p", "^q", {"max-length": 1})
    ch.bodies("q")


@scenario()
def overflow_of_a_quorum_queue(play: Play) -> None:
    """The same for a quorum queue."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.queue_declare("q", durable=True, arguments=QUORUM)
    play.operator.set_policy("p", "^q", {"max-length": 2, "overflow": "reject-publish"})
    play.advance(0.5)
    fill(ch, "q", "abcd")
    ch.bodies("q")


@scenario()
def max_length_of_a_refusing_quorum_queue(play: Play) -> None:
    """A quorum queue that refuses publishes keeps what it holds when max-length is lowered."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.queue_declare("q", durable=True, arguments={**QUORUM, "x-overflow": "reject-publish"})
    fill(ch, "q", "abcd")
    play.operator.set_policy("p", "^q", {"max-length": 2})
    play.advance(0.5)
    ch.queue_declare("q", passive=True)
    ch.publish("", "q", "e")
    ch.bodies("q")


@scenario()
def max_length_lowered_while_refusing(play: Play) -> None:
    """A classic queue that refuses publishes before and after a change of its policy keeps what it holds."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.queue_declare("q")
    play.operator.set_policy("p", "^q", {"max-length": 5, "overflow": "reject-publish"})
    fill(ch, "q", "abcd")
    play.operator.set_policy("p", "^q", {"max-length": 2, "overflow": "reject-publish"})
    ch.queue_declare("q", passive=True)
    ch.publish("", "q", "e")
    ch.bodies("q")


@scenario()
def overflow_of_a_policy_that_is_cleared(play: Play) -> None:
    """A queue whose policy does not say reject-publish any more drops heads again."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.queue_declare("q", arguments={"x-max-length": 2})
    play.operator.set_policy("p", "^q", {"overflow": "reject-publish"})
    fill(ch, "q", "abc")
    play.operator.clear_policy("p")
    fill(ch, "q", "de")
    ch.bodies("q")


@scenario()
def overflow_changed_to_drop(play: Play) -> None:
    """From reject-publish to drop-head by policy, with less room: heads are dropped at once."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.queue_declare("q")
    play.operator.set_policy("p", "^q", {"max-length": 5, "overflow": "reject-publish"})
    fill(ch, "q", "abcd")
    play.operator.set_policy("p", "^q", {"max-length": 2, "overflow": "drop-head"})
    ch.queue_declare("q", passive=True)
    fill(ch, "q", "e")
    ch.bodies("q")


@scenario()
def overflow_left_out_with_less_room(play: Play) -> None:
    """From reject-publish to nothing said, with less room: the same."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.queue_declare("q")
    play.operator.set_policy("p", "^q", {"max-length": 5, "overflow": "reject-publish"})
    fill(ch, "q", "abcd")
    play.operator.set_policy("p", "^q", {"max-length": 2})
    ch.queue_declare("q", passive=True)
    fill(ch, "q", "e")
    ch.queue_declare("q", passive=True)
    fill(ch, "q", "fg")
    ch.bodies("q")


@scenario()
def overflow_of_a_full_quorum_queue(play: Play) -> None:
    """A quorum queue keeps what it holds when a policy makes it both shorter and refusing; else it drops."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.queue_declare("q", durable=True, arguments=QUORUM)
    fill(ch, "q", "abcd")
    play.operator.set_policy("p", "^q", {"max-length": 2, "overflow": "reject-publish"})
    play.advance(0.5)
    ch.queue_declare("q", passive=True)
    ch.publish("", "q", "e")
    play.operator.set_policy("p", "^q", {"max-length": 3})
    play.advance(0.5)
    ch.bodies("q")


@scenario()
def max_length_of_a_refusing_queue(play: Play) -> None:
    """A classic queue that refuses publishes by argument keeps what it holds when max-length is lowered."""
    ch = play.channel()
    ch.queue_declare("dead")
    letters = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"}
    ch.queue_declare("q1", arguments={"x-overflow": "reject-publish", **letters})
    ch.queue_declare("q2", arguments={"x-overflow": "reject-publish-dlx", **letters})
    fill(ch, "q1", "abc")
    fill(ch, "q2", "def")
    play.operator.set_policy("p", "^q", {"max-length": 1})
    ch.bodies("q1")
    ch.bodies("q2")
    ch.drain("dead")


@scenario()
def max_priority_queues_drop(play: Play) -> None:
    """A priority queue drops its head, the oldest of the highest priority, until it is short enough."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-max-priority": 5})
    for body, priority in (("a", 1), ("b", 5), ("c", 3), ("d", 5)):
        ch.publish("", "q", body, priority=priority)
    play.operator.set_policy("p", "^q", {"max-length": 2})
    ch.bodies("q")


@scenario()
def overflow_of_the_argument_counts(play: Play) -> None:
    """Of overflow as argument and by policy the argument counts."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.queue_declare("drop", arguments={"x-overflow": "drop-head"})
    ch.queue_declare("reject", arguments={"x-overflow": "reject-publish"})
    play.operator.set_policy("p", "^drop", {"max-length": 1, "overflow": "reject-publish"})
    play.operator.set_policy("r", "^reject", {"max-length": 1, "overflow": "drop-head"})
    for queue in ("drop", "reject"):
        fill(ch, queue, "ab")
        ch.bodies(queue)


@scenario()
def overflow_refuses_with_a_dead_letter(play: Play) -> None:
    """overflow reject-publish-dlx by policy dead-letters what is refused."""
    ch = play.channel()
    ch.queue_declare("dead")
    ch.queue_declare("q")
    definition = {
        "max-length": 1,
        "overflow": "reject-publish-dlx",
        "dead-letter-exchange": "",
        "dead-letter-routing-key": "dead",
    }
    play.operator.set_policy("p", "^q", definition)
    fill(ch, "q", "ab")
    ch.drain("dead")
    ch.bodies("q")


@scenario()
def max_length_of_a_consumed_queue(play: Play) -> None:
    """With max-length 0 by policy a message reaches a consumer that is free, or is gone."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.basic_qos(prefetch_count=1)
    ch.consume("q", "c")
    play.operator.set_policy("p", "^q", {"max-length": 0})
    fill(ch, "q", "ab")
    ch.basic_ack(1)
    ch.queue_declare("q", passive=True)


# --- time


@scenario()
def message_ttl_of_what_arrives(play: Play) -> None:
    """message-ttl counts for messages that arrive from then on; those that wait keep what they had."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "before")
    play.operator.set_policy("p", "^q", {"message-ttl": 1000})
    ch.publish("", "q", "after")
    ch.basic_get("q", auto_ack=True)
    play.advance(1.5)
    ch.queue_declare("q", passive=True)


@scenario()
def message_ttl_cleared(play: Play) -> None:
    """Messages keep the time to live that they arrived with, when the policy is gone, and when they come back."""
    ch = play.channel()
    ch.queue_declare("q")
    play.operator.set_policy("p", "^q", {"message-ttl": 2000})
    fill(ch, "q", "ab")
    play.operator.clear_policy("p")
    ch.publish("", "q", "c")
    ch.basic_get("q")
    ch.basic_nack(1)
    play.advance(2)
    ch.bodies("q")


@scenario()
def message_ttl_smaller_counts(play: Play) -> None:
    """Of argument, policy and the message's own expiration the smallest counts."""
    ch = play.channel()
    ch.queue_declare("q1", arguments={"x-message-ttl": 600})
    ch.queue_declare("q2", arguments={"x-message-ttl": 60_000})
    play.operator.set_policy("p", "^q1", {"message-ttl": 60_000})
    play.operator.set_policy("q", "^q2", {"message-ttl": 600})
    ch.queue_declare("q3")
    play.operator.set_policy("r", "^q3", {"message-ttl": 60_000})
    for queue in ("q1", "q2"):
        ch.publish("", queue, "m")
    ch.publish("", "q3", "m", expiration="600")
    play.advance(1.2)
    for queue in ("q1", "q2", "q3"):
        ch.queue_declare(queue, passive=True)


@scenario()
def message_ttl_zero(play: Play) -> None:
    """message-ttl 0: what nobody waits for is gone."""
    ch = play.channel()
    ch.queue_declare("q")
    play.operator.set_policy("p", "^q", {"message-ttl": 0})
    ch.publish("", "q", "a")
    ch.queue_declare("q", passive=True)
    ch.consume("q", "c")
    ch.publish("", "q", "b")


@scenario()
def message_ttl_of_a_quorum_queue(play: Play) -> None:
    """In a quorum queue, too, message-ttl counts for messages that arrive from then on."""
    ch = play.channel()
    ch.queue_declare("q", durable=True, arguments=QUORUM)
    ch.publish("", "q", "before")
    play.operator.set_policy("p", "^q", {"message-ttl": 1000})
    play.advance(0.3)
    ch.publish("", "q", "after")
    ch.basic_get("q", auto_ack=True)
    ch.queue_declare("q", passive=True)
    play.advance(1.5)
    ch.queue_declare("q", passive=True)


@scenario()
def expires_starts_a_clock(play: Play) -> None:
    """expires on a queue that has long been unused counts from when the policy is set."""
    ch = play.channel()
    ch.queue_declare("q")
    play.advance(1)
    play.operator.set_policy("p", "^q", {"expires": 1000})
    play.advance(0.3)
    ch.queue_bind("q", "amq.fanout")
    play.advance(1)
    ch.queue_declare("q", passive=True)


@scenario()
def expires_cleared(play: Play) -> None:
    """Clearing the policy stops the clock."""
    ch = play.channel()
    ch.queue_declare("q")
    play.operator.set_policy("p", "^q", {"expires": 1500})
    play.operator.clear_policy("p")
    play.advance(2)
    ch.queue_declare("q", passive=True)


@scenario()
def expires_set_again(play: Play) -> None:
    """Setting another time starts the clock anew."""
    ch = play.channel()
    ch.queue_declare("q")
    play.operator.set_policy("p", "^q", {"expires": 2000})
    play.advance(1)
    play.operator.set_policy("p", "^q", {"expires": 1900})
    play.advance(0.9)
    ch.queue_bind("q", "amq.fanout")
    play.advance(1.2)
    ch.queue_bind("q", "amq.fanout")


@scenario()
def expires_set_as_it_is(play: Play) -> None:
    """Setting a policy as it is changes nothing, and the clock goes on."""
    ch = play.channel()
    ch.queue_declare("q")
    play.operator.set_policy("p", "^q", {"expires": 2000})
    play.advance(1)
    play.operator.set_policy("p", "^q", {"expires": 2000})
    play.advance(1.2)
    ch.queue_bind("q", "amq.fanout")


@scenario()
def expires_under_another_priority(play: Play) -> None:
    """A change of the priority alone starts the clock anew, too."""
    ch = play.channel()
    ch.queue_declare("q")
    play.operator.set_policy("p", "^q", {"expires": 2000})
    play.advance(1)
    play.operator.set_policy("p", "^q", {"expires": 2000}, priority=1)
    play.advance(1.2)
    ch.queue_bind("q", "amq.fanout")


@scenario()
def other_policies_and_the_clock(play: Play) -> None:
    """A change of anything in a queue's policy starts its clock anew."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-expires": 2000})
    play.advance(1)
    play.operator.set_policy("p", "^q", {"max-length": 5})
    play.advance(1.2)
    ch.queue_bind("q", "amq.fanout")
    play.advance(1)
    other = play.channel()
    other.queue_bind("q", "amq.fanout")


@scenario()
def policies_of_others_and_the_clock(play: Play) -> None:
    """A policy that concerns other queues leaves the clock of a queue alone."""
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-expires": 2000})
    play.advance(1)
    play.operator.set_policy("p", "^other", {"max-length": 5})
    play.advance(1.2)
    ch.queue_bind("q", "amq.fanout")


@scenario()
def expires_of_a_consumed_queue(play: Play) -> None:
    """A queue with a consumer does not expire; when it goes the clock starts."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.consume("q", "c")
    play.operator.set_policy("p", "^q", {"expires": 800})
    play.advance(1)
    ch.basic_cancel("c")
    play.advance(0.4)
    ch.queue_bind("q", "amq.fanout")
    play.advance(0.8)
    ch.queue_bind("q", "amq.fanout")


@scenario()
def expires_smaller_counts(play: Play) -> None:
    """Of argument and policy the smaller counts."""
    ch = play.channel()
    play.operator.set_policy("long", "^q1", {"expires": 60_000})
    play.operator.set_policy("short", "^q2", {"expires": 600})
    ch.queue_declare("q1", arguments={"x-expires": 600})
    ch.queue_declare("q2", arguments={"x-expires": 60_000})
    play.advance(1.2)
    for queue in ("q1", "q2"):
        ch.queue_declare(queue, passive=True)
        ch = play.channel()


# --- dead letters


@scenario()
def dead_letters_of_what_waits(play: Play) -> None:
    """The dead-letter exchange and key in force when a message dies count, also for what was queued before."""
    ch = play.channel()
    for queue in ("dead", "dead2", "q"):
        ch.queue_declare(queue)
    fill(ch, "q", "abc")
    play.operator.set_policy("p", "^q", {"dead-letter-exchange": "", "dead-letter-routing-key": "dead"})
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    play.operator.set_policy("p", "^q", {"dead-letter-exchange": "", "dead-letter-routing-key": "dead2"})
    ch.basic_get("q")
    ch.basic_reject(2, requeue=False)
    play.operator.clear_policy("p")
    ch.basic_get("q")
    ch.basic_reject(3, requeue=False)
    ch.drain("dead")
    ch.drain("dead2")


@scenario()
def dead_letters_of_a_quorum_queue(play: Play) -> None:
    """The same for a quorum queue."""
    ch = play.channel()
    for queue in ("dead", "dead2"):
        ch.queue_declare(queue)
    ch.queue_declare("q", durable=True, arguments=QUORUM)
    fill(ch, "q", "abc")
    play.operator.set_policy("p", "^q", {"dead-letter-exchange": "", "dead-letter-routing-key": "dead"})
    play.advance(0.3)
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    play.operator.set_policy("p", "^q", {"dead-letter-exchange": "", "dead-letter-routing-key": "dead2"})
    play.advance(0.3)
    ch.basic_get("q")
    ch.basic_reject(2, requeue=False)
    play.operator.clear_policy("p")
    play.advance(0.3)
    ch.basic_get("q")
    ch.basic_reject(3, requeue=False)
    ch.drain("dead")
    ch.drain("dead2")


@scenario()
def dead_letter_arguments_count(play: Play) -> None:
    """Of dead-letter exchange and key as arguments and by policy the arguments count."""
    ch = play.channel()
    for queue in ("mine", "theirs"):
        ch.queue_declare(queue)
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "mine"})
    play.operator.set_policy("p", "^q", {"dead-letter-exchange": "amq.fanout", "dead-letter-routing-key": "theirs"})
    ch.publish("", "q", "m")
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    ch.bodies("mine")
    ch.bodies("theirs")


@scenario()
def dead_letter_key_by_policy(play: Play) -> None:
    """A key by policy goes with an exchange by argument; alone it does nothing."""
    ch = play.channel()
    for queue in ("dead", "plain"):
        ch.queue_declare(queue)
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": ""})
    play.operator.set_policy("p", "^(q|plain)$", {"dead-letter-routing-key": "dead"})
    for tag, queue in enumerate(("q", "plain"), 1):
        ch.publish("", queue, queue)
        ch.basic_get(queue)
        ch.basic_reject(tag, requeue=False)
    ch.bodies("dead")


@scenario()
def dead_letter_key_by_argument(play: Play) -> None:
    """An exchange by policy is none for a declaration that gives a key alone."""
    ch = play.channel()
    play.operator.set_policy("p", "^q", {"dead-letter-exchange": ""})
    ch.queue_declare("q", arguments={"x-dead-letter-routing-key": "dead"})


@scenario()
def dead_letter_strategy(play: Play) -> None:
    """dead-letter-strategy by policy changes nothing that a client sees."""
    ch = play.channel()
    ch.queue_declare("dead")
    ch.queue_declare("q", durable=True, arguments=QUORUM)
    definition = {
        "dead-letter-exchange": "",
        "dead-letter-routing-key": "dead",
        "dead-letter-strategy": "at-least-once",
        "overflow": "reject-publish",
    }
    play.operator.set_policy("p", "^q", definition)
    play.advance(0.5)
    ch.publish("", "q", "m")
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    play.advance(0.5)
    ch.bodies("dead")


# --- what comes back


def return_once(ch: Channel, tag: int) -> None:
    ch.basic_get("q")
    ch.basic_reject(tag, requeue=True)


@scenario()
def delivery_limit_at_the_next_return(play: Play) -> None:
    """delivery-limit counts at the next return, with what came back before."""
    ch = play.channel()
    ch.queue_declare("q", durable=True, arguments=QUORUM)
    ch.publish("", "q", "m")
    return_once(ch, 1)
    return_once(ch, 2)
    play.operator.set_policy("p", "^q", {"delivery-limit": 1})
    play.advance(0.3)
    ch.queue_declare("q", passive=True)
    return_once(ch, 3)
    ch.queue_declare("q", passive=True)


@scenario()
def delivery_limit_smaller_counts(play: Play) -> None:
    """Of argument and policy the smaller counts."""
    ch = play.channel()
    for queue, argument, policy in (("q1", 1, 5), ("q5", 5, 1)):
        play.operator.set_policy(queue, f"^{queue}", {"delivery-limit": policy})
        ch.queue_declare(queue, durable=True, arguments={**QUORUM, "x-delivery-limit": argument})
        ch.publish("", queue, "m")
        for _ in range(2):
            method, *_ = ch.basic_get(queue)
            ch.basic_reject(method.delivery_tag, requeue=True)
        ch.queue_declare(queue, passive=True)


@scenario()
def delivery_limit_cleared(play: Play) -> None:
    """Without the policy the default counts again."""
    ch = play.channel()
    ch.queue_declare("q", durable=True, arguments=QUORUM)
    play.operator.set_policy("p", "^q", {"delivery-limit": 1})
    play.advance(0.3)
    ch.publish("", "q", "m")
    return_once(ch, 1)
    play.operator.clear_policy("p")
    play.advance(0.3)
    return_once(ch, 2)
    return_once(ch, 3)
    ch.queue_declare("q", passive=True)


@scenario(versions=("4.0", "4.3"))
def negative_delivery_limits(play: Play) -> None:
    """A negative limit is none; where one of argument and policy is negative the larger of them counts."""
    ch = play.channel()
    for queue, argument, policy in (("q1", -1, 1), ("q2", 1, -1), ("q3", None, -1), ("q4", -1, -2), ("q5", -5, 1)):
        play.operator.set_policy(queue, f"^{queue}", {"delivery-limit": policy})
        given = {} if argument is None else {"x-delivery-limit": argument}
        ch.queue_declare(queue, durable=True, arguments={**QUORUM, **given})
        ch.publish("", queue, "m")
        for _ in range(22 if queue == "q3" else 2):
            method, *_ = ch.basic_get(queue)
            ch.basic_reject(method.delivery_tag, requeue=True)
        ch.queue_declare(queue, passive=True)


@scenario(versions=("3.10",))
def negative_delivery_limit_and_policy(play: Play) -> None:
    """On 3.10 a negative limit is the smaller one, and the first return is one too many."""
    ch = play.channel()
    play.operator.set_policy("p", "^q", {"delivery-limit": 5})
    ch.queue_declare("q", durable=True, arguments={**QUORUM, "x-delivery-limit": -1})
    ch.publish("", "q", "m")
    return_once(ch, 1)
    ch.queue_declare("q", passive=True)


@scenario()
def delivery_limit_that_is_no_number(play: Play) -> None:
    """A delivery limit that is given as text does not stand against a policy's."""
    ch = play.channel()
    play.operator.set_policy("p", "^q", {"delivery-limit": 1})
    ch.queue_declare("q", durable=True, arguments={**QUORUM, "x-delivery-limit": "5"})
    ch.publish("", "q", "m")
    return_once(ch, 1)
    return_once(ch, 2)
    ch.queue_declare("q", passive=True)


@scenario()
def delivery_limit_of_a_classic_queue(play: Play) -> None:
    """A classic queue knows no delivery limit, and a policy that has one is not in force for it."""
    ch = play.channel()
    ch.queue_declare("q")
    play.operator.set_policy("p", "^q", {"delivery-limit": 0, "max-length": 5})
    ch.publish("", "q", "m")
    return_once(ch, 1)
    return_once(ch, 2)
    ch.bodies("q")


# --- exchanges


@scenario()
def alternate_exchange(play: Play) -> None:
    """An alternate exchange by policy takes what is unroutable, from the next message on, until the policy is gone."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.exchange_declare("x")
    ch.queue_declare("rest")
    ch.queue_bind("rest", "amq.fanout")
    ch.publish("x", "k", "before", mandatory=True)
    play.operator.set_policy("p", "^x", {"alternate-exchange": "amq.fanout"})
    ch.publish("x", "k", "with", mandatory=True)
    play.operator.clear_policy("p")
    ch.publish("x", "k", "after", mandatory=True)
    ch.bodies("rest")


@scenario()
def alternate_exchange_of_a_later_exchange(play: Play) -> None:
    """The same for an exchange that is declared later."""
    ch = play.channel()
    ch.queue_declare("rest")
    ch.queue_bind("rest", "amq.fanout")
    play.operator.set_policy("p", "^x", {"alternate-exchange": "amq.fanout"}, apply_to="exchanges")
    ch.exchange_declare("x")
    ch.publish("x", "k", "m")
    ch.bodies("rest")


@scenario()
def alternate_exchange_of_the_argument_counts(play: Play) -> None:
    """Of the alternate exchange as argument and by policy the argument counts."""
    ch = play.channel()
    ch.exchange_declare("x", arguments={"alternate-exchange": "amq.direct"})
    ch.queue_declare("rest")
    ch.queue_bind("rest", "amq.fanout")
    ch.queue_declare("mine")
    ch.queue_bind("mine", "amq.direct", "k")
    play.operator.set_policy("p", "^x", {"alternate-exchange": "amq.fanout"})
    ch.publish("x", "k", "m")
    ch.bodies("rest")
    ch.bodies("mine")


@scenario()
def alternate_exchange_of_predeclared_exchanges(play: Play) -> None:
    """The exchanges a vhost begins with can have one, the default exchange cannot."""
    ch = play.channel()
    ch.queue_declare("rest")
    ch.queue_bind("rest", "amq.fanout")
    play.operator.set_policy("p", "", {"alternate-exchange": "amq.fanout"})
    for exchange in ("", "amq.direct", "amq.topic", "amq.headers"):
        ch.publish(exchange, "nowhere", f"by {exchange}")
    ch.bodies("rest")
    play.operator.show_exchange("amq.direct")


@scenario()
def alternate_exchange_that_is_missing(play: Play) -> None:
    """An alternate exchange that does not exist takes nothing."""
    ch = play.channel()
    ch.confirm_delivery()
    ch.exchange_declare("x")
    play.operator.set_policy("p", "^x", {"alternate-exchange": "missing"})
    ch.publish("x", "k", "m", mandatory=True)


# --- streams


def consume_all(ch: Channel, queue: str, tag: str) -> None:
    ch.basic_qos(prefetch_count=100)
    ch.consume(queue, tag, arguments={"x-stream-offset": "first"})


def write(ch: Channel, queue: str, numbers: range) -> None:
    for number in numbers:
        ch.publish("", queue, f"{number:02} ".ljust(1000, "."))


@scenario()
def stream_segments_and_bytes(play: Play) -> None:
    """A stream declared under a policy has its segment size and keeps as many bytes as it says."""
    ch = play.channel()
    definition = {"max-length-bytes": 10_000, "stream-max-segment-size-bytes": 3_000}
    play.operator.set_policy("p", "^s", definition, apply_to="queues")
    ch.queue_declare("s", durable=True, arguments=STREAM)
    write(ch, "s", range(29))
    play.advance(0.3)
    consume_all(ch, "s", "t")


@scenario()
def stream_bytes_set_later(play: Play) -> None:
    """max-length-bytes set on a stream that is there counts at once."""
    ch = play.channel()
    ch.queue_declare("s", durable=True, arguments={**STREAM, "x-stream-max-segment-size-bytes": 3_000})
    write(ch, "s", range(14))
    play.operator.set_policy("p", "^s", {"max-length-bytes": 7_000})
    play.advance(0.5)
    consume_all(ch, "s", "before")
    ch.basic_cancel("before")
    write(ch, "s", range(14, 17))
    play.advance(0.5)
    other = play.channel()
    consume_all(other, "s", "after")


@scenario()
def stream_age(play: Play) -> None:
    """max-age by policy lets segments go whose last message is older, when a new segment begins."""
    ch = play.channel()
    play.operator.set_policy("p", "^s", {"max-age": "2s"})
    ch.queue_declare("s", durable=True, arguments={**STREAM, "x-stream-max-segment-size-bytes": 3_000})
    write(ch, "s", range(10))
    play.advance(3)
    write(ch, "s", range(10, 14))
    play.advance(0.3)
    consume_all(ch, "s", "t")


@scenario()
def stream_age_set_later(play: Play) -> None:
    """max-age set on a stream that is there counts at once, too."""
    ch = play.channel()
    ch.queue_declare("s", durable=True, arguments={**STREAM, "x-stream-max-segment-size-bytes": 3_000})
    write(ch, "s", range(10))
    play.advance(3)
    play.operator.set_policy("p", "^s", {"max-age": "2s"})
    play.advance(0.5)
    consume_all(ch, "s", "t")


@scenario()
def stream_cleared(play: Play) -> None:
    """Without the policy the argument counts again."""
    ch = play.channel()
    arguments = {**STREAM, "x-stream-max-segment-size-bytes": 3_000, "x-max-length-bytes": 7_000}
    play.operator.set_policy("p", "^s", {"max-length-bytes": 50_000})
    ch.queue_declare("s", durable=True, arguments=arguments)
    write(ch, "s", range(14))
    play.operator.clear_policy("p")
    play.advance(0.5)
    consume_all(ch, "s", "t")


@scenario()
def stream_segment_size_of_argument_and_policy(play: Play) -> None:
    """Of the segment size as argument and by policy the policy's counts."""
    ch = play.channel()
    play.operator.set_policy("p", "^s", {"stream-max-segment-size-bytes": 500_000})
    arguments = {**STREAM, "x-stream-max-segment-size-bytes": 3_000, "x-max-length-bytes": 6_000}
    ch.queue_declare("s", durable=True, arguments=arguments)
    write(ch, "s", range(20))
    play.advance(0.3)
    consume_all(ch, "s", "t")


@scenario()
def stream_bytes_of_argument_and_policy(play: Play) -> None:
    """Of max-length-bytes as argument and by policy the policy's counts for a stream, also if it is larger."""
    ch = play.channel()
    for queue, argument, policy in (("s1", 6_000, 50_000), ("s2", 50_000, 6_000)):
        play.operator.set_policy(queue, f"^{queue}", {"max-length-bytes": policy})
        arguments = {**STREAM, "x-stream-max-segment-size-bytes": 3_000, "x-max-length-bytes": argument}
        ch.queue_declare(queue, durable=True, arguments=arguments)
        write(ch, queue, range(14))
    play.advance(0.3)
    for queue in ("s1", "s2"):
        consume_all(play.channel(), queue, queue)


@scenario()
def stream_segments_set_later(play: Play) -> None:
    """A segment size set on a stream that is there changes nothing."""
    ch = play.channel()
    ch.queue_declare("s", durable=True, arguments={**STREAM, "x-max-length-bytes": 6_000})
    write(ch, "s", range(4))
    play.operator.set_policy("p", "^s", {"stream-max-segment-size-bytes": 3_000})
    play.advance(0.5)
    write(ch, "s", range(4, 18))
    play.advance(0.3)
    consume_all(ch, "s", "t")


@scenario()
def stream_ages_of_argument_and_policy(play: Play) -> None:
    """Of max-age as argument and by policy the policy's counts."""
    ch = play.channel()
    for queue, argument, policy in (("s1", "2s", "1h"), ("s2", "1h", "2s")):
        play.operator.set_policy(queue, f"^{queue}", {"max-age": policy})
        arguments = {**STREAM, "x-stream-max-segment-size-bytes": 3_000, "x-max-age": argument}
        ch.queue_declare(queue, durable=True, arguments=arguments)
        write(ch, queue, range(10))
    play.advance(3)
    for queue in ("s1", "s2"):
        write(ch, queue, range(10, 14))
    play.advance(0.3)
    for queue in ("s1", "s2"):
        consume_all(play.channel(), queue, queue)
