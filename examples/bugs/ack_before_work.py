"""A lost update: a worker acknowledges before it has done its work, and a crash in between loses that."""

import json

import pika

import fakeamqp

# --- the program


def consume(on_count):
    connection = pika.BlockingConnection(pika.ConnectionParameters("rabbit.internal"))
    channel = connection.channel()
    channel.queue_declare("stock.counted", durable=True)
    channel.basic_consume("stock.counted", on_count)
    channel.start_consuming()


def acknowledge_and_store(stock):
    """The bug: from the acknowledgement on, nobody but this process knows of the message."""

    def on_count(channel, method, properties, body):
        channel.basic_ack(method.delivery_tag)
        stock.update(json.loads(body))

    consume(on_count)


def store_and_acknowledge(stock):
    """The fix: the acknowledgement comes last. A count that is stored twice does no harm."""

    def on_count(channel, method, properties, body):
        stock.update(json.loads(body))
        channel.basic_ack(method.delivery_tag)

    consume(on_count)


# --- the scenario


def warehouse(broker, worker):
    stock = {}
    broker.spawn(worker, stock, restarts=True)
    broker.run()
    broker.publish("", "stock.counted", '{"tea": 70}')
    broker.publish("", "stock.counted", '{"cups": 12}')
    broker.run()
    return stock.items()


def buggy(broker):
    return warehouse(broker, acknowledge_and_store)


def fixed(broker):
    return warehouse(broker, store_and_acknowledge)


def look(scenario):
    fakeamqp.every_fault(scenario).check()
