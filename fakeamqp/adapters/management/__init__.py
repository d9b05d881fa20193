"""RabbitMQ's management HTTP API on a broker of fakeamqp's; the only place that imports aiohttp."""

from __future__ import annotations

from fakeamqp.adapters.management.application import Site, application

__all__ = ["Site", "application"]
