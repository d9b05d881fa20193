# Properties: what holds for every message that Hypothesis can think of, on production's topology.
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from fakeamqp.strategies import BrokerMachine, dead_letters_end, every_key_is_routed, nothing_is_lost, reaches_exactly

PRODUCTION = Path(__file__).with_name("production.json")


def test_every_order_is_routed():
    every_key_is_routed(PRODUCTION, "orders", "order.{created,paid,cancelled}.us", vhost="shop")


def test_orders_reach_their_desk_and_no_other():
    reaches_exactly(PRODUCTION, "orders", {"order.*.us": ["orders.us"], "refund.#": []}, vhost="shop")


def test_no_order_is_lost_whatever_the_workers_do():
    nothing_is_lost(PRODUCTION, "orders", "order.created.us", parking=["parking"], vhost="shop")


def test_dead_letters_come_to_rest():
    dead_letters_end(PRODUCTION, vhost="shop")


class OrdersMachine(BrokerMachine):
    definitions = PRODUCTION
    vhost = "shop"

    @rule(country=st.sampled_from(["us", "de"]))
    def place_order(self, country):
        self.do(f"channel_1.basic_publish('orders', 'order.created.{country}', b'tea')")


OrdersMachine.TestCase.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
TestOrders = OrdersMachine.TestCase
