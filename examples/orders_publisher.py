"""A shop: it publishes a few orders and goes home.

An ordinary pika program; nothing in it knows of fakeamqp. Usage: orders_publisher.py [NUMBER OF ORDERS]
"""

import json
import os
import sys

import pika

ARTICLES = ["tea", "a kettle", "a cup", "sugar"]


def connect():
    return pika.BlockingConnection(
        pika.URLParameters(os.environ.get("AMQP_URL", "amqp://guest:guest@localhost:5672/%2F"))
    )


def publish(channel, order):
    country = order["country"]
    channel.basic_publish(
        exchange="orders",
        routing_key=f"order.created.{country}",
        body=json.dumps(order),
        properties=pika.BasicProperties(delivery_mode=2, content_type="application/json"),
        mandatory=True,
    )
    print(f"ordered: {order['article']} for {country}", flush=True)


def main(number):
    connection = connect()
    channel = connection.channel()
    channel.exchange_declare("orders", exchange_type="topic", durable=True)
    channel.confirm_delivery()
    for place in range(number):
        order = {"id": place + 1, "article": ARTICLES[place % len(ARTICLES)], "country": "us" if place % 3 else "de"}
        try:
            publish(channel, order)
        except pika.exceptions.UnroutableError:
            print(f"nobody takes orders from {order['country']} yet", flush=True)
    connection.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4)
