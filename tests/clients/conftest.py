"""What these tests share."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import fakeamqp
from tests.clients.contract import PATIENCE

# rabbitpy needs Python 3.11.
collect_ignore = ["test_rabbitpy.py", "recipes/test_rabbitpy.py"] if sys.version_info < (3, 11) else []

NODE = Path(__file__).parent / "node"


@pytest.fixture
def broker(fakeamqp_server: fakeamqp.Server) -> fakeamqp.Broker:
    """The broker behind the port. `fakeamqp_broker` would be the same one, and would put pika on it in memory."""
    return fakeamqp_server.broker


@pytest.fixture(scope="session")
def node_packages() -> None:
    """What package.json asks for, from npm."""
    wanted, done = (NODE / "package.json").read_text(), NODE / "node_modules/installed.json"
    if not done.exists() or done.read_text() != wanted:
        npm = shutil.which("npm")
        assert npm, "these tests need Node.js and npm"
        subprocess.run([npm, "install", "--no-audit", "--no-fund", "--no-package-lock"], cwd=NODE, check=True)
        done.write_text(wanted)


@pytest.fixture(scope="session")
def twisted_reactor() -> Iterator[None]:
    """Twisted's reactor in a thread of its own; it runs once in a process."""
    from twisted.internet import reactor

    thread = threading.Thread(target=reactor.run, kwargs={"installSignalHandlers": False})
    thread.start()
    yield
    reactor.callFromThread(reactor.stop)
    thread.join(PATIENCE)
