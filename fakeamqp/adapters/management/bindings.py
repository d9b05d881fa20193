"""/api/bindings: from exchanges to queues and to other exchanges."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus, unquote_plus

from fakeamqp.adapters.management.answers import DONE, Answer, Refused, crashed, missing, not_authorised
from fakeamqp.adapters.management.client import CHANNEL, carry_out
from fakeamqp.adapters.management.resource import Resource, Row
from fakeamqp.adapters.management.tables import amqp_table
from fakeamqp.model import commands
from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.definitions import json_table
from fakeamqp.model.phash2 import phash2, term_of

if TYPE_CHECKING:
    from fakeamqp.model.vhost import VirtualHost

DEFAULT = "amq.default"
"""What the default exchange, which has no name, is called in paths."""

ORDER = ("vhost", "source", "destination", "routing_key", "properties_key")

_KINDS = {"q": "queue", "e": "exchange"}


def exchange_name(part: str) -> str:
    """The exchange's own name."""
    return "" if part == DEFAULT else part


def rows_of(vhost: VirtualHost) -> Iterator[Row]:
    """Every binding of a virtual host, those of the default exchange too."""
    for name in vhost.queues:
        yield _row(vhost, Binding("", Destination("queue", name), name))
    for exchange in vhost.exchanges.values():
        for binding in exchange.bindings:
            yield _row(vhost, binding)


def _row(vhost: VirtualHost, binding: Binding) -> Row:
    kind, name = binding.destination
    return {
        "source": binding.source,
        "vhost": vhost.name,
        "destination": name,
        "destination_type": kind,
        "routing_key": binding.routing_key,
        "arguments": json_table(binding.arguments),
        "properties_key": properties_key(binding),
    }


# --- what names one among several with the same ends


def properties_key(binding: Binding) -> str:
    """Routing key and arguments in one word, as paths have it: the key, a tilde and the hash of the arguments."""
    key = quote_plus(binding.routing_key).replace("~", "%7E")
    if binding.arguments:
        return f"{key}~{arguments_hash(binding.arguments)}"
    return key or "~"


def arguments_hash(arguments: Mapping[str, Any]) -> str:
    """Erlang's hash of a table, in base64."""
    hashed = phash2(term_of(arguments, sorts_tables=True), 2**32).to_bytes(4, "big")
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


class Bindings(Resource):
    """/api/bindings, /api/bindings/{vhost}"""

    def check_reader(self) -> None:
        """For who may enter the virtual host."""
        self.demand_vhost()

    def get(self) -> Answer:
        """All of them."""
        return self.list([row for vhost in self.vhosts() for row in rows_of(vhost)], *ORDER)


class BindingsOfQueue(Resource):
    """/api/queues/{vhost}/{queue}/bindings"""

    def check_reader(self) -> None:
        """For who may enter the virtual host."""
        self.demand_vhost()

    def get(self) -> Answer:
        """Those that lead to it; that of the default exchange, even if there is no such queue."""
        name = self["queue"]
        ends = ("queue", name)
        rows = [row for row in rows_of(self.vhost) if (row["destination_type"], row["destination"]) == ends]
        if name not in self.vhost.queues:
            rows.append(_row(self.vhost, Binding("", Destination("queue", name), name)))
        return self.list(rows, *ORDER)


class _Between(Resource):
    def check_reader(self) -> None:
        """For who may enter the virtual host."""
        self.demand_vhost()

    @property
    def ends(self) -> tuple[str, Destination]:
        """The names of source and destination. Raises Refused where RabbitMQ breaks at a kind."""
        kind = self["kind"]
        if kind not in _KINDS:
            raise crashed()
        return exchange_name(self["source"]), Destination("queue" if kind == "q" else "exchange", self["destination"])

    def rows(self) -> list[Row]:
        """The bindings between the two."""
        source, (kind, name) = self.ends
        wanted = (source, kind, name)
        return [
            row for row in rows_of(self.vhost) if (row["source"], row["destination_type"], row["destination"]) == wanted
        ]


class BindingsBetween(_Between):
    """/api/bindings/{vhost}/e/{source}/{q or e}/{destination}"""

    def get(self) -> Answer:
        """Those that lead from the one to the other; none, if the virtual host is not there."""
        return self.list(self.rows() if self["vhost"] in self.model.vhosts else [], *ORDER)

    def post(self) -> Answer:
        """Add one."""
        vhost, (source, destination) = self.vhost_to_change, self.ends
        fields = self.asked.fields()
        key = fields.get("routing_key", "")
        try:
            arguments = amqp_table(fields.get("arguments", {}))
        except Refused:  # what queues and exchanges refuse breaks here
            raise crashed() from None
        if not isinstance(key, str):
            raise crashed()
        kind, name = destination
        command = (
            commands.BindQueue(CHANNEL, name, source, key, arguments)
            if kind == "queue"
            else commands.BindExchange(CHANNEL, name, source, key, arguments)
        )
        carry_out(self.broker, self.caller, vhost.name, command)
        # What is in the key is quoted twice: once as part of the key, once as part of the path.
        word = quote(properties_key(Binding(source, destination, key, arguments)), safe="")
        return Answer(201, headers={"Location": f"{quote(name, safe='')}/{word}"})


class OneBinding(_Between):
    """/api/bindings/{vhost}/e/{source}/{q or e}/{destination}/{properties_key}"""

    def _row(self) -> Row:
        key, _, hashed = self["properties"].partition("~")
        key = unquote_plus(key)
        for row in self.rows():
            _, _, own = row["properties_key"].partition("~")
            if (row["routing_key"], own) == (key, hashed):
                return row
        raise missing()

    def get(self) -> Answer:
        """What it is."""
        return self.tell(self._row())

    def delete(self) -> Answer:
        """Take it away."""
        row, (source, destination) = self._row(), self.ends
        if not source:
            raise not_authorised("Access refused.")
        exchange = self.vhost.exchanges[source]
        (binding,) = [
            each
            for each in exchange.bindings
            if each.destination == destination and properties_key(each) == row["properties_key"]
        ]
        kind, name = destination
        unbind = commands.UnbindQueue if kind == "queue" else commands.UnbindExchange
        command = unbind(CHANNEL, name, source, binding.routing_key, binding.arguments)
        carry_out(self.broker, self.caller, self.vhost.name, command)
        return DONE
