"""What these tests share: the commands they call quieten pika for the whole process."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _pika_is_as_loud_as_before() -> Iterator[None]:
    pika = logging.getLogger("pika")
    level = pika.level
    yield
    pika.setLevel(level)
