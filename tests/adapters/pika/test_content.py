"""What real pika's marshalling refuses and changes, the short cut refuses and changes too."""

from __future__ import annotations

import struct
from datetime import datetime, timezone
from decimal import Decimal

import pika
import pika.exceptions
import pytest

import fakeamqp
from fakeamqp import Broker
from fakeamqp.adapters.pika import content
from fakeamqp.adapters.pika.content import PikaLong, take
from fakeamqp.model.message import NO_PROPERTIES
from fakeamqp.model.values import Long

# Timestamps in tables come back without a time zone up to pika 1.3.
UTC = timezone.utc if tuple(map(int, pika.__version__.split(".")[:2])) >= (1, 4) else None


@pytest.fixture
def channel():
    broker = Broker()
    connection = fakeamqp.connect(broker)
    channel = connection.channel()
    channel.queue_declare("q")
    yield channel
    assert broker.queue("q").ready == 0, "a refused publish was sent"
    connection.close()


REFUSED = {
    "correlation_id beyond 255 bytes": ({"correlation_id": "x" * 256}, pika.exceptions.ShortStringTooLong),
    "correlation_id beyond 255 bytes of UTF-8": ({"correlation_id": "é" * 128}, pika.exceptions.ShortStringTooLong),
    "correlation_id that is a number": ({"correlation_id": 7}, AssertionError),
    "expiration that is a number": ({"expiration": 100}, AssertionError),
    "priority that is text": ({"priority": "5"}, struct.error),
    "priority beyond an octet": ({"priority": 300}, struct.error),
    "delivery mode that is text": ({"delivery_mode": "2"}, struct.error),
    "timestamp that is a float": ({"timestamp": 1.5}, struct.error),
    "timestamp that is a datetime": ({"timestamp": datetime(2024, 1, 1)}, struct.error),
    "header that is a float": ({"headers": {"a": 1.5}}, pika.exceptions.UnsupportedAMQPFieldException),
    "header that is a tuple": ({"headers": {"a": (1, 2)}}, pika.exceptions.UnsupportedAMQPFieldException),
    "header that is a set": ({"headers": {"a": {1}}}, pika.exceptions.UnsupportedAMQPFieldException),
    "header that is an object": ({"headers": {"a": object()}}, pika.exceptions.UnsupportedAMQPFieldException),
    "header nested in a list": ({"headers": {"a": [{"b": 1.5}]}}, pika.exceptions.UnsupportedAMQPFieldException),
    "header key that is a number": ({"headers": {1: "a"}}, AttributeError),
    "header key beyond 255 bytes": ({"headers": {"k" * 256: 1}}, pika.exceptions.ShortStringTooLong),
}


class TestRefusedInTheCallersCall:
    @pytest.mark.parametrize("name", REFUSED)
    def test_a(self, name, channel):
        properties, error = REFUSED[name]
        with pytest.raises(error):
            channel.basic_publish("", "q", b"", pika.BasicProperties(**properties))

    def test_a_routing_key_beyond_255_bytes(self, channel):
        with pytest.raises(pika.exceptions.ShortStringTooLong):
            channel.basic_publish("", "k" * 256, b"")

    def test_a_routing_key_that_is_a_number(self, channel):
        with pytest.raises(AssertionError):
            channel.basic_publish("", 7, b"")

    def test_a_queue_name_beyond_255_bytes(self, channel):
        with pytest.raises(pika.exceptions.ShortStringTooLong):
            channel.queue_declare("q" * 256)

    def test_an_argument_that_is_a_float(self, channel):
        with pytest.raises(pika.exceptions.UnsupportedAMQPFieldException):
            channel.queue_declare("other", arguments={"x-message-ttl": 1.5})

    def test_a_delivery_tag_that_is_text(self, channel):
        with pytest.raises(struct.error):
            channel.basic_ack("1")

    def test_a_channel_goes_on_after_a_refusal(self, channel):
        with pytest.raises(struct.error):
            channel.basic_publish("", "q", b"", pika.BasicProperties(priority="5"))
        channel.basic_publish("", "q", b"next")
        assert channel.basic_get("q", auto_ack=True)[2] == b"next"


def came_back(**properties):
    """Properties as a consumer gets them."""
    connection = fakeamqp.connect(Broker())
    channel = connection.channel()
    channel.queue_declare("q")
    channel.basic_publish("", "q", b"", pika.BasicProperties(**properties))
    got = channel.basic_get("q", auto_ack=True)[1]
    connection.close()
    return got


CHANGED = {
    "bytes become text": (b"abc", "abc", str),
    "an integer of 64 bits": (2**40, 2**40, PikaLong),
    "an integer of 32 bits": (-(2**31), -(2**31), int),
    "a long however small": (PikaLong(5), 5, PikaLong),
    "a decimal": (Decimal("1.50"), Decimal("1.5"), Decimal),
    "a naive datetime": (datetime(2024, 5, 6, 7, 8, 9, 123), datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC), datetime),
    "a flag": (True, True, bool),
    "nothing": (None, None, type(None)),
    "binary": (b"\xff\x00", b"\xff\x00", bytes),
}


class TestChangedAsByTheWire:
    @pytest.mark.parametrize("name", [name for name in CHANGED if name != "bytes become text"])
    def test_header(self, name):
        value, expected, kind = CHANGED[name]
        got = came_back(headers={"a": value, "in": {"b": [value]}}).headers
        for each in (got["a"], got["in"]["b"][0]):
            assert (each, type(each)) == (expected, kind)

    def test_bytes_in_a_text_property_come_back_as_text(self):
        assert came_back(correlation_id=b"abc").correlation_id == "abc"

    def test_an_attribute_of_the_users_own_does_not_travel(self):
        properties = pika.BasicProperties(app_id="a")
        properties.mine = "not a property"
        assert content.take(properties) == {"app_id": "a"}

    def test_empty_headers_are_headers(self):
        assert came_back(headers={}).headers == {}

    def test_every_property_comes_back(self):
        properties = {
            "content_type": "text/plain",
            "content_encoding": "utf-8",
            "headers": {"a": 1},
            "delivery_mode": 2,
            "priority": 5,
            "correlation_id": "c",
            "reply_to": "r",
            "expiration": "60000",
            "message_id": "m",
            "timestamp": 1_700_000_000,
            "type": "t",
            "user_id": "guest",
            "app_id": "a",
            "cluster_id": "c",
        }
        assert came_back(**properties) == pika.BasicProperties(**properties)


class TestCopies:
    def test_what_is_taken_is_not_the_senders(self):
        headers = {"a": 1}
        taken = content.take(pika.BasicProperties(headers=headers))
        headers["a"] = 2
        assert taken["headers"] == {"a": 1}

    def test_nested_values_are_not_the_senders(self):
        headers = {"in": {"a": [1]}}
        taken = content.take(pika.BasicProperties(headers=headers))
        headers["in"]["a"].append(2)
        assert taken["headers"] == {"in": {"a": [1]}}

    def test_two_deliveries_share_nothing(self):
        kept = {"headers": {"in": {"a": [1]}}}
        one, two = content.give(kept), content.give(kept)
        one.headers["in"]["a"].append(2)
        one.headers["new"] = 1
        assert two.headers == {"in": {"a": [1]}}

    def test_a_delivery_shows_headers_of_its_own(self):
        kept = {"headers": {"a": 1}}
        given = content.give(kept, {"x-delivery-count": Long(2), "a": 1})
        assert given.headers == {"a": 1, "x-delivery-count": 2}
        assert type(given.headers["x-delivery-count"]) is PikaLong
        assert kept == {"headers": {"a": 1}}

    def test_without_properties_all_are_none(self):
        assert content.give({}) == pika.BasicProperties()


class Incomparable:
    def __eq__(self, other: object) -> bool:
        raise TypeError("not with me")

    __hash__ = None  # type: ignore[assignment]


def test_a_value_that_cannot_be_compared_is_left_to_pika():
    with pytest.raises(AssertionError):
        take(pika.BasicProperties(content_type=Incomparable()))
    assert take(pika.BasicProperties()) is NO_PROPERTIES
