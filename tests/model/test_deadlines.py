"""Deadlines fire at their own instants, in order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.model.deadlines import Deadline, Deadlines


def key(name: str) -> Deadline:
    return Deadline("expires", "/", name)


def fired(deadlines: Deadlines, now_us: int) -> list[str]:
    names = []
    while (due := deadlines.pop(now_us)) is not None:
        names.append(due.name)
    return names


def test_the_earliest_comes_first_and_none_before_its_time():
    deadlines = Deadlines()
    deadlines.set(key("late"), 30)
    deadlines.set(key("early"), 10)
    assert deadlines.next() == 10
    assert fired(deadlines, 9) == []
    assert fired(deadlines, 10) == ["early"]
    assert deadlines.next() == 30


def test_those_of_one_instant_fire_in_the_order_in_which_they_were_set():
    deadlines = Deadlines()
    for name in "bac":
        deadlines.set(key(name), 10)
    assert fired(deadlines, 10) == ["b", "a", "c"]


def test_setting_the_same_instant_again_keeps_the_place_and_another_one_loses_it():
    deadlines = Deadlines()
    for name in "ab":
        deadlines.set(key(name), 10)
    deadlines.set(key("a"), 10)
    assert fired(deadlines, 10) == ["a", "b"]
    for name, at_us in (("a", 20), ("b", 20), ("a", 21), ("a", 20)):
        deadlines.set(key(name), at_us)
    assert fired(deadlines, 20) == ["b", "a"]


def test_the_same_name_in_another_vhost_or_for_another_reason_is_another_key():
    deadlines = Deadlines()
    keys = [Deadline("expires", "/", "q"), Deadline("expires", "v", "q"), Deadline("message-ttl", "/", "q")]
    for each in keys:
        deadlines.set(each, 1)
    assert list(deadlines) == keys
    assert [deadlines.at(each) for each in keys] == [1, 1, 1]


def test_moving_one_deadline_again_and_again_takes_no_room():
    deadlines = Deadlines()
    deadlines.set(key("still"), 10**9)
    for at_us in range(10_000):
        deadlines.set(key("q"), at_us)
    assert len(deadlines) == 2
    assert len(deadlines._heap) < 100


@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.integers(0, 5)), max_size=30), st.integers(0, 5))
def test_what_fires_is_what_was_set_last(settings, now_us):
    deadlines, due = Deadlines(), {}
    for name, at_us in settings:
        deadlines.set(key(name), at_us)
        due[name] = at_us
    living = {name: at_us for name, at_us in due.items() if at_us is not None}
    assert {each.name: deadlines.at(each) for each in deadlines} == living
    assert deadlines.next() == min(living.values(), default=None)
    names = fired(deadlines, now_us)
    assert sorted(names) == sorted(name for name, at_us in living.items() if at_us <= now_us)
    assert [living[name] for name in names] == sorted(living[name] for name in names)
    assert len(deadlines) == len(living) - len(names)


def test_order_holds_when_leftovers_are_cleared_out():
    deadlines = Deadlines()
    for number in range(40):
        deadlines.set(key(f"{number:02}"), 1_000 - number)
    for at_us in range(2_000, 2_200):
        deadlines.set(key("moved"), at_us)
    assert fired(deadlines, 1_000) == [f"{number:02}" for number in reversed(range(40))]


STEPS = st.tuples(st.sampled_from("abc"), st.none() | st.integers(0, 5)) | st.tuples(st.none(), st.integers(0, 5))


@given(st.lists(STEPS, max_size=40))
def test_the_earliest_is_known_after_every_step(steps):
    """A step sets a deadline, clears one, or takes one that is due."""
    deadlines, due = Deadlines(), {}
    for name, at_us in steps:
        if name is not None:
            deadlines.set(key(name), at_us)
            due[name] = at_us
        elif (taken := deadlines.pop(at_us)) is not None:
            assert due.pop(taken.name) <= at_us
        living = [instant for instant in due.values() if instant is not None]
        assert deadlines.next() == min(living, default=None)
        first = deadlines.first()
        assert (None if first is None else due[first.name]) == min(living, default=None)
