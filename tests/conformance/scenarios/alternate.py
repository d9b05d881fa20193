"""Where messages go that an exchange cannot route."""

from ..play import Play
from ..scenario import scenario


@scenario()
def used_when_nothing_matches(play: Play) -> None:
    """What the exchange cannot route goes to its alternate exchange; exchange and key stay those of the publish."""
    ch = play.channel()
    ch.exchange_declare("spare", "fanout")
    ch.queue_declare("lost")
    ch.queue_bind("lost", "spare")
    ch.exchange_declare("x", "direct", arguments={"alternate-exchange": "spare"})
    ch.queue_declare("q")
    ch.queue_bind("q", "x", "known")
    ch.publish("x", "known", "routed")
    ch.publish("x", "unknown", "not routed")
    ch.drain("q")
    ch.drain("lost")


@scenario()
def counts_as_routed(play: Play) -> None:
    """A mandatory message that an alternate exchange routes is not returned."""
    ch = play.channel()
    ch.exchange_declare("spare", "fanout")
    ch.queue_declare("lost")
    ch.queue_bind("lost", "spare")
    ch.exchange_declare("x", "direct", arguments={"alternate-exchange": "spare"})
    ch.publish("x", "unknown", "m", mandatory=True)
    ch.queue_unbind("lost", "spare")
    ch.publish("x", "unknown", "m", mandatory=True)


@scenario()
def one_matching_key_is_enough(play: Play) -> None:
    """If one of the routing and CC keys matches, the alternate exchange is not used."""
    ch = play.channel()
    ch.exchange_declare("spare", "fanout")
    ch.queue_declare("lost")
    ch.queue_bind("lost", "spare")
    ch.exchange_declare("x", "direct", arguments={"alternate-exchange": "spare"})
    ch.queue_declare("q")
    ch.queue_bind("q", "x", "known")
    ch.publish("x", "unknown", "m", headers={"CC": ["known"]})
    ch.bodies("q")
    ch.bodies("lost")


@scenario()
def binding_to_a_dead_end_is_a_match(play: Play) -> None:
    """A binding to an exchange that routes nowhere is a match: the alternate is not used."""
    ch = play.channel()
    ch.exchange_declare("spare", "fanout")
    ch.queue_declare("lost")
    ch.queue_bind("lost", "spare")
    ch.exchange_declare("dead end", "fanout")
    ch.exchange_declare("x", "fanout", arguments={"alternate-exchange": "spare"})
    ch.exchange_bind("dead end", "x")
    ch.publish("x", "", "m", mandatory=True)
    ch.bodies("lost")


@scenario()
def of_an_exchange_behind_another(play: Play) -> None:
    """The alternate of a bound exchange is used when that exchange has no match."""
    ch = play.channel()
    ch.exchange_declare("spare", "fanout")
    ch.queue_declare("lost")
    ch.queue_bind("lost", "spare")
    ch.exchange_declare("back", "direct", arguments={"alternate-exchange": "spare"})
    ch.exchange_declare("front", "fanout")
    ch.exchange_bind("back", "front")
    ch.publish("front", "k", "m")
    ch.bodies("lost")


@scenario()
def chains_and_circles(play: Play) -> None:
    """Alternates are followed one after the other; a circle ends, and its message counts as unroutable."""
    ch = play.channel()
    ch.exchange_declare("x", "direct", arguments={"alternate-exchange": "y"})
    ch.exchange_declare("y", "direct", arguments={"alternate-exchange": "z"})
    ch.exchange_declare("z", "direct", arguments={"alternate-exchange": "x"})
    ch.queue_declare("q")
    ch.queue_bind("q", "z", "k")
    ch.publish("x", "k", "found at the end")
    ch.bodies("q")
    ch.publish("x", "nowhere", "m", mandatory=True)


@scenario()
def missing_or_default(play: Play) -> None:
    """A missing alternate exchange and the default exchange as one route nothing."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.exchange_declare("x", "direct", arguments={"alternate-exchange": "missing"})
    ch.exchange_declare("y", "direct", arguments={"alternate-exchange": ""})
    ch.publish("x", "q", "m", mandatory=True)
    ch.publish("y", "q", "m", mandatory=True)
    ch.basic_get("q")


@scenario()
def queue_reached_twice_gets_one_copy(play: Play) -> None:
    """A queue reached through a bound exchange's alternate and directly gets the message once."""
    ch = play.channel()
    ch.exchange_declare("spare", "fanout")
    ch.exchange_declare("back", "direct", arguments={"alternate-exchange": "spare"})
    ch.exchange_declare("front", "fanout")
    ch.queue_declare("q")
    ch.queue_bind("q", "front")
    ch.queue_bind("q", "spare")
    ch.exchange_bind("back", "front")
    ch.publish("front", "k", "m")
    ch.bodies("q")


@scenario()
def of_itself(play: Play) -> None:
    """An exchange that is its own alternate routes nothing that way."""
    ch = play.channel()
    ch.exchange_declare("x", "direct", arguments={"alternate-exchange": "x"})
    ch.publish("x", "nowhere", "m", mandatory=True)


@scenario()
def internal_exchange_as_alternate(play: Play) -> None:
    """An internal exchange may be an alternate."""
    ch = play.channel()
    ch.exchange_declare("inside", "fanout", internal=True)
    ch.queue_declare("q")
    ch.queue_bind("q", "inside")
    ch.exchange_declare("x", "direct", arguments={"alternate-exchange": "inside"})
    ch.publish("x", "nowhere", "m", mandatory=True)
    ch.bodies("q")
