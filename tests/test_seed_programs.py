"""The programs that a newcomer to RabbitMQ writes first do what their text says: under `patch_pika`, and under `run`.

Each stands in a file of its own in seed_programs/, as its author wrote it.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

import fakeamqp
from fakeamqp import Broker, cli

PROGRAMS = Path(__file__).parent / "seed_programs"


class Programs:
    """Runs the programs of seed_programs/; `lines` is what they have printed so far."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        self.errors = ""

    @property
    def lines(self) -> list[str]:
        """What was printed since this was asked last."""
        out, self.errors = self._capsys.readouterr()
        return out.splitlines()

    def patched(self, name: str, *arguments: str) -> None:
        """Run one in this thread, where pika is patched."""
        path = str(PROGRAMS / f"{name}.py")
        self._monkeypatch.setattr(sys, "argv", [path, *arguments])
        runpy.run_path(path, run_name="__main__")

    def run(self, *commands: str) -> int:
        """`python -m fakeamqp run …`, each command a program's name and its arguments; the exit status."""
        words: list[str] = []
        for command in commands:
            name, *arguments = command.split()
            words += ["--", str(PROGRAMS / f"{name}.py"), *arguments]
        return cli.main(["run", *words[1:]])


@pytest.fixture
def programs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Programs:
    return Programs(capsys, monkeypatch)


def bodies(broker: Broker, queue: str) -> list[str]:
    return [message.body.decode() for message in broker.queue(queue).messages]


def left(programs: Programs) -> str:
    """What the summary of `run` says is left in queues."""
    return programs.errors.splitlines()[-1].removeprefix("fakeamqp: left in queues: ")


# --- exchanges: what each queue holds in the end

HELD = {
    "direct_exchange": {"error_logs": ["Error message"]},
    "fanout_exchange": {name: ["Broadcast message"] for name in ("queue_1", "queue_2", "queue_3")},
    "topic_exchange": {
        "all_orders": ["New US order", "order", "order.created.de", "order.paid.us", "order.created.us.east"],
        "all_created": ["New US order", "order.created.de", "user.created.us"],
        "us_orders": ["New US order", "order.paid.us"],
    },
    "headers_exchange": {"pdf_reports": ["PDF report"]},
}


@pytest.mark.parametrize("version", ["3.10", "4.0", "4.3"])
@pytest.mark.parametrize("name", HELD)
def test_each_exchange_routes_as_its_type_says(programs: Programs, name: str, version: str) -> None:
    with fakeamqp.patch_pika(version=version) as broker:
        programs.patched(name)
        assert {queue: bodies(broker, queue) for queue in HELD[name]} == HELD[name]


@pytest.mark.parametrize("name", HELD)
def test_each_exchange_routes_as_its_type_says_under_run(programs: Programs, name: str) -> None:
    assert programs.run(name) == 0
    assert programs.lines == []
    assert sorted(left(programs).split("; ")) == sorted(
        f"{queue!r}: {len(held)} ready" for queue, held in HELD[name].items()
    )


# --- producer and consumer

ORDER = "{'order_id': 123, 'total': 99.99}"


def test_an_order_is_processed(programs: Programs) -> None:
    with fakeamqp.patch_pika() as broker:
        programs.patched("producer")
        programs.patched("consumer")
        programs.patched("producer")
        broker.settle()
        assert broker.exchange("orders").durable
        assert broker.queue("order_processor").ready == broker.queue("order_processor").unacked == 0
    assert programs.lines == [f"Sent: {ORDER}", "Waiting for messages...", f"Sent: {ORDER}", f"Received: {ORDER}"]


def test_an_order_is_processed_under_run(programs: Programs) -> None:
    assert programs.run("producer", "consumer", "producer") == 0
    assert programs.lines == [
        f"[producer-1] Sent: {ORDER}",
        "[consumer] Waiting for messages...",
        f"[producer-2] Sent: {ORDER}",
        f"[consumer] Received: {ORDER}",
    ]
    # The first came before there was a queue for it.
    assert "2 published, 1 delivered, 1 acknowledged" in programs.errors
    assert left(programs) == "nothing"


def test_a_consumer_that_comes_before_its_exchange_fails_as_in_production(programs: Programs) -> None:
    assert programs.run("consumer", "producer") == 1
    assert programs.lines == [f"[producer] Sent: {ORDER}"]
    assert "(404, \"NOT_FOUND - no exchange 'orders' in vhost '/'\")" in programs.errors


# --- what becomes of a message

ACKNOWLEDGED = [
    "try 1 of good",
    "try 1 of recoverable",
    "try 2 of recoverable",
    "try 3 of recoverable",
    "try 1 of fatal",
]


def test_a_message_is_done_tried_again_or_put_away(programs: Programs) -> None:
    with fakeamqp.patch_pika() as broker:
        programs.patched("acknowledgment")
        assert broker.queue("work").ready == broker.queue("work").unacked == 0
        assert bodies(broker, "failed") == ["fatal"]
    assert programs.lines == ACKNOWLEDGED


def test_a_message_is_done_tried_again_or_put_away_under_run(programs: Programs) -> None:
    assert programs.run("acknowledgment") == 0
    assert programs.lines == ACKNOWLEDGED
    assert left(programs) == "'failed': 1 ready"


DEAD = [
    "after 59 s: 1",
    "after 60 s: 0",
    "a bad order: rejected in orders",
    "a forgotten order: expired in orders",
]


def test_dead_letters_are_found_in_their_queue(programs: Programs) -> None:
    with fakeamqp.patch_pika() as broker:
        programs.patched("dead_letter_queue")
        assert broker.clock.now() == 60
    assert programs.lines == DEAD


def test_dead_letters_are_found_in_their_queue_under_run(programs: Programs) -> None:
    assert programs.run("dead_letter_queue") == 0
    assert programs.lines == DEAD
    assert "1 min of virtual time" in programs.errors


EXPIRED = [
    "at once: temp_queue 1, patient_queue 2",
    "after 5 s: temp_queue 1, patient_queue 1",
    "after 59.999 s: temp_queue 1, patient_queue 1",
    "after 60 s: temp_queue 0, patient_queue 1",
]


def test_a_message_lives_as_long_as_it_may(programs: Programs) -> None:
    with fakeamqp.patch_pika():
        programs.patched("message_ttl")
    assert programs.lines == EXPIRED


def test_a_message_lives_as_long_as_it_may_under_run(programs: Programs) -> None:
    assert programs.run("message_ttl") == 0
    assert programs.lines == EXPIRED


# --- patterns


def test_every_subscriber_gets_the_event(programs: Programs) -> None:
    with fakeamqp.patch_pika() as broker:
        programs.patched("pubsub_publisher")
        programs.patched("pubsub_subscriber")
        programs.patched("pubsub_subscriber")
        programs.patched("pubsub_publisher")
        broker.settle()
    assert programs.lines == ["got Event!", "got Event!"]


def test_every_subscriber_gets_the_event_under_run(programs: Programs) -> None:
    assert programs.run("pubsub_subscriber", "pubsub_subscriber", "pubsub_publisher") == 0
    assert programs.lines == ["[pubsub_subscriber-1] got Event!", "[pubsub_subscriber-2] got Event!"]


def test_tasks_are_dealt_out_in_turn(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    with fakeamqp.patch_pika() as broker:
        monkeypatch.setattr("time.sleep", broker.clock.advance)
        for _ in range(3):
            programs.patched("work_queue_worker")
        programs.patched("work_queue_publisher", "a", "b", "c", "d", "e", "f")
        assert broker.queue("tasks").unacked == 3
        broker.settle()
        assert broker.queue("tasks").ready == broker.queue("tasks").unacked == 0
    assert sorted(programs.lines) == [f"done: {task}" for task in "abcdef"]


def test_who_works_longer_gets_fewer_tasks_under_run(programs: Programs) -> None:
    tasks = "a...... b.. c. d. e. f."
    worker = "work_queue_worker"
    assert programs.run(worker, worker, worker, f"work_queue_publisher {tasks}") == 0
    assert programs.lines == [
        "[work_queue_worker-3] done: c.",
        "[work_queue_worker-2] done: b..",
        "[work_queue_worker-3] done: d.",
        "[work_queue_worker-2] done: e.",
        "[work_queue_worker-3] done: f.",
        "[work_queue_worker-1] done: a......",
    ]
    assert "6 s of virtual time" in programs.errors
    assert "6 acknowledged" in programs.errors


def test_a_request_is_answered(programs: Programs) -> None:
    with fakeamqp.patch_pika():
        programs.patched("rpc_server")
        programs.patched("rpc_client", "hello", "again")
    assert programs.lines == ["hello -> HELLO", "again -> AGAIN"]


def test_a_request_is_answered_under_run(programs: Programs) -> None:
    assert programs.run("rpc_server", "rpc_client hello again", "rpc_client me") == 0
    assert sorted(programs.lines) == [
        "[rpc_client-1] again -> AGAIN",
        "[rpc_client-1] hello -> HELLO",
        "[rpc_client-2] me -> ME",
    ]


def test_a_request_without_a_server_says_what_is_missing(programs: Programs) -> None:
    assert programs.run("rpc_client hello") == 1
    assert programs.lines == []
    assert "WouldBlockForever" in programs.errors
    assert "1 of them reached no queue: exchange '', routing key 'rpc_queue'" in programs.errors


# --- quorum queues


@pytest.mark.parametrize("version", ["3.10", "4.0", "4.3"])
def test_a_quorum_queue_counts_what_comes_back(programs: Programs, version: str) -> None:
    with fakeamqp.patch_pika(version=version) as broker:
        programs.patched("quorum_queue")
        assert broker.queue("ha_queue").kind == "quorum"
        assert bodies(broker, "ha_queue") == ["kept"]
    *deliveries, refused = programs.lines
    assert [line.split()[1] for line in deliveries] == ["False", "True", "True"]
    # 4.3 does not count what a client puts back itself.
    counts = ["None", "None"] if version == "4.3" else ["1", "2"]
    assert [line.split()[2] for line in deliveries][1:] == counts
    assert refused == "406"


def test_a_quorum_queue_counts_what_comes_back_under_run(programs: Programs) -> None:
    assert programs.run("quorum_queue") == 0
    assert len(programs.lines) == 4
    assert left(programs) == "'ha_queue': 1 ready"
