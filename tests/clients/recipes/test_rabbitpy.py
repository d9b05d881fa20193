import rabbitpy


def test_an_order_waits_to_be_packed(fakeamqp_server):
    with rabbitpy.Connection(fakeamqp_server.url) as connection, connection.channel() as channel:
        channel.enable_publisher_confirms()
        rabbitpy.Queue(channel, "orders", durable=True).declare()
        assert rabbitpy.Message(channel, b"tea").publish("", "orders")
    assert [message.body for message in fakeamqp_server.broker.queue("orders").messages] == [b"tea"]
