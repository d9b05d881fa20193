"""What clients ask of the broker on an open channel, as commands of the model (`fakeamqp.model.commands`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from hypothesis import strategies as st

from fakeamqp.model import commands as ask
from fakeamqp.model.commands import Command
from fakeamqp.model.message import Message
from fakeamqp.model.values import ChannelKey
from fakeamqp.strategies.keys import binding_keys, routing_keys
from fakeamqp.strategies.tables import header_bindings, headers

QUEUES = ("q", "r", "s")
EXCHANGES = ("direct", "fanout", "topic", "headers")
TAGS = ("one", "two")

_FEW = st.integers(0, 3)


def queue_arguments(
    kind: Literal["classic", "quorum"] = "classic", *, exchanges: Sequence[str] = EXCHANGES
) -> st.SearchStrategy[dict[str, Any]]:
    """Arguments that a queue of this kind accepts, with limits so small that they are reached.

    exchanges: where dead letters go, besides the default exchange.
    """
    optional: dict[str, st.SearchStrategy[Any]] = {
        "x-message-ttl": st.sampled_from((0, 1, 5)),
        "x-max-length": _FEW,
        "x-max-length-bytes": st.integers(0, 6),
        "x-overflow": st.sampled_from(("drop-head", "reject-publish", "reject-publish-dlx")),
        "x-single-active-consumer": st.booleans(),
    }
    if kind == "quorum":
        optional |= {"x-delivery-limit": st.integers(0, 2)}
    else:
        optional |= {"x-expires": st.sampled_from((3, 10)), "x-max-priority": _FEW}
    letters: dict[str, st.SearchStrategy[Any]] = {"x-dead-letter-exchange": st.sampled_from(("", *exchanges))}
    keys: dict[str, st.SearchStrategy[Any]] = {"x-dead-letter-routing-key": st.one_of(st.sampled_from(QUEUES), _KEYS)}
    dead = st.one_of(st.just({}), st.fixed_dictionaries(letters, optional=keys))
    plain = st.fixed_dictionaries({}, optional=optional)
    fixed = {"x-queue-type": "quorum"} if kind == "quorum" else {}
    return st.builds(lambda some, more: {**some, **more, **fixed}, plain, dead)


_KEYS = routing_keys(("a", "b"), longest=2)
_PROPERTIES = st.fixed_dictionaries(
    {},
    optional={
        "headers": headers(),
        "expiration": st.sampled_from(("0", "1", "4")),
        "priority": st.integers(0, 6),
        "delivery_mode": st.sampled_from((1, 2)),
        "message_id": st.sampled_from(("m1", "m2")),
    },
)


def messages(exchanges: Sequence[str] = EXCHANGES, queues: Sequence[str] = QUEUES) -> st.SearchStrategy[Message]:
    """Messages to the default exchange under a queue's name, or to one of `exchanges` under a key that may match."""
    straight = st.tuples(st.just(""), st.sampled_from(queues))
    routed = st.tuples(st.sampled_from(exchanges), _KEYS)
    copies = st.lists(st.sampled_from(queues), max_size=2)
    properties = st.one_of(
        _PROPERTIES, st.builds(lambda some, cc, name: {**some, "headers": {name: cc}}, _PROPERTIES, copies, _COPIES)
    )
    return st.builds(
        lambda where, some, body: Message(where[0], where[1], some, body),
        st.one_of(straight, routed),
        properties,
        st.binary(max_size=4),
    )


_COPIES = st.sampled_from(("CC", "BCC"))


def commands(
    channel: ChannelKey,
    *,
    queues: Sequence[str] = QUEUES,
    exchanges: Sequence[str] = EXCHANGES,
    tags: Sequence[str] = TAGS,
) -> st.SearchStrategy[Command]:
    """Any command on this channel but those that open and close it, most often one that means something there.

    queues, exchanges, tags: the names in play. An exchange is declared with the type of its name if there is one.
    """
    key = st.just(channel)
    queue = st.sampled_from(queues)
    # The empty name stands for the queue last declared on the channel.
    queue_or_current = st.sampled_from((*queues, *queues, ""))
    exchange = st.sampled_from(exchanges)
    tag = st.sampled_from(tags)
    flag = st.booleans()
    rarely = st.sampled_from((False, False, False, True))
    delivery = st.integers(0, 4)
    return st.one_of(
        _declarations(key, queue, exchange, rarely),
        _bindings(key, queue, exchange),
        st.builds(ask.PurgeQueue, key, queue_or_current),
        st.builds(ask.DeleteQueue, key, queue_or_current, flag, flag),
        st.builds(ask.DeleteExchange, key, exchange, flag),
        st.builds(ask.Qos, key, st.just(0), _FEW, flag),
        st.builds(ask.Consume, key, queue_or_current, tag, flag, flag, rarely, _consume_arguments()),
        st.builds(ask.Cancel, key, tag),
        _publishes(channel, queues, exchanges, flag),
        _publishes(channel, queues, exchanges, flag),
        st.builds(ask.Get, key, queue_or_current, flag),
        st.builds(ask.Ack, key, delivery, flag),
        st.builds(ask.Nack, key, delivery, flag, flag),
        st.builds(ask.Reject, key, delivery, flag),
        st.builds(ask.Recover, key, st.just(True), flag),
        st.builds(ask.SelectConfirms, key),
        st.one_of(st.builds(ask.SelectTransactions, key), st.builds(ask.Commit, key), st.builds(ask.Rollback, key)),
    )


def _declarations(
    key: st.SearchStrategy[ChannelKey],
    queue: st.SearchStrategy[str],
    exchange: st.SearchStrategy[str],
    rarely: st.SearchStrategy[bool],
) -> st.SearchStrategy[Command]:
    flag = st.booleans()
    classic = st.builds(
        ask.DeclareQueue, key, st.one_of(queue, st.just("")), rarely, flag, rarely, rarely, queue_arguments("classic")
    )
    quorum = st.builds(
        ask.DeclareQueue, key, queue, rarely, st.just(True), st.just(False), st.just(False), queue_arguments("quorum")
    )
    alternates = st.builds(lambda name: {"alternate-exchange": name}, exchange)
    declared = st.builds(
        lambda channel, name, passive, auto_delete, internal, arguments: ask.DeclareExchange(
            channel,
            name,
            name if name in EXCHANGES else "fanout",
            passive,
            auto_delete=auto_delete,
            internal=internal,
            arguments=arguments,
        ),
        key,
        exchange,
        rarely,
        flag,
        rarely,
        st.one_of(st.just({}), alternates),
    )
    return st.one_of(classic, quorum, declared)


def _bindings(
    key: st.SearchStrategy[ChannelKey], queue: st.SearchStrategy[str], exchange: st.SearchStrategy[str]
) -> st.SearchStrategy[Command]:
    pattern = st.one_of(_KEYS, binding_keys(("a", "b"), longest=2))
    arguments = st.one_of(st.just({}), header_bindings())
    return st.one_of(
        *(st.builds(kind, key, queue, exchange, pattern, arguments) for kind in (ask.BindQueue, ask.UnbindQueue)),
        *(st.builds(kind, key, exchange, exchange, pattern) for kind in (ask.BindExchange, ask.UnbindExchange)),
    )


def _publishes(
    channel: ChannelKey, queues: Sequence[str], exchanges: Sequence[str], flag: st.SearchStrategy[bool]
) -> st.SearchStrategy[Command]:
    return st.builds(
        lambda message, mandatory: ask.Publish(channel, message.exchange, message.routing_key, message, mandatory),
        messages(exchanges, queues),
        flag,
    )


def _consume_arguments() -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(st.just({}), st.builds(lambda priority: {"x-priority": priority}, st.integers(-1, 1)))
