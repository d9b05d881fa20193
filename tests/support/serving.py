"""The management API of a fake broker, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import fakeamqp


@contextmanager
def management_of(broker: fakeamqp.Broker) -> Iterator[str]:
    """Serve it as long as this lasts; the address: "http://127.0.0.1:54321"."""
    with fakeamqp.serve(broker, management_port=0) as server:
        yield server.management_url
