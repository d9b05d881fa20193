"""What a stream holds: messages in segments, of which the oldest go when retention says so."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fakeamqp.model.content_size import properties_size
from fakeamqp.model.message import Message
from fakeamqp.model.queues.entry import Entry
from fakeamqp.model.values import octets

if TYPE_CHECKING:
    from fakeamqp.model.queues.queue import Queue

_SEGMENT_BEGINNING = 8  # bytes
_TRACKING = 110  # bytes; what a segment begins with that is not a stream's first
_AROUND_A_MESSAGE = 150  # bytes of a chunk that are neither body nor properties


class Record(Entry):
    """One message of a stream: a copy that is always ready, until retention ends it.

    offset: its number; chunk: that of the first message written together with it; at_us: the instant it was written.
    """

    __slots__ = ("at_us", "chunk", "offset")

    def __init__(self, message: Message, queue: Queue, copy: int, at_us: int) -> None:
        super().__init__(message, queue, copy, None)
        self.at_us = at_us
        self.offset = self.chunk = 0  # given by the log


class Segment:
    """A file of a stream. first: the number it begins with; size: in bytes, as far as that can be told from outside."""

    def __init__(self, first: int, size: int) -> None:
        self.first = first
        self.size = size
        self.records: list[Record] = []

    def lend(self) -> Segment:
        """One with the same messages, to look at."""
        twin = Segment(self.first, self.size)
        twin.records.extend(self.records)
        return twin


class Log:
    """The messages of a stream, by offset.

    A segment is full at `segment_bytes`. The next one begins with a record of its own that takes an offset and is no
    message; with that, whole segments are let go: the oldest beyond `max_bytes`, and those whose last message is older
    than `max_age_us`. The newest stays. (recordings: streams/kept_by_bytes, kept_by_age, offset_of_what_is_gone.)

    end: the offset of what is written next.
    """

    def __init__(self, segment_bytes: int, max_bytes: int | None, max_age_us: int | None) -> None:
        self.end = 0
        self._segment_bytes = segment_bytes
        self._max_bytes = max_bytes
        self._max_age_us = max_age_us
        self._segments = [Segment(0, _SEGMENT_BEGINNING)]
        self._bytes = _SEGMENT_BEGINNING  # of all segments
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Record]:
        for segment in self._segments:
            yield from segment.records

    @property
    def start(self) -> int:
        """The offset with which the oldest segment begins."""
        return self._segments[0].first

    def first(self) -> Record | None:
        """The oldest message; None if there is none."""
        return next(iter(self), None)

    def last(self) -> Record | None:
        """The newest message; None if there is none."""
        for segment in reversed(self._segments):
            if segment.records:
                return segment.records[-1]
        return None

    def find(self, offset: int) -> Record | None:
        """The first message from this offset on; None if it is yet to come."""
        segments = self._segments
        place = len(segments) - 1
        if offset < segments[place].first:
            place = max(bisect.bisect_right(segments, offset, key=lambda segment: segment.first) - 1, 0)
        for index in range(place, len(segments)):
            records = segments[index].records
            if records and offset <= records[-1].offset:
                return records[max(0, offset - records[0].offset)]
        return None

    def find_instant(self, at_us: int) -> Record | None:
        """The first message of the first chunk written at this instant or later; None if it is yet to come."""
        for segment in self._segments:
            records = segment.records
            if records and records[-1].at_us >= at_us:
                return records[bisect.bisect_left(records, at_us, key=lambda record: record.at_us)]
        return None

    def append(self, record: Record, *, same_chunk: bool) -> None:
        """Write a message. same_chunk: together with the one before."""
        segment = self._segments[-1]
        record.offset = self.end
        record.chunk = segment.records[-1].chunk if same_chunk and segment.records else self.end
        segment.records.append(record)
        size = _size(record.message)
        segment.size += size
        self._bytes += size
        self.end += 1
        self._count += 1

    def roll(self, now_us: int) -> list[Record]:
        """Begin a new segment if the newest is full; what retention lets go with that."""
        if self._segments[-1].size < self._segment_bytes or not self._segments[-1].records:
            return []
        segment = Segment(self.end, _SEGMENT_BEGINNING + _TRACKING)
        self._segments.append(segment)
        self._bytes += segment.size
        self.end += 1
        return self._let_go(now_us)

    def retain(self, max_bytes: int | None, max_age_us: int | None, now_us: int) -> list[Record]:
        """Keep no more than this from now on; what goes at once."""
        self._max_bytes = max_bytes
        self._max_age_us = max_age_us
        return self._let_go(now_us)

    def _let_go(self, now_us: int) -> list[Record]:
        gone: list[Record] = []
        too_many = self._too_many(now_us)
        for segment in self._segments[:too_many]:
            gone += segment.records
            self._bytes -= segment.size
        del self._segments[:too_many]
        self._count -= len(gone)
        return gone

    def clear(self) -> list[Record]:
        """Everything goes."""
        gone = list(self)
        self._segments = [Segment(self.end, _SEGMENT_BEGINNING)]
        self._bytes = _SEGMENT_BEGINNING
        self._count = 0
        return gone

    def _too_many(self, now_us: int) -> int:
        """How many of the oldest segments are not kept."""
        segments = self._segments
        older, too_many = len(segments) - 1, 0
        if self._max_bytes is not None:
            kept = self._bytes
            while too_many < older and kept > self._max_bytes:
                kept -= segments[too_many].size
                too_many += 1
        if self._max_age_us is not None:
            while too_many < older and segments[too_many].records[-1].at_us < now_us - self._max_age_us:
                too_many += 1
        return too_many


def _size(message: Message) -> int:
    """Bytes a message takes in a file, within some 20: some of it is the broker's own bookkeeping."""
    keys = len(octets(message.exchange)) + len(octets(message.routing_key))
    return _AROUND_A_MESSAGE + keys + properties_size(message.properties) + len(message.body)
