"""Run the tests on a machine that has nothing but Python: `python3 tests/run.py [--pika 1.2.1] [arguments of pytest]`.

--integrations: the tests with asyncio's plugins, web frameworks and other event loops instead, in an environment of
their own. --clients: those with client libraries over a socket, in another; two of these need Node.js and npm.
--browser: those of the pages that are drawn, in another; they need Chromium, which is looked for on the PATH.
--python: another Python than the one that runs this, 3.12 or 3.12.1, in an environment of its own; it has to be
installed. "others" are those of the supported that are. --pika: another release of pika than the newest, or a source
that pip takes: a folder or an address. Both can be given several times; the tests run once for each, and each pair.

On Windows: `py -3 tests/run.py`.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / ".ci"))

from environment import FOLDER, folder_with_pika, installed, python_with, supported  # noqa: E402

APART = ("integrations", "clients", "browser")  # folders of tests with an environment of their own


def main():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--python", action="append")
    parser.add_argument("--pika", action="append")
    for folder in APART:
        parser.add_argument(f"--{folder}", dest="folder", action="store_const", const=folder)
    asked, arguments = parser.parse_known_args()
    if asked.folder and not any(argument.startswith(f"tests/{asked.folder}") for argument in arguments):
        arguments.append(f"tests/{asked.folder}")
    pythons, missing = _pythons(asked.python or [])
    results = [1 for _ in missing]
    for version, interpreter in pythons:
        python = _environment(version, interpreter, asked.folder)
        for pika in asked.pika or [None]:
            environment = dict(os.environ)
            environment.pop("PYTHONDONTWRITEBYTECODE", None)  # every worker and child compiles all of it otherwise
            if pika is not None:
                environment["PYTHONPATH"] = str(folder_with_pika(pika, python))
            if version or pika:
                print("--- with " + " and ".join(_named(version, pika)), flush=True)
            command = [str(python), "-m", "pytest", *arguments]
            results.append(subprocess.run(command, cwd=str(ROOT), env=environment).returncode)
    for version in missing:
        print(f"--- no Python {version} on the PATH or in pyenv: its tests have not run", flush=True)
    return max(results, default=0)


def _pythons(asked):
    """The Pythons to run, as (version, interpreter), and those that are missing; (None, None) is the one running."""
    found, missing = [], []
    for version in asked:
        if version == "others":
            this = "{}.{}".format(*sys.version_info)
            others = [(other, installed(other)) for other in supported() if other != this]
            found += [(other, interpreter) for other, interpreter in others if interpreter]
            for other in [other for other, interpreter in others if not interpreter]:
                print(f"--- Python {other} is not installed and left out", flush=True)
        elif interpreter := installed(version):
            found.append((version, interpreter))
        else:
            missing.append(version)
    return (found, missing) if asked else ([(None, None)], [])


def _environment(version, interpreter, apart):
    """The interpreter of the environment for these tests. apart: the folder of those that have one of their own."""
    parts = ([apart] if apart else []) + ([f"python{version}"] if version else [])
    folder = FOLDER / "-".join(parts) if parts else None
    return python_with(f"test-{apart}" if apart else "test", folder, interpreter)


def _named(version, pika):
    return ([f"Python {version}"] if version else []) + ([f"pika {pika}"] if pika else [])


if __name__ == "__main__":
    sys.exit(main())
