"""Ten tests with mocks. They hold the calls that the shop makes; what would come of them, they cannot know."""

from unittest import mock

import pytest
import shop


@pytest.fixture
def connection():
    with mock.patch("pika.BlockingConnection") as connect:
        yield connect.return_value


@pytest.fixture
def channel(connection):
    channel = connection.channel.return_value
    channel.basic_get.return_value = (mock.Mock(delivery_tag=7), None, b'{"article": "tea"}')
    return channel


def test_the_exchange_is_declared(channel):
    shop.declare(channel)
    channel.exchange_declare.assert_called_once_with("orders", "topic", durable=True)


def test_orders_of_every_country_are_packed(channel):
    shop.declare(channel)
    channel.queue_bind.assert_called_once_with("to_pack", "orders", "order.*")


def test_an_order_is_published(channel):
    shop.place_order({"article": "tea", "country": "us"})
    exchange, key, body, _ = channel.basic_publish.call_args.args
    assert (exchange, key, body) == ("orders", "order.us", '{"article": "tea", "country": "us"}')


def test_an_order_survives_a_restart(channel):
    shop.place_order({"article": "tea", "country": "us"})
    assert channel.basic_publish.call_args.args[3].delivery_mode == 2


def test_the_connection_is_closed(connection, channel):
    shop.place_order({"article": "tea", "country": "us"})
    connection.close.assert_called_once_with()


def test_a_packed_order_is_acknowledged(channel):
    assert shop.pack_next(channel, mock.Mock())
    channel.basic_ack.assert_called_once_with(7)


def test_nothing_happens_without_an_order(channel):
    channel.basic_get.return_value = (None, None, None)
    assert not shop.pack_next(channel, mock.Mock())
    channel.basic_ack.assert_not_called()


def test_an_order_that_cannot_be_packed_is_set_aside(channel):
    shop.pack_next(channel, mock.Mock(side_effect=ValueError))
    channel.basic_nack.assert_called_once_with(7, requeue=False)


def test_an_order_waits_while_the_packer_is_away(channel):
    shop.pack_next(channel, mock.Mock(side_effect=ConnectionError))
    channel.basic_nack.assert_called_once_with(7, requeue=True)


def test_the_worker_packs_one_order_at_a_time(channel):
    pack = mock.Mock()
    shop.work(channel, pack)
    on_order = channel.basic_consume.call_args.args[1]
    on_order(channel, mock.Mock(delivery_tag=7), None, b'{"article": "tea"}')
    channel.basic_qos.assert_called_once_with(prefetch_count=1)
    pack.assert_called_once_with({"article": "tea"})
    channel.basic_ack.assert_called_once_with(7)
