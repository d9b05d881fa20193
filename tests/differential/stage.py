"""Plays a program on a broker and writes down all that a client sees."""

from __future__ import annotations

import time
from typing import Any

import attrs
from pika.adapters.blocking_connection import BlockingConnection
from pika.exceptions import ChannelClosedByBroker

from ..conformance.play import Channel, Play
from ..conformance.recording import Observations
from .printing import Opened, Performed
from .steps import Address, Program, Step, Tag
from .vhosts import Vhost

REPLIES = "amq.rabbitmq.reply-to"
COUNTED_NOW_AND_THEN = "<counted now and then>"
WITHOUT_COUNTS = {"basic_qos", "confirm_delivery", "tx_select", "flow", "basic_cancel"}


@attrs.frozen
class Played:
    """What came of a program.

    observations: as in tests/conformance, with the counts of all queues after each call that may change them, and in
        the end what was left in each queue.
    performed: what was really called. ends: after each step, how many observations and calls there were.
    queues: which queue a consumer, "channel tag", consumes from.
    parting: the place of the observation in which a connection ended by an error while several of its channels had
        used one queue; None if none did.
    busy: seconds that the calls before, between and after advances took. made_up: how many names had to be replaced.
    confirmed: publishes on channels in confirm mode. hidden_counts: how often a stream's messages were counted.
    """

    observations: Observations
    performed: tuple[Performed, ...]
    ends: tuple[tuple[int, int], ...]
    queues: dict[str, str]
    parting: int | None
    busy: tuple[float, ...]
    made_up: int
    confirmed: int
    hidden_counts: int

    @property
    def steps(self) -> int:
        """How many calls of the program were made."""
        return sum(isinstance(one, Step) for one in self.performed)

    def steps_before(self, place: int) -> int:
        """How many of them were done before the observation at that place."""
        return max((calls for observations, calls in self.ends if observations <= place), default=0)


def play(program: Program, backend: Vhost) -> Played:
    """Play the program there. What is left in the broker's vhost is for the backend to remove."""
    stage = _Stage(backend)
    ends = []
    try:
        for step in program:
            stage.perform(step)
            ends.append((len(stage.observations), stage.calls))
        stage.look_at_what_is_left()
    except Exception as error:
        stage.observations.append({"call": "(the play)", "raised": repr(error)})
    finally:
        stage.close()
    return stage.played(tuple(ends))


class _Stage(Play):
    """Channels by their name in the program, opened when they are used, and an eye on every queue."""

    _backend: Vhost

    def __init__(self, backend: Vhost) -> None:
        super().__init__(backend)
        self._open: dict[str, Channel] = {}
        self._performed: list[Performed] = []
        self._unsettled: dict[str, list[int]] = {}
        self._auto_ack: dict[str, bool] = {}
        self._queues: dict[str, str] = {}
        self._uses: dict[str, set[str]] = {}  # by channel, the queues it got or consumed from
        self._parting: int | None = None
        self._known: dict[str, str] = {}  # queues that exist, and the connection that may look at them
        self._observers: dict[str, Any] = {}
        self._busy = [0.0]
        self._since = time.monotonic()
        self._confirming: set[str] = set()
        self._confirmed = 0
        self._streams: set[str] = set()
        self._hidden_counts = 0
        self._performed_by_program: int | None = None

    # --- steps

    def perform(self, step: Step) -> None:
        if step.call == "advance":
            self._busy[-1] += time.monotonic() - self._since
            self._performed.append(step)
            self.advance(*step.args)
            self._busy.append(0.0)
            self._since = time.monotonic()
            self._keep_books("", step)
        elif step.call == "burst":
            with self.burst():
                for one in step.args:
                    self._call(one)
            self._keep_books("", step)
        elif step.on == step.connection:
            self._close_connection(step)
        else:
            self._call(step)
        if step.call not in WITHOUT_COUNTS:
            self._count()

    def _call(self, step: Step) -> None:
        if any(isinstance(one, Tag) for one in step.args):
            where = self._where_to_settle(step.on)
            if where is None:
                return
            step = attrs.evolve(step, on=where)
        if any(isinstance(one, Address) for one in step.args):
            if not self._addresses():
                return
            args = tuple(one.among(self._addresses()) if isinstance(one, Address) else one for one in step.args)
            step = attrs.evolve(step, args=args)
        channel = self._use(step.on)
        label = channel.label
        args = tuple(one.among(self._unsettled[label]) if isinstance(one, Tag) else one for one in step.args)
        self._performed.append(Step(label, step.call, args, step.options))
        siblings = self._open_channels(step.connection)
        errors = len(self.errors)
        outcome = getattr(channel, step.call)(*args, **step.options)
        succeeded = len(self.errors) == errors
        if step.call in ("consume", "basic_get") and succeeded:
            self._uses[label].add(args[0])
        if self._parting is None and not self._connections[step.connection].is_open and self._share_a_queue(siblings):
            self._parting = len(self.observations) - 1
        if step.call == "consume" and succeeded:
            self._note_consumer(label, step, outcome)
        if step.call == "queue_declare" and succeeded:
            self._note_queue(outcome.method.queue, step)
        if step.call == "confirm_delivery" and succeeded:
            self._confirming.add(label)
        if step.call == "publish" and label in self._confirming:
            self._confirmed += 1
        self._keep_books(label, Step(label, step.call, args, step.options))

    def _addresses(self) -> list[str]:
        """Reply addresses in the order in which they were seen."""
        return [name for name, label in self.normaliser._labels.items() if label.startswith("<reply address")]

    def _where_to_settle(self, name: str) -> str | None:
        """That channel if it has something unsettled, else one that has; None if there is none."""
        for each in (name, *self._open):
            channel = self._open.get(each)
            if channel is not None and channel.real.is_open and self._unsettled[channel.label]:
                return each
        return None

    def _open_channels(self, connection: str) -> list[str]:
        """The labels of a connection's channels."""
        channels = (channel for name, channel in self._open.items() if name.startswith(connection))
        return [channel.label for channel in channels if channel.real is not None and channel.real.is_open]

    def _share_a_queue(self, channels: list[str]) -> bool:
        """True if two of the channels may hold messages of one queue; the empty name is any queue's."""
        used = [name for channel in channels for name in self._uses[channel]]
        return len(used) > len(set(used)) or (len(channels) > 1 and "" in used)

    def _use(self, name: str) -> Channel:
        """The channel of that name, opened if it is not open."""
        channel = self._open.get(name)
        if channel is not None and channel.real is not None and channel.real.is_open:
            return channel
        where = name[:1]
        is_new = where not in self._connections or not self._connections[where].is_open
        if is_new:
            self._closed_connections.discard(where)
            self._closed.pop(where, None)
            self._observers.pop(where, None)
            self.connection(where)
        channel = self._open[name] = self.channel(on=where)
        self._performed.append(Opened(channel.label, where, is_new))
        self._unsettled[channel.label] = []
        self._uses[channel.label] = set()
        return channel

    def _close_connection(self, step: Step) -> None:
        """Its channels go one after the other: pika closes them in one go, and what they give back races."""
        connection = self._connections.get(step.on)
        if connection is not None and connection.is_open:
            for name, channel in self._open.items():
                if name.startswith(step.on) and channel.real is not None and channel.real.is_open:
                    self._call(Step(name, "close"))
            self._performed.append(step)
            self.record(f"{step.on}.close()", connection.close, lambda _: None)
            self._keep_books("", step)

    # --- what the program needs to know

    def _note_queue(self, name: str, step: Step) -> None:
        if name.startswith(REPLIES):
            return
        self._known[name] = step.connection
        self._backend.declared(name)
        if not step.options.get("passive"):
            is_stream = (step.options.get("arguments") or {}).get("x-queue-type") == "stream"
            (self._streams.add if is_stream else self._streams.discard)(name)
        if name in self._streams:
            self._hide_count(self.observations[-1]["result"]["Queue.DeclareOk"])

    def _hide_count(self, answer: dict[str, Any]) -> None:
        answer["message_count"] = COUNTED_NOW_AND_THEN
        self._hidden_counts += 1

    def _note_consumer(self, label: str, step: Step, tag: str) -> None:
        consumer = f"{label} {self.normaliser.text(tag)}"
        self._auto_ack[consumer] = step.options.get("auto_ack", False)
        self._queues[consumer] = step.args[0]

    def _keep_books(self, label: str, step: Step) -> None:
        """Which deliveries are unsettled, by what was observed."""
        observation = self.observations[-1]
        unsettled = self._unsettled.get(label, [])
        if "raised" not in observation and step.call in ("basic_ack", "basic_nack", "basic_reject"):
            (tag,) = step.args
            gone = {one for one in unsettled if one <= tag or tag == 0} if step.options.get("multiple") else {tag}
            unsettled[:] = [one for one in unsettled if one not in gone]
        if step.call == "basic_recover":
            unsettled.clear()
        result = observation.get("result")
        if step.call == "basic_get" and isinstance(result, dict) and not step.options.get("auto_ack"):
            unsettled.append(result["delivery_tag"])
        for where, events in observation.get("seen", {}).items():
            if not isinstance(events, list):
                continue
            for message in (event["delivered"] for event in events if "delivered" in event):
                if not self._auto_ack.get(f"{where} {message['consumer_tag']}", False):
                    self._unsettled[where].append(message["delivery_tag"])

    # --- counts

    def _count(self) -> None:
        """Write down how many messages and consumers each queue has, or that it is not to be seen any more."""
        counts: dict[str, Any] = {}
        for name, where in tuple(self._known.items()):
            connection = self._connections[where]
            if not connection.is_open:
                connection = next((one for one in self._connections.values() if one.is_open), None)
                if connection is None:
                    continue
            count = counts[self.normaliser.text(name)] = self._look_at(name, connection)
            if isinstance(count, int):
                del self._known[name]
        if counts:
            self.observations.append({"call": "(counts)", "result": counts})

    def _look_at(self, name: str, connection: BlockingConnection) -> Any:
        """Messages and consumers; the code of the error if it is not to be seen."""
        key = next(key for key, one in self._connections.items() if one is connection)
        observer = self._observers.get(key)
        if observer is None or not observer.is_open:
            observer = self._observers[key] = connection.channel()
        try:
            answer = observer.queue_declare(name, passive=True).method
        except ChannelClosedByBroker as error:
            return error.reply_code
        if name in self._streams:
            self._hidden_counts += 1
            return [COUNTED_NOW_AND_THEN, answer.consumer_count]
        return [answer.message_count, answer.consumer_count]

    # --- the end

    def look_at_what_is_left(self) -> None:
        """All connections end; then everything is taken out of the queues."""
        self._busy[-1] += time.monotonic() - self._since
        self._performed_by_program = len(self._performed)
        for name in sorted(self._connections):
            self._close_connection(Step(name, "close"))
        self._known = dict.fromkeys(self._known, "Z")
        self._use("Z1")
        self._count()
        with self.burst():
            for name in tuple(self._known):
                if name not in self._streams:
                    self._call(Step("Z1", "drain", (name,)))
        for name in sorted(self._streams & set(self._known)):
            self._call(Step(f"Z {name}", "basic_qos", (), {"prefetch_count": 1000}))
            self._call(Step(f"Z {name}", "consume", (name, "all"), {"arguments": {"x-stream-offset": "first"}}))

    @property
    def calls(self) -> int:
        """How many calls were made."""
        return sum(isinstance(one, Step) for one in self._performed)

    def played(self, ends: tuple[tuple[int, int], ...]) -> Played:
        made_up = len(self.normaliser._labels) + sum(repr(one).count("'<time>'") for one in self.observations)
        return Played(
            self.observations,
            tuple(self._performed[: self._performed_by_program]),
            ends,
            self._queues,
            self._parting,
            tuple(self._busy),
            made_up,
            self._confirmed,
            self._hidden_counts,
        )
