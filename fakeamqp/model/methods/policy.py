"""What an operator lays down for a virtual host: policies, and the type that its queues have by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeamqp.model import commands
from fakeamqp.model.arguments import QUEUE_KINDS
from fakeamqp.model.erlang import erlang_json
from fakeamqp.model.methods.handler import Handlers
from fakeamqp.model.policy import make_policy
from fakeamqp.model.profile import Profile

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker


def set_policy(broker: Broker, command: commands.SetPolicy) -> None:
    """Lay down a policy, in force at once. Raises InvalidPolicy; the one of that name stays then."""
    policy = make_policy(
        command.name,
        command.pattern,
        command.definition,
        command.priority,
        command.apply_to,
        broker.profile,
        operators=command.operators,
    )
    vhost = broker.vhosts[command.virtual_host]
    vhost.policies.table(operators=command.operators)[command.name] = policy
    vhost.obey_policies()


def clear_policy(broker: Broker, command: commands.ClearPolicy) -> None:
    """Take a policy away, and what it did to limits. Raises LookupError if there is none of that name."""
    vhost = broker.vhosts[command.virtual_host]
    table = vhost.policies.table(operators=command.operators)
    if command.name not in table:
        raise LookupError("Not Found")
    del table[command.name]
    vhost.obey_policies()


def set_default_queue_type(broker: Broker, command: commands.SetDefaultQueueType) -> None:
    """Queues that are there keep their type. Raises ValueError for a type that is refused.

    4.0 takes one that there is not, and crashes when it is needed.
    """
    if not broker.profile.has_default_queue_type:
        return
    check_default_queue_type(command.queue_type, broker.profile)
    broker.vhosts[command.virtual_host].default_queue_type = command.queue_type or "classic"


def check_default_queue_type(queue_type: object, profile: Profile) -> None:
    """Raise ValueError, with the reason, for a type that the version refuses. None is none."""
    if not profile.refuses_unknown_default_type or queue_type is None:
        return
    if not isinstance(queue_type, str):
        raise ValueError(f"{erlang_json(queue_type, profile)} is not a valid default_queue_type value")
    if not queue_type:
        raise ValueError("default_queue_type must not be an empty string")
    if queue_type not in QUEUE_KINDS:
        raise ValueError(f"{queue_type} is not a valid queue type")


HANDLERS: Handlers = {
    commands.SetPolicy: set_policy,
    commands.ClearPolicy: clear_policy,
    commands.SetDefaultQueueType: set_default_queue_type,
}
