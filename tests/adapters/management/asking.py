"""Asking the API without a socket."""

from __future__ import annotations

import base64
import json
from typing import Any

import fakeamqp
from fakeamqp.adapters.management.answers import Answer
from fakeamqp.adapters.management.application import answer
from fakeamqp.adapters.management.asked import Asked, split_target
from fakeamqp.adapters.management.dialects import DIALECTS


def ask(
    broker: fakeamqp.Broker,
    method: str,
    target: str,
    body: Any = None,
    *,
    user: str | None = "guest:guest",
    reason: str | None = None,
) -> Answer:
    """The answer to a request. user: name and password; None is nobody."""
    path, query = split_target(target)
    login = None if user is None else "Basic " + base64.b64encode(user.encode()).decode()
    content = b"" if body is None else json.dumps(body).encode()
    return answer(broker, Asked(method, path, query, content, login, reason), DIALECTS[broker.version])


def told(broker: fakeamqp.Broker, target: str, *, user: str = "guest:guest") -> Any:
    """What a GET tells."""
    given = ask(broker, "GET", target, user=user)
    assert given.status == 200, given
    assert given.body is not None
    return json.loads(given.body)
