"""The table of arguments; `tests/kit/test_arguments.py` holds the broker against one of the same kind."""

from __future__ import annotations

import pytest

from fakeamqp.model.commands import DeclareQueue
from fakeamqp.strategies.plain_arguments import refuses_arguments


@pytest.mark.parametrize(
    ("kind", "arguments", "is_refused"),
    [
        ("classic", {"x-message-ttl": 0, "x-max-priority": 3, "x-anything": 1}, False),
        ("classic", {"x-message-ttl": -1}, True),
        ("classic", {"x-expires": 0}, True),
        ("classic", {"x-delivery-limit": 1}, True),
        ("classic", {"x-dead-letter-routing-key": "a"}, True),
        ("quorum", {"x-delivery-limit": 1}, False),
        ("quorum", {"x-max-priority": 1}, True),
        ("odd", {}, True),
    ],
)
def test_which_are_refused(kind: str, arguments: dict[str, object], is_refused: bool) -> None:
    assert refuses_arguments(kind, arguments, DeclareQueue((1, 1), "q", durable=True)) is is_refused


def test_a_quorum_queue_is_durable() -> None:
    assert refuses_arguments("quorum", {}, DeclareQueue((1, 1), "q"))
