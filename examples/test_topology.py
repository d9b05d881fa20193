# Routing rules, checked for all keys that Hypothesis can think of; no message and no client is needed.
from hypothesis import given
from hypothesis import strategies as st

import fakeamqp


def declare(channel):
    channel.exchange_declare("orders", exchange_type="topic")
    for queue, pattern in {"all": "order.#", "created": "*.created.*", "us": "order.*.us"}.items():
        channel.queue_declare(queue)
        channel.queue_bind(queue, "orders", pattern)


broker = fakeamqp.Broker()
with fakeamqp.connect(broker) as connection:
    declare(connection.channel())

events = st.sampled_from(["created", "paid", "cancelled"])
countries = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=2)


@given(events, countries)
def test_an_order_reaches_who_it_concerns(event, country):
    queues = broker.route("orders", f"order.{event}.{country}")

    assert "all" in queues
    assert ("created" in queues) == (event == "created")
    assert ("us" in queues) == (country == "us")
