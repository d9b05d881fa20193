"""Why a binding takes a message, or does not, by type of exchange: in words that name the place.

AMQP 0-9-1, section 3.1.3; for headers as RabbitMQ compares them: `fakeamqp.model.exchanges.headers_match`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from fakeamqp.model.binding import Binding
from fakeamqp.model.exchanges.headers_match import HeadersMatch, offered, wanted
from fakeamqp.model.profile import Profile


@attrs.frozen
class Match:
    """Whether a binding takes a message. why: what is in the way, or decides; empty where there is nothing to say.

    nearness: how much of the message it would take, from 0 to 1.
    """

    matches: bool
    why: str = ""
    nearness: float = 0.0


def direct(pattern: str, key: str) -> Match:
    """A key that is the very same."""
    if pattern == key:
        return Match(True)
    hint = _differs_little(pattern, key)
    if not hint and any(word in ("*", "#") for word in pattern.split(".")) and topic(pattern, key).matches:
        hint = "a direct exchange takes '*' and '#' literally: declare a topic exchange"
    return Match(False, hint or f"the key is {key!r}, not {pattern!r}", _common(pattern, key))


def fanout(pattern: str, key: str) -> Match:
    """Everything."""
    return Match(True, "a fanout exchange ignores keys" if pattern else "")


def topic(pattern: str, key: str) -> Match:
    """Word by word: '*' stands for exactly one, '#' for any number, none included."""
    asked, words = pattern.split("."), key.split(".") if key else []
    if pattern == "":
        asked = []
    if _matches(asked, words):
        return Match(True)
    hint = _differs_little(pattern, key) or _wildcard_in_word(asked, words)
    at = next((place for place, word in enumerate(asked) if word == "#"), len(asked))
    for place in range(min(at, len(words))):
        if asked[place] not in ("*", words[place]):
            why = f"fails at word {place + 1}: that is {words[place]!r}, not {asked[place]!r}"
            return Match(False, hint or why, place / max(len(asked), len(words)))
    nearness = min(at, len(words)) / max(len(asked), len(words), 1)
    if at < len(asked):
        return Match(False, hint or _behind_hash(asked, words, at), nearness)
    if len(words) < len(asked):
        return Match(False, hint or f"the key ends before word {len(words) + 1}, {asked[len(words)]!r}", nearness)
    return Match(False, hint or _goes_on(asked, words), nearness)


def headers(binding: Binding, given: Mapping[str, Any], profile: Profile) -> Match:
    """The headers that the binding's arguments ask for."""
    have = {name: offered(value, profile) for name, value in given.items()}
    mode = str(binding.arguments.get("x-match", "all"))
    skips = ("x-match",) if mode.endswith("-with-x") else ("x-",)
    asked = {name: value for name, value in binding.arguments.items() if not name.startswith(skips)}
    failing = [
        reason for name, value in asked.items() if (reason := _header(name, value, given, have, profile)) is not None
    ]
    if HeadersMatch(binding.arguments, profile)(have):
        return Match(True, "it asks for nothing" if not asked else "")
    nearness = 1 - len(failing) / len(asked) if asked else 0.0
    if mode.startswith("any"):
        reasons = "; ".join(failing) or "it asks for nothing, and x-match any needs one"
        return Match(False, f"x-match {mode}, and none is there: {reasons}" if asked else reasons, nearness)
    return Match(False, "; ".join(failing), nearness)


def _header(
    name: str, value: object, given: Mapping[str, Any], have: Mapping[str, object], profile: Profile
) -> str | None:
    """What is wrong with one header; None if nothing is."""
    if name not in have:
        near = next((each for each in given if each.casefold() == name.casefold()), None)
        return f"header {name!r} is missing" + (f", there is {near!r}" if near else "")
    if value is None or have[name] == wanted(value, profile):
        return None
    asked, sent = value, given[name]
    kinds = "" if type(asked) is type(sent) else f" ({type(sent).__name__}), not {asked!r} ({type(asked).__name__})"
    return f"header {name!r} is {sent!r}" + (kinds or f", not {asked!r}")


# --- topics


def _matches(asked: list[str], words: list[str]) -> bool:
    """The plain rule, place by place: which prefixes of the pattern can have taken the words so far."""
    reached = {0}
    for word in [*words, None]:
        reached = _past_hashes(asked, reached)
        if word is None:
            return len(asked) in reached
        reached = {
            place if asked[place] == "#" else place + 1
            for place in reached
            if place < len(asked) and asked[place] in ("#", "*", word)
        }
    return False


def _past_hashes(asked: list[str], reached: set[int]) -> set[int]:
    found = set(reached)
    for place in sorted(reached):
        while place < len(asked) and asked[place] == "#":
            place += 1
            found.add(place)
    return found


def _goes_on(asked: list[str], words: list[str]) -> str:
    word = words[len(asked)]
    if asked and asked[-1] == "*":
        return (
            f"the key goes on with word {len(asked) + 1}, {word!r}: '*' stands for exactly one word, "
            "'#' would take any number"
        )
    return f"the key goes on with word {len(asked) + 1}, {word!r}"


def _behind_hash(asked: list[str], words: list[str], at: int) -> str:
    last = len(asked) - 1 - next(place for place, word in enumerate(reversed(asked)) if word == "#")
    tail = asked[last + 1 :]
    if at > len(words):
        return f"the key ends before word {len(words) + 1}, {asked[len(words)]!r}"
    for place, word in enumerate(reversed(tail), 1):
        if place > len(words) - at:
            return f"the key has too few words for {'.'.join(tail)!r} behind '#'"
        if word not in ("*", words[-place]):
            where = "its last word" if place == 1 else f"word {place} from the end"
            return f"fails at {where}: that is {words[-place]!r}, not {word!r}"
    return f"nothing between is {'.'.join(asked[at + 1 : last])!r}"


def _wildcard_in_word(asked: list[str], words: list[str]) -> str:
    for word in asked:
        if len(word) > 1 and ("*" in word or "#" in word):
            return f"{word!r} is taken literally: '*' and '#' stand for whole words"
    for word in words:
        if word in ("*", "#"):
            return f"the key itself has {word!r}: only binding keys have wildcards"
    return ""


# --- what people write otherwise


def _differs_little(pattern: str, key: str) -> str:
    if pattern.strip() == key.strip():
        return "they differ in spaces at an end"
    if pattern.casefold() == key.casefold():
        return "they differ in upper and lower case"
    if pattern.replace("/", ".") == key.replace("/", ".") or pattern.replace("_", ".") == key.replace("_", "."):
        return "words are parted by dots"
    return ""


def _common(pattern: str, key: str) -> float:
    """How far two texts go together, as a share of the longer one."""
    same = next((place for place, (one, other) in enumerate(zip(pattern, key, strict=False)) if one != other), None)
    length = min(len(pattern), len(key)) if same is None else same
    return length / max(len(pattern), len(key), 1)
