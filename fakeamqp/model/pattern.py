"""The regular expressions of policies and permissions, which RabbitMQ reads by Erlang's `re`, that is PCRE.

They are written in Python's here, and matched byte by byte as RabbitMQ does. Up to RabbitMQ 4.0 a byte above 127 is a
character of Latin-1; in 4.3, whose Erlang has PCRE2, it is none (recordings: `permissions/expressions_…`). What Python
has no word for is refused and not guessed: `(?|`, `(?R)`, `(?>`, `a++`, `\\K`, `\\p{…}`, `[[:^alpha:]]`, verbs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from fakeamqp.model.erlang import erlang_string, erlang_tuple
from fakeamqp.model.profile import Profile
from fakeamqp.model.values import octets


class InvalidPattern(ValueError):
    """No regular expression for Erlang either. complaint: what it says; at: the place, in bytes."""

    def __init__(self, complaint: str, at: int) -> None:
        super().__init__(complaint, at)
        self.complaint = complaint
        self.at = at

    def described(self, column: int) -> str:
        """As RabbitMQ's texts print it. column: where the text begins, from 0."""
        return erlang_tuple((erlang_string(self.complaint), str(self.at)), column=column)


def check_pattern(pattern: str, profile: Profile) -> None:
    """Raise InvalidPattern for what is no regular expression, ValueError for one that only PCRE can read."""
    _compiled(pattern, profile.patterns_are_pcre2)


def matches(pattern: str, name: str, profile: Profile) -> bool:
    """True if the pattern, which has been checked, is found anywhere in the name."""
    return _compiled(pattern, profile.patterns_are_pcre2).search(_bytewise(name)) is not None


def quoted(text: str) -> str:
    """A pattern that matches this text itself."""
    return re.escape(text)


def _bytewise(text: str) -> str:
    """A text with one character for each of its bytes in UTF-8."""
    return octets(text).decode("latin-1")


@lru_cache(maxsize=1024)
def _compiled(pattern: str, pcre2: bool) -> re.Pattern[str]:
    source = _bytewise(pattern)
    try:
        return re.compile(_Translation(source, latin=not pcre2).text, re.ASCII if pcre2 else re.UNICODE)
    except _Invalid as invalid:
        raise InvalidPattern(*invalid.told(pcre2)) from None
    except (_Foreign, re.error) as error:
        if str(error).startswith(("invalid group reference", "unknown group name")):
            raise InvalidPattern("reference to non-existent subpattern", len(source)) from None
        raise ValueError(
            f"fakeamqp cannot read the regular expression {pattern!r}: RabbitMQ's are PCRE, and Python has no word for "
            f"something in it ({error}); write it without"
        ) from None


# What is wrong with a pattern, in the words of PCRE and of PCRE2, and by how much the latter points further on.
_NOTHING_TO_REPEAT = ("nothing to repeat", "quantifier does not follow a repeatable item", 1)
_MISSING_PARENTHESIS = ("missing )", "missing closing parenthesis", 0)
_UNMATCHED_PARENTHESIS = ("unmatched parentheses", "unmatched closing parenthesis", 1)
_MISSING_BRACKET = (("missing terminating ] for character class",) * 2) + (0,)
_UNENDED_COMMENT = ("missing ) after comment", "missing ) after (?# comment", 0)
_UNKNOWN_GROUP = (("unrecognized character after (? or (?-",) * 2) + (1,)
_LONE_BACKSLASH = (("\\ at end of pattern",) * 2) + (0,)
_RANGE_OUT_OF_ORDER = (("range out of order in character class",) * 2) + (1,)
_NUMBERS_OUT_OF_ORDER = (("numbers out of order in {} quantifier",) * 2) + (0,)


class _Invalid(Exception):
    def __init__(self, complaint: tuple[Any, ...], offset: int) -> None:
        super().__init__(complaint[0])
        self._complaint = complaint
        self._offset = offset

    def told(self, pcre2: bool) -> tuple[str, int]:
        earlier, later, further = self._complaint
        return (later, self._offset + further) if pcre2 else (earlier, self._offset)


class _Foreign(Exception):
    """Perl has it, Python has not."""


_VERTICAL = "\\n\\x0b\\f\\r\\x85"
_ESCAPES = {
    "z": "\\Z",
    "Z": "(?=\\n?\\Z)",
    "h": "[ \\t\\xa0]",
    "H": "[^ \\t\\xa0]",
    "v": f"[{_VERTICAL}]",
    "V": f"[^{_VERTICAL}]",
    "R": f"(?:\\r\\n|[{_VERTICAL}])",
    "N": "[^\\n]",
    "e": "\\x1b",
    **{letter: f"\\{letter}" for letter in "AbBdDsSwWatnrf"},
}
_UNREPEATABLE = frozenset("AbBzZ")
_POSIX = {
    "alpha": ("A-Za-z", "\\xaa\\xb5\\xba\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\xff"),
    "digit": ("0-9", ""),
    "alnum": ("A-Za-z0-9", "\\xaa\\xb5\\xba\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\xff"),
    "upper": ("A-Z", "\\xc0-\\xd6\\xd8-\\xde"),
    "lower": ("a-z", "\\xaa\\xb5\\xba\\xdf-\\xf6\\xf8-\\xff"),
    "space": ("\\s", ""),
    "blank": (" \\t", "\\xa0"),
    "punct": ("!-/:-@\\[-`{-~", ""),
    "xdigit": ("0-9A-Fa-f", ""),
    "word": ("\\w", ""),
}
_GROUPS = ("(?:", "(?=", "(?!", "(?<=", "(?<!", "(?P<", "(?P=")
_FOREIGN_GROUPS = re.compile(r"\(\*|\(\?[|>&RPC('+0-9<JUXnxr^-]")
_FLAGS = re.compile(r"\(\?([imsx]*(?:-[imsx]+)?)([:)])")
# How often something is repeated, {2}, {2,} or {2,3}: least, comma and most. PCRE2 takes {,3} and spaces as well.
_COUNT = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}")
_COUNT_OF_PCRE2 = re.compile(r"\{[ \t]*(?=[0-9]|,[ \t]*[0-9])([0-9]*)[ \t]*(?:(,)[ \t]*([0-9]*)[ \t]*)?\}")
_NAME = re.compile(r"\(\?<([A-Za-z_]\w*)>|\(\?'([A-Za-z_]\w*)'", re.ASCII)
_REFERENCE = re.compile(r"\\k(?:<(\w+)>|'(\w+)'|\{(\w+)\})", re.ASCII)
_HEX = re.compile(r"\\x(?:\{([0-9A-Fa-f]{1,2})\}|([0-9A-Fa-f]{0,2}))")
_OCTAL_OR_REFERENCE = re.compile(r"\\[0-9]+")
_POSIX_CLASS = re.compile(r"\[:(\^?[a-z]+):\]")


class _Translation:
    """One pass over a pattern. text: Python's version of it."""

    def __init__(self, source: str, *, latin: bool) -> None:
        self._source = source
        self._latin = latin
        self._at = 0
        # For each group that is open, the whole included: the flags set inside it so far, which hold up to its end.
        self._flags: list[list[str]] = [[]]
        self._repeatable = False
        self.text = "".join(self._pieces())

    def _pieces(self) -> Iterator[str]:
        while self._at < len(self._source):
            yield self._piece(self._source[self._at])
        if len(self._flags) > 1:
            raise _Invalid(_MISSING_PARENTHESIS, len(self._source))
        yield ")" * len(self._flags[0])

    def _piece(self, character: str) -> str:
        if character == "\\":
            return self._escape()
        if character == "[":
            self._repeatable = True
            return self._class()
        if character == "(":
            self._repeatable = False
            return self._group()
        if character == ")":
            return self._end_of_group()
        if character == "|":
            return self._alternative()
        quantifier = self._quantifier(character)
        if quantifier is not None:
            return quantifier
        self._repeatable = character != "^"
        taken = self._take(1)
        return "\\{" if taken == "{" else taken

    def _take(self, count: int) -> str:
        taken = self._source[self._at : self._at + count]
        self._at += count
        return taken

    def _match(self, piece: re.Pattern[str]) -> re.Match[str] | None:
        found = piece.match(self._source, self._at)
        if found is not None:
            self._at = found.end()
        return found

    # --- repetition

    def _quantifier(self, character: str) -> str | None:
        start = self._at
        if character in "*+?":
            taken = self._take(1)
        elif (found := self._match(_COUNT if self._latin else _COUNT_OF_PCRE2)) is not None:
            least, comma, most = found[1] or "0", found[2] or "", found[3] or ""
            taken = f"{{{least}{comma}{most}}}"
            if most and int(least) > int(most):
                raise _Invalid(_NUMBERS_OUT_OF_ORDER, self._at - 1)
        else:
            return None
        if not self._repeatable:
            raise _Invalid(_NOTHING_TO_REPEAT, start)
        self._repeatable = False
        if self._source.startswith("+", self._at):
            raise _Foreign("possessive quantifiers")
        return taken + (self._take(1) if self._source.startswith("?", self._at) else "")

    # --- groups

    def _group(self) -> str:
        rest = self._source[self._at :]
        if rest.startswith("(?#"):
            end = rest.find(")")
            if end < 0:
                raise _Invalid(_UNENDED_COMMENT, len(self._source))
            self._take(end + 1)
            return ""
        if (found := self._match(_FLAGS)) is not None:
            flags = found[1]
            if found[2] == ":":
                self._flags.append([])
                return found.group()
            if flags:
                self._flags[-1].append(flags)
            return f"(?{flags}:" if flags else ""
        named = self._match(_NAME)
        if not (named or rest.startswith(_GROUPS) or rest[1:2] not in ("?", "*")):
            if _FOREIGN_GROUPS.match(rest):
                raise _Foreign(f"groups that begin with {rest[:3]}")
            raise _Invalid(_UNKNOWN_GROUP, self._at + 2)
        self._flags.append([])
        if named:
            return f"(?P<{named[1] or named[2]}>"
        return self._take(next((len(opening) for opening in _GROUPS if rest.startswith(opening)), 1))

    def _end_of_group(self) -> str:
        if len(self._flags) == 1:
            raise _Invalid(_UNMATCHED_PARENTHESIS, self._at)
        self._repeatable = True
        self._take(1)
        return ")" * (len(self._flags.pop()) + 1)

    def _alternative(self) -> str:
        """Flags hold in the alternatives that follow, too."""
        self._repeatable = False
        self._take(1)
        flags = self._flags[-1]
        return ")" * len(flags) + "|" + "".join(f"(?{each}:" for each in flags)

    # --- single characters

    def _escape(self) -> str:
        self._repeatable = True
        if (found := self._match(_REFERENCE)) is not None:
            return f"(?P={found[1] or found[2] or found[3]})"
        if (found := self._match(_HEX)) is not None:
            return f"\\x{(found[1] or found[2]):0>2}"
        if (found := self._match(_OCTAL_OR_REFERENCE)) is not None:
            return f"(?:{found.group()})"
        letter = self._source[self._at + 1 : self._at + 2]
        if not letter:
            raise _Invalid(_LONE_BACKSLASH, len(self._source))
        self._take(2)
        if letter == "Q":
            end = self._source.find("\\E", self._at)
            literal = self._take((len(self._source) if end < 0 else end) - self._at)
            self._take(2)
            return re.escape(literal)
        if letter == "E":
            return ""
        if letter in _ESCAPES:
            self._repeatable = letter not in _UNREPEATABLE
            return _ESCAPES[letter]
        if letter.isascii() and letter.isalnum():
            raise _Foreign(f"\\{letter}")
        return re.escape(letter)

    def _class(self) -> str:
        start = self._at
        pieces = [self._take(2 if self._source.startswith("[^", self._at) else 1)]
        if self._source.startswith("]", self._at):  # the first one is a character
            self._take(1)
            pieces.append("\\]")
        while not self._source.startswith("]", self._at):
            if self._at >= len(self._source):
                raise _Invalid(_MISSING_BRACKET, len(self._source))
            pieces.append(self._member())
        self._take(1)
        self._check_ranges(start + len(pieces[0]), self._at - 1)
        return "".join(pieces) + "]"

    def _member(self) -> str:
        if (found := self._match(_POSIX_CLASS)) is not None:
            if found[1] not in _POSIX:
                raise _Foreign(f"the class {found.group()}")
            ascii_part, latin_part = _POSIX[found[1]]
            return ascii_part + (latin_part if self._latin else "")
        character = self._take(1)
        if character == "\\":
            letter = self._take(1)
            if letter and letter in "hvHVNRQEGX":
                raise _Foreign(f"\\{letter} in a class")
            return character + letter
        return f"\\{character}" if character in "[&~|" else character

    def _check_ranges(self, start: int, end: int) -> None:
        members = self._source[start:end]
        for found in re.finditer(r"([^\\\[\]-])-([^\\\[\]-])", members):
            if found[1] > found[2]:
                raise _Invalid(_RANGE_OUT_OF_ORDER, start + found.end() - 1)
