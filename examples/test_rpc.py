# Remote procedure call: the client waits for an answer that a server of the same test gives.
import uuid

import pika


def serve(channel):
    def on_request(channel, method, properties, body):
        answer = pika.BasicProperties(correlation_id=properties.correlation_id)
        channel.basic_publish("", properties.reply_to, str(int(body) ** 2), answer)
        channel.basic_ack(method.delivery_tag)

    channel.queue_declare("squares")
    channel.basic_consume("squares", on_request)


class Client:
    def __init__(self):
        self.connection = pika.BlockingConnection(pika.ConnectionParameters("localhost"))
        self.channel = self.connection.channel()
        self.answers = {}
        self.reply_to = self.channel.queue_declare("", exclusive=True).method.queue
        self.channel.basic_consume(self.reply_to, self.on_answer, auto_ack=True)

    def on_answer(self, channel, method, properties, body):
        self.answers[properties.correlation_id] = int(body)

    def square(self, number):
        request = str(uuid.uuid4())
        properties = pika.BasicProperties(reply_to=self.reply_to, correlation_id=request)
        self.channel.basic_publish("", "squares", str(number), properties)
        while request not in self.answers:
            self.connection.process_data_events(time_limit=None)
        return self.answers.pop(request)


def test_a_square(fakeamqp_channel):
    serve(fakeamqp_channel)
    assert Client().square(12) == 144
