"""How wide a text comes out, so that a box can be made for it without drawing it first."""

from __future__ import annotations

import unicodedata

_NARROW = frozenset("iljtfrI.,:;'|![](){}/\\ ·*-\"`")
_HIDDEN = frozenset(
    "\x7f\ufffe\uffff\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
_WIDE = frozenset("mwMW@%#&…→=+<>~^")


def width_of(text: str, size: float) -> float:
    """How wide a text is at most in the usual sans-serif fonts, in pixels. size: of the font, in pixels as well."""
    return sum(map(_share, text)) * size


def _share(character: str) -> float:
    """The width of a character as a share of the font's size, a little more than the widest common font has."""
    if character in _NARROW:
        return 0.42
    if character in _WIDE or character.isupper():
        return 0.86
    if unicodedata.east_asian_width(character) in "WF" or ord(character) > 0x2FFF:
        return 1.05
    return 0.0 if unicodedata.combining(character) else 0.64


def shortened(text: str, most: int) -> str:
    """The text if it has at most so many characters, else its beginning and its end; what cannot be shown is left out.

    The end stays because names of one family differ there.
    """
    shown = "".join(character if is_shown(character) else "�" for character in text)
    if len(shown) <= most:
        return shown
    end = most // 3
    return f"{shown[: most - end - 1]}…{shown[-end:]}"


def is_shown(character: str) -> bool:
    """False for what no XML holds, and what would show as nothing or turn the direction of what follows."""
    return (" " <= character <= "\ud7ff" or character >= "\ue000") and character not in _HIDDEN
