"""Send the scripts to real brokers and keep, or check, what they answer.

    python -m tests.adapters.tcp.record --url amqp://guest:guest@127.0.0.1:5672 [--url …] [--check] [PATTERN …]

Each broker needs the user guest and the virtual host /, and tells its version itself. Scripts leave nothing behind.
PATTERN: shell patterns of the scripts' names; all if none is given.
"""

from __future__ import annotations

import argparse
import fnmatch
import functools
import json
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pika

from fakeamqp.wire import frames

from .reading import told
from .scripts import LOGIN, Script, method, scripts

FOLDER = Path(__file__).parent / "recordings"

# Real seconds: of silence after which an answer is taken for whole; and until a broker has hung up, if it does.
_QUIET, _HANGS_UP = 0.6, 5.0


def recordings(version: str) -> dict[str, Any]:
    """What a version answers to each script, by its name."""
    kept: dict[str, Any] = json.loads((FOLDER / f"{version}.json").read_text(encoding="utf-8"))
    return kept


class Client:
    """A socket on which a script is played."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), timeout=10)
        self.is_closed = False

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def read(self, seconds: float) -> bytes:
        """What comes until nothing has come for so long, or the broker hangs up."""
        self._socket.settimeout(seconds)
        got = b""
        try:
            while piece := self._socket.recv(1 << 16):
                got += piece
            self.is_closed = True
        except TimeoutError:
            pass
        except ConnectionError:
            self.is_closed = True
        return got

    def close(self) -> None:
        self._socket.close()


def begin(script: Script, client: Client) -> None:
    """Come as far as the script begins."""
    steps = {
        "header": frames.PROTOCOL_HEADER,
        "start-ok": LOGIN,
        "tune-ok": method(0, pika.spec.Connection.TuneOk(2047, 131_072, 0)),
        "open": method(0, pika.spec.Connection.Open("/")),
        "channel": method(1, pika.spec.Channel.Open()),
    }
    if script.after == "nothing":
        return
    for name, data in steps.items():
        client.send(data)
        if name != "tune-ok":
            answered = client.read(0.3)
            while not answered:
                answered = client.read(0.3)
        if name == script.after:
            return


def play(script: Script, host: str, port: int) -> dict[str, Any]:
    """What the broker answers: `{"answers": […], "hangs up": True}`."""
    client = Client(host, port)
    try:
        begin(script, client)
        client.send(script.data)
        answered = client.read(_QUIET)
        if not client.is_closed:
            answered += client.read(_HANGS_UP)
        return {"answers": told(answered), "hangs up": client.is_closed}
    finally:
        client.close()


def version_of(parameters: pika.URLParameters) -> str:
    """The version a broker tells of itself: "4.0"."""
    connection = pika.BlockingConnection(parameters)
    version: str = connection._impl.server_properties["version"]
    connection.close()
    return ".".join(version.split(".")[:2])


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", action="append", required=True, help="a broker; may be given several times")
    parser.add_argument("--check", action="store_true", help="compare with what is kept, and change nothing")
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    options = parser.parse_args(arguments)
    chosen = [
        one
        for one in scripts()
        if not options.patterns or any(fnmatch.fnmatch(one.name, pattern) for pattern in options.patterns)
    ]
    differing = 0
    for url in options.url:
        parameters = pika.URLParameters(url)
        version = version_of(parameters)
        begun = time.monotonic()
        with ThreadPoolExecutor(32) as pool:
            played = pool.map(functools.partial(play, host=parameters.host, port=parameters.port), chosen)
            answers = {one.name: answer for one, answer in zip(chosen, played, strict=True)}
        differing += _check(version, answers) if options.check else _keep(version, answers)
        print(f"{version}: {len(chosen)} scripts in {time.monotonic() - begun:.0f} s")
    return 1 if options.check and differing else 0


def _keep(version: str, answers: dict[str, Any]) -> int:
    file = FOLDER / f"{version}.json"
    kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    known = {one.name for one in scripts()}
    kept = {name: answer for name, answer in {**kept, **answers}.items() if name in known}
    rows = (f"{json.dumps(name)}: {json.dumps(kept[name], ensure_ascii=False)}" for name in sorted(kept))
    file.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
    return 0


def _check(version: str, answers: dict[str, Any]) -> int:
    kept = recordings(version)
    differing = [name for name, answer in answers.items() if json.loads(json.dumps(answer)) != kept.get(name)]
    for name in differing:
        print(f"{version}, {name}:\n- {kept.get(name)}\n+ {answers[name]}")
    return len(differing)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
