"""Methods through the door, both ways."""

from __future__ import annotations

import struct
from types import SimpleNamespace

import pika.exceptions
import pytest
from pika.spec import Basic, Channel, Connection, Queue

from fakeamqp.adapters.pika import methods


class TestFromTheClient:
    def test_a_plain_method_is_handed_on_as_it_is(self):
        method = Queue.Declare(queue="q")
        assert methods.checked(method) is method

    def test_its_table_is_copied(self):
        table = {"x-max-length": 5}
        assert methods.checked(Queue.Declare(queue="q", arguments=table)).arguments is not table

    def test_whatever_is_not_plain_comes_off_the_wire(self):
        method = methods.checked(
            Queue.Bind(queue=b"q", exchange="e", routing_key="k" * 200, arguments={"l": [1, 2**40]})
        )
        assert (method.queue, method.routing_key, method.arguments) == ("q", "k" * 200, {"l": [1, 2**40]})

    def test_a_text_that_is_too_long_for_the_wire_is_refused(self):
        with pytest.raises(pika.exceptions.ShortStringTooLong):
            methods.checked(Connection.Open(virtual_host="v" * 256))

    def test_an_unusual_method_is_always_encoded(self):
        method = Connection.Secure("challenge")
        assert methods.checked(method) is not method

    @pytest.mark.parametrize("properties", [{}, {"product": "p", "capabilities": {"basic.nack": True}}, {"t": [1]}])
    @pytest.mark.parametrize("response", [b"\0guest\0guest", "\0guest\0guest"])
    def test_a_login_is_as_it_comes_off_the_wire(self, properties, response):
        decoded = Connection.StartOk().decode(b"".join(Connection.StartOk(properties, "PLAIN", response).encode()))
        assert methods.checked(Connection.StartOk(properties, "PLAIN", response)).__dict__ == decoded.__dict__

    def test_a_login_shares_nothing_with_its_sender(self):
        inner = {"basic.nack": True}
        taken = methods.checked(Connection.StartOk({"capabilities": inner}, response=b"r")).client_properties
        assert taken == {"capabilities": inner}
        assert taken["capabilities"] is not inner

    def test_a_number_that_is_too_large_for_the_wire_is_refused(self):
        with pytest.raises(struct.error):
            methods.checked(Channel.Close(2**16, "text", 0, 0))

    @pytest.mark.parametrize(
        ("method", "answered"),
        [
            (Queue.Declare(queue="q"), True),
            (Queue.Declare(queue="q", nowait=True), False),
            (Basic.Ack(1), False),
            (Channel.Open(), True),
        ],
    )
    def test_which_methods_are_waited_for(self, method, answered):
        assert methods.is_answered(method) is answered


class TestToTheClient:
    def test_fields_are_read_by_name(self):
        fields = SimpleNamespace(queue="q", message_count=2, consumer_count=1)
        assert methods.built(Queue.DeclareOk.INDEX, fields) == Queue.DeclareOk("q", 2, 1)

    def test_a_field_that_is_not_there_keeps_its_default(self):
        assert methods.built(Connection.OpenOk.INDEX, object()) == Connection.OpenOk()

    def test_a_delivery(self):
        fields = SimpleNamespace(consumer_tag="c", delivery_tag=1, redelivered=False, exchange="e", routing_key="k")
        assert methods.built_deliver(fields) == Basic.Deliver("c", 1, False, "e", "k")
