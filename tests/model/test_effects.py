"""Effects: what a client is sent has the fields of the method it becomes."""

from __future__ import annotations

import attrs
import pika.spec
import pytest

from fakeamqp.model import effects
from fakeamqp.session.methods import METHODS

EFFECTS = {kind for kind in vars(effects).values() if isinstance(kind, type) and attrs.has(kind)}
FACTS = {
    effects.Routed, effects.Dropped, effects.DeadLettered, effects.Taken, effects.Settled, effects.Requeued,
    effects.Delayed, effects.QueueDeleted, effects.ExchangeDeleted, effects.DefinitionLeft,
}  # fmt: skip


def test_an_effect_is_either_sent_or_a_fact():
    assert effects.SENT | FACTS >= EFFECTS
    assert effects.SENT.isdisjoint(FACTS)


def test_what_is_sent_says_to_whom():
    for kind in effects.SENT:
        assert {field.name for field in attrs.fields(kind)} & {"channel", "connection"}, kind


def test_exactly_what_carries_a_message_lets_go_of_it():
    assert {kind for kind in EFFECTS if "message" in attrs.fields_dict(kind)} == effects.WITH_CONTENT


@pytest.mark.parametrize("kind", METHODS, ids=lambda kind: kind.__name__)
def test_an_effect_has_every_field_of_its_method(kind):
    sent = set(vars(pika.spec.methods[METHODS[kind]]()))
    assert sent - {"cluster_id"} <= set(attrs.fields_dict(kind))
