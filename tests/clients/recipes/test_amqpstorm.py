import amqpstorm


def test_an_order_waits_to_be_packed(fakeamqp_server):
    with amqpstorm.UriConnection(fakeamqp_server.url) as connection, connection.channel() as channel:
        channel.confirm_deliveries()
        channel.queue.declare("orders", durable=True)
        assert channel.basic.publish(b"tea", "orders")
    assert [message.body for message in fakeamqp_server.broker.queue("orders").messages] == [b"tea"]
