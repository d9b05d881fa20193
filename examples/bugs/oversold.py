"""Sold twice: two workers look at the same stock before one of them has changed it."""

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


def consume(on_order):
    channel = pika.BlockingConnection(pika.ConnectionParameters("rabbit.internal")).channel()
    channel.confirm_delivery()
    channel.basic_qos(prefetch_count=1)
    channel.basic_consume("orders", on_order)
    channel.start_consuming()


def look_and_take(stock):
    """The bug: while an invoice is on its way to the broker, somebody else looks."""

    def on_order(channel, method, properties, body):
        left = stock.left
        if left > 0:
            channel.basic_publish("", "invoices", body)
            stock.left = left - 1
        channel.basic_ack(method.delivery_tag)

    consume(on_order)


def take_in_one_step(stock):
    """The fix: whoever gets one, in one step, writes the invoice."""

    def on_order(channel, method, properties, body):
        if stock.take_one():
            channel.basic_publish("", "invoices", body)
        channel.basic_ack(method.delivery_tag)

    consume(on_order)


# --- the scenario


def sale(broker, worker):
    stock = Stock(left=1)
    channel = pika.BlockingConnection().channel()
    channel.queue_declare("orders", durable=True)
    channel.queue_declare("invoices", durable=True)
    for order in ("the last kettle for ada", "the last kettle for grace"):
        channel.basic_publish("", "orders", order)
    broker.spawn(worker, stock, name="worker-1")
    broker.spawn(worker, stock, name="worker-2")
    broker.run()
    assert broker.queue("invoices").ready == 1


def buggy(broker):
    sale(broker, look_and_take)


def fixed(broker):
    sale(broker, take_in_one_step)


def look(scenario):
    fakeamqp.explore(scenario, runs=200)
