# A work queue: what a worker cannot do is kept among the dead letters.
import json


def declare(channel):
    channel.queue_declare("payments.failed", durable=True)
    channel.queue_declare(
        "payments",
        durable=True,
        arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "payments.failed"},
    )


def work(channel, charge):
    def on_payment(channel, method, properties, body):
        try:
            charge(json.loads(body))
        except ValueError:
            channel.basic_nack(method.delivery_tag, requeue=False)
        else:
            channel.basic_ack(method.delivery_tag)

    channel.basic_qos(prefetch_count=1)
    channel.basic_consume("payments", on_payment)
    channel.start_consuming()  # in a test it returns when there is nothing left to wait for


def test_a_payment_that_cannot_be_charged_is_kept(fakeamqp_broker, fakeamqp_channel):
    charged = []

    def charge(payment):
        if payment["amount"] <= 0:
            raise ValueError("nothing to charge")
        charged.append(payment["amount"])

    declare(fakeamqp_channel)
    for amount in (10, 0, 20):
        fakeamqp_broker.publish("", "payments", json.dumps({"amount": amount}))
    work(fakeamqp_channel, charge)

    assert charged == [10, 20]
    (failed,) = fakeamqp_broker.queue("payments.failed").messages
    assert failed.body == b'{"amount": 0}'
    assert failed.headers["x-death"][0]["reason"] == "rejected"
