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
    assert ctl.list_users() == {"guest": (), "ada": ("monitoring",)}
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
    assert broker.ctl.list_users() == {"guest": ()}


def test_users_and_permissions_survive_a_restart() -> None:
    broker = fakeamqp.Broker()
    broker.ctl.add_user("ada", "secret")
    broker.ctl.set_permissions("ada", "x", "", "")
    broker.restart()
    assert broker.ctl.list_permissions()["ada"] == ("x", "", "")
