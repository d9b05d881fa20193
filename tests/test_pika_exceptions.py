"""Every exception of pika's that a broker or a network can cause, in three lines or less.

The table is the documentation: `docs/faults.md` shows it as it stands here. Each row begins as its comment says, with a
broker that pika is patched with, an open `connection`, a `channel` of it, and a durable queue "q".
"""

from __future__ import annotations

import contextlib
import inspect
import textwrap
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pika
import pika.exceptions
import pytest

import fakeamqp

PAGE = Path(__file__).parents[1] / "docs" / "faults.md"
BEGIN, END = "<!-- the table of tests/test_pika_exceptions.py -->\n", "<!-- end of the table -->\n"


@attrs.frozen
class Provoked:
    """lines: what brings it about. inside: True if it ends pika's stream, and a StreamLostError tells of it."""

    lines: tuple[str, ...]
    inside: bool = False


def by(lines: str, *, inside: bool = False) -> Provoked:
    return Provoked(tuple(textwrap.dedent(lines).strip().splitlines()), inside)


PROVOKED = {
    # --- to connect
    "AMQPConnectionError": by("""
        broker.faults.refuse_connections()
        pika.BlockingConnection()
    """),
    "IncompatibleProtocolError": by("""
        broker.faults.hang_up_on_connections()
        pika.BlockingConnection()
    """),
    "ProbableAuthenticationError": by("""
        pika.BlockingConnection(pika.ConnectionParameters(credentials=pika.PlainCredentials("guest", "wrong")))
    """),
    "ProbableAccessDeniedError": by("""
        pika.BlockingConnection(pika.ConnectionParameters(virtual_host="nowhere"))
    """),
    "AuthenticationError": by("""
        pika.BlockingConnection(pika.ConnectionParameters(credentials=pika.credentials.ExternalCredentials()))
    """),
    "ProtocolVersionMismatch": by("""
        start = pika.spec.Connection.Start(version_minor=8, server_properties={})
        broker.faults.hang_up_on_connections(last_words=pika.frame.Method(0, start).marshal())
        pika.BlockingConnection()
    """),
    # --- connections
    "StreamLostError": by("""
        broker.faults.drop_connections()
        connection.process_data_events()
    """),
    "ConnectionClosedByBroker": by("""
        broker.faults.close_connections(320, "CONNECTION_FORCED - shutdown")
        connection.process_data_events()
    """),
    "ConnectionBlockedTimeout": by("""
        broker.faults.block_publishers()
        channel.basic_publish("", "q", b"held up")
        connection.sleep(400)
    """),
    "AMQPHeartbeatTimeout": by("""
        broker.faults.silence()
        connection.sleep(400)
    """),
    "ConnectionWrongStateError": by("""
        broker.faults.close_connections()
        with contextlib.suppress(pika.exceptions.ConnectionClosedByBroker): connection.process_data_events()
        connection.channel()
    """),
    "NoFreeChannels": by("""
        other = pika.BlockingConnection(pika.ConnectionParameters(channel_max=1))
        other.channel()
        other.channel()
    """),
    # --- channels
    "ChannelClosedByBroker": by("""
        channel.queue_declare("nowhere", passive=True)
    """),
    "ChannelWrongStateError": by("""
        broker.faults.close_channels(406, "PRECONDITION_FAILED - delivery acknowledgement timed out")
        with contextlib.suppress(pika.exceptions.ChannelClosedByBroker): channel.queue_declare("q", passive=True)
        channel.basic_get("q")
    """),
    "UnroutableError": by("""
        channel.confirm_delivery()
        channel.basic_publish("", "nowhere", b"back to the sender", mandatory=True)
    """),
    "NackError": by("""
        channel.confirm_delivery()
        broker.faults.nack_publishes()
        channel.basic_publish("", "q", b"lost")
    """),
    # --- what no RabbitMQ says
    "InvalidFrameError": by("""
        broker.faults.garble(b"\\x07\\0\\0\\0\\0\\0\\0\\xce")
        connection.process_data_events()
    """, inside=True),
    "BodyTooLongError": by("""
        deliver, header = pika.spec.Basic.Deliver("", 1, False, "", ""), pika.frame.Header(1, 1, pika.BasicProperties())
        for f in (pika.frame.Method(1, deliver), header, pika.frame.Body(1, b"xx")): broker.faults.garble(f.marshal())
        connection.process_data_events()
    """, inside=True),
    "InvalidFieldTypeException": by("""
        properties = b"\\0\\x3c" + bytes(10) + b"\\x20\\0" + b"\\0\\0\\0\\x03\\x01kZ"  # headers: k of type Z
        broker.faults.garble(b"\\x02\\0\\x01\\0\\0\\0" + bytes([len(properties)]) + properties + b"\\xce")
        connection.process_data_events()
    """, inside=True),
}  # fmt: skip
"""By the name of the exception. One that a release of pika does not have is left out."""

NOT_PROVOKED = {
    "AMQPError": "the base of all; nothing raises it itself",
    "AMQPChannelError": "the base of those of channels; nothing raises it itself",
    "ConnectionClosed": "the base of the two that follow; nothing raises it itself",
    "ConnectionClosedByClient": "the program has closed the connection; an on-close callback is given it",
    "ConnectionOpenAborted": "the program has closed a connection that was not open yet",
    "ChannelClosed": "the base of the two that follow; nothing raises it itself",
    "ChannelClosedByClient": "the program has closed the channel; an on-close callback is given it",
    "ConsumerCancelled": "only pika's Twisted connection raises it, by way of a port; others have callbacks",
    "DuplicateConsumerTag": "the program uses a consumer tag twice on a channel",
    "InvalidChannelNumber": "the program asks for a channel with a number that cannot be",
    "ProtocolSyntaxError": "the base of those about frames; nothing raises it itself",
    "UnexpectedFrameError": "pika logs a frame that cannot come now, and goes on",
    "UnsupportedAMQPFieldException": "the program sends a value in a table that AMQP has no type for",
    "UnspportedAMQPFieldException": "the program sends a value in a table that AMQP has no type for",
    "MethodNotImplemented": "the broker has no confirms, which each RabbitMQ has",
    "ChannelError": "the base of DuplicateGetOkCallback; nothing raises it itself",
    "DuplicateGetOkCallback": "the program calls basic_get before the one before is answered",
    "ReentrancyError": "the program calls what waits from inside a callback that must not",
    "ShortStringTooLong": "the program gives a name of more than 255 bytes",
}
"""In a line: why no broker and no network can cause it, or why it cannot be seen."""


def raised() -> dict[str, type[BaseException]]:
    """Every exception that the installed pika has, by name."""
    found = vars(pika.exceptions).items()
    return {name: each for name, each in found if inspect.isclass(each) and issubclass(each, Exception)}


def is_known_to_pika(name: str) -> bool:
    return name in raised()


def test_every_exception_of_pika_has_a_row() -> None:
    assert [name for name in raised() if (name in PROVOKED) == (name in NOT_PROVOKED)] == []


@pytest.mark.parametrize("name", [name for name in PROVOKED if is_known_to_pika(name)])
def test_it_is_provoked_in_three_lines_or_less(name: str) -> None:
    provoked = PROVOKED[name]
    assert len(provoked.lines) <= 3
    with fakeamqp.patch_pika() as broker:
        connection = pika.BlockingConnection(pika.ConnectionParameters(blocked_connection_timeout=300))
        channel = connection.channel()
        channel.queue_declare("q", durable=True)
        given: dict[str, Any] = {"broker": broker, "connection": connection, "channel": channel}
        modules: dict[str, ModuleType] = {"pika": pika, "contextlib": contextlib}
        with pytest.raises(Exception) as seen:
            exec("\n".join(provoked.lines), given | modules)
    if provoked.inside:
        assert seen.type is pika.exceptions.StreamLostError
        assert name in str(seen.value)
    else:
        assert seen.type is raised()[name]


def test_the_page_shows_the_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    shown = page[page.index(BEGIN) + len(BEGIN) : page.index(END)]
    assert shown == table(), f"python -m tests.test_pika_exceptions writes it into {PAGE.name}"


def table() -> str:
    """The table as docs/faults.md shows it."""
    rows = []
    for name, provoked in PROVOKED.items():
        lines = "<br>".join(f"`{line}`" for line in provoked.lines)
        rows.append(f"| `{name}`{' (*)' if provoked.inside else ''} | {lines.replace('|', chr(92) + '|')} |\n")
    shown = "| exception | what brings it about |\n|---|---|\n" + "".join(rows)
    shown += "\n(*) inside a `StreamLostError`, which names it: pika's stream is lost by it.\n"
    others = [f"| `{name}` | {why} |\n" for name, why in NOT_PROVOKED.items() if "Unsp" not in name]
    return shown + "\n| what no broker and no network causes, or nobody sees | |\n|---|---|\n" + "".join(others)


def write() -> None:
    """Write the table into the page."""
    page = PAGE.read_text(encoding="utf-8")
    begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    PAGE.write_text(page[:begin] + table() + page[end:], encoding="utf-8")


if __name__ == "__main__":
    write()
