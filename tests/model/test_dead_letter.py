"""Dead letters. Their headers are recorded in full: the area `dead_letter`."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from fakeamqp.model.dead_letter import deaths_of, goes_round
from fakeamqp.model.livelock import Livelock
from fakeamqp.model.message import Message
from tests.support.rig import Rig, delivered, ended, of, refusal


def letter(*deaths: tuple[str, str]) -> Message:
    return Message("", "q", {"headers": {"x-death": [{"queue": queue, "reason": reason} for queue, reason in deaths]}})


@pytest.mark.parametrize(
    ("deaths", "round_again"),
    [
        ([("q", "expired")], True),
        ([("r", "expired"), ("q", "maxlen")], True),
        ([("r", "expired")], False),
        ([("r", "rejected"), ("q", "expired")], False),
        ([("q", "expired"), ("r", "rejected")], True),
        ([("q", "rejected")], False),
        ([], False),
    ],
)
def test_a_letter_does_not_come_back_where_it_died_unless_a_client_rejected_it_since(deaths, round_again):
    assert goes_round(letter(*deaths), "q", "expired") is round_again
    assert not goes_round(letter(*deaths), "q", "rejected")


@pytest.mark.parametrize("malformed", [None, "x", 5, [1, "x"], {}])
def test_a_malformed_history_is_none(malformed):
    assert deaths_of({"x-death": malformed}) == []


@pytest.fixture
def rig() -> Rig:
    return Rig("4.0")


def dead_letters_to(key: str, **more) -> dict:
    return {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": key, **more}


def test_a_letter_is_a_new_message_that_names_where_it_comes_from(rig):
    channel = rig.channel()
    channel.declare("q", dead_letters_to("r"))
    channel.declare("r")
    channel.publish("q", "a", expiration="60", message_id="m", headers={"own": 1})
    done = rig.advance(60)
    (died,) = of(effects.DeadLettered, done)
    (arrived,) = rig.queue("r").ready
    assert (died.message_id, died.copy, died.queue, died.reason, died.exchange) == (1, 1, "q", "expired", "")
    assert (arrived.message.id, arrived.message.origin) == (died.letter_id, (1, 1, 1))
    assert arrived.message.properties.keys() == {"message_id", "headers"}, "its own expiration is gone"
    assert arrived.expires_us is None
    assert arrived.message.headers["own"] == 1
    (death,) = arrived.message.headers["x-death"]
    assert (death["reason"], death["original-expiration"], death["time"].second) == ("expired", "60", 0)


def test_a_letter_without_an_exchange_to_go_to_is_gone(rig):
    channel = rig.channel()
    channel.declare("q", {"x-dead-letter-exchange": "missing"})
    channel.publish("q", "a")
    channel.get()
    (died,) = of(effects.DeadLettered, channel(ask.Nack, 1, requeue=False))
    assert died.letter_id is None


def test_no_time_passes_on_a_chain_of_queues_that_let_go_at_once(rig):
    """Longer than Python's stack is deep."""
    rig = Rig("4.0", watched=False)
    channel = rig.channel()
    for number in range(400):
        channel.declare(f"q{number}", dead_letters_to(f"q{number + 1}", **{"x-message-ttl": 0}))
    channel.declare("q400")
    done = channel.publish("q0", "a")
    assert len(of(effects.DeadLettered, done)) == 400
    assert rig.waiting("q400") == ["a"]


def test_a_queue_that_dead_letters_to_itself_drops_what_dies_by_itself(rig):
    channel = rig.channel()
    channel.declare("q", dead_letters_to("q", **{"x-max-length": 0}))
    assert ended(channel.publish("q", "a")) == ["maxlen", "cycle"]


def test_a_refused_publish_is_dead_lettered_and_was_never_a_copy(rig):
    channel = rig.channel()
    channel.declare("q", dead_letters_to("r", **{"x-max-length": 1, "x-overflow": "reject-publish-dlx"}))
    channel.declare("r")
    channel(ask.SelectConfirms)
    done = channel.publish("q", "a", "b")
    (died,) = of(effects.DeadLettered, done)
    assert (died.copy, died.reason) == (None, "maxlen")
    assert len(of(effects.Unconfirmed, done)) == 1
    assert (rig.waiting("q"), rig.waiting("r")) == (["a"], ["b"])


def test_letters_that_go_round_without_time_passing_end_the_step(monkeypatch):
    """RabbitMQ 3.10 lets a once rejected message go to and fro for ever."""
    monkeypatch.setattr("fakeamqp.model.broker._MOST_GENERATIONS", 100)
    rig = Rig("3.10", watched=False)
    channel = rig.channel()
    channel.declare("rejected", dead_letters_to("s"))
    channel.declare("s", dead_letters_to("t", **{"x-message-ttl": 0}))
    channel.declare("t", dead_letters_to("s", **{"x-message-ttl": 0}))
    channel.publish("rejected", "a")
    channel.get("rejected")
    with pytest.raises(Livelock, match=r"dead letters go round .* at present by \['[st]'\]; the last one has reason"):
        channel(ask.Reject, 1, requeue=False)
    assert refusal(channel.declare("rejected", passive=True)) is None, "the broker goes on"
    assert delivered(channel.publish("rejected", "b") + channel.get("rejected")) == ["b"]


def died_once(version: str, how=ask.Reject, **arguments):
    """A message with a CC header and key `k`, rejected in queue `q`, as it is delivered from queue `r`."""
    rig = Rig(version)
    channel = rig.channel()
    channel.declare("r")
    channel.bind("r", "amq.direct", "k")
    channel.bind("r", "amq.direct", "other")
    channel.declare("q", {"x-dead-letter-exchange": "amq.direct", **arguments})
    channel.bind("q", "amq.fanout")
    channel.publish("k", "a", exchange="amq.fanout", headers={"CC": ["copy"]})
    channel.get("q")
    channel(how, 1, requeue=False)
    (got,) = of(effects.GetOk, channel.get("r"))
    return got


@pytest.mark.parametrize(("version", "last"), [("3.10", False), ("4.0", True), ("4.3", True)])
def test_a_letter_tells_of_its_first_death_and_from_4_0_on_of_its_last(version, last):
    headers = died_once(version).message.headers
    for which in ("first", "last") if last else ("first",):
        told = {name.rpartition("-")[2]: value for name, value in headers.items() if name.startswith(f"x-{which}")}
        assert told == {"reason": "rejected", "queue": "q", "exchange": "amq.fanout"}
    assert ("x-last-death-queue" in headers) is last
    (death,) = headers["x-death"]
    assert (death["count"], death["exchange"], death["routing-keys"]) == (1, "amq.fanout", ["k", "copy"])


@pytest.mark.parametrize(("version", "kept"), [("3.10", False), ("4.0", True), ("4.3", True)])
def test_a_key_of_its_own_takes_the_header_cc_away_up_to_3_x(version, kept):
    got = died_once(version, **{"x-dead-letter-routing-key": "other"})
    assert (got.exchange, got.routing_key, got.message.keys) == ("amq.direct", "other", ("other",))
    assert ("CC" in got.message.headers) is kept
    got = died_once(version)
    assert (got.routing_key, got.message.keys) == ("k", ("k", "copy"))
    assert "CC" in got.message.headers


@pytest.mark.parametrize(
    ("version", "how", "redelivered"),
    [("3.10", ask.Reject, False), ("4.0", ask.Reject, False), ("4.3", ask.Reject, True), ("4.3", ask.Nack, False)],
)
def test_what_was_rejected_looks_redelivered_on_4_3(version, how, redelivered):
    assert died_once(version, how).redelivered is redelivered
