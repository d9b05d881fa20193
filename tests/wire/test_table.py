"""Field tables lose nothing, and two codecs that others wrote read what is written here."""

from __future__ import annotations

import math
import struct
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pamqp.decode
import pamqp.encode
import pika.data
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.model.values import (
    Byte,
    Float,
    Long,
    Short,
    Timestamp,
    UnsignedByte,
    UnsignedInt,
    UnsignedShort,
    freeze,
)
from fakeamqp.wire.table import Malformed, decode_table, encode_table, short_string
from tests.adapters.tcp.scripts import NO_VALUES, VALUES, short, table


def integers(kind: type[int], bits: int, *, signed: bool) -> st.SearchStrategy[int]:
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    return st.integers(low, high).map(kind)


LAST_SECOND = 253_402_300_799
SECONDS = st.datetimes(datetime(1970, 1, 1), timezones=st.just(timezone.utc)).map(lambda at: at.replace(microsecond=0))
FINITE = {"allow_nan": False, "allow_infinity": False}

ATOMS = st.one_of(
    st.none(),
    st.booleans(),
    st.text(),
    st.binary(),
    integers(int, 32, signed=True),
    integers(Long, 64, signed=True),
    integers(Byte, 8, signed=True),
    integers(UnsignedByte, 8, signed=False),
    integers(Short, 16, signed=True),
    integers(UnsignedShort, 16, signed=False),
    integers(UnsignedInt, 32, signed=False),
    st.floats(**FINITE),
    st.floats(width=32, **FINITE).map(Float),
    st.builds(lambda scale, digits: Decimal(digits).scaleb(-scale), st.integers(0, 20), st.integers(0, 2**32 - 1)),
    SECONDS,
    st.integers(LAST_SECOND + 1, 2**64 - 1).map(Timestamp),
)
NAMES = st.text(max_size=30)  # pamqp cuts longer ones
TABLES = st.recursive(
    st.dictionaries(NAMES, ATOMS, max_size=5),
    lambda inner: st.dictionaries(NAMES, ATOMS | inner | st.lists(ATOMS | inner, max_size=4), max_size=5),
    max_leaves=12,
)


@given(TABLES)
def test_a_table_comes_back_as_it_went_in(value: dict[str, Any]) -> None:
    written = encode_table(value)
    read, end = decode_table(written, 0)
    assert end == len(written)
    assert freeze(read) == freeze(value)
    assert encode_table(read) == written


BOTH = st.one_of(
    st.none(),
    st.booleans(),
    st.text(),
    integers(int, 32, signed=True),
    integers(Long, 64, signed=True),
    integers(UnsignedInt, 32, signed=False),
    st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(timezone.utc)).map(
        lambda at: at.replace(microsecond=0)
    ),
)
"""What both read as it is meant: pika makes whole numbers of floats, pamqp other dates of those beyond 2106."""


@given(st.dictionaries(NAMES, BOTH | st.lists(BOTH, max_size=4) | st.dictionaries(NAMES, BOTH, max_size=4)))
def test_pika_and_pamqp_read_what_is_written(value: dict[str, Any]) -> None:
    written = encode_table(value)
    by_pika, end = pika.data.decode_table(written, 0)
    assert end == len(written)
    assert with_zones(by_pika) == value
    assert pamqp.decode.field_table(written) == (len(written), value)


@given(st.dictionaries(NAMES, st.floats(**FINITE)))
def test_pamqp_reads_the_floats_that_are_written(value: dict[str, float]) -> None:
    assert pamqp.decode.field_table(encode_table(value)) == (len(encode_table(value)), value)


def with_zones(item: Any) -> Any:
    """pika before 1.4 returns timestamps without their zone, which is UTC."""
    if isinstance(item, dict):
        return {name: with_zones(one) for name, one in item.items()}
    if isinstance(item, list):
        return [with_zones(one) for one in item]
    return item.replace(tzinfo=timezone.utc) if isinstance(item, datetime) else item


PLAIN = st.recursive(
    st.dictionaries(NAMES, st.none() | st.booleans() | st.text() | st.integers(-(2**31), 2**31 - 1), max_size=5),
    lambda inner: st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)


@given(PLAIN)
def test_what_pika_and_pamqp_write_is_read(value: dict[str, Any]) -> None:
    pieces: list[bytes] = []
    pika.data.encode_table(pieces, value)
    assert decode_table(b"".join(pieces), 0)[0] == value
    assert decode_table(pamqp.encode.field_table(value), 0)[0] == value


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_each_type_comes_back_byte_by_byte(value: bytes) -> None:
    written = table(short(b"k") + value)
    read, end = decode_table(written, 0)
    assert end == len(written)
    assert encode_table(read) == written


@pytest.mark.parametrize("value", NO_VALUES.values(), ids=NO_VALUES)
def test_what_is_no_value_is_malformed(value: bytes) -> None:
    with pytest.raises(Malformed):
        decode_table(table(short(b"k") + value), 0)


def test_an_unsigned_64_bit_letter_is_read_as_rabbitmq_reads_it() -> None:
    read, _ = decode_table(table(short(b"k") + b"L" + b"\xff" * 8), 0)
    assert freeze(read) == freeze({"k": Long(-1)})


def test_of_a_key_that_comes_twice_the_first_counts() -> None:
    read, _ = decode_table(table(short(b"k") + b"t\1" + short(b"k") + b"t\0"), 0)
    assert read == {"k": True}


@given(st.binary(max_size=80))
def test_whatever_bytes_come_they_are_a_table_or_malformed(data: bytes) -> None:
    try:
        read, end = decode_table(data, 0)
    except Malformed:
        return
    assert end <= len(data)
    assert all(math.isfinite(item) for item in read.values() if isinstance(item, float))


def test_arrays_within_arrays_have_an_end() -> None:
    inner = b"V"
    for _ in range(5_000):
        inner = b"A" + struct.pack(">I", len(inner)) + inner
    with pytest.raises(Malformed, match="without an end"):
        decode_table(table(short(b"k") + inner), 0)


def test_a_name_has_at_most_255_bytes() -> None:
    assert short_string("é" * 127) == b"\xfe" + "é".encode() * 127
    with pytest.raises(ValueError, match="at most 255"):
        encode_table({"é" * 128: None})


def test_what_no_table_can_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="object is no AMQP table value"):
        encode_table({"k": object()})


def test_a_datetime_without_a_zone_is_in_utc() -> None:
    assert encode_table({"k": datetime(2024, 1, 1)}) == encode_table({"k": datetime(2024, 1, 1, tzinfo=timezone.utc)})
