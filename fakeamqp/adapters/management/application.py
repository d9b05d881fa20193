"""The management API as an application of aiohttp's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from aiohttp import web

from fakeamqp.adapters.management.answers import Answer, Refused
from fakeamqp.adapters.management.asked import Asked, split_target
from fakeamqp.adapters.management.caller import log_in
from fakeamqp.adapters.management.dialects import DIALECTS, Dialect
from fakeamqp.adapters.management.routes import find
from fakeamqp.model.values import octets

if TYPE_CHECKING:
    from fakeamqp.adapters.management.resource import Resource
    from fakeamqp.world.broker import Broker

_CRASHED = 500
_LARGEST_CONTENT = 64 * 1024 * 1024


def application(broker: Broker) -> web.Application:
    """The management HTTP API of a broker, for aiohttp's `AppRunner` in any thread.

    A request is answered at one instant, while the broker's lock is held.
    """
    dialect = DIALECTS[broker.version]

    async def respond(request: web.Request) -> web.Response:
        path, query = split_target(request.raw_path)
        asked = Asked(
            request.method,
            path,
            query,
            await request.read(),
            request.headers.get("Authorization"),
            request.headers.get("X-Reason"),
        )
        with broker.lock:
            return _response(answer(broker, asked, dialect))

    made = web.Application(client_max_size=_LARGEST_CONTENT)
    made.router.add_route("*", "/{path:.*}", respond)
    return made


class Site:
    """The management HTTP API of a broker at an address, in an asyncio loop that somebody else runs.

    host, port: where; port 0 is any that is free, and is that once it is open.
    """

    def __init__(self, broker: Broker, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self._runner = web.AppRunner(application(broker), access_log=None)

    async def open(self) -> None:
        """Begin to listen. Raises OSError if the address cannot be had."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self.host, self.port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Listen no more."""
        await self._runner.cleanup()


def answer(broker: Broker, asked: Asked, dialect: Dialect) -> Answer:
    """What the API answers to a request. A path that there is not asks for no password, nor does a wrong method."""
    kind, asked = find(asked, dialect)
    allowed = {"Allow": ", ".join(kind.methods())}
    if asked.method == "OPTIONS":
        return Answer(200, headers=allowed)
    if asked.method not in kind.methods():
        return Answer(405, headers=allowed)
    given = _carried_out(kind(broker, asked, dialect))
    if dialect.names_methods and given.status != _CRASHED:
        return attrs.evolve(given, headers={**allowed, **given.headers})
    return given


def _carried_out(resource: Resource) -> Answer:
    try:
        if not resource.open:
            resource.caller = log_in(resource.broker, resource.asked.authorization, resource.dialect)
        return resource.carry_out()
    except Refused as refused:
        return refused.answer()


def _response(given: Answer) -> web.Response:
    headers = {"Server": "Cowboy", **given.headers}
    if given.body is None:
        return web.Response(status=given.status, headers=headers)
    headers["Content-Type"] = given.content_type
    return web.Response(status=given.status, headers=headers, body=octets(given.body))
