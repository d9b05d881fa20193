"""Properties are such as every version takes."""

from __future__ import annotations

from typing import Any

import pika
from hypothesis import given, settings

import fakeamqp
from fakeamqp.model.profile import PROFILES
from fakeamqp.strategies import properties
from fakeamqp.strategies.properties import in_pika


@given(properties(expiring=False))
@settings(max_examples=50)
def test_they_arrive_as_they_were(drawn: dict[str, Any]) -> None:
    for version in PROFILES:
        broker = fakeamqp.Broker(version)
        with fakeamqp.connect(broker) as connection:
            channel = connection.channel()
            channel.queue_declare("q")
            channel.basic_publish("", "q", b"", pika.BasicProperties(**drawn))
            _, arrived, _ = channel.basic_get("q", auto_ack=True)
        assert {name: getattr(arrived, name) for name in drawn} == drawn


@given(properties())
def test_they_are_written_as_code(drawn: dict[str, Any]) -> None:
    assert eval(in_pika(drawn), {"pika": pika}) == pika.BasicProperties(**drawn)
