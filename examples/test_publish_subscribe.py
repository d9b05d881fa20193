# Publish and subscribe: everyone who listens has a queue of their own.
def subscribe(channel, heard):
    channel.exchange_declare("news", exchange_type="fanout")
    queue = channel.queue_declare("", exclusive=True).method.queue
    channel.queue_bind(queue, "news")
    channel.basic_consume(queue, lambda channel, method, properties, body: heard.append(body), auto_ack=True)


def test_everyone_hears_the_news(fakeamqp_broker, fakeamqp_connection):
    ada, ben = [], []
    subscribe(fakeamqp_connection.channel(), ada)
    subscribe(fakeamqp_connection.channel(), ben)

    fakeamqp_broker.publish("news", "", b"it works")
    fakeamqp_broker.settle()  # deliver and run callbacks until there is nothing to do; time stands still

    assert ada == ben == [b"it works"]
