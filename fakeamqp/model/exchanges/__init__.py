"""The types of exchange, by the name that `exchange.declare` uses for them; which of them a broker knows."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from fakeamqp.model.exchanges.consistent_hash import ConsistentHash
from fakeamqp.model.exchanges.delayed_message import DelayedMessage
from fakeamqp.model.exchanges.direct import Direct
from fakeamqp.model.exchanges.exchange import Exchange, Kinds
from fakeamqp.model.exchanges.fanout import Fanout
from fakeamqp.model.exchanges.headers import Headers
from fakeamqp.model.exchanges.jms_topic import JmsTopic
from fakeamqp.model.exchanges.modulus_hash import ModulusHash
from fakeamqp.model.exchanges.random import LocalRandom, Random
from fakeamqp.model.exchanges.recent_history import RecentHistory
from fakeamqp.model.exchanges.topic import Topic
from fakeamqp.model.profile import Profile

KINDS: dict[str, type[Exchange]] = {
    kind.TYPE: kind
    for kind in (
        *(Direct, Fanout, Topic, Headers),
        *(ConsistentHash, DelayedMessage, JmsTopic, Random, LocalRandom, ModulusHash, RecentHistory),
    )
}

PLUGINS: dict[str, tuple[type[Exchange], ...]] = {
    "rabbitmq_consistent_hash_exchange": (ConsistentHash,),
    "rabbitmq_delayed_message_exchange": (DelayedMessage,),
    "rabbitmq_jms_topic_exchange": (JmsTopic,),
    "rabbitmq_random_exchange": (Random,),
    "rabbitmq_recent_history_exchange": (RecentHistory,),
}
"""The types that a plugin brings. RabbitMQ has these on board but the one for delays, and none switched on."""


def known_kinds(profile: Profile, plugins: Iterable[str]) -> Kinds:
    """The types a broker knows: those of its version, and those of the plugins that are switched on.

    Raises ValueError for a plugin that brings no type of exchange modelled here.
    """
    return _known_kinds(profile.exchange_types, tuple(plugins))


@cache
def _known_kinds(of_the_version: tuple[str, ...], plugins: tuple[str, ...]) -> Kinds:
    known = {name: KINDS[name] for name in of_the_version}
    for plugin in plugins:
        if plugin not in PLUGINS:
            raise ValueError(f"no plugin {plugin!r}; those that bring types of exchange are {', '.join(PLUGINS)}")
        known.update({kind.TYPE: kind for kind in PLUGINS[plugin]})
    return known


__all__ = [
    "KINDS",
    "PLUGINS",
    "ConsistentHash",
    "DelayedMessage",
    "Direct",
    "Exchange",
    "Fanout",
    "Headers",
    "JmsTopic",
    "LocalRandom",
    "ModulusHash",
    "Random",
    "RecentHistory",
    "Topic",
    "known_kinds",
]
