"""Programs come from their seed alone, and cannot flood a broker."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .choices import Seeded
from .generate import ALL_QUEUES, DEAD_LETTERS, QUEUES, REPLIES, SINKS, generate
from .steps import Address, flattened

ROOT = Path(__file__).parents[2]
SEEDS = range(300)
STEPS = [step for seed in SEEDS for step in flattened(generate(Seeded(seed), 40))]


def test_the_same_seed_makes_the_same_program_under_any_hash_seed() -> None:
    code = (
        "from tests.differential.generate import generate; from tests.differential.choices import Seeded; "
        "print([generate(Seeded(seed), 40) for seed in range(20)])"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


def test_a_program_has_the_length_asked_for() -> None:
    assert {len(generate(Seeded(seed), 25)) for seed in range(20)} == {25}


def test_every_kind_of_call_is_made() -> None:
    calls = {step.call for step in STEPS}
    assert calls >= {
        "publish", "consume", "advance", "basic_get", "basic_ack", "basic_nack", "basic_reject", "basic_cancel",
        "basic_qos", "basic_recover", "queue_declare", "queue_bind", "queue_unbind", "queue_purge", "queue_delete",
        "exchange_declare", "exchange_bind", "exchange_unbind", "exchange_delete", "confirm_delivery", "tx_select",
        "tx_commit", "tx_rollback", "close", "flow",
    }  # fmt: skip


def test_every_kind_of_queue_and_every_way_to_limit_one_is_used() -> None:
    arguments = [step.options.get("arguments") or {} for step in STEPS if step.call == "queue_declare"]
    assert {name for given in arguments for name in given} >= {
        "x-queue-type", "x-max-length", "x-max-length-bytes", "x-overflow", "x-message-ttl", "x-expires",
        "x-dead-letter-exchange", "x-dead-letter-routing-key", "x-max-priority", "x-single-active-consumer",
        "x-delivery-limit",
    }  # fmt: skip
    assert {"classic", "quorum", "stream"} <= {str(given.get("x-queue-type")) for given in arguments}


def test_streams_are_read_from_an_offset() -> None:
    offsets = {str((step.options.get("arguments") or {}).get("x-stream-offset")) for step in STEPS}
    assert {"first", "next", "last", "0", "1h"} <= offsets


def test_requests_are_made_and_answered() -> None:
    assert any(step.options.get("reply_to") == REPLIES for step in STEPS)
    assert any(isinstance(argument, Address) for step in STEPS for argument in step.args)


def test_dead_letters_go_further_up_or_to_their_own_queue_or_to_the_sinks() -> None:
    """No message can go round by itself through several queues."""
    for step in STEPS:
        arguments = step.options.get("arguments") or {}
        exchange = arguments.get("x-dead-letter-exchange")
        if step.call != "queue_declare" or exchange in (None, "missing", 5, DEAD_LETTERS):
            continue
        assert exchange == ""
        key, name = arguments["x-dead-letter-routing-key"], step.args[0]
        assert name in QUEUES
        assert ALL_QUEUES.index(key) >= ALL_QUEUES.index(name)


def test_only_sinks_are_bound_to_the_exchange_for_dead_letters() -> None:
    for step in STEPS:
        if step.call == "queue_bind" and step.args[1] == DEAD_LETTERS:
            assert step.args[0] in SINKS
        if step.call == "exchange_bind":
            assert DEAD_LETTERS not in step.args
        if step.call == "exchange_declare" and step.args[0] == DEAD_LETTERS:
            assert isinstance((step.options.get("arguments") or {}).get("alternate-exchange", 5), int)


def test_sinks_have_no_dead_letter_exchange() -> None:
    for step in STEPS:
        if step.call == "queue_declare" and step.args[0] in SINKS:
            assert (step.options.get("arguments") or {}).get("x-dead-letter-exchange", 5) == 5
