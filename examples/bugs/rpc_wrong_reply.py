"""The reply to one call, taken for the reply to the next: a request that was done twice is answered twice."""

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
        channel.basic_ack(method.delivery_tag)

    channel.basic_consume("prices", on_request)
    channel.start_consuming()


class PriceClient:
    def __init__(self):
        self.connection = connect()
        self.channel = self.connection.channel()
        self.queue = self.channel.queue_declare("", exclusive=True).method.queue
        self.channel.basic_consume(self.queue, self.on_reply, auto_ack=True)

    def price(self, item):
        self.reply = None
        self.correlation_id = str(uuid.uuid4())
        properties = pika.BasicProperties(reply_to=self.queue, correlation_id=self.correlation_id)
        self.channel.basic_publish("", "prices", item, properties)
        while self.reply is None:
            self.connection.process_data_events(time_limit=30)
        return self.reply


class TrustingClient(PriceClient):
    """The bug: whatever comes is the reply."""

    def on_reply(self, channel, method, properties, body):
        self.reply = body.decode()


class CheckingClient(PriceClient):
    """The fix: a reply says to which request it belongs."""

    def on_reply(self, channel, method, properties, body):
        if properties.correlation_id == self.correlation_id:
            self.reply = body.decode()


# --- the scenario


def checkout(broker, client_class):
    broker.spawn(serve_prices, {"tea": "4.50", "a kettle": "39.00"}, restarts=True)
    broker.run()
    client = client_class()
    return [f"{item}: {client.price(item)}" for item in ("tea", "a kettle")]


def buggy(broker):
    return checkout(broker, TrustingClient)


def fixed(broker):
    return checkout(broker, CheckingClient)


def look(scenario):
    fakeamqp.every_fault(scenario).check()
