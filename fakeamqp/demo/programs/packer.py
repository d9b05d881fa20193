"""The warehouse: packs orders; what cannot be packed is tried again a day later, three times in all."""

import time

import pika

DAY = 24 * 60 * 60
KETTLES_COME_IN = time.time() + 1.5 * DAY
TRIES = 3


def is_there(article):
    """True if the article can be packed now."""
    return article == "tea" or (article == "a kettle" and time.time() >= KETTLES_COME_IN)


def rejected_before(properties):
    """How often, as RabbitMQ notes in the header x-death."""
    deaths = (properties.headers or {}).get("x-death", [])
    return sum(death["count"] for death in deaths if death["reason"] == "rejected")


def on_order(channel, method, properties, body):
    """Pack it and tell everyone, put it off, or give it up."""
    article = body.decode().partition(" for ")[0]
    if is_there(article):
        channel.basic_publish("news", "", f"{article} is packed".encode())
        channel.basic_ack(method.delivery_tag)
    elif rejected_before(properties) + 1 < TRIES:
        channel.basic_nack(method.delivery_tag, requeue=False)
    else:
        channel.basic_publish("", "given up", body)
        channel.basic_ack(method.delivery_tag)


def declare(channel):
    """orders -> to pack -(rejected)-> tomorrow -(a day)-> to pack; in the end: given up."""
    channel.exchange_declare("orders", exchange_type="topic", durable=True)
    channel.exchange_declare("news", exchange_type="fanout", durable=True)
    channel.queue_declare("given up", durable=True)
    back = {"x-message-ttl": DAY * 1000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "to pack"}
    channel.queue_declare("tomorrow", durable=True, arguments=back)
    put_off = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "tomorrow"}
    channel.queue_declare("to pack", durable=True, arguments=put_off)
    channel.queue_bind("to pack", "orders", "order.created.*")


if __name__ == "__main__":
    parameters = pika.ConnectionParameters("localhost", credentials=pika.PlainCredentials("packer", "secret"))
    channel = pika.BlockingConnection(parameters).channel()
    declare(channel)
    channel.basic_qos(prefetch_count=1)
    channel.basic_consume("to pack", on_order)
    channel.start_consuming()
