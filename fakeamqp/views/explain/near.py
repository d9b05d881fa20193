"""Names that somebody may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

MOST_LISTED = 8


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of the names that is most like this one; None if none is like it."""
    known = [each for each in names if each and each != name]
    by_letters = {each.casefold().replace("_", "-").strip(): each for each in reversed(known)}
    wanted = name.casefold().replace("_", "-").strip()
    if wanted in by_letters:
        return by_letters[wanted]
    found = difflib.get_close_matches(wanted, by_letters, 1, 0.6)
    return by_letters[found[0]] if found else None


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """The same as a question; what there is, if nothing is like it and there is little."""
    known = [each for each in names if each]
    found = nearest(name, known)
    if found is not None:
        return f"did you mean {found!r}?"
    if len(known) > MOST_LISTED:
        return ""
    return f"there {'is' if len(known) == 1 else 'are'} {', '.join(map(repr, known)) or 'none'}"
