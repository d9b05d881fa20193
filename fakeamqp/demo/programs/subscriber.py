"""Somebody who hears the news: `subscriber.py NAME`."""

import sys

import pika

if __name__ == "__main__":
    parameters = pika.ConnectionParameters("localhost", credentials=pika.PlainCredentials(sys.argv[1], "secret"))
    channel = pika.BlockingConnection(parameters).channel()
    queue = channel.queue_declare("", exclusive=True).method.queue
    channel.queue_bind(queue, "news")
    channel.basic_consume(queue, lambda *delivery: None, auto_ack=True)
    channel.start_consuming()
