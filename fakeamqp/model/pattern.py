"""The regular expressions of policies and permissions, which RabbitMQ reads by Erlang's `re`, that is PCRE.

They are read by Python's `re` here, byte by byte as RabbitMQ does. The two agree on what such patterns are made of:
literals, classes, groups, alternatives, repetition, anchors, look-around, flags at the beginning. What only PCRE knows
(`(?|`, `(?R)`, `\\Q…\\E`, `\\K`, `\\p{…}`, `[[:alpha:]]`, `\\z`, `\\x{…}`, verbs) is refused with a ValueError that
says so, rather than read as something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from fakeamqp.model.erlang import erlang_string, erlang_tuple
from fakeamqp.model.profile import Profile


class InvalidPattern(ValueError):
    """No regular expression for Erlang either. complaint: what it says; at: the place, in bytes."""

    def __init__(self, complaint: str, at: int) -> None:
        super().__init__(complaint, at)
        self.complaint = complaint
        self.at = at

    def described(self, column: int) -> str:
        """As RabbitMQ's texts print it. column: where the text begins, from 0."""
        return erlang_tuple((erlang_string(self.complaint), str(self.at)), column=column)


def matches(pattern: str, name: str) -> bool:
    """True if the pattern, which has been checked, is found anywhere in the name."""
    return _compiled(pattern).search(_bytewise(name)) is not None


def check_pattern(pattern: str, profile: Profile) -> None:
    """Raise InvalidPattern for what is no regular expression, ValueError for one that only PCRE can read."""
    if _READ_DIFFERENTLY.search(pattern):
        raise _unreadable(pattern)
    try:
        _compiled(pattern)
    except re.error as error:
        if _FOR_PCRE_ALONE.search(pattern):
            raise _unreadable(pattern) from None
        raise _as_erlang_tells(error, _bytewise(pattern), profile) from None


# Python takes these for something else, or for nothing special.
_READ_DIFFERENTLY = re.compile(r"\[:\^?\w+:\]|\\[zZ]|\(\*[A-Z]|.\(\?[imsx-]+\)")
_FOR_PCRE_ALONE = re.compile(
    r"\(\?[|>&R0-9+'-]|\(\?P>|\(\?\(DEFINE\)|[*+?}]\+|\\[QEKpPRXGhHgkNoC]|\\x\{|\(\?<[A-Za-z_]"
)


def _unreadable(pattern: str) -> ValueError:
    return ValueError(
        f"fakeamqp cannot read the regular expression {pattern!r}: RabbitMQ's are PCRE, and something in it is read "
        "otherwise by Python's re, or not at all; write it without"
    )


def _bytewise(text: str) -> str:
    return text.encode().decode("latin-1")


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    # PCRE and Python name a group differently.
    return re.compile(re.sub(r"\(\?<(?=[A-Za-z_])", "(?P<", _CLASS.sub(_escaped_class, _bytewise(pattern))))


_CLASS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^]\\])*\]", re.DOTALL)


def _escaped_class(found: re.Match[str]) -> str:
    """A class of characters, with those escaped that Python warns of: it may give them a meaning of their own."""
    text = found[0]
    return text if text[0] != "[" else "[" + re.sub(r"(\\.)|([\[&|~])", lambda one: one[1] or f"\\{one[2]}", text[1:])


# By the beginning of Python's complaint: PCRE's, which PCRE2 words differently, and where each finds it. The places are
# counted from that of Python's (p) or from the end of the pattern (e).
_Told = tuple[str, Callable[[int, int], int]]
_COMPLAINTS: dict[str, tuple[_Told, _Told]] = {
    "missing ), unterminated comment": (
        ("missing ) after comment", lambda p, e: e),
        ("missing ) after (?# comment", lambda p, e: e),
    ),
    "missing ), unterminated": (
        ("missing )", lambda p, e: e),
        ("missing closing parenthesis", lambda p, e: e),
    ),
    "unterminated character set": (("missing terminating ] for character class", lambda p, e: e),) * 2,
    "min repeat greater": (("numbers out of order in {} quantifier", lambda p, e: e - 1),) * 2,
    "nothing to repeat": (
        ("nothing to repeat", lambda p, e: p),
        ("quantifier does not follow a repeatable item", lambda p, e: p + 1),
    ),
    "multiple repeat": (
        ("nothing to repeat", lambda p, e: p),
        ("quantifier does not follow a repeatable item", lambda p, e: p + 1),
    ),
    "unbalanced parenthesis": (
        ("unmatched parentheses", lambda p, e: p),
        ("unmatched closing parenthesis", lambda p, e: p + 1),
    ),
    "bad character range": (
        ("range out of order in character class", lambda p, e: p + 2),
        ("range out of order in character class", lambda p, e: p + 3),
    ),
    "bad escape (end of pattern)": (("\\ at end of pattern", lambda p, e: e),) * 2,
    "invalid group reference": (("reference to non-existent subpattern", lambda p, e: e),) * 2,
    "unknown extension": (
        ("unrecognized character after (? or (?-", lambda p, e: p + 1),
        ("unrecognized character after (? or (?-", lambda p, e: p + 2),
    ),
}


def _as_erlang_tells(error: re.error, pattern: str, profile: Profile) -> InvalidPattern:
    """PCRE's words where they are recorded, else Python's."""
    place = error.pos or 0
    for beginning, told in _COMPLAINTS.items():
        if error.msg.startswith(beginning):
            complaint, at = told[profile.patterns_are_pcre2]
            return InvalidPattern(complaint, at(place, len(pattern)))
    return InvalidPattern(error.msg, place)
