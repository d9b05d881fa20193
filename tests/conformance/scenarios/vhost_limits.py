"""How many connections and queues a virtual host takes."""

from pika import PlainCredentials

from ..play import Play
from ..scenario import scenario


@scenario()
def connections(play: Play) -> None:
    """One connection too many is refused, until another is closed."""
    play.operator.set_vhost_limit("max-connections", 1)
    one = play.connection("A")
    play.connection("B")
    one.close()
    play.advance(0.5)
    play.connection("C")


@scenario()
def no_connections(play: Play) -> None:
    """A limit of 0 lets nobody in."""
    play.operator.set_vhost_limit("max-connections", 0)
    play.connection("B")


@scenario()
def connections_that_are_there_stay(play: Play) -> None:
    """A limit below what is there ends no connection."""
    ch = play.connection("A").channel()
    play.connection("B")
    play.operator.set_vhost_limit("max-connections", 1)
    ch.queue_declare("q")
    play.connection("C")


@scenario()
def negative_is_unlimited(play: Play) -> None:
    """A negative limit is none."""
    play.operator.set_vhost_limit("max-connections", 0)
    play.operator.set_vhost_limit("max-connections", -1)
    play.connection("B")
    play.operator.set_vhost_limit("max-queues", -2)
    play.channel(on="B").queue_declare("q")


@scenario()
def a_cleared_limit(play: Play) -> None:
    """A limit that was cleared is none."""
    play.operator.set_vhost_limit("max-connections", 0)
    play.connection("B")
    play.operator.clear_vhost_limit("max-connections")
    play.connection("C")


@scenario()
def limit_before_permission(play: Play) -> None:
    """The limit is looked at before the permission to enter the vhost."""
    play.operator.add_user("ada-limited", "secret")
    play.operator.set_vhost_limit("max-connections", 0)
    play.connection("B", credentials=PlainCredentials("ada-limited", "secret"))


@scenario()
def queues(play: Play) -> None:
    """One queue too many is refused, until another is deleted; what is there may be declared again."""
    ch = play.channel()
    play.operator.set_vhost_limit("max-queues", 1)
    ch.queue_declare("q")
    ch.queue_declare("r")
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_declare("q", passive=True)
    ch.queue_delete("q")
    ch.queue_declare("r")


@scenario()
def all_kinds_of_queues_count(play: Play) -> None:
    """Exclusive queues and those that the server names count, too."""
    play.operator.set_vhost_limit("max-queues", 1)
    ch = play.channel()
    ch.queue_declare("", exclusive=True)
    ch.queue_declare("", exclusive=True)
    ch = play.channel()
    ch.queue_declare("q", durable=True, arguments={"x-queue-type": "quorum"})


@scenario()
def queues_that_are_there_stay(play: Play) -> None:
    """A limit below what is there deletes no queue."""
    ch = play.channel()
    ch.queue_declare("q")
    play.operator.set_vhost_limit("max-queues", 0)
    ch.queue_declare("q")
    ch.queue_declare("r")


@scenario()
def queue_limit_before_equivalence(play: Play) -> None:
    """A queue that is there is compared, whatever the limit; a foreign one is another's."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_declare("mine", exclusive=True)
    play.operator.set_vhost_limit("max-queues", 0)
    ch.queue_declare("q", durable=True)
    ch = play.channel(on="B")
    ch.queue_declare("mine", exclusive=True)


@scenario()
def queue_limit_before_arguments(play: Play) -> None:
    """The limit is looked at before arguments are in 3.10, after them from 4.0 on."""
    play.operator.set_vhost_limit("max-queues", 0)
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-message-ttl": -1})
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": 5})
    ch = play.channel()
    ch.queue_declare("q", arguments={"x-queue-type": "unheard-of"})


@scenario()
def queue_limit_and_permissions(play: Play) -> None:
    """The limit comes after the permission to configure; in 3.10 before what dead letters need, else after it."""
    play.operator.set_vhost_limit("max-queues", 0)
    ch = play.sign_in("ada-queue-limit", "q", "", "")
    ch.queue_declare("r")
    ch = play.channel(on="B")
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "dlx"})
    ch = play.channel(on="B")
    ch.queue_declare("amq.q")


@scenario()
def what_the_operator_cannot_do(play: Play) -> None:
    """Limits have two names and whole numbers; what is not there is cleared all the same."""
    play.operator.set_vhost_limit("max-parties", 1)
    play.operator.set_vhost_limit("max-connections", "one")
    play.operator.set_vhost_limit("max-connections", -2)
    play.operator.set_vhost_limit("max-connections", 1.5)
    play.operator.clear_vhost_limit("max-connections")
    play.operator.clear_vhost_limit("max-parties")
    play.operator.clear_vhost_limit("max-queues")
    play.connection("B")
