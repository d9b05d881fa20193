"""Queues and consumers that exclude others."""

from ..play import Play
from ..scenario import scenario


@scenario()
def others_cannot_touch_an_exclusive_queue(play: Play) -> None:
    """Every use of an exclusive queue by another connection is a 405, but publishing to it is not."""
    owner = play.channel()
    owner.queue_declare("q", exclusive=True)
    play.channel(on="B").queue_declare("q", exclusive=True)
    play.channel(on="B").queue_declare("q")
    play.channel(on="B").queue_declare("q", passive=True)
    play.channel(on="B").queue_bind("q", "amq.direct", "k")
    play.channel(on="B").queue_purge("q")
    play.channel(on="B").queue_delete("q")
    play.channel(on="B").basic_get("q")
    play.channel(on="B").consume("q")
    play.channel(on="B").publish("", "q", "from outside")
    owner.drain("q")


@scenario()
def unbinding_from_outside(play: Play) -> None:
    """Another connection cannot remove a binding of an exclusive queue, but may unbind what is not bound."""
    owner = play.channel()
    owner.queue_declare("q", exclusive=True)
    owner.queue_bind("q", "amq.direct", "k")
    other = play.channel(on="B")
    other.queue_unbind("q", "amq.direct", "not bound")
    other.queue_unbind("q", "amq.direct", "k")
    owner.publish("amq.direct", "k", "still bound")
    owner.drain("q")


@scenario()
def owner_may_use_it_on_any_channel(play: Play) -> None:
    """All channels of the owning connection may use the queue; it outlives the channel that declared it."""
    first = play.channel()
    first.queue_declare("q", exclusive=True)
    first.close()
    second = play.channel()
    second.queue_declare("q", exclusive=True)
    second.consume("q", "c")


@scenario()
def redeclaring_an_exclusive_queue_as_shared(play: Play) -> None:
    """The owner redeclaring without exclusive gets the 405."""
    ch = play.channel()
    ch.queue_declare("q", exclusive=True)
    ch.queue_declare("q")


@scenario()
def redeclaring_a_shared_queue_as_exclusive(play: Play) -> None:
    """Redeclaring a shared queue as exclusive is the 405, before other differences are looked at."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_declare("q", exclusive=True, durable=True, arguments={"x-max-length": 1})


@scenario()
def durable_means_nothing_on_an_exclusive_queue(play: Play) -> None:
    """An exclusive queue may be redeclared with either durable."""
    ch = play.channel()
    ch.queue_declare("q", exclusive=True, durable=True)
    ch.queue_declare("q", exclusive=True, durable=False)
    ch.queue_declare("q", exclusive=True, durable=True)


@scenario()
def exclusive_queue_goes_with_its_connection(play: Play) -> None:
    """An exclusive queue goes, durable or not, when its connection ends; its messages are not dead-lettered."""
    watcher = play.channel()
    watcher.queue_declare("graveyard")
    owner = play.connection("B")
    ch = owner.channel()
    arguments = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "graveyard"}
    ch.queue_declare("q", exclusive=True, durable=True, arguments=arguments)
    ch.publish("", "q", "m")
    owner.close()
    watcher.basic_get("graveyard")
    watcher.queue_declare("q", passive=True)


@scenario()
def missing_exchange_wins_over_a_foreign_queue(play: Play) -> None:
    """Binding a foreign exclusive queue to a missing exchange reports the exchange."""
    play.channel().queue_declare("q", exclusive=True)
    play.channel(on="B").queue_bind("q", "missing", "k")


@scenario()
def exclusive_consumer_keeps_others_away(play: Play) -> None:
    """While an exclusive consumer exists nobody else can consume, also on the same connection; getting works."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.consume("q", "alone", exclusive=True)
    play.channel().consume("q", "other")
    play.channel(on="B").consume("q", "other", exclusive=True)
    play.channel(on="B").basic_get("q")
    ch.basic_cancel("alone")
    play.channel().consume("q", "other")


@scenario()
def exclusive_consumer_needs_to_be_the_first(play: Play) -> None:
    """An exclusive consumer is refused while any other exists."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.consume("q", "first")
    play.channel().consume("q", "alone", exclusive=True)


@scenario()
def exclusive_is_looked_at_before_the_rest(play: Play) -> None:
    """Redeclaring from outside is the 405 whatever else differs; the reserved prefix is looked at before."""
    owner = play.channel()
    owner.queue_declare("q", exclusive=True)
    name = owner.queue_declare("", exclusive=True).method.queue
    play.channel(on="B").queue_declare("q", durable=True, auto_delete=True, arguments={"x-max-length": 1})
    play.channel(on="B").queue_declare(name, exclusive=True)
    play.channel(on="B").queue_declare(name, passive=True)


@scenario()
def cancelled_exclusive_consumer_makes_room(play: Play) -> None:
    """After the channel of an exclusive consumer failed the queue is free."""
    first = play.channel()
    first.queue_declare("q")
    first.consume("q", "alone", exclusive=True)
    first.queue_declare("missing", passive=True)
    play.channel().consume("q", "next", exclusive=True)


@scenario()
def auto_delete_as_well(play: Play) -> None:
    """A queue that is both exclusive and auto-delete goes with its connection, however that ends."""
    for name, end in (("B", "close"), ("C", "error")):
        connection = play.connection(name)
        ch = connection.channel()
        ch.queue_declare("q", exclusive=True, auto_delete=True)
        ch.consume("q", "x")
        if end == "close":
            connection.close()
        else:
            ch.basic_qos(prefetch_size=10)
        play.channel().queue_declare("q", passive=True)
