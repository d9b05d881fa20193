"""Run pika's own acceptance suite in memory: `python tests/pika_acceptance.py CHECKOUT [--version 3.10] [arguments]`.

--version: of RabbitMQ, the newest if not given; all other arguments go to pytest.
CHECKOUT: a folder with pika's sources and tests at the tag of a release (`git clone --branch 1.4.4 …`); the suite's own
pika runs. Each file runs in a process of its own, inside `fakeamqp.patch_pika()`. Needs pytest, tornado and gevent
beside fakeamqp. What fails, and why, stands in docs/measurements.md.
"""

import argparse
import subprocess
import sys
from pathlib import Path

FILES = ("blocking_adapter_test.py", "async_adapter_tests.py", "enforce_one_basicget_test.py")

RUN = """
import sys
sys.path[0] = {checkout!r}
import fakeamqp, pytest
with fakeamqp.patch_pika(**{options!r}):
    code = pytest.main({arguments!r})
sys.stdout.flush()
import os
os._exit(code)  # gevent's hub and left-over threads must not hold it up
"""


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--version")
    asked, more = parser.parse_known_args()
    checkout = asked.checkout.resolve()
    broker = {"version": asked.version} if asked.version else {}
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
    for name in FILES:
        print(f"--- {name}", flush=True)
        script = RUN.format(checkout=str(checkout), options=broker, arguments=[f"tests/acceptance/{name}", *options])
        codes.append(subprocess.run([sys.executable, "-c", script], cwd=checkout).returncode)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
