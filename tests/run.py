"""Run the tests on a machine that has nothing but Python: `python3 tests/run.py [--pika 1.2.1] [arguments of pytest]`.

--integrations: the tests with asyncio's plugins and web frameworks instead, in an environment of their own.
--pika: another release of pika than the newest, or a source that pip takes: a folder or an address. Given several
times, the tests run once for each.

On Windows: `py -3 tests/run.py`.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / ".ci"))

from environment import FOLDER, folder_with_pika, python_with  # noqa: E402


def main():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--pika", action="append")
    parser.add_argument("--integrations", action="store_true")
    asked, arguments = parser.parse_known_args()
    if asked.integrations:
        python = python_with("test-integrations", FOLDER / "integrations")
        arguments.append("tests/integrations")
    else:
        python = python_with("test")
    command = [str(python), "-m", "pytest", *arguments]
    results = []
    for pika in asked.pika or [None]:
        environment = dict(os.environ)
        if pika is not None:
            environment["PYTHONPATH"] = str(folder_with_pika(pika))
            print(f"--- with pika {pika}", flush=True)
        results.append(subprocess.run(command, cwd=str(ROOT), env=environment).returncode)
    return max(results)


if __name__ == "__main__":
    sys.exit(main())
