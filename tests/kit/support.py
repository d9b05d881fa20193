"""What the kit's tests share: quick settings, and a client that opens its channel again."""

from __future__ import annotations

from typing import Any

import pika
from hypothesis import HealthCheck, Phase, settings

import fakeamqp
from fakeamqp.model.invariants import check


def quick(examples: int = 40) -> settings:
    """Drawn alike every time and not shrunk: that is for who looks at a failure."""
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


class Client:
    """A client of a broker of its own. heard: what was delivered, as (consumer tag, delivery tag, body)."""

    def __init__(self, version: str = "4.3", broker: Any = None, **more: Any) -> None:
        self.broker = broker or fakeamqp.Broker(version, **more)
        self.heard: list[tuple[str, int, bytes]] = []
        self.connection = fakeamqp.connect(self.broker)
        self.channel = self.connection.channel()

    def refusal(self, method: str, *arguments: Any, **named: Any) -> int:
        """The code with which the broker refuses a method; 0 if it does not."""
        try:
            getattr(self.channel, method)(*arguments, **named)
            self.channel.flow(True)  # hears of a close that came without being asked
        except (pika.exceptions.ChannelClosedByBroker, pika.exceptions.ConnectionClosedByBroker) as refused:
            if not self.connection.is_open:
                self.connection = fakeamqp.connect(self.broker)
            self.channel = self.connection.channel()
            return int(refused.reply_code)
        return 0

    def consume(self, queue: str, tag: str = "c", **more: Any) -> None:
        def got(channel: Any, method: Any, properties: Any, body: bytes) -> None:
            self.heard.append((method.consumer_tag, method.delivery_tag, body))

        self.channel.basic_consume(queue, got, consumer_tag=tag, **more)
        self.broker.settle()

    def bodies(self, queue: str, vhost: str = "/") -> list[bytes]:
        check(self.broker.model)
        return [message.body for message in self.broker.queue(queue, vhost).messages]
