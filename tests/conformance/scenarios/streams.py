"""Streams over AMQP 0-9-1: reading from an offset, credit by acknowledgement, retention.

Publishes stand apart in time, so that each is a chunk of its own on a real broker.
"""

import datetime
from decimal import Decimal
from typing import Any

from ..play import Channel, Play
from ..scenario import scenario
from .quorum import ARGUMENTS

STREAM = {"x-queue-type": "stream"}

LONG_AGO = datetime.datetime(2001, 1, 1, tzinfo=datetime.timezone.utc)
FAR_AHEAD = datetime.datetime(2099, 1, 1, tzinfo=datetime.timezone.utc)


def declare(play: Play, bodies: str = "", prefetch: int = 10, **arguments: Any) -> Channel:
    """A channel with a prefetch, and a stream s that holds these bodies."""
    ch = play.channel()
    ch.basic_qos(prefetch_count=prefetch)
    given = {name.replace("_", "-"): value for name, value in arguments.items()}
    ch.queue_declare("s", durable=True, arguments={**STREAM, **given})
    for body in bodies:
        ch.publish("", "s", body)
    return ch


def read(ch: Channel, offset: Any, tag: str = "t", **arguments: Any) -> None:
    """Consume the stream from an offset."""
    ch.consume("s", tag, arguments={"x-stream-offset": offset, **arguments})


# --- what a stream does not do


@scenario()
def needs_a_prefetch(play: Play) -> None:
    """A consumer without a prefetch is refused."""
    declare(play, prefetch=0).consume("s")


@scenario()
def global_prefetch(play: Play) -> None:
    """Before 4.3 a limit for the whole channel is refused; 4.3 reads it as one for each consumer."""
    ch = declare(play, "abc", prefetch=0)
    ch.basic_qos(prefetch_count=2, global_qos=True)
    read(ch, "first")


@scenario()
def global_prefetch_beside_the_other(play: Play) -> None:
    """A limit for the whole channel is refused also with one for each consumer."""
    ch = declare(play, "abc", prefetch=2)
    ch.basic_qos(prefetch_count=1, global_qos=True)
    read(ch, "first")


@scenario()
def no_automatic_acknowledgement(play: Play) -> None:
    """A consumer with no_ack closes the connection."""
    declare(play, "a").consume("s", "t", auto_ack=True)


@scenario()
def no_ack_without_a_prefetch(play: Play) -> None:
    """Which of two reasons to refuse a consumer is told."""
    declare(play, prefetch=0).consume("s", "t", auto_ack=True)


@scenario()
def no_ack_with_a_global_prefetch(play: Play) -> None:
    """Which of two reasons to close the connection is told."""
    ch = declare(play)
    ch.basic_qos(prefetch_count=1, global_qos=True)
    ch.consume("s", "t", auto_ack=True)


@scenario()
def bad_offset_without_a_prefetch(play: Play) -> None:
    """Of a bad offset and a missing prefetch, which is told."""
    read(declare(play, prefetch=0), "5x")


@scenario()
def bad_offset_with_no_ack(play: Play) -> None:
    """Of a bad offset and no_ack, which is told."""
    declare(play).consume("s", "t", auto_ack=True, arguments={"x-stream-offset": "5x"})


@scenario()
def cannot_be_fetched_from(play: Play) -> None:
    """basic.get closes the connection."""
    declare(play, "a").basic_get("s")


@scenario()
def cannot_be_purged(play: Play) -> None:
    """queue.purge closes the connection."""
    declare(play, "a").queue_purge("s")


@scenario()
def exclusive_consumers(play: Play) -> None:
    """The flag exclusive of a consumer means nothing."""
    ch = declare(play, "a")
    ch.consume("s", "x", exclusive=True, arguments={"x-stream-offset": "first"})
    ch.consume("s", "y", exclusive=True, arguments={"x-stream-offset": "first"})


@scenario()
def consumer_arguments(play: Play) -> None:
    """Arguments of consumers of other kinds of queue are refused, unknown ones ignored."""
    declare(play, "a")
    arguments = {"x-priority": 5, "x-cancel-on-ha-failover": True, "x-consumer-timeout": 60_000, "x-own": 1}
    for name, value in arguments.items():
        ch = play.channel()
        ch.basic_qos(prefetch_count=5)
        read(ch, "first", **{name: value})


# --- where a consumer begins


@scenario()
def begins_with_what_comes(play: Play) -> None:
    """Without an offset a consumer gets what is published from now on."""
    ch = declare(play, "ab")
    ch.consume("s", "t")
    ch.publish("", "s", "c")


@scenario()
def next_offset(play: Play) -> None:
    """`next` is the default said aloud."""
    ch = declare(play, "ab")
    read(ch, "next")
    ch.publish("", "s", "c")


@scenario()
def first_offset(play: Play) -> None:
    """`first` is the oldest message there is."""
    ch = declare(play, "ab")
    read(ch, "first")
    ch.publish("", "s", "c")


@scenario()
def last_offset(play: Play) -> None:
    """`last` is the last chunk written: here the last message."""
    ch = declare(play, "abc")
    read(ch, "last")
    ch.publish("", "s", "d")


@scenario()
def first_and_last_of_an_empty_stream(play: Play) -> None:
    """On an empty stream `first`, `last` and `next` all wait for what comes."""
    ch = declare(play)
    for offset in ("first", "last", "next"):
        read(ch, offset, tag=offset)
    ch.publish("", "s", "a")


@scenario()
def numbered_offset(play: Play) -> None:
    """A number is the offset of the first message read; a negative one is as `first`."""
    declare(play, "abc")
    for offset in (0, 1, 2, -1, -7):
        ch = play.channel()
        ch.basic_qos(prefetch_count=10)
        read(ch, offset)


@scenario()
def numbered_offset_beyond_the_end(play: Play) -> None:
    """A number beyond the end: what the consumer gets of what comes."""
    ch = declare(play, "ab")
    read(ch, 4)
    for body in "cdef":
        ch.publish("", "s", body)


@scenario()
def numbered_offset_at_the_end(play: Play) -> None:
    """The number of the message that comes next is as `next`."""
    ch = declare(play, "ab")
    read(ch, 2)
    ch.publish("", "s", "c")


@scenario()
def numbered_offset_of_an_empty_stream(play: Play) -> None:
    """A number on an empty stream."""
    ch = declare(play)
    read(ch, 1)
    for body in "abc":
        ch.publish("", "s", body)


@scenario()
def large_offset(play: Play) -> None:
    """A number of 64 bits is a number."""
    ch = declare(play, "ab")
    read(ch, 2**40)
    ch.publish("", "s", "c")


@scenario()
def timestamp_offset(play: Play) -> None:
    """An instant of the past begins with the first message after it."""
    ch = declare(play, "abc")
    read(ch, LONG_AGO)


@scenario()
def timestamp_offset_ahead(play: Play) -> None:
    """An instant to come is as `next`."""
    ch = declare(play, "abc")
    read(ch, FAR_AHEAD)
    ch.publish("", "s", "d")


@scenario()
def timestamp_offset_of_an_empty_stream(play: Play) -> None:
    """An instant on an empty stream waits for what comes."""
    ch = declare(play)
    read(ch, LONG_AGO, tag="past")
    read(ch, FAR_AHEAD, tag="future")
    ch.publish("", "s", "a")


@scenario()
def interval_offset(play: Play) -> None:
    """A number and a unit is that long ago."""
    declare(play, "abc")
    for offset in ("1s", "1m", "1h", "1D", "1M", "1Y", "007h", "20D"):
        ch = play.channel()
        ch.basic_qos(prefetch_count=10)
        read(ch, offset)


@scenario()
def interval_offset_in_between(play: Play) -> None:
    """An interval begins with the first message that is not older."""
    ch = declare(play, "ab")
    play.advance(3)
    ch.publish("", "s", "c")
    read(ch, "2s")


@scenario()
def refused_offsets(play: Play) -> None:
    """Texts that are no offset: what they are answered with."""
    declare(play)
    for offset in ("5x", "0h", "1d", "0Y", "5 m", "1.5h", "5"):
        ch = play.channel()
        ch.basic_qos(prefetch_count=10)
        read(ch, offset)


@scenario()
def offset_words_with_capitals(play: Play) -> None:
    """The words are written in small letters."""
    declare(play)
    ch = play.channel(on="B")
    ch.basic_qos(prefetch_count=10)
    read(ch, "First")


@scenario()
def offset_of_other_words(play: Play) -> None:
    """A text that begins with a letter."""
    declare(play)
    for number, offset in enumerate(("someday", "", "h", "-1h", "größe", "0x5")):
        ch = play.channel(on=f"C{number}")
        ch.basic_qos(prefetch_count=10)
        read(ch, offset)


@scenario()
def offset_in_bytes(play: Play) -> None:
    """The three words may come as byte strings, nothing else may."""
    declare(play, "ab")
    for number, offset in enumerate((b"first", b"last", b"next", b"1h", b"someday", b"")):
        ch = play.channel(on=f"C{number}")
        ch.basic_qos(prefetch_count=10)
        read(ch, offset)


@scenario()
def offset_of_other_types(play: Play) -> None:
    """An offset that is neither text, number nor instant."""
    declare(play, "a")
    for number, offset in enumerate((True, b"first", None, ["first"], {"a": 1}, Decimal(1))):
        ch = play.channel(on=f"C{number}")
        ch.basic_qos(prefetch_count=10)
        read(ch, offset)


# --- reading


@scenario()
def everyone_reads_everything(play: Play) -> None:
    """Each consumer reads the whole stream; what one has acknowledged stays for the others."""
    ch = declare(play, "abc")
    read(ch, "first", tag="x")
    ch.basic_ack(0, multiple=True)
    read(ch, "first", tag="y")
    ch.basic_ack(0, multiple=True)
    other = play.channel(on="B")
    other.basic_qos(prefetch_count=10)
    read(other, 1)


@scenario()
def two_consumers_of_a_channel(play: Play) -> None:
    """Two consumers of one channel each get what is published."""
    ch = declare(play, "a")
    read(ch, "first", tag="x")
    read(ch, "first", tag="y")
    ch.publish("", "s", "b")


@scenario()
def acknowledgements_are_credit(play: Play) -> None:
    """As many as the prefetch are unacknowledged; each acknowledgement lets another come."""
    ch = declare(play, "abcdefgh", prefetch=3)
    read(ch, "first")
    ch.basic_ack(1)
    ch.basic_ack(3, multiple=True)
    ch.basic_ack(6)
    ch.basic_ack(5)


@scenario()
def credit_one_by_one(play: Play) -> None:
    """With a prefetch of 1 each acknowledgement brings one message."""
    ch = declare(play, "abc", prefetch=1)
    read(ch, "first")
    for tag in (1, 2, 3):
        ch.basic_ack(tag)
    ch.publish("", "s", "d")
    ch.publish("", "s", "e")
    ch.basic_ack(4)


@scenario()
def prefetch_of_running_consumers(play: Play) -> None:
    """A prefetch set later does not reach a running consumer."""
    ch = declare(play, "abcd", prefetch=1)
    read(ch, "first")
    ch.basic_qos(prefetch_count=5)
    read(ch, "first", tag="u")


@scenario()
def unknown_delivery_tag(play: Play) -> None:
    """A tag acknowledged twice is unknown, as on any queue."""
    ch = declare(play, "a")
    read(ch, "first")
    ch.basic_ack(1)
    ch.basic_ack(1)


@scenario()
def nothing_comes_back(play: Play) -> None:
    """What a channel held when it closed is not redelivered to others; who reads it again finds it as new."""
    ch = declare(play, "ab")
    read(ch, "first")
    other = play.channel()
    other.basic_qos(prefetch_count=10)
    read(other, "next")
    ch.close()
    read(other, "first", tag="again")


@scenario()
def cancel_and_go_on(play: Play) -> None:
    """A cancelled consumer gets nothing more; what it holds can still be acknowledged."""
    ch = declare(play, "ab")
    read(ch, "first")
    ch.basic_cancel("t")
    ch.publish("", "s", "c")
    ch.basic_ack(2, multiple=True)
    read(ch, 2, tag="u")


@scenario()
def nack_one(play: Play) -> None:
    """3.10 refuses basic.nack on the connection; 4.x takes it for an acknowledgement."""
    ch = declare(play, "abc", prefetch=1)
    read(ch, "first")
    ch.basic_nack(1, requeue=True)
    ch.basic_nack(2, requeue=False)


@scenario()
def reject_one(play: Play) -> None:
    """3.10 refuses basic.reject on the connection; 4.x takes it for an acknowledgement."""
    ch = declare(play, "abc", prefetch=1)
    read(ch, "first")
    ch.basic_reject(1, requeue=True)
    ch.basic_reject(2, requeue=False)


@scenario()
def reject_for_good(play: Play) -> None:
    """3.10 refuses it also without requeue."""
    ch = declare(play, "ab", prefetch=1)
    read(ch, "first")
    ch.basic_reject(1, requeue=False)


@scenario()
def recover_it(play: Play) -> None:
    """basic.recover redelivers nothing of a stream."""
    ch = declare(play, "abcd", prefetch=2)
    read(ch, "first")
    ch.basic_recover(requeue=True)
    ch.basic_ack(0, multiple=True)
    ch.publish("", "s", "e")


@scenario()
def recover_with_nothing_held(play: Play) -> None:
    """With nothing unacknowledged basic.recover is answered everywhere."""
    ch = declare(play, "a")
    read(ch, "first")
    ch.basic_ack(1)
    ch.basic_recover(requeue=True)


@scenario()
def nack_of_several_queues(play: Play) -> None:
    """One basic.nack over deliveries of a classic queue and of a stream."""
    ch = declare(play, "abc", prefetch=1)
    ch.queue_declare("q")
    ch.publish("", "q", "m")
    ch.basic_get("q")
    read(ch, "first")
    ch.basic_nack(2, multiple=True, requeue=True)
    play.channel(on="B").drain("q")


@scenario()
def recover_beside_a_queue(play: Play) -> None:
    """basic.recover with deliveries of a stream and of a classic queue."""
    ch = declare(play, "ab", prefetch=2)
    ch.queue_declare("q")
    ch.publish("", "q", "m")
    ch.consume("q", "c")
    read(ch, "first")
    ch.basic_recover(requeue=True)


@scenario()
def deliveries_beside_a_queue(play: Play) -> None:
    """Delivery tags count over all queues of a channel; one multiple acknowledgement covers both."""
    ch = declare(play, "abcd", prefetch=2)
    ch.queue_declare("q")
    for body in "xyz":
        ch.publish("", "q", body)
    ch.consume("q", "c")
    read(ch, "first")
    ch.basic_ack(4, multiple=True)


# --- messages


@scenario()
def offset_header(play: Play) -> None:
    """The delivery carries its offset among the headers, also where there were none, or one of that name."""
    ch = declare(play)
    ch.publish("", "s", "none")
    ch.publish("", "s", "some", headers={"zebra": 1, "apple": "x"})
    ch.publish("", "s", "own", headers={"x-stream-offset": 77})
    ch.publish("", "s", "empty", headers={})
    read(ch, "first")


def there_and_back(play: Play, **headers: Any) -> None:
    """Publish a message with each of these headers and read it; each on a connection of its own, for some close it."""
    declare(play)
    for name, value in headers.items():
        ch = play.channel(on=name)
        ch.basic_qos(prefetch_count=10)
        read(ch, "next")
        ch.publish("", "s", name, headers={name: value})


@scenario(pika="1.3.2")
def header_numbers(play: Play) -> None:
    """Integers come back as they were."""
    there_and_back(play, small=-1, int32=2**31 - 1, int64=2**31, largest=2**63 - 1, smallest=-(2**63))


@scenario()
def header_texts(play: Play) -> None:
    """Texts come back as texts."""
    there_and_back(play, text="größe", empty="", long="x" * 300)


@scenario()
def header_bytes(play: Play) -> None:
    """Byte strings stay byte strings on 3.10; from 4.0 on those that are UTF-8 come back as texts."""
    there_and_back(play, data=b"\x00\xff", ascii=b"abc", utf8="größe".encode(), latin="ä".encode("latin-1"), nul=b"\0")


@scenario()
def header_truth_and_nothing(play: Play) -> None:
    """True and False come back; what becomes of None."""
    there_and_back(play, yes=True, no=False, nothing=None)


@scenario()
def header_lists_and_tables(play: Play) -> None:
    """What becomes of lists and tables."""
    there_and_back(play, list=[1, "x", [True, None]], empty_list=[], table={"b": 1, "a": {"c": []}}, empty_table={})


@scenario()
def header_instants_and_decimals(play: Play) -> None:
    """What becomes of instants and decimals."""
    there_and_back(play, at=LONG_AGO, fraction=Decimal("12.345"))


@scenario()
def decimals_beside_a_queue(play: Play) -> None:
    """Where a message for a stream and for other queues crashes on the stream, whether the others keep it."""
    ch = declare(play)
    ch.exchange_declare("x", "fanout")
    for queue in "aqz":
        ch.queue_declare(queue)
        ch.queue_bind(queue, "x")
    ch.queue_bind("s", "x")
    ch.publish("x", "", "m", headers={"fraction": Decimal(1)})
    other = play.channel(on="B")
    for queue in "aqz":
        other.bodies(queue)


@scenario()
def headers_with_x(play: Play) -> None:
    """Headers whose names begin with `x-`."""
    declare(play)
    for number, value in enumerate(
        (1, 2**40, "text", "", b"abc", True, None, [1, "a"], {"d": 1}, LONG_AGO, Decimal(1))
    ):
        ch = play.channel(on=f"C{number}")
        ch.basic_qos(prefetch_count=10)
        read(ch, "next")
        ch.publish("", "s", str(number), headers={"x-own": value})


@scenario()
def headers_with_x_of_an_exchange(play: Play) -> None:
    """Headers named as those a stream keeps exchange and routing key in."""
    ch = declare(play)
    ch.publish("", "s", "m", headers={"x-exchange": "e", "x-routing-key": "k", "x-stream-offset": "o", "x-cc": ["a"]})
    read(ch, "first")


@scenario()
def properties_kept(play: Play) -> None:
    """All properties come back; from 4.0 a delivery mode of 1 where none was published."""
    ch = declare(play)
    ch.publish(
        "",
        "s",
        "all",
        content_type="text/plain",
        content_encoding="utf-8",
        delivery_mode=2,
        priority=5,
        correlation_id="c-1",
        reply_to="r",
        expiration="60000",
        message_id="m-1",
        timestamp=1_700_000_000,
        type="kind",
        user_id="guest",
        app_id="app",
    )
    ch.publish("", "s", "cluster", cluster_id="c")
    ch.publish("", "s", "mode 1", delivery_mode=1)
    ch.publish("", "s", "none")
    read(ch, "first")


@scenario()
def identifiers_that_look_like_others(play: Play) -> None:
    """Identifiers stay texts, also when they look like numbers or UUIDs, or are long."""
    ch = declare(play)
    ch.publish("", "s", "uuid", message_id="9f0b0b60-4a36-4f7c-8d5c-0c6a4c1fb1c2", correlation_id="17")
    ch.publish("", "s", "long", message_id="m" * 255, correlation_id="")
    read(ch, "first")


@scenario()
def expiration_means_nothing(play: Play) -> None:
    """A message's expiration comes back and has no effect."""
    ch = declare(play)
    ch.publish("", "s", "a", expiration="100")
    play.advance(0.5)
    read(ch, "first")


@scenario()
def exchange_and_keys(play: Play) -> None:
    """A stream is bound like any queue; the delivery tells exchange and routing key, CC stays and BCC is gone."""
    ch = declare(play)
    ch.exchange_declare("x", "topic")
    ch.queue_bind("s", "x", "a.#")
    ch.publish("x", "a.b", "m", headers={"CC": ["s"], "BCC": ["a.c"]})
    ch.publish("", "s", "n", headers={"CC": ["other"]})
    read(ch, "first")


@scenario()
def large_bodies(play: Play) -> None:
    """Bodies of any length, also none."""
    ch = declare(play)
    ch.publish("", "s", "")
    ch.publish("", "s", "x" * 300_000)
    read(ch, "first")


# --- filters


@scenario()
def filter_by_value(play: Play) -> None:
    """From 4.0 a consumer with x-stream-filter gets messages whose header x-stream-filter-value is that."""
    ch = declare(play)
    for body, headers in (
        ("a", {"x-stream-filter-value": "red"}),
        ("b", {"x-stream-filter-value": "blue"}),
        ("c", {}),
        ("d", {"x-stream-filter-value": "red"}),
    ):
        ch.publish("", "s", body, headers=headers)
    read(ch, "first", **{"x-stream-filter": "red"})


@scenario()
def filter_by_several_values(play: Play) -> None:
    """The filter may be a list; unfiltered messages come with x-stream-match-unfiltered."""
    ch = declare(play)
    for body, headers in (
        ("a", {"x-stream-filter-value": "red"}),
        ("b", {"x-stream-filter-value": "blue"}),
        ("c", {}),
        ("d", {"x-stream-filter-value": "green"}),
    ):
        ch.publish("", "s", body, headers=headers)
    read(ch, "first", **{"x-stream-filter": ["red", "green"], "x-stream-match-unfiltered": True})
    read(ch, "first", tag="u", **{"x-stream-filter": ["red", 5], "x-stream-match-unfiltered": False})


@scenario()
def filter_of_other_types(play: Play) -> None:
    """A filter that is neither a text nor a list of texts is ignored."""
    ch = declare(play)
    ch.publish("", "s", "a", headers={"x-stream-filter-value": "5"})
    ch.publish("", "s", "b", headers={"x-stream-filter-value": ""})
    ch.publish("", "s", "c")
    for number, value in enumerate((5, True, [], [5], "5", "", ["5", ""], b"5", {"5": 1}, [b"5"])):
        ch = play.channel(on=f"C{number}")
        ch.basic_qos(prefetch_count=10)
        read(ch, "first", **{"x-stream-filter": value})


@scenario()
def filter_value_of_other_types(play: Play) -> None:
    """A filter value that is no text closes the publisher's connection from 4.0 on."""
    declare(play)
    for number, value in enumerate((5, True, None, b"5", ["5"], "x" * 300)):
        play.channel(on=f"C{number}").publish("", "s", f"{number}", headers={"x-stream-filter-value": value})
    ch = play.channel()
    ch.basic_qos(prefetch_count=10)
    read(ch, "first")


@scenario()
def match_unfiltered_alone(play: Play) -> None:
    """x-stream-match-unfiltered without a filter, and with values that are no truth."""
    declare(play)
    ch = play.channel()
    ch.publish("", "s", "a", headers={"x-stream-filter-value": "red"})
    ch.publish("", "s", "b")
    for arguments in (
        {"x-stream-match-unfiltered": True},
        {"x-stream-filter": "red", "x-stream-match-unfiltered": "true"},
        {"x-stream-filter": "red", "x-stream-match-unfiltered": 1},
    ):
        ch = play.channel()
        ch.basic_qos(prefetch_count=10)
        read(ch, "first", **arguments)


@scenario()
def filter_and_credit(play: Play) -> None:
    """Messages a filter keeps back cost no credit."""
    ch = declare(play, prefetch=1)
    for body, value in (("a", "blue"), ("b", "red"), ("c", "blue"), ("d", "red")):
        ch.publish("", "s", body, headers={"x-stream-filter-value": value})
    read(ch, "first", **{"x-stream-filter": "red"})
    ch.basic_ack(1)


# --- what is kept


@scenario()
def kept_by_bytes(play: Play) -> None:
    """Beyond x-max-length-bytes the oldest segments go; a segment goes as a whole, and the current one never."""
    ch = declare(play, x_max_length_bytes=10_000, x_stream_max_segment_size_bytes=3_000)
    for number in range(29):
        ch.publish("", "s", f"{number:02} ".ljust(1000, "."))
    play.advance(0.3)
    ch.basic_qos(prefetch_count=100)
    ch.consume("s", "t", arguments={"x-stream-offset": "first"})


@scenario()
def kept_by_age(play: Play) -> None:
    """x-max-age lets segments go whose last message is older, but only when a new segment begins."""
    ch = declare(play, x_max_age="2s", x_stream_max_segment_size_bytes=3_000)
    for number in range(10):
        ch.publish("", "s", f"{number:02} ".ljust(1000, "."))
    play.advance(3)
    read(ch, "first", tag="before")
    ch.basic_cancel("before")
    for number in range(10, 14):
        ch.publish("", "s", f"{number:02} ".ljust(1000, "."))
    play.advance(0.3)
    other = play.channel()
    other.basic_qos(prefetch_count=100)
    read(other, "first", tag="after")


@scenario()
def offset_of_what_is_gone(play: Play) -> None:
    """An offset that retention has taken away is as `first`; each later segment begins with one that is no message."""
    ch = declare(play, x_max_length_bytes=9_000, x_stream_max_segment_size_bytes=3_000, prefetch=1)
    for number in range(14):
        ch.publish("", "s", f"{number:02} ".ljust(1000, "."))
    play.advance(0.3)
    for offset in (1, 7, 8, 11, 12):
        read(ch, offset, tag=str(offset))
    play.advance(6)
    ch.queue_declare("s", passive=True)


# --- counts and the end


@scenario()
def counts_after_a_while(play: Play) -> None:
    """Some seconds later a declare tells how many messages there are; consumers are never counted."""
    ch = declare(play, "abc")
    read(ch, "first")
    play.advance(6)
    ch.queue_declare("s", durable=True, arguments=STREAM)
    ch.queue_declare("s", passive=True)
    ch.basic_ack(0, multiple=True)
    ch.queue_declare("s", passive=True)


@scenario()
def delete_it(play: Play) -> None:
    """Deleting a stream tells its consumers; the answer counts nothing, and the conditions are ignored."""
    ch = declare(play, "abc")
    read(ch, "first")
    other = play.channel()
    other.queue_delete("s", if_unused=True, if_empty=True)
    ch.basic_ack(1)
    ch.queue_declare("s", passive=True)


@scenario()
def delete_after_a_while(play: Play) -> None:
    """The answer counts nothing, also when the messages have long been there."""
    ch = declare(play, "abc")
    play.advance(6)
    ch.queue_delete("s")


@scenario()
def declared_again_it_is_new(play: Play) -> None:
    """A stream of the same name begins with offset 0."""
    ch = declare(play, "ab")
    ch.queue_delete("s")
    ch.queue_declare("s", durable=True, arguments=STREAM)
    read(ch, "first")
    ch.publish("", "s", "c")


@scenario()
def returned_to_a_stream_that_is_gone(play: Play) -> None:
    """What was delivered of a deleted stream may be rejected, nacked and recovered, on 3.10 too: nobody minds."""
    ch = declare(play, "abcd")
    read(ch, "first")
    play.channel().queue_delete("s")
    ch.basic_reject(1, requeue=False)
    ch.basic_nack(2, requeue=True)
    ch.basic_recover(requeue=True)
    ch.basic_ack(3)
    ch.is_still_open()


@scenario()
def declared_again(play: Play) -> None:
    """Redeclaring compares what a stream keeps by."""
    arguments = {"x-max-age": "1D", "x-max-length-bytes": 1_000_000, "x-stream-max-segment-size-bytes": 10_000}
    play.channel().queue_declare("s", durable=True, arguments={**STREAM, **arguments})
    play.channel().queue_declare("s", durable=True, arguments={**STREAM, **arguments})
    for name, value in (("x-max-age", "2D"), ("x-max-age", "24h"), ("x-max-length-bytes", 5), ("x-max-length", 5)):
        play.channel().queue_declare("s", durable=True, arguments={**STREAM, **arguments, name: value})
    play.channel().queue_declare("s", durable=True, arguments=STREAM)


# --- publishers


@scenario()
def confirms(play: Play) -> None:
    """Publishes to a stream are confirmed, mandatory ones too."""
    ch = declare(play)
    ch.confirm_delivery()
    ch.publish("", "s", "a")
    ch.publish("", "s", "b", mandatory=True)
    read(ch, "first")


@scenario()
def transactional_publishes(play: Play) -> None:
    """A transaction's publishes are written at commit."""
    ch = declare(play)
    read(ch, "first")
    tx = play.channel()
    tx.tx_select()
    tx.publish("", "s", "a")
    tx.tx_rollback()
    tx.publish("", "s", "b")
    tx.tx_commit()


@scenario()
def transactional_acknowledgements(play: Play) -> None:
    """Acknowledgements in a transaction give credit at commit."""
    ch = declare(play, "abc", prefetch=1)
    ch.tx_select()
    read(ch, "first")
    ch.basic_ack(1)
    ch.tx_commit()
    ch.basic_ack(2)
    ch.tx_rollback()
    ch.basic_ack(2)
    ch.tx_commit()


@scenario()
def dead_letters(play: Play) -> None:
    """Dead letters are stored in a stream from 4.0; on 3.10 they are lost."""
    ch = declare(play)
    arguments = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "s"}
    ch.queue_declare("q", arguments=arguments)
    ch.publish("", "q", "a", headers={"own": 1})
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    ch.publish("", "q", "b", expiration="100")
    play.advance(0.5)
    read(ch, "first")


@scenario()
def dead_letters_of_quorum_queues(play: Play) -> None:
    """The same from a quorum queue."""
    ch = declare(play)
    arguments = {"x-queue-type": "quorum", "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "s"}
    ch.queue_declare("q", durable=True, arguments=arguments)
    ch.confirm_delivery()
    ch.publish("", "q", "a")
    ch.basic_get("q")
    ch.basic_reject(1, requeue=False)
    play.advance(0.3)
    read(ch, "first")


@scenario()
def alternate_and_mandatory(play: Play) -> None:
    """A stream counts as a queue for routing: nothing is returned."""
    ch = declare(play)
    ch.exchange_declare("fallback", "fanout")
    ch.exchange_declare("x", "direct", arguments={"alternate-exchange": "fallback"})
    ch.queue_bind("s", "fallback")
    ch.publish("x", "nowhere", "m", mandatory=True)
    read(ch, "first")


@scenario(versions=("4.0", "4.3"))
def odd_delivery_modes(play: Play) -> None:
    """A stream knows persistent or not: any delivery mode but 2 becomes 1."""
    ch = declare(play)
    for mode in (0, 1, 2, 3, 255):
        ch.publish("", "s", str(mode), delivery_mode=mode)
    read(ch, "first")


# --- declaring


@scenario()
def must_be_durable_and_shared(play: Play) -> None:
    """Auto-delete, exclusive and transient streams are refused, in this order."""
    play.channel().queue_declare("s", arguments=STREAM)
    play.channel().queue_declare("s", durable=True, exclusive=True, arguments=STREAM)
    play.channel().queue_declare("s", durable=True, auto_delete=True, arguments=STREAM)
    play.channel().queue_declare("s", auto_delete=True, exclusive=True, arguments=STREAM)
    play.channel().queue_declare("s", exclusive=True, arguments=STREAM)


@scenario()
def must_have_a_name(play: Play) -> None:
    """A stream cannot be server-named."""
    play.channel().queue_declare("", durable=True, arguments=STREAM)
    play.channel().queue_declare("", arguments=STREAM)


@scenario()
def refused_arguments(play: Play) -> None:
    """Which arguments a stream takes."""
    for name, value in ARGUMENTS.items():
        play.channel().queue_declare(name, durable=True, arguments={**STREAM, name: value})


def declare_each(play: Play, argument: str, *values: Any) -> None:
    """Declare a new stream with each value, on a connection of its own."""
    for number, value in enumerate(values):
        play.channel(on=f"C{number}").queue_declare(f"s{number}", durable=True, arguments={**STREAM, argument: value})


@scenario()
def max_age_values(play: Play) -> None:
    """x-max-age is a number above 0 and one of six units; before 4.3 other beginnings end the connection."""
    declare_each(
        play, "x-max-age", "1Y", "2M", "3D", "4h", "5m", "6s", "0D", "1x", "5 days", "5", "1d", "D", "", 5, True
    )


@scenario()
def segment_size_values(play: Play) -> None:
    """x-stream-max-segment-size-bytes is an integer from 0 to three thousand million."""
    values = (0, 1, 500_000_000, 3_000_000_000, 3_000_000_001, 10**10, -1, "1000", True)
    declare_each(play, "x-stream-max-segment-size-bytes", *values)


@scenario()
def filter_size_values(play: Play) -> None:
    """x-stream-filter-size-bytes is from 16 to 255 where it is known."""
    declare_each(play, "x-stream-filter-size-bytes", 16, 255, 15, 256, 0, -1, "16", True)


@scenario()
def leader_locator_values(play: Play) -> None:
    """x-queue-leader-locator of a stream."""
    words = ("client-local", "balanced", "random", "least-leaders", "min-masters", "nonsense", 1)
    declare_each(play, "x-queue-leader-locator", *words)


@scenario()
def cluster_size_values(play: Play) -> None:
    """x-initial-cluster-size is an integer above 0."""
    declare_each(play, "x-initial-cluster-size", 1, 3, 0, -1, "1", True)


@scenario()
def a_published_history_of_deaths(play: Play) -> None:
    """What a client has published as x-death, and what else looks like a history, as a stream gives it back."""
    ch = declare(play)
    death = {"queue": "old", "reason": "rejected", "count": 3, "exchange": "", "routing-keys": ["old"]}
    ch.publish("", "s", "whole", headers={"x-death": [death], "mine": 1})
    ch.publish("", "s", "marks", headers={"x-first-death-queue": "old", "x-first-death-reason": "rejected"})
    ch.publish("", "s", "text", headers={"x-death": "none"})
    ch.publish("", "s", "numbers", headers={"x-death": [1, 2]})
    ch.publish("", "s", "nothing", headers={"x-death": []})
    read(ch, "first")
