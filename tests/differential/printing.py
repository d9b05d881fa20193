"""A played program as code: for pika, to run anywhere, or as a scenario to record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from .steps import Step

PREAMBLE = """\
import pika

connections = {}


def connect(name):
    connections[name] = pika.BlockingConnection(pika.URLParameters("amqp://guest:guest@127.0.0.1:5672"))
    return connections[name]


def seen(*what):
    print(*what)
"""


@attrs.frozen
class Opened:
    """A channel was opened under a name of its own, on a new connection or on the one that is open."""

    channel: str
    connection: str
    is_new: bool


Performed = Opened | Step
"""What really happened: channels as they were opened, steps with the tags and the channels they were made with."""


def as_pika(performed: Iterable[Performed]) -> str:
    """Code that runs against a real broker; each call that the broker may refuse stands for itself."""
    lines = [PREAMBLE]
    for one in performed:
        if isinstance(one, Opened):
            source = f'connect("{one.connection}")' if one.is_new else f'connections["{one.connection}"]'
            lines.append(f"{one.channel} = {source}.channel()")
        else:
            lines.append(_pika_call(one))
    return "\n".join(lines)


def _pika_call(step: Step) -> str:
    if step.call == "advance":
        return f"for connection in connections.values():\n    connection.sleep({step.args[0]:g})"
    if step.on.isupper():
        return f'connections["{step.on}"].{step.call}()'
    options = dict(step.options)
    if step.call == "publish":
        exchange, key, body = step.args
        mandatory = options.pop("mandatory", False)
        given = [repr(exchange), repr(key), repr(body.encode())]
        if options:
            given.append(f"pika.BasicProperties({_arguments((), options)})")
        if mandatory:
            given.append("mandatory=True")
        return f"{step.on}.basic_publish({', '.join(given)})"
    if step.call == "consume":
        (queue,) = step.args
        return f"{step.on}.basic_consume({_arguments((queue,), {})}, seen{_more(options)})"
    shown = f"{step.on}.{step.call}({_arguments(step.args, options)})"
    return f"print({shown})" if step.call == "basic_get" else shown


def _more(options: dict[str, Any]) -> str:
    return f", {_arguments((), options)}" if options else ""


def as_scenario(performed: Iterable[Performed], name: str = "rule_in_a_few_words") -> str:
    """A scenario for tests/conformance/scenarios."""
    lines = ["@scenario()", f"def {name}(play: Play) -> None:", '    """The rule in a sentence."""']
    for one in performed:
        if isinstance(one, Opened):
            where = "" if one.connection == "A" else f'on="{one.connection}"'
            if one.is_new:
                lines.append(f'    play.connection("{one.connection}")')
            lines.append(f"    {one.channel} = play.channel({where})")
        elif one.call == "advance":
            lines.append(f"    play.advance({one.args[0]:g})")
        elif one.on.isupper():
            lines.append(f"    {one.on}.{one.call}()")
        else:
            lines.append(f"    {one.on}.{one.call}({_arguments(one.args, one.options)})")
    return "\n".join(lines)


def _arguments(args: Iterable[Any], options: Any) -> str:
    return ", ".join([*map(repr, args), *(f"{name}={value!r}" for name, value in options.items())])
