"""Declaring and deleting exchanges."""

from pika.spec import Exchange

from ..play import Play
from ..scenario import scenario


@scenario()
def unknown_type_is_refused(play: Play) -> None:
    """An unknown exchange type closes the connection on 3.10 and only the channel on 4.x."""
    ch = play.channel()
    ch.exchange_declare("x", "nonsense")
    play.channel(on="B").exchange_declare("x", passive=True)


@scenario()
def type_is_case_sensitive(play: Play) -> None:
    """Exchange types are case-sensitive."""
    play.channel().exchange_declare("x", "Direct")


@scenario()
def unknown_type_wins_over_equivalence(play: Play) -> None:
    """The type is looked at before the existing exchange is compared."""
    ch = play.channel()
    ch.exchange_declare("x", "direct")
    ch.exchange_declare("x", "nonsense")


@scenario()
def default_exchange_cannot_be_declared(play: Play) -> None:
    """The default exchange can be declared neither actively nor passively."""
    play.channel().exchange_declare("", "direct", durable=True)
    play.channel().exchange_declare("", passive=True)


@scenario()
def reserved_prefix_is_refused(play: Play) -> None:
    """New names must not start with "amq."; "amq" alone and other spellings are fine."""
    play.channel().exchange_declare("amq.mine", "direct")
    play.channel().exchange_declare("amq.", "direct")
    ch = play.channel()
    ch.exchange_declare("amq", "direct")
    ch.exchange_declare("AMQ.mine", "direct")


@scenario()
def passive_of_a_missing_one_is_not_found(play: Play) -> None:
    """A passive declare of a missing exchange is a 404, also with the reserved prefix."""
    play.channel().exchange_declare("missing", passive=True)
    play.channel().exchange_declare("amq.missing", passive=True)


@scenario()
def passive_looks_at_nothing_but_the_name(play: Play) -> None:
    """A passive declare of an existing exchange ignores type, flags and arguments."""
    ch = play.channel()
    ch.exchange_declare("x", "fanout")
    ch.exchange_declare("x", "topic", passive=True, durable=True, auto_delete=True)
    ch.exchange_declare("x", "nonsense", passive=True)


@scenario()
def predeclared_ones_exist(play: Play) -> None:
    """Every vhost starts with the exchanges of the specification and amq.rabbitmq.trace."""
    ch = play.channel()
    for name in ("amq.direct", "amq.fanout", "amq.topic", "amq.headers", "amq.match", "amq.rabbitmq.trace"):
        ch.exchange_declare(name, passive=True)


@scenario()
def predeclared_one_may_be_redeclared_as_it_is(play: Play) -> None:
    """A predeclared exchange can be redeclared with its own type and durable."""
    ch = play.channel()
    ch.exchange_declare("amq.topic", "topic", durable=True)
    ch.exchange_declare("amq.match", "headers", durable=True)
    ch.exchange_declare("amq.rabbitmq.trace", "topic", durable=True, internal=True)
    ch.exchange_declare("amq.topic", "topic")


@scenario()
def redeclaring_alike_is_fine(play: Play) -> None:
    """Declaring the same exchange again succeeds; unknown arguments are not compared."""
    ch = play.channel()
    ch.exchange_declare("x", "topic", durable=True, arguments={"x-whatever": 1})
    ch.exchange_declare("x", "topic", durable=True)
    ch.exchange_declare("x", "topic", durable=True, arguments={"x-whatever": 2})


@scenario()
def inequivalent_type(play: Play) -> None:
    """Redeclaring with another type names both types."""
    ch = play.channel()
    ch.exchange_declare("x", "topic", durable=True)
    ch.exchange_declare("x", "fanout")


@scenario()
def inequivalent_durable(play: Play) -> None:
    """Redeclaring with another durability; durable is compared before auto_delete and internal."""
    ch = play.channel()
    ch.exchange_declare("x", "topic")
    ch.exchange_declare("x", "topic", durable=True, auto_delete=True, internal=True)


@scenario()
def inequivalent_auto_delete(play: Play) -> None:
    """Redeclaring with another auto_delete; it is compared before internal."""
    ch = play.channel()
    ch.exchange_declare("x", "topic", auto_delete=True)
    ch.exchange_declare("x", "topic", internal=True)


@scenario()
def inequivalent_internal(play: Play) -> None:
    """Redeclaring with another internal."""
    ch = play.channel()
    ch.exchange_declare("x", "topic")
    ch.exchange_declare("x", "topic", internal=True)


@scenario()
def inequivalent_alternate_exchange(play: Play) -> None:
    """The alternate exchange is the one argument that is compared: added, removed, changed."""
    play.channel().exchange_declare("plain", "topic")
    play.channel().exchange_declare("plain", "topic", arguments={"alternate-exchange": "other"})
    play.channel().exchange_declare("alternating", "topic", arguments={"alternate-exchange": "other"})
    play.channel().exchange_declare("alternating", "topic")
    play.channel().exchange_declare("alternating", "topic", arguments={"alternate-exchange": "another"})


@scenario()
def alternate_exchange_must_be_a_string(play: Play) -> None:
    """An alternate exchange of another type is refused by the name of that type."""
    for value in (5, True, None, b"x", ["x"], {"x": 1}):
        play.channel().exchange_declare("x", "topic", arguments={"alternate-exchange": value})


@scenario()
def deleting_a_missing_one_is_fine(play: Play) -> None:
    """Deleting a missing exchange answers delete-ok."""
    ch = play.channel()
    ch.exchange_delete("missing")
    ch.exchange_delete("missing", if_unused=True)


@scenario()
def system_exchanges_cannot_be_deleted(play: Play) -> None:
    """The default exchange and whatever is called amq.*, existing or not, cannot be deleted."""
    play.channel().exchange_delete("")
    play.channel().exchange_delete("amq.direct")
    play.channel().exchange_delete("amq.missing")


@scenario()
def delete_if_unused_minds_bindings_from_it(play: Play) -> None:
    """if_unused refuses while the exchange is the source of a binding."""
    ch = play.channel()
    ch.exchange_declare("x", "fanout")
    ch.queue_declare("q")
    ch.queue_bind("q", "x")
    ch.exchange_delete("x", if_unused=True)
    ch = play.channel()
    ch.queue_unbind("q", "x")
    ch.exchange_delete("x", if_unused=True)


@scenario()
def delete_if_unused_minds_no_bindings_to_it(play: Play) -> None:
    """An exchange that is only the destination of a binding is unused."""
    ch = play.channel()
    ch.exchange_declare("source", "fanout")
    ch.exchange_declare("target", "fanout")
    ch.exchange_bind("target", "source")
    ch.exchange_delete("target", if_unused=True)


@scenario()
def deleting_one_forgets_its_bindings(play: Play) -> None:
    """A redeclared exchange starts without bindings."""
    ch = play.channel()
    ch.exchange_declare("x", "fanout")
    ch.queue_declare("q")
    ch.queue_bind("q", "x")
    ch.exchange_delete("x")
    ch.exchange_declare("x", "fanout")
    ch.publish("x", "", "nobody sees this")
    ch.basic_get("q")


@scenario()
def internal_one_refuses_publishes(play: Play) -> None:
    """A client cannot publish to an internal exchange."""
    ch = play.channel()
    ch.exchange_declare("inside", "fanout", internal=True)
    ch.publish("inside", "k", "m")


@scenario()
def internal_one_routes_what_other_exchanges_hand_on(play: Play) -> None:
    """An internal exchange works behind another one."""
    ch = play.channel()
    ch.exchange_declare("inside", "fanout", internal=True)
    ch.exchange_declare("x", "fanout")
    ch.exchange_bind("inside", "x")
    ch.queue_declare("q")
    ch.queue_bind("q", "inside")
    ch.publish("x", "k", "m")
    ch.drain("q")


@scenario()
def line_breaks_are_removed_from_names(play: Play) -> None:
    """CR and LF are removed from a declared name but not from the name published to."""
    ch = play.channel()
    ch.exchange_declare("x\r\ny", "fanout")
    ch.exchange_declare("xy", passive=True)
    ch.publish("x\r\ny", "", "m")


@scenario()
def names_may_be_odd(play: Play) -> None:
    """Blanks, wildcards, slashes and other scripts are fine in names."""
    ch = play.channel()
    for name in ("with blank", "a/b", "*.#", "häße", "é" * 127):
        ch.exchange_declare(name, "fanout")


@scenario()
def error_ends_only_its_channel(play: Play) -> None:
    """After a channel error other channels go on, and the number of the closed one is used again."""
    first = play.channel()
    second = play.channel()
    first.exchange_declare("missing", passive=True)
    first.is_still_open()
    second.exchange_declare("x", "fanout")
    third = play.channel()
    third.exchange_declare("x", passive=True)
    first.exchange_declare("x", passive=True)


@scenario()
def trace_exchange_is_internal(play: Play) -> None:
    """The predeclared amq.rabbitmq.trace is internal."""
    play.channel().publish("amq.rabbitmq.trace", "k", "m")
    play.channel().exchange_declare("amq.rabbitmq.trace", "topic", durable=True)


@scenario()
def events_and_log_are_plugins(play: Play) -> None:
    """amq.rabbitmq.event and amq.rabbitmq.log are not there by themselves."""
    play.channel().exchange_declare("amq.rabbitmq.event", passive=True)
    play.channel().exchange_declare("amq.rabbitmq.log", passive=True)


@scenario()
def empty_type(play: Play) -> None:
    """An empty exchange type is an invalid one, not an unknown one."""
    ch = play.channel(on="B")
    ch.send(Exchange.Declare(exchange="x", type=""))
    ch = play.channel()
    ch.exchange_declare("x", "direct")
    ch.send(Exchange.Declare(exchange="x", type=""))


@scenario()
def line_breaks_elsewhere(play: Play) -> None:
    """CR and LF are removed from the names in bind, unbind and delete too."""
    ch = play.channel()
    ch.exchange_declare("xy", "fanout")
    ch.exchange_declare("z", "fanout")
    ch.queue_declare("q")
    ch.queue_bind("q", "x\ny", "k\nl")
    ch.exchange_bind("z", "x\r\ny", "k")
    ch.publish("xy", "k\nl", "m")
    ch.exchange_unbind("\nz", "xy", "k")
    ch.queue_unbind("q", "xy\r", "k\nl")
    ch.publish("xy", "", "n", mandatory=True)
    ch.drain("q")
    ch.exchange_delete("x\ny")
    ch.exchange_declare("xy", passive=True)
    play.channel().exchange_declare("x\ny", passive=True)


@scenario()
def checks_come_in_an_order(play: Play) -> None:
    """The type, the default exchange, the reserved prefix, the alternate exchange, then what its type takes."""
    bad = {"alternate-exchange": 5, "x-recent-history-length": 0}
    play.channel(on="B").exchange_declare("", "nonsense")
    play.channel(on="C").exchange_declare("amq.mine", "nonsense")
    play.channel().exchange_declare("", "x-recent-history", arguments=bad)
    play.channel().exchange_declare("amq.mine", "x-recent-history", arguments=bad)
    play.channel().exchange_declare("x", "x-recent-history", arguments=bad)
    play.channel().exchange_declare("x", "x-recent-history", arguments={"x-recent-history-length": 0})
    play.channel().exchange_declare("x", "direct", arguments=bad)
    play.channel().exchange_declare("y", "direct")
    play.channel().exchange_declare("y", "direct", arguments=bad)


@scenario()
def inequivalent_alternate_exchange_of_another_type(play: Play) -> None:
    """An alternate exchange is compared before its type is looked at; the words name no types then."""
    play.channel().exchange_declare("x", "direct", arguments={"alternate-exchange": "other"})
    for value in (5, True, None, b"other", ["other"], {"other": 1}):
        play.channel().exchange_declare("x", "direct", arguments={"alternate-exchange": value})
