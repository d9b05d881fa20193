"""What a definitions file declares, read without minding whether any broker would take it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

from fakeamqp.model.arguments import QUEUE_KINDS, is_integer
from fakeamqp.model.binding import Destination
from fakeamqp.model.choice import choose_first
from fakeamqp.model.definitions import OPERATOR_POLICY
from fakeamqp.model.pattern import InvalidPattern, check_pattern
from fakeamqp.model.policy import APPLIES_TO, Policies, Policy
from fakeamqp.model.profile import Profile
from fakeamqp.model.values import NO_TABLE
from fakeamqp.views.lint.finding import Where
from fakeamqp.views.lint.keys import Key
from fakeamqp.world.definitions import Definitions

if TYPE_CHECKING:
    from fakeamqp.views.lint.routes import Routes
    from fakeamqp.views.lint.trial import Trial

FIRST_VHOST = "/"
"""Where the definitions of one virtual host are taken to belong, which do not say so."""

_PREDECLARED = {
    "amq.direct": "direct",
    "amq.fanout": "fanout",
    "amq.headers": "headers",
    "amq.match": "headers",
    "amq.rabbitmq.trace": "topic",
    "amq.topic": "topic",
}
_SMALLER = ("message-ttl", "expires", "max-length", "max-length-bytes", "delivery-limit")


@attrs.frozen(eq=False)
class Exchange:
    """An exchange. type: how it routes: of one that delays what it does afterwards. in_force: the policies' keys.

    where: None for one that every broker has.
    """

    name: str
    type: str
    internal: bool
    arguments: Mapping[str, Any]
    in_force: Mapping[str, Any]
    where: Where | None

    @property
    def alternate(self) -> str | None:
        """The name of its alternate exchange; None for none."""
        found = self.arguments.get("alternate-exchange", self.in_force.get("alternate-exchange"))
        return found if isinstance(found, str) else None


@attrs.frozen(eq=False)
class Queue:
    """A queue. type: `classic`, `quorum`, `stream`, or whatever the file says."""

    name: str
    type: str
    durable: bool
    arguments: Mapping[str, Any]
    in_force: Mapping[str, Any]
    where: Where

    def setting(self, key: str) -> Any:
        """What holds of a policy's key and the argument `x-…`; None for neither, and for a number that is none.

        Of two numbers the smaller counts, of two others the argument.
        """
        argument, policy = self.arguments.get(f"x-{key}"), self.in_force.get(key)
        if key in _SMALLER:
            numbers: list[Any] = [value for value in (argument, policy) if is_integer(value)]
            return min(numbers, default=None)
        return policy if argument is None else argument

    @property
    def dead_letter_exchange(self) -> str | None:
        """Its name; None for none, and for a stream, which has no dead letters."""
        found = self.setting("dead-letter-exchange")
        return found if isinstance(found, str) and self.type != "stream" else None

    @property
    def dead_letter_key(self) -> str | None:
        """The key of its dead letters; None keeps their own."""
        found = self.setting("dead-letter-routing-key")
        return found if isinstance(found, str) else None


@attrs.frozen(eq=False)
class Binding:
    """A binding."""

    source: str
    destination: Destination
    key: str
    arguments: Mapping[str, Any]
    where: Where


@attrs.frozen(eq=False)
class LaidDown:
    """A policy, or an operator policy, with its place. kinds: what it applies to."""

    policy: Policy
    operators: bool
    where: Where

    @property
    def kinds(self) -> tuple[str, ...]:
        return APPLIES_TO[self.policy.apply_to]


class VirtualHost:
    """What a virtual host holds. lacking: the bindings that lack an end, which are among no other ones."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.default_queue_type = "classic"
        self.exchanges: dict[str, Exchange] = {
            each: Exchange(each, kind, False, NO_TABLE, NO_TABLE, None) for each, kind in _PREDECLARED.items()
        }
        self.queues: dict[str, Queue] = {}
        self.bindings: list[Binding] = []
        self.lacking: list[Binding] = []
        self.policies: list[LaidDown] = []

    @cached_property
    def table(self) -> Policies:
        """The policies as the model keeps them."""
        table = Policies()
        for each in self.policies:
            table.table(operators=each.operators)[each.policy.name] = each.policy
        return table

    @cached_property
    def routes(self) -> Routes:
        """Where its messages go."""
        from fakeamqp.views.lint.routes import Routes

        return Routes(self)

    @cached_property
    def by_source(self) -> dict[str, list[Binding]]:
        """The bindings of each exchange; those of the default exchange are the names of the queues."""
        found: dict[str, list[Binding]] = {}
        for binding in self.bindings:
            found.setdefault(binding.source, []).append(binding)
        found[""] = [
            Binding("", Destination("queue", queue.name), queue.name, NO_TABLE, queue.where)
            for queue in self.queues.values()
        ]
        return found

    @cached_property
    def by_destination(self) -> dict[Destination, list[Binding]]:
        """The bindings to each queue and exchange."""
        found: dict[Destination, list[Binding]] = {}
        for binding in self.bindings:
            found.setdefault(binding.destination, []).append(binding)
        return found

    def type_of(self, exchange: str) -> str | None:
        """How an exchange routes; None if there is none of that name. The default exchange is a direct one."""
        if not exchange:
            return "direct"
        found = self.exchanges.get(exchange)
        return None if found is None else found.type


class Topology:
    """What a file declares, as one version understands it. definitions: what was read. keys: what will be published.

    origin: the version from which to upgrade, for the upgrade check; None for lint.
    """

    def __init__(
        self, definitions: Definitions, profile: Profile, keys: tuple[Key, ...] = (), origin: Profile | None = None
    ) -> None:
        self.definitions = definitions
        self.profile = profile
        self.keys = keys
        self.origin = origin
        self.vhosts: dict[str, VirtualHost] = {}
        self._others = {profile.name: self}  # shared with those
        self._read_vhosts()
        self._read_policies()
        self._read_exchanges()
        self._read_queues()
        self._read_bindings()

    def under(self, profile: Profile) -> Topology:
        """The same file as another version understands it."""
        found = self._others.get(profile.name)
        if found is None:
            found = self._others[profile.name] = Topology(self.definitions, profile, self.keys, self.origin)
            found._others = self._others
        return found

    @cached_property
    def trial(self) -> Trial:
        """What the version refuses of it and what it leaves out."""
        from fakeamqp.views.lint.trial import Trial

        return Trial(self)

    def queues(self) -> Iterator[tuple[VirtualHost, Queue]]:
        """Every queue, with where it is."""
        return ((vhost, queue) for vhost in self.vhosts.values() for queue in vhost.queues.values())

    def exchanges(self) -> Iterator[tuple[VirtualHost, Exchange, Where]]:
        """Every exchange that the file declares."""
        return (
            (vhost, exchange, exchange.where)
            for vhost in self.vhosts.values()
            for exchange in vhost.exchanges.values()
            if exchange.where is not None
        )

    def bindings(self) -> Iterator[tuple[VirtualHost, Binding]]:
        """Every binding that has both its ends."""
        return ((vhost, binding) for vhost in self.vhosts.values() for binding in vhost.bindings)

    def _vhost(self, row: Mapping[str, Any]) -> VirtualHost | None:
        name = row.get("vhost", FIRST_VHOST)
        if not isinstance(name, str):
            return None
        return self.vhosts.setdefault(name, VirtualHost(name))

    def _rows(self, kind: str, *texts: str) -> Iterator[tuple[int, Mapping[str, Any], VirtualHost]]:
        """The rows of a list that are objects, have these texts and say where they belong."""
        listed = self.definitions.content.get(kind)
        for index, row in enumerate(listed if isinstance(listed, list | tuple) else ()):
            if isinstance(row, Mapping) and all(isinstance(row.get(text), str) for text in texts):
                vhost = self._vhost(row)
                if vhost is not None:
                    yield index, row, vhost

    def _read_vhosts(self) -> None:
        content = self.definitions.content
        for row in content.get("vhosts") or ():
            if isinstance(row, Mapping) and isinstance(row.get("name"), str):
                self._have_default_type(self.vhosts.setdefault(row["name"], VirtualHost(row["name"])), row)
        if self.definitions.of_one_vhost:
            self._have_default_type(self.vhosts.setdefault(FIRST_VHOST, VirtualHost(FIRST_VHOST)), content)

    def _have_default_type(self, vhost: VirtualHost, row: Mapping[str, Any]) -> None:
        given = _table(row, "metadata").get("default_queue_type")
        if given in QUEUE_KINDS and self.profile.has_default_queue_type:
            vhost.default_queue_type = str(given)

    def _read_policies(self) -> None:
        for index, row, vhost in self._rows("policies", "name", "pattern"):
            self._read_policy(
                vhost, row["name"], row, False, Where(vhost.name, "policy", row["name"], "policies", index)
            )
        for index, row, vhost in self._rows("parameters", "name", "component"):
            if row["component"] == OPERATOR_POLICY:
                where = Where(vhost.name, "operator policy", row["name"], "parameters", index)
                self._read_policy(vhost, row["name"], _table(row, "value"), True, where)

    def _read_policy(
        self, vhost: VirtualHost, name: str, fields: Mapping[str, Any], operators: bool, where: Where
    ) -> None:
        pattern, apply_to, priority = fields.get("pattern"), fields.get("apply-to", "all"), fields.get("priority", 0)
        if not isinstance(pattern, str) or apply_to not in APPLIES_TO or not isinstance(priority, int | float):
            return
        try:
            check_pattern(pattern, self.profile)
        except InvalidPattern:
            return
        policy = Policy(name, pattern, _table(fields, "definition"), priority, apply_to)
        vhost.policies.append(LaidDown(policy, operators, where))

    def _read_exchanges(self) -> None:
        for index, row, vhost in self._rows("exchanges", "name", "type"):
            name, arguments = row["name"], _table(row, "arguments")
            inner = arguments.get("x-delayed-type") if row["type"] == "x-delayed-message" else None
            if name:
                vhost.exchanges[name] = Exchange(
                    name,
                    inner if isinstance(inner, str) else row["type"],
                    row.get("internal") is True,
                    arguments,
                    self._in_force(vhost, name, "exchange"),
                    Where(vhost.name, "exchange", name, "exchanges", index),
                )

    def _read_queues(self) -> None:
        for index, row, vhost in self._rows("queues", "name"):
            name, arguments = row["name"], _table(row, "arguments")
            durable = row.get("durable", True) is True
            default = vhost.default_queue_type if durable and not row.get("auto_delete") else "classic"
            kind = str(arguments.get("x-queue-type") or default)
            where = Where(vhost.name, "queue", name, "queues", index)
            vhost.queues[name] = Queue(name, kind, durable, arguments, self._in_force(vhost, name, kind), where)

    def _in_force(self, vhost: VirtualHost, name: str, kind: str) -> Mapping[str, Any]:
        if not vhost.policies:
            return NO_TABLE
        try:
            return vhost.table.in_force(name, kind, self.profile, choose_first).definition
        except TypeError:  # values that cannot be compared, of policies that are refused for them
            return NO_TABLE

    def _read_bindings(self) -> None:
        for index, row, vhost in self._rows("bindings", "source", "destination", "destination_type", "routing_key"):
            kind, source = row["destination_type"], row["source"]
            if kind not in ("queue", "exchange") or not source:
                continue
            destination = Destination("queue" if kind == "queue" else "exchange", row["destination"])
            key, arguments = row["routing_key"], _table(row, "arguments")
            name = f"'{source}' -> {kind} '{destination.name}'" + (f" with key '{key}'" if key else "")
            where = Where(vhost.name, "binding", name, "bindings", index)
            binding = Binding(source, destination, key, arguments, where)
            ends = vhost.queues if kind == "queue" else vhost.exchanges
            whole = source in vhost.exchanges and destination.name in ends
            (vhost.bindings if whole else vhost.lacking).append(binding)


def _table(row: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = row.get(key)
    return found if isinstance(found, Mapping) else NO_TABLE
