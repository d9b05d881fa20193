"""Declaring, deleting and purging queues, and what the counts say."""

from ..play import Play
from ..scenario import scenario


@scenario()
def declaring_answers_with_counts(play: Play) -> None:
    """declare-ok counts ready messages and consumers, for active and passive declares."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    ch.queue_declare("q")
    ch.basic_get("q")
    ch.queue_declare("q", passive=True)
    ch.consume("q", "c")
    ch.queue_declare("q", passive=True)


@scenario()
def server_named(play: Play) -> None:
    """An empty name makes a new server-named queue every time, and an empty name elsewhere means the last one."""
    ch = play.channel()
    ch.queue_declare("")
    name = ch.queue_declare("", exclusive=True).method.queue
    ch.queue_declare(name, passive=True)
    ch.publish("", name, "m")
    ch.basic_get("")
    ch.queue_delete("")
    ch.queue_declare(name, passive=True)


@scenario()
def server_named_cannot_be_redeclared(play: Play) -> None:
    """A generated name has the reserved prefix, so an active redeclare is refused."""
    ch = play.channel()
    name = ch.queue_declare("", exclusive=True).method.queue
    ch.queue_declare(name, exclusive=True)


@scenario()
def reserved_prefix_is_refused(play: Play) -> None:
    """An active declare of amq.* is refused; a passive one is a 404."""
    play.channel().queue_declare("amq.mine")
    play.channel().queue_declare("amq.mine", passive=True)
    play.channel().queue_declare("amq")


@scenario()
def passive_of_a_missing_one_is_not_found(play: Play) -> None:
    """A passive declare of a missing queue is a 404; the empty name does not mean the last queue there."""
    play.channel().queue_declare("missing", passive=True)
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_declare("", passive=True)


@scenario()
def passive_looks_at_nothing_but_the_name(play: Play) -> None:
    """A passive declare of an existing queue ignores flags and arguments."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_declare("q", passive=True, durable=True, auto_delete=True, arguments={"x-max-length": "nonsense"})


@scenario()
def no_queue_declared_before(play: Play) -> None:
    """An empty queue name without a declare on the channel is a 404."""
    play.channel().basic_get("")
    play.channel().queue_purge("")
    play.channel().queue_delete("")
    play.channel().consume("")
    play.channel().queue_bind("", "amq.direct", "k")
    play.channel().queue_unbind("", "amq.direct", "k")


@scenario()
def empty_name_means_the_last_declared(play: Play) -> None:
    """The last declare, also a passive one, says what an empty name means, also after the queue was deleted."""
    ch = play.channel()
    ch.queue_declare("first")
    ch.queue_declare("second")
    ch.queue_declare("first", passive=True)
    ch.publish("", "first", "m")
    ch.basic_get("")
    ch.queue_delete("first")
    ch.basic_get("")


@scenario()
def empty_names_in_a_bind(play: Play) -> None:
    """With an empty queue name an empty routing key becomes the queue's name as well."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_bind("", "amq.direct", "")
    ch.publish("amq.direct", "q", "by name")
    ch.publish("amq.direct", "", "by empty key")
    ch.drain("q")
    ch.queue_bind("q", "amq.direct", "")
    ch.publish("amq.direct", "", "by empty key")
    ch.drain("q")


@scenario()
def inequivalent_durable(play: Play) -> None:
    """Redeclaring with another durability; it is compared before auto_delete and arguments."""
    ch = play.channel()
    ch.queue_declare("q", durable=True)
    ch.queue_declare("q", auto_delete=True, arguments={"x-max-length": 1})


@scenario()
def inequivalent_auto_delete(play: Play) -> None:
    """Redeclaring with another auto_delete; it is compared before arguments."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_declare("q", auto_delete=True, arguments={"x-max-length": 1})


@scenario()
def deleting_a_missing_one_is_fine(play: Play) -> None:
    """Deleting a missing queue answers with 0 messages."""
    ch = play.channel()
    ch.queue_delete("missing")
    ch.queue_delete("missing", if_unused=True, if_empty=True)


@scenario()
def delete_counts_ready_messages(play: Play) -> None:
    """delete-ok counts ready messages, not unacknowledged ones."""
    ch = play.channel()
    ch.queue_declare("q")
    for body in "abc":
        ch.publish("", "q", body)
    ch.basic_get("q")
    ch.queue_delete("q")


@scenario()
def delete_if_empty(play: Play) -> None:
    """if_empty refuses while a message is ready; unacknowledged ones do not count."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "m")
    ch.queue_delete("q", if_empty=True)
    ch = play.channel()
    ch.basic_get("q")
    ch.queue_delete("q", if_empty=True)


@scenario()
def delete_if_unused(play: Play) -> None:
    """if_unused refuses while there is a consumer; if_empty is looked at before it."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.basic_qos(prefetch_count=1)
    ch.consume("q", "c")
    ch.publish("", "q", "a")
    ch.publish("", "q", "b")
    play.channel().queue_delete("q", if_unused=True)
    play.channel().queue_delete("q", if_unused=True, if_empty=True)
    play.channel().queue_delete("q", if_empty=True)


@scenario()
def purge_counts_and_removes_ready_messages(play: Play) -> None:
    """purge-ok counts the ready messages; unacknowledged ones stay and can come back."""
    ch = play.channel()
    ch.queue_declare("q")
    for body in "abc":
        ch.publish("", "q", body)
    ch.basic_get("q")
    ch.queue_purge("q")
    ch.queue_purge("q")
    ch.basic_nack(1, requeue=True)
    ch.drain("q")


@scenario()
def purging_a_missing_one_is_not_found(play: Play) -> None:
    """Purging a missing queue is a 404."""
    play.channel().queue_purge("missing")


@scenario()
def deleting_one_forgets_its_bindings(play: Play) -> None:
    """A redeclared queue starts without bindings and without messages."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_bind("q", "amq.fanout")
    ch.publish("amq.fanout", "", "before")
    ch.queue_delete("q")
    ch.queue_declare("q")
    ch.publish("amq.fanout", "", "after")
    ch.basic_get("q")


@scenario()
def line_breaks_stay_in_the_name_of_a_get(play: Play) -> None:
    """CR and LF are not removed from the name in basic.get and purge."""
    play.channel().queue_declare("qr")
    play.channel().basic_get("q\r\nr")
    play.channel().queue_purge("q\nr")


@scenario()
def error_text_is_cut(play: Play) -> None:
    """A reply text is at most 255 bytes: a longer one is cut to 252 and three dots."""
    play.channel().queue_declare("q" * 250, passive=True)


@scenario()
def every_combination_of_flags(play: Play) -> None:
    """A classic queue may be durable, exclusive and auto-delete in every combination, named by anybody."""
    ch = play.channel()
    for durable in (False, True):
        for exclusive in (False, True):
            for auto_delete in (False, True):
                flags = {"durable": durable, "exclusive": exclusive, "auto_delete": auto_delete}
                ch.queue_declare("".join("yes " if flag else "no " for flag in flags.values()), **flags)
                ch.queue_declare("", **flags)


@scenario()
def line_breaks_elsewhere(play: Play) -> None:
    """CR and LF are removed from the name in bind, unbind and delete."""
    ch = play.channel()
    ch.queue_declare("qr")
    ch.queue_bind("q\r\nr", "amq.direct", "k")
    ch.publish("amq.direct", "k", "m")
    ch.queue_unbind("q\nr", "amq.direct", "k")
    ch.publish("amq.direct", "k", "n")
    ch.queue_delete("\rqr\n")
    ch.queue_declare("qr", passive=True)
    play.channel().consume("q\nr")


@scenario()
def longest_name(play: Play) -> None:
    """A name has up to 255 bytes."""
    ch = play.channel()
    ch.queue_declare("é" * 127 + "e")
    ch.queue_declare("q" * 255)
    ch.publish("", "q" * 255, "m", mandatory=True)


@scenario()
def mode_and_version_change_nothing(play: Play) -> None:
    """Lazy queues and those of another version answer like any."""
    ch = play.channel()
    for arguments in ({"x-queue-mode": "lazy"}, {"x-queue-version": 2}):
        name = "".join(arguments)
        ch.queue_declare(name, arguments={**arguments, "x-max-length": 2})
        for body in "abc":
            ch.publish("", name, body, expiration="60000")
        first = ch.basic_get(name)
        ch.basic_nack(first[0].delivery_tag, requeue=True)
        ch.drain(name)
