"""A deterministic, single-process RabbitMQ for tests: real pika, virtual time.

The names below are resolved when they are first used: importing the package, or its model, never imports pika.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fakeamqp.adapters.pika import connect as connect
    from fakeamqp.adapters.pika import patch_pika as patch_pika
    from fakeamqp.real.errors import NotOnARealBroker as NotOnARealBroker
    from fakeamqp.serving import ReachableWarning as ReachableWarning
    from fakeamqp.serving import Server as Server
    from fakeamqp.serving import Tls as Tls
    from fakeamqp.serving import serve as serve
    from fakeamqp.simulation.every_fault import FaultReport as FaultReport
    from fakeamqp.simulation.every_fault import every_fault as every_fault
    from fakeamqp.simulation.explore import Exploration as Exploration
    from fakeamqp.simulation.explore import explore as explore
    from fakeamqp.views.draw import draw as draw
    from fakeamqp.world.broker import Broker as Broker
    from fakeamqp.world.errors import Livelock as Livelock
    from fakeamqp.world.errors import ThreadGraceWarning as ThreadGraceWarning
    from fakeamqp.world.errors import WouldBlockForever as WouldBlockForever

__version__ = "0.1.0"

_HOME = {
    "Broker": "fakeamqp.world.broker",
    "Exploration": "fakeamqp.simulation.explore",
    "FaultReport": "fakeamqp.simulation.every_fault",
    "Livelock": "fakeamqp.world.errors",
    "NotOnARealBroker": "fakeamqp.real.errors",
    "ThreadGraceWarning": "fakeamqp.world.errors",
    "WouldBlockForever": "fakeamqp.world.errors",
    "connect": "fakeamqp.adapters.pika",
    "draw": "fakeamqp.views.draw",
    "every_fault": "fakeamqp.simulation.every_fault",
    "explore": "fakeamqp.simulation.explore",
    "patch_pika": "fakeamqp.adapters.pika",
    "serve": "fakeamqp.serving",
    "Server": "fakeamqp.serving",
    "Tls": "fakeamqp.serving",
    "ReachableWarning": "fakeamqp.serving",
}

__all__ = [
    "Broker",
    "Exploration",
    "FaultReport",
    "Livelock",
    "NotOnARealBroker",
    "ReachableWarning",
    "Server",
    "ThreadGraceWarning",
    "Tls",
    "WouldBlockForever",
    "__version__",
    "connect",
    "draw",
    "every_fault",
    "explore",
    "patch_pika",
    "serve",
]


def __getattr__(name: str) -> Any:
    """The public name from the module that holds it."""
    try:
        home = _HOME[name]
    except KeyError:
        raise AttributeError(f"module 'fakeamqp' has no attribute {name!r}") from None
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
