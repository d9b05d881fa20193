"""Lines of pika code, carried out one by one against a broker, that read back as a program to run."""

from __future__ import annotations

import os
from functools import lru_cache
from types import CodeType
from typing import Any

from fakeamqp.world.broker import Broker
from fakeamqp.world.definitions import Source

OPENING = """\
import pika

import fakeamqp


def got(channel, method, properties, body):
    print(f"{method.consumer_tag} got {body!r} as delivery {method.delivery_tag} of its channel")


"""


class Script:
    """A program so far.

    names: what its lines may speak of: `pika`, `fakeamqp`, `broker`, the callback `got`, and what they have assigned.
    lines: what was carried out, as it is printed.
    made_by: the expression that makes such a broker; None makes one of the same version with nothing in it.
    """

    def __init__(self, broker: Broker, made_by: str | None = None) -> None:
        self._made_by = made_by or f"fakeamqp.Broker({broker.version!r})"
        self.names: dict[str, Any] = {}
        exec(_compiled(OPENING, "exec"), self.names)
        self.names["broker"] = broker
        self.names["got"] = _got_silently
        self.lines: list[str] = []

    def do(self, line: str) -> Any:
        """Carry a line out; what it returns, None for a statement. Raises what it raises."""
        self.lines.append(line)
        return self._run(line)

    def attempt(self, line: str) -> Any:
        """Carry a line out that the broker may refuse; what it returns, or the refusal as an exception of pika's.

        A refused line is printed so that the program goes on behind it.
        """
        try:
            value = self._run(line)
        except self.names["pika"].exceptions.AMQPError as refusal:
            self.lines.append(
                f"try:\n    {line}\nexcept pika.exceptions.AMQPError as refusal:\n    print(repr(refusal))"
            )
            return refusal
        self.lines.append(line)
        return value

    def _run(self, line: str) -> Any:
        try:
            code = _compiled(line, "eval")
        except SyntaxError:
            exec(_compiled(line, "exec"), self.names)
            return None
        return eval(code, self.names)

    def __str__(self) -> str:
        return "\n".join((OPENING + f"broker = {self._made_by}", *self.lines)) + "\n"


def _got_silently(channel: Any, method: Any, properties: Any, body: bytes) -> None:
    """What `got` is here; the program that is printed tells."""


@lru_cache(maxsize=4096)
def _compiled(text: str, mode: str) -> CodeType:
    return compile(text, "<script>", mode)


def call(target: str, *arguments: Any, **named: Any) -> str:
    """The text of a call: `call("channel.queue_bind", "q", "x", routing_key="a")`."""
    said = [repr(value) for value in arguments] + [f"{name}={value!r}" for name, value in named.items()]
    return f"{target}({', '.join(said)})"


class Code(str):
    """Text that stands for itself where `call` shows a value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def written(definitions: Source) -> Any:
    """Definitions as a program can show them: a path as text."""
    return os.fspath(definitions) if isinstance(definitions, os.PathLike) else definitions
