"""The exchange types of the shipped plugins. Weights stay small: a real broker allocates a bucket for each unit."""

from typing import Any

from ..play import Channel, Play
from ..scenario import scenario


def exchange(play: Play, type_name: str, queues: str = "", key: str = "1", **arguments: Any) -> Channel:
    """A channel, an exchange x of that type, and queues bound to it in this order."""
    ch = play.channel()
    ch.exchange_declare("x", type_name, arguments=arguments)
    for queue in queues:
        ch.queue_declare(queue)
        ch.queue_bind(queue, "x", key)
    return ch


def hand_out(ch: Channel, keys: list[str], queues: str, **properties: Any) -> None:
    """Publish one message for each key and see where it went."""
    for key in keys:
        ch.publish("x", key, key, **properties)
    for queue in queues:
        ch.bodies(queue)


# --- declaring


@scenario()
def types_with_a_plugin(play: Play) -> None:
    """The types of the plugins that are switched on here; 4.0 brings x-local-random, 4.3 x-modulus-hash."""
    for number, name in enumerate(
        (
            "x-consistent-hash",
            "x-random",
            "x-recent-history",
            "x-local-random",
            "x-modulus-hash",
            "x-delayed-message",
        )
    ):
        play.channel(on=f"C{number}").exchange_declare(name, name)


@scenario()
def type_of_a_plugin_is_not_equivalent(play: Play) -> None:
    """The names of their types are quoted as Erlang quotes what has a hyphen."""
    for number, name in enumerate(("x-consistent-hash", "x-random", "x-recent-history")):
        play.channel().exchange_declare(f"x{number}", name)
        play.channel().exchange_declare(f"x{number}", "fanout")
        play.channel().exchange_declare("amq.direct", name, durable=True)


@scenario(versions=("4.3",))
def type_with_a_hyphen_is_not_equivalent(play: Play) -> None:
    """So is that of the types that come with RabbitMQ."""
    for name in ("x-local-random", "x-modulus-hash"):
        play.channel().exchange_declare(name, name)
        play.channel().exchange_declare(name, "topic")
        play.channel().exchange_declare("amq.direct", name, durable=True)


# --- x-consistent-hash


@scenario()
def hash_of_the_routing_key(play: Play) -> None:
    """Each key has its queue, the same in every version."""
    ch = exchange(play, "x-consistent-hash", "abc")
    hand_out(ch, [f"key-{number}" for number in range(30)], "abc")


@scenario()
def hash_with_weights(play: Play) -> None:
    """A binding key is a weight: that many of the buckets."""
    ch = exchange(play, "x-consistent-hash")
    for queue, weight in (("a", "1"), ("b", "3"), ("c", "10")):
        ch.queue_declare(queue)
        ch.queue_bind(queue, "x", weight)
    hand_out(ch, [f"{number}" for number in range(60)], "abc")


@scenario()
def hash_order_of_binding(play: Play) -> None:
    """Buckets stand in the order of binding, not of names."""
    ch = exchange(play, "x-consistent-hash", "cab")
    hand_out(ch, [f"key-{number}" for number in range(12)], "abc")


@scenario()
def hash_of_odd_keys(play: Play) -> None:
    """Empty, long and non-ASCII keys have their queue, too."""
    ch = exchange(play, "x-consistent-hash", "abcdef")
    hand_out(ch, ["", "größe", "x" * 11, "x" * 12, "x" * 13, "x" * 255, "a.b.c"], "abcdef")


@scenario()
def hash_with_one_queue_or_none(play: Play) -> None:
    """One queue gets everything; without any the message is unroutable."""
    ch = exchange(play, "x-consistent-hash")
    ch.confirm_delivery()
    ch.publish("x", "k", "none", mandatory=True)
    ch.queue_declare("a")
    ch.queue_bind("a", "x", "2")
    hand_out(ch, ["k", "l"], "a")


@scenario()
def hash_unbinding(play: Play) -> None:
    """When a queue goes, the others move up into its buckets."""
    ch = exchange(play, "x-consistent-hash", "abcd")
    keys = [f"key-{number}" for number in range(20)]
    ch.queue_unbind("b", "x", "1")
    hand_out(ch, keys, "abcd")
    ch.queue_bind("b", "x", "2")
    hand_out(ch, keys, "abcd")
    ch.queue_delete("a")
    hand_out(ch, keys, "bcd")


@scenario()
def hash_bound_twice(play: Play) -> None:
    """A second binding of the same queue changes nothing; taking either away takes the queue out."""
    ch = exchange(play, "x-consistent-hash", "ab")
    keys = [f"key-{number}" for number in range(20)]
    ch.queue_bind("a", "x", "5")
    hand_out(ch, keys, "ab")
    ch.queue_unbind("a", "x", "5")
    hand_out(ch, keys, "ab")
    ch.queue_unbind("a", "x", "1")
    ch.queue_bind("a", "x", "5")
    hand_out(ch, keys, "ab")


@scenario()
def hash_bound_twice_first_gone(play: Play) -> None:
    """The same when the first of two bindings is taken away; the one that stays routes nothing."""
    ch = exchange(play, "x-consistent-hash", "a")
    ch.queue_bind("a", "x", "5")
    ch.queue_unbind("a", "x", "1")
    ch.confirm_delivery()
    ch.publish("x", "k", "m", mandatory=True)
    ch.queue_bind("a", "x", "7")
    ch.publish("x", "k", "m", mandatory=True)
    ch.bodies("a")


@scenario()
def hash_weights_refused(play: Play) -> None:
    """A weight is a whole number above 0."""
    exchange(play, "x-consistent-hash", "a")
    for weight in ("0", "-1", "a", "", " 1", "1 ", "1.5", "01", "+2", "1_0", "größe", "٣"):
        play.channel().queue_bind("a", "x", weight)


@scenario(versions=("4.3",))
def hash_weight_limit(play: Play) -> None:
    """From 4.3 on a weight may not exceed 10000."""
    exchange(play, "x-consistent-hash", "a")
    play.channel().queue_bind("a", "x", "10001")


@scenario()
def hash_of_a_header(play: Play) -> None:
    """With the argument hash-header a header decides; a message without it goes where all of those go."""
    ch = exchange(play, "x-consistent-hash", "abcd", **{"hash-header": "h"})
    for number in range(12):
        ch.publish("x", "k", f"{number}", headers={"h": f"key-{number}"})
    for number in range(3):
        ch.publish("x", f"{number}", f"without {number}")
    ch.publish("x", "", "empty", headers={"h": ""})
    for queue in "abcd":
        ch.bodies(queue)


@scenario(pika="1.3.2")
def hash_of_a_header_of_other_types(play: Play) -> None:
    """What headers of other types are hashed as."""
    ch = exchange(play, "x-consistent-hash", "abcdefgh", **{"hash-header": "h"})
    for value in (0, 1, 2, -1, 77, 2**31, 2**40, -(2**40), True, False, None, b"bytes", "bytes"):
        ch.publish("x", "k", repr(value), headers={"h": value})
    for queue in "abcdefgh":
        ch.bodies(queue)


@scenario()
def hash_of_a_property(play: Play) -> None:
    """With the argument hash-property a property decides: message_id, correlation_id or timestamp."""
    for name in ("message_id", "correlation_id"):
        ch = play.channel()
        ch.exchange_declare(name, "x-consistent-hash", arguments={"hash-property": name})
        for queue in "abcd":
            ch.queue_declare(f"{name} {queue}")
            ch.queue_bind(f"{name} {queue}", name, "1")
        for number in range(12):
            ch.publish(name, "k", f"{number}", **{name: f"key-{number}"})
        ch.publish(name, "k", "without")
        for queue in "abcd":
            ch.bodies(f"{name} {queue}")


@scenario()
def hash_of_a_timestamp(play: Play) -> None:
    """A timestamp is hashed as a number."""
    ch = exchange(play, "x-consistent-hash", "abcd", **{"hash-property": "timestamp"})
    for number in range(12):
        ch.publish("x", "k", f"{number}", timestamp=1_700_000_000 + number)
    ch.publish("x", "k", "without")
    for queue in "abcd":
        ch.bodies(queue)


@scenario()
def hash_arguments_refused(play: Play) -> None:
    """One of the two arguments, and a property that is known."""
    for number, arguments in enumerate(
        (
            {"hash-property": "foo"},
            {"hash-property": "app_id"},
            {"hash-property": 5},
            {"hash-property": b"message_id"},
            {"hash-header": "h", "hash-property": "message_id"},
            {"hash-header": 5},
            {"hash-header": True},
            {"hash-header": b"h"},
            {"hash-header": ""},
        )
    ):
        play.channel(on=f"C{number}").exchange_declare("x", "x-consistent-hash", arguments=arguments)


@scenario()
def hash_copies(play: Play) -> None:
    """CC adds no destination: one copy, by the routing key."""
    ch = exchange(play, "x-consistent-hash", "abc")
    for key in ("key-0", "key-1", "key-7"):
        ch.publish("x", key, key, headers={"CC": ["key-2", "key-3", "key-8"]})
    for queue in "abc":
        ch.bodies(queue)


@scenario()
def hash_to_exchanges(play: Play) -> None:
    """Exchanges have buckets like queues; a message that goes nowhere there is unroutable."""
    ch = exchange(play, "x-consistent-hash", "a")
    ch.exchange_declare("y", "fanout")
    ch.exchange_bind("y", "x", "1")
    ch.queue_declare("b")
    ch.queue_bind("b", "y")
    hand_out(ch, [f"key-{number}" for number in range(10)], "ab")
    ch.queue_unbind("b", "y")
    hand_out(ch, [f"key-{number}" for number in range(10)], "ab")


@scenario()
def hash_redeclared(play: Play) -> None:
    """Other arguments at a redeclare are ignored."""
    ch = exchange(play, "x-consistent-hash", "ab", **{"hash-header": "h"})
    ch.exchange_declare("x", "x-consistent-hash")
    ch.exchange_declare("x", "x-consistent-hash", arguments={"hash-property": "message_id"})
    for number in range(6):
        ch.publish("x", "k", f"{number}", headers={"h": f"key-{number}"}, message_id="same")
    for queue in "ab":
        ch.bodies(queue)


@scenario()
def hash_auto_delete(play: Play) -> None:
    """An auto-delete exchange of this type goes with its last binding."""
    ch = play.channel()
    ch.exchange_declare("x", "x-consistent-hash", auto_delete=True)
    ch.queue_declare("a")
    ch.queue_bind("a", "x", "1")
    ch.queue_unbind("a", "x", "1")
    ch.exchange_declare("x", passive=True)


# --- x-random, x-local-random


@scenario()
def random_to_one(play: Play) -> None:
    """Every message goes to one destination, whatever the keys; with a single one it is that."""
    ch = exchange(play, "x-random", "a", key="any")
    ch.publish("x", "other", "m", headers={"CC": ["any", "more"]})
    ch.bodies("a")
    ch.queue_unbind("a", "x", "any")
    ch.confirm_delivery()
    ch.publish("x", "any", "n", mandatory=True)


@scenario()
def random_bound_twice(play: Play) -> None:
    """A queue that is bound twice still gets one copy."""
    ch = exchange(play, "x-random", "a", key="k")
    ch.queue_bind("a", "x", "l")
    ch.publish("x", "k", "m")
    ch.bodies("a")


@scenario(versions=("4.0", "4.3"))
def local_random_to_one(play: Play) -> None:
    """x-local-random: every message goes to one queue, whatever the keys."""
    ch = exchange(play, "x-local-random", "a", key="")
    ch.publish("x", "other", "m")
    ch.bodies("a")
    ch.queue_unbind("a", "x", "")
    ch.confirm_delivery()
    ch.publish("x", "", "n", mandatory=True)


@scenario(versions=("4.0", "4.3"))
def local_random_bindings_refused(play: Play) -> None:
    """x-local-random takes classic queues with an empty key, nothing else."""
    ch = exchange(play, "x-local-random")
    ch.exchange_declare("y", "fanout")
    ch.queue_declare("c")
    ch.queue_declare("q", durable=True, arguments={"x-queue-type": "quorum"})
    ch.queue_declare("s", durable=True, arguments={"x-queue-type": "stream"})
    play.channel().queue_bind("c", "x", "k")
    play.channel().queue_bind("q", "x", "")
    play.channel().queue_bind("q", "x", "k")
    play.channel().queue_bind("s", "x", "")
    play.channel().exchange_bind("y", "x", "")
    play.channel().exchange_bind("y", "x", "k")
    play.channel().queue_bind("missing", "x", "k")
    play.channel().queue_bind("c", "x", "")


# --- x-modulus-hash


@scenario(versions=("4.3",))
def modulus_of_the_routing_key(play: Play) -> None:
    """x-modulus-hash: each key has its queue; binding keys mean nothing."""
    ch = exchange(play, "x-modulus-hash", "abc", key="any")
    hand_out(ch, [f"k{number}" for number in range(24)], "abc")


@scenario(versions=("4.3",))
def modulus_order_of_binding(play: Play) -> None:
    """In which order the destinations are counted."""
    ch = exchange(play, "x-modulus-hash", "cab", key="any")
    ch.exchange_declare("y", "fanout")
    ch.exchange_bind("y", "x")
    ch.queue_declare("d")
    ch.queue_bind("d", "y")
    hand_out(ch, [f"k{number}" for number in range(24)], "abcd")


@scenario(versions=("4.3",))
def modulus_of_copies(play: Play) -> None:
    """Whether CC counts in the hash."""
    ch = exchange(play, "x-modulus-hash", "abc", key="")
    for number in range(8):
        ch.publish("x", f"k{number}", f"{number}", headers={"CC": ["other"]})
    for queue in "abc":
        ch.bodies(queue)
    ch.publish("x", "", "empty")
    ch.publish("x", "größe", "größe")
    for queue in "abc":
        ch.bodies(queue)


@scenario(versions=("4.3",))
def modulus_with_one_or_none(play: Play) -> None:
    """A queue bound twice, and no queue at all."""
    ch = exchange(play, "x-modulus-hash", "ab", key="k")
    ch.queue_bind("a", "x", "l")
    hand_out(ch, [f"k{number}" for number in range(12)], "ab")
    ch.queue_unbind("a", "x", "k")
    hand_out(ch, [f"k{number}" for number in range(12)], "ab")
    ch.queue_delete("a")
    ch.queue_delete("b")
    ch.confirm_delivery()
    ch.publish("x", "k", "m", mandatory=True)


# --- x-recent-history


@scenario()
def history_for_new_bindings(play: Play) -> None:
    """A queue that is bound gets the last twenty messages, oldest first, as they were published."""
    ch = exchange(play, "x-recent-history", "a")
    for number in range(23):
        ch.publish("x", f"key {number}", f"{number}")
    ch.queue_declare("b")
    ch.queue_bind("b", "x", "k")
    ch.bodies("a")
    ch.drain("b")


@scenario()
def history_routes_like_fanout(play: Play) -> None:
    """Keys mean nothing; a message for nobody is remembered all the same."""
    ch = exchange(play, "x-recent-history")
    ch.confirm_delivery()
    ch.publish("x", "k", "m", mandatory=True)
    ch.queue_declare("a")
    ch.queue_bind("a", "x", "other")
    ch.publish("x", "k", "n")
    ch.drain("a")


@scenario()
def history_of_a_given_length(play: Play) -> None:
    """x-recent-history-length says how many."""
    ch = exchange(play, "x-recent-history", **{"x-recent-history-length": 2})
    for body in "abcd":
        ch.publish("x", "k", body, headers={"own": 1}, message_id=body)
    ch.queue_declare("q")
    ch.queue_bind("q", "x")
    ch.drain("q")


@scenario()
def history_again(play: Play) -> None:
    """The same binding again brings nothing; one with another key, or after an unbind, does."""
    ch = exchange(play, "x-recent-history", "q", key="k")
    ch.publish("x", "k", "m")
    ch.bodies("q")
    ch.queue_bind("q", "x", "k")
    ch.bodies("q")
    ch.queue_bind("q", "x", "l")
    ch.bodies("q")
    ch.queue_unbind("q", "x", "k")
    ch.queue_bind("q", "x", "k")
    ch.bodies("q")


@scenario()
def history_not_stored(play: Play) -> None:
    """Messages with the header x-recent-history-no-store are not remembered."""
    ch = exchange(play, "x-recent-history", "a")
    for body, value in (("true", True), ("false", False), ("text", "x"), ("none", None)):
        ch.publish("x", "", body, headers={"x-recent-history-no-store": value})
    ch.publish("x", "", "kept")
    ch.queue_declare("b")
    ch.queue_bind("b", "x")
    ch.bodies("a")
    ch.bodies("b")


@scenario()
def history_lengths_refused(play: Play) -> None:
    """A length is a positive integer."""
    for value in (0, -1, "5", True, None, b"5", [5], 2**40):
        play.channel().exchange_declare("x", "x-recent-history", arguments={"x-recent-history-length": value})


@scenario()
def history_of_copies(play: Play) -> None:
    """CC and BCC are remembered as the message came."""
    ch = exchange(play, "x-recent-history")
    ch.publish("x", "k", "m", headers={"CC": ["c"], "BCC": ["b"]}, expiration="60000", priority=3)
    ch.queue_declare("q")
    ch.queue_bind("q", "x")
    ch.drain("q")


@scenario()
def history_to_an_exchange(play: Play) -> None:
    """An exchange that is bound gets the remembered messages, if it routes them."""
    ch = exchange(play, "x-recent-history")
    ch.exchange_declare("y", "fanout")
    ch.queue_declare("q")
    ch.queue_bind("q", "y")
    ch.publish("x", "k", "m")
    ch.exchange_bind("y", "x", "any")
    ch.drain("q")


@scenario()
def history_to_an_exchange_without_a_way(play: Play) -> None:
    """Where a remembered message goes nowhere in an exchange that is bound, the connection closes."""
    ch = exchange(play, "x-recent-history")
    ch.exchange_declare("y", "fanout")
    ch.publish("x", "k", "m")
    ch.exchange_bind("y", "x", "any")
    other = play.channel(on="B")
    other.queue_declare("q")
    other.queue_bind("q", "y")
    other.publish("x", "k", "n")
    other.bodies("q")


@scenario()
def history_to_an_exchange_empty(play: Play) -> None:
    """With nothing remembered any exchange may be bound."""
    ch = exchange(play, "x-recent-history")
    ch.exchange_declare("y", "fanout")
    ch.exchange_bind("y", "x", "any")
    ch.queue_declare("q")
    ch.queue_bind("q", "y")
    ch.publish("x", "k", "n")
    ch.bodies("q")


@scenario()
def history_to_itself_of_several(play: Play) -> None:
    """An exchange that remembers something and is bound to itself crashes on the first message, which is kept once."""
    ch = exchange(play, "x-recent-history")
    for body in "abc":
        ch.publish("x", "k", body)
    ch.exchange_bind("x", "x", "any")
    other = play.channel(on="B")
    other.queue_declare("q")
    other.queue_bind("q", "x")
    other.bodies("q")
    other.publish("x", "k", "d")
    other.bodies("q")


@scenario()
def history_to_another_history(play: Play) -> None:
    """Where a remembered message goes nowhere in an exchange that remembers, too, that one keeps it all the same."""
    ch = exchange(play, "x-recent-history")
    ch.exchange_declare("y", "x-recent-history")
    ch.publish("x", "k", "m")
    ch.exchange_bind("y", "x", "any")
    other = play.channel(on="B")
    other.queue_declare("q")
    other.queue_bind("q", "y")
    other.bodies("q")


@scenario()
def history_and_dead_letters(play: Play) -> None:
    """Dead letters are remembered like publishes."""
    ch = exchange(play, "x-recent-history")
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "x"})
    ch.publish("", "q", "m")
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    ch.queue_declare("d")
    ch.queue_bind("d", "x")
    ch.drain("d")


@scenario()
def history_behind_an_exchange(play: Play) -> None:
    """What comes from another exchange is remembered too."""
    ch = exchange(play, "x-recent-history")
    ch.exchange_declare("first", "fanout")
    ch.exchange_bind("x", "first")
    ch.publish("first", "k", "m")
    ch.queue_declare("d")
    ch.queue_bind("d", "x")
    ch.drain("d")


@scenario()
def history_to_a_stream(play: Play) -> None:
    """What is remembered reaches a stream that is bound late from 4.0 on; on 3.10 it is lost, as dead letters are."""
    ch = exchange(play, "x-recent-history")
    ch.publish("x", "k", "m")
    ch.queue_declare("s", durable=True, arguments={"x-queue-type": "stream"})
    ch.queue_bind("s", "x")
    ch.publish("x", "k", "n")
    ch.basic_qos(prefetch_count=10)
    ch.consume("s", "c", arguments={"x-stream-offset": "first"})


@scenario()
def history_to_an_exchange_newest_first(play: Play) -> None:
    """A queue gets what is remembered oldest first, an exchange newest first."""
    ch = exchange(play, "x-recent-history")
    for body in "abc":
        ch.publish("x", "k", body)
    ch.exchange_declare("y", "fanout")
    ch.queue_declare("q")
    ch.queue_bind("q", "y")
    ch.exchange_bind("y", "x")
    ch.bodies("q")
    ch.queue_declare("r")
    ch.queue_bind("r", "x")
    ch.bodies("r")


@scenario()
def history_to_itself(play: Play) -> None:
    """An exchange bound to itself remembers once more what it remembers, newest first."""
    ch = exchange(play, "x-recent-history", "q")
    for body in "abc":
        ch.publish("x", "k", body)
    ch.bodies("q")
    ch.exchange_bind("x", "x")
    ch.bodies("q")
    ch.queue_declare("r")
    ch.queue_bind("r", "x")
    ch.bodies("r")
