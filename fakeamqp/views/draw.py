"""Pictures of a broker, or of a definitions file, in the format that is asked for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

from fakeamqp.views.dot import dot
from fakeamqp.views.graph import folded
from fakeamqp.views.mermaid import mermaid
from fakeamqp.views.page import page
from fakeamqp.views.scene import Scene, scene
from fakeamqp.views.svg import svg
from fakeamqp.views.text import text
from fakeamqp.views.timeline import timeline_text
from fakeamqp.views.timeline_svg import timeline_svg
from fakeamqp.world.broker import Broker
from fakeamqp.world.definitions import Source

Format = Literal["text", "messages", "mermaid", "dot", "svg", "timeline", "html"]

FORMATS: tuple[Format, ...] = get_args(Format)

_SUFFIXES: dict[str, Format] = {
    ".txt": "text",
    ".mmd": "mermaid",
    ".mermaid": "mermaid",
    ".dot": "dot",
    ".gv": "dot",
    ".svg": "svg",
    ".html": "html",
    ".htm": "html",
}


def draw(
    source: Broker | Source,
    to: str | os.PathLike[str] | None = None,
    *,
    format: Format | None = None,  # noqa: A002 - what it is
    vhost: str | None = None,
    only: str | None = None,
    version: str | None = None,
    colours: bool = False,
) -> str:
    """Draw a broker or what a definitions file declares; the picture, as text.

    source: a broker, or definitions: the path of a file, its JSON text or a dict.
    to: a file to write it to as well, in UTF-8.
    format: "text", "mermaid", "dot" and "svg" are the topology; "messages" is the way of each message as text,
        "timeline" as SVG; "html" is a page to open in a browser that shows both. None goes by the suffix of `to` (.txt,
        .mmd, .dot, .gv, .svg, .html), and is "text" without one.
    vhost: of this virtual host alone. only: what has a name of this pattern (`orders.*`), and what it is tied to.
    version: of RabbitMQ, for what a definitions file means; None is the newest that is recorded and not newer than the
        one that wrote it. A broker has its own.
    colours: True for those of a terminal, in "text".

    More than 40 exchanges and queues are folded: what is alike is drawn as one. On the page they open.
    Nothing is changed, and for strict mode nobody has looked at any message.
    Of definitions, what RabbitMQ refuses is left out. Raises ValueError for a format or suffix that is not known, and
    for what are no definitions; KeyError if there is no such virtual host.
    """
    made = format_of(to, format)
    picture = scene(source, version=version, vhost=vhost, only=only, with_gone=made == "html")
    drawn = text(folded(picture.graph), colours=colours) if made == "text" else _DRAWN[made](picture)
    if to is not None:
        Path(to).write_text(drawn, encoding="utf-8", newline="\n")
    return drawn


def format_of(to: str | os.PathLike[str] | None, given: str | None) -> Format:
    """The format to draw in. Raises ValueError if it is not known, or the suffix of the file tells none."""
    if given is not None:
        if given not in FORMATS:
            raise ValueError(f"there is no format {given!r}; there are {', '.join(FORMATS)}")
        return given
    if to is None:
        return "text"
    suffix = Path(to).suffix.lower()
    if suffix not in _SUFFIXES:
        told = f"the suffix {suffix!r} tells no format" if suffix else "without a suffix there is no telling the format"
        raise ValueError(f"{os.fspath(to)!r}: {told}; those that do are {', '.join(_SUFFIXES)}")
    return _SUFFIXES[suffix]


def _as_messages(picture: Scene) -> str:
    return "no message was published\n" if picture.timeline is None else timeline_text(picture.timeline)


_DRAWN: dict[Format, Callable[[Scene], str]] = {
    "messages": _as_messages,
    "mermaid": lambda picture: mermaid(folded(picture.graph)),
    "dot": lambda picture: dot(folded(picture.graph)),
    "svg": lambda picture: svg(folded(picture.graph), picture.title),
    "timeline": lambda picture: timeline_svg(picture.timeline, picture.title),
    "html": page,
}
