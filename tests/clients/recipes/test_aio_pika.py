import aio_pika


async def test_an_order_waits_to_be_packed(fakeamqp_server):
    async with await aio_pika.connect_robust(fakeamqp_server.url) as connection:
        channel = await connection.channel()
        await channel.declare_queue("orders", durable=True)
        await channel.default_exchange.publish(aio_pika.Message(b"tea"), routing_key="orders")
    assert [message.body for message in fakeamqp_server.broker.queue("orders").messages] == [b"tea"]
