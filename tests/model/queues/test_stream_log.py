"""Segments and what is kept of them. Recorded: streams/kept_by_bytes, kept_by_age, offset_of_what_is_gone."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.model.message import Message
from fakeamqp.model.queues.stream_log import Log, Record

QUEUE: Any = None


def write(log: Log, count: int, *, at_us: int = 0, size: int = 1000) -> list[int]:
    """Write messages, and begin new segments where they are due; the offsets that went by that."""
    gone: list[int] = []
    for _ in range(count):
        gone += [record.offset for record in log.roll(at_us)]
        log.append(Record(Message("", "s", {}, b"x" * size), QUEUE, 0, at_us), same_chunk=False)
    return gone


def offsets(log: Log) -> list[int]:
    return [record.offset for record in log]


def test_offsets_rise_from_zero():
    log = Log(10**6, None, None)
    write(log, 3)
    assert offsets(log) == [0, 1, 2]
    assert (log.start, log.end, len(log)) == (0, 3, 3)


def test_a_new_segment_begins_with_an_offset_that_is_no_message():
    log = Log(3000, None, None)
    write(log, 8)
    assert offsets(log) == [0, 1, 2, 4, 5, 6, 8, 9]


def test_a_full_segment_is_followed_only_when_something_happens():
    log = Log(3000, None, None)
    write(log, 3)
    assert log.end == 3
    assert log.roll(0) == []
    assert log.end == 4
    assert log.roll(0) == []
    assert log.end == 4


def test_the_oldest_segments_beyond_the_bytes_go_whole():
    log = Log(3000, 9000, None)
    assert write(log, 9) == []
    assert write(log, 1) == [0, 1, 2]
    assert offsets(log) == [4, 5, 6, 8, 9, 10, 12]
    assert log.start == 3


def test_the_newest_segment_stays_however_large_it_is():
    log = Log(10**6, 10, None)
    assert write(log, 5) == []
    assert len(log) == 5


def test_segments_go_once_their_last_message_is_too_old():
    log = Log(3000, None, 2_000_000)
    assert write(log, 10) == []
    assert write(log, 2, at_us=3_000_000) == []
    assert write(log, 1, at_us=3_000_000) == [0, 1, 2, 4, 5, 6, 8, 9, 10]


def test_without_a_limit_everything_stays():
    log = Log(1000, None, None)
    assert write(log, 20) == []
    assert len(log) == 20


@given(st.integers(1, 40), st.integers(0, 60), st.integers(1, 5000))
def test_an_offset_is_found_or_what_comes_behind_it(count, offset, segment):
    log = Log(segment, 8000, None)
    write(log, count)
    expected = next((record for record in log if record.offset >= offset), None)
    assert log.find(offset) is expected


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(0, 40))
def test_an_instant_is_found_or_what_comes_behind_it(steps, instant):
    log = Log(2000, None, None)
    now = 0
    for step in steps:
        now += step
        write(log, 1, at_us=now)
    assert log.find_instant(instant) is next((record for record in log if record.at_us >= instant), None)


def test_chunks_hold_what_was_written_together():
    log = Log(10**6, None, None)
    for same in (False, True, True, False):
        log.append(Record(Message("", "s"), QUEUE, 0, 0), same_chunk=same)
    assert [record.chunk for record in log] == [0, 0, 0, 3]


def test_what_is_cleared_is_told():
    log = Log(3000, None, None)
    write(log, 5)
    assert [record.offset for record in log.clear()] == [0, 1, 2, 4, 5]
    assert (len(log), log.first(), log.last(), log.find(0)) == (0, None, None, None)


def test_less_may_be_kept_from_some_instant_on_but_the_newest_segment_stays():
    log = Log(3000, None, None)
    write(log, 8)
    assert [record.offset for record in log.retain(4_000, None, 0)] == [0, 1, 2, 4, 5, 6]
    assert [record.offset for record in log.retain(None, 0, 10)] == []
    assert (offsets(log), len(log), log.start) == ([8, 9], 2, 7)


@given(st.lists(st.integers(0, 3_000), max_size=40), st.integers(100, 4_000), st.integers(0, 10_000))
def test_as_few_segments_go_as_bring_it_within_its_bytes(sizes, segment, most):
    log = Log(segment, most, None)
    for size in sizes:
        expected = [each.size for each in log._segments]
        before = log._segments[-1]
        log.roll(0)
        newest = log._segments[-1]
        if newest is not before:
            expected.append(newest.size)
            while len(expected) > 1 and sum(expected) > most:
                del expected[0]
        assert [each.size for each in log._segments] == expected
        log.append(Record(Message("", "s", {}, b"x" * size), QUEUE, 0, 0), same_chunk=False)
