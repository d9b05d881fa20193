"""The operator's side of a broker: what `rabbitmqctl` and the management API do to it, by `rabbitmqctl`'s names."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fakeamqp.model import commands
from fakeamqp.model.policy import Policy

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker


class Ctl:
    """An operator's tasks, each in a line: `broker.ctl.add_vhost("shop")`.

    What RabbitMQ refuses raises ValueError with the reason its management API gives.
    """

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    # --- virtual hosts

    def add_vhost(self, name: str) -> None:
        """Add a virtual host; one that is there already stays as it is."""
        broker = self._broker
        with broker.lock:
            if name not in broker.model.vhosts:
                broker.model.add_vhost(name)

    # --- policies and the default queue type

    def set_policy(
        self,
        name: str,
        pattern: str,
        definition: Mapping[str, Any],
        *,
        priority: float = 0,
        apply_to: str = "all",
        vhost: str = "/",
    ) -> None:
        """Lay down a policy, in place of the one of that name; it is in force at once for all that it matches.

        pattern: a regular expression, found anywhere in a name. definition: `{"max-length": 10, …}`, without the `x-`
        of arguments. priority: the highest of several that match is in force, alone. apply_to: "queues", "exchanges" or
        "all"; from RabbitMQ 4 on also "classic_queues", "quorum_queues", "streams".

        Raises ValueError for what RabbitMQ refuses, and for a pattern that only PCRE can read.
        """
        self._set_policy(name, pattern, definition, priority, apply_to, vhost, operators=False)

    def clear_policy(self, name: str, *, vhost: str = "/") -> None:
        """Take a policy away. Raises LookupError if there is none of that name."""
        self._broker.apply(commands.ClearPolicy(self._vhost(vhost), name))

    def list_policies(self, *, vhost: str = "/") -> tuple[Policy, ...]:
        """The policies, by name."""
        return self._list(vhost, operators=False)

    def set_operator_policy(
        self,
        name: str,
        pattern: str,
        definition: Mapping[str, Any],
        *,
        priority: float = 0,
        apply_to: str = "all",
        vhost: str = "/",
    ) -> None:
        """Lay down an operator policy: limits that hold beside the policy of a queue, the stricter of both.

        Arguments and errors as in `set_policy`.
        """
        self._set_policy(name, pattern, definition, priority, apply_to, vhost, operators=True)

    def clear_operator_policy(self, name: str, *, vhost: str = "/") -> None:
        """Take an operator policy away. Raises LookupError if there is none of that name."""
        self._broker.apply(commands.ClearPolicy(self._vhost(vhost), name, operators=True))

    def list_operator_policies(self, *, vhost: str = "/") -> tuple[Policy, ...]:
        """The operator policies, by name."""
        return self._list(vhost, operators=True)

    def set_default_queue_type(self, queue_type: str | None, *, vhost: str = "/") -> None:
        """What a durable queue becomes whose declaration does not say: "classic", "quorum" or "stream".

        None is "classic". RabbitMQ 3.10 takes the setting and ignores it. Raises ValueError for what 4.3 refuses.
        """
        self._broker.apply(commands.SetDefaultQueueType(self._vhost(vhost), queue_type))

    def _set_policy(
        self,
        name: str,
        pattern: str,
        definition: Mapping[str, Any],
        priority: float,
        apply_to: str,
        vhost: str,
        *,
        operators: bool,
    ) -> None:
        kept = copy.deepcopy(definition)
        command = commands.SetPolicy(self._vhost(vhost), name, pattern, kept, priority, apply_to, operators)
        self._broker.apply(command)

    def _list(self, vhost: str, *, operators: bool) -> tuple[Policy, ...]:
        policies = self._broker.model.vhosts[self._vhost(vhost)].policies.table(operators=operators)
        return tuple(policies[name] for name in sorted(policies))

    def _vhost(self, name: str) -> str:
        """The name of a virtual host that there is. Raises KeyError."""
        if name not in self._broker.model.vhosts:
            raise KeyError(f"no vhost {name!r} in this broker; there are {', '.join(self._broker.model.vhosts)}")
        return name
