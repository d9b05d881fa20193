import pika


def test_an_order_waits_to_be_packed(fakeamqp_server):
    with pika.BlockingConnection(pika.URLParameters(fakeamqp_server.url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare("orders", durable=True)
        channel.basic_publish("", "orders", b"tea")
    assert [message.body for message in fakeamqp_server.broker.queue("orders").messages] == [b"tea"]
