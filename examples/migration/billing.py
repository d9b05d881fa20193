"""Invoices: a publisher with an account of its own that reconnects, and a worker that tries again and gives up."""

import json
import time

import pika


class Publisher:
    def __init__(self, host="rabbit.prod", user="billing", password="s3cret"):
        self.parameters = pika.ConnectionParameters(host, credentials=pika.PlainCredentials(user, password))
        self.connection = None

    def connect(self):
        if self.connection is None or self.connection.is_closed:
            self.connection = pika.BlockingConnection(self.parameters)
            self.channel = self.connection.channel()
            self.channel.exchange_declare("billing", "direct", durable=True)
            self.channel.confirm_delivery()

    def publish(self, key, payload):
        self.connect()
        properties = pika.BasicProperties(content_type="application/json", delivery_mode=2)
        try:
            self.channel.basic_publish("billing", key, json.dumps(payload), properties, mandatory=True)
        except pika.exceptions.UnroutableError:
            return False
        except pika.exceptions.AMQPConnectionError:
            self.connection = None
            return self.publish(key, payload)
        return True


class Worker:
    def __init__(self, channel, handle, attempts=3):
        self.channel = channel
        self.handle = handle
        self.attempts = attempts

    def declare(self):
        self.channel.exchange_declare("billing", "direct", durable=True)
        self.channel.queue_declare("invoices.dead", durable=True)
        letters = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "invoices.dead"}
        self.channel.queue_declare("invoices", durable=True, arguments=letters)
        self.channel.queue_bind("invoices", "billing", "invoice")

    def on_invoice(self, channel, method, properties, body):
        tries = (properties.headers or {}).get("x-tries", 0) + 1
        try:
            self.handle(json.loads(body))
        except ConnectionError:
            if tries < self.attempts:
                headers = {"x-tries": tries}
                channel.basic_publish("billing", "invoice", body, pika.BasicProperties(headers=headers))
                channel.basic_ack(method.delivery_tag)
            else:
                channel.basic_reject(method.delivery_tag, requeue=False)
        except ValueError:
            channel.basic_reject(method.delivery_tag, requeue=False)
        else:
            channel.basic_ack(method.delivery_tag)

    def run(self):
        self.channel.basic_qos(prefetch_count=5)
        self.channel.basic_consume("invoices", self.on_invoice)
        try:
            self.channel.start_consuming()
        except KeyboardInterrupt:
            self.channel.stop_consuming()


def connect_patiently(parameters, attempts=5):
    for attempt in range(attempts):
        try:
            return pika.BlockingConnection(parameters)
        except pika.exceptions.AMQPConnectionError:
            time.sleep(2 * 2**attempt)
    raise RuntimeError("no broker")
