"""/api/queues/{vhost}/{queue}/get and …/contents: the messages of a queue."""

from __future__ import annotations

import base64
from typing import Any

from fakeamqp.adapters.management.answers import (
    DONE,
    Answer,
    bad_request,
    crashed,
    missing,
    not_authorised,
    not_found,
    told,
)
from fakeamqp.adapters.management.client import CHANNEL, Client, Closed, carry_out
from fakeamqp.adapters.management.resource import Resource, Row
from fakeamqp.adapters.management.tables import integer, json_properties
from fakeamqp.model import commands, effects
from fakeamqp.model.message import Message

_ACKMODES = ("ack_requeue_true", "ack_requeue_false", "reject_requeue_true", "reject_requeue_false")


class Get(Resource):
    """/api/queues/{vhost}/{queue}/get"""

    def check_reader(self) -> None:
        """For who may enter the virtual host."""
        self.demand_vhost()

    def post(self) -> Answer:
        """Fetch messages. Once all are fetched, they are acknowledged, rejected, or left to the end of the channel."""
        vhost, name = self.vhost_of_messages, self["queue"]
        if self.dialect.checks_names_first and name not in vhost.queues:
            raise not_found("queue_not_found")
        fields = self.asked.fields("ackmode", "count", "encoding")
        ackmode = fields["ackmode"]
        if ackmode not in _ACKMODES:
            raise self._unknown(ackmode)
        count = integer(fields["count"])
        if fields["encoding"] not in ("auto", "base64"):
            raise bad_request("Unsupported encoding. Please use auto or base64.")
        longest = integer(fields["truncate"]) if "truncate" in fields else None
        try:
            with Client(self.broker, self.caller, vhost.name) as client:
                got = _fetch(client, name, count)
                if ackmode != "ack_requeue_true" or self.dialect.nacks_what_returns:
                    for fetched, _ in got:
                        client.do(_settlement(fetched.delivery_tag, ackmode))
        except Closed as closed:
            raise _refused(closed) from None
        return told([_shown(*each, longest, fields["encoding"]) for each in got])

    def _unknown(self, ackmode: Any) -> Exception:
        if not self.dialect.names_ackmodes:
            return crashed()
        return bad_request(f"Invalid ackmode value: {ackmode}. Valid values are: {', '.join(_ACKMODES)}")


def _settlement(tag: int, ackmode: str) -> commands.Command:
    """RabbitMQ fetches what is to be gone without acknowledgement; nobody sees the difference."""
    if ackmode == "ack_requeue_false":
        return commands.Ack(CHANNEL, tag)
    if ackmode == "ack_requeue_true":
        return commands.Nack(CHANNEL, tag)
    return commands.Reject(CHANNEL, tag, ackmode.endswith("requeue_true"))


def _refused(closed: Closed) -> Exception:
    """Here the name of a channel's code stays with the text; of a connection's the code itself does."""
    if closed.code == 404:
        return not_found(closed.text)
    if closed.code == 403:
        return not_authorised(closed.text)
    return bad_request(f"{closed.code} {closed.reason}" if closed.ends_connection else closed.text)


def _fetch(client: Client, queue: str, count: int) -> list[tuple[effects.GetOk, Message]]:
    """As many as there are, but no more than were asked for; a negative count is no limit."""
    got: list[tuple[effects.GetOk, Message]] = []
    while len(got) != count:
        found = [each for each in client.do(commands.Get(CHANNEL, queue)) if isinstance(each, effects.GetOk)]
        if not found:
            break
        got += [(each, client.held(each.delivery_tag)) for each in found]
    return got


def _shown(got: effects.GetOk, message: Message, longest: int | None, encoding: str) -> Row:
    body = message.body
    payload, shown_encoding = _payload(body if longest is None else body[:longest], encoding)
    return {
        "payload_bytes": len(body),
        "redelivered": got.redelivered,
        "exchange": got.exchange,
        "routing_key": got.routing_key,
        "message_count": got.message_count,
        "properties": json_properties(message.properties, got.headers),
        "payload": payload,
        "payload_encoding": shown_encoding,
    }


def _payload(body: bytes, encoding: str) -> tuple[str, str]:
    if encoding == "auto":
        try:
            return body.decode(), "string"
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), "base64"


class Contents(Resource):
    """/api/queues/{vhost}/{queue}/contents"""

    def check_reader(self) -> None:
        """For who may enter the virtual host."""
        self.demand_vhost()

    def delete(self) -> Answer:
        """Purge the queue."""
        queue = self.vhost.queues.get(self["queue"])
        if queue is None or queue.absent:
            raise missing()
        carry_out(self.broker, self.caller, self.vhost.name, commands.PurgeQueue(CHANNEL, self["queue"]))
        return DONE
