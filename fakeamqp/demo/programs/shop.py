"""The shop: asks what a thing costs, and places the order."""

import time

import pika

ORDERS = [("tea", "de"), ("a kettle", "us"), ("a unicorn", "fr")]


class Shop:
    """A client of the price list, and a publisher of orders."""

    def __init__(self):
        parameters = pika.ConnectionParameters("localhost", credentials=pika.PlainCredentials("shop", "secret"))
        self.connection = pika.BlockingConnection(parameters)
        self.channel = self.connection.channel()
        self.channel.basic_consume("amq.rabbitmq.reply-to", self.on_price, auto_ack=True)
        self.price = ""

    def on_price(self, channel, method, properties, body):
        self.price = body.decode()

    def ask(self, article):
        """The price of an article, from whoever keeps the list."""
        self.price = ""
        properties = pika.BasicProperties(reply_to="amq.rabbitmq.reply-to")
        self.channel.basic_publish("", "prices", article.encode(), properties)
        while not self.price:
            self.connection.process_data_events(time_limit=None)
        return self.price

    def order(self, article, country):
        """Place an order at today's price."""
        body = f"{article} for {country}, {self.ask(article)}"
        self.channel.basic_publish("orders", f"order.created.{country}", body.encode())


if __name__ == "__main__":
    time.sleep(1)  # the others declare what they consume from
    shop = Shop()
    for article, country in ORDERS:
        shop.order(article, country)
        shop.connection.sleep(900)
    shop.connection.close()
