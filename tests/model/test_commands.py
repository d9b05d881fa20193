"""Commands: whatever can be asked is carried out by somebody, and keeps the specification's names."""

from __future__ import annotations

import attrs
import pika.spec
import pytest

from fakeamqp.model import commands
from fakeamqp.model.methods import HANDLERS

COMMANDS = [kind for kind in vars(commands).values() if isinstance(kind, type) and attrs.has(kind)]
# What the model calls otherwise, because the name is a keyword of Python or the content comes with it.
RENAMED = {"global_": "global_qos", "message": "content", "answered": "no method of its own"}


def test_every_command_is_carried_out_by_somebody():
    assert set(HANDLERS) == set(COMMANDS)


@pytest.mark.parametrize(
    ("command", "method"),
    [
        (commands.OpenConnection, pika.spec.Connection.Open),
        (commands.Flow, pika.spec.Channel.Flow),
        (commands.DeclareExchange, pika.spec.Exchange.Declare),
        (commands.DeleteExchange, pika.spec.Exchange.Delete),
        (commands.BindExchange, pika.spec.Exchange.Bind),
        (commands.UnbindExchange, pika.spec.Exchange.Unbind),
        (commands.DeclareQueue, pika.spec.Queue.Declare),
        (commands.BindQueue, pika.spec.Queue.Bind),
        (commands.UnbindQueue, pika.spec.Queue.Unbind),
        (commands.PurgeQueue, pika.spec.Queue.Purge),
        (commands.DeleteQueue, pika.spec.Queue.Delete),
        (commands.Qos, pika.spec.Basic.Qos),
        (commands.Consume, pika.spec.Basic.Consume),
        (commands.Cancel, pika.spec.Basic.Cancel),
        (commands.Publish, pika.spec.Basic.Publish),
        (commands.Get, pika.spec.Basic.Get),
        (commands.Ack, pika.spec.Basic.Ack),
        (commands.Nack, pika.spec.Basic.Nack),
        (commands.Reject, pika.spec.Basic.Reject),
        (commands.Recover, pika.spec.Basic.Recover),
    ],
)
def test_field_names_are_the_specifications_own(command, method):
    own = {field.name for field in attrs.fields(command)} - {"channel", "connection"} - RENAMED.keys()
    assert own <= set(vars(method()))
