"""A publisher that does not wait for confirms: what was on its way when the connection broke is gone."""

import time

import pika

import fakeamqp

# --- the program


def publish(channel, orders):
    """Publish the orders that are left, and strike out each."""
    channel.queue_declare("orders", durable=True)
    while orders:
        channel.basic_publish("", "orders", orders[0], pika.BasicProperties(delivery_mode=2))
        del orders[0]
    channel.connection.close()


def until_all_is_published(orders, prepare):
    while orders:
        try:
            channel = pika.BlockingConnection(pika.ConnectionParameters("rabbit.internal")).channel()
            prepare(channel)
            publish(channel, orders)
        except pika.exceptions.AMQPError:
            time.sleep(1)


def fire_and_forget(orders):
    """The bug: basic_publish returns as soon as the message is in a buffer."""
    until_all_is_published(orders, lambda channel: None)


def wait_for_confirms(orders):
    """The fix: it returns when the broker has the message. What was not confirmed, is published again."""
    until_all_is_published(orders, lambda channel: channel.confirm_delivery())


# --- the scenario


def shop(broker, publisher):
    broker.spawn(publisher, ["tea", "a kettle"], restarts=True)
    broker.run()


def buggy(broker):
    shop(broker, fire_and_forget)


def fixed(broker):
    shop(broker, wait_for_confirms)


def look(scenario):
    # An order may come twice: confirms make sure that it comes at least once.
    fakeamqp.every_fault(scenario).check(allow=["duplicated"])
