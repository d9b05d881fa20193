from faststream.rabbit import RabbitBroker


async def test_an_order_is_packed(fakeamqp_server):
    packed = []
    app = RabbitBroker(fakeamqp_server.url)

    @app.subscriber("orders")
    async def pack(article: str):
        packed.append(article)

    async with app:
        await app.start()
        await app.publish("tea", "orders")
        await fakeamqp_server.broker.until(lambda: packed == ["tea"])
