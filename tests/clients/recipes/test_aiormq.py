import aiormq


async def test_an_order_waits_to_be_packed(fakeamqp_server):
    async with await aiormq.connect(fakeamqp_server.url) as connection:
        channel = await connection.channel()
        await channel.queue_declare("orders", durable=True)
        await channel.basic_publish(b"tea", routing_key="orders")
    assert [message.body for message in fakeamqp_server.broker.queue("orders").messages] == [b"tea"]
