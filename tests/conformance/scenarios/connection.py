"""Logging in, virtual hosts and the end of connections."""

from pika import PlainCredentials

from ..play import Play
from ..scenario import scenario


@scenario()
def wrong_password(play: Play) -> None:
    """A wrong password is refused."""
    play.connection("B", credentials=PlainCredentials("guest", "wrong"))


@scenario()
def unknown_user(play: Play) -> None:
    """An unknown user gets the same words as a wrong password."""
    play.connection("B", credentials=PlainCredentials("nobody", "guest"))


@scenario()
def missing_vhost(play: Play) -> None:
    """A missing vhost is refused by name."""
    play.connection("B", virtual_host="missing")


@scenario()
def empty_vhost(play: Play) -> None:
    """An empty vhost name is missing as well."""
    play.connection("B", virtual_host="")


@scenario()
def wrong_password_wins_over_a_missing_vhost(play: Play) -> None:
    """The password is looked at before the vhost."""
    play.connection("B", credentials=PlainCredentials("guest", "wrong"), virtual_host="missing")


@scenario()
def client_without_authentication_failure_close(play: Play) -> None:
    """A client that did not announce authentication_failure_close is only disconnected."""
    quiet = {"capabilities": {"authentication_failure_close": False}}
    play.connection("B", credentials=PlainCredentials("guest", "wrong"), client_properties=quiet)


@scenario()
def error_ends_all_channels(play: Play) -> None:
    """A connection error ends every channel; other connections go on."""
    one, two = play.channel(), play.channel()
    other = play.channel(on="B")
    other.queue_declare("q")
    one.basic_qos(prefetch_size=1)
    one.is_still_open()
    two.is_still_open()
    other.queue_declare("q", passive=True)


@scenario()
def error_gives_back_and_takes_along(play: Play) -> None:
    """A connection error requeues what was held and ends exclusive queues."""
    watcher = play.channel(on="B")
    watcher.queue_declare("q")
    ch = play.channel()
    ch.queue_declare("mine", exclusive=True)
    ch.publish("", "q", "m")
    ch.basic_get("q")
    ch.basic_recover(requeue=False)
    watcher.drain("q")
    watcher.queue_declare("mine", passive=True)


@scenario()
def closing_ends_channels(play: Play) -> None:
    """Closing a connection closes its channels."""
    connection = play.connection("B")
    ch = connection.channel()
    connection.close()
    ch.is_still_open()
    ch.queue_declare("q")


@scenario()
def vhosts_are_apart(play: Play) -> None:
    """The default vhost knows nothing of this one's queues."""
    play.channel().queue_declare("only here")
    elsewhere = play.connection("B", virtual_host="/")
    elsewhere.channel().queue_declare("only here", passive=True)


@scenario()
def two_connections_see_the_same_queues(play: Play) -> None:
    """What one connection publishes another consumes."""
    consumer, publisher = play.channel(on="B"), play.channel()
    publisher.queue_declare("q")
    consumer.consume("q", "c")
    publisher.publish("", "q", "m")
    consumer.basic_ack(1)


@scenario()
def channel_numbers(play: Play) -> None:
    """pika takes the lowest free number, so that of a closed channel first."""
    one, two = play.channel(), play.channel()
    one.close()
    play.channel()
    two.close()
    play.channel()
    play.channel()


@scenario()
def channels_are_limited_by_agreement(play: Play) -> None:
    """pika opens no more channels than were agreed on, and again one when one was closed."""
    connection = play.connection("B", channel_max=2)
    one = connection.channel()
    connection.channel()
    connection.channel()
    one.close()
    connection.channel()


@scenario(pika="1.3.2")
def secret_is_updated(play: Play) -> None:
    """A new secret is accepted, whatever it is."""
    connection = play.connection("B")
    connection.update_secret("anything", "because")
    connection.channel().queue_declare("q")


@scenario()
def small_frames_make_no_difference(play: Play) -> None:
    """A body is cut into frames of the size that was agreed on and arrives whole."""
    ch = play.connection("B", frame_max=8192).channel()
    ch.queue_declare("q")
    ch.publish("", "q", "x" * 20_000)
    ch.drain("q")


@scenario()
def authentication_comes_before_everything(play: Play) -> None:
    """A user without a password is refused like one with a wrong password."""
    play.connection("B", credentials=PlainCredentials("guest", ""))


@scenario()
def what_a_broker_says_of_itself(play: Play) -> None:
    """A broker tells its product, version and capabilities."""
    play.connection("B").broker()


@scenario()
def what_is_agreed_on(play: Play) -> None:
    """pika takes what the broker offers, or less if it asks for it; the heartbeat is the client's."""
    play.connection("B").agreement()
    play.connection("C", channel_max=5, frame_max=10_000, heartbeat=1000).agreement()
    play.connection("D", heartbeat=0).agreement()


@scenario()
def smallest_frames(play: Play) -> None:
    """4.3 does not go below frames of 8192 bytes: it ends the connection without a word."""
    play.connection("B", frame_max=8192).agreement()
    play.connection("C", frame_max=4096)


@scenario()
def any_channel_number(play: Play) -> None:
    """Channels are counted, not numbered: any number can be opened up to what was agreed on."""
    connection = play.connection("B", channel_max=2)
    connection.channel(9).queue_declare("q")
    connection.channel(65535).queue_declare("q", passive=True)


@scenario()
def one_channel_too_many(play: Play) -> None:
    """One channel more than was agreed on ends the connection, whatever its number."""
    connection = play.connection("B", channel_max=2)
    connection.channel(9)
    connection.channel(10)
    connection.channel(11)
