"""The names inside pika that are replaced, and for whom."""

from __future__ import annotations

import threading

import pytest

from fakeamqp import Broker, patch_pika
from fakeamqp.adapters.pika import hooks
from fakeamqp.adapters.pika.hooks import Instant


class TestInstants:
    def test_sums_and_differences_are_exact(self):
        begun = Instant.at(300_000)
        deadline = begun + 0.1 + 0.2
        assert deadline - Instant.at(600_000) == 0.0

    def test_a_positive_remainder_is_never_nothing(self):
        assert (Instant.at(0) + 1e-12) - Instant.at(0) == 1e-6

    def test_it_is_a_float_to_everybody_else(self):
        assert Instant.at(1_500_000) == 1.5
        assert Instant.at(1_500_000) - 0.5 == 1.0


class TestWhichBroker:
    def test_none_unless_patched(self):
        assert hooks.current() is None

    def test_the_innermost_patch(self):
        with patch_pika() as outer, patch_pika() as inner:
            assert hooks.current() is inner is not outer

    def test_the_one_meant_in_this_thread_alone(self):
        broker, seen = Broker(), []
        with hooks.meaning(broker):
            thread = threading.Thread(target=lambda: seen.append(hooks.current()))
            thread.start()
            thread.join()
            assert hooks.current() is broker
        assert seen == [None]

    def test_a_patch_holds_in_every_thread(self):
        seen = []
        with patch_pika() as broker:
            thread = threading.Thread(target=lambda: seen.append(hooks.current()))
            thread.start()
            thread.join()
        assert seen == [broker]


def test_pikas_clock_is_the_brokers_while_patched():
    with patch_pika() as broker:
        broker.clock.advance(42)
        assert hooks.TIME.time_now() == 42.0
    assert hooks.TIME.time_now() != 42.0


def test_a_stop_too_many_says_so():
    with pytest.raises(RuntimeError, match="is not started"):
        patch_pika().stop()
