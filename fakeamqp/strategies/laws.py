"""Ready properties of a topology: each holds for all messages that Hypothesis can think of, or names the culprit.

    def test_orders():
        every_key_is_routed("production.json", "orders", "order.{created,paid}.*", vhost="shop")

They take what declares the topology: definitions (a path, JSON text, a dict), or a broker that has it already, which is
left as it is. A law that does not hold raises AssertionError: the exchange, the key and the queue, in their shrunk
form, and a program in pika that shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fakeamqp
from fakeamqp.model import effects
from fakeamqp.model.livelock import Livelock
from fakeamqp.strategies.languages import Language, all_keys_of, keys_near, keys_of
from fakeamqp.strategies.script import OPENING, call, written
from fakeamqp.strategies.topologies import Topology
from fakeamqp.world.broker import Broker
from fakeamqp.world.definitions import Source

Declared: TypeAlias = "Broker | Source"
"""What has a topology: a broker, or definitions."""


def every_key_is_routed(
    declared: Declared,
    exchange: str,
    keys: Language,
    *,
    headers: Mapping[str, Any] | None = None,
    vhost: str = "/",
    version: str = "4.3",
) -> None:
    """No message under a key of this language is unroutable. version: of the broker for definitions."""
    place = _Place(declared, vhost, version)

    def law(key: str) -> None:
        if not place.broker.route(exchange, key, headers, vhost=vhost):
            raise AssertionError(
                f"routing key {key!r} reaches no queue from exchange {exchange!r}, which has the bindings "
                f"{place.bindings_of(exchange)}\n\n{place.shown(exchange, key, headers)}"
            )

    _hold_for_keys(law, keys)


def reaches_exactly(
    declared: Declared,
    exchange: str,
    expected: Mapping[str, Iterable[str]] | Callable[[str], Iterable[str]],
    *,
    keys: Language | None = None,
    headers: Mapping[str, Any] | None = None,
    vhost: str = "/",
    version: str = "4.3",
) -> None:
    """Each message reaches the queues it should and no other.

    expected: the queues for each language of keys, `{"order.created.*": ["all", "created"]}`; or a function from a key
    to its queues, with `keys` as the language; without it, keys are drawn that the exchange's bindings nearly wait for.
    """
    place = _Place(declared, vhost, version)

    def law(key: str, queues: Iterable[str]) -> None:
        should, does = sorted(set(queues)), sorted(set(place.broker.route(exchange, key, headers, vhost=vhost)))
        if should != does:
            missed, wrong = sorted({*should} - {*does}), sorted({*does} - {*should})
            said = [f"misses {', '.join(missed)}"] if missed else []
            said += [f"reaches {', '.join(wrong)}, which it should not"] if wrong else []
            raise AssertionError(
                f"routing key {key!r} of exchange {exchange!r} {' and '.join(said)}; the bindings there are "
                f"{place.bindings_of(exchange)}\n\n{place.shown(exchange, key, headers)}"
            )

    if callable(expected):
        wanted = expected
        _hold_for_keys(
            lambda key: law(key, wanted(key)), keys_near(place.broker, exchange, vhost) if keys is None else keys
        )
        return
    for language, queues in expected.items():
        _hold_for_keys(_with(law, tuple(queues)), language)


def nothing_is_lost(
    declared: Declared,
    exchange: str = "",
    keys: Language | None = None,
    *,
    steps: int = 12,
    seconds: float = 3600.0,
    parking: Iterable[str] = (),
    allowed: Iterable[str] = (),
    vhost: str = "/",
    version: str = "4.3",
) -> None:
    """Whatever consumers do and however long it takes, each message is acked or in a queue: none is dropped.

    Messages are published to the exchange under keys of the language (without one, that its bindings wait for). Then,
    up to `steps` times, one is fetched from some queue and acknowledged, requeued or rejected, or up to `seconds` pass.
    At last a day passes. What is unroutable at once is left to `every_key_is_routed`.

    parking: queues in which messages come to rest: nobody fetches from them.
    allowed: queues that may drop messages, such as one that keeps the last thousand.
    """
    place, may_drop = _Place(declared, vhost, version), frozenset(allowed)
    queues = sorted({*place.broker.snapshot().vhosts[vhost].queues} - {*parking})
    drawn_keys = keys_near(place.broker, exchange, vhost) if keys is None else keys_of(keys)
    sleeps = st.tuples(st.just("sleep"), st.integers(1, 10).map(lambda part: seconds * part / 10))
    fetches: st.SearchStrategy[tuple[str, Any]] = (
        st.tuples(st.sampled_from(("ack", "requeue", "reject")), st.sampled_from(queues)) if queues else sleeps
    )
    moves = st.one_of(fetches, sleeps)

    @_quick
    @given(st.lists(drawn_keys, min_size=1, max_size=3), st.lists(moves, max_size=steps))
    def law(published: list[str], moved: list[tuple[str, Any]]) -> None:
        broker = place.fresh()
        lines: list[str] = []

        def look() -> None:
            for step in broker.trace:
                for queue, how in _lost(step.effects):
                    if queue not in may_drop:
                        place.fail(f"a message is lost: {how}", lines)
            broker.trace.clear()

        with _client(broker, vhost) as channel:
            for number, key in enumerate(published):
                if not broker.route(exchange, key, vhost=vhost):
                    continue
                lines.append(call("channel.basic_publish", exchange, key, b"%d" % number))
                channel.basic_publish(exchange, key, b"%d" % number)
                look()
            for how, what in [*moved, ("sleep", 86_400.0)]:
                _move(broker, vhost, channel, how, what, lines)
                look()

    law()


def dead_letters_end(declared: Declared, *, vhost: str = "/", version: str = "4.3") -> None:
    """No dead letter goes round by itself: it comes to rest unless clients reject it again and again.

    A message is put into each queue, and one that a client has rejected there; then time passes without clients. One
    that comes back to a queue goes round for ever, or is dropped by RabbitMQ as soon as it does: either is told, with
    the queues on the way.
    """
    place = _Place(declared, vhost, version)
    for queue in sorted(place.broker.snapshot().vhosts[vhost].queues):
        for rejected in (False, True):
            _follow_dead_letter(place, queue, rejected=rejected)


def _follow_dead_letter(place: _Place, queue: str, *, rejected: bool) -> None:
    broker = place.fresh()
    if broker.queue(queue, place.vhost).kind == "stream":
        return
    lines = [call("channel.basic_publish", "", queue, b"round")]
    way: list[str] = []
    try:
        with _client(broker, place.vhost) as channel:
            channel.basic_publish("", queue, b"round")
            if rejected:
                _move(broker, place.vhost, channel, "reject", queue, lines)
        most = 4 * len(broker.snapshot().vhosts[place.vhost].queues) + 4
        while True:
            for step in broker.trace:
                for effect in step.effects:
                    if isinstance(effect, effects.DeadLettered):
                        way.append(effect.queue)
                    if isinstance(effect, effects.Dropped) and effect.reason == "cycle":
                        way.append(effect.queue or "")
                        lines.append("broker.run()")
                        place.fail(f"a dead letter goes round and is dropped: {_way(way)}", lines)
            broker.trace.clear()
            if len(way) > most:
                lines.append("broker.run()")
                place.fail(f"a dead letter goes round for ever: {_way(way)}", lines)
            if broker.next_deadline() is None:
                return
            broker.fire_next()
    except Livelock as livelock:
        place.fail(f"dead letters go round without time passing: {livelock}", lines)


def _way(way: list[str]) -> str:
    """From the last visit to where it has been before: the round alone."""
    last = way[-1]
    before = [place for place, name in enumerate(way[:-1]) if name == last]
    return " -> ".join(way[before[-1] :] if before else way)


class _Place:
    """A virtual host under test: its broker to look at, fresh ones to play with, and how it is shown."""

    def __init__(self, declared: Declared, vhost: str, version: str) -> None:
        self.vhost = vhost
        if isinstance(declared, Broker):
            self.broker = declared
            self._source: Source = declared.export_definitions()
            self._shown_by: Topology | None = Topology.of(declared, vhost)
        else:
            self._source, self._shown_by = written(declared), None
            self.broker = Broker(version, definitions=declared, users="any")

    def fresh(self) -> Broker:
        """A broker with the same topology, and nothing in it."""
        return Broker(self.broker.version, definitions=self._source, users="any", trace="all")

    def bindings_of(self, exchange: str) -> str:
        if not exchange:
            return "of the queues' names"
        found = [
            f"{binding.routing_key!r} to {binding.destination.name}"
            + (f" {dict(binding.arguments)}" * bool(binding.arguments))
            for binding in self.broker.exchange(exchange, self.vhost).bindings
        ]
        return ", ".join(found) or "none"

    def shown(self, exchange: str, key: str, headers: Mapping[str, Any] | None) -> str:
        more = f", pika.BasicProperties(headers={dict(headers)!r})" if headers else ""
        line = f"channel.basic_publish({exchange!r}, {key!r}, b'', mandatory=True{more and ', properties=' + more[2:]})"
        return self.program([line, f"print(broker.route({exchange!r}, {key!r}, {headers!r}, vhost={self.vhost!r}))"])

    def program(self, lines: Iterable[str]) -> str:
        """A program that declares the topology and does this."""
        version, opening = self.broker.version, OPENING.split("\n\n\n")[0]
        if self._shown_by is None:
            declared, made = [], call("fakeamqp.Broker", version, users="any", definitions=self._source)
        else:
            declared, made = self._shown_by.lines + self._policies(), call("fakeamqp.Broker", version)
        where = "" if self.vhost == "/" else f", virtual_host={self.vhost!r}"
        if where and self._shown_by is not None:
            made = call("fakeamqp.Broker", version, vhosts=(self.vhost,))
        start = [f"broker = {made}", f"connection = fakeamqp.connect(broker{where})", "channel = connection.channel()"]
        return "\n".join([opening, "", *start, *declared, *lines])

    def _policies(self) -> list[str]:
        laid = self.broker.export_definitions().get("policies", [])
        return [
            call(
                "broker.ctl.set_policy",
                each["name"],
                each["pattern"],
                each["definition"],
                priority=each["priority"],
                apply_to=each["apply-to"],
                vhost=each["vhost"],
            )
            for each in laid
            if each["vhost"] == self.vhost
        ]

    def fail(self, words: str, lines: Iterable[str]) -> None:
        raise AssertionError(f"{words}\n\n{self.program(lines)}")


@contextmanager
def _client(broker: Broker, vhost: str) -> Iterator[Any]:
    connection = fakeamqp.connect(broker, virtual_host=vhost)
    try:
        yield connection.channel()
    finally:
        if connection.is_open:
            connection.close()


def _move(broker: Broker, vhost: str, channel: Any, how: str, what: Any, lines: list[str]) -> None:
    if how == "sleep":
        lines.append(f"broker.clock.advance({what!r})")
        broker.clock.advance(what)
        return
    try:
        view = broker.queue(what, vhost)
    except KeyError:
        return
    if not view.ready or view.kind == "stream" or view.arguments.get("x-single-active-consumer"):
        return
    lines.append(f"method, properties, body = channel.basic_get({what!r})")
    method, _, _ = channel.basic_get(what)
    if how == "ack":
        lines.append("channel.basic_ack(method.delivery_tag)")
        channel.basic_ack(method.delivery_tag)
    else:
        lines.append(f"channel.basic_reject(method.delivery_tag, requeue={how == 'requeue'})")
        channel.basic_reject(method.delivery_tag, requeue=how == "requeue")


_HARMLESS = ("purged", "queue deleted", "channel closed", "rolled back")


def _lost(told: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """The queues that lose a message by this step, and how."""
    letters: dict[int, Any] = {}
    for effect in told:
        if isinstance(effect, effects.DeadLettered):
            where = f"queue {effect.queue!r} dead-letters it ({effect.reason}) to exchange {effect.exchange!r}"
            if effect.letter_id is None:
                yield effect.queue, f"{where}, which is not there"
            else:
                letters[effect.letter_id] = (effect.queue, f"{where}, where no binding waits for it")
        elif isinstance(effect, effects.Dropped) and effect.queue and effect.reason not in _HARMLESS:
            letters.pop(effect.message_id, None)
            why = _WHY.get(effect.reason, f"({effect.reason}), having no dead-letter exchange")
            yield effect.queue, f"queue {effect.queue!r} drops it {why}"
        elif isinstance(effect, effects.Routed) and not effect.queues and effect.message_id in letters:
            yield letters[effect.message_id]


_WHY = {
    "cycle": "because it has died there before, and no client has rejected it since",
    "maxlen": "because it is full",
}


def _with(law: Callable[[str, Iterable[str]], None], queues: Iterable[str]) -> Callable[[str], None]:
    return lambda key: law(key, queues)


def _hold_for_keys(law: Callable[[str], None], keys: Language) -> None:
    few = all_keys_of(keys)
    if few is not None:
        for key in few:
            law(key)
        return
    _quick(given(keys_of(keys))(law))()


def _quick(test: Any) -> Any:
    return settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))(test)
