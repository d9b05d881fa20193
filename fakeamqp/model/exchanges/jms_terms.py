"""Reading the Erlang term that a JMS selector is written as.

RabbitMQ 3.10 and 4.0 leave it to Erlang's own reader, which wants a full stop behind the term; 4.3 reads by itself,
takes only words of its own and says what it does not understand (recorded: jms_topic/refused_selectors).
"""

from __future__ import annotations

import re
from typing import TypeAlias, Union

from fakeamqp.model.erlang import erlang_string
from fakeamqp.model.phash2 import Atom
from fakeamqp.model.values import octets

Term: TypeAlias = Union[int, float, bytes, Atom, "tuple[Term, ...]", "list[Term]"]


class Unreadable(Exception):
    """Its text says why, in the words of RabbitMQ 4.3."""


WORDS = frozenset(
    [
        "true",
        "false",
        "not",
        "ident",
        "is_null",
        "not_null",
        "and",
        "or",
        "like",
        "not_like",
        "between",
        "not_between",
        "range",
        "in",
        "not_in",
        "no_escape",
        "regex",
        "=",
        "<>",
        ">",
        "<",
        ">=",
        "<=",
        "+",
        "-",
        "*",
        "/",
    ]
)
"""The atoms that 4.3 takes."""

_RESERVED = frozenset(
    [
        "after",
        "and",
        "andalso",
        "band",
        "begin",
        "bnot",
        "bor",
        "bsl",
        "bsr",
        "bxor",
        "case",
        "catch",
        "cond",
        "div",
        "else",
        "end",
        "fun",
        "if",
        "let",
        "maybe",
        "not",
        "of",
        "or",
        "orelse",
        "receive",
        "rem",
        "try",
        "when",
        "xor",
    ]
)
_FAMILIAR = _RESERVED | frozenset(
    [
        "undefined",
        "error",
        "ok",
        "null",
        "nan",
        "plus_infinity",
        "minus_infinity",
        "escape",
        "==",
        "/=",
        "=<",
        "=:=",
        "=/=",
    ]
)
"""Atoms that every Erlang system knows: 4.3 words their refusal otherwise. The list is not complete."""

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "s": " ", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b", "0": "\0"}
_BLANK = re.compile(r"\s*")
_BLANK_OR_COMMENT = re.compile(r"(?:\s|%[^\n]*)*")
_WORD = re.compile("[a-z][A-Za-z0-9_@]*")
_FLOAT = re.compile(r"[+-]?[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?")
_INTEGER = re.compile("[+-]?[0-9]+")
_BASED = re.compile("([+-]?)([0-9]+)#([0-9A-Za-z]+)")


def read_by_erlang(text: str) -> Term:
    """The term, as Erlang reads it. Raises Unreadable."""
    return _ErlangReader(text).read()


def read_by_rabbitmq(text: str) -> Term:
    """The term, as RabbitMQ 4.3 reads it. Raises Unreadable."""
    return _Reader(text).read()


class _Reader:
    """Reads from left to right; what it takes for a character is a byte of the UTF-8 text."""

    blank = _BLANK

    def __init__(self, text: str) -> None:
        self._text = octets(text).decode("latin-1")
        self._at = 0

    def read(self) -> Term:
        term = self._term()
        self._skip()
        self._takes(".")
        self._skip()
        if self._at < len(self._text):
            raise Unreadable("trailing_characters")
        return term

    def _term(self) -> Term:
        self._skip()
        if self._at == len(self._text):
            raise Unreadable("unexpected_end")
        forms = {"{": self._tuple, "[": self._list, "<<": self._binary, '"': self._string, "'": self._quoted}
        for opening, read in forms.items():
            if self._takes(opening):
                return read()
        number = self._number()
        if number is not None:
            return number
        word = _WORD.match(self._text, self._at)
        if word is None:
            raise Unreadable("unexpected_character")
        self._at = word.end()
        return self._atom(word[0])

    def _number(self) -> Term | None:
        for pattern, make in ((_FLOAT, float), (_INTEGER, int)):
            found = pattern.match(self._text, self._at)
            if found is not None:
                self._at = found.end()
                if make is float and self._text[self._at : self._at + 1] in ("e", "E"):
                    raise Unreadable("invalid_term")
                return make(found[0])
        return None

    def _tuple(self) -> Term:
        return tuple(self._items("}", "expected_comma_or_closing_brace"))

    def _list(self) -> Term:
        return self._items("]", "expected_comma_or_closing_bracket")

    def _items(self, closing: str, complaint: str) -> list[Term]:
        items: list[Term] = []
        while not self._takes(closing):
            items.append(self._term())
            if self._takes(","):
                continue
            if self._takes(closing):
                break
            raise Unreadable(complaint)
        return items

    def _binary(self) -> Term:
        if self._takes(">>"):
            return b""
        if not self._takes('"'):
            raise Unreadable("invalid_binary")
        text = self._until('"', "unterminated_string")
        if not self._takes(">>"):
            raise Unreadable("expected_closing_binary")
        return text.encode("latin-1")

    def _string(self) -> Term:
        return [ord(character) for character in self._until('"', "unterminated_string")]

    def _quoted(self) -> Term:
        return self._atom(self._until("'", "unterminated_quoted_atom"))

    def _atom(self, name: str) -> Atom:
        if name not in WORDS:
            kind = "disallowed_atom" if name in _FAMILIAR else "unknown_atom"
            raise Unreadable(f"{{{kind},{erlang_string(name)}}}")
        return Atom(name)

    def _until(self, quote: str, complaint: str) -> str:
        """What stands before the next quote, which may be escaped."""
        read: list[str] = []
        while self._at < len(self._text):
            character = self._text[self._at]
            self._at += 1
            if character == quote:
                return "".join(read)
            if character == "\\" and self._at < len(self._text):
                escaped = self._text[self._at]
                self._at += 1
                character = _ESCAPES.get(escaped, escaped)
            read.append(character)
        raise Unreadable(complaint)

    def _takes(self, token: str) -> bool:
        """Go behind the token if it is next, blanks apart."""
        self._skip()
        found = self._text.startswith(token, self._at)
        self._at += len(token) * found
        return found

    def _skip(self) -> None:
        blank = self.blank.match(self._text, self._at)
        assert blank is not None
        self._at = blank.end()


class _ErlangReader(_Reader):
    """All that Erlang calls a term, but maps, lists with a tail and the sizes and types in a binary."""

    blank = _BLANK_OR_COMMENT

    def read(self) -> Term:
        term = self._term()
        if not self._takes("."):
            raise Unreadable("no full stop")
        self._skip()
        if self._at < len(self._text):
            raise Unreadable("more than a term")
        return term

    def _number(self) -> Term | None:
        if self._takes("$"):
            self._at += 1
            return ord(self._text[self._at - 1 : self._at] or "\0")
        based = _BASED.match(self._text, self._at)
        if based is None:
            return super()._number()
        self._at = based.end()
        try:
            return int(based[1] + based[3], int(based[2]))
        except ValueError:
            raise Unreadable("no such number") from None

    def _items(self, closing: str, complaint: str) -> list[Term]:
        if self._takes(closing):
            return []
        items = [self._term()]
        while self._takes(","):
            items.append(self._term())
        if not self._takes(closing):
            raise Unreadable(complaint)
        return items

    def _binary(self) -> Term:
        read = b""
        for item in self._items(">>", "no binary"):
            if isinstance(item, list):
                read += bytes(character for character in item if isinstance(character, int))
            elif isinstance(item, int):
                read += bytes((item % 256,))
            else:
                raise Unreadable("no binary")
        return read

    def _atom(self, name: str) -> Atom:
        return Atom(name)

    def _term(self) -> Term:
        self._skip()
        word = _WORD.match(self._text, self._at)
        if word is not None and word[0] in _RESERVED:
            raise Unreadable("no term")
        return super()._term()
