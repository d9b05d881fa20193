"""pika's callbacks in fewer steps: the same as pika's own manager, whatever is asked of it."""

from __future__ import annotations

import logging
from typing import Any

import pika.frame
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pika.callback import CallbackManager
from pika.spec import Basic, Queue

import fakeamqp
from fakeamqp.adapters.pika.callbacks import Callbacks

PREFIXES = st.sampled_from([1, "1", 2])
KEYS = st.sampled_from([Queue.DeclareOk, Queue.DeclareOk("q", 0, 0), "Queue.DeclareOk", "_on_return", 7])
ARGUMENTS = st.sampled_from([None, {"consumer_tag": "a"}, {"consumer_tag": "b"}, {"other": 1}, {}])
CALLERS = st.sampled_from([None, "x", "y", ""])
NUMBERS = st.integers(0, 2)  # of a callback
FRAMES = [
    pika.frame.Method(1, Basic.CancelOk("a")),
    pika.frame.Method(1, Queue.DeclareOk("q", 0, 0)),
    {"consumer_tag": "a"},
    "text",
]

STEPS = st.one_of(
    st.tuples(st.just("add"), PREFIXES, KEYS, NUMBERS, st.booleans(), CALLERS, ARGUMENTS),
    st.tuples(st.just("process"), PREFIXES, KEYS, CALLERS, st.sampled_from(FRAMES)),
    st.tuples(st.just("process"), PREFIXES, KEYS, CALLERS),
    st.tuples(st.just("remove"), PREFIXES, KEYS, NUMBERS, ARGUMENTS),
    st.tuples(st.just("remove"), PREFIXES, KEYS),
    st.tuples(st.just("pending"), PREFIXES, KEYS),
    st.tuples(st.just("remove_all"), PREFIXES, KEYS),
    st.tuples(st.just("cleanup"), PREFIXES),
)


class Played:
    """A manager with three callbacks that note their calls; the third fails."""

    def __init__(self, manager: CallbackManager) -> None:
        self.manager = manager
        self.seen: list[Any] = []
        self._callbacks = [self._first, self._second, self._failing]

    def _first(self, *args: Any) -> None:
        self.seen.append(("first", args))

    def _second(self, *args: Any) -> None:
        self.seen.append(("second", args))

    def _failing(self, *args: Any) -> None:
        self.seen.append(("failing", args))
        raise LookupError

    def play(self, name: str, *args: Any) -> None:
        """Take a step, and note what comes of it."""
        if name in ("add", "remove") and len(args) > 2:
            args = (*args[:2], self._callbacks[args[2]], *args[3:])
        try:
            self.seen.append(getattr(self.manager, name)(*args))
        except (LookupError, TypeError) as error:
            self.seen.append(type(error))

    @property
    def entries(self) -> Any:
        """What is registered, with the callbacks by name."""
        return {
            prefix: {
                key: [{**entry, "callback": entry["callback"].__name__} for entry in entries]
                for key, entries in keys.items()
            }
            for prefix, keys in self.manager._stack.items()
        }


@given(st.lists(STEPS, min_size=5, max_size=40))
def test_any_sequence_of_calls_does_what_pikas_own_manager_does(steps):
    ours, pikas = Played(Callbacks()), Played(CallbackManager())
    for step in steps:
        ours.play(*step)
        pikas.play(*step)
        assert ours.seen == pikas.seen
        assert ours.entries == pikas.entries


def test_what_is_registered_before_a_connection_is_taken_over_stays():
    with fakeamqp.connect(fakeamqp.Broker()) as connection:
        assert type(connection._impl.callbacks) is Callbacks
        assert connection._impl.callbacks.pending(0, connection._impl.ON_CONNECTION_CLOSED)


def test_a_manager_of_the_programs_own_is_left_alone():
    class Own(CallbackManager):
        pass

    class Connection:
        callbacks = Own()

    from fakeamqp.adapters.pika.callbacks import take_over

    take_over(Connection)
    assert type(Connection.callbacks) is Own


def test_a_debug_log_has_every_line_that_pika_writes(caplog: pytest.LogCaptureFixture):
    lines = []
    for manager in (Callbacks(), CallbackManager()):
        caplog.clear()
        with caplog.at_level(logging.DEBUG, logger="pika.callback"):
            manager.add(1, Queue.DeclareOk, print)
            manager.process(1, Queue.DeclareOk, None)
            manager.add(1, Queue.DeclareOk, print)
            manager.remove(1, Queue.DeclareOk, print)
        lines.append([record.getMessage() for record in caplog.records])
    assert len(lines[0]) > 3
    assert lines[0] == lines[1]


def test_a_failing_callback_is_logged_by_name(caplog: pytest.LogCaptureFixture):
    def fails() -> None:
        raise LookupError

    callbacks = Callbacks()
    callbacks.add(1, "key", fails)
    with pytest.raises(LookupError):
        callbacks.process(1, "key", None)
    assert [record.name for record in caplog.records] == ["pika.callback"]
    assert '"1:key" failed' in caplog.text


def test_a_callback_registered_twice_is_warned_of(caplog: pytest.LogCaptureFixture):
    callbacks = Callbacks()
    for _ in range(2):
        callbacks.add(1, "key", print, one_shot=False)
    assert "Duplicate callback found" in caplog.text
