"""The broker of a test on a real RabbitMQ: the members of `fakeamqp.Broker`, or a word why not."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import pytest

import fakeamqp
from fakeamqp.adapters.pika.side import ClosedByBroker, NoAMQP, Side
from fakeamqp.model import errors as model_errors
from fakeamqp.real.address import Address
from fakeamqp.real.broker import ONLY_IN_MEMORY, RealBroker
from fakeamqp.real.errors import NotOnARealBroker, Unreachable
from tests.support.management import Stub

FAKE = fakeamqp.Broker()
PUBLIC = sorted(name for name in {*vars(FAKE), *vars(fakeamqp.Broker)} if name[0] != "_")


@pytest.mark.parametrize("name", PUBLIC)
def test_each_member_is_there_or_says_why_not(broker: RealBroker, name: str) -> None:
    if name in ONLY_IN_MEMORY:
        with pytest.raises(NotOnARealBroker, match=rf"broker\.{name} is not to be had on a real broker: "):
            getattr(broker, name)
    else:
        getattr(broker, name)


@pytest.mark.parametrize(
    "name", [n for n in PUBLIC if n not in ONLY_IN_MEMORY and inspect.isfunction(vars(fakeamqp.Broker).get(n))]
)
def test_a_method_takes_the_same_arguments(name: str) -> None:
    fake, real = (inspect.signature(getattr(kind, name)) for kind in (fakeamqp.Broker, RealBroker))
    assert [(p.name, p.kind, p.default) for p in real.parameters.values()] == [
        (p.name, p.kind, p.default) for p in fake.parameters.values()
    ]


def test_what_no_broker_has_is_an_attribute_error(broker: RealBroker) -> None:
    with pytest.raises(AttributeError, match="no attribute 'qeue'"):
        broker.qeue  # noqa: B018


def test_its_version_chooses_the_profile(broker: RealBroker, stub: Stub) -> None:
    assert stub.answers["overview"]["rabbitmq_version"] == broker.server_version
    assert broker.server_version.startswith(broker.version + ".")
    assert broker.profile.name == broker.version


def test_a_version_that_is_not_recorded_has_no_profile(broker: RealBroker) -> None:
    broker.server_version = "3.13.7"
    assert broker.version == "3.13"
    with pytest.raises(NotOnARealBroker, match=r"it is 3\.13\.7, and recorded are 3.10, 4.0, 4.3"):
        broker.profile  # noqa: B018


def test_its_url_leads_into_the_virtual_host_of_the_test(broker: RealBroker) -> None:
    assert broker.url == f"amqp://guest:guest@127.0.0.1:1/{broker.names.root}"
    parameters = broker.parameters(heartbeat=7)
    assert (parameters.host, parameters.port, parameters.heartbeat) == ("127.0.0.1", 1, 7)
    assert (parameters.virtual_host, parameters.credentials.username) == (broker.names.root, "guest")


@pytest.mark.parametrize(
    "arguments", [{"plugins": ["rabbitmq_random_exchange"]}, {"autojump": False}, {"consumer_timeout": 5}]
)
def test_what_a_real_broker_cannot_be_is_refused_before_anything_is_made(
    make: Any, stub: Stub, arguments: dict[str, Any]
) -> None:
    with pytest.raises(NotOnARealBroker, match=rf"Broker\({next(iter(arguments))}=…\) is not to be had"):
        make(**arguments)
    assert stub.asked == []


def test_arguments_that_change_nothing_are_taken(make: Any) -> None:
    make(version="4.0", seed=7, trace="all", max_wait=5).close()


def test_arguments_are_checked_as_in_memory(make: Any, stub: Stub) -> None:
    with pytest.raises(TypeError, match="vhosts takes several"):
        make(vhosts="shop")
    assert stub.asked == []


def test_its_users_are_made_and_deleted(make: Any, stub: Stub) -> None:
    with make(users={"guest": "guest", "billing": "s3cret"}) as broker:
        real = f"{broker.names.root}-billing"
        assert stub.of("PUT", "users") == [real]
        assert f"{broker.names.root}/{real}" in stub.of("PUT", "permissions")
        assert broker.user_for("billing", "s3cret") == (real, "s3cret")
    assert stub.of("DELETE", "users") == [real]


def test_any_virtual_host_is_made_when_somebody_opens_it(make: Any, stub: Stub) -> None:
    with make(vhosts="any") as broker:
        real = broker.vhost_for("shop")
        assert real == broker.vhost_for("shop")
        assert stub.of("PUT", "vhosts") == [broker.names.root, real]


def test_a_virtual_host_that_was_not_asked_for_is_nobodys(broker: RealBroker, stub: Stub) -> None:
    """What it is called on the real broker is a name of the test's own, so that no one else's can be meant."""
    assert broker.vhost_for("production") == f"{broker.names.root}-production"
    assert stub.of("PUT", "vhosts") == [broker.names.root]


def test_it_is_found_where_the_one_in_memory_would_be(make: Any, caplog: pytest.LogCaptureFixture) -> None:
    with make() as broker:
        assert broker.accepts("rabbit.internal", 5672)
        assert broker.accepts("127.0.0.1", 1)
        assert not broker.accepts("rabbit.internal", 5999)
    assert "Broker(addresses=[('rabbit.internal', 5999)]) would let it in" in caplog.text
    with make(addresses=["rabbit:5999"]) as broker:
        assert broker.accepts("rabbit", 5999)
        assert not broker.accepts("rabbit", 5672)


def test_it_can_be_away_for_pika(broker: RealBroker) -> None:
    broker.down("rabbit:5672")
    assert [broker.accepts(host, 5672) for host in ("rabbit", "other")] == [False, True]
    broker.down()
    assert not broker.accepts("other", 5672)
    assert "broker.down() was called" in broker.refusal("other", 5672)
    broker.up()
    assert broker.accepts("rabbit", 5672)


def test_after_its_end_nobody_gets_in(make: Any) -> None:
    broker = make()
    broker.close()
    assert not broker.accepts("rabbit", 5672)


def test_reset_makes_it_as_new(broker: RealBroker, stub: Stub) -> None:
    broker.ctl.add_vhost("shop")
    broker.faults.refuse_connections(3)
    broker.down()
    broker.reset()
    assert list(broker.vhosts) == ["/"]
    assert broker.accepts("rabbit", 5672)
    assert sorted(stub.of("DELETE", "vhosts")) == sorted([broker.names.root, f"{broker.names.root}-shop"])


def test_route_says_that_only_publishing_tells(broker: RealBroker) -> None:
    with pytest.raises(NotOnARealBroker, match=r"route\(\) .* publish\(\) returns that"):
        broker.route("orders", "order.us")


def test_restart_says_that_it_cannot_be(broker: RealBroker) -> None:
    with pytest.raises(NotOnARealBroker, match="no API restarts a broker"):
        broker.restart()


def test_what_no_client_could_send_is_refused_as_in_memory(broker: RealBroker) -> None:
    with pytest.raises(TypeError, match="is no basic property of AMQP"):
        broker.publish("", "jobs", b"", prioritty=1)


def test_a_publish_that_is_refused_raises_the_models_error(broker: RealBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"NOT_FOUND - no exchange 'nope' in vhost '{broker.names.vhost('/')}'"

    def refuse(*_: object) -> None:
        raise ClosedByBroker(404, text)

    monkeypatch.setattr(Side, "publish", refuse)
    with pytest.raises(model_errors.NotFound) as refused:
        broker.publish("nope", "key")
    assert refused.value.reply_text == "NOT_FOUND - no exchange 'nope' in vhost '/'"


def test_purge_empties_every_queue(broker: RealBroker, stub: Stub) -> None:
    broker.purge()
    assert sorted(stub.of("DELETE", "queues")) == [
        f"{broker.names.root}/jobs/contents",
        f"{broker.names.root}/raft/contents",
    ]


def test_two_addresses_that_do_not_belong_together_are_told_and_nothing_stays(
    address: Address, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def elsewhere(side: Side) -> None:
        raise NoAMQP("NOT_ALLOWED - vhost not found")

    monkeypatch.setattr(Side, "open", elsewhere)
    with pytest.raises(Unreachable, match=r"made a virtual host, and AMQP does not get into it: NOT_ALLOWED"):
        RealBroker(address)
    assert stub.of("DELETE", "vhosts") == stub.of("PUT", "vhosts")


def test_all_is_quiet_once_nothing_changes(broker: RealBroker) -> None:
    broker.settle()
    broker.run()
    asyncio.run(broker.settled())
    asyncio.run(broker.advance(0))


def test_a_condition_that_does_not_come_true_says_what_there_is(broker: RealBroker) -> None:
    assert broker.until(lambda: 7) == 7
    told = "queue 'jobs' has 2 ready and 1 unacknowledged messages"
    with pytest.raises(TimeoutError, match=told):
        broker.until(lambda: False, timeout=0)

    async def wait() -> None:
        await broker.until(lambda: False, timeout=0)

    with pytest.raises(TimeoutError, match=told):
        asyncio.run(wait())


def test_what_may_still_come_is_judged_by_the_queues(broker: RealBroker, stub: Stub) -> None:
    stub.answers["policies"] = []
    assert broker.patience() == 0
    jobs = next(row for row in stub.answers["queues"] if row["name"] == "jobs")
    jobs["arguments"] = {"x-dead-letter-exchange": "", "x-message-ttl": 2000}
    assert broker.patience() == broker.thread_grace + 2
    jobs["arguments"]["x-message-ttl"] = 86_400_000
    assert broker.patience() == broker.thread_grace
    jobs["messages"] = 0
    assert broker.patience() == 0
