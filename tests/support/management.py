"""A management API in this process: it gives the answers recorded of real ones, and notes what it is asked."""

from __future__ import annotations

import base64
import copy
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

ANSWERS = json.loads((Path(__file__).parents[1] / "real/answers.json").read_text(encoding="utf-8"))
_LOGIN = "Basic " + base64.b64encode(b"guest:guest").decode()


class Stub:
    """The API of one RabbitMQ.

    asked: method and path of each request but GETs, with the body, if any. refusals: status and reason by such a line.
    """

    def __init__(self, version: str, port: int) -> None:
        self.answers: dict[str, Any] = copy.deepcopy(ANSWERS[version])
        self.port = port
        self.asked: list[tuple[str, Any]] = []
        self.refusals: dict[str, tuple[int, str]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def options(self) -> list[str]:
        """pytest's options that lead to it; nobody listens at the AMQP port."""
        return ["--fakeamqp-url=amqp://guest:guest@127.0.0.1:1", f"--fakeamqp-management-url={self.url}"]

    def of(self, method: str, kind: str) -> list[str]:
        """What was asked of a kind with a method: the rest of the paths."""
        start = f"{method} {kind}/"
        return [line.removeprefix(start) for line, _ in self.asked if line.startswith(start)]

    def answer(self, line: str, login: str | None) -> tuple[int, Any]:
        """Status and answer to a request."""
        if login != _LOGIN:
            return 401, {"error": "not_authorised", "reason": "Not_Authorized"}
        if line in self.refusals:
            status, reason = self.refusals[line]
            return status, {"error": "bad_request", "reason": reason}
        method, _, path = line.partition(" ")
        if method != "GET":
            return 204, None
        parts = path.split("/")
        kind = parts[2] if parts[0] == "vhosts" and len(parts) > 2 else parts[0]
        if kind not in self.answers:
            return 404, {"error": "Object Not Found", "reason": "Not Found"}
        vhost = parts[1] if len(parts) > 1 else ""
        return 200, json.loads(json.dumps(self.answers[kind]).replace("<vhost>", vhost))


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path).removeprefix("/api/")
        line = f"{self.command} {path}"
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.command != "GET":
            self.server.stub.asked.append((line, json.loads(body) if body else None))
        status, answer = self.server.stub.answer(line, self.headers.get("Authorization"))
        content = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_DELETE = _answer  # noqa: N815 - the names that the base class calls

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


class _Server(HTTPServer):
    stub: Stub


@contextmanager
def serving(version: str = "4.0.5") -> Iterator[Stub]:
    """A stub that answers as long as this lasts."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.stub = Stub(version, server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server.stub
        finally:
            server.shutdown()
            thread.join()
