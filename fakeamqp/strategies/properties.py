"""Basic properties, as `pika.BasicProperties(**drawn)` and `broker.publish(…, **drawn)` take them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from fakeamqp.strategies.script import Code, call
from fakeamqp.strategies.tables import headers

_WORDS = st.sampled_from(("a", "b"))


def properties(*, expiring: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    """Properties by their AMQP names, most often few, that every version takes from any user.

    expiring: False leaves out `expiration`.
    """
    optional: dict[str, st.SearchStrategy[Any]] = {
        "headers": headers(),
        "delivery_mode": st.sampled_from((1, 2)),
        "priority": st.integers(0, 6),
        "message_id": _WORDS,
        "correlation_id": _WORDS,
        "content_type": st.sampled_from(("text/plain", "application/json")),
        "content_encoding": st.just("gzip"),
        "reply_to": _WORDS,
        "timestamp": st.integers(0, 2**32 - 1),
        "type": _WORDS,
        "app_id": _WORDS,
    }
    if expiring:
        optional["expiration"] = st.sampled_from(("0", "1", "4"))
    return st.fixed_dictionaries({}, optional=optional)


def in_pika(drawn: Mapping[str, Any]) -> str:
    """The code of these properties."""
    return Code(call("pika.BasicProperties", **drawn))
