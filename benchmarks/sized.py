"""Workloads that have a size: how many bindings, queues, consumers or messages there are.

Each is a generator function of its size. What it does before its first `yield` is preparation; what it does up to the
second is timed, and so is what it does up to each further one. A workload whose size is what stands by does the same
work at every size, and does it several times; any other does as much as it is large, once.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import attrs

import fakeamqp
from benchmarks.bare import Bare, Channel, delivered
from fakeamqp.model import commands

PUBLISHES = 200
"""How many messages are routed beside what stands by, each time."""

TIMES = 10
"""How often what is flat is done."""


@attrs.frozen
class Sized:
    """A workload with a size.

    of: what the size counts. sizes: those to measure. is_flat: True if what is timed is the same work at every size.
    power: 2 where what comes out is itself as large as the square of the size.
    """

    name: str
    of: str
    sizes: tuple[int, ...]
    run: Callable[[int], Iterator[None]]
    is_flat: bool = False
    power: int = 1


# --- routing beside bindings that do not match


def _publish_beside(bare: Bare, exchange: str, key: str, **properties: object) -> Iterator[None]:
    channel = bare.channel
    yield
    for _ in range(TIMES):
        for _ in range(PUBLISHES):
            channel.publish(key, exchange, **properties)
        yield
    assert bare.queue("q").ready == TIMES * PUBLISHES


def _exchange(kind: str) -> Bare:
    bare = Bare()
    bare.channel.declare("q")
    bare.channel.declare("other")
    bare.channel.exchange("x", kind)
    return bare


def direct(size: int) -> Iterator[None]:
    """Other routing keys."""
    bare = _exchange("direct")
    for number in range(size):
        bare.channel.bind("other", "x", f"key.{number}")
    bare.channel.bind("q", "x", "key")
    yield from _publish_beside(bare, "x", "key")


def topic(size: int) -> Iterator[None]:
    """Patterns with wildcards in every place, of which none matches."""
    bare = _exchange("topic")
    shapes = ("*.{}.c", "#.{}", "{}.#", "a.*.{}", "a.#.{}.#", "*.*.*.{}")
    for number in range(size):
        bare.channel.bind("other", "x", shapes[number % len(shapes)].format(f"w{number}"))
    bare.channel.bind("q", "x", "a.*.c")
    yield from _publish_beside(bare, "x", "a.b.c")


def headers(size: int) -> Iterator[None]:
    """Other values of the same headers, in every mode; each single value is one that some message has."""
    bare = _exchange("headers")
    modes = ("all", "any", "all-with-x", "any-with-x")
    for number in range(size):
        mode = modes[number % len(modes)]
        if mode.startswith("any"):
            bare.channel.bind("other", "x", x_match=mode, kind=f"k{number}", size=number)
        else:
            bare.channel.bind("other", "x", x_match=mode, kind="report", region="eu", customer=number)
    bare.channel.bind("q", "x", x_match="all", kind="report", region="eu")
    yield from _publish_beside(bare, "x", "", headers={"kind": "report", "region": "eu", "customer": -1})


def presence(size: int) -> Iterator[None]:
    """Headers that are asked for whatever their value, each binding for others."""
    bare = _exchange("headers")
    for number in range(size):
        bare.channel.bind("other", "x", x_match="all", kind=None, **{f"h{number}": None})
    bare.channel.bind("q", "x", x_match="all", kind=None)
    yield from _publish_beside(bare, "x", "", headers={"kind": "report", "region": "eu"})


def exchange_chain(size: int) -> Iterator[None]:
    """Other exchanges, each with a queue."""
    bare = _exchange("direct")
    for number in range(size):
        bare.channel.exchange(f"x{number}", "fanout")
        bare.channel.bind("other", f"x{number}")
    bare.channel.bind("q", "x", "key")
    yield from _publish_beside(bare, "x", "key")


def hashes(size: int) -> Iterator[None]:
    """A consistent hash over so many queues: to find one's bucket takes log n steps, in RabbitMQ, too."""
    bare = Bare(plugins=["rabbitmq_consistent_hash_exchange"])
    bare.channel.exchange("x", "x-consistent-hash")
    for number in range(size):
        bare.channel.declare(f"q{number}")
        bare.channel.bind(f"q{number}", "x", "1")
    bare.channel.publish("first", "x")
    yield
    for _ in range(TIMES):
        for number in range(PUBLISHES):
            bare.channel.publish(f"key.{number}", "x")
        yield


def bind_and_unbind(size: int) -> Iterator[None]:
    """Bindings of all kinds come, and go in another order."""
    bare = Bare()
    channel = bare.channel
    channel.declare("q")
    for kind in ("direct", "topic", "headers"):
        channel.exchange(kind, kind)
    order = random.Random(1).sample(range(size), size)
    yield
    for number in range(size):
        channel.bind("q", "direct", f"k{number}")
        channel.bind("q", "topic", f"#.k{number}.*")
        channel.bind("q", "headers", x_match="all", a="b", c=number)
    for number in order:
        channel.unbind("q", "direct", f"k{number}")
        channel.unbind("q", "topic", f"#.k{number}.*")
        channel.unbind("q", "headers", x_match="all", a="b", c=number)
    yield


def delete_bound(size: int) -> Iterator[None]:
    """A queue with so many bindings is deleted."""
    bare = _exchange("topic")
    for number in range(size):
        bare.channel.bind("q", "x", f"*.k{number}")
    yield
    bare.channel.delete("q")
    yield


def fanout(size: int) -> Iterator[None]:
    """A message to so many queues."""
    bare = Bare()
    bare.channel.exchange("x", "fanout")
    for number in range(size):
        bare.channel.declare(f"q{number}")
        bare.channel.bind(f"q{number}", "x")
    yield
    for _ in range(10):
        bare.channel.publish("", "x")
    yield


# --- what waits


def backlog(size: int) -> Iterator[None]:
    """Published, then fetched and acknowledged one by one."""
    bare = Bare()
    channel = bare.channel
    channel.declare("q")
    yield
    for _ in range(size):
        channel.publish("q")
    for tag in range(1, size + 1):
        channel.get("q")
        channel.ack(tag)
    yield
    assert bare.queue("q").ready == bare.queue("q").unacked == 0


def one_ttl(size: int) -> Iterator[None]:
    """One TTL for all, which pass in one `advance`."""
    bare = Bare()
    bare.channel.declare("q", x_message_ttl=1_000)
    for _ in range(size):
        bare.channel.publish("q")
    yield
    bare.advance(10)
    yield
    assert bare.queue("q").ready == 0


def many_ttls(size: int) -> Iterator[None]:
    """Each has a TTL of its own, which pass one after the other in one `advance`."""
    bare = Bare()
    bare.channel.declare("q")
    for number in range(size):
        bare.channel.publish("q", expiration=str(number + 1))
    yield
    bare.advance(size)
    yield
    assert bare.queue("q").ready == 0


def ttls_at_random(size: int) -> Iterator[None]:
    """Each has a TTL of its own, in no order; one behind a longer-lived one goes with it."""
    bare = Bare()
    bare.channel.declare("q")
    chance = random.Random(1)
    for _ in range(size):
        bare.channel.publish("q", expiration=str(chance.randrange(1, 100_000)))
    yield
    bare.advance(100)
    yield
    assert bare.queue("q").ready == 0


def delayed(size: int) -> Iterator[None]:
    """Held by an exchange of the type x-delayed-message, each for another time, in no order."""
    bare = Bare(plugins=["rabbitmq_delayed_message_exchange"])
    channel = bare.channel
    channel.declare("q")
    bare.broker.apply(
        commands.DeclareExchange(channel.key, "x", "x-delayed-message", arguments={"x-delayed-type": "fanout"})
    )
    channel.bind("q", "x")
    chance = random.Random(1)
    yield
    for _ in range(size):
        channel.publish("", "x", headers={"x-delay": chance.randrange(1, 1_000_000)})
    bare.advance(1_000)
    yield
    assert bare.queue("q").ready == size


def dead_letters(size: int) -> Iterator[None]:
    """A chain of ten queues, each of which dead-letters into the next when its TTL has passed."""
    bare = Bare()
    for step in range(10):
        onward = {"x_dead_letter_exchange": "", "x_dead_letter_routing_key": f"q{step + 1}"}
        bare.channel.declare(f"q{step}", x_message_ttl=1_000, **onward)
    bare.channel.declare("q10")
    yield
    for _ in range(size):
        bare.channel.publish("q0")
    bare.advance(20)
    yield
    assert bare.queue("q10").ready == size


def long_chain(size: int) -> Iterator[None]:
    """One message through so many queues that dead-letter at once; its headers tell of each queue that it has been in,
    so that all its letters together tell of n * n / 2.
    """
    bare = Bare()
    for step in range(size):
        onward = {"x_dead_letter_exchange": "", "x_dead_letter_routing_key": f"q{step + 1}"}
        bare.channel.declare(f"q{step}", x_message_ttl=0, **onward)
    bare.channel.declare(f"q{size}")
    yield
    bare.channel.publish("q0")
    yield


def rejected(size: int) -> Iterator[None]:
    """All are rejected at once, and dead-lettered."""
    bare = Bare()
    bare.channel.declare("q", x_dead_letter_exchange="", x_dead_letter_routing_key="dead")
    bare.channel.declare("dead")
    for _ in range(size):
        bare.channel.publish("q")
    bare.channel.consume("q", "c")
    yield
    bare.channel.nack(size, multiple=True, requeue=False)
    yield
    assert bare.queue("dead").ready == size


def priorities(size: int) -> Iterator[None]:
    """A queue with 10 priorities, filled at random and emptied."""
    bare = Bare()
    bare.channel.declare("q", x_max_priority=10)
    chance = random.Random(1)
    yield
    for _ in range(size):
        bare.channel.publish("q", priority=chance.randrange(12))
    for _ in range(size):
        bare.channel.get("q", no_ack=True)
    yield
    assert bare.queue("q").ready == 0


def overflow(size: int) -> Iterator[None]:
    """A full queue of so many lets go of its head for each that comes."""
    bare = Bare()
    bare.channel.declare("q", x_max_length=size)
    for _ in range(size):
        bare.channel.publish("q")
    yield
    for _ in range(TIMES):
        for _ in range(PUBLISHES):
            bare.channel.publish("q")
        yield
    assert bare.queue("q").ready == size


def ack_multiple(size: int) -> Iterator[None]:
    """So many unacked, acknowledged by tens with `multiple`."""
    bare = Bare()
    bare.channel.declare("q")
    for _ in range(size):
        bare.channel.publish("q")
    bare.channel.consume("q", "c")
    yield
    for tag in range(10, size + 1, 10):
        bare.channel.ack(tag, multiple=True)
    yield
    assert bare.queue("q").unacked == 0


def ack_backwards(size: int) -> Iterator[None]:
    """So many unacked, acknowledged one by one, the last first."""
    bare = Bare()
    bare.channel.declare("q")
    for _ in range(size):
        bare.channel.publish("q")
    bare.channel.consume("q", "c")
    yield
    for tag in range(size, 0, -1):
        bare.channel.ack(tag)
    yield
    assert bare.queue("q").unacked == 0


def requeue(size: int) -> Iterator[None]:
    """So many unacked go back at once, and are fetched again."""
    bare = Bare()
    bare.channel.declare("q")
    for _ in range(size):
        bare.channel.publish("q")
    for _ in range(size):
        bare.channel.get("q")
    yield
    bare.channel.nack(0, multiple=True)
    for _ in range(size):
        bare.channel.get("q", no_ack=True)
    yield
    assert bare.queue("q").ready == 0


def requeue_one_by_one(size: int) -> Iterator[None]:
    """So many unacked go back one by one, the last first."""
    bare = Bare()
    bare.channel.declare("q")
    for _ in range(size):
        bare.channel.publish("q")
    for _ in range(size):
        bare.channel.get("q")
    yield
    for tag in range(size, 0, -1):
        bare.channel.nack(tag)
    yield
    assert bare.queue("q").ready == size


def quorum(size: int) -> Iterator[None]:
    """A quorum queue: published, consumed with a prefetch of 100, every tenth returned once."""
    bare = Bare("4.3")
    channel = bare.channel
    channel.declare("q", durable=True, x_queue_type="quorum")
    channel.prefetch(100)
    yield
    for _ in range(size):
        channel.publish("q")
    waiting = delivered(channel.consume("q", "c"))
    while waiting:
        again = []
        for _, tag in waiting:
            again += delivered(channel.nack(tag) if tag % 10 == 0 else channel.ack(tag))
        waiting = again
    yield


def stream(size: int) -> Iterator[None]:
    """A stream in small segments: written, then read from its beginning with a prefetch of 100."""
    bare = Bare("4.3")
    channel = bare.channel
    channel.declare("q", durable=True, x_queue_type="stream", x_stream_max_segment_size_bytes=10_000)
    channel.prefetch(100)
    yield
    for _ in range(size):
        channel.publish("q")
    waiting = delivered(channel.consume("q", "c", x_stream_offset="first"))
    count = 0
    while waiting:
        count += len(waiting)
        waiting = delivered(channel.ack(waiting[-1][1], multiple=True))
    yield
    assert count == size


def stream_retention(size: int) -> Iterator[None]:
    """So many segments of a stream are kept, and with each new one the oldest goes."""
    bare = Bare("4.3")
    channel = bare.channel
    limit = {"x_stream_max_segment_size_bytes": 300, "x_max_length_bytes": 300 * size}
    channel.declare("q", durable=True, x_queue_type="stream", **limit)
    for _ in range(2 * size):
        channel.publish("q")
    yield
    for _ in range(TIMES):
        for _ in range(PUBLISHES):
            channel.publish("q")
        yield


def transactions(size: int) -> Iterator[None]:
    """So many publishes and acknowledgements in transactions of a hundred, each rolled back at first."""
    bare = Bare()
    channel = bare.channel
    channel.declare("q")
    for _ in range(size):
        channel.publish("q")
    bare.broker.apply(commands.SelectTransactions(channel.key))
    channel.prefetch(100)
    channel.consume("q", "c")
    yield
    for begin in range(1, size, 100):
        for end in (commands.Rollback, commands.Commit):
            for tag in range(begin, begin + 100):
                channel.publish("q")
                channel.ack(tag)
            bare.broker.apply(end(channel.key))
    yield
    assert bare.queue("q").ready == size - 100


def laws(size: int) -> Iterator[None]:
    """Published and fetched in a broker whose laws are looked at, as in a test with the fixture."""
    bare = Bare()
    channel = bare.channel
    bare.broker.watch_laws()
    channel.declare("q")
    yield
    for _ in range(size):
        channel.publish("q")
    for tag in range(1, size + 1):
        channel.get("q")
        channel.ack(tag)
    assert bare.broker.laws is not None
    bare.broker.laws.look_at_all()
    yield
    assert bare.broker.laws.broken is None


# --- many of a kind


def queues(size: int) -> Iterator[None]:
    """Declared, used, deleted."""
    bare = Bare()
    channel = bare.channel
    yield
    for number in range(size):
        channel.declare(f"q{number}")
    for number in range(size):
        channel.publish(f"q{number}")
    for number in range(size):
        channel.delete(f"q{number}")
    yield


def expiring_queues(size: int) -> Iterator[None]:
    """Queues with `x-expires` that are used now and then, until they all go in one `advance`."""
    bare = Bare()
    channel = bare.channel
    yield
    for number in range(size):
        channel.declare(f"q{number}", x_expires=1_000 + number)
    for number in range(size):
        channel.get(f"q{number}")
    bare.advance(2 * (1 + size / 1_000))
    yield
    assert not list(bare.broker.queues())


def connections(size: int) -> Iterator[None]:
    """Connections, each with a channel, a queue and a consumer, come and go."""
    bare = Bare()
    yield
    channels = [bare.connect() for _ in range(size)]
    for number, channel in enumerate(channels):
        channel.declare(f"q{number}")
        channel.consume(f"q{number}", "c")
    for number in range(size):
        bare.channel.publish(f"q{number}")
    for channel in channels:
        bare.broker.apply(commands.CloseConnection(channel.key[0]))
    yield


def _consumers(bare: Bare, size: int, prefetch: int, **arguments: object) -> dict[tuple[int, int], Channel]:
    channels: dict[tuple[int, int], Channel] = {}
    for number in range(size):
        first = next(reversed(channels.values())).key[0] if number % 100 else 0
        channel = Channel(bare.broker, first, number % 100 + 1) if first else bare.connect()
        channel.prefetch(prefetch)
        channel.consume("q", f"c{number}", **arguments)
        channels[channel.key] = channel
    return channels


def consumers(size: int) -> Iterator[None]:
    """So many consumers of a queue with a prefetch of 1 are served ten messages each, and go."""
    bare = Bare()
    bare.channel.declare("q")
    for _ in range(10 * size):
        bare.channel.publish("q")
    yield
    channels = _consumers(bare, size, 1)
    waiting = [(key, 1) for key in channels]
    while waiting:
        waiting = [sent for key, tag in waiting for sent in delivered(channels[key].ack(tag))]
    for channel in channels.values():
        channel.close()
    yield


def quorum_consumers(size: int) -> Iterator[None]:
    """The same of a quorum queue."""
    bare = Bare("4.3")
    bare.channel.declare("q", durable=True, x_queue_type="quorum")
    for _ in range(10 * size):
        bare.channel.publish("q")
    yield
    channels = _consumers(bare, size, 1)
    waiting = [(key, 1) for key in channels]
    while waiting:
        waiting = [sent for key, tag in waiting for sent in delivered(channels[key].ack(tag))]
    for channel in channels.values():
        channel.close()
    yield


def single_active(size: int) -> Iterator[None]:
    """So many wait behind a single active consumer of a quorum queue, and take over one after the other."""
    bare = Bare("4.3")
    bare.channel.declare("q", durable=True, x_queue_type="quorum", x_single_active_consumer=True)
    yield
    channels = _consumers(bare, size, 1)
    for key in channels:
        bare.channel.publish("q")
        channels[key].ack(1)
        channels[key].close()
    yield
    assert bare.queue("q").ready == 0


def consumers_on_one_channel(size: int) -> Iterator[None]:
    """So many consumers on one channel, each of a queue of its own and sent a message as soon as it is there."""
    bare = Bare("4.3")
    channel = bare.channel
    yield
    for number in range(size):
        channel.declare(f"q{number}", durable=True, x_queue_type="quorum")
        channel.publish(f"q{number}")
        channel.consume(f"q{number}", f"c{number}")
    channel.ack(size, multiple=True)
    channel.close()
    yield


def gets_beside_consumers(size: int) -> Iterator[None]:
    """Messages of a quorum queue are fetched on a channel with so many consumers."""
    bare = Bare("4.3")
    channel = bare.channel
    channel.declare("q", durable=True, x_queue_type="quorum")
    channel.declare("other")
    for number in range(size):
        channel.consume("other", f"c{number}")
    for _ in range(TIMES * PUBLISHES):
        channel.publish("q")
    yield
    for begin in range(1, TIMES * PUBLISHES, PUBLISHES):
        for tag in range(begin, begin + PUBLISHES):
            channel.get("q")
            channel.ack(tag)
        yield


def time_beside_connections(size: int) -> Iterator[None]:
    """A hundred instants at which something expires pass beside so many connections of pika's."""
    broker = fakeamqp.Broker("3.10")
    links = [fakeamqp.connect(broker) for _ in range(size)]
    links[0].channel().queue_declare("q")
    for number in range(100):
        broker.publish("", "q", expiration=str(number + 1))
    yield
    broker.clock.advance(1)
    yield
    assert len(links) == broker.connections


def stream_readers(size: int) -> Iterator[None]:
    """So many read a stream, and acknowledge each message by itself."""
    bare = Bare("4.3")
    bare.channel.declare("q", durable=True, x_queue_type="stream")
    yield
    channels = _consumers(bare, size, 10, x_stream_offset="first")
    for _ in range(3):
        for key, tag in delivered(bare.channel.publish("q")):
            channels[key].ack(tag)
    for channel in channels.values():
        channel.close()
    yield


# --- through pika


def pika_connections(size: int) -> Iterator[None]:
    """Connections of pika's in one thread, each with a consumer that is sent a message."""
    broker = fakeamqp.Broker("3.10")
    yield
    links = [fakeamqp.connect(broker) for _ in range(size)]
    seen = []
    for number, link in enumerate(links):
        channel = link.channel()
        channel.queue_declare(f"q{number}")
        channel.basic_consume(f"q{number}", lambda ch, method, *_: seen.append(method.routing_key), auto_ack=True)
    for number in range(size):
        broker.publish("", f"q{number}")
    broker.settle()
    for link in links:
        link.close()
    yield
    assert len(seen) == size


def pika_messages(size: int) -> Iterator[None]:
    """Published by pika, and consumed by pika with acknowledgements and a prefetch of 100."""
    broker = fakeamqp.Broker("3.10")
    link = fakeamqp.connect(broker)
    channel = link.channel()
    channel.queue_declare("q")
    channel.basic_qos(prefetch_count=100)
    yield
    for _ in range(size):
        channel.basic_publish("", "q", bytes(100))
    channel.basic_consume("q", lambda ch, method, *_: ch.basic_ack(method.delivery_tag))
    channel.start_consuming()
    yield
    assert broker.queue("q").ready == 0
    link.close()


def pika_backlog(size: int) -> Iterator[None]:
    """So many messages with a TTL stand by while a worker of pika's waits for work again and again."""
    broker = fakeamqp.Broker("3.10")
    link = fakeamqp.connect(broker)
    channel = link.channel()
    channel.queue_declare("waiting", arguments={"x-message-ttl": 3_600_000})
    channel.queue_declare("work")
    for _ in range(size):
        broker.publish("", "waiting", bytes(100))
    channel.basic_consume("work", lambda ch, method, *_: ch.basic_ack(method.delivery_tag))
    yield
    for _ in range(TIMES):
        for _ in range(10):
            broker.publish("", "work")
            channel.start_consuming()
        yield
    link.close()


def pika_retries(size: int) -> Iterator[None]:
    """So many messages wait for their retry in another queue, while a worker's single message is retried."""
    broker = fakeamqp.Broker("3.10")
    link = fakeamqp.connect(broker)
    channel = link.channel()
    channel.exchange_declare("back")
    later = {"x-message-ttl": 3_600_000, "x-dead-letter-exchange": "back", "x-dead-letter-routing-key": "work"}
    channel.queue_declare("later", arguments=later)
    channel.queue_declare("soon", arguments=later | {"x-message-ttl": 1_000})
    channel.queue_declare("work")
    channel.queue_bind("work", "back", "work")
    for _ in range(size):
        broker.publish("", "later", bytes(100))
    tries: list[bytes] = []

    def take(ch: object, method: object, properties: object, body: bytes) -> None:
        tries.append(body)
        if len(tries) % 10 == 0:
            channel.stop_consuming()
        channel.basic_publish("", "soon", body)
        channel.basic_ack(method.delivery_tag)

    broker.publish("", "work")
    yield
    for _ in range(TIMES):
        channel.basic_consume("work", take)
        channel.start_consuming()
        yield
    assert len(tries) == 10 * TIMES
    link.close()


_BINDINGS = (10, 1_000, 100_000)
_TO_10_000 = (100, 1_000, 10_000)
_TO_1_000 = (10, 100, 1_000)

WORKLOADS: tuple[Sized, ...] = (
    Sized("routing, direct", "bindings that do not match", _BINDINGS, direct, is_flat=True),
    Sized("routing, topic", "bindings that do not match", _BINDINGS, topic, is_flat=True),
    Sized("routing, headers", "bindings that do not match", _BINDINGS, headers, is_flat=True),
    Sized("routing, headers present", "bindings that do not match", _BINDINGS, presence, is_flat=True),
    Sized("routing, other exchanges", "exchanges", _TO_10_000, exchange_chain, is_flat=True),
    Sized("routing, consistent hash", "queues", _TO_10_000, hashes),
    Sized("bind and unbind", "bindings of each kind", _TO_10_000, bind_and_unbind),
    Sized("delete a bound queue", "bindings", _TO_10_000, delete_bound),
    Sized("fanout", "queues", _TO_1_000, fanout),
    Sized("publish, get and ack", "messages", _TO_10_000, backlog),
    Sized("expire, one TTL", "messages", _TO_10_000, one_ttl),
    Sized("expire, one TTL each", "messages", _TO_10_000, many_ttls),
    Sized("expire, TTLs at random", "messages", _TO_10_000, ttls_at_random),
    Sized("delayed exchange", "messages", _TO_10_000, delayed),
    Sized("dead letters, ten queues", "messages", _TO_1_000, dead_letters),
    Sized("dead letters, long chain", "queues", _TO_1_000, long_chain, power=2),
    Sized("reject all", "messages", _TO_10_000, rejected),
    Sized("priority queue", "messages", _TO_10_000, priorities),
    Sized("overflow", "messages ready", _TO_10_000, overflow, is_flat=True),
    Sized("ack, multiple", "unacked", _TO_10_000, ack_multiple),
    Sized("ack, the last first", "unacked", _TO_10_000, ack_backwards),
    Sized("requeue at once", "unacked", _TO_10_000, requeue),
    Sized("requeue one by one", "unacked", _TO_10_000, requeue_one_by_one),
    Sized("transactions", "messages", _TO_10_000, transactions),
    Sized("laws", "messages", _TO_10_000, laws),
    Sized("quorum queue", "messages", _TO_10_000, quorum),
    Sized("stream", "messages", _TO_10_000, stream),
    Sized("stream, retention", "segments", _TO_10_000, stream_retention, is_flat=True),
    Sized("queues", "queues", _TO_10_000, queues),
    Sized("queues that expire", "queues", _TO_10_000, expiring_queues),
    Sized("connections", "connections", _TO_1_000, connections),
    Sized("consumers", "consumers of a queue", _TO_1_000, consumers),
    Sized("consumers, quorum", "consumers of a queue", _TO_1_000, quorum_consumers),
    Sized("consumers, single active", "consumers of a queue", _TO_1_000, single_active),
    Sized("consumers, one channel", "consumers of a channel", _TO_1_000, consumers_on_one_channel),
    Sized("get beside consumers", "consumers of the channel", _TO_1_000, gets_beside_consumers, is_flat=True),
    Sized("consumers, stream", "consumers of a queue", _TO_1_000, stream_readers),
    Sized("pika, connections", "connections", _TO_1_000, pika_connections),
    Sized("pika, publish, consume, ack", "messages", _TO_10_000, pika_messages),
    Sized("pika, time passes", "connections", _TO_1_000, time_beside_connections),
    Sized("pika, waits beside TTLs", "messages ready", _TO_10_000, pika_backlog, is_flat=True),
    Sized("pika, retries beside TTLs", "messages ready", _TO_10_000, pika_retries, is_flat=True),
)
