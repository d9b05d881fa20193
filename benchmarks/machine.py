"""What a run was made on, in words."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from datetime import datetime, timezone
from importlib import metadata
from pathlib import Path

import pika

ROOT = Path(__file__).parents[1]
PACKAGES = ("pika", "kombu", "faststream", "aio-pika", "amqp-mock", "pytest")


def describe(url: str | None) -> dict[str, str]:
    """What is told of the machine. url: of the real RabbitMQ that is compared with; None if there is none."""
    told = {
        "date": datetime.now(timezone.utc).strftime("%d %B %Y").lstrip("0"),
        "fakeamqp": f"{metadata.version('fakeamqp')}, commit {_commit()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "CPU": f"{_processor()}, {os.cpu_count()} cores",
        "OS": f"{platform.system()} {platform.release().partition('-')[0]}, {platform.machine()}",
        "compared with": ", ".join(_versions()),
    }
    if url is not None:
        told["RabbitMQ"] = rabbitmq_version(url)
    if hasattr(os, "getloadavg"):
        told["busy processes before"] = f"{os.getloadavg()[0]:.1f} (average of a minute)"
    return told


def rabbitmq_version(url: str) -> str:
    """What the broker says of itself. Raises pika's AMQPConnectionError if there is none."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    try:
        return str(connection._impl.server_properties["version"])
    finally:
        connection.close()


def _versions() -> list[str]:
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    """The processor's name as Linux has it, elsewhere as Python does."""
    try:
        found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def _commit() -> str:
    """The commit that is checked out, with a plus if anything differs from it."""
    commands = (["git", "rev-parse", "--short", "HEAD"], ["git", "status", "--porcelain", "--untracked-files=no"])
    try:
        commit, changes = (subprocess.run(each, cwd=ROOT, capture_output=True, text=True).stdout for each in commands)
    except OSError:
        return "unknown"
    return (commit.strip() or "unknown") + ("+" if changes.strip() else "")
