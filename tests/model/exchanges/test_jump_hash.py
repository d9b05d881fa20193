from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.model.exchanges.jump_hash import jump
from fakeamqp.model.phash2 import phash2

KEYS = st.integers(0, 2**27 - 1)


def test_the_keys_that_were_recorded_have_the_buckets_they_had():
    """Recorded on 3.10.8, 4.0.5 and 4.3.6: exchange_types/hash_of_the_routing_key."""
    buckets = [jump(phash2(f"key-{number}".encode()), 3) for number in range(30)]
    assert "".join("abc"[bucket] for bucket in buckets) == "cbbbbbccaaacaccccacbbbbcacaabb"


@given(KEYS, st.integers(1, 200))
def test_a_key_stays_or_moves_to_the_new_bucket(key, buckets):
    before, after = jump(key, buckets), jump(key, buckets + 1)
    assert after in (before, buckets)


def test_buckets_get_about_the_same():
    counts = Counter(jump(key, 4) for key in range(2000))
    assert sorted(counts) == [0, 1, 2, 3]
    assert max(counts.values()) < 600


def test_negative_keys_have_a_bucket():
    assert jump(-1, 8) in range(8)


def test_there_must_be_a_bucket():
    with pytest.raises(ValueError, match="bucket"):
        jump(1, 0)
