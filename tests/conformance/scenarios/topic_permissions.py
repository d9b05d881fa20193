"""What a user may publish to a topic exchange, and bind to one: two regular expressions for each."""

from pika import PlainCredentials

from ..play import Play
from ..scenario import scenario

ALL = (".*", ".*", ".*")


@scenario()
def publishing_needs_write_on_the_key(play: Play) -> None:
    """basic.publish to a topic exchange needs write on the routing key."""
    ch = play.sign_in("ada-topic-publish", *ALL)
    play.operator.set_topic_permissions("ada-topic-publish", "amq.topic", "^mine", "")
    ch.publish("amq.topic", "mine.k", "m")
    ch.publish("amq.topic", "yours.k", "m")


@scenario()
def binding_a_queue_needs_read_on_the_key(play: Play) -> None:
    """queue.bind to a topic exchange needs read on the binding key."""
    ch = play.sign_in("ada-topic-bind", *ALL)
    play.operator.set_topic_permissions("ada-topic-bind", "amq.topic", "", "^mine")
    ch.queue_declare("q")
    ch.queue_bind("q", "amq.topic", "mine.#")
    ch.queue_bind("q", "amq.topic", "#")


@scenario()
def unbinding_a_queue_needs_the_same(play: Play) -> None:
    """queue.unbind from a topic exchange needs read on the binding key, even if there is no such binding."""
    ch = play.sign_in("ada-topic-unbind", *ALL)
    play.operator.set_topic_permissions("ada-topic-unbind", "amq.topic", "", "^mine")
    ch.queue_declare("q")
    ch.queue_unbind("q", "amq.topic", "mine.#")
    ch.queue_unbind("q", "amq.topic", "#")


@scenario()
def binding_exchanges_needs_read_on_the_key(play: Play) -> None:
    """exchange.bind and unbind need read on the binding key if their source is a topic exchange."""
    ch = play.sign_in("ada-topic-bind-x", *ALL)
    play.operator.set_topic_permissions("ada-topic-bind-x", "amq.topic", "", "^mine")
    ch.exchange_bind("amq.fanout", "amq.topic", "mine.#")
    ch.exchange_bind("amq.topic", "amq.direct", "k")
    ch.exchange_bind("amq.fanout", "amq.topic", "#")
    ch = play.channel(on="B")
    ch.exchange_unbind("amq.fanout", "amq.topic", "mine.#")
    ch.exchange_unbind("amq.fanout", "amq.topic", "#")


@scenario()
def the_current_queue_as_key(play: Play) -> None:
    """With queue and key left empty it is the queue's name that must match."""
    ch = play.sign_in("ada-topic-current", *ALL)
    play.operator.set_topic_permissions("ada-topic-current", "amq.topic", "", "^mine")
    ch.queue_declare("mine")
    ch.queue_bind("", "amq.topic", "")
    ch.queue_declare("yours")
    ch.queue_bind("", "amq.topic", "")


@scenario()
def other_exchanges_are_free(play: Play) -> None:
    """A topic exchange without a row of its own is not restricted."""
    play.channel().exchange_declare("topic", "topic")
    ch = play.sign_in("ada-topic-other", *ALL)
    play.operator.set_topic_permissions("ada-topic-other", "topic", "", "")
    ch.publish("amq.topic", "k", "m")
    ch.publish("topic", "k", "m")


@scenario()
def other_types_are_free(play: Play) -> None:
    """Topic permissions mean nothing for exchanges of other types."""
    ch = play.sign_in("ada-topic-direct", *ALL)
    for exchange in ("amq.direct", "amq.fanout", "amq.headers", ""):
        play.operator.set_topic_permissions("ada-topic-direct", exchange, "", "")
        ch.publish(exchange, "k", "m")
    ch.queue_declare("q")
    ch.queue_bind("q", "amq.direct", "k")


@scenario()
def an_empty_expression_allows_the_empty_key(play: Play) -> None:
    """An empty expression allows the empty key and nothing else."""
    ch = play.sign_in("ada-topic-empty", *ALL)
    play.operator.set_topic_permissions("ada-topic-empty", "amq.topic", "", "")
    ch.publish("amq.topic", "", "m")
    ch.publish("amq.topic", "k", "m")


@scenario()
def plain_permission_comes_first(play: Play) -> None:
    """The permission on the exchange is looked at before that on the key."""
    ch = play.sign_in("ada-topic-plain", ".*", "^q$", "")
    play.operator.set_topic_permissions("ada-topic-plain", "amq.topic", "", "")
    ch.publish("amq.topic", "k", "m")
    ch = play.channel(on="B")
    ch.queue_declare("q")
    ch.queue_bind("q", "amq.topic", "k")


@scenario()
def key_comes_before_the_queue(play: Play) -> None:
    """The permission on a key is looked at before it is found that the queue is missing or another's."""
    play.channel().queue_declare("q", exclusive=True)
    ch = play.sign_in("ada-topic-queue", *ALL)
    play.operator.set_topic_permissions("ada-topic-queue", "amq.topic", "", "")
    ch.queue_bind("missing", "amq.topic", "k")
    ch = play.channel(on="B")
    ch.queue_bind("q", "amq.topic", "k")
    ch = play.channel(on="B")
    ch.exchange_bind("missing", "amq.topic", "k")


@scenario()
def a_missing_exchange_comes_first(play: Play) -> None:
    """A missing exchange has no topics: it is reported as missing."""
    ch = play.sign_in("ada-topic-missing", *ALL)
    play.operator.set_topic_permissions("ada-topic-missing", "missing", "", "")
    ch.publish("missing", "k", "m")
    ch = play.channel(on="B")
    ch.queue_declare("q")
    ch.queue_bind("q", "missing", "k")
    ch = play.channel(on="B")
    ch.queue_unbind("q", "missing", "k")
    ch = play.channel(on="B")
    ch.exchange_bind("amq.fanout", "missing", "k")


@scenario()
def internal_comes_first(play: Play) -> None:
    """That an exchange is internal is found out before the permission on the key is looked at."""
    play.channel().exchange_declare("inside", "topic", internal=True)
    ch = play.sign_in("ada-topic-internal", *ALL)
    play.operator.set_topic_permissions("ada-topic-internal", "inside", "", "")
    ch.publish("inside", "k", "m")


@scenario()
def key_comes_before_properties(play: Play) -> None:
    """In 3.10 the permission on the key is looked at before all properties; from 4.0 on after all but user_id."""
    ch = play.sign_in("ada-topic-props", *ALL)
    play.operator.set_topic_permissions("ada-topic-props", "amq.topic", "", "")
    ch.publish("amq.topic", "k", "m", expiration="soon")
    ch = play.channel(on="B")
    ch.publish("amq.topic", "k", "m", user_id="guest")
    ch = play.channel(on="B")
    ch.publish("amq.topic", "k", "m", headers={"CC": 5})
    ch = play.channel(on="B")
    ch.publish("amq.topic", "k", "m", delivery_mode=3)
    ch = play.channel(on="B")
    ch.publish("amq.topic", "k", "m", reply_to="amq.rabbitmq.reply-to")


@scenario()
def copies_need_write_on_their_keys(play: Play) -> None:
    """CC and BCC keys need the permission from 4.0 on; in 3.10 only the routing key does."""
    play.sign_in("ada-topic-cc", *ALL)
    play.operator.set_topic_permissions("ada-topic-cc", "amq.topic", "^mine", "")
    for headers in (
        {"CC": ["mine.too"]},
        {"CC": ["mine.too", "yours"]},
        {"BCC": ["yours"]},
        {"CC": ["ours"], "BCC": ["yours"]},
    ):
        play.channel(on="B").publish("amq.topic", "mine.k", "m", headers=headers)
    play.channel(on="B").publish("amq.topic", "theirs", "m", headers={"CC": ["yours"]})


@scenario()
def username_in_the_expression(play: Play) -> None:
    """{username} stands for the name of the user."""
    ch = play.sign_in("ada-topic-user", *ALL)
    play.operator.set_topic_permissions("ada-topic-user", "amq.topic", "^{username}-k", "")
    ch.publish("amq.topic", "ada-topic-user-k", "m")
    ch.publish("amq.topic", "ben-topic-user-k", "m")


@scenario()
def vhost_in_the_expression(play: Play) -> None:
    """{vhost} stands for the name of the virtual host."""
    ch = play.sign_in("ada-topic-vhost", *ALL)
    play.operator.set_topic_permissions("ada-topic-vhost", "amq.topic", "^{vhost}$|^conformance-", "")
    ch.publish("amq.topic", "conformance-", "m")
    play.operator.set_topic_permissions("ada-topic-vhost", "amq.topic", "^{vhost}$", "")
    ch.publish("amq.topic", "conformance", "m")


@scenario()
def other_braces_in_the_expression(play: Play) -> None:
    """Other names in braces stand for themselves. A name that means something in an expression stands for itself in
    4.3; before, it is read as part of the expression."""
    ch = play.sign_in("ada.topic.braces", *ALL)
    play.operator.set_topic_permissions("ada.topic.braces", "amq.topic", "^{client_id}|{username}", "")
    ch.publish("amq.topic", "{client_id}", "m")
    ch.publish("amq.topic", "adaxtopicxbraces", "m")
    ch.publish("amq.topic", "ben", "m")


@scenario()
def cleared_topic_permissions(play: Play) -> None:
    """Cleared topic permissions restrict nothing any more."""
    play.sign_in("ada-topic-clear", *ALL)
    play.operator.set_topic_permissions("ada-topic-clear", "amq.topic", "", "")
    play.operator.clear_topic_permissions("ada-topic-clear", "amq.topic")
    play.channel(on="B").publish("amq.topic", "k", "m")


@scenario()
def cleared_permissions_leave_topic_permissions(play: Play) -> None:
    """Clearing a user's permissions leaves the topic permissions."""
    play.sign_in("ada-topic-stay", *ALL)
    play.operator.set_topic_permissions("ada-topic-stay", "amq.topic", "", "")
    play.operator.clear_permissions("ada-topic-stay")
    play.operator.set_permissions("ada-topic-stay", *ALL)
    play.channel(on="B").publish("amq.topic", "k", "m")


@scenario()
def topic_permissions_without_permissions(play: Play) -> None:
    """Topic permissions do not let a user into a vhost."""
    play.operator.add_user("ada-topic-only", "secret")
    play.operator.set_topic_permissions("ada-topic-only", "amq.topic", ".*", ".*")
    play.connection("B", credentials=PlainCredentials("ada-topic-only", "secret"))


@scenario()
def a_used_topic_is_remembered(play: Play) -> None:
    """A permission that was used on a channel for a key is remembered there."""
    ch = play.sign_in("ada-topic-remembers", *ALL)
    play.operator.set_topic_permissions("ada-topic-remembers", "amq.topic", "k", "")
    ch.publish("amq.topic", "k.1", "m")
    play.operator.set_topic_permissions("ada-topic-remembers", "amq.topic", "", "")
    ch.publish("amq.topic", "k.1", "m")
    ch.publish("amq.topic", "k.2", "m")


@scenario()
def an_idle_channel_forgets(play: Play) -> None:
    """A channel that was idle for some seconds has forgotten the keys that it remembered."""
    ch = play.sign_in("ada-topic-forgets", *ALL)
    ch.publish("amq.topic", "k", "m")
    play.operator.set_topic_permissions("ada-topic-forgets", "amq.topic", "", "")
    ch.publish("amq.topic", "k", "m")
    play.advance(3)
    ch.publish("amq.topic", "k", "m")


@scenario()
def what_the_operator_cannot_do(play: Play) -> None:
    """Topic permissions need a user and two expressions, and from 4.3 on an exchange; what is not there is not taken
    away."""
    play.operator.set_topic_permissions("ada-topic-nobody", "amq.topic", "", "")
    play.operator.clear_topic_permissions("ada-topic-nobody", "amq.topic")
    play.operator.add_user("ada-topic-refused", "secret")
    play.operator.clear_topic_permissions("ada-topic-refused", "amq.topic")
    play.operator.set_topic_permissions("ada-topic-refused", "amq.topic", "*", "(")
    play.operator.set_topic_permissions("ada-topic-refused", "amq.topic", "ok", "(")
    play.operator.set_topic_permissions("ada-topic-refused", "no such exchange", "ok", "ok")
