"""Real pika over real sockets, with nothing left open behind a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pika
import pytest
from pika.exceptions import AMQPError

Connect = Callable[..., pika.BlockingConnection]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """`connect(url_or_parameters)`: a connection that is closed when the test ends, whatever became of it."""
    made: list[pika.BlockingConnection] = []

    def open_one(where: Any) -> pika.BlockingConnection:
        made.append(pika.BlockingConnection(pika.URLParameters(where) if isinstance(where, str) else where))
        return made[-1]

    yield open_one
    for connection in made:
        with suppress(AMQPError):
            connection.close()
