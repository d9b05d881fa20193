"""Further routing keys in the headers CC and BCC."""

from ..play import Play
from ..scenario import scenario


@scenario()
def keys_in_cc_and_bcc_add_targets(play: Play) -> None:
    """CC and BCC add routing keys; all consumers see the original key and CC, none sees BCC."""
    ch = play.channel()
    for name in ("q", "copy", "blind"):
        ch.queue_declare(name)
    ch.publish("", "q", "m", headers={"CC": ["copy"], "BCC": ["blind"], "a": 1})
    ch.drain("q")
    ch.drain("copy")
    ch.drain("blind")


@scenario()
def bcc_alone_leaves_an_empty_table(play: Play) -> None:
    """If BCC was the only header the table arrives empty."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "m", headers={"BCC": []})
    ch.drain("q")


@scenario()
def same_queue_by_several_keys_gets_one_copy(play: Play) -> None:
    """Naming a queue in the key, in CC and in BCC makes one copy."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "q", "m", headers={"CC": ["q", "q"], "BCC": ["q"]})
    ch.bodies("q")


@scenario()
def on_a_topic_exchange(play: Play) -> None:
    """Keys in CC are matched like the routing key on every exchange."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_bind("q", "amq.topic", "a.*")
    ch.publish("amq.topic", "x", "m", headers={"CC": ["a.b"]})
    ch.drain("q")


@scenario()
def entries_that_are_no_strings_are_ignored(play: Play) -> None:
    """Entries of other types are passed over; lower-case names are ordinary headers."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_declare("other")
    ch.publish("", "q", "m", headers={"CC": [1, None, True, "other"], "cc": "whatever", "bcc": 1})
    ch.drain("q")
    ch.drain("other")


@scenario()
def must_be_lists(play: Play) -> None:
    """CC or BCC that is no list is refused by the name of its type."""
    for value in ("q", b"q", 1, None, {"q": 1}, True):
        play.channel().publish("", "q", "m", headers={"CC": value})
    play.channel().publish("", "q", "m", headers={"BCC": "q"})


@scenario()
def one_routed_key_is_enough_for_mandatory(play: Play) -> None:
    """A mandatory message is returned only if none of its keys routes; it comes back with CC and without BCC."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.publish("", "nobody", "m", mandatory=True, headers={"BCC": ["q"]})
    ch.publish("", "nobody", "m", mandatory=True, headers={"CC": ["none"], "BCC": ["none either"]})
