"""An asynchronous publisher that takes each confirm for one: RabbitMQ may confirm several messages by one."""

import pika

import fakeamqp

# --- the program


class Publisher:
    """Publishes an outbox, strikes out what is confirmed, and closes when all is."""

    def __init__(self, outbox):
        self.outbox = outbox
        self.unconfirmed = {}

    def run(self):
        parameters = pika.ConnectionParameters("rabbit.internal")
        self.connection = pika.SelectConnection(
            parameters, on_open_callback=self.on_open, on_close_callback=self.on_closed
        )
        self.connection.ioloop.start()

    def on_open(self, connection):
        connection.channel(on_open_callback=self.on_channel)

    def on_closed(self, connection, reason):
        connection.ioloop.stop()

    def on_channel(self, channel):
        self.channel = channel
        channel.confirm_delivery(self.on_confirm, callback=self.publish)

    def publish(self, frame):
        for tag, message in enumerate(self.outbox, 1):
            self.unconfirmed[tag] = message
            self.channel.basic_publish("", "orders", message, pika.BasicProperties(delivery_mode=2))

    def on_confirm(self, frame):
        for tag in self.confirmed(frame.method):
            self.outbox.remove(self.unconfirmed.pop(tag))
        if not self.unconfirmed:
            self.connection.close()


class OneByOne(Publisher):
    """The bug: it waits for the confirms of those that were confirmed together with a later one."""

    def confirmed(self, confirm):
        return [confirm.delivery_tag]


class UpTo(Publisher):
    """The fix: with `multiple`, a confirm is for all up to its tag."""

    def confirmed(self, confirm):
        if not confirm.multiple:
            return [confirm.delivery_tag]
        return [tag for tag in self.unconfirmed if tag <= confirm.delivery_tag]


# --- the scenario


def shop(broker, publisher_class):
    outbox = ["tea", "a kettle", "two cups"]
    pika.BlockingConnection().channel().queue_declare("orders", durable=True)
    broker.spawn(publisher_class(outbox).run, name="publisher")
    broker.run()
    assert outbox == [], f"still waiting for the confirms of {', '.join(outbox)}"


def buggy(broker):
    shop(broker, OneByOne)


def fixed(broker):
    shop(broker, UpTo)


def look(scenario):
    fakeamqp.explore(scenario, runs=100)
