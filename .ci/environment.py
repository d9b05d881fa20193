"""The virtual environment that the project's commands run in: made and filled when it is first needed.

As a program it prints the environment's interpreter: `python3 .ci/environment.py dev`.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".venv"
PYTHON = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST = (3, 10)


def python_with(extra=None, folder=None, interpreter=None):
    """The interpreter of an environment that has the package, from this checkout, and all of an extra.

    extra: of setup.cfg, such as "test"; None is the package alone.
    folder: of an environment apart from the others'; None is the common one.
    interpreter: the Python it is made with; None is the one that runs this.
    """
    python = PYTHON if folder is None else folder / PYTHON.relative_to(FOLDER)
    if interpreter is None and sys.version_info < OLDEST:
        sys.exit("fakeamqp needs Python {}.{} or newer; this is {}.{}".format(*OLDEST, *sys.version_info))
    if not python.exists():
        _create(folder or FOLDER, interpreter or sys.executable)
    _install(python, extra)
    return python


def folder_with_pika(which, python=PYTHON):
    """The folder that holds another pika than the environment's; it hides that one if it comes first on the path.

    which: a release, such as "1.2.1", or a source that pip takes, such as a folder or an address.
    python: of an environment, whose pip installs it.
    """
    folder = FOLDER / "pika-{}".format(hashlib.sha256(which.encode()).hexdigest()[:8] if "/" in which else which)
    if not folder.exists():
        _tell(f"installing pika {which}")
        _pip(python, "--no-deps", "--target", str(folder), which if "/" in which else f"pika=={which}")
    return folder


def supported():
    """The Pythons that setup.cfg names, such as "3.10", oldest first."""
    return re.findall(r"Python :: (\d+\.\d+)$", (ROOT / "setup.cfg").read_text(), re.MULTILINE)


def installed(version):
    """The interpreter of a Python that is installed here; None if there is none.

    version: "3.12", the newest of those, or a release, "3.12.1". It is looked for on the PATH, as python3.12, then
    among those that pyenv has, then with Windows' launcher.
    """
    short = ".".join(version.split(".")[:2])
    for command in ([sys.executable], [f"python{short}"], *_of_pyenv(version), ["py", f"-{short}"]):
        asked = _ask(*command, "-c", "import sys; print('%d.%d.%d' % sys.version_info[:3], sys.executable)")
        release, _, interpreter = asked.partition(" ")
        if f"{release}.".startswith(f"{version}."):
            return interpreter
    return None


def _of_pyenv(version):
    """The interpreters that pyenv has of this version, newest first."""
    root = Path(_ask("pyenv", "root") or os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    folders = [folder for folder in root.glob("versions/3.*") if f"{folder.name}.".startswith(f"{version}.")]
    folders.sort(key=lambda folder: [int(number) for number in re.findall(r"\d+", folder.name)], reverse=True)
    return [[str(folder / "bin/python")] for folder in folders]


def _ask(*command):
    """What a command prints; an empty text if there is no such command, or it fails."""
    try:
        answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    except OSError:
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def _create(folder, interpreter):
    _tell(f"creating a virtual environment in {folder.relative_to(ROOT)}")
    made = subprocess.run([interpreter, "-m", "venv", str(folder)])
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
