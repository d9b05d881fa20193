"""Users come and go, vhosts go, and operators close connections."""

from pika import PlainCredentials

from ..play import Play
from ..scenario import scenario


@scenario()
def a_new_user_logs_in(play: Play) -> None:
    """A user who was added logs in with that password and no other."""
    play.sign_in("ada-new", ".*", ".*", ".*").queue_declare("q")
    play.connection("C", credentials=PlainCredentials("ada-new", "wrong"))
    play.connection("D", credentials=PlainCredentials("ada-new", ""))
    play.connection("E", credentials=PlainCredentials("Ada-new", "secret"))


@scenario()
def a_new_password(play: Play) -> None:
    """A new password counts for new connections; those that are there go on."""
    ch = play.sign_in("ada-password", ".*", ".*", ".*")
    play.operator.change_password("ada-password", "new")
    ch.queue_declare("q")
    play.connection("C", credentials=PlainCredentials("ada-password", "secret"))
    play.connection("D", credentials=PlainCredentials("ada-password", "new"))


@scenario()
def adding_again(play: Play) -> None:
    """Adding a user again changes the password and nothing else."""
    ch = play.sign_in("ada-again", ".*", ".*", ".*")
    play.operator.add_user("ada-again", "new")
    ch.queue_declare("q")
    play.connection("C", credentials=PlainCredentials("ada-again", "secret"))
    play.connection("D", credentials=PlainCredentials("ada-again", "new"))


@scenario()
def an_empty_password(play: Play) -> None:
    """A user with an empty password cannot log in."""
    play.operator.add_user("ada-empty-password", "")
    play.operator.set_permissions("ada-empty-password", ".*", ".*", ".*")
    play.connection("B", credentials=PlainCredentials("ada-empty-password", ""))


@scenario()
def names_and_passwords_beyond_ascii(play: Play) -> None:
    """Names and passwords may be any text."""
    play.operator.add_user("ada é", "pässwörd")
    play.operator.set_permissions("ada é", "", "", "")
    ch = play.connection("B", credentials=PlainCredentials("ada é", "pässwörd")).channel()
    ch.queue_declare("q")


@scenario()
def a_deleted_user(play: Play) -> None:
    """Deleting a user closes every connection of theirs, and no other."""
    one = play.sign_in("ada-deleted", ".*", ".*", ".*")
    two = play.connection("C", credentials=PlainCredentials("ada-deleted", "secret")).channel()
    other = play.channel()
    play.operator.delete_user("ada-deleted")
    play.advance(0.3)
    one.queue_declare("q")
    two.queue_declare("q")
    other.queue_declare("q")
    play.connection("D", credentials=PlainCredentials("ada-deleted", "secret"))


@scenario()
def what_a_deleted_user_held(play: Play) -> None:
    """What the connections of a deleted user held goes back, their exclusive queues go."""
    owner = play.channel()
    owner.queue_declare("q")
    owner.publish("", "q", "m")
    ch = play.sign_in("ada-held", ".*", ".*", ".*")
    ch.queue_declare("mine", exclusive=True)
    ch.basic_get("q")
    play.operator.delete_user("ada-held")
    play.advance(0.3)
    owner.drain("q")
    owner.queue_declare("mine", passive=True)


@scenario()
def a_user_who_comes_back(play: Play) -> None:
    """A user who was deleted and added again has no permissions, and no limits."""
    play.sign_in("ada-comes-back", ".*", ".*", ".*")
    play.operator.set_user_limit("ada-comes-back", "max-connections", 0)
    play.operator.delete_user("ada-comes-back")
    play.operator.add_user("ada-comes-back", "secret")
    credentials = PlainCredentials("ada-comes-back", "secret")
    play.connection("C", credentials=credentials)
    play.operator.set_permissions("ada-comes-back", "", "", "")
    play.connection("D", credentials=credentials)


@scenario()
def a_user_who_is_not_there(play: Play) -> None:
    """A user who is not there cannot be deleted."""
    play.operator.delete_user("ada-was-never-there")


@scenario()
def a_deleted_vhost(play: Play) -> None:
    """Deleting a vhost closes every connection to it."""
    one = play.channel()
    two = play.channel(on="B")
    elsewhere = play.connection("C", virtual_host="/").channel()
    play.operator.delete_vhost()
    play.advance(0.5)
    one.queue_declare("q")
    two.queue_declare("q")
    elsewhere.queue_declare("missing in this place", passive=True)
    play.connection("D")


@scenario()
def consumers_in_a_deleted_vhost(play: Play) -> None:
    """A consumer in a vhost that is deleted learns of it by the end of the connection."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.consume("q", "c")
    with play.burst():
        play.operator.delete_vhost()
        play.advance(0.5)
    ch.queue_declare("q")


@scenario()
def a_vhost_is_deleted_once(play: Play) -> None:
    """A vhost that is not there cannot be deleted."""
    play.operator.delete_vhost()
    play.operator.delete_vhost()


@scenario()
def permissions_go_with_the_vhost(play: Play) -> None:
    """Permissions cannot be given in a vhost that is gone."""
    play.operator.add_user("ada-vhost-gone", "secret")
    play.operator.set_permissions("ada-vhost-gone", "", "", "")
    play.operator.delete_vhost()
    play.operator.set_permissions("ada-vhost-gone", "", "", "")
    play.operator.clear_permissions("ada-vhost-gone")
    play.operator.set_topic_permissions("ada-vhost-gone", "amq.topic", "", "")
    play.operator.set_vhost_limit("max-queues", 1)


@scenario()
def an_operator_closes_connections(play: Play) -> None:
    """A connection that is closed in the management plugin is told so."""
    ch = play.channel()
    play.operator.close_all_connections()
    play.advance(0.3)
    ch.queue_declare("q")


@scenario()
def an_operator_gives_a_reason(play: Play) -> None:
    """The reason that an operator gives is what the client is told."""
    ch = play.channel()
    play.operator.close_all_connections("maintenance at noon")
    play.advance(0.3)
    ch.queue_declare("q")


@scenario(pika="1.3.2")
def a_new_secret_is_not_checked(play: Play) -> None:
    """update-secret accepts anything; the connection goes on as who it was, and the password stays as it is."""
    ch = play.sign_in("ada-secret", ".*", ".*", ".*")
    connection = play.connection("C", credentials=PlainCredentials("ada-secret", "secret"))
    connection.update_secret("wrong", "because")
    connection.channel().queue_declare("q")
    ch.queue_declare("q")
    play.connection("D", credentials=PlainCredentials("ada-secret", "wrong"))
    play.connection("E", credentials=PlainCredentials("ada-secret", "secret"))


@scenario(pika="1.3.2")
def a_new_secret_brings_no_new_permissions(play: Play) -> None:
    """update-secret changes nothing of what is allowed; from 4.3 on it makes channels forget what they remember."""
    owner = play.channel()
    owner.queue_declare("q")
    play.sign_in("ada-secret-remembers", ".*", ".*", ".*")
    connection = play.connection("C", credentials=PlainCredentials("ada-secret-remembers", "secret"))
    ch = connection.channel()
    ch.basic_get("q")
    play.operator.set_permissions("ada-secret-remembers", "", "", "")
    connection.update_secret("anything", "because")
    ch.basic_get("q")
