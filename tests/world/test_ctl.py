"""What an operator does to a broker."""

import pika
import pytest
from pika.exceptions import ChannelClosedByBroker, ConnectionClosedByBroker, ProbableAccessDeniedError

import fakeamqp
from fakeamqp.model import commands


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


def credentials(user: str) -> pika.PlainCredentials:
    return pika.PlainCredentials(user, "secret")


def test_a_user_may_do_what_the_operator_allows() -> None:
    broker = fakeamqp.Broker()
    broker.ctl.add_user("ada", "secret", tags=["monitoring"])
    with pytest.raises(ProbableAccessDeniedError, match="access to vhost '/' refused for user 'ada'"):
        fakeamqp.connect(broker, credentials=credentials("ada"))
    broker.ctl.set_permissions("ada", "^ada", "amq.default", "")
    channel = fakeamqp.connect(broker, credentials=credentials("ada")).channel()
    channel.queue_declare("ada's")
    channel.basic_publish("", "ada's", b"m")
    with pytest.raises(ChannelClosedByBroker, match="read access to queue 'ada's'"):
        channel.basic_get("ada's")


def test_what_was_set_can_be_listed() -> None:
    broker = fakeamqp.Broker(vhosts=["/", "shop"])
    ctl = broker.ctl
    ctl.add_user("ada", "secret", tags=["monitoring"])
    ctl.set_permissions("ada", "", "w", "r", vhost="shop")
    ctl.set_topic_permissions("ada", "amq.topic", "w", "r", vhost="shop")
    ctl.set_user_limit("ada", "max-channels", 5)
    ctl.set_vhost_limit("max-queues", 9)
    assert ctl.list_users() == {"guest": ("administrator",), "ada": ("monitoring",)}
    assert ctl.list_permissions() == {"guest": (".*", ".*", ".*")}
    assert ctl.list_permissions(vhost="shop") == {"guest": (".*", ".*", ".*"), "ada": ("", "w", "r")}
    assert ctl.list_topic_permissions(vhost="shop") == {("ada", "amq.topic"): ("w", "r")}
    assert ctl.list_user_limits("ada") == {"max-channels": 5}
    assert ctl.list_vhost_limits() == {"max-queues": 9}
    ctl.clear_permissions("ada", vhost="shop")
    ctl.clear_topic_permissions("ada", vhost="shop")
    ctl.clear_user_limit("ada", "max-channels")
    ctl.clear_vhost_limit("max-queues")
    assert ctl.list_permissions(vhost="shop") == {"guest": (".*", ".*", ".*")}
    assert ctl.list_topic_permissions(vhost="shop") == ctl.list_user_limits("ada") == ctl.list_vhost_limits() == {}
    for listing in (ctl.list_permissions, ctl.list_topic_permissions, ctl.list_vhost_limits):
        with pytest.raises(LookupError, match="vhost_not_found"):
            listing(vhost="nowhere")


def test_who_is_deleted_is_closed() -> None:
    broker = fakeamqp.Broker(vhosts=["/", "shop"])
    broker.ctl.add_user("ada", "secret")
    broker.ctl.change_password("ada", "new")
    broker.ctl.set_permissions("ada", "", "", "")
    ada = fakeamqp.connect(broker, credentials=pika.PlainCredentials("ada", "new"))
    in_shop = fakeamqp.connect(broker, virtual_host="shop")
    broker.ctl.delete_user("ada")
    broker.ctl.delete_vhost("shop")
    with pytest.raises(ConnectionClosedByBroker, match="CONNECTION_FORCED - user 'ada' is deleted"):
        ada.process_data_events()
    with pytest.raises(ConnectionClosedByBroker, match="CONNECTION_FORCED - vhost 'shop' is deleted"):
        in_shop.process_data_events()
    assert broker.connections == 0


def test_an_operator_closes_one_connection_or_all_of_a_vhost() -> None:
    broker = fakeamqp.Broker(vhosts=["/", "shop"])
    one, two, in_shop = (
        fakeamqp.connect(broker),
        fakeamqp.connect(broker),
        fakeamqp.connect(broker, virtual_host="shop"),
    )
    broker.ctl.close_connection(one)
    with pytest.raises(ConnectionClosedByBroker, match="CONNECTION_FORCED - Closed via management plugin"):
        one.process_data_events()
    broker.ctl.close_all_connections("maintenance", vhost="shop")
    with pytest.raises(ConnectionClosedByBroker, match="CONNECTION_FORCED - maintenance"):
        in_shop.process_data_events()
    two.process_data_events()
    broker.ctl.close_all_connections()
    with pytest.raises(ConnectionClosedByBroker):
        two.process_data_events()


def test_what_an_operator_did_is_in_the_trace_and_gone_with_a_reset() -> None:
    broker = fakeamqp.Broker()
    broker.ctl.add_user("ada", "secret")
    assert broker.trace[-1].command == commands.AddUser("ada", "secret")
    broker.reset()
    assert broker.ctl.list_users() == {"guest": ("administrator",)}


def test_users_and_permissions_survive_a_restart() -> None:
    broker = fakeamqp.Broker()
    broker.ctl.add_user("ada", "secret")
    broker.ctl.set_permissions("ada", "x", "", "")
    broker.restart()
    assert broker.ctl.list_permissions()["ada"] == ("x", "", "")


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
    with pytest.raises(LookupError, match="vhost_not_found"):
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
