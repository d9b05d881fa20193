import kombu


def test_an_order_waits_to_be_packed(fakeamqp_server):
    with kombu.Connection(fakeamqp_server.url, transport_options={"confirm_publish": True}) as connection:
        orders = kombu.Queue("orders", durable=True)
        connection.Producer().publish({"article": "tea"}, routing_key="orders", declare=[orders])
    assert [message.body for message in fakeamqp_server.broker.queue("orders").messages] == [b'{"article": "tea"}']
