"""The default queue type of a vhost. RabbitMQ 3.10 takes the setting and ignores it."""

from __future__ import annotations

from ..play import Play
from ..scenario import scenario

QUORUM = {"x-queue-type": "quorum"}
CLASSIC = {"x-queue-type": "classic"}


@scenario()
def durable_queues_get_it(play: Play) -> None:
    """A durable queue that is neither exclusive nor auto-delete becomes one of the vhost's type; others are classic."""
    ch = play.channel()
    play.operator.set_default_queue_type("quorum")
    ch.queue_declare("durable", durable=True)
    ch.queue_declare("transient")
    ch.queue_declare("exclusive", durable=True, exclusive=True)
    ch.queue_declare("auto", durable=True, auto_delete=True)
    for queue in ("durable", "transient", "exclusive", "auto"):
        play.operator.show_queue(queue)


@scenario()
def streams_by_default(play: Play) -> None:
    """The default may be a stream."""
    ch = play.channel()
    play.operator.set_default_queue_type("stream")
    ch.queue_declare("q", durable=True)
    play.operator.show_queue("q")
    ch.basic_get("q")


@scenario()
def a_type_that_is_given_counts(play: Play) -> None:
    """x-queue-type counts whatever the default."""
    ch = play.channel()
    play.operator.set_default_queue_type("quorum")
    ch.queue_declare("classic", durable=True, arguments=CLASSIC)
    ch.queue_declare("stream", durable=True, arguments={"x-queue-type": "stream"})
    for queue in ("classic", "stream"):
        play.operator.show_queue(queue)


@scenario()
def told_among_the_arguments(play: Play) -> None:
    """From RabbitMQ 4 on every queue's type is among its arguments, whether it was given or not."""
    ch = play.channel()
    ch.queue_declare("before", durable=True)
    play.operator.show_queue("before")
    play.operator.set_default_queue_type("quorum")
    ch.queue_declare("q", durable=True, arguments={"x-max-length": 5})
    play.operator.show_queue("q")
    play.operator.show_queue("before")


@scenario()
def redeclared(play: Play) -> None:
    """Declaring it again is the same with or without the type that it has."""
    ch = play.channel()
    play.operator.set_default_queue_type("quorum")
    ch.queue_declare("q", durable=True)
    ch.queue_declare("q", durable=True)
    ch.queue_declare("q", durable=True, passive=True)
    ch.queue_declare("q", durable=True, arguments=QUORUM)


@scenario()
def redeclared_as_another(play: Play) -> None:
    """Another type is another queue, in both directions."""
    ch = play.channel()
    play.operator.set_default_queue_type("quorum")
    ch.queue_declare("q", durable=True)
    ch.queue_declare("q", durable=True, arguments=CLASSIC)
    ch = play.channel()
    ch.queue_declare("c", durable=True, arguments=CLASSIC)
    ch.queue_declare("c", durable=True)
    ch = play.channel()
    ch.queue_declare("c", durable=True, arguments=QUORUM)


@scenario()
def older_queues(play: Play) -> None:
    """A queue from before keeps its type; what a declare without one means for it is asked anew."""
    ch = play.channel()
    ch.queue_declare("q", durable=True)
    ch.queue_declare("t")
    play.operator.set_default_queue_type("quorum")
    ch.queue_declare("t")
    ch.queue_declare("q", durable=True, passive=True)
    ch.queue_declare("q", durable=True)
    ch = play.channel()
    ch.queue_declare("q", durable=True, arguments=CLASSIC)
    ch = play.channel()
    ch.queue_declare("q")


@scenario()
def older_queues_of_the_default(play: Play) -> None:
    """A quorum queue from before, when the default changes back."""
    ch = play.channel()
    play.operator.set_default_queue_type("quorum")
    ch.queue_declare("q", durable=True)
    play.operator.set_default_queue_type("classic")
    ch.queue_declare("c", durable=True)
    play.operator.show_queue("c")
    ch.queue_declare("q", durable=True, arguments=QUORUM)
    ch.queue_declare("q", durable=True)


@scenario()
def redeclared_with_other_properties(play: Play) -> None:
    """A redeclare that is transient, exclusive or auto-delete differs in that before its type is compared."""
    ch = play.channel()
    play.operator.set_default_queue_type("quorum")
    ch.queue_declare("q", durable=True)
    ch.queue_declare("q")
    ch = play.channel()
    ch.queue_declare("q", durable=True, auto_delete=True)
    ch = play.channel()
    ch.queue_declare("q", durable=True, exclusive=True)


@scenario()
def server_named(play: Play) -> None:
    """A durable queue without a name cannot be of a replicated type, a transient one is classic."""
    ch = play.channel()
    play.operator.set_default_queue_type("quorum")
    ch.queue_declare("")
    ch.queue_declare("", exclusive=True)
    ch.queue_declare("", durable=True)


@scenario()
def server_named_in_a_vhost_without(play: Play) -> None:
    """Where the default is classic a durable queue may be server-named."""
    ch = play.channel()
    ch.queue_declare("", durable=True)
    play.operator.set_default_queue_type("classic")
    ch.queue_declare("", durable=True)


@scenario()
def arguments_it_does_not_know(play: Play) -> None:
    """Arguments are checked for the type that it gets."""
    ch = play.channel()
    play.operator.set_default_queue_type("quorum")
    ch.queue_declare("t", arguments={"x-max-priority": 5})
    ch.queue_declare("q", durable=True, arguments={"x-max-priority": 5})
    ch = play.channel()
    ch.queue_declare("d", durable=True, arguments={"x-delivery-limit": 5})
    ch = play.channel()
    ch.queue_declare("e", durable=True, arguments={"x-queue-type": ""})


@scenario()
def as_classic_as_before(play: Play) -> None:
    """Setting it to classic changes nothing."""
    ch = play.channel()
    play.operator.set_default_queue_type("classic")
    ch.queue_declare("q", durable=True)
    ch.queue_declare("q", durable=True, arguments=CLASSIC)
    play.operator.show_queue("q")
    ch.queue_declare("q", durable=True, arguments=QUORUM)


@scenario()
def policies_of_the_type(play: Play) -> None:
    """A queue that got its type by default has the policies of that type."""
    ch = play.channel()
    play.operator.set_default_queue_type("quorum")
    play.operator.set_policy("p", "^q", {"delivery-limit": 1})
    ch.queue_declare("q", durable=True)
    play.operator.show_queue("q")
    ch.publish("", "q", "m")
    for tag in (1, 2):
        ch.basic_get("q")
        ch.basic_reject(tag, requeue=True)
    play.advance(0.3)
    ch.queue_declare("q", passive=True)


@scenario(versions=("3.10", "4.3"))
def unknown_types(play: Play) -> None:
    """4.3 refuses a type that there is not."""
    for queue_type in ("weird", "", 5):
        play.operator.set_default_queue_type(queue_type)
    ch = play.channel()
    ch.queue_declare("q", durable=True)
    play.operator.show_queue("q")


@scenario(versions=("4.0",))
def unknown_types_of_4_0(play: Play) -> None:
    """4.0 takes any type; one that there is not crashes each declare that gives none."""
    play.operator.set_default_queue_type("weird")
    for name, declaration in (
        ("A", {"queue": "t"}),
        ("B", {"queue": "q", "durable": True}),
        ("C", {"queue": "", "durable": True}),
        ("D", {"queue": "c", "durable": True, "arguments": CLASSIC}),
        ("E", {"queue": "x", "exclusive": True}),
    ):
        play.connection(name)
        play.channel(on=name).queue_declare(**declaration)


@scenario(versions=("4.3",))
def empty_type(play: Play) -> None:
    """4.3 takes an empty x-queue-type for one that is not given, and keeps it as it is."""
    ch = play.channel()
    play.operator.set_default_queue_type("quorum")
    ch.queue_declare("q", durable=True, arguments={"x-queue-type": ""})
    play.operator.show_queue("q")
    ch.queue_declare("q", durable=True, arguments={"x-queue-type": ""})
    ch.queue_declare("t", arguments={"x-queue-type": ""})
    ch = play.channel()
    ch.queue_declare("q", durable=True)
    ch = play.channel()
    ch.queue_declare("", durable=True, arguments={"x-queue-type": ""})
    ch = play.channel()
    ch.queue_declare("p", durable=True, arguments={"x-queue-type": "", "x-max-priority": 5})
