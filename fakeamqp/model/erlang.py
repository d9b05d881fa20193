"""Values as RabbitMQ's texts print them, that is as Erlang does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from fakeamqp.model.profile import Profile
from fakeamqp.model.values import decimal_parts, octets, seconds_of, text_of, type_word

_LINE_LENGTH = 79
_PLAIN_ATOM = re.compile("[a-z][A-Za-z0-9_@]*")

_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\v": "\\v",
    "\f": "\\f",
    "\r": "\\r",
    "\x1b": "\\e",
}


def erlang_term(value: object, profile: Profile) -> str:
    """A table value: `<<"any">>`, `true`, `undefined` for a void; what is inside an array or a table with its types.

    Everything stands on one line: where Erlang begins new ones (at 80 characters) is left to the caller.
    """
    if value is None:
        return "undefined"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | bytes):
        return _binary(octets(value) if isinstance(value, str) else value, profile)
    if isinstance(value, datetime):
        return str(seconds_of(value))
    if isinstance(value, Decimal):
        scale, unscaled = decimal_parts(value)
        return f"{{{scale},{unscaled % 2**32}}}"  # read as unsigned, whatever the client meant
    if isinstance(value, Mapping):
        return f"[{','.join(_field(name, item, profile) for name, item in value.items())}]"
    if isinstance(value, list):
        return f"[{','.join(f'{{{type_word(item)},{erlang_term(item, profile)}}}' for item in value)}]"
    return erlang_float(value) if isinstance(value, float) else f"{value:d}"


def erlang_json(value: object, profile: Profile, column: int = 0) -> str:
    """A value out of JSON, where a list of pairs is one of Erlang's: `[{<<"key">>,1},{<<"other">>,#{}}]`.

    column: where it begins, from 0. A list or a pair that fills the line has each element on a line of its own.
    """
    line = _json_line(value, profile)
    if not isinstance(value, list | tuple) or column + len(line) < _LINE_LENGTH:
        return line
    separator = ",\n" + " " * (column + 1)
    return line[0] + separator.join(erlang_json(item, profile, column + 1) for item in value) + line[-1]


def _json_line(value: object, profile: Profile) -> str:
    if isinstance(value, list | tuple):
        items = ",".join(_json_line(item, profile) for item in value)
        return f"[{items}]" if isinstance(value, list) else f"{{{items}}}"
    if isinstance(value, Mapping):
        fields = (f"{_json_line(key, profile)} => {_json_line(item, profile)}" for key, item in sorted(value.items()))
        return f"#{{{','.join(fields)}}}"
    return "null" if value is None else erlang_term(value, profile)


def erlang_string(text: str) -> str:
    """A text in double quotes."""
    return f'"{"".join(_ESCAPES.get(character, character) for character in text)}"'


def erlang_atom(name: str) -> str:
    """A name that RabbitMQ holds as an atom: in quotes unless it is a lower-case word."""
    return name if _PLAIN_ATOM.fullmatch(name) else f"'{name}'"


def erlang_charlist(text: str, profile: Profile) -> str:
    """A text that RabbitMQ holds as a list of bytes: in double quotes if each is a printable Latin-1 character."""
    raw = octets(text)
    latin = raw.decode("latin-1")
    if not _printable(latin):
        return f"[{','.join(map(str, raw))}]"
    return erlang_string(latin if profile.texts_are_unicode else text)


def erlang_tuple(items: tuple[str, str], column: int) -> str:
    """A pair of printed terms, beginning at this column (from 0): on two lines if the first would be full."""
    line = f"{{{items[0]},{items[1]}}}"
    if column + len(line) < _LINE_LENGTH:
        return line
    return f"{{{items[0]},\n{' ' * (column + 1)}{items[1]}}}"


def erlang_tagged(term: tuple[Any, ...], column: int, closing: int = 0) -> str:
    """A tuple of printed terms and of such tuples, the first an atom, beginning at this column (from 0).

    closing: how many brackets follow. One that fills the line goes on below its tag, four columns in, with as much on
    each line as fits.
    """
    line = _tagged_line(term)
    if column + len(line) + closing < _LINE_LENGTH:
        return line
    indent, text = column + 4, f"{{{term[0]}"
    at = column + len(text) + 1
    for place, item in enumerate(term[1:], 2):
        after = closing + 1 if place == len(term) else 0
        fits = isinstance(item, str) and at + len(item) + 1 + (after or 1) < _LINE_LENGTH
        printed: str = item if isinstance(item, str) else erlang_tagged(item, indent, after)
        text += f",{printed}" if fits else f",\n{' ' * indent}{printed}"
        at = (at if fits else indent - 1) + len(printed) + 1
    return text + "}"


def _tagged_line(term: tuple[Any, ...]) -> str:
    return f"{{{','.join(item if isinstance(item, str) else _tagged_line(item) for item in term)}}}"


def erlang_float(value: float) -> str:
    """The shortest form that reads back as the same number, always with a decimal point: `1.0e-5`."""
    mantissa, exponent, power = repr(value).partition("e")
    if "." not in mantissa:
        mantissa += ".0"
    return mantissa + exponent + str(int(power)) if exponent else mantissa


def _field(name: str, value: object, profile: Profile) -> str:
    return f"{{{erlang_term(name, profile)},{type_word(value)},{erlang_term(value, profile)}}}"


def _binary(raw: bytes, profile: Profile) -> str:
    """Printable bytes as text, others as numbers. RabbitMQ 3.10 takes each byte for a Latin-1 character."""
    if not raw:
        return "<<>>"
    text = _utf8(raw)
    if profile.texts_are_unicode and text is not None and _printable(text):
        return f"<<{erlang_string(text)}{'' if text.isascii() else '/utf8'}>>"
    latin = raw.decode("latin-1")
    if _printable(latin):
        shown = latin if profile.texts_are_unicode else text_of(raw)
        return f"<<{erlang_string(shown if text is None else text)}>>"
    return f"<<{','.join(map(str, raw))}>>"


def _utf8(raw: bytes) -> str | None:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


def _printable(text: str) -> bool:
    return all(" " <= character <= "~" or character >= "\xa0" or character in _ESCAPES for character in text)
