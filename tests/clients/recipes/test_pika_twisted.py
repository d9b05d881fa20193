import pika
from pika.adapters.twisted_connection import TwistedProtocolConnection
from twisted.internet import reactor
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.threads import blockingCallFromThread


async def place_order(url):
    parameters = pika.URLParameters(url)
    endpoint = TCP4ClientEndpoint(reactor, parameters.host, parameters.port)
    connection = await connectProtocol(endpoint, TwistedProtocolConnection(parameters))
    await connection.ready
    channel = await connection.channel()
    await channel.queue_declare("orders", durable=True)
    await channel.confirm_delivery()
    await channel.basic_publish("", "orders", b"tea")
    await connection.close()


def test_an_order_waits_to_be_packed(fakeamqp_server, twisted_reactor):
    blockingCallFromThread(reactor, place_order, fakeamqp_server.url)
    assert [message.body for message in fakeamqp_server.broker.queue("orders").messages] == [b"tea"]
