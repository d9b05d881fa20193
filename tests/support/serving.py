"""The management API of a fake broker, served over HTTP in a thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

import fakeamqp
from fakeamqp.adapters.management import application


@contextmanager
def management_of(broker: fakeamqp.Broker) -> Iterator[str]:
    """Serve it as long as this lasts; the address: "http://127.0.0.1:54321"."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(application(broker))

    async def start() -> int:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        (address,) = runner.addresses
        return int(address[1])

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        port = asyncio.run_coroutine_threadsafe(start(), loop).result()
        yield f"http://127.0.0.1:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
