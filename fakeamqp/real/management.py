"""The management HTTP API of a real RabbitMQ."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from fakeamqp.real.address import Address
from fakeamqp.real.errors import Unreachable

_TIMEOUT = 30.0  # real seconds that one request may take


class Refused(Exception):
    """RabbitMQ does not do what it is asked to. status: of HTTP. The text is RabbitMQ's reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Management:
    """One RabbitMQ's management API, used as the user that the address names."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._base = f"{address.management}/api"
        login = base64.b64encode(":".join(address.manager).encode()).decode()
        self._headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
        # A proxy of the environment's has no business between a test and its broker.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def get(self, *path: str, **query: str) -> Any:
        """What it tells, from JSON. path: each part is quoted. Raises Refused or Unreachable."""
        return self._call("GET", path, query=query)

    def put(self, *path: str, **body: Any) -> None:
        """Make something, or make it different. Raises Refused or Unreachable."""
        self._call("PUT", path, body)

    def post(self, *path: str, **body: Any) -> Any:
        """Do something. Raises Refused or Unreachable."""
        return self._call("POST", path, body)

    def delete(self, *path: str, headers: Mapping[str, str] | None = None) -> None:
        """Take something away. Raises Refused or Unreachable."""
        self._call("DELETE", path, headers=headers)

    def version(self) -> str:
        """The version of RabbitMQ: "4.0.5". Raises Unreachable if this is no RabbitMQ that lets us in."""
        try:
            overview = self.get("overview")
            return str(overview["rabbitmq_version"])
        except Refused as error:
            if error.status in (401, 403):
                raise Unreachable(
                    f"RabbitMQ at {self._address} does not let the user {self._address.manager[0]!r} use its "
                    f"management API: {error}. Look at the name and the password in --fakeamqp-url (or in "
                    "--fakeamqp-management-url); the user needs the tag administrator"
                ) from None
            raise Unreachable(self._no_api(f"HTTP {error.status}")) from None
        except (ValueError, TypeError, KeyError):
            raise Unreachable(self._no_api("something else than an overview of RabbitMQ's")) from None

    def _no_api(self, answer: str) -> str:
        return (
            f"there is no management API of RabbitMQ at {self._address.management}: the answer was {answer}. Look at "
            "--fakeamqp-management-url; on the broker, 'rabbitmq-plugins enable rabbitmq_management' switches it on"
        )

    def _call(
        self,
        method: str,
        path: tuple[str, ...],
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        where = "/".join([self._base, *(quote(part, safe="") for part in path)])
        if query:
            where += f"?{urlencode(query)}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(where, data, {**self._headers, **(headers or {})}, method=method)
        try:
            with self._opener.open(request, timeout=_TIMEOUT) as answer:
                content = answer.read()
        except urllib.error.HTTPError as error:
            with error:
                raise Refused(error.code, _reason(error)) from None
        except OSError as error:
            reason = getattr(error, "reason", error)
            raise Unreachable(
                f"nobody answers at {self._address.management}, where RabbitMQ's management API should be: {reason}. "
                "Is the broker running, is its plugin rabbitmq_management switched on, is "
                "--fakeamqp-management-url right?"
            ) from None
        return json.loads(content) if content else None


def _reason(error: urllib.error.HTTPError) -> str:
    """What RabbitMQ says of it, as text."""
    try:
        told = json.loads(error.read())
        reason = told.get("reason", told)
    except (ValueError, AttributeError):
        return f"HTTP {error.code} {error.reason}"
    return reason if isinstance(reason, str) else json.dumps(_readable(reason), ensure_ascii=False)


def _readable(reason: Any) -> Any:
    """Erlang's texts, which come as lists of characters, as texts."""
    if not isinstance(reason, list):
        return reason
    if reason and all(isinstance(item, int) and item > 31 for item in reason):
        return "".join(map(chr, reason))
    return [_readable(item) for item in reason]
