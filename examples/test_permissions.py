# Production's permissions in a test: the code logs in as it does there, and may do no more than there.
import pika
import pytest

SHOP = pika.ConnectionParameters("rabbit.internal", credentials=pika.PlainCredentials("shop", "s3cret"))


@pytest.fixture
def broker(fakeamqp_broker, fakeamqp_channel):
    fakeamqp_channel.exchange_declare("orders", exchange_type="topic", durable=True)
    fakeamqp_channel.queue_declare("orders.us", durable=True)
    fakeamqp_channel.queue_bind("orders.us", "orders", "order.*.us")

    fakeamqp_broker.ctl.add_user("shop", "s3cret")
    fakeamqp_broker.ctl.set_permissions("shop", configure="", write="^orders$", read="")
    fakeamqp_broker.ctl.set_topic_permissions("shop", "orders", write=r"^order\.created\.", read="")
    return fakeamqp_broker


def test_the_shop_tells_of_new_orders(broker):
    channel = pika.BlockingConnection(SHOP).channel()
    channel.basic_publish("orders", "order.created.us", b"tea")

    broker.settle()
    assert broker.queue("orders.us").ready == 1


def test_the_shop_does_not_say_what_is_paid(broker):
    channel = pika.BlockingConnection(SHOP).channel()
    channel.confirm_delivery()

    with pytest.raises(pika.exceptions.ChannelClosedByBroker) as closed:
        channel.basic_publish("orders", "order.paid.us", b"tea")

    assert closed.value.reply_code == 403
    assert closed.value.reply_text.endswith(
        "access to topic 'order.paid.us' in exchange 'orders' in vhost '/' refused for user 'shop'"
    )


def test_the_shop_declares_nothing(broker):
    with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="access to queue 'mine'"):
        pika.BlockingConnection(SHOP).channel().queue_declare("mine")
