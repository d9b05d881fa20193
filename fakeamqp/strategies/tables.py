"""Field tables: headers, and the arguments of headers bindings."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

_INT_64 = st.integers(-(2**63), 2**63 - 1)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def field_values(*, depth: int = 2) -> st.SearchStrategy[Any]:
    """Any value that pika can send in a table (AMQP 0-9-1, section 4.2.5.5); lists and tables nest up to `depth`."""
    plain: st.SearchStrategy[Any] = st.one_of(
        st.integers(-3, 3),
        _INT_64,
        st.booleans(),
        st.none(),
        st.text(max_size=8),
        st.binary(max_size=8),
        st.integers(0, 2**32 - 1).map(_instant),
        st.integers(-(10**6), 10**6).map(lambda digits: Decimal(digits).scaleb(-2)),
    )
    if not depth:
        return plain
    nested = field_values(depth=depth - 1)
    return st.one_of(plain, st.lists(nested, max_size=2), st.dictionaries(_field_names(), nested, max_size=2))


def tables(*, size: int = 4, depth: int = 2) -> st.SearchStrategy[dict[str, Any]]:
    """Tables of up to `size` fields."""
    return st.dictionaries(_field_names(), field_values(depth=depth), max_size=size)


def _field_names() -> st.SearchStrategy[str]:
    return st.text(max_size=8).filter(lambda name: len(name.encode()) <= 128)


_NAMES = st.sampled_from(("a", "b", "x-c"))
_VALUES = st.sampled_from((1, 2, "1", "", True, None))


def headers() -> st.SearchStrategy[dict[str, Any]]:
    """Headers of a message, from a pool so small that `header_bindings` often ask for them."""
    return st.dictionaries(_NAMES, _VALUES, max_size=3)


def header_bindings() -> st.SearchStrategy[dict[str, Any]]:
    """Arguments of a binding to a headers exchange, with one of the four modes of `x-match` or none."""
    asked = st.dictionaries(_NAMES, st.one_of(_VALUES, st.none()), max_size=3)
    modes = st.sampled_from(("all", "any", "all-with-x", "any-with-x", None))
    return st.builds(lambda fields, mode: fields if mode is None else {**fields, "x-match": mode}, asked, modes)
