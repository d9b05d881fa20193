"""Which arguments and policies are taken, by a table that a child could read."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from fakeamqp.model.profile import PROFILES
from tests.kit.support import Client

TEN_YEARS_MS = 315_360_000_000
NUMBERS = (-1, 0, 1, 255, 256, TEN_YEARS_MS, TEN_YEARS_MS + 1, "1", True)
ZERO_UP = lambda value: type(value) is int and value >= 0  # noqa: E731
A_TIME = lambda value: ZERO_UP(value) and value <= TEN_YEARS_MS  # noqa: E731
OVERFLOWS = ("drop-head", "reject-publish", "reject-publish-dlx", "block", 1)
AGES = ("1D", "12h", "3M", "1", "D", "1x", 1)
OF_ALL = {
    "x-max-length-bytes": (NUMBERS, ZERO_UP),
}
OF_BOTH = {
    **OF_ALL,
    "x-message-ttl": (NUMBERS, A_TIME),
    "x-expires": (NUMBERS, lambda value: A_TIME(value) and value > 0),
    "x-max-length": (NUMBERS, ZERO_UP),
    "x-overflow": (OVERFLOWS, lambda value: value in OVERFLOWS[:3]),
    "x-dead-letter-exchange": (("", "a", 1), lambda value: isinstance(value, str)),
    "x-single-active-consumer": ((True, False, 1, "true"), lambda value: isinstance(value, bool)),
}
TAKEN: dict[str, dict[str, tuple[tuple[Any, ...], Any]]] = {
    "classic": {**OF_BOTH, "x-max-priority": (NUMBERS, lambda value: ZERO_UP(value) and value <= 255)},
    "quorum": {**OF_BOTH, "x-delivery-limit": ((-1, 0, 5), lambda value: True)},
    "stream": {
        **OF_ALL,
        "x-max-age": (AGES, lambda value: value in AGES[:3]),
        "x-stream-max-segment-size-bytes": (
            (0, 1, 3_000_000_000, 3_000_000_001, "1"),
            lambda v: v in (0, 1, 3_000_000_000),
        ),
    },
}
KINDS = ("classic", "quorum", "stream")
ROWS = [(kind, name, value) for kind in KINDS for name, (values, _) in TAKEN[kind].items() for value in values]


@pytest.mark.parametrize("version", PROFILES)
def test_a_value_is_taken_or_refused_as_the_table_says(version: str) -> None:
    client = Client(version)
    for number, (kind, name, value) in enumerate(ROWS):
        code = client.refusal(
            "queue_declare", f"q{number}", durable=True, arguments={"x-queue-type": kind, name: value}
        )
        is_good = TAKEN[kind][name][1](value)
        # Before 4.3 an age of letters alone crashes.
        expected = 0 if is_good else 541 if value in ("D", "1x") and code != 406 and version != "4.3" else 406
        assert code == expected, f"{kind} {name}={value!r}"
        assert (f"q{number}" in client.broker.snapshot().vhosts["/"].queues) == is_good


@pytest.mark.parametrize("version", PROFILES)
def test_an_argument_of_another_kind_of_queue_is_refused(version: str) -> None:
    client = Client(version)
    every = {name: (values, is_good) for kind in KINDS for name, (values, is_good) in TAKEN[kind].items()}
    for kind, (name, (values, is_good)) in itertools.product(KINDS, every.items()):
        value = next(each for each in values if is_good(each))
        code = client.refusal(
            "queue_declare", f"{kind}.{name}", durable=True, arguments={"x-queue-type": kind, name: value}
        )
        assert (code == 0) == (name in TAKEN[kind]), f"{kind} {name}"
    assert client.refusal("queue_declare", "odd", durable=True, arguments={"x-queue-type": "odd"}) == 406
    for kind in ("quorum", "stream"):
        for flags in ({"durable": False}, {"durable": True, "exclusive": True}, {"durable": True, "auto_delete": True}):
            assert client.refusal("queue_declare", "odd", arguments={"x-queue-type": kind}, **flags) == 406
    for size in (15, 16, 255, 256):
        code = client.refusal(
            "queue_declare", f"f{size}", durable=True,
            arguments={"x-queue-type": "stream", "x-stream-filter-size-bytes": size},
        )  # fmt: skip
        assert (code == 0) == (version == "3.10" or 16 <= size <= 255)


@pytest.mark.parametrize("version", PROFILES)
def test_declared_again_it_must_be_the_same(version: str) -> None:
    client = Client(version)
    client.channel.queue_declare("plain")
    client.channel.queue_declare("full", arguments={"x-max-length": 3, "x-overflow": "drop-head", "x-other": 1})
    for arguments in ({"x-max-length": 4, "x-overflow": "drop-head"}, {"x-max-length": 3}, {}):
        assert client.refusal("queue_declare", "full", arguments=arguments) == 406
    assert client.refusal("queue_declare", "plain", arguments={"x-message-ttl": 1}) == 406
    assert client.refusal("queue_declare", "plain", durable=True) == 406
    same = {"x-overflow": b"drop-head".decode(), "x-max-length": 3, "x-other": 2}
    assert client.refusal("queue_declare", "full", arguments=same) == 0


POLICIES: dict[str, tuple[tuple[Any, ...], Any]] = {
    "max-length": ((-1, 0, 1, "1"), ZERO_UP),
    "max-length-bytes": ((-1, 0, 1, "1"), ZERO_UP),
    "message-ttl": ((-1, 0, 1, "1"), ZERO_UP),
    "expires": ((-1, 0, 1, "1"), lambda value: ZERO_UP(value) and value > 0),
    "delivery-limit": ((0, 1, "1"), ZERO_UP),
    "overflow": (OVERFLOWS, lambda value: value in OVERFLOWS[:3]),
    "dead-letter-exchange": (("a", 1), lambda value: isinstance(value, str)),
    "dead-letter-routing-key": (("a", 1), lambda value: isinstance(value, str)),
    "alternate-exchange": (("a", 1), lambda value: isinstance(value, str)),
    "max-age": (AGES[:3] + AGES[4:5], lambda value: value in AGES[:3]),
    "queue-version": ((0, 2, 3), lambda value: value == 2),
    "unheard-of": ((1,), lambda value: False),
}


@pytest.mark.parametrize("version", PROFILES)
def test_a_policy_is_taken_or_refused_as_the_table_says(version: str) -> None:
    client = Client(version)
    for name, (values, is_good) in POLICIES.items():
        for value in values:
            if is_good(value):
                client.broker.ctl.set_policy("p", "", {name: value})
                assert client.broker.ctl.list_policies()[0].definition == {name: value}
                client.broker.ctl.clear_policy("p")
            else:
                with pytest.raises(ValueError, match=r".+"):
                    client.broker.ctl.set_policy("p", "", {name: value})
            assert client.broker.ctl.list_policies() == ()
