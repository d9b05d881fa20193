"""How things are called in a sentence, wherever people read one."""

from __future__ import annotations

from fakeamqp.world.place import short

# What became of a queue, by the broker's reason.
GONE = {
    "deleted": "it was deleted",
    "expired": "nobody had used it for as long as x-expires says",
    "auto-delete": "its last consumer left, and it is auto_delete",
    "exclusive owner gone": "its connection ended, and it is exclusive",
}


def exchange_named(name: str) -> str:
    """`exchange 'orders'`; the default exchange has no name."""
    return f"exchange {name!r}" if name else "the default exchange"


def messages(count: int) -> str:
    """`1 message`, `1,200 messages`."""
    return "1 message" if count == 1 else f"{count:,} messages"


def shown(body: bytes, most: int = 40) -> str:
    """A body in words, cut where it is long."""
    try:
        text = repr(body.decode())
    except UnicodeDecodeError:
        text = repr(body)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def at_place(place: str | None) -> str:
    """What stands behind a line about something that a line of the program did; empty for None."""
    return f"  [{short(place)}]" if place else ""
