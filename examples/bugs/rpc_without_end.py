"""An RPC that never times out: its server takes a request, crashes, and nobody tells the client."""

import time
import uuid

import pika

import fakeamqp

# --- the program


def connect():
    return pika.BlockingConnection(pika.ConnectionParameters("rabbit.internal"))


def serve_prices(prices):
    channel = connect().channel()
    channel.queue_declare("prices", durable=True)

    def on_request(channel, method, properties, body):
        reply = pika.BasicProperties(correlation_id=properties.correlation_id)
        channel.basic_publish("", properties.reply_to, prices[body.decode()], reply)

    channel.basic_consume("prices", on_request, auto_ack=True)
    channel.start_consuming()


class PriceClient:
    def __init__(self):
        self.connection = connect()
        self.channel = self.connection.channel()
        self.queue = self.channel.queue_declare("", exclusive=True).method.queue
        self.channel.basic_consume(self.queue, self.on_reply, auto_ack=True)

    def on_reply(self, channel, method, properties, body):
        if properties.correlation_id == self.correlation_id:
            self.reply = body.decode()

    def request(self, item):
        self.reply = None
        self.correlation_id = str(uuid.uuid4())
        properties = pika.BasicProperties(reply_to=self.queue, correlation_id=self.correlation_id)
        self.channel.basic_publish("", "prices", item, properties)


class PatientClient(PriceClient):
    """The bug: it waits for its reply, however long that takes."""

    def price(self, item):
        self.request(item)
        while self.reply is None:
            self.connection.process_data_events(time_limit=None)
        return self.reply


class BusyClient(PriceClient):
    """The fix: it waits for five seconds, and asks three times. Asking twice for a price does no harm."""

    def price(self, item):
        for _ in range(3):
            self.request(item)
            until = time.monotonic() + 5
            while self.reply is None and time.monotonic() < until:
                self.connection.process_data_events(time_limit=until - time.monotonic())
            if self.reply is not None:
                return self.reply
        raise TimeoutError(f"nobody tells the price of {item}")


# --- the scenario


def checkout(broker, client_class):
    broker.spawn(serve_prices, {"tea": "4.50"}, restarts=True)
    broker.run()
    return [client_class().price("tea")]


def buggy(broker):
    return checkout(broker, PatientClient)


def fixed(broker):
    return checkout(broker, BusyClient)


def look(scenario):
    fakeamqp.every_fault(scenario).check()
