"""What operators do, and what clients see of it."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pika
import pytest

import fakeamqp
from fakeamqp.model.profile import PROFILES
from tests.kit.support import Client
from tests.kit.test_access import as_user

VERSIONS = tuple(PROFILES)
NOBODY = '["no_such_user", "zoë"]'


@pytest.mark.parametrize(
    ("task", "arguments", "told"),
    [
        ("delete_vhost", ("none",), "Not Found"),
        ("set_user_limit", ("zoë", "max-channels", 1), NOBODY),
        ("clear_user_limit", ("zoë", "max-channels"), NOBODY),
        ("clear_policy", ("none",), None),
        ("clear_operator_policy", ("none",), None),
        ("delete_user", ("zoë",), None),
        ("change_password", ("zoë", "x"), None),
        ("set_permissions", ("zoë", "", "", ""), None),
    ],
)
def test_what_is_not_there_is_not_found(task: str, arguments: Any, told: str | None) -> None:
    broker = fakeamqp.Broker()
    with pytest.raises(LookupError) as refused:
        getattr(broker.ctl, task)(*arguments)
    if told is not None:
        assert refused.value.args[0] == told
    for each in (broker.ctl.set_vhost_limit, broker.ctl.clear_vhost_limit):
        with pytest.raises(LookupError, match="vhost_not_found"):
            each("max-queues", *([1] if each == broker.ctl.set_vhost_limit else []), vhost="none")
    broker.ctl.set_vhost_limit("max-queues", 1)
    broker.ctl.clear_vhost_limit("max-queues")
    assert broker.ctl.list_vhost_limits() == {}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_token_expires(version: str) -> None:
    """4.3 closes the connection; the others refuse from then on what needs a permission. Nobody else is concerned."""
    owner = Client(version)
    owner.channel.queue_declare("q")
    for user in ("ada", "ben"):
        owner.broker.ctl.add_user(user, "secret")
        owner.broker.ctl.set_permissions(user, ".*", ".*", ".*")
    ada, ben = as_user(owner.broker, "ada"), as_user(owner.broker, "ben")
    owner.broker.faults.expire_credentials("ada", after=60)
    assert ada.refusal("queue_declare", "before") == 0
    owner.broker.clock.advance(59)
    assert ada.connection.is_open
    owner.broker.clock.advance(2)
    owner.broker.settle()
    if version == "4.3":
        with pytest.raises(pika.exceptions.AMQPError):
            ada.connection.process_data_events(0)
        assert not ada.connection.is_open
    else:
        with pytest.raises(pika.exceptions.ChannelClosedByBroker) as refused:
            ada.channel.queue_declare("after")
        assert refused.value.reply_code == 403
    assert ben.refusal("queue_declare", "after") == owner.refusal("queue_declare", "after") == 0
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        as_user(owner.broker, "ada")
    owner.broker.ctl.change_password("ada", "new")
    assert as_user(owner.broker, "ada", "new").refusal("queue_declare", "again") == 0
    owner.broker.ctl.delete_user("ada")
    owner.broker.clock.advance(3600)
    assert ben.refusal("queue_declare", "later") == 0


@pytest.mark.parametrize("version", VERSIONS)
def test_the_stricter_limit_of_deliveries_counts(version: str) -> None:
    """A negative one is none from 4.0 on: another one counts then."""
    for argument, policy, expected in ((2, 3, 2), (3, 1, 1), (None, 2, 2), (2, None, 2)):
        client = Client(version)
        if policy is not None:
            client.broker.ctl.set_policy("p", "^q$", {"delivery-limit": policy})
        arguments = {"x-queue-type": "quorum"} | ({} if argument is None else {"x-delivery-limit": argument})
        client.channel.queue_declare("q", durable=True, arguments=arguments)
        client.broker.publish("", "q", b"1")
        times = 0
        while (method := client.channel.basic_get("q")[0]) is not None:
            times += 1
            client.channel.basic_reject(method.delivery_tag)
            client.broker.settle()
        assert times == expected + 1
    client = Client(version)
    if version == "3.10":
        return
    client.broker.ctl.set_policy("p", "^q$", {"delivery-limit": -1})
    client.broker.ctl.set_operator_policy("o", "^q$", {"delivery-limit": 4})
    client.channel.queue_declare("q", durable=True, arguments={"x-queue-type": "quorum"})
    client.broker.publish("", "q", b"1")
    for _ in range(5):
        client.channel.basic_reject(client.channel.basic_get("q")[0].delivery_tag)
        client.broker.settle()
    assert client.bodies("q") == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_node_that_was_stopped_keeps_what_is_durable(version: str) -> None:
    client = Client(version)
    for name, flags in (("durable", {"durable": True}), ("transient", {}), ("mine", {"exclusive": True})):
        client.channel.queue_declare(name, **flags)
        client.channel.exchange_declare(name, durable=name == "durable")
        client.broker.publish("", name, b"kept", delivery_mode=2)
        client.broker.publish("", name, b"gone")
    client.channel.basic_get("durable")
    client.broker.faults.stop_node()
    with pytest.raises(pika.exceptions.AMQPError):
        client.connection.process_data_events(0)
    client.broker.faults.start_node()
    assert set(client.broker.snapshot().vhosts["/"].queues) == {"durable"}
    exchanges = client.broker.snapshot().vhosts["/"].exchanges
    assert "durable" in exchanges
    assert not {"transient", "mine"} & set(exchanges)
    assert client.bodies("durable") == [b"kept"]


@pytest.mark.parametrize("version", VERSIONS)
def test_definitions_do_not_exceed_the_limit_of_queues(version: str) -> None:
    client = Client(version)
    client.channel.queue_declare("a", durable=True)
    client.broker.ctl.set_vhost_limit("max-queues", 3)

    def queues(names: str) -> dict[str, Any]:
        row = {"durable": True, "auto_delete": False, "arguments": {}, "vhost": "/"}
        return {"queues": [{**row, "name": name} for name in names]}

    with pytest.raises(ValueError, match="would exceed the limit"):
        client.broker.import_definitions(queues("bcd"))
    assert set(client.broker.snapshot().vhosts["/"].queues) == {"a"}
    client.broker.import_definitions(queues("abc"))
    client.broker.import_definitions(queues("abc"))
    assert set(client.broker.snapshot().vhosts["/"].queues) == {"a", "b", "c"}
    with pytest.raises(ValueError, match="would exceed the limit"):
        client.broker.import_definitions(queues("cd"))
    client.broker.ctl.set_vhost_limit("max-queues", -1)
    client.broker.import_definitions(queues("abcdefgh"))
    assert len(client.broker.snapshot().vhosts["/"].queues) == 8


@pytest.mark.parametrize("version", VERSIONS)
def test_a_random_exchange_reaches_one_queue_each_time(version: str) -> None:
    client = Client(version, plugins=["rabbitmq_random_exchange"])
    client.channel.exchange_declare("r", "x-random")
    client.broker.publish("r", "k", b"nobody")
    for queue in "abc":
        client.channel.queue_declare(queue)
        client.channel.queue_bind(queue, "r", "k")
        client.broker.publish("r", "any", b"1")
    for number in range(40):
        client.broker.publish("r", str(number), b"1")
    counts = Counter({queue: len(client.bodies(queue)) for queue in "abc"})
    assert counts.total() == 43
    assert min(counts.values()) >= 5
    if version != "3.10":
        client.channel.exchange_declare("l", "x-local-random")
        assert client.refusal("queue_bind", "a", "l", "k") == 406
        assert client.refusal("exchange_bind", "amq.fanout", "l", "") == 406
        client.channel.queue_declare("quorum", durable=True, arguments={"x-queue-type": "quorum"})
        assert client.refusal("queue_bind", "quorum", "l", "") == 406
        assert client.refusal("queue_bind", "a", "l", "") == 0
        client.broker.publish("l", "k", b"2")
        assert client.bodies("a")[-1] == b"2"


@pytest.mark.parametrize("kind", ["odd", "", 1, None, "x-delayed-message", "topic", "direct"])
def test_a_delayed_exchange_is_of_another_type(kind: Any) -> None:
    client = Client(plugins=["rabbitmq_delayed_message_exchange"])
    arguments = {} if kind is None else {"x-delayed-type": kind}
    code = client.refusal("exchange_declare", "d", "x-delayed-message", arguments=arguments)
    assert code == (0 if kind in ("topic", "direct") else 406)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_transaction_cannot_route_comes_back_with_the_commit(version: str) -> None:
    client = Client(version)
    client.channel.queue_declare("q")
    returned: list[bytes] = []
    client.channel._impl.add_on_return_callback(lambda channel, method, properties, body: returned.append(body))
    client.channel.tx_select()
    for key, mandatory in (("q", True), ("none", True), ("none", False)):
        client.channel.basic_publish("", key, key.encode(), mandatory=mandatory)
    client.channel.flow(True)
    assert returned == []
    client.channel.tx_commit()
    client.connection.process_data_events(0)
    assert (returned, client.bodies("q")) == ([b"none"], [b"q"])


@pytest.mark.parametrize("version", VERSIONS)
def test_alternate_exchanges_get_what_is_not_routed(version: str) -> None:
    client = Client(version)
    for name, kind, alternate in (("x", "direct", "y"), ("y", "topic", "z"), ("z", "fanout", "x")):
        client.channel.exchange_declare(name, kind, arguments={"alternate-exchange": alternate})
        client.channel.queue_declare(name)
    client.channel.queue_bind("x", "x", "k")
    client.channel.queue_bind("y", "y", "a.*")
    assert client.broker.route("x", "k") == ["x"]
    assert client.broker.route("x", "a.b") == ["y"]
    assert client.broker.route("x", "none") == []
    client.channel.queue_bind("z", "z", "")
    assert client.broker.route("x", "none") == ["z"]
    assert client.broker.route("z", "k") == ["z"]


@pytest.mark.parametrize("version", VERSIONS)
def test_exchanges_fall_one_after_the_other(version: str) -> None:
    """An auto-delete exchange goes with its last binding, and with it those whose last binding led there."""
    client = Client(version)
    for name in ("a", "b", "c", "stays"):
        client.channel.exchange_declare(name, "fanout", auto_delete=name != "stays")
    for source, destination in (("a", "b"), ("b", "c"), ("stays", "c")):
        client.channel.exchange_bind(destination, source)
    client.channel.queue_declare("q")
    client.channel.queue_bind("q", "c")
    client.channel.queue_delete("q")
    exchanges = {name for name in client.broker.snapshot().vhosts["/"].exchanges if not name.startswith("amq.")}
    assert exchanges - {""} == {"stays"}
    assert [binding for binding in client.broker.bindings() if binding.source] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_virtual_host_is_exported_with_what_is_known_of_it(version: str) -> None:
    described = {"description": "Default virtual host", "tags": [], "default_queue_type": "classic"}
    row: dict[str, Any] = {
        "3.10": {"name": "/"},
        "4.0": {"name": "/", "metadata": described, **described},
        "4.3": {"name": "/", "metadata": described, "limits": {}},
    }[version]
    assert fakeamqp.Broker(version).export_definitions()["vhosts"] == [row]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_transaction_was_to_settle_is_lost_with_its_queue(version: str) -> None:
    client = Client(version)
    for queue in ("q", "other"):
        client.channel.queue_declare(queue, durable=True)
        client.broker.publish("", queue, b"1", delivery_mode=2)
    client.channel.tx_select()
    for queue in ("q", "other"):
        client.channel.basic_ack(client.channel.basic_get(queue)[0].delivery_tag)
    client.channel.flow(True)
    client.broker.faults.lose_queue("q")
    client.channel.tx_commit()
    client.broker.faults.restore_queue("q")
    assert (client.bodies("q"), client.bodies("other")) == ([b"1"], [])
    assert (client.broker.queue("q").unacked, client.broker.queue("other").unacked) == (0, 0)


def test_the_smaller_of_the_least_delays_of_argument_and_policy_counts() -> None:
    for argument, policy, expected in ((10, 20, 10), (20, 10, 10)):
        client = Client("4.3")
        laid = f'{{"delayed-retry-type": "all", "delayed-retry-min": {policy}}}'
        client.broker.ctl.set_policy("p", "^q$", json.loads(laid))
        arguments = {"x-queue-type": "quorum", "x-delayed-retry-type": "all", "x-delayed-retry-min": argument}
        client.channel.queue_declare("q", durable=True, arguments=arguments)
        client.broker.publish("", "q", b"1")
        client.channel.basic_reject(client.channel.basic_get("q")[0].delivery_tag)
        client.broker.settle()
        client.broker.clock.advance((expected - 1) / 1000)
        assert client.bodies("q") == []
        client.broker.clock.advance(0.001)
        assert client.bodies("q") == [b"1"]
