"""Parameters: what components of the broker are told about a virtual host, and those that belong to none.

What RabbitMQ refuses raises ValueError, what is not there LookupError, each with the reason that its management API
gives.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from fakeamqp.model import commands
from fakeamqp.model.access.limits import OF_VHOST, check_limit
from fakeamqp.model.definitions import LIMITS, OPERATOR_POLICY
from fakeamqp.model.methods.handler import Handlers

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker


def set_parameter(broker: Broker, command: commands.SetParameter) -> None:
    """Limits of a virtual host; other components come with plugins that are not switched on, or have commands.

    Raises ValueError.
    """
    if command.component == "policy":
        raise ValueError("policies may not be set using this method")
    if command.component != LIMITS:
        raise ValueError(f"Validation failed\n\ncomponent {command.component} not found\n")
    try:
        limits = {
            limit: check_limit(limit, value, OF_VHOST, "limits", broker.profile)
            for limit, value in dict(command.value).items()
        }
    except ValueError as error:
        shown = html.escape(str(error), quote=False) if broker.profile.escapes_policy_reasons else str(error)
        raise ValueError(f"Validation failed\n\n{shown}\n") from None
    broker.vhosts[command.virtual_host].limits = limits


def clear_parameter(broker: Broker, command: commands.ClearParameter) -> None:
    """Take a parameter away. Raises LookupError if there is none of that name."""
    vhost = broker.vhosts[command.virtual_host]
    if command.component == LIMITS and command.name == "limits" and vhost.limits:
        vhost.limits = {}
    elif command.component == OPERATOR_POLICY and command.name in vhost.policies.operator_policies:
        del vhost.policies.operator_policies[command.name]
        vhost.obey_policies()
    elif (command.component, command.name) in vhost.parameters:
        del vhost.parameters[command.component, command.name]
    else:
        raise LookupError("Not Found")


def set_global_parameter(broker: Broker, command: commands.SetGlobalParameter) -> None:
    """Keep a value under a name."""
    broker.global_parameters[command.name] = command.value


def clear_global_parameter(broker: Broker, command: commands.ClearGlobalParameter) -> None:
    """Take a value away. Raises LookupError if there is none of that name."""
    if command.name not in broker.global_parameters:
        raise LookupError("Not Found")
    del broker.global_parameters[command.name]


HANDLERS: Handlers = {
    commands.SetParameter: set_parameter,
    commands.ClearParameter: clear_parameter,
    commands.SetGlobalParameter: set_global_parameter,
    commands.ClearGlobalParameter: clear_global_parameter,
}
