"""An outbox that is published twice: its relay crashes between the publish and the note that it was done."""

import json

import pika

import fakeamqp

# --- the program


def connect():
    channel = pika.BlockingConnection(pika.ConnectionParameters("rabbit.internal")).channel()
    channel.queue_declare("transfers", durable=True)
    return channel


def relay(outbox, properties_of):
    """Publish the rows of an outbox that nobody has published yet, and note that they are."""
    channel = connect()
    channel.confirm_delivery()
    for row in outbox:
        if not row["published"]:
            channel.basic_publish("", "transfers", json.dumps(row["transfer"]), properties_of(row))
            row["published"] = True
    channel.connection.close()


def book_all(ledger):
    """The bug, at both ends: the same transfer, published twice, looks like two."""
    channel = connect()

    def on_transfer(channel, method, properties, body):
        ledger[len(ledger) + 1] = json.loads(body)
        channel.basic_ack(method.delivery_tag)

    channel.basic_consume("transfers", on_transfer)
    channel.start_consuming()


def relay_without_names(outbox):
    relay(outbox, lambda row: pika.BasicProperties(delivery_mode=2))


def book_each_once(ledger):
    """The fix, at both ends: a message has the name of its row, and the ledger has a row once."""
    channel = connect()

    def on_transfer(channel, method, properties, body):
        ledger.setdefault(properties.message_id, json.loads(body))
        channel.basic_ack(method.delivery_tag)

    channel.basic_consume("transfers", on_transfer)
    channel.start_consuming()


def relay_with_names(outbox):
    relay(outbox, lambda row: pika.BasicProperties(delivery_mode=2, message_id=f"transfer-{row['id']}"))


# --- the scenario


def bank(broker, relay_program, booker):
    outbox = [{"id": 1, "transfer": {"to": "ada", "amount": 50}, "published": False}]
    ledger = {}
    broker.spawn(booker, ledger, restarts=True)
    broker.spawn(relay_program, outbox, restarts=True)
    broker.run()
    return ledger.values()


def buggy(broker):
    return bank(broker, relay_without_names, book_all)


def fixed(broker):
    return bank(broker, relay_with_names, book_each_once)


def look(scenario):
    fakeamqp.every_fault(scenario).check()
