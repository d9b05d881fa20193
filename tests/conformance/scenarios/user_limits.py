"""How many connections and channels a user may have."""

from pika import PlainCredentials

from ..play import Play
from ..scenario import scenario


@scenario()
def connections(play: Play) -> None:
    """One connection too many is refused, until another is closed."""
    play.sign_in("ada-connections", ".*", ".*", ".*")
    credentials = PlainCredentials("ada-connections", "secret")
    play.operator.set_user_limit("ada-connections", "max-connections", 2)
    two = play.connection("C", credentials=credentials)
    play.connection("D", credentials=credentials)
    two.close()
    play.advance(0.5)
    play.connection("E", credentials=credentials)


@scenario()
def no_connections(play: Play) -> None:
    """A limit of 0 shuts a user out; others are not concerned."""
    play.sign_in("ada-shut-out", ".*", ".*", ".*").queue_declare("q")
    play.operator.set_user_limit("ada-shut-out", "max-connections", 0)
    play.connection("C", credentials=PlainCredentials("ada-shut-out", "secret"))
    play.channel().queue_declare("q", passive=True)


@scenario()
def negative_is_unlimited(play: Play) -> None:
    """A negative limit is none."""
    play.sign_in("ada-unlimited", ".*", ".*", ".*")
    play.operator.set_user_limit("ada-unlimited", "max-connections", -1)
    play.operator.set_user_limit("ada-unlimited", "max-channels", -2)
    play.connection("C", credentials=PlainCredentials("ada-unlimited", "secret")).channel()


@scenario()
def a_cleared_limit(play: Play) -> None:
    """A limit that was cleared is none."""
    play.sign_in("ada-unlimits", ".*", ".*", ".*")
    play.operator.set_user_limit("ada-unlimits", "max-connections", 0)
    play.connection("C", credentials=PlainCredentials("ada-unlimits", "secret"))
    play.operator.clear_user_limit("ada-unlimits", "max-connections")
    play.connection("D", credentials=PlainCredentials("ada-unlimits", "secret"))


@scenario()
def order_of_checks(play: Play) -> None:
    """A missing vhost comes first, then the vhost's limit, the user's, and the permission last."""
    play.operator.add_user("ada-order", "secret")
    credentials = PlainCredentials("ada-order", "secret")
    play.operator.set_user_limit("ada-order", "max-connections", 0)
    play.operator.set_vhost_limit("max-connections", 0)
    play.connection("B", credentials=credentials, virtual_host="missing")
    play.connection("C", credentials=credentials)
    play.operator.clear_vhost_limit("max-connections")
    play.connection("D", credentials=credentials)


@scenario()
def channels(play: Play) -> None:
    """One channel too many ends the connection it was to be opened on; all connections of the user count. In 4.0 the
    text names the node where it means the user."""
    one = play.sign_in("ada-channels", ".*", ".*", ".*")
    play.connection("C", credentials=PlainCredentials("ada-channels", "secret")).channel()
    play.operator.set_user_limit("ada-channels", "max-channels", 2)
    play.channel(on="C")
    play.advance(0.5)
    one.is_still_open()
    play.channel(on="B")
    play.channel(on="B")


@scenario()
def no_channels(play: Play) -> None:
    """A limit of 0 lets a user connect and open no channel."""
    play.operator.add_user("ada-no-channels", "secret")
    play.operator.set_permissions("ada-no-channels", ".*", ".*", ".*")
    play.operator.set_user_limit("ada-no-channels", "max-channels", 0)
    play.connection("B", credentials=PlainCredentials("ada-no-channels", "secret")).channel()


@scenario()
def closed_channels_do_not_count(play: Play) -> None:
    """A channel that was closed, by either side, makes room for another."""
    ch = play.sign_in("ada-closes", ".*", ".*", ".*")
    play.operator.set_user_limit("ada-closes", "max-channels", 1)
    ch.close()
    play.advance(0.5)
    ch = play.channel(on="B")
    ch.queue_declare("missing", passive=True)
    play.advance(0.5)
    play.channel(on="B").queue_declare("q")


@scenario()
def what_the_operator_cannot_do(play: Play) -> None:
    """Limits need a user, have two names and whole numbers; what is not there is cleared all the same."""
    play.operator.set_user_limit("ada-limit-nobody", "max-channels", 1)
    play.operator.add_user("ada-limit-refused", "secret")
    play.operator.set_user_limit("ada-limit-refused", "max-queues", 1)
    play.operator.set_user_limit("ada-limit-refused", "max-channels", "one")
    play.operator.set_user_limit("ada-limit-refused", "max-channels", -2)
    play.operator.clear_user_limit("ada-limit-refused", "max-channels")
    play.operator.clear_user_limit("ada-limit-refused", "max-queues")
