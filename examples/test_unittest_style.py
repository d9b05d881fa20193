# In the manner of unittest: the decorator gives each test a broker of its own, start() and stop() give a handle to it.
import unittest

import pika

import fakeamqp


def place_order(article):
    connection = pika.BlockingConnection(pika.ConnectionParameters("localhost"))
    channel = connection.channel()
    channel.queue_declare("orders")
    channel.basic_publish("", "orders", article)
    connection.close()


@fakeamqp.patch_pika(version="3.10")
class DecoratedTest(unittest.TestCase):
    def test_an_order_can_be_placed(self):
        place_order("tea")


class OrdersTest(unittest.TestCase):
    def setUp(self):
        patch = fakeamqp.patch_pika()
        self.broker = patch.start()
        self.addCleanup(patch.stop)

    def test_an_order_waits_to_be_packed(self):
        place_order("tea")
        self.assertEqual([message.body for message in self.broker.queue("orders").messages], [b"tea"])
