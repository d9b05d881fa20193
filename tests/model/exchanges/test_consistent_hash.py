"""x-consistent-hash. Recorded: exchange_types/hash_*; here what a recording cannot ask."""

from __future__ import annotations

import pytest

from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.choice import choose_first
from fakeamqp.model.errors import InternalError, PreconditionFailed
from fakeamqp.model.exchanges import KINDS, ConsistentHash
from fakeamqp.model.exchanges.jump_hash import jump
from fakeamqp.model.message import Message
from fakeamqp.model.profile import PROFILES
from tests.model.exchanges.bindings import binding, routed


def hashing(*queues: str, version: str = "4.3", weight: int = 1, **arguments) -> ConsistentHash:
    given = {name.replace("_", "-"): value for name, value in arguments.items()}
    exchange = ConsistentHash("x", profile=PROFILES[version], arguments=given)
    for queue in queues:
        exchange.bind(binding(queue, str(weight)))
    return exchange


def chosen(exchange: ConsistentHash, key: str = "k", **properties) -> list[str]:
    found = exchange.route_message(Message("x", key, properties), choose_first)
    return [destination.name for destination in found]


def test_a_key_goes_to_one_queue_always_the_same():
    exchange = hashing("a", "b", "c")
    for number in range(20):
        once = routed(exchange, f"{number}")
        assert len(once) == 1
        assert once == routed(exchange, f"{number}")


def test_a_large_weight_costs_nothing():
    """Real brokers before 4.3 allocate a bucket for each unit."""
    exchange = hashing("a", "b", version="4.0", weight=10**12)
    assert {chosen(exchange, f"{number}")[0] for number in range(20)} == {"a", "b"}


def test_buckets_close_up_when_a_queue_goes():
    exchange = hashing("a", "b", "c")
    exchange.unbind(binding("b", "1"))
    other = hashing("a", "c")
    for number in range(30):
        assert routed(exchange, f"{number}") == routed(other, f"{number}")


def test_a_queue_bound_twice_goes_with_either_binding():
    exchange = hashing("a")
    exchange.bind(binding("a", "5"))
    exchange.unbind(binding("a", "1"))
    assert routed(exchange, "k") == []
    exchange.unbind(binding("a", "5"))
    assert vars(exchange) == vars(hashing())


def test_an_exchange_and_a_queue_of_one_name_are_two():
    exchange = hashing("a")
    exchange.bind(Binding("x", Destination("exchange", "a"), "1"))
    kinds = {next(iter(exchange.route([f"{number}"], {}))).kind for number in range(20)}
    assert kinds == {"queue", "exchange"}


@pytest.mark.parametrize("version", PROFILES)
def test_messages_without_the_header_stay_together(version):
    exchange = hashing("a", "b", "c", "d", version=version, hash_header="h")
    assert len({chosen(exchange, f"{number}")[0] for number in range(20)}) == 1


def test_headers_decide_and_keys_do_not():
    exchange = hashing("a", "b", "c", "d", hash_header="h")
    assert len({chosen(exchange, headers={"h": f"{number}"})[0] for number in range(20)}) == 4
    assert len({chosen(exchange, f"{number}", headers={"h": "same"})[0] for number in range(20)}) == 1


def test_properties_decide():
    exchange = hashing("a", "b", "c", "d", hash_property="message_id")
    assert len({chosen(exchange, message_id=f"{number}")[0] for number in range(20)}) == 4


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"hash-header": "h", "hash-property": "message_id"}, PreconditionFailed),
        ({"hash-property": "app_id"}, PreconditionFailed),
        ({"hash-property": 5}, InternalError),
        ({"hash-header": None}, InternalError),
    ],
)
def test_what_is_hashed_is_one_thing_that_there_is(arguments, error):
    with pytest.raises(error):
        ConsistentHash.check_arguments(arguments, PROFILES["4.3"], KINDS)


@pytest.mark.parametrize("key", ["", "a", "1.5", " 1", "0", "-1", "٣"])
def test_a_weight_is_a_whole_number_above_zero(key):
    with pytest.raises(PreconditionFailed):
        ConsistentHash.check_binding(binding("q", key), PROFILES["4.3"])


def test_4_3_limits_the_weight():
    for version, refused in (("3.10", False), ("4.0", False), ("4.3", True)):
        for key, too_much in (("10000", False), ("10001", refused)):
            if too_much:
                with pytest.raises(PreconditionFailed, match="must not exceed 10000"):
                    ConsistentHash.check_binding(binding("q", key), PROFILES[version])
            else:
                ConsistentHash.check_binding(binding("q", key), PROFILES[version])


def test_each_destination_has_as_many_buckets_in_a_row_as_its_weight():
    exchange = hashing()
    weights = {"a": 3, "b": 1, "c": 4}
    for queue, weight in weights.items():
        exchange.bind(binding(queue, str(weight)))
    row = [queue for queue, weight in weights.items() for _ in range(weight)]
    for key in range(200):
        assert [destination.name for destination in exchange._pick(key)] == [row[jump(key, len(row))]]
