"""A consumer that connects anew, but to nothing: its binding went with its first connection."""

import time

import pika

import fakeamqp

# --- the program


def connect():
    return pika.BlockingConnection(pika.ConnectionParameters("rabbit.internal")).channel()


def consume(channel, board):
    def on_price(channel, method, properties, body):
        if body.decode() not in board:
            board.append(body.decode())
        channel.basic_ack(method.delivery_tag)

    channel.basic_consume("board", on_price)
    channel.start_consuming()


def bind_once(board):
    """The bug: with its last consumer, an auto-delete queue goes, and with it its binding and what is in it."""
    channel = connect()
    channel.exchange_declare("prices", exchange_type="fanout", durable=True)
    channel.queue_declare("board", auto_delete=True)
    channel.queue_bind("board", "prices")
    while True:
        try:
            consume(channel, board)
        except pika.exceptions.AMQPConnectionError:
            time.sleep(5)
            channel = connect()
            channel.queue_declare("board", auto_delete=True)


def bind_each_time(board):
    """The fix: a queue that waits for its consumer for a day, and is bound by whoever consumes from it."""
    while True:
        try:
            channel = connect()
            channel.exchange_declare("prices", exchange_type="fanout", durable=True)
            channel.queue_declare("board", durable=True, arguments={"x-expires": 24 * 3600 * 1000})
            channel.queue_bind("board", "prices")
            consume(channel, board)
        except pika.exceptions.AMQPConnectionError:
            time.sleep(5)


# --- the scenario


def exchange_of_tea(broker, program):
    board = []
    broker.spawn(program, board, restarts=True)
    broker.run()
    broker.publish("prices", "", "tea: 4.50")
    broker.run()
    broker.publish("prices", "", "tea: 4.80")
    broker.run()
    return board


def buggy(broker):
    return exchange_of_tea(broker, bind_once)


def fixed(broker):
    return exchange_of_tea(broker, bind_each_time)


def look(scenario):
    fakeamqp.every_fault(scenario, faults=["break"]).check()
