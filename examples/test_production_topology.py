# Your production topology: after `rabbitmqctl export_definitions production.json` tests run on what is declared there.
import pika
import pytest

pytestmark = pytest.mark.fakeamqp(definitions="production.json", users={"guest": "guest", "shop": "in tests"})

SHOP = pika.ConnectionParameters(
    "rabbit.internal", virtual_host="shop", credentials=pika.PlainCredentials("shop", "in tests")
)


@pytest.mark.fakeamqp(fake_only="route() looks without publishing")
def test_every_order_reaches_its_desk(fakeamqp_broker):
    assert fakeamqp_broker.route("orders", "order.created.us", vhost="shop") == ["orders.us"]
    assert fakeamqp_broker.definitions_report == ()


def test_an_order_that_nobody_can_pack_is_parked(fakeamqp_broker):
    channel = pika.BlockingConnection(SHOP).channel()
    channel.basic_publish("orders", "order.created.us", b"a kettle")

    for _ in range(3):
        fakeamqp_broker.settle()
        method, _, _ = channel.basic_get("orders.us")
        channel.basic_reject(method.delivery_tag, requeue=True)

    fakeamqp_broker.settle()
    (parked,) = fakeamqp_broker.queue("parking", vhost="shop").messages
    assert parked.body == b"a kettle"


def test_the_code_declares_what_production_has(fakeamqp_broker):
    channel = pika.BlockingConnection(pika.ConnectionParameters("rabbit.internal", virtual_host="shop")).channel()

    with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="inequivalent arg 'durable' for queue 'parking'"):
        channel.queue_declare("parking")
