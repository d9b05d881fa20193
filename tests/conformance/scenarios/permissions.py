"""What a user may do: three regular expressions for each virtual host."""

from pika import PlainCredentials

from ..play import Play
from ..scenario import scenario

# --- the virtual host


@scenario()
def without_permissions_no_vhost(play: Play) -> None:
    """A user without permissions in a vhost is not let in."""
    play.operator.add_user("ada-no-vhost", "secret")
    play.connection("B", credentials=PlainCredentials("ada-no-vhost", "secret"))


@scenario()
def empty_permissions_let_in(play: Play) -> None:
    """Three empty expressions are enough to enter a vhost."""
    play.sign_in("ada-enters")


@scenario()
def permissions_are_of_one_vhost(play: Play) -> None:
    """Permissions in one vhost are none in another."""
    play.sign_in("ada-one-vhost", ".*", ".*", ".*")
    play.connection("C", credentials=PlainCredentials("ada-one-vhost", "secret"), virtual_host="/")


@scenario()
def a_missing_vhost_is_missing_first(play: Play) -> None:
    """A missing vhost is reported as missing to a user without permissions, too."""
    play.operator.add_user("ada-missing", "secret")
    play.connection("B", credentials=PlainCredentials("ada-missing", "secret"), virtual_host="missing")


# --- queues


@scenario()
def declaring_a_queue_needs_configure(play: Play) -> None:
    """queue.declare needs the configure permission on the queue."""
    ch = play.sign_in("ada-declare", "^mine", ".*", ".*")
    ch.queue_declare("mine")
    ch.queue_declare("yours")


@scenario()
def a_generated_name_needs_configure(play: Play) -> None:
    """A queue that the server names needs the configure permission on its generated name."""
    ch = play.sign_in("ada-generated", "^mine", ".*", ".*")
    ch.queue_declare("", exclusive=True)
    play.operator.set_permissions("ada-generated", "^amq.gen", "", "")
    again = play.channel(on="B")
    again.queue_declare("", exclusive=True)


@scenario()
def passive_declare_of_a_queue(play: Play) -> None:
    """A passive queue.declare needs nothing in 3.10 and 4.0, any of the three permissions in 4.3."""
    owner = play.channel()
    owner.queue_declare("q")
    for name, permissions in {
        "nothing": ("", "", ""),
        "configure": ("q", "", ""),
        "write": ("", "q", ""),
        "read": ("", "", "q"),
    }.items():
        ch = play.sign_in(f"ada-passive-{name}", *permissions, on=name)
        ch.queue_declare("q", passive=True)


@scenario()
def passive_declare_of_a_missing_queue(play: Play) -> None:
    """A missing queue is reported as such to those who may look."""
    ch = play.sign_in("ada-passive-missing")
    ch.queue_declare("missing", passive=True)
    ch = play.sign_in("ben-passive-missing", "", "", "missing", on="C")
    ch.queue_declare("missing", passive=True)


@scenario()
def passive_declare_of_a_foreign_queue(play: Play) -> None:
    """Whoever may not look at an exclusive queue is not told that it is another's."""
    owner = play.channel()
    owner.queue_declare("q", exclusive=True)
    ch = play.sign_in("ada-passive-foreign")
    ch.queue_declare("q", passive=True)


@scenario()
def declare_permission_before_equivalence(play: Play) -> None:
    """The permission is looked at before the differences to the queue that is there."""
    play.channel().queue_declare("q")
    ch = play.sign_in("ada-equivalence", "", ".*", ".*")
    ch.queue_declare("q", durable=True)


@scenario()
def declare_permission_before_exclusivity(play: Play) -> None:
    """The permission is looked at before another's exclusive queue is found out."""
    play.channel().queue_declare("q", exclusive=True)
    ch = play.sign_in("ada-exclusive", "", ".*", ".*")
    ch.queue_declare("q", exclusive=True)


@scenario()
def declare_permission_before_arguments(play: Play) -> None:
    """The permission is looked at before the arguments."""
    ch = play.sign_in("ada-arguments", "", ".*", ".*")
    ch.queue_declare("q", arguments={"x-message-ttl": -1})


@scenario()
def reserved_queue_name_before_permission(play: Play) -> None:
    """A reserved queue name is refused before the permission is looked at."""
    ch = play.sign_in("ada-reserved")
    ch.queue_declare("amq.mine")


@scenario()
def dead_letters_need_read_on_the_queue(play: Play) -> None:
    """A new queue with a dead-letter exchange needs read on the queue, before write on the exchange."""
    ch = play.sign_in("ada-letters-read", ".*", "", "")
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "dlx"})


@scenario()
def dead_letters_need_write_on_their_exchange(play: Play) -> None:
    """A new queue with a dead-letter exchange needs write on that exchange, which need not exist."""
    ch = play.sign_in("ada-letters-write", ".*", "", ".*")
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "dlx"})
    ch = play.sign_in("ben-letters-write", ".*", "dlx", ".*", on="C")
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "dlx"})


@scenario()
def dead_letters_to_the_default_exchange(play: Play) -> None:
    """Dead letters for the default exchange need write on amq.default."""
    ch = play.sign_in("ada-letters-default", ".*", "dlx", ".*")
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "x"})
    ch = play.sign_in("ben-letters-default", ".*", "^amq.default$", ".*", on="C")
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "x"})


@scenario()
def redeclare_with_dead_letters_needs_configure_only(play: Play) -> None:
    """A queue that exists already is declared again with the configure permission alone."""
    play.channel().queue_declare("q", arguments={"x-dead-letter-exchange": "dlx"})
    ch = play.sign_in("ada-letters-again", ".*", "", "")
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "dlx"})


@scenario()
def dead_letter_exchange_of_a_wrong_type(play: Play) -> None:
    """A dead-letter exchange that is no text is found out before the permissions it would need."""
    ch = play.sign_in("ada-letters-type", ".*", "", "")
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": 5})


@scenario()
def dead_letters_permission_before_other_arguments(play: Play) -> None:
    """What dead letters need is looked at before the other arguments."""
    ch = play.sign_in("ada-letters-others", ".*", "", "")
    ch.queue_declare("q", arguments={"x-dead-letter-exchange": "dlx", "x-message-ttl": -1})


@scenario()
def dead_letter_exchange_and_an_exclusive_queue(play: Play) -> None:
    """An exclusive queue with a dead-letter exchange needs the same."""
    ch = play.sign_in("ada-letters-exclusive", ".*", "", ".*")
    ch.queue_declare("", exclusive=True, arguments={"x-dead-letter-exchange": "dlx"})


@scenario()
def deleting_a_queue_needs_configure(play: Play) -> None:
    """queue.delete needs the configure permission on the queue, be it there or not."""
    owner = play.channel()
    owner.queue_declare("mine")
    owner.queue_declare("yours")
    ch = play.sign_in("ada-delete", "^mine", ".*", ".*")
    ch.queue_delete("mine")
    ch.queue_delete("yours")
    ch = play.channel(on="B")
    ch.queue_delete("missing")
    owner.queue_declare("yours", passive=True)


@scenario()
def delete_permission_before_conditions(play: Play) -> None:
    """The permission to delete is looked at before exclusivity and conditions."""
    owner = play.channel()
    owner.queue_declare("exclusive", exclusive=True)
    owner.queue_declare("full")
    owner.publish("", "full", "m")
    ch = play.sign_in("ada-delete-foreign", "", ".*", ".*")
    ch.queue_delete("exclusive")
    ch = play.channel(on="B")
    ch.queue_delete("full", if_empty=True)


@scenario()
def purging_needs_read(play: Play) -> None:
    """queue.purge needs the read permission on the queue."""
    owner = play.channel()
    owner.queue_declare("mine")
    owner.queue_declare("yours", exclusive=True)
    ch = play.sign_in("ada-purge", ".*", ".*", "^mine")
    ch.queue_purge("mine")
    ch.queue_purge("yours")
    ch = play.channel(on="B")
    ch.queue_purge("missing")


@scenario()
def getting_needs_read(play: Play) -> None:
    """basic.get needs the read permission on the queue."""
    owner = play.channel()
    owner.queue_declare("mine")
    owner.queue_declare("yours", exclusive=True)
    ch = play.sign_in("ada-get", ".*", ".*", "^mine")
    ch.basic_get("mine")
    ch.basic_get("yours")
    ch = play.channel(on="B")
    ch.basic_get("missing")


@scenario()
def consuming_needs_read(play: Play) -> None:
    """basic.consume needs the read permission on the queue."""
    owner = play.channel()
    owner.queue_declare("mine")
    owner.queue_declare("yours", exclusive=True)
    ch = play.sign_in("ada-consume", ".*", ".*", "^mine")
    ch.consume("mine", "c")
    ch.consume("yours", "d")
    ch = play.channel(on="B")
    ch.consume("missing", "c")


@scenario()
def consume_permission_before_arguments(play: Play) -> None:
    """The permission to consume is looked at before the consumer's arguments and exclusive use."""
    owner = play.channel()
    owner.queue_declare("q")
    owner.consume("q", "owner", exclusive=True)
    ch = play.sign_in("ada-consume-args", ".*", ".*", "")
    ch.consume("q", "c", arguments={"x-priority": "high"})
    ch = play.channel(on="B")
    ch.consume("q", "c", exclusive=True)


@scenario()
def settling_needs_nothing(play: Play) -> None:
    """What was fetched is acknowledged, returned and recovered without any permission."""
    owner = play.channel()
    owner.queue_declare("q")
    for body in "abc":
        owner.publish("", "q", body)
    ch = play.sign_in("ada-settles", "", "", "q|amq.direct")
    for _ in "abc":
        ch.basic_get("q")
    play.operator.set_permissions("ada-settles", "", "", "amq.direct")
    ch.basic_ack(1)
    ch.basic_nack(2, requeue=False)
    ch.basic_recover(requeue=True)
    ch.basic_qos(prefetch_count=1)


@scenario()
def what_needs_no_permission(play: Play) -> None:
    """Confirms, transactions, prefetch and direct reply-to need no permission."""
    ch = play.sign_in("ada-needs-nothing")
    ch.confirm_delivery()
    ch.basic_qos(prefetch_count=1)
    ch.consume("amq.rabbitmq.reply-to", "r", auto_ack=True)
    ch.queue_declare("amq.rabbitmq.reply-to", passive=True)
    other = play.channel(on="B")
    other.tx_select()
    other.tx_commit()


# --- bindings


@scenario()
def binding_a_queue_needs_write_on_it(play: Play) -> None:
    """queue.bind needs write on the queue, before read on the exchange."""
    play.channel().queue_declare("q")
    ch = play.sign_in("ada-bind-write", ".*", "", "")
    ch.queue_bind("q", "amq.fanout", "")


@scenario()
def binding_a_queue_needs_read_on_the_exchange(play: Play) -> None:
    """queue.bind needs read on the exchange."""
    play.channel().queue_declare("q")
    ch = play.sign_in("ada-bind-read", ".*", "q", "amq.direct")
    ch.queue_bind("q", "amq.direct", "")
    ch.queue_bind("q", "amq.fanout", "")


@scenario()
def binding_what_is_missing(play: Play) -> None:
    """Permissions to bind are looked at before it is found that queue or exchange are missing."""
    ch = play.sign_in("ada-bind-missing", ".*", "", "")
    ch.queue_bind("missing", "missing exchange", "")
    ch = play.sign_in("ben-bind-missing", ".*", "missing", "", on="C")
    ch.queue_bind("missing", "missing exchange", "")


@scenario()
def binding_to_the_default_exchange(play: Play) -> None:
    """That the default exchange cannot be bound is found out after write on the queue, before read on the exchange."""
    play.channel().queue_declare("q")
    ch = play.sign_in("ada-bind-default", ".*", "", "")
    ch.queue_bind("q", "", "k")
    ch = play.sign_in("ben-bind-default", ".*", "q", "", on="C")
    ch.queue_bind("q", "", "k")


@scenario()
def binding_a_foreign_queue(play: Play) -> None:
    """Permissions to bind are looked at before exclusivity."""
    play.channel().queue_declare("q", exclusive=True)
    ch = play.sign_in("ada-bind-foreign", ".*", "q", "")
    ch.queue_bind("q", "amq.fanout", "")


@scenario()
def unbinding_a_queue_needs_the_same(play: Play) -> None:
    """queue.unbind needs write on the queue and read on the exchange, even if there is no such binding."""
    play.channel().queue_declare("q")
    ch = play.sign_in("ada-unbind", ".*", "", "")
    ch.queue_unbind("q", "amq.fanout", "")
    ch = play.sign_in("ben-unbind", ".*", "q", "", on="C")
    ch.queue_unbind("q", "amq.fanout", "")
    ch = play.sign_in("cid-unbind", ".*", "q", "", on="D")
    ch.queue_unbind("q", "", "")


@scenario()
def binding_an_exchange_needs_write_and_read(play: Play) -> None:
    """exchange.bind needs write on the destination, then read on the source."""
    ch = play.sign_in("ada-bind-x", ".*", "", "")
    ch.exchange_bind("amq.fanout", "amq.direct", "k")
    ch = play.sign_in("ben-bind-x", ".*", "amq.fanout", "", on="C")
    ch.exchange_bind("amq.fanout", "amq.direct", "k")
    ch = play.sign_in("cid-bind-x", "", "amq.fanout", "amq.direct", on="D")
    ch.exchange_bind("amq.fanout", "amq.direct", "k")
    ch.exchange_unbind("amq.fanout", "amq.direct", "k")


@scenario()
def unbinding_an_exchange_needs_the_same(play: Play) -> None:
    """exchange.unbind needs write on the destination, then read on the source."""
    ch = play.sign_in("ada-unbind-x", ".*", "", "")
    ch.exchange_unbind("amq.fanout", "amq.direct", "k")
    ch = play.sign_in("ben-unbind-x", ".*", "amq.fanout", "", on="C")
    ch.exchange_unbind("amq.fanout", "amq.direct", "k")


@scenario()
def binding_the_default_exchange_to_another(play: Play) -> None:
    """That the default exchange is neither source nor destination is found out between the two permissions."""
    ch = play.sign_in("ada-bind-x-default", ".*", "", "")
    ch.exchange_bind("amq.fanout", "", "k")
    ch = play.sign_in("ben-bind-x-default", ".*", "amq.fanout", "", on="C")
    ch.exchange_bind("amq.fanout", "", "k")
    ch = play.sign_in("cid-bind-x-default", ".*", "", "", on="D")
    ch.exchange_bind("", "amq.fanout", "k")
    ch = play.sign_in("dan-bind-x-default", ".*", "amq.default", "", on="E")
    ch.exchange_bind("", "amq.fanout", "k")


@scenario()
def binding_exchanges_that_are_missing(play: Play) -> None:
    """Permissions on exchanges are looked at before it is found that they are missing."""
    ch = play.sign_in("ada-bind-x-missing", ".*", "destination", "")
    ch.exchange_bind("destination", "source", "k")
    ch = play.sign_in("ben-bind-x-missing", ".*", "", "source", on="C")
    ch.exchange_bind("destination", "source", "k")


# --- exchanges


@scenario()
def declaring_an_exchange_needs_configure(play: Play) -> None:
    """exchange.declare needs the configure permission on the exchange."""
    ch = play.sign_in("ada-declare-x", "^mine", ".*", ".*")
    ch.exchange_declare("mine")
    ch.exchange_declare("yours")


@scenario()
def exchange_permission_before_equivalence(play: Play) -> None:
    """The permission is looked at before the differences to the exchange that is there."""
    ch = play.sign_in("ada-equivalence-x", "", ".*", ".*")
    ch.exchange_declare("amq.direct", "fanout")


@scenario()
def unknown_type_before_permission(play: Play) -> None:
    """An unknown type of exchange is found out before the permission is looked at."""
    ch = play.sign_in("ada-type-x")
    ch.exchange_declare("x", "unheard-of")


@scenario()
def default_exchange_before_permission(play: Play) -> None:
    """That the default exchange cannot be declared or deleted is found out before the permission is looked at."""
    ch = play.sign_in("ada-default-x")
    ch.exchange_declare("", "direct")
    ch = play.channel(on="B")
    ch.exchange_declare("", passive=True)
    ch = play.channel(on="B")
    ch.exchange_delete("")


@scenario()
def reserved_exchange_name_after_permission(play: Play) -> None:
    """A reserved exchange name is refused after the permission was looked at."""
    ch = play.sign_in("ada-reserved-x")
    ch.exchange_declare("amq.mine")
    ch = play.sign_in("ben-reserved-x", "amq.mine", on="C")
    ch.exchange_declare("amq.mine")


@scenario()
def alternate_exchange_needs_read_and_write(play: Play) -> None:
    """A new exchange with an alternate needs read on itself, then write on the alternate."""
    ch = play.sign_in("ada-alternate", ".*", "", "")
    ch.exchange_declare("x", arguments={"alternate-exchange": "other"})
    ch = play.sign_in("ben-alternate", ".*", "", "x", on="C")
    ch.exchange_declare("x", arguments={"alternate-exchange": "other"})
    ch = play.sign_in("cid-alternate", ".*", "other", "x", on="D")
    ch.exchange_declare("x", arguments={"alternate-exchange": "other"})
    ch = play.sign_in("dan-alternate", ".*", "", "", on="E")
    ch.exchange_declare("x", arguments={"alternate-exchange": "other"})


@scenario()
def alternate_exchange_of_a_wrong_type(play: Play) -> None:
    """An alternate exchange that is no text is found out before the permissions it would need."""
    ch = play.sign_in("ada-alternate-type", ".*", "", "")
    ch.exchange_declare("x", arguments={"alternate-exchange": 5})


@scenario()
def alternate_default_exchange(play: Play) -> None:
    """The default exchange as an alternate is checked as amq.default."""
    ch = play.sign_in("ada-alternate-default", ".*", "", ".*")
    ch.exchange_declare("x", arguments={"alternate-exchange": ""})


@scenario()
def passive_declare_of_an_exchange(play: Play) -> None:
    """A passive exchange.declare needs nothing in 3.10 and 4.0, any of the three permissions in 4.3."""
    for name, permissions in {
        "nothing": ("", "", ""),
        "configure": ("amq.direct", "", ""),
        "write": ("", "amq.direct", ""),
        "read": ("", "", "amq.direct"),
    }.items():
        ch = play.sign_in(f"ada-passive-x-{name}", *permissions, on=name)
        ch.exchange_declare("amq.direct", passive=True)
    missing = play.channel(on="nothing")
    missing.exchange_declare("missing", passive=True)


@scenario()
def deleting_an_exchange_needs_configure(play: Play) -> None:
    """exchange.delete needs the configure permission on the exchange, be it there or not."""
    play.channel().exchange_declare("mine")
    ch = play.sign_in("ada-delete-x", "^mine", ".*", ".*")
    ch.exchange_delete("mine")
    ch.exchange_delete("missing")


@scenario()
def deleting_system_exchanges(play: Play) -> None:
    """That a system exchange is not deleted is found out before the permission is looked at."""
    ch = play.sign_in("ada-delete-system")
    ch.exchange_delete("amq.fanout")


@scenario()
def delete_permission_before_use(play: Play) -> None:
    """The permission is looked at before it is found that an exchange is in use."""
    owner = play.channel()
    owner.exchange_declare("x")
    owner.queue_declare("q")
    owner.queue_bind("q", "x", "k")
    ch = play.sign_in("ada-delete-used")
    ch.exchange_delete("x", if_unused=True)


# --- publishing


@scenario()
def publishing_needs_write(play: Play) -> None:
    """basic.publish needs the write permission on the exchange."""
    ch = play.sign_in("ada-publish", "", "amq.direct", "")
    ch.exchange_declare("amq.direct", passive=True)
    ch.publish("amq.direct", "k", "m")
    ch.publish("amq.fanout", "k", "m")


@scenario()
def publishing_to_a_queue_needs_write_on_amq_default(play: Play) -> None:
    """The default exchange is checked as amq.default; the queue's name does not count."""
    owner = play.channel()
    owner.queue_declare("q")
    ch = play.sign_in("ada-publish-default", "", "^amq.default$", "amq.direct")
    ch.publish("", "q", "m")
    ch = play.sign_in("ben-publish-default", "", "q", "amq.direct", on="C")
    ch.publish("", "q", "m")
    owner.bodies("q")


@scenario()
def publishing_to_a_missing_exchange(play: Play) -> None:
    """The permission is looked at before it is found that the exchange is missing or internal."""
    play.channel().exchange_declare("inside", internal=True)
    ch = play.sign_in("ada-publish-missing", "", "", ".*")
    ch.publish("missing", "k", "m")
    ch = play.channel(on="B")
    ch.publish("inside", "k", "m")


@scenario()
def publish_permission_before_properties(play: Play) -> None:
    """The permission to publish is looked at before the properties."""
    ch = play.sign_in("ada-publish-props", "", "", ".*")
    ch.publish("amq.direct", "k", "m", expiration="soon")
    ch = play.channel(on="B")
    ch.publish("amq.direct", "k", "m", user_id="guest")
    ch = play.channel(on="B")
    ch.publish("amq.direct", "k", "m", headers={"CC": 5})


@scenario()
def size_before_permission(play: Play) -> None:
    """The size of a message is looked at before the permission and before it is found that the exchange is missing."""
    size = (128 if play.version == "3.10" else 16) * 1024 * 1024 + 1
    ch = play.sign_in("ada-publish-size", "", "", ".*")
    ch.publish("missing", "k", "x" * size)


@scenario()
def refused_publish_in_confirm_mode(play: Play) -> None:
    """In confirm mode a refused publish raises by itself."""
    ch = play.sign_in("ada-publish-confirm", "", "amq.direct", ".*")
    ch.confirm_delivery()
    ch.publish("amq.direct", "k", "m")
    ch.publish("amq.fanout", "k", "m")


@scenario()
def refused_publish_in_a_transaction(play: Play) -> None:
    """In a transaction a publish is refused at once, not at the commit."""
    ch = play.sign_in("ada-publish-tx", "", "", ".*")
    ch.tx_select()
    ch.publish("amq.fanout", "k", "m")


@scenario()
def a_copy_to_another_queue_needs_nothing(play: Play) -> None:
    """What is routed on by bindings, alternates and dead letters needs no permission of the publisher's."""
    owner = play.channel()
    owner.exchange_declare("in")
    owner.exchange_declare("out", "fanout")
    owner.exchange_bind("out", "in", "k")
    owner.queue_declare("q")
    owner.queue_bind("q", "out", "")
    ch = play.sign_in("ada-publish-on", "", "^in$", "amq.direct")
    ch.publish("in", "k", "m")
    owner.bodies("q")


@scenario()
def user_id_is_the_users_own(play: Play) -> None:
    """user_id must be the name of the user who is logged in."""
    owner = play.channel()
    owner.queue_declare("q")
    ch = play.sign_in("ada-user-id", ".*", ".*", ".*")
    ch.publish("", "q", "m", user_id="ada-user-id")
    ch.publish("", "q", "m", user_id="guest")
    owner.drain("q")


# --- expressions


@scenario()
def expressions_are_not_anchored(play: Play) -> None:
    """An expression may match anywhere in a name."""
    ch = play.sign_in("ada-anchors", "own", "", "")
    ch.queue_declare("own")
    ch.queue_declare("xowny")
    ch.queue_declare("Own")


@scenario()
def anchored_expressions(play: Play) -> None:
    """With both anchors an expression must match the whole name."""
    ch = play.sign_in("ada-anchored", "^(own|mine)$", "", "")
    ch.queue_declare("mine")
    ch.queue_declare("mine2")


@scenario()
def empty_expressions_allow_nothing(play: Play) -> None:
    """An empty expression allows nothing."""
    ch = play.sign_in("ada-empty", "", "", "")
    ch.queue_declare("q")


@scenario()
def expressions_see_bytes(play: Play) -> None:
    """Expressions are matched against the bytes of a name. Before 4.3 those above 127 are characters of Latin-1."""
    play.sign_in("ada-bytes", "^..$|^é*x$|^a\\w.z$|^b\\w\\wz$", "", "")
    for name in ("é", "éx", "ééx", "aéz", "béz"):
        play.channel(on="B").queue_declare(name)


@scenario()
def expressions_know_case(play: Play) -> None:
    """Expressions are case-sensitive unless they say otherwise."""
    ch = play.sign_in("ada-case", "^(?i)own$|^É$", "", "")
    ch.queue_declare("OWN")
    ch.queue_declare("É")
    ch.queue_declare("é")


@scenario()
def expressions_are_perl_s(play: Play) -> None:
    """Expressions are Perl's: classes of POSIX, named groups, quoting and flags anywhere are known."""
    expression = "^[[:upper:]_]+$|^(?<a>x)\\k<a>$|^\\Qa.b\\E$|^u\\z|^(v(?i)w|x)y$"
    ch = play.sign_in("ada-perl", expression, "", "")
    for name in ("U_P", "xx", "a.b", "u", "vWy", "Xy"):
        ch.queue_declare(name)
    ch.queue_declare("axb")


@scenario()
def expressions_with_braces(play: Play) -> None:
    """Braces that are no count are themselves; PCRE2 of 4.3 knows counts without a least, and with spaces."""
    expression = "^a{,2}$|^b{2}$|^c{1,}$|^d{1, 2}$|^e{}$|^f{x}$|^g{ 2 }$|^h{,}$|^i{2 ,3}$|^j{ , 2}$|^k{2"
    play.sign_in("ada-braces", expression, "", "")
    names = ("a{,2}", "aa", "", "bb", "cc", "d{1, 2}", "dd", "e{}", "f{x}", "g{ 2 }", "gg", "h{,}", "i{2 ,3}")
    for name in (*names, "iii", "j{ , 2}", "jj", "k{2", "a", "aaa"):
        play.channel(on="B").queue_declare(name)


# --- changes


@scenario()
def a_used_permission_is_remembered(play: Play) -> None:
    """A permission that was used on a channel for a resource is remembered there, and only there."""
    owner = play.channel()
    owner.queue_declare("q")
    owner.queue_declare("r")
    ch = play.sign_in("ada-remembers", ".*", ".*", ".*")
    ch.basic_get("q")
    ch.publish("", "q", "m")
    play.operator.set_permissions("ada-remembers", "", "", "")
    ch.basic_get("q")
    ch.publish("", "q", "m")
    other = play.channel(on="B")
    other.basic_get("q")
    ch.basic_get("r")


@scenario()
def another_permission_is_not_remembered(play: Play) -> None:
    """What is remembered is one permission for one resource."""
    owner = play.channel()
    owner.queue_declare("q")
    ch = play.sign_in("ada-remembers-one", ".*", ".*", ".*")
    ch.basic_get("q")
    play.operator.set_permissions("ada-remembers-one", "", "", "")
    ch.basic_get("q")
    ch.queue_delete("q")


@scenario()
def an_idle_channel_forgets(play: Play) -> None:
    """A channel that was idle for some seconds has forgotten what it remembered."""
    owner = play.channel()
    owner.queue_declare("q")
    ch = play.sign_in("ada-forgets", ".*", ".*", ".*")
    ch.basic_get("q")
    play.operator.set_permissions("ada-forgets", "", "", "")
    ch.basic_get("q")
    play.advance(3)
    ch.basic_get("q")


@scenario()
def twelve_permissions_are_remembered(play: Play) -> None:
    """A channel remembers the twelve permissions that it looked at last, be they used again or not."""
    owner = play.channel()
    for number in range(13):
        owner.queue_declare(f"q{number}")
    ch = play.sign_in("ada-twelve", "", "", "q")
    with play.burst():
        for number in range(12):
            ch.basic_get(f"q{number}")
        ch.basic_get("q0")
        ch.basic_get("q12")
    play.operator.set_permissions("ada-twelve", "", "", "")
    with play.burst():
        for number in range(1, 13):
            ch.basic_get(f"q{number}")
    ch.basic_get("q0")


@scenario()
def a_refusal_is_not_remembered(play: Play) -> None:
    """Permissions that are given while a channel is open count at once."""
    owner = play.channel()
    owner.queue_declare("q")
    ch = play.sign_in("ada-given", "", "", "r")
    ch.basic_get("q")
    ch = play.channel(on="B")
    play.operator.set_permissions("ada-given", "", "", "q")
    ch.basic_get("q")


@scenario()
def cleared_permissions(play: Play) -> None:
    """Cleared permissions leave connections open, on which nothing is allowed any more, and let no new one in."""
    owner = play.channel()
    owner.queue_declare("q")
    ch = play.sign_in("ada-cleared", ".*", ".*", ".*")
    play.operator.clear_permissions("ada-cleared")
    ch.basic_get("q")
    ch = play.channel(on="B")
    ch.queue_declare("q", passive=True)
    play.connection("C", credentials=PlainCredentials("ada-cleared", "secret"))


@scenario()
def consumers_outlive_permissions(play: Play) -> None:
    """A consumer goes on when the permission to read is taken away."""
    owner = play.channel()
    owner.queue_declare("q")
    ch = play.sign_in("ada-consumes-on", "", "", "q")
    ch.consume("q", "c", auto_ack=True)
    play.operator.set_permissions("ada-consumes-on", "", "", "")
    owner.publish("", "q", "m")


@scenario()
def an_error_leaves_the_connection_open(play: Play) -> None:
    """A refusal closes the channel and nothing else."""
    ch = play.sign_in("ada-refused", "mine", "", "")
    ch.queue_declare("yours")
    ch.is_still_open()
    play.channel(on="B").queue_declare("mine")


# --- what the operator is told


@scenario()
def permissions_for_nobody(play: Play) -> None:
    """Permissions are not given to a user who does not exist, nor taken from one."""
    play.operator.set_permissions("ada-is-nobody", "", "", "")
    play.operator.clear_permissions("ada-is-nobody")


@scenario()
def permissions_that_are_not_there(play: Play) -> None:
    """Permissions that a user does not have are not taken away."""
    play.operator.add_user("ada-has-none", "secret")
    play.operator.clear_permissions("ada-has-none")


@scenario()
def invalid_expressions(play: Play) -> None:
    """An expression that is none is refused; what was there stays."""
    owner = play.channel()
    owner.queue_declare("q")
    ch = play.sign_in("ada-invalid", "", "", "q")
    for expression in ("*", "(", "[", ")", "a**", "\\", "[z-a]", "x{2,1}"):
        play.operator.set_permissions("ada-invalid", expression, "", "")
    play.operator.set_permissions("ada-invalid", "ok", "*", "(")
    ch.basic_get("q")
