"""Ten more tests with mocks: errors are told to be raised, callbacks are called by hand."""

from unittest.mock import ANY, MagicMock, call, patch

import billing
import pika


@patch("pika.BlockingConnection")
def test_the_publisher_keeps_its_connection(connect):
    connect.return_value.is_closed = False
    publisher = billing.Publisher()
    publisher.publish("invoice", {"id": 1})
    publisher.publish("invoice", {"id": 2})
    connect.assert_called_once_with(publisher.parameters)


@patch("pika.BlockingConnection")
def test_an_invoice_is_published(connect):
    billing.Publisher().publish("invoice", {"id": 1})
    channel = connect.return_value.channel.return_value
    channel.basic_publish.assert_called_once_with("billing", "invoice", '{"id": 1}', ANY, mandatory=True)


@patch("pika.BlockingConnection")
def test_nobody_listens(connect):
    channel = connect.return_value.channel.return_value
    channel.basic_publish.side_effect = pika.exceptions.UnroutableError([])
    assert billing.Publisher().publish("invoice", {"id": 1}) is False


@patch("pika.BlockingConnection")
def test_a_lost_connection_is_made_again(connect):
    channel = connect.return_value.channel.return_value
    channel.basic_publish.side_effect = [pika.exceptions.StreamLostError("gone"), None]
    assert billing.Publisher().publish("invoice", {"id": 1}) is True
    assert connect.call_count == 2


@patch("billing.time.sleep")
@patch("pika.BlockingConnection", side_effect=[pika.exceptions.AMQPConnectionError] * 2 + ["up"])
def test_connecting_backs_off(connect, sleep):
    assert billing.connect_patiently(None) == "up"
    assert sleep.call_args_list == [call(2), call(4)]


def invoice(channel, handle, body=b'{"id": 1}', headers=None):
    worker = billing.Worker(channel, handle)
    worker.on_invoice(channel, MagicMock(delivery_tag=3), MagicMock(headers=headers), body)


def test_a_handled_invoice_is_acknowledged():
    channel, handle = MagicMock(), MagicMock()
    invoice(channel, handle)
    handle.assert_called_once_with({"id": 1})
    channel.basic_ack.assert_called_once_with(3)


def test_what_is_no_invoice_is_set_aside():
    channel = MagicMock()
    invoice(channel, MagicMock(), b"nonsense")
    channel.basic_reject.assert_called_once_with(3, requeue=False)


def test_one_that_could_not_be_handled_is_tried_again():
    channel = MagicMock()
    invoice(channel, MagicMock(side_effect=ConnectionError), headers={"x-tries": 1})
    assert channel.basic_publish.call_args.args[3].headers == {"x-tries": 2}
    channel.basic_ack.assert_called_once_with(3)


def test_the_third_try_is_the_last():
    channel = MagicMock()
    invoice(channel, MagicMock(side_effect=ConnectionError), headers={"x-tries": 2})
    channel.basic_reject.assert_called_once_with(3, requeue=False)


def test_ctrl_c_ends_the_worker():
    channel = MagicMock()
    channel.start_consuming.side_effect = KeyboardInterrupt
    billing.Worker(channel, MagicMock()).run()
    channel.stop_consuming.assert_called_once_with()
