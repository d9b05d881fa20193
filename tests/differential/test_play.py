"""A program plays the same on every fake of a version; what differs is found, made small and printed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from .choices import Seeded
from .comparing import compare
from .generate import generate
from .printing import as_pika, as_scenario
from .shrink import shrink
from .stage import Played, play
from .steps import SHORT_MS, Address, Program, Step, Tag
from .strategy import programs
from .vhosts import FakeVhost


def played(program: Program, version: str = "4.3") -> Played:
    return play(program, FakeVhost(version))


@pytest.mark.parametrize("version", ["3.10", "4.0", "4.3"])
@pytest.mark.parametrize("seed", range(12))
def test_a_program_plays_the_same_twice(seed: int, version: str) -> None:
    program = generate(Seeded(seed), 40)
    first, second = played(program, version), played(program, version)
    assert compare(first, second).difference is None
    assert first == second or first.busy != second.busy


@settings(max_examples=15, deadline=None)
@given(programs())
def test_a_program_of_hypothesis_plays_the_same_twice(program: Program) -> None:
    assert compare(played(program), played(program)).difference is None


@pytest.mark.parametrize("seed", range(12))
def test_a_stretched_program_means_the_same(seed: int) -> None:
    program = generate(Seeded(seed), 40)
    calls = [step.call for step in program]
    assert [step.call for step in program.scaled(3)] == calls
    assert len(played(program).observations) == len(played(program.scaled(3)).observations)


def test_only_what_a_program_waits_for_is_stretched() -> None:
    kept = {"x-message-ttl": 0, "x-max-length": SHORT_MS}
    step = Step("A1", "queue_declare", ("q0",), {"arguments": {**kept, "x-expires": SHORT_MS}})
    program = Program((step, Step("", "advance", (1.0,)), Step("A1", "publish", ("", "q", "b"), {"expiration": "0"})))
    declared, advanced, published = program.scaled(2).steps
    assert declared.options["arguments"] == {**kept, "x-expires": 2 * SHORT_MS}
    assert advanced.args == (2.0,)
    assert published.options == {"expiration": "0"}


def test_a_stretched_program_is_still_timed() -> None:
    program = Program((Step("A1", "publish", ("", "q", "b"), {"expiration": str(SHORT_MS)}),))
    assert program.is_timed
    assert program.scaled(3).is_timed


def test_a_delivery_is_settled_by_its_place_among_the_unsettled() -> None:
    program = Program(
        (
            Step("A1", "queue_declare", ("q0",)),
            *(Step("A1", "publish", ("", "q0", body)) for body in "abc"),
            *(Step("A1", "basic_get", ("q0",)) for _ in "abc"),
            Step("A1", "basic_ack", (Tag(1),)),
            Step("A1", "basic_ack", (Tag(1),)),
        )
    )
    acks = [step.args for step in played(program).performed if isinstance(step, Step) and step.call == "basic_ack"]
    assert acks == [(2,), (3,)]


def test_an_answer_goes_to_an_address_that_was_seen() -> None:
    program = Program(
        (
            Step("A1", "queue_declare", ("q0",)),
            Step("A1", "publish", ("", Address(0), "nobody asked yet")),
            Step("A1", "consume", ("amq.rabbitmq.reply-to",), {"auto_ack": True}),
            Step("A1", "publish", ("", "q0", "question"), {"reply_to": "amq.rabbitmq.reply-to"}),
            Step("B1", "basic_get", ("q0",), {"auto_ack": True}),
            Step("B1", "publish", ("", Address(3), "answer")),
        )
    )
    seen = [one["seen"] for one in played(program).observations if "seen" in one]
    assert seen[0]["ch1"][0]["delivered"]["body"] == "answer"


def test_what_is_left_in_a_stream_is_read() -> None:
    stream = {"durable": True, "arguments": {"x-queue-type": "stream"}}
    program = Program((Step("A1", "queue_declare", ("q0",), stream), Step("A1", "publish", ("", "q0", "m"))))
    play = played(program)
    assert play.observations[-1]["seen"]["ch3"][0]["delivered"]["body"] == "m"
    assert play.hidden_counts > 0


def test_a_connection_whose_channels_used_one_queue_parts_with_an_error() -> None:
    together = (Step("A1", "queue_declare", ("q0",)), Step("A1", "basic_get", ("q0",)), Step("A2", "consume", ("q0",)))
    error = Step("A1", "basic_qos", (), {"prefetch_size": 10})
    play = played(Program((*together, error)))
    assert play.parting is not None
    assert play.observations[play.parting]["raised"]["code"] == 540
    assert played(Program((*together[:2], error))).parting is None
    assert played(Program(together)).parting is None


def test_with_nothing_to_settle_nothing_is_settled() -> None:
    program = Program((Step("A1", "queue_declare", ("q0",)), Step("A1", "basic_ack", (Tag(0),))))
    assert [one.call for one in played(program).performed if isinstance(one, Step)] == ["queue_declare"]


def test_a_program_that_differs_gets_as_small_as_it_can() -> None:
    """3.10 and 4.0 differ in the text about an unknown exchange type."""

    def differs(program: Program) -> bool:
        return compare(played(program, "3.10"), played(program, "4.0")).difference is not None

    steps = generate(Seeded(3), 15).steps
    weird = Step("A2", "exchange_declare", ("x0",), {"exchange_type": "weird", "durable": True})
    program = Program((*(step for step in steps if step.call != "exchange_declare"), weird))
    smallest = shrink(program, lambda several: next((place for place, one in enumerate(several) if differs(one)), None))
    assert [step.call for step in smallest] == ["exchange_declare"]
    assert smallest.steps[0].options == {"exchange_type": "weird"}
    told = compare(played(smallest, "3.10"), played(smallest, "4.0")).difference
    assert told is not None
    assert "COMMAND_INVALID" in told


def test_a_played_program_is_printed_as_code() -> None:
    program = Program(
        (
            Step("A1", "queue_declare", ("q0",), {"durable": True}),
            Step("A1", "publish", ("", "q0", "m1"), {"mandatory": True, "priority": 5}),
            Step("B1", "consume", ("q0",), {"consumer_tag": "c1", "auto_ack": True}),
            Step("", "advance", (2.5,)),
            Step("B", "close"),
        )
    )
    code = as_pika(played(program).performed)
    compile(code, "program", "exec")
    assert code.splitlines()[-9:] == [
        'ch1 = connect("A").channel()',
        "ch1.queue_declare('q0', durable=True)",
        "ch1.basic_publish('', 'q0', b'm1', pika.BasicProperties(priority=5), mandatory=True)",
        'ch2 = connect("B").channel()',
        "ch2.basic_consume('q0', seen, consumer_tag='c1', auto_ack=True)",
        "for connection in connections.values():",
        "    connection.sleep(2.5)",
        "ch2.close()",
        'connections["B"].close()',
    ]
    compile(as_scenario(played(program).performed), "scenario", "exec")
