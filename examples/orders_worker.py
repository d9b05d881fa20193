"""A warehouse: it packs orders. What cannot be packed now is tried again every ten minutes, three times in all.

An ordinary pika program; nothing in it knows of fakeamqp. End it with Ctrl-C.
"""

import json
import os

import pika

TRIES = 3
TEN_MINUTES = 10 * 60 * 1000
SOLD_OUT = {"a kettle"}


def connect():
    return pika.BlockingConnection(
        pika.URLParameters(os.environ.get("AMQP_URL", "amqp://guest:guest@localhost:5672/%2F"))
    )


def declare(channel):
    """orders -> to_pack -(cannot be packed)-> to_pack.later -(ten minutes)-> to_pack; in the end: to_pack.failed."""
    channel.exchange_declare("orders", exchange_type="topic", durable=True)
    channel.queue_declare("to_pack.failed", durable=True)
    channel.queue_declare(
        "to_pack.later",
        durable=True,
        arguments={"x-message-ttl": TEN_MINUTES, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "to_pack"},
    )
    channel.queue_declare(
        "to_pack",
        durable=True,
        arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "to_pack.later"},
    )
    channel.queue_bind("to_pack", "orders", "order.created.*")


def tries_before(properties):
    """How often the message has been rejected, which RabbitMQ notes in its x-death header."""
    deaths = (properties.headers or {}).get("x-death", [])
    return sum(death["count"] for death in deaths if death["reason"] == "rejected")


def pack(order):
    if order["article"] in SOLD_OUT:
        raise LookupError(f"{order['article']} is sold out")


def on_order(channel, method, properties, body):
    order = json.loads(body)
    try:
        pack(order)
    except LookupError as error:
        if tries_before(properties) + 1 < TRIES:
            print(f"order {order['id']}: {error}, trying again in ten minutes", flush=True)
            channel.basic_nack(method.delivery_tag, requeue=False)
        else:
            print(f"order {order['id']}: {error}, giving up", flush=True)
            channel.basic_publish("", "to_pack.failed", body, properties)
            channel.basic_ack(method.delivery_tag)
    else:
        print(f"order {order['id']}: packed {order['article']} for {order['country']}", flush=True)
        channel.basic_ack(method.delivery_tag)


def main():
    connection = connect()
    channel = connection.channel()
    declare(channel)
    channel.basic_qos(prefetch_count=1)
    channel.basic_consume("to_pack", on_order)
    print("waiting for orders", flush=True)
    try:
        channel.start_consuming()
    except KeyboardInterrupt:
        print("closing", flush=True)
    connection.close()


if __name__ == "__main__":
    main()
