"""The operator's side of a broker: what `rabbitmqctl` and the management API do to it, by `rabbitmqctl`'s names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker


class Ctl:
    """An operator's tasks, each in a line: `broker.ctl.add_vhost("shop")`.

    What RabbitMQ refuses raises ValueError with the reason its management API gives.
    """

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    # --- virtual hosts

    def add_vhost(self, name: str) -> None:
        """Add a virtual host; one that is there already stays as it is."""
        broker = self._broker
        with broker.lock:
            if name not in broker.model.vhosts:
                broker.model.add_vhost(name)
