"""A retry storm: what cannot be done now is tried again at once, as often as the machine can."""

import pika

import fakeamqp

# --- the program


class Mailer:
    """The provider of mails."""

    def __init__(self):
        self.is_up = True
        self.tries = 0
        self.sent = []

    def send(self, mail):
        self.tries += 1
        if not self.is_up:
            raise ConnectionError("503 Service Unavailable")
        self.sent.append(mail)


def consume(mailer, retry, arguments=None):
    connection = pika.BlockingConnection(pika.ConnectionParameters("rabbit.internal"))
    channel = connection.channel()
    channel.queue_declare("mails", durable=True, arguments=arguments)
    wait = {"x-message-ttl": 15_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "mails"}
    channel.queue_declare("mails.wait", durable=True, arguments=wait)

    def on_mail(channel, method, properties, body):
        try:
            mailer.send(body)
        except ConnectionError:
            retry(channel, method)
        else:
            channel.basic_ack(method.delivery_tag)

    channel.basic_qos(prefetch_count=10)
    channel.basic_consume("mails", on_mail)
    channel.start_consuming()


def try_again_at_once(mailer):
    """The bug: the queue gives back at once what was put back into it."""
    consume(mailer, lambda channel, method: channel.basic_nack(method.delivery_tag, requeue=True))


def try_again_later(mailer):
    """The fix: a rejected mail waits for fifteen seconds in a queue of its own."""
    consume(
        mailer,
        lambda channel, method: channel.basic_reject(method.delivery_tag, requeue=False),
        {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "mails.wait"},
    )


# --- the scenario


def outage(broker, worker):
    mailer = Mailer()
    broker.spawn(worker, mailer)
    broker.run()
    mailer.is_up = False
    broker.publish("", "mails", "welcome, ada")
    broker.publish("", "mails", "welcome, grace")
    broker.run(seconds=60, until=lambda: mailer.tries > 20)
    assert mailer.tries <= 20, f"{mailer.tries} tries in {broker.clock.now():g} seconds"
    mailer.is_up = True
    broker.run()
    assert len(mailer.sent) == 2, f"sent: {mailer.sent}"


def buggy(broker):
    outage(broker, try_again_at_once)


def fixed(broker):
    outage(broker, try_again_later)


def look(scenario):
    fakeamqp.explore(scenario, shares_memory=False)
