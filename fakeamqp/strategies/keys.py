"""Names, routing keys and binding patterns."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

_LONGEST = 255  # bytes of a short string (AMQP 0-9-1, section 4.2.5.3)


def names(prefix: str = "") -> st.SearchStrategy[str]:
    """Names that a client may give to a queue or an exchange: 1 to 255 bytes of any text but line breaks.

    None begins with `amq.`, which the broker keeps for itself, unless `prefix` does.
    """
    text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), min_size=1, max_size=60)
    named = text.map(lambda name: prefix + name)
    return named.filter(lambda name: len(name.encode()) <= _LONGEST and (bool(prefix) or not name.startswith("amq.")))


def routing_keys(words: Sequence[str] = ("a", "b", ""), *, longest: int = 4) -> st.SearchStrategy[str]:
    """Keys of up to `longest` words between dots; an empty word makes leading, trailing and double dots."""
    return st.lists(st.sampled_from(words), max_size=longest).map(".".join)


def binding_keys(words: Sequence[str] = ("a", "b", ""), *, longest: int = 4, hashes: int = 2) -> st.SearchStrategy[str]:
    """Patterns for a topic exchange: keys as of `routing_keys` in which words may be `*`, and at most `hashes` are `#`.

    RabbitMQ 4.3 refuses more than two `#`.
    """
    patterns = st.lists(st.sampled_from(("*", "#", *words)), max_size=longest)
    return patterns.filter(lambda found: found.count("#") <= hashes).map(".".join)
