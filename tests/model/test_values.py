from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.model.values import Long, decimal_parts, freeze, freeze_arguments, seconds_of, type_word

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(max_size=3)
    | st.binary(max_size=3)
    | st.floats(allow_nan=False),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=2), values, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (True, "bool"),
        (2**31 - 1, "signedint"),
        (-(2**31), "signedint"),
        (2**31, "long"),
        (-(2**31) - 1, "long"),
        (Long(1), "long"),
        ("", "longstr"),
        (b"", "binary"),
        (None, "void"),
        ({}, "table"),
        ([], "array"),
        (1.0, "double"),
        (Decimal(1), "decimal"),
        (datetime(2024, 1, 1), "timestamp"),
    ],
)
def test_a_value_is_of_the_type_it_travels_as(value, word):
    assert type_word(value) == word


def test_what_amqp_cannot_carry_has_no_type():
    with pytest.raises(TypeError, match="set is no AMQP table value"):
        type_word({1})


@given(VALUES, VALUES)
def test_frozen_values_can_be_hashed_and_are_equal_only_in_one_type(one, other):
    assert hash(freeze(one)) == hash(freeze(one))
    if freeze(one) == freeze(other):
        assert one == other
        assert type(one) is type(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, True), (1, 1.0), (1, Long(1)), ("1", b"1"), ([], {}), (1, "1"), (0, False), (Decimal(1), Decimal("1.0"))],
)
def test_values_of_different_types_are_different(one, other):
    assert freeze(one) != freeze(other)
    assert freeze([one]) != freeze([other])
    assert freeze_arguments({"k": one}) != freeze_arguments({"k": other})


def test_the_order_of_names_counts_inside_a_table_only():
    """Recorded from RabbitMQ 3.10.8, 4.0.5 and 4.3.6: two bindings that differ so are two bindings, or one."""
    there, back = {"a": 1, "b": 2}, {"b": 2, "a": 1}
    assert freeze_arguments(there) == freeze_arguments(back)
    assert freeze_arguments({"k": there}) != freeze_arguments({"k": back})


def test_a_timestamp_travels_as_whole_seconds_and_without_a_zone_is_utc():
    moment = datetime(1970, 1, 1, 0, 1, 0, 999_999)
    assert seconds_of(moment) == seconds_of(moment.replace(tzinfo=timezone.utc)) == 60
    assert seconds_of(moment.replace(tzinfo=timezone(timedelta(minutes=1)))) == 0


@pytest.mark.parametrize(
    ("value", "parts"),
    [("1.5", (1, 15)), ("-1.5", (1, -15)), ("7", (0, 7)), ("1.0", (1, 10)), ("1E+2", (0, 100)), ("0.001", (3, 1))],
)
def test_a_decimal_travels_as_a_scale_and_an_integer(value, parts):
    assert decimal_parts(Decimal(value)) == parts
