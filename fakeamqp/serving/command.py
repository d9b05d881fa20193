"""`python -m fakeamqp serve`: a broker at a port until somebody ends it."""

from __future__ import annotations

import argparse
import contextlib
import logging
import signal
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from fakeamqp.serving.server import Server, serve
from fakeamqp.serving.tls import Tls
from fakeamqp.world.broker import Broker


def serve_until_interrupted(options: argparse.Namespace) -> int:
    """Serve as the command line says, until Ctrl-C or SIGTERM; the exit status.

    A mistake on the command line ends the program by way of `options.parser`.
    """
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.ERROR if options.quiet else logging.INFO,
        format="%(asctime)s %(message)s",
        datefmt="%H:%M:%S",
    )
    logging.captureWarnings(True)
    try:
        broker = Broker(
            options.version,
            options.seed,
            users=dict(options.user) or {"guest": "guest"},
            vhosts=options.vhost or ("/",),
            definitions=options.definitions,
        )
        tls = _tls(options)
    except (ValueError, OSError) as error:
        options.parser.error(str(error))
    try:
        server = serve(
            broker,
            options.port,
            host=options.host,
            management_port=options.management_port,
            tls=tls,
            clock=options.clock,
        )
    except (OSError, ImportError) as error:
        print(f"fakeamqp: {getattr(error, 'strerror', None) or error}", file=sys.stderr)
        return 1
    with server, _signals() as ended:
        _tell(server)
        while not ended.wait(3600):
            pass
        connections = broker.connections
        broker.close()
        _let_go(broker)
    print(f"fakeamqp: stopped; {_counted(connections, 'connection')} closed", file=sys.stderr)
    return 0


def _tls(options: argparse.Namespace) -> Tls | None:
    if options.certificate or options.key:
        tls = Tls(options.certificate, options.key)
        tls.server_context(options.host)  # read now what cannot be read
        return tls
    return Tls() if options.tls else None


@contextlib.contextmanager
def _signals() -> Iterator[threading.Event]:
    """An event that is set once somebody asks the program to end."""
    ended = threading.Event()

    def end(*_: Any) -> None:
        ended.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _let_go(broker: Broker) -> None:
    """Give clients a moment to read that their connections are closed (320)."""
    ends = time.monotonic() + 1.0
    while broker.connections and time.monotonic() < ends:
        time.sleep(0.01)


def _tell(server: Server) -> None:
    broker = server.broker
    lines = [f"RabbitMQ {broker.version} at {server.url}"]
    if server.has_management:
        lines.append(f"management API at {server.management_url}/api")
    if server.tls is not None and server.tls.is_throw_away:
        lines.append(f"its certificate is of this authority:\n{server.tls.authority_pem.decode().strip()}")
    lines.extend(f"of the definitions: {line}" for line in broker.definitions_report)
    lines.append("Ctrl-C ends it")
    print("\n".join(f"fakeamqp: {line}" for line in lines), file=sys.stderr, flush=True)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
