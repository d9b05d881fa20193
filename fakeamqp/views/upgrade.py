"""What a program asked of a broker, held against a later version: what that would refuse, ignore or call deprecated.

The trace tells what was asked. Declarations, bindings and policies are written down as a definitions file would have
them, and the rules of the upgrade check (see `lint`) are asked about that; what such a file cannot say, the arguments
of consumers and `basic.qos`, is looked at here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from fakeamqp.model import commands, effects
from fakeamqp.model.arguments import check_consume_arguments
from fakeamqp.model.errors import AMQPError
from fakeamqp.model.profile import Profile
from fakeamqp.views.lint import upgrade_check
from fakeamqp.views.lint.finding import Severity
from fakeamqp.world.broker import Broker, profile_of
from fakeamqp.world.step import Step

_NOT_OF_PROGRAMS = ("changed-message-size",)
"""What holds for every program, whatever it asks."""


@attrs.frozen
class Change:
    """One thing that the upgrade concerns. rule, severity, message: as in a finding of lint.

    place: the line of the program that asked, as "file:line"; None if the trace does not know.
    """

    rule: str
    severity: Severity
    message: str
    place: str | None = None


def changes(broker: Broker, target: str) -> list[Change]:
    """What of that which a broker's trace tells would be different on another version. Raises ValueError for none."""
    profile = profile_of(target)
    if profile is broker.profile:
        return []
    asked = _Asked(broker.profile, profile)
    for step in broker.trace:
        asked.read(step)
    return [*asked.of_definitions(), *asked.others]


@attrs.define
class _Rows:
    """Rows of a definitions file, each with its place; no two of a list have the same name."""

    rows: dict[str, list[dict[str, Any]]] = attrs.field(factory=lambda: {"exchanges": [], "queues": []})
    places: dict[tuple[str, int], str | None] = attrs.field(factory=dict)
    names: set[tuple[str, str, str]] = attrs.field(factory=set)

    def add(self, kind: str, row: dict[str, Any], place: str | None) -> None:
        listed = self.rows.setdefault(kind, [])
        self.places[kind, len(listed)] = place
        listed.append(row)


class _Asked:
    """Reads a trace. others: what is found beside that which a definitions file can say."""

    def __init__(self, origin: Profile, target: Profile) -> None:
        self.others: list[Change] = []
        self._origin = origin
        self._target = target
        self._vhosts: dict[int, str] = {}
        self._types: dict[tuple[str, str], str] = {}
        self._files = [_Rows()]
        self._unnamed: dict[str, str] = {}  # by the name that the broker gave
        self._last: dict[tuple[int, int], str] = {}

    def of_definitions(self) -> Iterator[Change]:
        """What the rules of the upgrade check find."""
        for file in self._files:
            vhosts = {row["vhost"] for rows in file.rows.values() for row in rows}
            content = {"vhosts": [{"name": name} for name in sorted(vhosts)], **file.rows}
            for finding in upgrade_check(
                content, target=self._target.name, origin=self._origin.name, ignore=_NOT_OF_PROGRAMS
            ):
                where = finding.where
                place = file.places.get((where.rows or "", where.index))
                yield Change(finding.rule, finding.severity, finding.message, place)

    def read(self, step: Step) -> None:
        """One step more; what was refused is passed over."""
        command, place = step.command, step.place
        if isinstance(command, commands.OpenConnection):
            self._vhosts[command.connection] = command.virtual_host
        if any(isinstance(effect, effects.ChannelClosed | effects.ConnectionClosed) for effect in step.effects):
            return
        if isinstance(command, commands.DeclareQueue):
            self._queue(command, step)
        elif isinstance(command, commands.DeclareExchange):
            self._exchange(command, place)
        elif isinstance(command, commands.BindQueue | commands.BindExchange):
            self._binding(command, place)
        elif isinstance(command, commands.SetPolicy):
            self._policy(command, place)
        elif isinstance(command, commands.Qos):
            self._qos(command, place)
        elif isinstance(command, commands.Consume):
            self._consume(command, place)

    def _vhost(self, command: Any) -> str:
        return self._vhosts.get(command.channel[0], "/")

    def _named(self, queue: str, channel: tuple[int, int]) -> str:
        """What a queue is called here: no name means the last one declared, and the broker's own are none to import."""
        return self._unnamed.get(queue, queue) if queue else self._last.get(channel, "")

    def _queue(self, command: commands.DeclareQueue, step: Step) -> None:
        name = command.queue
        if not name:
            name = f"server-named {len(self._unnamed) + 1}"
            given = [effect.queue for effect in step.effects if isinstance(effect, effects.DeclareQueueOk)]
            self._unnamed.update(dict.fromkeys(given, name))
        self._last[command.channel] = name
        if command.passive:
            return
        vhost = self._vhost(command)
        self._types[vhost, name] = str(command.arguments.get("x-queue-type") or "classic")
        row = {
            "name": name,
            "vhost": vhost,
            # An exclusive queue may be transient without being of those that are deprecated.
            "durable": command.durable or command.exclusive,
            "auto_delete": command.auto_delete,
            "arguments": dict(command.arguments),
        }
        self._add_named("queues", row, step.place)

    def _exchange(self, command: commands.DeclareExchange, place: str | None) -> None:
        if command.passive or not command.exchange or command.exchange.startswith("amq."):
            return
        row = {
            "name": command.exchange,
            "vhost": self._vhost(command),
            "type": command.type,
            "durable": command.durable,
            "auto_delete": command.auto_delete,
            "internal": command.internal,
            "arguments": dict(command.arguments),
        }
        self._add_named("exchanges", row, place)

    def _add_named(self, kind: str, row: dict[str, Any], place: str | None) -> None:
        """What is declared again as it is adds nothing; declared otherwise, it stands in a file of its own."""
        key = (kind, row["vhost"], row["name"])
        if any(row in file.rows[kind] for file in self._files):
            return
        file = next((file for file in self._files if key not in file.names), None)
        if file is None:
            file = _Rows()
            self._files.append(file)
        file.names.add(key)
        file.add(kind, row, place)

    def _binding(self, command: commands.BindQueue | commands.BindExchange, place: str | None) -> None:
        if isinstance(command, commands.BindQueue):
            source, kind = command.exchange, "queue"
            destination = self._named(command.queue, command.channel)
        else:
            source, kind, destination = command.source, "exchange", command.destination
        row = {
            "source": source,
            "vhost": self._vhost(command),
            "destination": destination,
            "destination_type": kind,
            "routing_key": command.routing_key,
            "arguments": dict(command.arguments),
        }
        self._files[0].add("bindings", row, place)

    def _policy(self, command: commands.SetPolicy, place: str | None) -> None:
        row = {
            "name": command.name,
            "pattern": command.pattern,
            "apply-to": command.apply_to,
            "definition": dict(command.definition),
            "priority": command.priority,
        }
        if command.operators:
            parameter = {"component": "operator_policy", "name": command.name, "value": row}
            self._files[0].add("parameters", {**parameter, "vhost": command.virtual_host}, place)
        else:
            self._files[0].add("policies", {**row, "vhost": command.virtual_host}, place)

    def _qos(self, command: commands.Qos, place: str | None) -> None:
        feature = "global_qos"
        if not command.global_ or not self._origin.permits(feature):
            return
        version = self._target.name
        if not self._target.permits(feature):
            message = (
                f"basic.qos with global is read by RabbitMQ {version} as without it: a limit for each later "
                "consumer, no more for the channel; set a prefetch for each consumer"
            )
            self.others.append(Change("argument-ignored", "warning", message, place))
        elif feature in self._target.deprecated_features and feature not in self._origin.deprecated_features:
            phase = self._target.deprecated_features[feature].replace("_", " ")
            message = (
                f"basic.qos with global, which RabbitMQ {version} calls deprecated ({feature}, {phase}); set a "
                "prefetch for each consumer"
            )
            self.others.append(Change("deprecated", "warning", message, place))

    def _consume(self, command: commands.Consume, place: str | None) -> None:
        if not command.arguments:
            return
        vhost, queue = self._vhost(command), self._named(command.queue, command.channel)
        kind = self._types.get((vhost, queue), "classic")
        version = self._target.name
        try:
            check_consume_arguments(kind, queue, vhost, command.arguments, self._target)
        except AMQPError as error:
            message = (
                f"consuming queue '{queue}' in vhost '{vhost}' is refused by RabbitMQ {version}: {error.reply_text}"
            )
            self.others.append(Change("refused", "error", message, place))
        gone = self._target.unknown_consumer_arguments - self._origin.unknown_consumer_arguments
        for name in sorted(gone & command.arguments.keys()):
            message = (
                f"consuming queue '{queue}' in vhost '{vhost}' has the argument {name}, which RabbitMQ {version} "
                "does not know and ignores; take it away"
            )
            self.others.append(Change("argument-unknown", "warning", message, place))


def told(found: Iterable[tuple[str, Change]], most: int = 3) -> list[str]:
    """Lines for people: each change once, the worst first, with its places and the tests that met it.

    found: tests and what was found in them. most: how many places and tests are named.
    """
    groups: dict[tuple[str, str, str], tuple[dict[str, None], dict[str, None]]] = {}
    for test, change in found:
        places, tests = groups.setdefault((change.severity, change.rule, change.message), ({}, {}))
        tests[test] = None
        if change.place is not None:
            places[change.place] = None
    lines = []
    for severity, rule, message in sorted(groups, key=lambda group: _SEVERITIES.index(group[0])):
        places, tests = groups[severity, rule, message]
        lines.append(f"{severity} {rule}: {message}")
        lines += [f"      at {_few(places, most)}"] if places else []
        lines.append(f"      in {_few(tests, most)}")
    return lines


_SEVERITIES = ("error", "warning", "info")


def _few(names: Iterable[str], most: int) -> str:
    names = sorted(names)  # tests run in any order
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
