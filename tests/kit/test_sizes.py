"""How many bytes a message takes, where properties count: RabbitMQ 4.3's quorum queues."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.kit.support import Client

FLAGS = 2
SIZES: list[tuple[dict[str, Any], int]] = [
    ({}, 0),
    ({"delivery_mode": 2}, 1),
    ({"priority": 3, "content_type": "abc"}, 1 + 4),
    ({"timestamp": 10**9}, 8),
    ({"headers": {}}, 4),
    ({"headers": {"n": True}}, 4 + 2 + 1 + 1),
    ({"headers": {"n": "text"}}, 4 + 2 + 1 + 4 + 4),
    ({"headers": {"n": None}}, 4 + 2 + 1),
    ({"headers": {"n": 1}}, 4 + 2 + 1 + 4),
    ({"headers": {"n": 2**40}}, 4 + 2 + 1 + 8),
    ({"headers": {"n": Decimal("1.5")}}, 4 + 2 + 1 + 5),
    ({"headers": {"n": datetime(2026, 1, 1, tzinfo=UTC)}}, 4 + 2 + 1 + 8),
    ({"headers": {"n": [True, "a"]}}, 4 + 2 + 1 + 4 + 2 + 6),
    ({"headers": {"n": {"m": False}}}, 4 + 2 + 1 + 4 + 2 + 2),
]


@pytest.mark.parametrize(("properties", "size"), SIZES)
def test_a_queue_takes_exactly_as_many_bytes_as_there_is_room_for(properties: dict[str, Any], size: int) -> None:
    for room, kept in ((0, 1), (-1, 0)):
        client = Client("4.3")
        arguments = {"x-queue-type": "quorum", "x-max-length-bytes": FLAGS + size + 10 + room}
        client.channel.queue_declare("q", durable=True, arguments=arguments)
        client.broker.publish("", "q", b"0123456789", **properties)
        assert len(client.bodies("q")) == kept
