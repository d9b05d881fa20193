"""The types of exchange, by the name that `exchange.declare` uses for them."""

from __future__ import annotations

from fakeamqp.model.exchanges.direct import Direct
from fakeamqp.model.exchanges.exchange import Exchange
from fakeamqp.model.exchanges.fanout import Fanout
from fakeamqp.model.exchanges.headers import Headers
from fakeamqp.model.exchanges.topic import Topic

KINDS: dict[str, type[Exchange]] = {kind.TYPE: kind for kind in (Direct, Fanout, Topic, Headers)}

__all__ = ["KINDS", "Direct", "Exchange", "Fanout", "Headers", "Topic"]
