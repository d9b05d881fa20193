"""What a client is told, as the reference and the effects of a broker tell it alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from fakeamqp.model import effects

Told: TypeAlias = tuple[Any, ...]
"""What a client is told: what it is, then the facts."""


def told_by(effect: Any) -> Told | None:
    """What a client sees of an effect, as the reference tells it; None if that is nothing it tells of."""
    if isinstance(effect, effects.Delivered):
        return ("delivered", effect.consumer_tag, effect.delivery_tag, *_seen(effect), effect.queue)
    if isinstance(effect, effects.GetOk):
        return ("fetched", effect.delivery_tag, *_seen(effect), effect.message_count)
    if isinstance(effect, effects.Returned):
        return ("returned", effect.message.body, effect.exchange, effect.routing_key)
    if isinstance(effect, effects.DeclareQueueOk):
        return ("declared", effect.queue, effect.message_count, effect.consumer_count)
    simple = _SIMPLE.get(type(effect))
    return None if simple is None else (simple[0], *(getattr(effect, name) for name in simple[1:]))


_SIMPLE: dict[type, tuple[str, ...]] = {
    effects.ChannelClosed: ("closed", "reply_code"),
    effects.GetEmpty: ("empty",),
    effects.Confirmed: ("confirmed", "delivery_tag"),
    effects.Unconfirmed: ("nacked", "delivery_tag"),
    effects.ConsumerCancelled: ("cancelled", "consumer_tag"),
    effects.PurgeQueueOk: ("purged", "message_count"),
    effects.DeleteQueueOk: ("deleted", "message_count"),
}


def _seen(effect: Any) -> Told:
    headers = effect.message.properties.get("headers") or {}
    deaths = tuple(sorted((each["queue"], each["reason"], int(each["count"])) for each in headers.get("x-death", ())))
    first, last = (
        (headers[f"x-{which}-death-queue"], headers[f"x-{which}-death-reason"])
        if f"x-{which}-death-queue" in headers
        else None
        for which in ("first", "last")
    )
    message, properties = effect.message, comparable(effect.message.properties)
    redelivered = _MaybeOpen(effect.redelivered)
    return (message.body, effect.exchange, effect.routing_key, redelivered, deaths, (first, last), properties)


def comparable(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Properties without what tells of deaths, and without an empty table of headers."""
    headers = properties.get("headers") or {}
    kept = {name: value for name, value in headers.items() if name != "x-death" and "-death-" not in name}
    return {**{name: value for name, value in properties.items() if name != "headers"}, "headers": kept}


class _MaybeOpen:
    """A flag that equals itself and None."""

    def __init__(self, flag: bool) -> None:
        self.flag = flag

    def __eq__(self, other: object) -> bool:
        return other is None or other == self.flag

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return repr(self.flag)
