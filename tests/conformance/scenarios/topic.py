"""Which routing keys a topic binding matches."""

from ..play import Play
from ..scenario import scenario

KEYS = ("", ".", "..", "a", "b", "a.b", "a.b.c", "a..b", ".a", "a.", ".a.", "a.x.y.b", "A", "#", "*", "*.#", "a*")


def keys_matched_by(play: Play, *patterns: str) -> None:
    """Bind a queue by each pattern, publish each of KEYS, and see which arrive where."""
    ch = play.channel()
    with play.burst():
        for pattern in patterns:
            ch.queue_declare(f"by {pattern}")
            ch.queue_bind(f"by {pattern}", "amq.topic", pattern)
    with play.burst():
        for key in KEYS:
            ch.publish("amq.topic", key, key)
    for pattern in patterns:
        ch.bodies(f"by {pattern}")


@scenario()
def words_without_wildcards(play: Play) -> None:
    """Without wildcards key and pattern are compared word by word; case and empty words count."""
    keys_matched_by(play, "", "a", "A", "a.b", "a.b.c", "a..b", ".", "..", ".a", "a.")


@scenario()
def star_is_exactly_one_word(play: Play) -> None:
    """A star stands for exactly one word, which may be empty; the empty key has no word at all."""
    keys_matched_by(play, "*", "*.b", "a.*", "*.*", "a.*.b", "*.", ".*")


@scenario()
def hash_is_any_number_of_words(play: Play) -> None:
    """A hash stands for zero or more words, wherever it is."""
    keys_matched_by(play, "#", "a.#", "#.b", "a.#.b", "#.a.#", "#.#", "#.")


@scenario()
def hash_and_star_together(play: Play) -> None:
    """A star beside a hash takes its one word out of what the hash could have."""
    keys_matched_by(play, "*.#", "#.*", "*.#.*")


@scenario()
def wildcards_are_whole_words(play: Play) -> None:
    """A star or hash beside other characters is an ordinary word."""
    keys_matched_by(play, "a*", "#a", "**", "a.b#")


@scenario()
def more_than_two_hashes(play: Play) -> None:
    """4.3 refuses a pattern with three hashes; the others take it."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_bind("q", "amq.topic", "#.a.#")
    ch.queue_bind("q", "amq.topic", "#.a.#.b.#")


@scenario()
def unbinding_one_pattern_leaves_the_others(play: Play) -> None:
    """Patterns that share words are removed one at a time."""
    ch = play.channel()
    ch.queue_declare("q")
    ch.queue_bind("q", "amq.topic", "a.b")
    ch.queue_bind("q", "amq.topic", "a.#")
    ch.queue_unbind("q", "amq.topic", "a.#")
    ch.publish("amq.topic", "a.b", "a.b")
    ch.publish("amq.topic", "a.c", "a.c")
    ch.bodies("q")
