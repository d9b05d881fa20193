"""The server of one test: its broker behind a port."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from conftest_plugin.broker import broker_for
from conftest_plugin.settings import Settings

if TYPE_CHECKING:
    from fakeamqp import Server


def server_for(request: pytest.FixtureRequest) -> Iterator[Server]:
    """The life of the fixture `fakeamqp_server` for one test."""
    if Settings.of(request.config).url is not None:
        from conftest_plugin import real

        yield from real.server_for(request)  # type: ignore[misc] # it has the members of a Server
        return
    import fakeamqp

    management_port = 0 if find_spec("aiohttp") else None
    is_there = "fakeamqp_broker" in request.fixturenames
    for broker in [request.getfixturevalue("fakeamqp_broker")] if is_there else broker_for(request, patches=False):
        with fakeamqp.serve(broker, management_port=management_port) as server:
            yield server
