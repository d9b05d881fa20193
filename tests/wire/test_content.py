"""Basic properties are written and read as pika writes and reads them."""

from __future__ import annotations

from typing import Any

import pika.spec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.model.message import TEXT_PROPERTIES
from fakeamqp.wire.content import decode_header, decode_properties, encode_header, encode_properties
from fakeamqp.wire.table import Malformed
from tests.wire.test_table import PLAIN

TEXTS = st.text(max_size=60)
OCTETS = st.integers(0, 255)
PROPERTIES = st.fixed_dictionaries(
    {},
    optional={
        "headers": PLAIN,
        "delivery_mode": OCTETS,
        "priority": OCTETS,
        "timestamp": st.integers(0, 2**63 - 1),
        **dict.fromkeys(TEXT_PROPERTIES, TEXTS),
    },
)


@given(PROPERTIES)
def test_properties_are_written_and_read_as_pika_does(properties: dict[str, Any]) -> None:
    written = encode_properties(properties)
    assert written == b"".join(pika.spec.BasicProperties(**properties).encode())
    read = decode_properties(written)
    assert read == properties
    assert read.octets == written


@given(PROPERTIES, st.integers(0, 2**64 - 1))
def test_a_header_comes_back(properties: dict[str, Any], size: int) -> None:
    written = encode_properties(properties)
    assert decode_header(encode_header(size, written)) == (60, 0, size, written)


@given(PROPERTIES.filter(bool), st.booleans())
def test_properties_that_end_too_early_or_too_late_are_malformed(properties: dict[str, Any], longer: bool) -> None:
    written = encode_properties(properties)
    with pytest.raises(Malformed):
        decode_properties(written + b"\0" if longer else written[:-1])


@pytest.mark.parametrize("flags", [b"", b"\0", b"\0\1"])
def test_flags_are_two_bytes_and_no_more(flags: bytes) -> None:
    with pytest.raises(Malformed):
        decode_properties(flags)


def test_a_header_that_is_too_short_is_malformed() -> None:
    with pytest.raises(Malformed, match="ends too early"):
        decode_header(bytes(11))


def test_what_is_no_property_is_left_out() -> None:
    assert encode_properties({"colour": "red"}) == b"\0\0"
