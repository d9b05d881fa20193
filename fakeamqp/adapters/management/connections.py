"""/api/connections: the clients of the broker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fakeamqp.adapters.management.answers import DONE, Answer, crashed, missing, not_authorised
from fakeamqp.adapters.management.resource import Resource, Row
from fakeamqp.model.definitions import json_table
from fakeamqp.world.ctl import BY_MANAGEMENT_PLUGIN

if TYPE_CHECKING:
    from fakeamqp.model.connection import Connection
    from fakeamqp.session.session import Session
    from fakeamqp.world.broker import Broker


def clients(broker: Broker) -> Iterator[tuple[Session, Connection]]:
    """Those that have entered a virtual host."""
    for session in broker.sessions():
        connection = broker.model.connections.get(session.number)
        if connection is not None and connection.vhost is not None and session.is_open:
            yield session, connection


def name_of(session: Session) -> str:
    """A connection's name: the client's host and port, an arrow, the broker's."""
    (host, port), (own_host, own_port) = session.door.peer, _own_address(session)
    return f"{host}:{port} -> {own_host}:{own_port}"


def _own_address(session: Session) -> tuple[str, int]:
    """The broker's side; the name by which a client in memory calls it stands for this machine."""
    return "127.0.0.1", session.door.address[1]


def owner_details(broker: Broker, number: int) -> Row | None:
    """What is told of a connection beside what belongs to it; None if it is no client's."""
    return next((details_of(session) for session, _ in clients(broker) if session.number == number), None)


def details_of(session: Session) -> Row:
    """What is told of a client's connection beside what belongs to it."""
    host, port = session.door.peer
    return {"name": name_of(session), "peer_host": host, "peer_port": port}


def connection_row(broker: Broker, session: Session, connection: Connection) -> Row:
    """A connection as the API shows it."""
    (host, port), (own_host, own_port) = session.door.peer, _own_address(session)
    connected = broker.model.starts_at + timedelta(microseconds=connection.since_us)
    properties = session.client_properties
    row: Row = {
        "name": name_of(session),
        "node": broker.model.node,
        "type": "network",
        "protocol": "AMQP 0-9-1",
        "vhost": _vhost_of(connection),
        "user": connection.username,
        "user_who_performed_action": connection.username,
        "auth_mechanism": session.mechanism,
        "host": own_host,
        "port": own_port,
        "peer_host": host,
        "peer_port": port,
        "ssl": False,
        "state": "blocked" if session.is_blocked else "running",
        "channels": len(connection.channels),
        "channel_max": session.channel_max,
        "frame_max": session.frame_max,
        "timeout": session.heartbeat_s,
        "connected_at": int(connected.timestamp() * 1000),
        "client_properties": json_table(properties),
    }
    named = properties.get("connection_name")
    return row if named is None else {**row, "user_provided_name": named}


def _vhost_of(connection: Connection) -> str:
    assert connection.vhost is not None
    return connection.vhost.name


class _Connections(Resource):
    def rows(self) -> list[Row]:
        """Those that the caller may see: their own, or all."""
        return [
            connection_row(self.broker, session, connection)
            for session, connection in clients(self.broker)
            if self.caller.sees_those_of(connection.username)
        ]

    def find(self) -> tuple[Session, Connection]:
        """The connection that the path names. Raises Refused."""
        for session, connection in clients(self.broker):
            if name_of(session) == self["connection"]:
                if not self.caller.sees_those_of(connection.username):
                    raise not_authorised("User not authorised to access object")
                return session, connection
        raise missing() if self.caller.monitors else crashed()

    def end(self, session: Session) -> None:
        """Close a connection, for the reason that the request gives."""
        self.broker.ctl.close_connection(session.number, self.asked.reason or BY_MANAGEMENT_PLUGIN)


class AllConnections(_Connections):
    """/api/connections"""

    def get(self) -> Answer:
        """Those that the caller may see."""
        return self.list(self.rows(), "vhost", "name", pages=True)


class ConnectionsOfVirtualHost(_Connections):
    """/api/vhosts/{vhost}/connections"""

    def check_reader(self) -> None:
        """For who may enter the virtual host."""
        self.demand_vhost()

    def get(self) -> Answer:
        """Those to it."""
        vhost = self.vhost.name
        return self.list([row for row in self.rows() if row["vhost"] == vhost], "vhost", "name")


class ConnectionsOfUser(_Connections):
    """/api/connections/username/{user}"""

    def check_reader(self) -> None:
        """For the user, and those who may see what is others'."""
        if self.dialect.foreign_connections_crash and not self.caller.monitors:
            raise crashed()
        self.demand_user(self["user"])

    def get(self) -> Answer:
        """Those of that user."""
        rows: list[Any] = [row for row in self.rows() if row["user"] == self["user"]]
        return self.list(rows, "vhost", "name")

    def delete(self) -> Answer:
        """Close them."""
        for session, connection in list(clients(self.broker)):
            if connection.username == self["user"]:
                self.end(session)
        return DONE


class OneConnection(_Connections):
    """/api/connections/{connection}"""

    def get(self) -> Answer:
        """What it is."""
        return self.tell(connection_row(self.broker, *self.find()))

    def delete(self) -> Answer:
        """Close it."""
        session, _ = self.find()
        self.end(session)
        return DONE
