"""The size of properties is what they take on the wire: pika's encoder is the oracle."""

from __future__ import annotations

from datetime import datetime, timezone

import pika
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.model.content_size import properties_size
from fakeamqp.strategies import tables

TEXT = st.text(max_size=12).filter(lambda text: len(text.encode()) <= 255)
TEXTS = (
    "content_type",
    "content_encoding",
    "correlation_id",
    "reply_to",
    "expiration",
    "message_id",
    "type",
    "user_id",
)
PROPERTIES = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys((*TEXTS, "app_id", "cluster_id"), TEXT),
        "headers": tables(),
        "delivery_mode": st.integers(1, 2),
        "priority": st.integers(0, 255),
        "timestamp": st.integers(0, 2**32),
    },
)


@given(PROPERTIES)
def test_properties_take_as_many_bytes_as_pika_writes(properties):
    written = b"".join(pika.BasicProperties(**properties).encode())
    assert properties_size(properties) == len(written)


def test_a_float_takes_eight_bytes_and_a_naive_timestamp_as_many_as_another():
    """pika sends no floats; other clients do."""
    assert properties_size({"headers": {"f": 1.5}}) == 2 + 4 + 2 + 1 + 8
    naive, aware = datetime(2024, 1, 1), datetime(2024, 1, 1, tzinfo=timezone.utc)
    assert properties_size({"headers": {"t": naive}}) == properties_size({"headers": {"t": aware}})


def test_what_no_table_can_hold_has_no_size():
    with pytest.raises(TypeError, match="set is no AMQP table value"):
        properties_size({"headers": {"s": set()}})
