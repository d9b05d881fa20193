"""Jump consistent hash (Lamping and Veach, 2014), with the random numbers RabbitMQ draws for it.

They are Erlang's `rand` with the algorithm `exs1024s`, that is Sebastiano Vigna's xorshift1024*, seeded with the key.
"""

from __future__ import annotations

from collections.abc import Iterator

_WORD = 2**64 - 1
_SEED_PART = 2**21 - 1


def jump(key: int, buckets: int) -> int:
    """The bucket of a key, from 0 to `buckets` - 1. Raises ValueError if there is no bucket."""
    if buckets < 1:
        raise ValueError("a key needs at least one bucket")
    if buckets == 1:
        return 0
    bucket, ahead = -1, 0
    for number in _uniform(key):
        if ahead >= buckets:
            break
        bucket = ahead
        ahead = int((bucket + 1) / number)
    return bucket


def _uniform(key: int) -> Iterator[float]:
    """Numbers from 0 to 1, for ever."""
    state = _seeded(key)
    place = 0
    while True:
        here = state[place]
        place = (place + 1) % len(state)
        there = state[place]
        there ^= there << 31 & _WORD
        state[place] = here ^ here >> 30 ^ there ^ there >> 11
        yield (state[place] * 1181783497276652981 & _WORD) // 2**11 * 2.0**-53


def _seeded(key: int) -> list[int]:
    """Sixteen words that xorshift64* makes of three copies of the key, the last one first."""
    part = (key & _SEED_PART) + 1
    word = (
        (part * 2097131 & _SEED_PART) << 43
        | (part * 2097133 & _SEED_PART) << 22
        | (part * 2097143 & _SEED_PART) << 1
        | 1
    )
    words = []
    for _ in range(16):
        word ^= word >> 12
        word ^= word << 25 & _WORD
        word ^= word >> 27
        words.append(word * 2685821657736338717 & _WORD)
    return words[::-1]
