"""Brokers that live longer than a test."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from conftest_plugin.settings import Settings

if TYPE_CHECKING:
    from fakeamqp import Broker


class BrokerFactory:
    """Makes brokers that last until the end of the session; `broker.reset()` makes one as new for the next test."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lasting = contextlib.ExitStack()

    def __call__(self, **arguments: Any) -> Broker:
        """A new broker. arguments: those of `fakeamqp.Broker`; without them the run's own settings hold."""
        from fakeamqp import Broker

        return self._lasting.enter_context(Broker(**self._settings.arguments() | arguments))

    def patched(self, **arguments: Any) -> Broker:
        """A new broker with pika on it: a broker of a test's own comes before it, and it before an earlier one."""
        from fakeamqp import patch_pika

        broker = self(**arguments)
        self._lasting.enter_context(patch_pika(broker))
        return broker

    def close(self) -> None:
        """End them all, the last one first."""
        self._lasting.close()
