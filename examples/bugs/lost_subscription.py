"""A consumer that nobody has told: its queue was deleted and declared anew, and it polls on, subscribed to nothing."""

import pika

import fakeamqp

# --- the program


def migrate_queue():
    """Run once, with the release: `jobs` is a quorum queue from now on."""
    connection = pika.BlockingConnection(pika.ConnectionParameters("rabbit.internal"))
    channel = connection.channel()
    channel.queue_delete("jobs", if_empty=True)
    channel.queue_declare("jobs", durable=True, arguments={"x-queue-type": "quorum"})
    connection.close()


def subscribe(done):
    connection = pika.BlockingConnection(pika.ConnectionParameters("rabbit.internal"))
    channel = connection.channel()

    def on_job(channel, method, properties, body):
        done.append(body)
        channel.basic_ack(method.delivery_tag)

    channel.basic_consume("jobs", on_job)
    return channel


def poll_for_ever(done):
    """The bug: a broker that cancels a consumer says so, to whoever asked to be told."""
    channel = subscribe(done)
    while True:
        channel.connection.process_data_events(time_limit=10)


def poll_while_subscribed(done):
    """The fix: without a subscription, begin anew."""
    while True:
        channel = subscribe(done)
        while channel.consumer_tags:
            channel.connection.process_data_events(time_limit=10)
        channel.connection.close()


# --- the scenario


def release(broker, worker):
    done = []
    pika.BlockingConnection().channel().queue_declare("jobs", durable=True)
    broker.spawn(migrate_queue)
    broker.spawn(worker, done, restarts=True)
    broker.run(seconds=60)
    broker.publish("", "jobs", "count the cups")
    broker.run(seconds=60)
    assert done == [b"count the cups"], f"{broker.queue('jobs').ready} jobs wait, and nobody consumes them"


def buggy(broker):
    release(broker, poll_for_ever)


def fixed(broker):
    release(broker, poll_while_subscribed)


def look(scenario):
    fakeamqp.explore(scenario, runs=100, shares_memory=False)
