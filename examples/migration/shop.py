"""The messaging of a small shop, as the tests beside this file see it."""

import json

import pika


def connect():
    return pika.BlockingConnection(pika.ConnectionParameters("rabbitmq"))


def declare(channel):
    channel.exchange_declare("orders", "topic", durable=True)
    channel.queue_declare("failed", durable=True)
    channel.queue_declare(
        "to_pack",
        durable=True,
        arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "failed"},
    )
    channel.queue_bind("to_pack", "orders", "order.*")


def place_order(order):
    connection = connect()
    channel = connection.channel()
    properties = pika.BasicProperties(content_type="application/json", delivery_mode=2)
    channel.basic_publish("orders", f"order.{order['country']}", json.dumps(order), properties)
    connection.close()


def pack_next(channel, pack):
    method, _properties, body = channel.basic_get("to_pack")
    if method is None:
        return False
    try:
        pack(json.loads(body))
    except ValueError:
        channel.basic_nack(method.delivery_tag, requeue=False)
    except ConnectionError:
        channel.basic_nack(method.delivery_tag, requeue=True)
    else:
        channel.basic_ack(method.delivery_tag)
    return True


def work(channel, pack):
    def on_order(channel, method, properties, body):
        pack(json.loads(body))
        channel.basic_ack(method.delivery_tag)

    channel.basic_qos(prefetch_count=1)
    channel.basic_consume("to_pack", on_order)
    channel.start_consuming()


def waiting():
    connection = connect()
    count = connection.channel().queue_declare("to_pack", passive=True).method.message_count
    connection.close()
    return count
