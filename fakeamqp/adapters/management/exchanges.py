"""/api/exchanges: exchanges, and publishing to one."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from fakeamqp.adapters.management.answers import CREATED, DONE, Answer, bad_request, missing, not_found, told
from fakeamqp.adapters.management.bindings import ORDER, exchange_name, rows_of
from fakeamqp.adapters.management.client import CHANNEL, Client, Closed, carry_out
from fakeamqp.adapters.management.resource import Resource, Row
from fakeamqp.adapters.management.tables import amqp_properties, amqp_table, boolean
from fakeamqp.model import commands, effects
from fakeamqp.model.definitions import json_table
from fakeamqp.model.exchanges import Exchange
from fakeamqp.model.message import Message
from fakeamqp.model.vhost import VirtualHost


def _row(vhost: VirtualHost, exchange: Exchange) -> Row:
    policy = exchange.in_force.policy
    return {
        "name": exchange.name,
        "vhost": vhost.name,
        "type": exchange.type,
        "durable": exchange.durable,
        "auto_delete": exchange.auto_delete,
        "internal": exchange.internal,
        "arguments": json_table(exchange.arguments),
        **({} if policy is None else {"policy": policy.name}),
    }


def _default_row(vhost: VirtualHost) -> Row:
    declared = {"durable": True, "auto_delete": False, "internal": False, "arguments": {}}
    return {"name": "", "vhost": vhost.name, "type": "direct", **declared}


class Exchanges(Resource):
    """/api/exchanges, /api/exchanges/{vhost}"""

    def check_reader(self) -> None:
        """For who may enter the virtual host."""
        self.demand_vhost()

    def get(self) -> Answer:
        """All of them, the default exchange too."""
        rows = [
            row
            for vhost in self.vhosts()
            for row in (_default_row(vhost), *(_row(vhost, exchange) for exchange in vhost.exchanges.values()))
        ]
        return self.list(rows, "vhost", "name", pages=True)


class OneExchange(Resource):
    """/api/exchanges/{vhost}/{exchange}"""

    def check_reader(self) -> None:
        """For who may enter the virtual host."""
        self.demand_vhost()

    def _find(self) -> Exchange | None:
        """The exchange; None for the default one. Raises Refused if there is none of that name."""
        name, exchanges = exchange_name(self["exchange"]), self.vhost.exchanges
        if name and name not in exchanges:
            raise missing()
        return exchanges.get(name)

    def get(self) -> Answer:
        """What it is."""
        exchange = self._find()
        return self.tell(_default_row(self.vhost) if exchange is None else _row(self.vhost, exchange))

    def put(self) -> Answer:
        """Declare it."""
        vhost, name, fields = self.vhost_to_change, exchange_name(self["exchange"]), self.asked.fields()
        is_new = name not in vhost.exchanges
        carry_out(
            self.broker,
            self.caller,
            vhost.name,
            commands.DeclareExchange(
                CHANNEL,
                name,
                str(fields.get("type", "direct")),
                durable=boolean(fields, "durable"),
                auto_delete=boolean(fields, "auto_delete"),
                internal=boolean(fields, "internal"),
                arguments=amqp_table(fields.get("arguments", {})),
            ),
        )
        return CREATED if is_new else DONE

    def delete(self) -> Answer:
        """Delete it."""
        self._find()
        command = commands.DeleteExchange(
            CHANNEL, exchange_name(self["exchange"]), if_unused=self.asked.says("if-unused")
        )
        carry_out(self.broker, self.caller, self.vhost.name, command)
        return DONE


class BindingsOfExchange(Resource):
    """/api/exchanges/{vhost}/{exchange}/bindings/{source or destination}"""

    def check_reader(self) -> None:
        """For who may enter the virtual host."""
        self.demand_vhost()

    def get(self) -> Answer:
        """Those it is the source of, or the destination."""
        name, end = exchange_name(self["exchange"]), self["end"]
        if end not in ("source", "destination"):
            raise missing()
        rows = [
            row
            for row in rows_of(self.vhost)
            if row[end] == name and (end == "source" or row["destination_type"] == "exchange")
        ]
        return self.list(rows, *ORDER)


class Publish(Resource):
    """/api/exchanges/{vhost}/{exchange}/publish"""

    def check_reader(self) -> None:
        """For who may enter the virtual host."""
        self.demand_vhost()

    def post(self) -> Answer:
        """Publish a message, and say whether it reached a queue."""
        vhost, name = self.vhost_of_messages, exchange_name(self["exchange"])
        if self.dialect.checks_names_first and name and name not in vhost.exchanges:
            raise not_found("exchange_not_found")
        fields = self.asked.fields("routing_key", "properties", "payload", "payload_encoding")
        body = _payload(fields["payload"], fields["payload_encoding"])
        message = Message(name, fields["routing_key"], amqp_properties(fields["properties"]), body)
        try:
            with Client(self.broker, self.caller, vhost.name) as client:
                client.do(commands.SelectConfirms(CHANNEL))
                done = client.do(commands.Publish(CHANNEL, name, message.routing_key, message))
        except Closed as closed:
            raise bad_request(f"{closed.code} {closed.text}") from None
        if any(isinstance(effect, effects.Unconfirmed) and effect.channel == CHANNEL for effect in done):
            raise bad_request("rejected Unable to publish message. Check queue limits.")
        lost = [each for each in done if isinstance(each, effects.Dropped) and each.reason == "unroutable"]
        return told({"routed": all(each.message_id != message.id for each in lost)})


def _payload(payload: Any, encoding: Any) -> bytes:
    if not isinstance(payload, str):
        raise bad_request("payload_not_string")
    if encoding == "string":
        return payload.encode("utf-8", "surrogatepass")
    if encoding != "base64":
        raise bad_request(["unsupported_encoding", encoding])
    try:
        return base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError):
        raise bad_request(["not_base64", payload]) from None
