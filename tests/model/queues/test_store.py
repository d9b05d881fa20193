"""Where ready entries wait: each store against a list that is sorted anew each time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from fakeamqp.model.message import Message
from fakeamqp.model.queues.entry import Entry
from fakeamqp.model.queues.quorum import TwoLevelStore
from fakeamqp.model.queues.store import FifoStore, PositionStore, PriorityStore, ReturnedFirstStore, Store


def entry(copy: int, priority: int | None = None) -> Entry:
    properties = {} if priority is None else {"priority": priority}
    return Entry(Message("", "q", properties), None, copy, None)  # type: ignore[arg-type]


class Plain:
    """The slow twin: entries with the count of when they came and whether they came back, and a key to sort them by."""

    def __init__(self, key: Callable[[Entry, int, bool], Any]) -> None:
        self.waiting: list[tuple[Any, Entry]] = []
        self.key = key
        self.count = 0

    def take(self, entry: Entry, returned: bool) -> None:
        self.count += 1
        self.waiting.append((self.key(entry, self.count, returned), entry))
        self.waiting.sort(key=lambda each: each[0])

    def entries(self) -> list[Entry]:
        return [entry for _, entry in self.waiting]


def priority(entry: Entry, highest: int, default: int = 0) -> int:
    return min(entry.message.properties.get("priority", default), highest)


STORES: dict[str, tuple[Callable[[], Store], Callable[[Entry, int, bool], Any]]] = {
    "first in first out": (FifoStore, lambda entry, count, returned: count),
    "original position": (PositionStore, lambda entry, count, returned: entry.copy),
    "returned first": (lambda: ReturnedFirstStore(FifoStore()), lambda entry, count, returned: (not returned, count)),
    "priorities, original position": (
        lambda: PriorityStore(PositionStore, 2),
        lambda entry, count, returned: (-priority(entry, 2), entry.copy),
    ),
    "returned first, then priorities": (
        lambda: ReturnedFirstStore(PriorityStore(FifoStore, 31, 4)),
        lambda entry, count, returned: (not returned, 0 if returned else -priority(entry, 31, 4), count),
    ),
}


class StoreMachine(RuleBasedStateMachine):
    name = ""

    def __init__(self) -> None:
        super().__init__()
        make, key = STORES[self.name]
        self.store, self.plain = make(), Plain(key)
        self.copies = 0
        self.out: list[Entry] = []

    @rule(priority=st.none() | st.integers(0, 6))
    def push(self, priority: int | None) -> None:
        self.copies += 1
        new = entry(self.copies, priority)
        self.store.push(new)
        self.plain.take(new, False)

    @precondition(lambda self: self.plain.waiting)
    @rule()
    def pop(self) -> None:
        _, expected = self.plain.waiting.pop(0)
        assert self.store.pop() is expected
        self.out.append(expected)

    @precondition(lambda self: self.out)
    @rule(place=st.integers(0, 9))
    def put_back(self, place: int) -> None:
        returned = self.out.pop(place % len(self.out))
        self.store.put_back(returned)
        self.plain.take(returned, True)

    @rule()
    def clear(self) -> None:
        assert self.store.clear() == self.plain.entries()
        self.plain.waiting.clear()

    @invariant()
    def they_agree(self) -> None:
        expected = self.plain.entries()
        assert list(self.store) == expected
        assert len(self.store) == len(expected)
        assert self.store.head() is (expected[0] if expected else None)


@pytest.mark.parametrize("name", STORES)
def test_a_store_keeps_its_order(name):
    class Machine(StoreMachine):
        pass

    Machine.name = name
    run_state_machine_as_test(Machine, settings=settings(max_examples=20, stateful_step_count=20, deadline=None))


@pytest.mark.parametrize("make", [make for make, _ in STORES.values()], ids=list(STORES))
def test_nothing_comes_out_of_an_empty_store(make):
    store = make()
    store.push(entry(1))
    store.pop()
    with pytest.raises(IndexError):
        store.pop()
    assert store.head() is None


def test_two_of_high_priority_are_taken_for_each_normal_one():
    """Recorded from RabbitMQ 4.0.5: places 0 to 11 with these priorities come out in this order."""
    store = TwoLevelStore()
    for place, number in enumerate((0, 4, 5, 9, None, 6, 1, 8, 3, 7, 2, 5)):
        store.push(entry(place, number))
    foreseen = [each.copy for each in store]
    assert [store.pop().copy for _ in foreseen] == foreseen == [2, 3, 0, 5, 7, 1, 9, 11, 4, 6, 8, 10]


def test_each_third_one_taken_is_the_older_of_both_heads():
    """Recorded from RabbitMQ 4.0.5 (quorum/turns_of_two_levels)."""
    store = TwoLevelStore()
    for copy in (1, 2):
        store.push(entry(copy, 9))
        assert store.pop().copy == copy
    store.push(entry(3))
    store.push(entry(4, 9))
    assert [each.copy for each in store] == [3, 4], "the third"
    assert [each.copy for each in store.clear()] == [3, 4]
    for copy in (1, 2):
        store.push(entry(copy))
        assert store.pop().copy == copy
    store.push(entry(3, 9))
    store.push(entry(4))
    store.push(entry(5, 9))
    assert [each.copy for each in store] == [3, 5, 4], "the third is of high priority, as that is older"
    store.clear()
    store.push(entry(6, 9))
    store.push(entry(7))
    assert store.pop().copy == 6, "an empty queue begins anew"
