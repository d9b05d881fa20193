"""Turns what pika hands over into JSON that is the same on every run.

Only what a broker or pika makes up is replaced: generated names by labels in order of appearance, the vhost by
"<vhost>", the node by "<node>", the other one of a cluster by "<other node>", the instant in an x-death entry by
"<time>". And one text that depends on which of a broker's processes is faster. Everything else is kept, with its type
and its order.

What JSON has no word for is an object with one key that starts with an exclamation mark:

    {"!bytes": "abc"}         a byte string that is UTF-8        {"!hex": "00ff"}     one that is not
    {"!long": 5}              an integer that travelled in 64 bits
    {"!decimal": "12.5"}      {"!time": "2024-01-01T00:00:00+00:00"}
"""

from __future__ import annotations

import datetime
import decimal
import re
from typing import Any

import pika.data
from pika.exceptions import ConnectionWrongStateError
from pika.spec import BasicProperties

MADE_UP_NAMES = {
    "reply address": r"amq\.rabbitmq\.reply-to\.[A-Za-z0-9+/=_-]+\.[A-Za-z0-9+/=_-]+",
    "queue": r"amq\.gen-[A-Za-z0-9_-]{22}",
    "consumer": r"amq\.ctag-[A-Za-z0-9_-]{22}|ctag[0-9]+\.[0-9a-f]{32}",
}
# pika's class for an integer that travelled in 64 bits; after 1.4 it has none any more.
long_int: Any = getattr(pika.data, "long", int)
_MADE_UP = re.compile("|".join(f"({pattern})" for pattern in MADE_UP_NAMES.values()))

LONGEST_BODY = 200
"""Bodies of more bytes are told by their length."""


class Normaliser:
    """Labels for the names made up during one play of a scenario."""

    def __init__(self, vhost: str, node: str = "rabbit@localhost", other_node: str = "") -> None:
        self._vhost = vhost
        self._node = node
        self._other_node = other_node
        self._labels: dict[str, str] = {}
        self._counts = dict.fromkeys(MADE_UP_NAMES, 0)

    def text(self, text: str) -> str:
        """`text` with labels in place of made-up names and of those of the vhost and the node."""
        text = text.replace(self._vhost, "<vhost>").replace(self._node, "<node>")
        if self._other_node:
            text = text.replace(self._other_node, "<other node>")
        # Who is connected to a vhost that is deleted is told one or the other, on all versions.
        text = re.sub(r"vhost .<vhost>. is down(?! or )", "vhost '<vhost>' is deleted", text)
        return _MADE_UP.sub(self._label, text)

    def _label(self, found: re.Match[str]) -> str:
        name = found.group()
        if name not in self._labels:
            kind = list(MADE_UP_NAMES)[(found.lastindex or 1) - 1]
            self._counts[kind] += 1
            self._labels[name] = f"<{kind} {self._counts[kind]}>"
        return self._labels[name]

    def value(self, value: Any) -> Any:
        """Any value of a field table."""
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, long_int) and type(value) is not int:
            return {"!long": int(value)}
        if isinstance(value, int):
            return int(value)
        if isinstance(value, bytes):
            return self._bytes(value)
        if isinstance(value, decimal.Decimal):
            return {"!decimal": str(value)}
        if isinstance(value, datetime.datetime):
            # Before 1.4 pika left out that it is UTC.
            return {"!time": value.replace(tzinfo=value.tzinfo or datetime.timezone.utc).isoformat()}
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.text(str(key)): self.value(item) for key, item in value.items()}
        raise TypeError(f"no way to write down {value!r}")

    def _bytes(self, value: bytes) -> dict[str, str]:
        try:
            return {"!bytes": self.text(value.decode())}
        except UnicodeDecodeError:
            return {"!hex": value.hex()}

    def body(self, body: bytes) -> Any:
        if len(body) > LONGEST_BODY:
            return f"<{len(body)} bytes>"
        written = self._bytes(body)
        return written.get("!bytes", written)

    def properties(self, properties: BasicProperties) -> dict[str, Any]:
        """The properties that are set, in the specification's order; those not set are left out."""
        written = {}
        for name in PROPERTY_NAMES:
            value = getattr(properties, name)
            if value is not None:
                written[name] = self.headers(value) if name == "headers" else self.value(value)
        return written

    def headers(self, headers: dict[str, Any]) -> dict[str, Any]:
        """A message's header table; the instants in x-death, which brokers make up, are hidden."""
        written: dict[str, Any] = self.value(headers)
        deaths = written.get("x-death")
        for death in deaths if isinstance(deaths, list) else ():
            if isinstance(death, dict) and isinstance(death.get("time"), dict):
                death["time"] = "<time>"
        return written

    def method(self, method: Any) -> dict[str, Any]:
        """The fields of a method pika received, by the specification's names."""
        names = [name for name in vars(method) if not name.startswith("_") and name != "ticket"]
        return {name: self.value(getattr(method, name)) for name in names}

    def message(self, method: Any, properties: BasicProperties, body: bytes) -> dict[str, Any]:
        """A message as it was delivered, got or returned."""
        return {**self.method(method), "properties": self.properties(properties), "body": self.body(body)}

    def error(self, error: BaseException) -> dict[str, Any]:
        """An exception of pika: its class, and the broker's code and text or pika's own words."""
        name = type(error).__name__
        code = getattr(error, "reply_code", None)
        if code is not None:
            return {"error": name, "code": code, "text": self.text(error.reply_text)}  # type: ignore[attr-defined]
        messages = getattr(error, "messages", None)
        if messages is not None:
            returned = [self.message(one.method, one.properties, one.body) for one in messages]
            return {"error": name, "returned": returned}
        text = str(error)
        if text.startswith("StreamLostError"):
            text = "StreamLostError"  # what follows is the socket's story
        # Python's own words for struct.error, as they were up to 3.11.
        text = text.replace("'B' format requires", "ubyte format requires")
        if text and not isinstance(error, ConnectionWrongStateError):  # whose text has the address in it
            return {"error": name, "text": self.text(text)}
        return {"error": name}


PROPERTY_NAMES = (
    "content_type",
    "content_encoding",
    "headers",
    "delivery_mode",
    "priority",
    "correlation_id",
    "reply_to",
    "expiration",
    "message_id",
    "timestamp",
    "type",
    "user_id",
    "app_id",
    "cluster_id",
)
