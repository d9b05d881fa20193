"""Sold twice: two workers look at the same stock before one of them has changed it."""

import time

import pika

import fakeamqp

# --- the program


class Stock:
    """A table that all workers share."""

    def __init__(self, left):
        self.left = left

    def take_one(self):
        """UPDATE stock SET left = left - 1 WHERE left > 0: True if there was one."""
        if self.left == 0:
            return False
        self.left -= 1
        return True


def connect():
    return pika.BlockingConnection(pika.ConnectionParameters("rabbit.internal")).channel()


def place_orders(*orders):
    channel = connect()
    for order in orders:
        time.sleep(0.5)  # the customer looks around
        channel.basic_publish("", "orders", order)
        time.sleep(0.5)  # and is thanked
    channel.connection.close()


def print_invoice():
    time.sleep(1)


def consume(on_order):
    channel = connect()
    channel.basic_qos(prefetch_count=1)
    channel.basic_consume("orders", on_order)
    channel.start_consuming()


def look_and_take(stock):
    """The bug: while one worker prints an invoice, another one looks."""

    def on_order(channel, method, properties, body):
        left = stock.left
        if left > 0:
            print_invoice()
            stock.left = left - 1
            channel.basic_publish("", "invoices", body)
        channel.basic_ack(method.delivery_tag)

    consume(on_order)


def take_in_one_step(stock):
    """The fix: whoever gets one, in one step, prints the invoice."""

    def on_order(channel, method, properties, body):
        if stock.take_one():
            print_invoice()
            channel.basic_publish("", "invoices", body)
        channel.basic_ack(method.delivery_tag)

    consume(on_order)


# --- the scenario


def sale(broker, worker):
    stock = Stock(left=1)
    channel = connect()
    channel.queue_declare("orders", durable=True)
    channel.queue_declare("invoices", durable=True)
    broker.spawn(worker, stock, name="worker-1")
    broker.spawn(worker, stock, name="worker-2")
    broker.settle()
    broker.spawn(place_orders, "a kettle for ada", "a kettle for grace")
    broker.run()
    invoices = [message.body.decode() for message in broker.queue("invoices").messages]
    assert len(invoices) == 1, f"sold: {', '.join(invoices)}"


def buggy(broker):
    sale(broker, look_and_take)


def fixed(broker):
    sale(broker, take_in_one_step)


def look(scenario):
    fakeamqp.explore(scenario, runs=60)
