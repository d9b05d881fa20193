"""What an error ends and what it leaves."""

from ..play import Play
from ..scenario import scenario


@scenario()
def other_channels_go_on(play: Play) -> None:
    """A channel error leaves the other channels, their consumers and their messages alone."""
    one, two = play.channel(), play.channel()
    one.queue_declare("q")
    two.consume("q", "c")
    one.queue_declare("missing", passive=True)
    two.publish("", "q", "m")
    two.basic_ack(1)


@scenario()
def consumers_of_the_channel_end(play: Play) -> None:
    """The consumers of a failed channel are gone."""
    one, two = play.channel(), play.channel()
    one.queue_declare("q")
    one.consume("q", "c")
    one.queue_declare("missing", passive=True)
    two.publish("", "q", "m")
    two.queue_declare("q", passive=True)


@scenario()
def new_channel_on_the_old_number(play: Play) -> None:
    """The number of a failed channel can be opened again, without the old one's modes and current queue."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.tx_select()
    ch.queue_declare("missing", passive=True)
    ch = play.channel()
    ch.basic_get("")
    ch = play.channel()
    ch.publish("", "q", "not held back")
    ch.queue_declare("q", passive=True)


@scenario()
def every_call_on_a_closed_channel(play: Play) -> None:
    """pika refuses calls on a channel the broker closed."""
    ch = play.channel()
    ch.queue_declare("missing", passive=True)
    ch.queue_declare("q")
    ch.publish("", "q", "m")
    ch.basic_ack(1)
    ch.close()


@scenario()
def what_was_accepted_stays(play: Play) -> None:
    """What a channel declared and published before its error is there afterwards."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_bind("q", "amq.topic", "a.#")
    ch.publish("amq.topic", "a.b", "before")
    ch.publish("missing", "", "error")
    ch = play.channel()
    ch.publish("amq.topic", "a.c", "after")
    ch.bodies("q")


@scenario()
def publish_and_declare_behind_an_error(play: Play) -> None:
    """What comes behind a failing publish on the channel has no effect."""
    ch = play.channel()
    ch.queue_declare("q")
    with play.burst():
        ch.publish("missing", "", "error")
        ch.publish("", "q", "behind")
        ch.queue_declare("other")
    ch = play.channel()
    ch.basic_get("q")
    ch.queue_declare("other", passive=True)


@scenario()
def what_pika_refuses_itself(play: Play) -> None:
    """Names that are too long or no texts never reach the broker."""
    play.channel().queue_declare("q" * 256)
    play.channel().publish("", "k" * 256, "m")
    play.channel().publish("", "q", "m", priority=300)
    play.channel().publish("", "q", "m", expiration=100)
    play.channel().publish("", "q", "m", headers={"h": 1.5})


@scenario()
def flow_cannot_be_stopped(play: Play) -> None:
    """channel.flow is answered when active and not implemented otherwise."""
    ch = play.channel()
    ch.flow(True)
    ch.flow(False)
