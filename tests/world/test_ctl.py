"""What an operator does to a broker."""

import pytest
from pika.exceptions import ProbableAccessDeniedError

import fakeamqp


def test_a_vhost_can_be_added_while_the_broker_runs() -> None:
    broker = fakeamqp.Broker()
    with pytest.raises(ProbableAccessDeniedError, match="vhost shop not found"):
        fakeamqp.connect(broker, virtual_host="shop")
    broker.ctl.add_vhost("shop")
    fakeamqp.connect(broker, virtual_host="shop").close()


def test_adding_a_vhost_that_is_there_keeps_what_is_in_it() -> None:
    broker = fakeamqp.Broker()
    fakeamqp.connect(broker).channel().queue_declare("orders")
    broker.ctl.add_vhost("/")
    assert broker.queue("orders").ready == 0


def test_a_policy_holds_at_once_and_for_its_vhost_alone() -> None:
    broker = fakeamqp.Broker(vhosts=["/", "shop"])
    for vhost in ("/", "shop"):
        fakeamqp.connect(broker, virtual_host=vhost).channel().queue_declare("orders")
    broker.ctl.set_policy("short", "^orders", {"max-length": 1}, vhost="shop")
    for vhost in ("/", "shop"):
        for body in ("tea", "cups"):
            broker.publish("", "orders", body, vhost=vhost)
    assert (broker.queue("orders").ready, broker.queue("orders", vhost="shop").ready) == (2, 1)


def test_a_queue_tells_its_policies_and_what_they_come_to() -> None:
    broker = fakeamqp.Broker()
    channel = fakeamqp.connect(broker).channel()
    channel.queue_declare("orders")
    channel.exchange_declare("orders")
    broker.ctl.set_policy("ours", "^orders", {"max-length": 9, "alternate-exchange": "rest"})
    broker.ctl.set_operator_policy("theirs", "", {"max-length": 5, "expires": 60_000}, apply_to="queues")
    queue = broker.queue("orders")
    assert (queue.policy, queue.operator_policy) == ("ours", "theirs")
    assert queue.effective_policy_definition == {"alternate-exchange": "rest", "expires": 60_000, "max-length": 5}
    assert broker.exchange("orders").policy == "ours"
    broker.ctl.clear_policy("ours")
    broker.ctl.clear_operator_policy("theirs")
    assert (queue.policy, queue.operator_policy, queue.effective_policy_definition) == (None, None, {})


def test_policies_are_listed_by_name() -> None:
    broker = fakeamqp.Broker()
    broker.ctl.set_policy("b", "^b", {"max-length": 1}, priority=3, apply_to="queues")
    broker.ctl.set_policy("a", "^a", {"expires": 5})
    broker.ctl.set_operator_policy("o", "", {"max-length": 2})
    first, second = broker.ctl.list_policies()
    assert (first.name, first.pattern, first.definition, first.priority, first.apply_to) == (
        "a",
        "^a",
        {"expires": 5},
        0,
        "all",
    )
    assert (second.name, second.priority, second.apply_to) == ("b", 3, "queues")
    assert [policy.name for policy in broker.ctl.list_operator_policies()] == ["o"]


def test_what_is_refused_says_what_the_management_api_says_and_is_not_in_the_trace() -> None:
    broker = fakeamqp.Broker()
    with pytest.raises(ValueError, match=r"^Validation failed\n\n-1 is not a valid maximum length\n$"):
        broker.ctl.set_policy("p", "", {"max-length": -1})
    with pytest.raises(LookupError, match="Not Found"):
        broker.ctl.clear_policy("p")
    with pytest.raises(KeyError, match="no vhost 'shop'"):
        broker.ctl.set_policy("p", "", {"max-length": 1}, vhost="shop")
    assert len(broker.trace) == 0


def test_a_definition_that_is_changed_afterwards_changes_nothing() -> None:
    broker = fakeamqp.Broker()
    definition = {"max-length": 1}
    broker.ctl.set_policy("p", "", definition)
    definition["max-length"] = 2
    (policy,), (step,) = broker.ctl.list_policies(), broker.trace
    assert policy.definition == step.command.definition == {"max-length": 1}


def test_a_reset_forgets_policies() -> None:
    broker = fakeamqp.Broker()
    broker.ctl.set_policy("p", "", {"max-length": 1})
    broker.reset()
    assert broker.ctl.list_policies() == ()


def test_a_default_queue_type_is_set_and_forgotten() -> None:
    broker = fakeamqp.Broker()
    broker.ctl.set_default_queue_type("quorum")
    channel = fakeamqp.connect(broker).channel()
    channel.queue_declare("orders", durable=True)
    broker.ctl.set_default_queue_type(None)
    channel.queue_declare("later", durable=True)
    assert (broker.queue("orders").kind, broker.queue("later").kind) == ("quorum", "classic")


def test_a_waiter_sees_what_a_policy_brings_about() -> None:
    """A queue that a policy lets expire is gone when virtual time gets there."""
    broker = fakeamqp.Broker()
    fakeamqp.connect(broker).channel().queue_declare("orders")
    broker.ctl.set_policy("p", "^orders", {"expires": 1000})
    broker.clock.advance(1)
    with pytest.raises(KeyError, match="no queue 'orders'"):
        broker.queue("orders")
