"""`python -m fakeamqp serve`: a broker at a port until somebody ends it."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pika.exceptions
import pytest
import trustme

from fakeamqp import cli
from tests.support.clients import Connect


class Served:
    """A server in a process of its own. said: what it has said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said = ""

    def read_until(self, pattern: str) -> str:
        """Read on until a line matches; the first group, or the line."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said += line
            if found := re.search(pattern, line):
                return found.group(found.lastindex or 0)
        raise AssertionError(f"it ended without {pattern!r}; it said:\n{self.said}")

    def end(self, sign: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(sign)
        _, rest = self.process.communicate(timeout=60)
        self.said += rest
        return self.process.returncode


@contextmanager
def served(*arguments: str) -> Iterator[Served]:
    command = [sys.executable, "-m", "fakeamqp", "serve", "--port", "0", *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield Served(process)
        finally:
            process.kill()


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_somebody_ends_it(connect: Connect, sign: signal.Signals) -> None:
    with served() as server:
        url = server.read_until(r"RabbitMQ 4\.3 at (amqp://\S+)")
        server.read_until("Ctrl-C ends it")
        connection = connect(url)
        connection.channel().queue_declare("tea")
        server.read_until(r"connection 1 from 127\.0\.0\.1:\d+$")
        assert server.end(sign) == 0
        with pytest.raises(pika.exceptions.AMQPConnectionError, match="CONNECTION_FORCED"):
            connection.channel()
        assert server.said.endswith("fakeamqp: stopped; 1 connection closed\n")
        assert "Traceback" not in server.said


def test_it_has_what_the_command_line_says(connect: Connect, tmp_path: Path) -> None:
    file = tmp_path / "definitions.json"
    file.write_text(
        '{"queues": [{"name": "tea", "vhost": "shop", "durable": true, "auto_delete": false, "arguments": {}}]}'
    )
    with served(
        "--version", "3.10", "--user", "ada:s3cret", "--vhost", "shop", "--definitions", str(file), "--quiet"
    ) as server:
        url = server.read_until(r"RabbitMQ 3\.10 at (amqp://ada:s3cret@127\.0\.0\.1:\d+/shop)")
        connection = connect(url)
        connection.channel().queue_declare("tea", passive=True)
        connection.close()
        assert server.end() == 0
        assert "connection 1" not in server.said


def test_time_passes_by_itself(connect: Connect) -> None:
    with served() as server:
        url = server.read_until(r"at (amqp://\S+)")
        channel = connect(url).channel()
        channel.queue_declare("late")
        arguments = {"x-message-ttl": 1, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "late"}
        channel.queue_declare("tea", arguments=arguments)
        channel.basic_publish("", "tea", b"green")
        assert next(channel.consume("late", inactivity_timeout=30))[2] == b"green"


def test_it_talks_tls_and_tells_whom_to_trust() -> None:
    with served("--tls") as server:
        server.read_until(r"at (amqps://\S+)")
        server.read_until("-----BEGIN CERTIFICATE-----")


def test_it_talks_tls_with_given_certificates(tmp_path: Path) -> None:
    issued = trustme.CA().issue_cert("localhost")
    issued.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    with served("--certificate", str(tmp_path / "both.pem"), "--key", str(tmp_path / "both.pem")) as server:
        server.read_until(r"at (amqps://\S+)")
        server.read_until("Ctrl-C ends it")
        assert "BEGIN CERTIFICATE" not in server.said


def test_a_port_that_is_taken_is_told_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert cli.main(["serve", "--port", str(port)]) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"fakeamqp: cannot listen at 127.0.0.1:{port}")
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--port", "70000"], "'70000' is no port"),
        (["--version", "3.9"], "RabbitMQ '3.9' is not recorded"),
        (["--user", "ada"], "'ada' is not NAME:PASSWORD"),
        (["--definitions", "none.json"], "none.json"),
        (["--certificate", "c.pem"], "belong together"),
        (["--certificate", "c.pem", "--key", "k.pem"], "No such file"),
        (["--clock", "sun"], "invalid choice: 'sun'"),
    ],
)
def test_a_mistake_on_the_command_line_is_told(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["serve", *arguments])
    assert ended.value.code == 2
    assert told in capsys.readouterr().err
