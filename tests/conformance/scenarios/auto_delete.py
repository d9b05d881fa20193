"""Exchanges and queues that go when nobody uses them."""

from ..play import Play
from ..scenario import scenario


@scenario()
def fresh_exchange_stays(play: Play) -> None:
    """An auto-delete exchange that was never bound stays, also when an unbind finds nothing."""
    ch = play.channel()
    ch.exchange_declare("x", "direct", auto_delete=True)
    ch.queue_declare("q")
    ch.queue_unbind("q", "x", "k")
    ch.exchange_declare("x", passive=True)


@scenario()
def exchange_goes_with_its_last_unbind(play: Play) -> None:
    """Unbinding the last binding from it deletes an auto-delete exchange."""
    ch = play.channel()
    ch.exchange_declare("x", "direct", auto_delete=True)
    ch.queue_declare("q")
    ch.queue_bind("q", "x", "one")
    ch.queue_bind("q", "x", "two")
    ch.queue_unbind("q", "x", "one")
    ch.exchange_declare("x", passive=True)
    ch.queue_unbind("q", "x", "two")
    ch.exchange_declare("x", passive=True)


@scenario()
def exchange_goes_with_the_bound_queue(play: Play) -> None:
    """Deleting the last bound queue deletes an auto-delete exchange."""
    ch = play.channel()
    ch.exchange_declare("x", "direct", auto_delete=True)
    ch.queue_declare("q")
    ch.queue_bind("q", "x", "k")
    ch.queue_delete("q")
    ch.exchange_declare("x", passive=True)


@scenario()
def exchange_goes_with_the_bound_exchange(play: Play) -> None:
    """Deleting the last bound destination exchange deletes an auto-delete exchange."""
    ch = play.channel()
    ch.exchange_declare("source", "direct", auto_delete=True)
    ch.exchange_declare("target", "fanout")
    ch.exchange_bind("target", "source", "k")
    ch.exchange_delete("target")
    ch.exchange_declare("source", passive=True)


@scenario()
def exchange_does_not_go_as_a_destination(play: Play) -> None:
    """Losing the last binding to it does not delete an auto-delete exchange."""
    ch = play.channel()
    ch.exchange_declare("source", "direct")
    ch.exchange_declare("target", "fanout", auto_delete=True)
    ch.exchange_bind("target", "source", "k")
    ch.exchange_unbind("target", "source", "k")
    ch.exchange_declare("target", passive=True)


@scenario()
def exchanges_fall_in_a_chain(play: Play) -> None:
    """A deleted queue takes its auto-delete exchange along, and that the one that fed it."""
    ch = play.channel()
    ch.exchange_declare("first", "direct", auto_delete=True)
    ch.exchange_declare("second", "fanout", auto_delete=True)
    ch.exchange_bind("second", "first", "k")
    ch.queue_declare("q")
    ch.queue_bind("q", "second")
    ch.queue_delete("q")
    ch.exchange_declare("second", passive=True)
    play.channel().exchange_declare("first", passive=True)


@scenario()
def exchange_goes_with_an_exclusive_queue(play: Play) -> None:
    """The end of a connection takes its exclusive queue and the auto-delete exchange bound to it alone."""
    watcher = play.channel()
    owner = play.connection("B")
    ch = owner.channel()
    ch.exchange_declare("x", "fanout", auto_delete=True)
    ch.queue_declare("q", exclusive=True)
    ch.queue_bind("q", "x")
    owner.close()
    watcher.exchange_declare("x", passive=True)


@scenario()
def queue_goes_with_its_last_consumer(play: Play) -> None:
    """An auto-delete queue goes, messages and all, when its last consumer is cancelled."""
    ch = play.channel()
    ch.queue_declare("q", auto_delete=True)
    ch.consume("q", "one")
    ch.consume("q", "two")
    ch.basic_cancel("one")
    ch.queue_declare("q", passive=True)
    ch.basic_cancel("two")
    ch.queue_declare("q", passive=True)


@scenario()
def queue_without_a_consumer_stays(play: Play) -> None:
    """An auto-delete queue stays until it had a consumer; basic.get is none."""
    ch = play.channel()
    ch.queue_declare("q", auto_delete=True)
    ch.publish("", "q", "m")
    ch.basic_get("q", auto_ack=True)
    ch.queue_declare("q", passive=True)


@scenario()
def queue_goes_with_the_channel_of_its_consumer(play: Play) -> None:
    """Closing the channel of the last consumer deletes an auto-delete queue."""
    watcher, ch = play.channel(), play.channel()
    ch.queue_declare("q", auto_delete=True)
    ch.consume("q", "c")
    ch.close()
    watcher.queue_declare("q", passive=True)


@scenario()
def queue_goes_with_a_channel_error(play: Play) -> None:
    """A channel error ends the channel's consumers and with them an auto-delete queue."""
    watcher, ch = play.channel(), play.channel()
    ch.queue_declare("q", auto_delete=True)
    ch.consume("q", "c")
    ch.queue_declare("missing", passive=True)
    watcher.queue_declare("q", passive=True)


@scenario()
def messages_of_an_auto_deleted_queue_are_not_dead_lettered(play: Play) -> None:
    """What is in an auto-delete queue when it goes is lost."""
    ch = play.channel()
    ch.queue_declare("graveyard")
    arguments = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "graveyard"}
    ch.queue_declare("q", auto_delete=True, arguments=arguments)
    ch.basic_qos(prefetch_count=1)
    ch.consume("q", "c")
    ch.publish("", "q", "delivered")
    ch.publish("", "q", "ready")
    ch.basic_cancel("c")
    ch.basic_get("graveyard")


@scenario()
def exchange_bound_twice_by_arguments(play: Play) -> None:
    """Bindings that differ in arguments are two: the exchange goes with the second."""
    ch = play.channel()
    ch.exchange_declare("x", "direct", auto_delete=True)
    ch.queue_declare("q")
    for number in (1, 2):
        ch.queue_bind("q", "x", "k", {"a": number})
    ch.queue_unbind("q", "x", "k", {"a": 1})
    ch.exchange_declare("x", passive=True)
    ch.queue_unbind("q", "x", "k", {"a": 2})
    ch.exchange_declare("x", passive=True)
