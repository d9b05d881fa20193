"""A worker in a process of its own, whatever its language, finds the test's broker at a port."""

import os
import subprocess
import sys

WORKER = """
import os
import pika

channel = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"])).channel()
channel.queue_declare("retry", arguments={
    "x-message-ttl": 60_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "orders",
})
channel.queue_declare("orders", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "retry"})


def work(channel, method, properties, body):
    if properties.headers is None:
        channel.basic_reject(method.delivery_tag, requeue=False)  # not yet: try again in a minute
    else:
        channel.basic_ack(method.delivery_tag)
        channel.stop_consuming()


channel.basic_consume("orders", work)
channel.start_consuming()
"""


def test_an_order_is_packed_at_the_second_try(fakeamqp_server):
    broker = fakeamqp_server.broker
    environment = {**os.environ, "AMQP_URL": fakeamqp_server.url}
    with subprocess.Popen([sys.executable, "-c", WORKER], env=environment) as worker:
        broker.until(lambda: "orders" in broker.snapshot().vhosts["/"].queues, timeout=30)
        broker.publish("", "orders", b"tea")
        broker.until(lambda: broker.queue("retry").ready == 1, timeout=30)

        broker.clock.advance(60)

        assert worker.wait(timeout=30) == 0
        assert broker.queue("orders").ready == 0
