"""`fakeamqp_server` on a real RabbitMQ: where every client finds what the test's broker is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fakeamqp.real.address import Address
    from fakeamqp.real.broker import RealBroker


class RealServer:
    """The public members of `fakeamqp.Server`, for a running RabbitMQ.

    broker: the virtual hosts and users of a test there.
    """

    def __init__(self, broker: RealBroker, address: Address) -> None:
        self.broker = broker
        self._at = address

    @property
    def host(self) -> str:
        """The machine it runs on."""
        return self._at.host

    @property
    def port(self) -> int:
        """The port at which it speaks AMQP 0-9-1."""
        return self._at.port

    @property
    def url(self) -> str:
        """An AMQP URL of the test's first virtual host, by the name that it has there."""
        return self.broker.url

    @property
    def management_url(self) -> str:
        """Where the management API is."""
        return self._at.management

    def close(self) -> None:
        """Nothing: the broker is somebody else's."""

    def __repr__(self) -> str:
        return f"<RealServer at {self._at}>"
