"""Run pika's own acceptance suite: `python tests/pika_acceptance.py CHECKOUT [--version 3.10] [--served] [arguments]`.

--version: of RabbitMQ, the newest if not given. --served: over a port instead of in memory, with Twisted's tests. All
other arguments go to pytest.
CHECKOUT: a folder with pika's sources and tests at the tag of a release (`git clone --branch 1.4.4 …`); the suite's own
pika runs. Each file runs in a process of its own, inside `fakeamqp.patch_pika()` or on a broker that is served in this
process; the tests connect to 127.0.0.1:5672, which is turned to its port. Needs pytest, tornado, gevent and, over a
port, twisted beside fakeamqp. What fails, and why, stands in docs/measurements.md.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import fakeamqp

FILES = ("blocking_adapter_test.py", "async_adapter_tests.py", "enforce_one_basicget_test.py")

SERVED_FILES = (*FILES, "twisted_adapter_tests.py")

RUN = """
import os, sys
sys.path[0] = {checkout!r}
import pytest
{before}
    code = pytest.main({arguments!r})
sys.stdout.flush()
os._exit(code)  # gevent's hub and left-over threads must not hold it up
"""

IN_MEMORY = """
import fakeamqp
with fakeamqp.patch_pika(**{options!r}):
"""

# Forwarding servers are processes of their own, which are forked and connect to the suite's address too.
OVER_A_PORT = """
import multiprocessing, socket
from unittest import mock
multiprocessing.set_start_method("fork")
def turned(connect):
    def connect_there(self, address):
        return connect(self, {address!r} if address[:2] in [("127.0.0.1", 5672), ("localhost", 5672)] else address)
    return connect_there
connects = {{name: turned(getattr(socket.socket, name)) for name in ("connect", "connect_ex")}}
with mock.patch.multiple(socket.socket, **connects):
"""


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--version")
    parser.add_argument("--served", action="store_true")
    asked, more = parser.parse_known_args()
    options = {"version": asked.version} if asked.version else {}
    if not asked.served:
        return run(asked.checkout.resolve(), FILES, IN_MEMORY.format(options=options), more)
    with fakeamqp.Broker(**options) as broker, fakeamqp.serve(broker) as server:
        address = (server.host, server.port)
        return run(asked.checkout.resolve(), SERVED_FILES, OVER_A_PORT.format(address=address), more)


def run(checkout, files, before, more):
    """The tests of these files. before: what comes before pytest, down to a `with`. Returns the exit status."""
    quiet = [
        "-q",
        "--tb=line",
        "--disable-warnings",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:fakeamqp",
        "-p",
        "no:randomly",
    ]
    options = [*quiet, "-o", "addopts=", "-o", "pythonpath=", "--rootdir", str(checkout), *more]
    codes = []
    for name in files:
        print(f"--- {name}", flush=True)
        script = RUN.format(checkout=str(checkout), before=before, arguments=[f"tests/acceptance/{name}", *options])
        codes.append(subprocess.run([sys.executable, "-c", script], cwd=checkout).returncode)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
