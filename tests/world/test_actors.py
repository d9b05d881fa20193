"""Actors in lock step: one runs, the order is theirs, and all of them end."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable

import pytest

from fakeamqp import Broker, WouldBlockForever, connect
from fakeamqp.world.actors import CLEANING_UP, LockStep, Scene

SECOND = 1_000_000


class Play:
    """A lock step, and what its actors noted."""

    def __init__(self, limit_us: int | None = None) -> None:
        self.broker = Broker(idle="interrupt")
        self.lock_step = LockStep(self.broker, limit_us)
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(f"{self.broker.clock.now():g} {text}")

    def sleep(self, seconds: float) -> None:
        self.lock_step.sleep(int(seconds * SECOND))

    def run(self, **functions: Callable[[], object]) -> list[str]:
        threads = threading.active_count()
        for name, function in functions.items():
            self.lock_step.add(name, function)
        self.lock_step.run()
        assert threading.active_count() == threads
        return self.notes


def test_actors_begin_in_the_order_given_each_until_it_waits() -> None:
    play = Play()

    def actor(name: str) -> Callable[[], None]:
        def act() -> None:
            play.note(f"{name} begins")
            play.sleep(0)
            play.note(f"{name} goes on")

        return act

    assert play.run(b=actor("b"), a=actor("a")) == ["0 b begins", "0 a begins", "0 b goes on", "0 a goes on"]


def test_who_waited_longest_goes_first() -> None:
    play = Play()

    def sleeper(name: str, *naps: float) -> Callable[[], None]:
        def act() -> None:
            for nap in naps:
                play.sleep(nap)
                play.note(name)

        return act

    notes = play.run(a=sleeper("a", 2, 1), b=sleeper("b", 1, 2), c=sleeper("c", 3))
    assert notes == ["1 b", "2 a", "3 c", "3 b", "3 a"]


def test_exactly_one_runs_at_any_moment() -> None:
    for _ in range(20):
        play = Play()
        running: list[str] = []

        def act(name: str, play: Play = play, running: list[str] = running) -> None:
            dice = random.Random(name)
            for _ in range(50):
                running.append(name)
                sum(range(dice.randrange(2_000)))  # long enough for a thread that ran freely to cut in
                assert running == [name]
                running.clear()
                play.note(name)
                play.sleep(dice.randrange(3))

        notes = play.run(**{name: (lambda name=name, act=act: act(name)) for name in "abcde"})
        assert len(notes) == 250
        assert [actor.error for actor in play.lock_step._actors] == [None] * 5


def test_the_same_actors_do_the_same_every_time() -> None:
    def once() -> list[str]:
        play = Play()

        def act(name: str) -> None:
            dice = random.Random(name)
            for _ in range(20):
                play.sleep(dice.choice([0, 0, 1, 0.5]))
                play.note(name)

        return play.run(**{name: (lambda name=name: act(name)) for name in "abcde"})

    first = once()
    assert all(once() == first for _ in range(20))


def test_what_an_actor_raises_ends_that_actor_only() -> None:
    play = Play()
    broken = play.lock_step.add("broken", lambda: 1 / 0)
    assert play.run(sound=lambda: play.note("sound")) == ["0 sound"]
    assert isinstance(broken.error, ZeroDivisionError)


def test_without_actors_there_is_nothing_to_do() -> None:
    assert Play().run() == []


def test_a_wait_that_nothing_can_end_is_interrupted_in_the_order_given() -> None:
    play = Play()

    def wait(name: str) -> Callable[[], None]:
        def act() -> None:
            try:
                play.lock_step.wait_for(lambda: False, "something")
            except KeyboardInterrupt:
                play.note(f"{name} is interrupted")

        return act

    assert play.run(a=wait("a"), b=wait("b")) == ["0 a is interrupted", "0 b is interrupted"]


def test_what_an_interrupted_actor_still_does_can_end_another_one_s_wait() -> None:
    play = Play()
    done: list[bool] = []

    def first() -> None:
        try:
            play.lock_step.wait_for(lambda: False, "something")
        finally:
            done.append(True)

    def second() -> None:
        play.note(str(play.lock_step.wait_for(lambda: bool(done), "the first")))

    assert play.run(first=first, second=second) == ["0 True"]


def test_who_waits_for_an_answer_is_ended_before_a_consumer() -> None:
    play = Play()

    def consume() -> None:
        channel = connect(play.broker).channel()
        channel.queue_declare("tasks")
        channel.basic_consume("tasks", print)
        try:
            channel.start_consuming()
        finally:
            play.note("the consumer ends")

    def ask() -> None:
        connection = connect(play.broker)
        channel = connection.channel()
        channel.basic_consume(channel.queue_declare("", exclusive=True).method.queue, print)
        try:
            connection.process_data_events(None)
        except WouldBlockForever as error:
            play.note(f"who asked is told: {str(error).partition(': ')[2][:34]}")

    assert play.run(consume=consume, ask=ask) == [
        "0 who asked is told: nothing is on its way to 'amq.gen-",
        "0 the consumer ends",
    ]


def test_a_wait_with_an_end_ends_there() -> None:
    play = Play()
    play.run(a=lambda: play.note(str(play.lock_step.wait_for(lambda: False, "something", 5 * SECOND))))
    assert play.notes == ["5 False"]


def test_two_who_only_sleep_do_not_keep_each_other_awake_for_ever() -> None:
    play = Play()

    def doze() -> None:
        while True:
            play.sleep(1)

    play.run(a=doze, b=doze)
    assert 1_000 <= play.broker.clock.now() < 2_100


def test_a_long_sleep_outlasts_the_patience_of_a_poller() -> None:
    play = Play()

    def poll() -> None:
        while play.broker.connections == 1:
            connection.process_data_events(1)

    def late() -> None:
        play.sleep(5_000)
        connect(play.broker)
        play.note("late")
        play.sleep(5)

    connection = connect(play.broker)
    assert play.run(poll=poll, late=late) == ["5000 late"]


def test_at_the_limit_all_are_interrupted_and_may_clean_up() -> None:
    play = Play(limit_us=10 * SECOND)

    def act(name: str, cleaning: float) -> None:
        try:
            play.sleep(100)
        except KeyboardInterrupt:
            play.note(f"{name} is interrupted")
        play.sleep(cleaning)
        play.note(f"{name} is clean")

    play.run(a=lambda: act("a", 1), b=lambda: act("b", CLEANING_UP + 1))
    assert play.notes == ["10 a is interrupted", "10 b is interrupted", "11 a is clean"]
    assert play.lock_step.time_is_up


@pytest.mark.parametrize("catches", [KeyboardInterrupt, BaseException])
def test_an_actor_that_goes_on_whatever_comes_is_left_alone_in_the_end(catches: type[BaseException]) -> None:
    play = Play()
    threads = threading.active_count()

    def act() -> None:
        while True:
            with contextlib.suppress(catches):
                play.lock_step.wait_for(lambda: False, "nothing")

    play.lock_step.add("stubborn", act)
    play.lock_step.add("sound", lambda: play.note("sound"))
    play.lock_step.run()
    assert play.notes == ["0 sound"]
    left = catches is BaseException
    assert play.lock_step.left_alone == (["stubborn"] if left else [])
    assert threading.active_count() == threads + left


def test_a_scene_is_set_while_its_actor_runs_and_at_no_other_time() -> None:
    play = Play()
    stage: list[str] = []

    class Named(Scene):
        def __init__(self, name: str) -> None:
            self.name = name

        def enter(self) -> None:
            stage.append(self.name)

        def leave(self) -> None:
            assert stage.pop() == self.name

    def act(name: str) -> None:
        for _ in range(3):
            assert stage == [name]
            play.sleep(1)

    actors = [play.lock_step.add(name, lambda name=name: act(name), Named(name)) for name in "ab"]
    play.lock_step.run()
    assert stage == []
    assert [actor.error for actor in actors] == [None, None]


def test_the_broker_finds_the_connections_of_an_actor_gone_when_it_ends() -> None:
    play = Play()

    def die() -> None:
        channel = connect(play.broker).channel()
        channel.queue_declare("tasks")
        channel.basic_publish("", "tasks", "a")
        assert channel.basic_get("tasks")[0] is not None
        assert play.broker.queue("tasks").unacked == 1

    play.run(die=die)
    assert play.broker.connections == 0
    assert play.broker.queue("tasks").ready == 1
