"""Methods are written and read as pika writes and reads them."""

from __future__ import annotations

import struct
from types import SimpleNamespace
from typing import Any

import pika.spec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakeamqp.wire.methods import CLASSES, CannotDecode, MalformedText, UnknownMethod, decode_method, encode_method
from tests.wire.test_table import PLAIN

TEXTS = st.text(max_size=60)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "bit": st.booleans(),
    "octet": st.integers(0, 2**8 - 1),
    "short": st.integers(0, 2**16 - 1),
    "long": st.integers(0, 2**32 - 1),
    "longlong": st.integers(0, 2**63 - 1),
    "shortstr": TEXTS,
    "longstr": TEXTS.map(str.encode),
    "table": PLAIN,
}

# pika has its own names for fields that nobody uses.
PIKAS = {"reserved_1": "capabilities", "reserved_2": "insist", "internal": "internal"}


def by_pika(index: int, fields: dict[str, Any]) -> bytes:
    kind: Any = pika.spec.methods[index]
    method = kind("", "") if kind is pika.spec.Connection.UpdateSecret else kind()
    for name, value in fields.items():
        setattr(method, PIKAS.get(name, name), value)
    return struct.pack(">I", index) + b"".join(method.encode())


@pytest.mark.parametrize("index", CLASSES, ids=lambda index: CLASSES[index].NAME)
@settings(max_examples=15)
@given(data=st.data())
def test_a_method_is_written_and_read_as_pika_does(index: int, data: st.DataObject) -> None:
    kind = CLASSES[index]
    fields = {name: data.draw(FIELDS[typed], label=name) for name, typed in kind.FIELDS}
    if "ticket" in fields and kind.NAME != "access.request-ok":
        fields["ticket"] = 0  # given up by the protocol, and not read
    payload = encode_method(index, SimpleNamespace(**fields))
    assert payload == by_pika(index, fields)
    read = decode_method(payload)
    assert {name: getattr(read, name) for name, _ in kind.FIELDS} == fields
    assert type(read) is kind


def test_what_is_not_there_is_written_as_nothing() -> None:
    written = encode_method(50 << 16 | 10, SimpleNamespace(queue="q"))
    assert written == by_pika(50 << 16 | 10, {"queue": "q"})


def test_a_method_shows_its_fields() -> None:
    assert repr(decode_method(struct.pack(">IQB", 60 << 16 | 80, 7, 1))) == "<basic.ack delivery_tag=7, multiple=True>"


def test_numbers_of_no_method_are_unknown() -> None:
    with pytest.raises(UnknownMethod, match=r"no method 60\.99"):
        decode_method(struct.pack(">I", 60 << 16 | 99))


@pytest.mark.parametrize("index", CLASSES, ids=lambda index: CLASSES[index].NAME)
@settings(max_examples=15)
@given(data=st.data())
def test_a_method_that_ends_too_early_or_too_late_is_refused(index: int, data: st.DataObject) -> None:
    fields = {name: data.draw(FIELDS[typed]) for name, typed in CLASSES[index].FIELDS}
    payload = encode_method(index, SimpleNamespace(**fields))
    spoilt = payload + b"\0" if len(payload) == 4 or data.draw(st.booleans()) else payload[:-1]
    with pytest.raises(CannotDecode) as refused:
        decode_method(spoilt)
    assert (refused.value.index, refused.value.fields) == (index, spoilt[4:])


@pytest.mark.parametrize(
    ("name", "refused"),
    [("basic.publish", False), ("basic.get", True), ("queue.bind", True), ("channel.close", True)],
)
def test_short_strings_have_to_be_utf_8_but_for_those_of_a_publish(name: str, refused: bool) -> None:
    kind = {one.NAME: one for one in CLASSES.values()}[name]
    text = next(field for field, typed in kind.FIELDS if typed == "shortstr")
    payload = encode_method(kind.INDEX, SimpleNamespace(**{text: "\udcff\udcfe"}))
    if refused:
        with pytest.raises(MalformedText):
            decode_method(payload)
    else:
        assert getattr(decode_method(payload), text) == "\udcff\udcfe"
