"""The same ten on a broker. They hold what becomes of the orders, whichever calls that takes."""

import json

import pytest
import shop

TEA = {"article": "tea", "country": "us"}


@pytest.fixture
def channel(fakeamqp_channel):
    shop.declare(fakeamqp_channel)
    return fakeamqp_channel


def raises(error):
    def pack(order):
        raise error

    return pack


def test_the_exchange_is_declared(fakeamqp_broker, channel):
    exchange = fakeamqp_broker.exchange("orders")
    assert (exchange.type, exchange.durable) == ("topic", True)


@pytest.mark.fakeamqp(fake_only="route() looks without publishing")
def test_orders_of_every_country_are_packed(fakeamqp_broker, channel):
    for country in ("us", "de", "new zealand"):
        assert fakeamqp_broker.route("orders", f"order.{country}") == ["to_pack"]


def test_an_order_is_published(fakeamqp_broker, channel):
    shop.place_order(TEA)
    (message,) = fakeamqp_broker.queue("to_pack").messages
    assert json.loads(message.body) == TEA


def test_an_order_survives_a_restart(fakeamqp_broker, channel):
    shop.place_order(TEA)
    assert fakeamqp_broker.queue("to_pack").durable
    assert fakeamqp_broker.queue("to_pack").messages[0].properties["delivery_mode"] == 2


def test_the_connection_is_closed(fakeamqp_broker, channel):
    shop.place_order(TEA)
    assert fakeamqp_broker.connections == 1  # the fixture's own


def test_a_packed_order_is_acknowledged(fakeamqp_broker, channel):
    shop.place_order(TEA)
    assert shop.pack_next(channel, lambda order: None)
    channel.close()
    assert fakeamqp_broker.queue("to_pack").ready == 0


def test_nothing_happens_without_an_order(channel):
    assert not shop.pack_next(channel, raises(AssertionError))


def test_an_order_that_cannot_be_packed_is_set_aside(fakeamqp_broker, channel):
    shop.place_order(TEA)
    shop.pack_next(channel, raises(ValueError))
    fakeamqp_broker.settle()
    (failed,) = fakeamqp_broker.queue("failed").messages
    assert json.loads(failed.body) == TEA


def test_an_order_waits_while_the_packer_is_away(fakeamqp_broker, channel):
    shop.place_order(TEA)
    shop.pack_next(channel, raises(ConnectionError))
    assert shop.waiting() == 1


def test_the_worker_packs_one_order_at_a_time(fakeamqp_broker, channel):
    packed = []
    for _ in range(2):
        shop.place_order(TEA)

    def pack(order):
        assert fakeamqp_broker.queue("to_pack").unacked == 1
        packed.append(order)

    shop.work(channel, pack)
    assert packed == [TEA, TEA]
    assert fakeamqp_broker.queue("to_pack").unacked == 0
