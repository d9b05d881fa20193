"""The virtual environment that the project's commands run in: made and filled when it is first needed.

As a program it prints the environment's interpreter: `python3 .ci/environment.py dev`.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".venv"
PYTHON = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST = (3, 10)


def python_with(extra=None, folder=None):
    """The interpreter of an environment that has the package, from this checkout, and all of an extra.

    extra: of setup.cfg, such as "test"; None is the package alone.
    folder: of an environment apart from the others'; None is the common one.
    """
    python = PYTHON if folder is None else folder / PYTHON.relative_to(FOLDER)
    if sys.version_info < OLDEST:
        sys.exit("fakeamqp needs Python {}.{} or newer; this is {}.{}".format(*OLDEST, *sys.version_info))
    if not python.exists():
        _create(folder or FOLDER)
    _install(python, extra)
    return python


def folder_with_pika(which):
    """The folder that holds another pika than the environment's; it hides that one if it comes first on the path.

    which: a release, such as "1.2.1", or a source that pip takes, such as a folder or an address.
    """
    folder = FOLDER / "pika-{}".format(hashlib.sha256(which.encode()).hexdigest()[:8] if "/" in which else which)
    if not folder.exists():
        _tell(f"installing pika {which}")
        _pip(PYTHON, "--no-deps", "--target", str(folder), which if "/" in which else f"pika=={which}")
    return folder


def _create(folder):
    _tell(f"creating a virtual environment in {folder.relative_to(ROOT)}")
    made = subprocess.run([sys.executable, "-m", "venv", str(folder)])
    if made.returncode != 0:
        shutil.rmtree(str(folder), ignore_errors=True)
        sys.exit("Python could not create it; on Debian and Ubuntu the package python3-venv is what is missing")


def _install(python, extra):
    """Install, unless it has been done since setup.cfg last changed."""
    what = f"{ROOT}[{extra}]" if extra else str(ROOT)
    wanted = hashlib.sha256((ROOT / "setup.cfg").read_bytes()).hexdigest()
    done = python.parents[1] / "installed-{}".format(extra or "package")
    if done.exists() and done.read_text() == wanted:
        return
    _tell("installing fakeamqp" + (f" and what its {extra} extra asks for" if extra else ""))
    _pip(python, "--editable", what)
    done.write_text(wanted)


def _pip(python, *what):
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what]
    # What pip says is no output of ours: a caller may read that.
    installed = subprocess.run(command, stdout=sys.stderr)
    if installed.returncode != 0:
        sys.exit("pip could not install it; its words are above")


def _tell(text):
    print(text + " ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    print(python_with(*sys.argv[1:2]))
