"""Tables hold what pika can send, and come back as they were."""

from __future__ import annotations

import pika
from hypothesis import given

from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.exchanges.headers import Headers
from fakeamqp.model.profile import PROFILES
from fakeamqp.strategies import header_bindings, headers, tables


@given(tables())
def test_pika_sends_every_table(table):
    encoded = b"".join(pika.BasicProperties(headers=table).encode())
    assert pika.BasicProperties().decode(encoded).headers == table


@given(headers(), header_bindings())
def test_every_binding_is_one_that_a_headers_exchange_takes(found, asked):
    exchange = Headers("x", profile=PROFILES["4.3"])
    binding = Binding("x", Destination("queue", "q"), "", asked)
    exchange.check_binding(binding, PROFILES["4.3"])
    exchange.bind(binding)
    assert {destination.name for destination in exchange.route([""], found)} <= {"q"}
