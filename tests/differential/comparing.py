"""What counts as the same: everything is to be equal, apart from the rows of one table."""

from __future__ import annotations

import copy
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from ..conformance.compare import first_difference
from ..conformance.recording import Observations, as_json
from .stage import Played

Observation = dict[str, Any]


@attrs.frozen
class Normalisation:
    """Something that the comparison does not hold against the fake.

    name: what is left out of account. reason: why RabbitMQ leaves it open.
    unify: an observation without it; None for what is settled elsewhere and only counted here.
    ends: what follows cannot be compared call by call any more, so the comparison of that program ends there.
    """

    name: str
    reason: str
    unify: Callable[[Observation, Mapping[str, str]], Observation] | None = None
    ends: bool = False


@attrs.frozen
class Verdict:
    """difference: None if they agree. place: of the observation that differs, or after which comparing ended.

    needed: names of normalisations without which there would have been a difference.
    """

    difference: str | None
    place: int
    needed: tuple[str, ...] = ()


def _kinds_apart(observation: Observation, queues: Mapping[str, str]) -> Observation:
    """Deliveries, returns and cancellations of a channel each by themselves."""
    return _regroup(observation, lambda where, event: next(iter(event)))


def _queues_apart(observation: Observation, queues: Mapping[str, str]) -> Observation:
    """Deliveries of each queue by themselves, without their tags, which count over all queues of the channel."""
    without = copy.deepcopy(observation)
    for events in without.get("seen", {}).values():
        for event in events if isinstance(events, list) else ():
            if "delivered" in event:
                del event["delivered"]["delivery_tag"]

    def key(where: str, event: dict[str, Any]) -> str:
        delivered = event.get("delivered")
        return next(iter(event)) + (queues.get(f"{where} {delivered['consumer_tag']}", "") if delivered else "")

    return _regroup(without, key)


def _cancellations_sorted(observation: Observation, queues: Mapping[str, str]) -> Observation:
    """Each channel's cancellations by the labels of their consumers, behind everything else."""
    return _regroup(observation, lambda where, event: str(event.get("cancelled", "")))


def _without_deliveries(observation: Observation, queues: Mapping[str, str]) -> Observation:
    """Only the end of connections is left of what was seen."""
    if "seen" not in observation:
        return observation
    seen = {where: events for where, events in observation["seen"].items() if not isinstance(events, list)}
    return {**observation, "seen": seen}


def _regroup(observation: Observation, key: Callable[[str, dict[str, Any]], str]) -> Observation:
    """Sort each channel's events by a key, keeping the order among equals."""
    if "seen" not in observation:
        return observation
    seen = {
        where: sorted(events, key=lambda event: key(where, event)) if isinstance(events, list) else events
        for where, events in observation["seen"].items()
    }
    return {**observation, "seen": seen}


NAMES = Normalisation(
    "names and instants made up",
    "Brokers and pika make up names of queues and consumers, and x-death has the wall-clock time: replaced by labels "
    "in order of appearance (tests/conformance/normalise.py).",
)
CONFIRMS = Normalisation(
    "confirms one by one",
    "Brokers confirm several publishes together or apart, as it happens: programs wait for the confirm of each.",
)
COUNTS = Normalisation(
    "how many messages a stream holds",
    "RabbitMQ counts a stream's messages every five seconds, from an instant of its own: they are read instead.",
)
TOO_EARLY = Normalisation(
    "asked again, with more time",
    "A queue, above all a quorum queue, may answer later than was waited for: a program that differs is played again "
    "with longer waits, and only what then still differs counts. The programs are listed.",
)
TOO_SLOW = Normalisation(
    "played again, with time stretched",
    "On a real broker calls take time, so that a deadline may come before the call it should follow: the program is "
    "played again with all its times stretched.",
)
KINDS = Normalisation(
    "order of deliveries, returns and cancellations on one channel",
    "Deliveries come from queues, returns from the channel itself: which is first at the client is a race.",
    _kinds_apart,
)
QUEUES = Normalisation(
    "order between queues on one channel",
    "Each queue is a process of its own: their deliveries reach a channel in any order, which also settles the "
    "delivery tags, so that the program is compared up to there.",
    _queues_apart,
    ends=True,
)
CANCELLATIONS = Normalisation(
    "order of cancellations with made-up tags",
    "When a queue is deleted, a channel tells of its consumers in the order of their tags, and pika makes some up.",
    _cancellations_sorted,
)
PARTING = Normalisation(
    "several channels of a connection that ends by an error",
    "Each channel is a process of its own and ends by itself: the one with the error first, the others in any order, "
    "and what the first give back may reach the last once more. Only if two of them had used the same queue; the "
    "program is compared up to the error, and the error itself.",
    _without_deliveries,
    ends=True,
)

TABLE = (NAMES, CONFIRMS, COUNTS, TOO_EARLY, TOO_SLOW, KINDS, CANCELLATIONS, QUEUES, PARTING)


ORDERS = (KINDS, CANCELLATIONS, QUEUES)
"""The rows that are tried where two observations differ."""


def compare(real: Played, fake: Played) -> Verdict:
    """Where the two part, if they do."""
    needed: Counter[str] = Counter()
    pairs = itertools.zip_longest(real.observations, fake.observations, fillvalue={})
    for place, (theirs, ours) in enumerate(pairs):
        parts = place == real.parting
        if as_json(theirs) == as_json(ours) and not parts:
            continue
        row = _unifying(theirs, ours, real.queues, (PARTING,) if parts else ORDERS)
        if row is None:
            return Verdict(_told(real.observations, fake.observations, place), place, tuple(needed))
        needed[row.name] += 1
        if row.ends:
            return Verdict(None, place, tuple(needed))
    return Verdict(None, len(real.observations), tuple(needed))


def _unifying(
    theirs: Observation, ours: Observation, queues: Mapping[str, str], rows: Iterable[Normalisation]
) -> Normalisation | None:
    """The first of the rows that makes the two equal."""
    for row in rows:
        if row.unify is not None and as_json(row.unify(theirs, queues)) == as_json(row.unify(ours, queues)):
            return row
    return None


def _told(real: Observations, fake: Observations, place: int) -> str:
    """The difference at that place, and the calls that led there."""
    lead = max(0, place - 4)
    told = first_difference(real[lead : place + 1], real[lead:place] + fake[place : place + 1])
    return str(told).replace("- recorded, + played", "- real, + fake")
