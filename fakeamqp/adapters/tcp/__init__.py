"""The door for clients that speak AMQP 0-9-1 over a socket, whatever their language."""

from __future__ import annotations

from fakeamqp.adapters.tcp.server import Server as Server
from fakeamqp.adapters.tcp.server import serve as serve
