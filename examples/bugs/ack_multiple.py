"""A thread that acknowledges the work of another one: with `multiple`, all up to its tag."""

import functools
import threading
import time

import pika

import fakeamqp

# --- the program


def render_in_threads(rendered, *, multiple):
    connection = pika.BlockingConnection(pika.ConnectionParameters("rabbit.internal"))
    channel = connection.channel()
    channel.queue_declare("pages", durable=True)

    def render(tag, page):
        time.sleep(2)
        rendered.append(page)
        acknowledge = functools.partial(channel.basic_ack, tag, multiple=multiple)
        connection.add_callback_threadsafe(acknowledge)

    def on_page(channel, method, properties, body):
        threading.Thread(target=render, args=(method.delivery_tag, body)).start()

    channel.basic_qos(prefetch_count=2)
    channel.basic_consume("pages", on_page)
    channel.start_consuming()


def all_up_to_here(rendered):
    """The bug: right as long as the first thread is the first to be done."""
    render_in_threads(rendered, multiple=True)


def one_by_one(rendered):
    """The fix: each acknowledges its own."""
    render_in_threads(rendered, multiple=False)


# --- the scenario


def press(broker, worker):
    rendered = []
    broker.spawn(worker, rendered)
    broker.run()
    broker.publish("", "pages", "page 1")
    broker.publish("", "pages", "page 2")
    broker.run()
    assert sorted(rendered) == [b"page 1", b"page 2"]
    assert broker.queue("pages").unacked == 0


def buggy(broker):
    press(broker, all_up_to_here)


def fixed(broker):
    press(broker, one_by_one)


def look(scenario):
    fakeamqp.explore(scenario, runs=100)
