"""The customs office: sees the orders that go to the United States, and no others."""

import pika

if __name__ == "__main__":
    parameters = pika.ConnectionParameters("localhost", credentials=pika.PlainCredentials("customs", "secret"))
    channel = pika.BlockingConnection(parameters).channel()
    channel.queue_declare("customs")
    channel.queue_bind("customs", "orders", "order.*.us")
    for method, _, _ in channel.consume("customs"):
        channel.basic_ack(method.delivery_tag)
