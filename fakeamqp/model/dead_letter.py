"""Dead letters: what a message becomes when it dies in a queue with a dead-letter exchange.

The rules, version by version, are held by the recordings of the area `dead_letter`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from fakeamqp.model.message import Message, Origin
from fakeamqp.model.profile import Profile
from fakeamqp.model.values import Long

if TYPE_CHECKING:
    from fakeamqp.model.queues.entry import Entry
    from fakeamqp.model.queues.queue import Queue

Death: TypeAlias = Literal["rejected", "expired", "maxlen", "delivery_limit"]
"""Why a message died."""

DeathRecord: TypeAlias = dict[str, Any]
"""One entry of the header `x-death`."""


def make_letter(queue: Queue, entry: Entry, reason: Death, at: datetime, profile: Profile) -> Message:
    """The dead letter of an entry that died in `queue`: a new message that remembers its deaths in its headers.

    It is routed by `x-dead-letter-routing-key` alone if that is set, else by all its original keys, BCC included.
    The message's own expiration is taken away, so that it cannot expire again where it ends.
    """
    died = entry.message
    override = queue.limits.dead_letter_routing_key
    headers = _record_death(died, queue.name, reason, at, profile)
    if override is not None and profile.override_removes_cc:
        headers.pop("CC", None)
    properties = {name: value for name, value in died.properties.items() if name != "expiration"}
    properties["headers"] = dict(sorted(headers.items()))
    letter = Message(
        queue.limits.dead_letter_exchange or "",
        died.routing_key if override is None else override,
        properties,
        died.body,
    )
    if override is None:
        letter.copied_to = died.copied_to
    before = died.origin
    letter.origin = Origin(died.id, *((died.id, 1) if before is None else (before.first, before.deaths + 1)))
    letter.failures = entry.failures
    return letter


def goes_round(letter: Message, queue_name: str, reason: Death) -> bool:
    """True if the letter must not enter this queue: it has been there, and no client has rejected it since.

    A letter whose own death is a rejection may go anywhere.
    """
    if reason == "rejected":
        return False
    for death in deaths_of(letter.headers):
        if death.get("reason") == "rejected":
            return False
        if death.get("queue") == queue_name:
            return True
    return False


def deaths_of(headers: Mapping[str, Any]) -> list[DeathRecord]:
    """The entries of `x-death`, newest first; empty if there is no such header or it is malformed."""
    deaths = headers.get("x-death")
    if not isinstance(deaths, list):
        return []
    return [death for death in deaths if isinstance(death, dict)]


def _record_death(died: Message, queue_name: str, reason: Death, at: datetime, profile: Profile) -> dict[str, Any]:
    """The message's headers with this death added."""
    headers = dict(died.headers)
    # Up to 3.x the history is whatever the headers say; from 4.0 it is the broker's own, and one that a client
    # published is replaced.
    trusted = profile.trusts_published_deaths or died.origin is not None
    older = deaths_of(headers) if trusted else []
    same = [death for death in older if death.get("queue") == queue_name and death.get("reason") == reason]
    others = [death for death in older if death not in same] if same else older
    if same:
        record = {**same[0], "count": Long(same[0].get("count", 0) + 1)}
    else:
        record = _new_record(died, queue_name, reason, at, profile)
    if profile.sorts_later_deaths and older:
        record = dict(sorted(record.items()))
    if profile.reverses_older_deaths:
        others.reverse()
    headers["x-death"] = [record, *others]
    if not older:
        _mark(headers, "first", queue_name, reason, died.exchange)
    if profile.marks_last_death:
        _mark(headers, "last", queue_name, reason, died.exchange)
    return headers


def _mark(headers: dict[str, Any], which: str, queue_name: str, reason: Death, exchange: str) -> None:
    headers[f"x-{which}-death-reason"] = reason
    headers[f"x-{which}-death-queue"] = queue_name
    headers[f"x-{which}-death-exchange"] = exchange


def _new_record(died: Message, queue_name: str, reason: Death, at: datetime, profile: Profile) -> DeathRecord:
    # From 4.0 on the header stays where another key has taken the place of all; it says nothing any more.
    copied = died.headers.get("CC") if died.copied_to else None
    visible = [key for key in copied if isinstance(key, str)] if isinstance(copied, list) else []
    record: DeathRecord = {
        "count": Long(1),
        "reason": reason,
        "queue": queue_name,
        "time": at.replace(microsecond=0),
        "exchange": died.exchange,
        "routing-keys": [died.routing_key, *visible],
    }
    expiration = died.properties.get("expiration")
    if expiration is None:
        return record
    if profile.original_expiration_first:
        return {"original-expiration": expiration, **record}
    return {**record, "original-expiration": expiration}
