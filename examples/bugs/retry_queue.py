"""A retry that gets lost: the handler acknowledges a message before it has put it into the retry queue."""

import pika

import fakeamqp

# --- the program


class Carrier:
    """Takes parcels, but never at the first try."""

    def __init__(self):
        self.asked = set()
        self.parcels = set()

    def take(self, parcel):
        if parcel not in self.asked:
            self.asked.add(parcel)
            raise TimeoutError("504 Gateway Timeout")
        self.parcels.add(parcel)


def consume(carrier, retry):
    connection = pika.BlockingConnection(pika.ConnectionParameters("rabbit.internal"))
    channel = connection.channel()
    channel.confirm_delivery()
    channel.queue_declare("parcels", durable=True)
    wait = {"x-message-ttl": 30_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "parcels"}
    channel.queue_declare("parcels.retry", durable=True, arguments=wait)

    def on_parcel(channel, method, properties, body):
        try:
            carrier.take(body.decode())
        except TimeoutError:
            retry(channel, method, properties, body)
        else:
            channel.basic_ack(method.delivery_tag)

    channel.basic_consume("parcels", on_parcel)
    channel.start_consuming()


def done_and_again(carrier):
    """The bug: for a moment, the parcel is in no queue."""

    def retry(channel, method, properties, body):
        channel.basic_ack(method.delivery_tag)
        channel.basic_publish("", "parcels.retry", body, properties)

    consume(carrier, retry)


def again_and_done(carrier):
    """The fix: the publish is confirmed, and then the acknowledgement. For a moment, the parcel is in two queues."""

    def retry(channel, method, properties, body):
        channel.basic_publish("", "parcels.retry", body, properties)
        channel.basic_ack(method.delivery_tag)

    consume(carrier, retry)


# --- the scenario


def depot(broker, worker):
    carrier = Carrier()
    broker.spawn(worker, carrier, restarts=True)
    broker.run()
    broker.publish("", "parcels", "a parcel for ada")
    broker.run()
    return carrier.parcels


def buggy(broker):
    return depot(broker, done_and_again)


def fixed(broker):
    return depot(broker, again_and_done)


def look(scenario):
    fakeamqp.every_fault(scenario).check()
