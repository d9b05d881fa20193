"""Who may do what, by regular expressions looked up in the plain."""

from __future__ import annotations

import re

import pika
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fakeamqp
from fakeamqp.model.profile import PROFILES
from tests.kit.support import Client, quick

EXPRESSIONS = st.sampled_from(
    ("", "^$", ".*", "^q$", "q|x", "^(?:q|x)$", "^amq", "default", "[^q]", "x+", r"\bq\b", "q?x")
)
DEFAULT = "amq.default"


def as_user(broker: fakeamqp.Broker, user: str, password: str = "secret") -> Client:
    client = Client(broker=broker)
    client.connection = fakeamqp.connect(broker, credentials=pika.PlainCredentials(user, password))
    client.channel = client.connection.channel()
    return client


@pytest.mark.parametrize("version", PROFILES)
def test_a_method_is_refused_whose_expression_does_not_match(version: str) -> None:
    @quick(40)
    @given(
        EXPRESSIONS,
        EXPRESSIONS,
        EXPRESSIONS,
        st.sampled_from(("declare", "publish", "get", "bind", "delete", "default")),
    )
    def law(configure: str, write: str, read: str, what: str) -> None:
        owner = Client(version)
        owner.channel.queue_declare("q")
        owner.channel.exchange_declare("x")
        owner.broker.ctl.add_user("ada", "secret")
        owner.broker.ctl.set_permissions("ada", configure, write, read)
        ada = as_user(owner.broker, "ada")
        needed = {
            "declare": [(configure, "q")],
            "delete": [(configure, "q")],
            "publish": [(write, "x")],
            "default": [(write, DEFAULT)],
            "get": [(read, "q")],
            "bind": [(write, "q"), (read, "x")],
        }[what]
        may = all(re.search(expression or "^$", name) for expression, name in needed)
        ask = {
            "declare": lambda: ada.channel.queue_declare("q"),
            "delete": lambda: ada.channel.queue_delete("q"),
            "publish": lambda: ada.channel.basic_publish("x", "k", b""),
            "default": lambda: ada.channel.basic_publish("", "q", b""),
            "get": lambda: ada.channel.basic_get("q"),
            "bind": lambda: ada.channel.queue_bind("q", "x", "k"),
        }[what]
        ada.channel.tx_select()
        ada.channel.tx_rollback()
        try:
            ask()
            ada.channel.tx_rollback()
        except pika.exceptions.ChannelClosedByBroker as refused:
            code = refused.reply_code
        else:
            code = 0
        assert code == (0 if may else 403)

    law()


@pytest.mark.parametrize("version", PROFILES)
def test_a_key_of_a_topic_is_refused_that_its_expression_does_not_match(version: str) -> None:
    for kind, key, allowed in (
        ("topic", "a.b", True), ("topic", "b", False), ("direct", "b", True), ("fanout", "b", True)
    ):  # fmt: skip
        owner = Client(version)
        owner.channel.exchange_declare("x", kind)
        owner.broker.ctl.add_user("ada", "secret")
        owner.broker.ctl.set_permissions("ada", ".*", ".*", ".*")
        owner.broker.ctl.set_topic_permissions("ada", "x", "^a", ".*")
        ada = as_user(owner.broker, "ada")
        code = 0
        try:
            ada.channel.basic_publish("x", key, b"", pika.BasicProperties(user_id="ada"))
            ada.channel.queue_declare("there")
        except pika.exceptions.ChannelClosedByBroker as refused:
            code = refused.reply_code
        assert code == (0 if allowed else 403)


@pytest.mark.parametrize("version", PROFILES)
def test_who_has_no_permissions_or_a_wrong_password_stays_outside(version: str) -> None:
    broker = fakeamqp.Broker(version)
    broker.ctl.add_user("ada", "secret")
    broker.ctl.add_user("ben", "secret")
    broker.ctl.set_permissions("ben", "", "", "")
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        as_user(broker, "ada")
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        as_user(broker, "ben", "guess")
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        as_user(broker, "nobody")
    ben = as_user(broker, "ben")
    assert ben.refusal("queue_declare", "q") == 403
    broker.ctl.change_password("ben", "other")
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        as_user(broker, "ben", "secret")
    ben = as_user(broker, "ben", "other")
    broker.ctl.delete_user("ben")
    with pytest.raises(pika.exceptions.AMQPError):
        ben.connection.process_data_events(0)
    assert list(broker.ctl.list_users()) == ["guest", "ada"]


PERL = (
    ("(?<n>q)x", "(?P<n>q)x"),
    ("q(?:x|y)+", "q(?:x|y)+"),
    (r"\x71x", "qx"),
    (r"q\d{2}", "q[0-9]{2}"),
    ("q[[:alpha:]]", "q[A-Za-z]"),
    (r"^q\.x$", r"^q\.x$"),
    ("q|^z", "q|^z"),
    ("(?i)QX", "(?i)QX"),
    (r"\bq\b", r"\bq\b"),
)


@pytest.mark.parametrize("version", PROFILES)
def test_expressions_are_perls(version: str) -> None:
    for perl, python in PERL:
        broker = fakeamqp.Broker(version)
        broker.ctl.add_user("ada", "secret")
        broker.ctl.set_permissions("ada", perl, "", "")
        ada = as_user(broker, "ada")
        for name in ("qx", "qy", "q12", "q1", "q.x", "z", "az", "qxxy", "QX", "q"):
            assert (ada.refusal("queue_declare", name) == 0) == bool(re.search(python, name)), (perl, name)


@pytest.mark.parametrize("version", PROFILES)
def test_from_4_3_on_who_only_looks_needs_a_permission_too(version: str) -> None:
    owner = Client(version)
    owner.channel.queue_declare("q")
    owner.broker.ctl.add_user("ada", "secret")
    for expressions, may in ((("", "", ""), version != "4.3"), (("", "q", ""), True), (("", "", "q"), True)):
        owner.broker.ctl.set_permissions("ada", *expressions)
        connection = fakeamqp.connect(owner.broker, credentials=pika.PlainCredentials("ada", "secret"))
        try:
            connection.channel().queue_declare("q", passive=True)
            code = 0
        except pika.exceptions.ChannelClosedByBroker as refused:
            code = refused.reply_code
        assert code == (0 if may else 403)


@pytest.mark.parametrize("version", PROFILES)
def test_limits_of_virtual_hosts_are_kept(version: str) -> None:
    client = Client(version)
    client.broker.ctl.set_vhost_limit("max-queues", 2)
    assert [client.refusal("queue_declare", name, durable=True) for name in ("there", "b", "c", "b")] == [0, 0, 406, 0]
    client.broker.ctl.clear_vhost_limit("max-queues")
    assert client.refusal("queue_declare", "c") == 0
    client.broker.ctl.set_vhost_limit("max-connections", client.broker.connections + 1)
    second = Client(broker=client.broker)
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        Client(broker=client.broker)
    second.connection.close()
    Client(broker=client.broker)
    client.broker.ctl.add_vhost("v")
    inside = fakeamqp.connect(client.broker, virtual_host="v")
    client.broker.ctl.delete_vhost("v")
    with pytest.raises(pika.exceptions.AMQPError):
        inside.process_data_events(0)
    client.connection.process_data_events(0)
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        fakeamqp.connect(client.broker, virtual_host="v")
    assert client.connection.is_open


def test_exclusive_queues_are_their_connections_own() -> None:
    one, two = Client(), None
    one.channel.queue_declare("mine", exclusive=True)
    two = Client(broker=one.broker)
    for method, *more in (
        ["queue_declare"], ["queue_purge"], ["queue_delete"], ["basic_get"], ["queue_bind", "amq.topic", "k"]
    ):  # fmt: skip
        assert two.refusal(method, "mine", *more) == 405
        assert one.refusal(method, "mine", *more, **({"exclusive": True} if method == "queue_declare" else {})) == 0
        if method == "queue_delete":
            one.channel.queue_declare("mine", exclusive=True)
    one.connection.close()
    assert "mine" not in one.broker.snapshot().vhosts["/"].queues


@pytest.mark.parametrize(
    "expression", [r"[\h]", r"[\v]", r"[a\R]", r"[[:^alpha:]]", r"\g{1}", r"(?>a)", r"a++", r"\Ka"]
)
def test_an_expression_that_only_perl_can_read_is_refused_and_not_misread(expression: str) -> None:
    broker = fakeamqp.Broker()
    broker.ctl.add_user("ada", "secret")
    with pytest.raises(ValueError, match="cannot read"):
        broker.ctl.set_permissions("ada", expression, "", "")
