"""What a failing test is told about the order of its actors, and of the errors that nobody was told."""

from __future__ import annotations

import pytest

_WORKERS = """
    import time
    import pika
    import pytest

    def work():
        channel = pika.BlockingConnection().channel()
        channel.queue_declare("orders")
        channel.basic_consume("orders", lambda *_: None)
        channel.start_consuming()

    def publish():
        channel = pika.BlockingConnection().channel()
        channel.queue_declare("orders")
        for _ in range(3):
            channel.basic_publish("", "orders", b"")
"""


def run(pytester: pytest.Pytester, tests: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(_WORKERS + tests)
    return pytester.runpytest(*options)


ORDER = """
    def test_order(fakeamqp_broker):
        fakeamqp_broker.spawn(work)
        fakeamqp_broker.spawn(publish)
        fakeamqp_broker.run()
        assert False, "of the test"
"""


def test_a_failing_test_tells_the_seed_and_the_order_of_its_actors(pytester: pytest.Pytester) -> None:
    result = run(pytester, ORDER, "--fakeamqp-seed", "4")
    result.stdout.fnmatch_lines(
        [
            "*- fakeamqp -*",
            "order of actors by seed 4 (--fakeamqp-seed 4 has it again): otherwise than is usual, * times of *:",
            "  0 s  who runs: *, not *",
        ]
    )
    again = run(pytester, ORDER, "--fakeamqp-seed", "4")
    told = [line for line in result.outlines if "who runs" in line]
    assert told == [line for line in again.outlines if "who runs" in line]


def test_seed_0_is_the_usual_order(pytester: pytest.Pytester) -> None:
    run(pytester, ORDER).stdout.fnmatch_lines(
        ["order of actors by seed 0 (--fakeamqp-seed 0 has it again): all in the usual order"]
    )


def test_who_has_no_actors_is_told_nothing_of_them(pytester: pytest.Pytester) -> None:
    result = run(pytester, "    def test_it(fakeamqp_broker):\n        assert False\n", "--fakeamqp-seed", "2")
    result.stdout.no_fnmatch_line("*order of actors*")
    result.assert_outcomes(failed=1)


def test_a_test_that_passes_is_told_nothing(pytester: pytest.Pytester) -> None:
    result = run(pytester, ORDER.replace("assert False", "assert True"), "--fakeamqp-seed", "2", "-rP")
    result.stdout.no_fnmatch_line("*order of actors*")
    result.assert_outcomes(passed=1)


def test_what_an_actor_has_raised_and_nobody_was_told_fails_the_test(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
    def test_it(fakeamqp_broker):
        def fail():
            raise ValueError("of an actor")

        fakeamqp_broker.spawn(fail)
        pika.BlockingConnection().sleep(1)
""",
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*ValueError: of an actor*"])


def test_no_actor_outlives_its_test(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
    import threading

    def test_leaves_actors(fakeamqp_broker):
        fakeamqp_broker.spawn(work)
        fakeamqp_broker.run()
        assert fakeamqp_broker.connections == 1

    def test_finds_none():
        assert "work" not in [thread.name for thread in threading.enumerate()]
        assert time.sleep.__module__ == "time"
""",
        "-p",
        "no:randomly",
    )
    result.assert_outcomes(passed=2)
