"""Declaring, deleting and binding exchanges. Texts are recorded: the areas `exchanges`, `bindings`, `alternate`."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from tests.support.rig import Rig, refusal

DEFAULT = "ACCESS_REFUSED - operation not permitted on the default exchange"


@pytest.fixture
def rig() -> Rig:
    return Rig()


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("", "nonsense", "PRECONDITION_FAILED - unknown exchange type 'nonsense'"),
        ("", "direct", DEFAULT),
        ("amq.new", "direct", "ACCESS_REFUSED - exchange name 'amq.new' contains reserved prefix 'amq.*'"),
        ("\n", "direct", DEFAULT),
        ("x", "", "PRECONDITION_FAILED - invalid exchange type ''"),
    ],
)
def test_the_type_is_looked_at_first_and_the_name_then(rig, name, kind, text):
    assert refusal(rig.channel()(ask.DeclareExchange, name, kind)) == text
    assert len(rig.vhost.exchanges) == 6


@pytest.mark.parametrize(
    ("version", "kind", "text"),
    [
        ("3.10", "nonsense", "COMMAND_INVALID - unknown exchange type 'nonsense'"),
        ("3.10", "Direct", "COMMAND_INVALID - invalid exchange type 'Direct'"),
        ("4.3", "Direct", "PRECONDITION_FAILED - unknown exchange type 'Direct'"),
    ],
)
def test_an_unknown_type_is_refused_as_the_version_does(version, kind, text):
    assert refusal(Rig(version).channel()(ask.DeclareExchange, "x", kind)) == text


def test_redeclaring_one_of_rabbitmqs_own_is_fine_and_changes_nothing(rig):
    assert refusal(rig.channel()(ask.DeclareExchange, "amq.topic", "topic", durable=True)) is None
    assert refusal(rig.channel()(ask.DeclareExchange, "amq.topic", "topic")) == (
        "PRECONDITION_FAILED - inequivalent arg 'durable' for exchange 'amq.topic' in vhost '/': "
        "received 'false' but current is 'true'"
    )


def test_passive_looks_at_the_name_alone(rig):
    channel = rig.channel()
    assert refusal(channel(ask.DeclareExchange, "amq.topic", "nonsense", passive=True)) is None
    assert refusal(channel(ask.DeclareExchange, "x", passive=True)) == "NOT_FOUND - no exchange 'x' in vhost '/'"


def test_line_breaks_are_taken_out_of_names_but_not_out_of_what_is_published_to(rig):
    channel = rig.channel()
    channel(ask.DeclareExchange, "x\r\nz", "fanout")
    assert "xz" in rig.vhost.exchanges
    channel.declare("q\n")
    assert refusal(channel.bind("q", "x\nz")) is None
    assert refusal(channel(ask.BindExchange, "x\nz", "amq.fanout")) is None
    assert refusal(channel.publish("k", "a", exchange="x\nz")) == "NOT_FOUND - no exchange 'x\nz' in vhost '/'"


def test_deleting_what_is_not_there_is_fine_and_what_is_rabbitmqs_own_is_not(rig):
    channel = rig.channel()
    assert refusal(channel(ask.DeleteExchange, "missing", if_unused=True)) is None
    assert refusal(channel(ask.DeleteExchange, "amq.missing")) == (
        "ACCESS_REFUSED - deletion of system exchange 'amq.missing' in vhost '/' not allowed"
    )
    assert refusal(rig.channel()(ask.DeleteExchange, "")) == DEFAULT


def test_unused_means_without_bindings_as_a_source(rig):
    channel = rig.channel()
    for name in ("x", "y"):
        channel(ask.DeclareExchange, name, "fanout")
    channel(ask.BindExchange, "y", "x")
    assert refusal(channel(ask.DeleteExchange, "y", if_unused=True)) is None
    channel(ask.DeclareExchange, "y", "fanout")
    channel(ask.BindExchange, "y", "x")
    assert refusal(channel(ask.DeleteExchange, "x", if_unused=True)) == (
        "PRECONDITION_FAILED - exchange 'x' in vhost '/' in use"
    )
    assert "x" in rig.vhost.exchanges


def test_of_two_that_are_missing_the_source_is_told(rig):
    assert refusal(rig.channel()(ask.BindExchange, "no", "none")) == "NOT_FOUND - no exchange 'none' in vhost '/'"
    assert refusal(rig.channel()(ask.BindExchange, "no", "amq.topic")) == "NOT_FOUND - no exchange 'no' in vhost '/'"
    assert refusal(rig.channel()(ask.UnbindExchange, "no", "none")) is None


@pytest.mark.parametrize("names", [("", "amq.topic"), ("amq.topic", "")])
@pytest.mark.parametrize("kind", [ask.BindExchange, ask.UnbindExchange])
def test_the_default_exchange_has_no_bindings(rig, kind, names):
    assert refusal(rig.channel()(kind, *names)) == DEFAULT


@pytest.mark.parametrize("mode", [5, "some"])
def test_a_binding_that_the_source_does_not_take_is_refused(rig, mode):
    refused = refusal(rig.channel()(ask.BindExchange, "amq.topic", "amq.headers", "", {"x-match": mode}))
    assert (refused or "").startswith("PRECONDITION_FAILED - Invalid x-match field")
    assert list(rig.vhost.incoming()) == []


def restricted(configure: str = "", write: str = "", read: str = "", version: str = "4.3") -> Rig:
    rig = Rig(version, users={"guest": "guest"})
    rig.do(ask.SetPermissions("guest", "/", configure, write, read))
    return rig


@pytest.mark.parametrize(
    ("permissions", "name", "text"),
    [
        (("", "", ""), "", DEFAULT),
        (("", "", ""), "amq.new", "configure access to exchange 'amq.new'"),
        (("amq", "", ""), "amq.new", "contains reserved prefix 'amq.*'"),
        (("x", "", ""), "x", "read access to exchange 'x'"),
        (("x", "", "x"), "x", "write access to exchange 'other'"),
    ],
)
def test_permissions_of_a_declaration_have_their_places(permissions, name, text):
    channel = restricted(*permissions).channel()
    refused = refusal(channel(ask.DeclareExchange, name, arguments={"alternate-exchange": "other"}))
    assert text in (refused or "")


def test_an_unknown_type_comes_before_the_permission():
    assert "exchange type" in (refusal(restricted().channel()(ask.DeclareExchange, "x", "unheard-of")) or "")


def test_a_system_exchange_is_told_before_the_permission_to_delete():
    channel = restricted().channel()
    assert "deletion of system exchange" in (refusal(channel(ask.DeleteExchange, "amq.fanout")) or "")
    assert "configure access" in (refusal(restricted().channel()(ask.DeleteExchange, "missing")) or "")


@pytest.mark.parametrize(("version", "refused"), [("3.10", False), ("4.0", False), ("4.3", True)])
def test_a_look_at_an_exchange_needs_a_permission_from_4_3_on(version, refused):
    done = restricted(version=version).channel()(ask.DeclareExchange, "amq.fanout", passive=True)
    assert (refusal(done) is not None) is refused


@pytest.mark.parametrize("method", [ask.BindExchange, ask.UnbindExchange])
def test_exchanges_are_bound_with_write_then_read_then_the_key(method):
    def asked(*permissions: str, destination: str = "amq.fanout", source: str = "amq.topic") -> str:
        rig = restricted(*permissions)
        rig.do(ask.SetTopicPermissions("guest", "/", "amq.topic", "", ""))
        return refusal(rig.channel()(method, destination, source, "k")) or ""

    assert "write access to exchange 'amq.fanout'" in asked("", "", "")
    assert asked("", "amq.fanout", "", source="") == DEFAULT
    assert asked("", "amq.default", "", destination="") == DEFAULT
    assert "read access to exchange 'amq.topic'" in asked("", "amq.fanout", "")
    assert "read access to topic 'k'" in asked("", "amq.fanout", "amq.topic")
