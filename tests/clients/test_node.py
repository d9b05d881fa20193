"""amqplib and @cloudamqp/amqp-client, which are for Node.js: programs of their own, spoken to in lines of JSON."""

from __future__ import annotations

import base64
import json
import queue
import subprocess
import threading
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.clients.contract import PATIENCE, Contract, Worker

FOLDER = Path(__file__).parent / "node"

pytestmark = pytest.mark.usefixtures("node_packages")


class NodeWorker(Worker):
    """A process. program: the name of its file."""

    program: ClassVar[str]

    def start(self) -> None:
        self._answers: queue.Queue[Any] = queue.Queue()
        command = ["node", f"{self.program}.mjs", self.url]
        self._process = subprocess.Popen(
            command, cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told = json.loads(line)
            if "saw" in told:
                name, body, redelivered, headers = told["saw"]
                self.saw(name, base64.b64decode(body), redelivered, headers)
            else:
                self._answers.put(told["answer"])

    def _tell(self, *words: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()

    def publish(self, queue: str, body: bytes) -> bool:
        self._tell("publish", queue, base64.b64encode(body).decode())
        return bool(self._answers.get(timeout=PATIENCE))

    def why_missing(self, queue: str) -> str:
        self._tell("missing", queue)
        return str(self._answers.get(timeout=PATIENCE))

    def stop(self) -> None:
        try:
            self._tell("stop")
            assert self._process.wait(PATIENCE) == 0
        finally:
            self._process.kill()
            self._process.communicate()
            self._reader.join(PATIENCE)


class AmqplibWorker(NodeWorker):
    program = "amqplib"


class CloudamqpWorker(NodeWorker):
    program = "cloudamqp"


class TestAmqplib(Contract):
    Program = AmqplibWorker


class TestCloudamqp(Contract):
    Program = CloudamqpWorker
