"""The events of one order, out of order: a queue keeps them in order, two workers do not."""

import json

import pika

import fakeamqp

# --- the program


def follow_orders(status, arguments=None):
    """Keep a table of the status of each order up to date."""
    channel = pika.BlockingConnection(pika.ConnectionParameters("rabbit.internal")).channel()
    channel.confirm_delivery()
    channel.queue_declare("mails", durable=True)
    channel.queue_declare("order.events", durable=True, arguments=arguments)

    def on_event(channel, method, properties, body):
        event = json.loads(body)
        channel.basic_publish("", "mails", f"order {event['order']} is {event['status']}")
        status[event["order"]] = event["status"]
        channel.basic_ack(method.delivery_tag)

    channel.basic_qos(prefetch_count=1)
    channel.basic_consume("order.events", on_event)
    channel.start_consuming()


def side_by_side(status):
    """The bug: while one worker is still writing a mail, the other one is through with the next event."""
    follow_orders(status)


def one_at_a_time(status):
    """The fix: the second worker stands by, until the first one is gone."""
    follow_orders(status, {"x-single-active-consumer": True})


# --- the scenario


def shop(broker, worker):
    status = {}
    broker.spawn(worker, status, name="worker-1")
    broker.spawn(worker, status, name="worker-2")
    broker.run()
    broker.publish("", "order.events", '{"order": 1, "status": "placed"}')
    broker.publish("", "order.events", '{"order": 1, "status": "paid"}')
    broker.run()
    assert status == {1: "paid"}, f"order 1 is {status[1]}"


def buggy(broker):
    shop(broker, side_by_side)


def fixed(broker):
    shop(broker, one_at_a_time)


def look(scenario):
    fakeamqp.explore(scenario, runs=60)
