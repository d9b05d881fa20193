"""Each bug of examples/bugs is found, where the program is wrong, and its fix passes."""

from __future__ import annotations

import attrs
import pika
import pytest

import fakeamqp
from tests.support.bugs import BUGS, load, told_of


@attrs.frozen
class Bug:
    """A bug of the folder, and what is told of it.

    tells: what stands in the error, or in its note. line: the line of the program that stands there as well; None if
    none does. error: its type. is_hidden: True if it does not show in the usual order and without a fault.
    """

    name: str
    tells: str
    line: str | None = None
    error: type[BaseException] = AssertionError
    is_hidden: bool = True


ACK = "channel.basic_ack(method.delivery_tag)"

BY_ORDER = [
    Bug("ack_multiple", "who runs: all_up_to_here/render-2, not", error=pika.exceptions.ChannelClosedByBroker),
    Bug("confirms_multiple", "connection 2 is told of how many confirms at once: 2, not 1, 3"),
    Bug("lost_subscription", "1 jobs wait, and nobody consumes them"),
    Bug("out_of_order", "who gets the next message of 'order.events': worker-2"),
    Bug("oversold", "sold: a kettle for ada, a kettle for grace", line="time.sleep(0.5)  # the customer"),
    Bug("retry_storm", "21 tries in 0 seconds", is_hidden=False),
]
BY_FAULT = [
    Bug("ack_before_work", "crashes after its basic.ack, at {}: lost: ('tea', 70)", line=ACK),
    Bug("idempotent_consumer", "crashes before its basic.ack, at {}: duplicated: {{'order': 1, 'amount': 10}}", ACK),
    Bug("outbox", "crashes after its basic.publish, at {}: duplicated: {{'to': 'ada'", "properties_of(row))"),
    Bug("reconnect", "loses its connection before its basic.ack, at {}: lost: 'tea: 4.80'", line=ACK),
    Bug(
        "retry_queue",
        "crashes after its basic.ack, at {}: lost: 'a parcel for ada'",
        line=f"    {ACK}\n        channel",
    ),
    Bug("rpc_without_end", "crashes before its basic.publish, at {}: failed: WouldBlockForever", "properties.reply_to"),
    Bug("rpc_wrong_reply", "before its basic.ack, at {}: lost: 'a kettle: 39.00'; duplicated: 'a kettle: 4.50'", ACK),
    Bug("saga", "crashes before its basic.ack, at {}: duplicated: ('row 1, seat 7', 'booking-1')", line=ACK),
    Bug("unconfirmed_publisher", "before its basic.publish, at {}: lost: 'a kettle' in 'orders'", "orders[0], "),
]
ALL = [*BY_ORDER, *BY_FAULT]


def named(bugs: list[Bug]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("bug", bugs, ids=[bug.name for bug in bugs])


def test_every_bug_is_in_the_table() -> None:
    assert sorted(bug.name for bug in ALL) == sorted(file.stem for file in BUGS.glob("*.py"))


@named(ALL)
def test_a_program_knows_nothing_of_its_test(bug: Bug) -> None:
    _, program, scenario = (BUGS / f"{bug.name}.py").read_text(encoding="utf-8").split("\n# --- the ")
    assert "fakeamqp" not in program
    assert "fakeamqp" in scenario


@named([bug for bug in ALL if bug.is_hidden])
def test_it_does_not_show_in_the_usual_order_and_without_a_fault(bug: Bug) -> None:
    with fakeamqp.patch_pika() as broker:
        load(bug.name).buggy(broker)


@named(ALL)
def test_the_bug_is_found(bug: Bug, capsys: pytest.CaptureFixture[str]) -> None:
    module = load(bug.name)
    with pytest.raises(bug.error) as raised:
        module.look(module.buggy)
    told = told_of(raised.value, capsys)
    place = ""
    if bug.line is not None:
        source = (BUGS / f"{bug.name}.py").read_text(encoding="utf-8")
        place = f"{bug.name}.py:{source[: source.index(bug.line)].count(chr(10)) + 1}"
        assert place in told
    assert bug.tells.format(place) in told


@named(ALL)
def test_its_fix_passes(bug: Bug) -> None:
    module = load(bug.name)
    module.look(module.fixed)
