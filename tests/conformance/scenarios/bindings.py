"""Binding queues and exchanges, and what a publish reaches through bindings."""

from ..play import Play
from ..scenario import scenario
from .arguments import wide


@scenario()
def bind_to_missing_things(play: Play) -> None:
    """A missing queue or exchange is a 404; if both are missing the exchange is named."""
    play.channel().queue_bind("missing", "amq.direct", "k")
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_bind("q", "missing", "k")
    play.channel().queue_bind("missing", "missing too", "k")
    play.channel().exchange_bind("missing", "amq.direct", "k")
    play.channel().exchange_bind("amq.direct", "missing", "k")
    play.channel().exchange_bind("missing", "missing too", "k")


@scenario()
def default_exchange_cannot_be_bound(play: Play) -> None:
    """Binding to or unbinding from the default exchange is refused, whatever the queue."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_bind("q", "", "k")
    play.channel().queue_unbind("q", "", "q")
    play.channel().queue_bind("missing", "", "k")
    play.channel().exchange_bind("amq.direct", "", "k")
    play.channel().exchange_bind("", "amq.direct", "k")
    play.channel().exchange_unbind("", "amq.direct", "k")


@scenario()
def unbinding_what_is_not_there_is_fine(play: Play) -> None:
    """Unbinding a missing binding, queue or exchange answers unbind-ok."""
    ch = play.channel()
    ch.queue_unbind("missing", "amq.direct", "k")
    ch.queue_unbind("missing", "missing", "k")
    ch.exchange_unbind("missing", "amq.direct", "k")
    ch.queue_declare("q")
    ch.queue_unbind("q", "amq.direct", "k")
    ch.queue_unbind("q", "amq.headers", "k", {"x-match": "nonsense"})


@scenario()
def binding_twice_is_binding_once(play: Play) -> None:
    """The same binding again changes nothing: one copy, and one unbind removes it."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_bind("q", "amq.direct", "k")
    ch.queue_bind("q", "amq.direct", "k")
    ch.publish("amq.direct", "k", "once")
    ch.drain("q")
    ch.queue_unbind("q", "amq.direct", "k")
    ch.publish("amq.direct", "k", "gone")
    ch.basic_get("q")


@scenario()
def arguments_are_part_of_a_binding(play: Play) -> None:
    """Bindings that differ in arguments are two; unbinding needs the same arguments; {} is none."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_bind("q", "amq.direct", "k", {"a": 1})
    ch.queue_bind("q", "amq.direct", "k", {"a": 2})
    ch.queue_unbind("q", "amq.direct", "k", {"a": 1})
    ch.queue_unbind("q", "amq.direct", "k")
    ch.publish("amq.direct", "k", "through a=2")
    ch.drain("q")
    ch.queue_unbind("q", "amq.direct", "k", {"a": 2})
    ch.queue_bind("q", "amq.direct", "k", {})
    ch.queue_unbind("q", "amq.direct", "k")
    ch.publish("amq.direct", "k", "gone")
    ch.basic_get("q")


@scenario()
def one_queue_gets_one_copy(play: Play) -> None:
    """A queue reached by several bindings and paths gets a message once."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.exchange_declare("x", "topic")
    ch.exchange_declare("y", "fanout")
    ch.queue_bind("q", "x", "a.*")
    ch.queue_bind("q", "x", "#")
    ch.exchange_bind("y", "x", "a.b")
    ch.queue_bind("q", "y")
    ch.publish("x", "a.b", "m")
    ch.drain("q")


@scenario()
def direct_compares_exactly(play: Play) -> None:
    """A direct exchange compares keys exactly; wildcards are ordinary and the empty key equals itself."""
    ch = play.channel()
    ch.queue_declare("q")
    for key in ("a", "#", ""):
        ch.queue_bind("q", "amq.direct", key)
    for key in ("a", "A", "#", "b", "", "a.b"):
        ch.publish("amq.direct", key, f"to {key!r}")
    ch.drain("q")


@scenario()
def fanout_ignores_key_and_arguments(play: Play) -> None:
    """A fanout exchange sends to every bound queue, whatever key and arguments say."""
    ch = play.channel()
    for name in ("one", "two"):
        ch.queue_declare(name)
    ch.queue_bind("one", "amq.fanout", "k", {"x-match": "nonsense"})
    ch.queue_bind("two", "amq.fanout", "other")
    ch.publish("amq.fanout", "key", "m")
    ch.drain("one")
    ch.drain("two")


@scenario()
def default_exchange_routes_by_queue_name(play: Play) -> None:
    """Every queue is reached through the default exchange by its name."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "m")
    ch.publish("", "Q", "nobody")
    ch.drain("q")


@scenario()
def exchanges_hand_on_with_the_same_key(play: Play) -> None:
    """Behind an exchange-to-exchange binding the routing key is matched again; the consumer sees the first exchange."""
    ch = play.channel()
    ch.exchange_declare("front", "topic")
    ch.exchange_declare("back", "direct")
    ch.exchange_bind("back", "front", "a.#")
    ch.queue_declare("q")
    ch.queue_bind("q", "back", "a.b")
    ch.publish("front", "a.b", "both match")
    ch.publish("front", "a.c", "only the front matches")
    ch.drain("q")


@scenario()
def cycles_of_exchanges_end(play: Play) -> None:
    """Exchanges bound in a circle, or to themselves, are visited once per message."""
    ch = play.channel()
    ch.exchange_declare("x", "fanout")
    ch.exchange_declare("y", "fanout")
    ch.exchange_bind("y", "x")
    ch.exchange_bind("x", "y")
    ch.exchange_bind("x", "x")
    ch.queue_declare("q")
    ch.queue_bind("q", "y")
    ch.publish("x", "", "m")
    ch.drain("q")


@scenario()
def exchange_bindings_go_with_either_end(play: Play) -> None:
    """Deleting the destination exchange removes the binding for good."""
    ch = play.channel()
    ch.exchange_declare("x", "fanout")
    ch.exchange_declare("y", "fanout")
    ch.exchange_bind("y", "x")
    ch.exchange_delete("y")
    ch.exchange_declare("y", "fanout")
    ch.queue_declare("q")
    ch.queue_bind("q", "y")
    ch.publish("x", "", "m")
    ch.basic_get("q")


@scenario()
def unbinding_exchanges(play: Play) -> None:
    """exchange.unbind removes the path."""
    ch = play.channel()
    ch.exchange_declare("x", "direct")
    ch.exchange_declare("y", "fanout")
    ch.queue_declare("q")
    ch.queue_bind("q", "y")
    ch.exchange_bind("y", "x", "k")
    ch.publish("x", "k", "bound")
    ch.exchange_unbind("y", "x", "k")
    ch.publish("x", "k", "unbound")
    ch.drain("q")


@scenario()
def order_of_arguments_means_nothing(play: Play) -> None:
    """Arguments in another order are the same; those of other types are not."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_bind("q", "amq.direct", "k", {"a": 1, "b": 2})
    ch.queue_unbind("q", "amq.direct", "k", {"a": True, "b": 2})
    ch.queue_unbind("q", "amq.direct", "k", {"a": "1", "b": 2})
    ch.publish("amq.direct", "k", "still bound")
    ch.queue_unbind("q", "amq.direct", "k", {"b": 2, "a": 1})
    ch.publish("amq.direct", "k", "gone")
    ch.bodies("q")


@scenario(pika="1.3.2")
def width_of_numbers_in_arguments(play: Play) -> None:
    """A number of 64 bits in the arguments makes another binding than one of 32."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_bind("q", "amq.direct", "k", {"a": 1})
    ch.queue_unbind("q", "amq.direct", "k", {"a": wide(1)})
    ch.publish("amq.direct", "k", "still bound")
    ch.queue_unbind("q", "amq.direct", "k", {"a": 1})
    ch.publish("amq.direct", "k", "gone")
    ch.bodies("q")
