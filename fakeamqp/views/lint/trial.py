"""A definitions file brought into a broker of some version piece by piece, to see what it refuses or leaves out.

The pieces come in RabbitMQ's order. Its import ends at the first that it refuses; here the others are tried as well.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from fakeamqp.model.broker import Broker as Model
from fakeamqp.model.commands import ImportDefinitions
from fakeamqp.model.definitions import OPERATOR_POLICY, DefinitionsRefused
from fakeamqp.model.effects import DefinitionLeft
from fakeamqp.model.exchanges import PLUGINS
from fakeamqp.model.policy import InvalidPolicy, make_policy
from fakeamqp.views.lint.finding import Said, Where
from fakeamqp.views.lint.topology import FIRST_VHOST, Topology

_ORDER = (
    "users",
    "vhosts",
    "permissions",
    "exchanges",
    "topic_permissions",
    "policies",
    "parameters",
    "global_parameters",
    "queues",
    "bindings",
)
_KINDS = {
    "users": "user",
    "vhosts": "vhost",
    "permissions": "permissions",
    "exchanges": "exchange",
    "topic_permissions": "topic permissions",
    "policies": "policy",
    "parameters": "parameter",
    "global_parameters": "global parameter",
    "queues": "queue",
    "bindings": "binding",
}
_IN_VHOSTS = ("permissions", "exchanges", "topic_permissions", "policies", "parameters", "queues", "bindings")


class Trial:
    """refused: what the version refuses, with its reason. passed_over: what it leaves out without a word, with the
    reason a client would get. twice: what is declared a second time.
    """

    def __init__(self, topology: Topology) -> None:
        self.refused: list[Said] = []
        self.passed_over: list[Said] = []
        self.twice: list[Said] = []
        self._content = topology.definitions.content
        self._of_one_vhost = topology.definitions.of_one_vhost
        self._profile = topology.profile
        self._model = Model(
            topology.profile, users={"guest": "guest"}, vhosts=dict.fromkeys(("/", *topology.vhosts)), plugins=PLUGINS
        )
        for kind in _ORDER if not self._of_one_vhost else ("exchanges", "parameters", "policies", "queues", "bindings"):
            self._bring(kind)

    def _bring(self, kind: str) -> None:
        listed = self._content.get(kind, [])
        if not isinstance(listed, list | tuple):
            self.refused.append((Where(None, kind, ""), f"'{kind}' has to be a list"))
            return
        told: dict[str, Any] = {
            key: self._content[key] for key in ("rabbit_version", "rabbitmq_version") if key in self._content
        }
        into = FIRST_VHOST if self._of_one_vhost else None
        for index, row in enumerate(listed):
            try:
                done = self._model.apply(ImportDefinitions({**told, kind: [row]}, into), 0)
            except DefinitionsRefused as error:
                self._model.apply(ImportDefinitions({}, into), 0)  # fetches what was told before
                reason = self._readable(kind, row, error)
                if "resources_missing" not in reason:
                    self.refused.append((self._where(kind, index, row), reason))
                continue
            for effect in done:
                if isinstance(effect, DefinitionLeft):
                    self._left(self._where(kind, index, row), effect.why)

    def _where(self, kind: str, index: int, row: Any) -> Where:
        row = row if isinstance(row, Mapping) else {}
        vhost = row.get("vhost", FIRST_VHOST) if kind in _IN_VHOSTS else None
        noun = "operator policy" if row.get("component") == OPERATOR_POLICY else _KINDS[kind]
        return Where(vhost if isinstance(vhost, str) else None, noun, "".join(_name(kind, row)), kind, index)

    def _left(self, where: Where, why: str) -> None:
        if why.startswith("there is one of that name"):
            self.twice.append((where, why))
        elif why.startswith("RabbitMQ passes it over: "):
            self.passed_over.append((where, why.partition(": ")[2]))
        elif why.startswith("names that begin") and where.kind == "queue":
            self.passed_over.append((where, why))

    def _readable(self, kind: str, row: Any, error: DefinitionsRefused) -> str:
        """The reason as people read it: of a policy what is wrong with it, and no page around that."""
        if kind == "policies" and isinstance(row, Mapping):
            try:
                make_policy(
                    str(row.get("name")),
                    row.get("pattern"),
                    row.get("definition"),
                    row.get("priority", 0),
                    row.get("apply-to", "all"),
                    self._profile,
                )
            except InvalidPolicy as invalid:
                return _one_line(invalid.reason)
        return _one_line(error.reason) + (f" ({error.advice})" if error.advice else "")


def _one_line(reason: str) -> str:
    if reason.startswith('<<"Validation failed'):
        reason = html.unescape(reason[3:-3].replace("\\n", "\n").replace('\\"', '"'))
    return re.sub(r"\s+", " ", reason.removeprefix("Validation failed\n\n")).strip()


def _name(kind: str, row: Mapping[str, Any]) -> Iterator[str]:
    if kind == "bindings":
        yield f"'{row.get('source')}' -> {row.get('destination_type')} '{row.get('destination')}'"
        if row.get("routing_key"):
            yield f" with key '{row['routing_key']}'"
    elif "name" in row or "user" in row:
        yield str(row.get("name", row.get("user")))
