"""An idempotent consumer that is not: what it has done, it remembers in memory, and a crash forgets that."""

import json

import pika

import fakeamqp

# --- the program


class Gateway:
    """The payment provider, and what it has on its books. A payment with a key is charged once."""

    def __init__(self):
        self.books = {}

    def charge(self, payment, key=None):
        self.books.setdefault(key or f"charge {len(self.books) + 1}", payment)


def consume(on_payment):
    connection = pika.BlockingConnection(pika.ConnectionParameters("rabbit.internal"))
    channel = connection.channel()
    channel.queue_declare("payments", durable=True)
    channel.basic_qos(prefetch_count=1)
    channel.basic_consume("payments", on_payment)
    channel.start_consuming()


def charge_what_is_new(gateway):
    """The bug: a worker that is restarted has seen nothing yet."""
    seen = set()

    def on_payment(channel, method, properties, body):
        if properties.message_id not in seen:
            gateway.charge(json.loads(body))
            seen.add(properties.message_id)
        channel.basic_ack(method.delivery_tag)

    consume(on_payment)


def charge_once(gateway):
    """The fix: who keeps the books is told which payment it is."""

    def on_payment(channel, method, properties, body):
        gateway.charge(json.loads(body), key=properties.message_id)
        channel.basic_ack(method.delivery_tag)

    consume(on_payment)


# --- the scenario


def shop(broker, worker):
    gateway = Gateway()
    broker.spawn(worker, gateway, restarts=True)
    broker.run()
    broker.publish("", "payments", '{"order": 1, "amount": 10}', message_id="payment-1")
    broker.publish("", "payments", '{"order": 2, "amount": 25}', message_id="payment-2")
    broker.run()
    return gateway.books.values()


def buggy(broker):
    return shop(broker, charge_what_is_new)


def fixed(broker):
    return shop(broker, charge_once)


def look(scenario):
    fakeamqp.every_fault(scenario).check()
