"""Streams, as AMQP 0-9-1 clients see them: everybody reads from a place of their own, and reading ends nothing.

(recordings: the area `streams`.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from sortedcontainers import SortedDict

from fakeamqp.model import effects
from fakeamqp.model.arguments import parse_stream_offset
from fakeamqp.model.consumers import Consumer, Consumers
from fakeamqp.model.dead_letter import DeathRecord, deaths_of
from fakeamqp.model.errors import InternalError, NotImplementedByBroker, PreconditionFailed
from fakeamqp.model.message import Message
from fakeamqp.model.profile import Profile
from fakeamqp.model.queues.entry import Entry
from fakeamqp.model.queues.queue import Queue, Return
from fakeamqp.model.queues.store import FifoStore, Store
from fakeamqp.model.queues.stream_log import Log, Record
from fakeamqp.model.values import Long, Table, octets, seconds_of

if TYPE_CHECKING:
    from fakeamqp.model.channel import Channel

_TICK_US = 5_000_000  # how often RabbitMQ counts the messages of its streams


class Reading(Entry):
    """One delivery of a stream's message, which stays where it is. offset: the message's number."""

    __slots__ = ("offset",)
    kept = True

    def __init__(self, record: Record, stream: Stream) -> None:
        super().__init__(record.message, stream, record.copy, None)
        self.offset = record.offset


class Filter:
    """What `x-stream-filter` lets through, message by message.

    RabbitMQ skips whole chunks by a Bloom filter and looks at the messages of the others; the outcome is the same.
    A message without a value counts as one with the empty value.
    """

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        wanted = arguments.get("x-stream-filter")
        self._values = [wanted] if isinstance(wanted, str) else wanted if isinstance(wanted, list) else None
        if self._values is not None:
            self._values = [value for value in self._values if isinstance(value, str)]
            if not self._values:
                raise InternalError  # recorded: of a list, the texts count, and there must be one
        self._takes_others = arguments.get("x-stream-match-unfiltered") is True

    def __call__(self, message: Message) -> bool:
        if self._values is None:
            return True
        value = message.headers.get(_FILTER_VALUE, "")
        return value in self._values or (value == "" and self._takes_others)


class Reader:
    """A consumer's place in a stream.

    next: the offset it reads on from; chunk: the one it was last served from; turn: its place among the others.
    """

    def __init__(self, consumer: Consumer, takes: Filter | None) -> None:
        self.consumer = consumer
        self.takes = takes
        self.next = 0
        self.chunk: int | None = None
        self.turn = (b"", 0)


class Readers(Consumers):
    """The consumers of a stream, each with its place. Nobody takes turns.

    Who has read all is looked at when more is written, and who is full when it has settled something: to look at
    everybody each time would take long where there are many.
    """

    def __init__(self) -> None:
        super().__init__()
        self._readers: dict[Consumer, Reader] = {}
        # In the order in which they are served, those that are not full, and among them those that could not read on
        # when they were last looked at. RabbitMQ serves the readers of one channel in descending order of their tags.
        self._ready: SortedDict[tuple[bytes, int], Reader] = SortedDict()
        self._in_turn: SortedDict[tuple[bytes, int], Reader] = SortedDict()
        self._added = 0

    def add(self, consumer: Consumer) -> None:
        self.all[consumer.channel.key, consumer.tag] = consumer

    def read(self, reader: Reader) -> None:
        """A consumer has its place."""
        self._added += 1
        reader.turn = (octets(reader.consumer.tag), -self._added)
        self._readers[reader.consumer] = reader
        self._ready[reader.turn] = reader

    def remove(self, consumer: Consumer) -> None:
        del self.all[consumer.channel.key, consumer.tag]
        reader = self._readers.pop(consumer, None)
        if reader is not None:
            self._ready.pop(reader.turn, None)
            self._in_turn.pop(reader.turn, None)

    def has_read_all(self, reader: Reader) -> None:
        """There is nothing more to read."""
        self._in_turn.pop(reader.turn, None)

    def block(self, reader: Reader) -> None:
        """There is more to read, and the consumer cannot take it."""
        if reader.consumer.is_full:
            reader.consumer.is_blocked = True
            self._ready.pop(reader.turn, None)
            self._in_turn.pop(reader.turn, None)
        else:
            self._in_turn[reader.turn] = reader

    def has_settled(self, consumer: Consumer) -> None:
        reader = self._readers.get(consumer)
        if reader is not None:
            consumer.is_blocked = False
            self._ready[reader.turn] = self._in_turn[reader.turn] = reader

    def check(self) -> None:
        """Raise AssertionError unless everyone has a place."""
        assert self._readers.keys() == set(self.all.values()), "a consumer of a stream has no place, or a place nobody"

    @property
    def readers(self) -> list[Reader]:
        """All of them, in the order in which they came."""
        return list(self._readers.values())

    @property
    def ready(self) -> list[Reader]:
        """Those that are not full, in the order in which they are served."""
        return list(reversed(self._ready.values()))

    @property
    def in_turn(self) -> list[Reader]:
        """Those of them that could not read on, and may now."""
        return list(reversed(self._in_turn.values()))


class Stream(Queue):
    """Keeps its messages; consumers read from an offset, and acknowledgements are their credit.

    Each publish is a chunk of its own, unless `choose` puts it into the chunk of another at the same instant: how
    RabbitMQ batches them depends on its load. Chunks count for `last`, for instants, and for credit on 3.10.
    """

    KIND: ClassVar[str] = "stream"
    knows_exclusive_consumers: ClassVar[bool] = False

    consumers: Readers

    def _make_store(self) -> Store:
        self._log = Log(self.limits.segment_bytes, self.limits.max_bytes, self.limits.max_age_us)
        self._counted_tick = 0
        self._counted = 0
        return _Ready(self)

    def _make_consumers(self) -> Consumers:
        return Readers()

    @property
    def log(self) -> Log:
        """The messages by offset."""
        return self._log

    @property
    def _profile(self) -> Profile:
        return self.vhost.broker.profile

    # --- what it does not serve

    def refuses(self, message: Message) -> bool:
        return False

    def check_delete(self, *, if_unused: bool, if_empty: bool) -> None:
        """Both conditions are ignored."""

    def check_get(self) -> None:
        raise NotImplementedByBroker(f"basic.get not supported by stream queues {self.described}")

    def purge(self) -> int:
        raise NotImplementedByBroker(f"queue.purge not supported by stream queues {self.described}")

    def check_consumer(self, channel: Channel, arguments: Table, *, no_ack: bool) -> None:
        early = self._profile.stream_texts_are_early
        if not channel.prefetch:
            which = f"'{self.described}'" if early else f"stream {self.described}"
            raise PreconditionFailed(f"consumer prefetch count is not set for {which}")
        if no_ack:
            which = "stream queues" if early else "stream"
            raise NotImplementedByBroker(f"automatic acknowledgement not supported by {which} {self.described}")
        if channel.global_prefetch:
            raise NotImplementedByBroker(f"{self.described} does not support global qos")
        self._filter(arguments)

    def check_return(self, how: Return) -> None:
        if self.deleted or not self._profile.stream_refuses_returns:
            return
        if how == "recover":
            raise InternalError
        raise NotImplementedByBroker(f"basic.nack and basic.reject not supported by stream queues {self.described}")

    @property
    def loses_dead_letters(self) -> bool:
        return self._profile.stream_loses_dead_letters

    # --- what is told of it

    @property
    def message_count(self) -> int:
        """As counted last: RabbitMQ does so every five seconds, whatever happens in between."""
        self._note_count()
        return self._counted

    @property
    def consumer_count(self) -> int:
        return 0

    @property
    def deleted_count(self) -> int:
        return 0

    def _note_count(self) -> None:
        """To be called before the log changes: what it holds now is what the ticks since the last change have seen."""
        tick = self.vhost.broker.now_us // _TICK_US
        if tick > self._counted_tick:
            self._counted_tick = tick
            self._counted = self._log.end - self._log.start

    # --- in

    def offer(self, message: Message) -> int | None:
        """Write a message. Raises InternalError for one that RabbitMQ crashes on; None if it was a dead letter."""
        try:
            stored = _as_stored(message, self._profile)
        except InternalError:
            if message.origin is not None:
                return None
            raise
        return self._write(stored)

    def _write(self, message: Message) -> int:
        broker = self.vhost.broker
        self._note_count()
        self._roll()
        last = self._log.last()
        same_chunk = (
            last is not None and last.at_us == broker.now_us and broker.choose((False, True), "joins a stream's chunk")
        )
        broker.copies = copy = broker.copies + 1
        self._log.append(Record(message, self, copy, broker.now_us), same_chunk=same_chunk)
        self.deliver()
        return copy

    def _roll(self) -> None:
        self._let_go(self._log.roll(self.vhost.broker.now_us))

    def _fit(self, *, dropped_heads: bool) -> None:
        # The size of a segment stays as it was when the stream was declared.
        self._note_count()
        self._let_go(self._log.retain(self.limits.max_bytes, self.limits.max_age_us, self.vhost.broker.now_us))

    def _let_go(self, records: Sequence[Record]) -> None:
        for record in records:
            self._end(record, "retention")

    def _end(self, record: Record, reason: str) -> None:
        self.vhost.broker.emit(effects.Dropped(record.message.id, reason, self.name, record.copy))

    def delete(self, reason: str) -> int:
        for record in self._log.clear():
            self._end(record, "queue deleted")
        return super().delete(reason)

    # --- out

    def subscribe(self, consumer: Consumer) -> None:
        reader = Reader(consumer, self._filter(consumer.arguments))
        reader.next = self._place(consumer.arguments.get("x-stream-offset", "next"))
        self.consumers.add(consumer)
        self.consumers.read(reader)
        self._serve(reader)
        self._note_count()
        self._roll()  # recorded: a consumer that registers makes RabbitMQ see that a segment is full

    def _filter(self, arguments: Table) -> Filter | None:
        return Filter(arguments) if self._profile.stream_has_filters else None

    def _place(self, value: object) -> int:
        """The offset that `x-stream-offset` means now."""
        offset = parse_stream_offset(value, self._profile)
        broker = self.vhost.broker
        record: Record | None = None
        if isinstance(offset, int):
            return max(offset, 0)
        if offset == "first":
            return 0
        if offset == "last":
            record = self._log.last()
            return self._log.end if record is None else record.chunk
        if isinstance(offset, timedelta):
            record = self._log.find_instant(broker.now_us - offset // timedelta(microseconds=1))
        elif isinstance(offset, datetime):
            since_start = seconds_of(offset) - broker.starts_at.timestamp()
            record = self._log.find_instant(round(since_start * 1_000_000))
        return self._log.end if record is None else record.chunk

    def deliver(self) -> None:
        for reader in self.consumers.ready:
            self._serve(reader)

    def serve_freed(self) -> None:
        for reader in self.consumers.in_turn:
            self._serve(reader)

    def _serve(self, reader: Reader) -> None:
        """Let a consumer read on as far as its credit goes."""
        consumer = reader.consumer
        whole_chunks = self._profile.stream_delivers_whole_chunks
        while (record := self._log.find(reader.next)) is not None:
            if not consumer.able and not (whole_chunks and record.chunk == reader.chunk):
                self.consumers.block(reader)
                return
            reader.next = record.offset + 1
            reader.chunk = record.chunk
            if reader.takes is None or reader.takes(record.message):
                consumer.channel.deliver(consumer, Reading(record, self))
        self.consumers.has_read_all(reader)

    def check_readers(self) -> None:
        """Raise AssertionError if somebody could read on."""
        for reader in self.consumers.readers:
            served = not reader.consumer.able or self._log.find(reader.next) is None
            assert served, f"'{reader.consumer.tag}' could read on at {reader.next}"

    tells_in_headers: ClassVar[bool] = True

    def delivery_headers(self, entry: Entry, *, fetched: bool) -> dict[str, Any] | None:
        assert isinstance(entry, Reading)
        return entry.message.headers_with({"x-stream-offset": Long(entry.offset)})

    # --- back: what is returned or rejected counts as acknowledged

    def requeue(self, entries: Sequence[Entry], how: Return) -> None:
        for entry in entries:
            self.settle(entry)

    def reject(self, entries: Sequence[Entry], how: Return) -> None:
        for entry in entries:
            self.settle(entry)

    def _take_back(self, entries: Sequence[Entry], how: Return) -> None:
        raise NotImplementedError("nothing comes back to a stream")


class _Ready(FifoStore):
    """A stream's messages as others look at what a queue holds; nothing is taken out of it."""

    def __init__(self, stream: Stream) -> None:
        super().__init__()
        self._stream = stream

    def __len__(self) -> int:
        return len(self._stream.log)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._stream.log)

    def head(self) -> Entry | None:
        return self._stream.log.first()


# --- messages

_FILTER_VALUE = "x-stream-filter-value"
_TAKEN_NAMES = ("x-exchange", "x-routing-key")


def _as_stored(message: Message, profile: Profile) -> Message:
    """What comes back of a message from a stream, which keeps it in the form of AMQP 1.0.

    Gone are the property `cluster_id` and headers that are lists or tables. From 4.0 on CC and headers named `x-…` may
    be lists and tables, byte strings that are UTF-8 become text, the delivery mode is 2 or 1 whatever was set, dead
    letters show the expiration they had, and headers named as the stream's own annotations are lost, as is an `x-death`
    that a client has published.

    Raises InternalError where RabbitMQ crashes: for a decimal, and from 4.0 on for a filter value that is no text.
    """
    properties = {name: value for name, value in message.properties.items() if name != "cluster_id"}
    if "headers" in properties:
        properties["headers"] = _headers_as_stored(message, profile)
    if profile.stream_has_annotations:
        properties["delivery_mode"] = 2 if message.persistent else 1
        expirations = [death["original-expiration"] for death in _own_deaths(message) if "original-expiration" in death]
        if expirations:
            properties["expiration"] = expirations[0]
    if properties == message.properties:
        return message
    stored = Message(message.exchange, message.routing_key, properties, message.body)
    stored.id = message.id
    return stored


def _headers_as_stored(message: Message, profile: Profile) -> dict[str, Any]:
    headers, annotated = message.headers, profile.stream_has_annotations
    taken = _TAKEN_NAMES if message.origin is not None else (*_TAKEN_NAMES, "x-death")
    if annotated and not isinstance(headers.get(_FILTER_VALUE, ""), str):
        raise InternalError
    stored: dict[str, Any] = {}
    for name, value in headers.items():
        if isinstance(value, Decimal):
            raise InternalError
        if not annotated:
            if not isinstance(value, list | dict):
                stored[name] = value
        elif name == "x-cc":
            stored["CC"] = value
        elif name not in taken and (name.startswith("x-") or name == "CC" or not isinstance(value, list | dict)):
            stored[name] = _text_if_utf8(value)
    return stored


def _own_deaths(message: Message) -> list[DeathRecord]:
    return [] if message.origin is None else deaths_of(message.headers)


def _text_if_utf8(value: Any) -> Any:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value
    return value
