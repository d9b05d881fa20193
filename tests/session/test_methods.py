"""The tables between the protocol and the model, held against pika's own list of the protocol's methods."""

from __future__ import annotations

import inspect

import attrs
import pytest
from pika import spec

from fakeamqp.model import commands, effects
from fakeamqp.session import methods

ASKS = {index for index, kind in spec.methods.items() if kind.synchronous and not kind.NAME.endswith("Ok")}
SETTLES = {spec.Basic.Ack.INDEX, spec.Basic.Nack.INDEX, spec.Basic.Reject.INDEX, spec.Basic.RecoverAsync.INDEX}
BROKERS_OWN = {spec.Basic.GetEmpty.INDEX, spec.Basic.Return.INDEX, spec.Basic.Deliver.INDEX}
ELSEWHERE = {spec.Channel.Open.INDEX, spec.Access.Request.INDEX, spec.Basic.Publish.INDEX}  # a way of their own

OF_4_3 = {spec.Basic.CancelOk.INDEX}  # a broker's own, but that version takes it


def test_every_method_of_a_client_on_an_open_channel_asks_for_something():
    on_channels = {index for index in ASKS | SETTLES if index >> 16 != methods.CONNECTION}
    assert set(methods.COMMANDS) == on_channels - ELSEWHERE - BROKERS_OWN | OF_4_3


@pytest.mark.parametrize("index", methods.COMMANDS, ids=lambda index: spec.methods[index].NAME)
def test_a_command_says_what_the_method_says(index):
    """Every field is given a value of its own, which must be found under the same name."""
    method = spec.methods[index]()
    told = {name: f"<{name}>" for name in vars(method)}
    for name, value in told.items():
        setattr(method, name, value)
    command = attrs.asdict(methods.COMMANDS[index]((1, 2), method), recurse=False)
    assert command.pop("channel") == (1, 2)
    for name, value in command.items():
        if name != "answered":
            assert value == told[{"global_": "global_qos"}.get(name, name)]


def test_a_missing_table_is_an_empty_one():
    assert methods.COMMANDS[spec.Queue.Declare.INDEX]((1, 1), spec.Queue.Declare(queue="q")).arguments == {}


def test_recover_is_answered_and_its_asynchronous_twin_is_not():
    for kind, answered in ((spec.Basic.Recover, True), (spec.Basic.RecoverAsync, False)):
        command = methods.COMMANDS[kind.INDEX]((1, 1), kind(requeue=True))
        assert command == commands.Recover((1, 1), True, answered)


def test_every_effect_for_a_client_becomes_a_method_of_a_channel_or_is_told_by_the_session():
    by_the_session = {
        effects.LoggedIn, effects.ConnectionOpened, effects.ConnectionClosed, effects.ConnectionCloseOk,
            effects.Greeted, effects.ConnectionLost,
        effects.ChannelOpened, effects.ChannelClosed, effects.ChannelCloseOk,
    }  # fmt: skip
    assert set(methods.METHODS) == effects.SENT - by_the_session


@pytest.mark.parametrize("kind", methods.METHODS, ids=lambda kind: kind.__name__)
def test_an_answer_is_the_method_of_its_name(kind):
    name = spec.methods[methods.METHODS[kind]].NAME
    renamed = {
        "Delivered": "Basic.Deliver", "Returned": "Basic.Return", "Confirmed": "Basic.Ack",
        "Unconfirmed": "Basic.Nack", "ConsumerCancelled": "Basic.Cancel", "CommitOk": "Tx.CommitOk",
        "RollbackOk": "Tx.RollbackOk", "SelectConfirmsOk": "Confirm.SelectOk", "SelectTransactionsOk": "Tx.SelectOk",
        "FlowOk": "Channel.FlowOk",
    }  # fmt: skip
    said = kind.__name__.removesuffix("Ok")
    group = "Exchange" if "Exchange" in said else "Queue" if "Queue" in said else "Basic"
    assert name == renamed.get(kind.__name__, f"{group}.{said.removesuffix(group)}{kind.__name__[len(said) :]}")


def test_exactly_what_may_be_left_out_is():
    """Methods with a field `nowait`, by the names of their answers."""
    silent = {kind.NAME + "Ok" for kind in spec.methods.values() if "nowait" in inspect.signature(kind).parameters}
    assert {spec.methods[methods.METHODS[kind]].NAME for kind in methods.SILENCED_BY_NOWAIT} == silent
