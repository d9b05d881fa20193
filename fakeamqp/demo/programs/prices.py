"""The price list: a server of remote procedure calls."""

import pika

PRICES = {"tea": "4 EUR", "a kettle": "25 EUR"}


def on_request(channel, method, properties, body):
    """Answer to whoever asks."""
    channel.basic_publish("", properties.reply_to, PRICES.get(body.decode(), "priceless").encode())
    channel.basic_ack(method.delivery_tag)


if __name__ == "__main__":
    parameters = pika.ConnectionParameters("localhost", credentials=pika.PlainCredentials("prices", "secret"))
    channel = pika.BlockingConnection(parameters).channel()
    channel.queue_declare("prices")
    channel.basic_consume("prices", on_request)
    channel.start_consuming()
