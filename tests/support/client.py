"""A scripted client of a session: a door that keeps what it is sent, and the methods a client would send."""

from __future__ import annotations

from typing import Any

import attrs
from pika.spec import Channel, Connection
from pika.spec import methods as METHODS  # noqa: N812

from fakeamqp.model import effects
from fakeamqp.model.commands import Command
from fakeamqp.model.profile import PROFILES, Profile
from fakeamqp.session.session import Session
from tests.support.watched import WatchedBroker

CAPABILITIES = {"authentication_failure_close": True, "consumer_cancel_notify": True}
DROPPED = "the link is gone"


class Host:
    """A bare model that hands its effects to the sessions they are for."""

    def __init__(self, version: str = "4.3", **options: Any) -> None:
        self.broker = WatchedBroker(PROFILES[version], **options)
        self.sessions: dict[int, Session] = {}
        self.commands: list[Command] = []

    @property
    def profile(self) -> Profile:
        return self.broker.profile

    def carry_out(self, command: Command) -> object:
        self.commands.append(command)
        for effect in self.broker.apply(command, 0):
            number = effects.recipient(effect)
            if number in self.sessions:
                self.sessions[number].emit(effect)
        return None

    def login_refused(self, user: str) -> None:
        """Nobody reads a logfile here."""

    def detach(self, session: Session) -> None:
        del self.sessions[session.number]

    def client(self) -> Client:
        """A client whose protocol header has been sent."""
        client = Client(self, len(self.sessions) + 1)
        self.sessions[client.session.number] = client.session
        client.session.header()
        return client


class Client:
    """sent: what the broker has sent and nobody looked at yet, as (channel, name of the method, fields)."""

    def __init__(self, host: Host, number: int) -> None:
        self.sent: list[Any] = []
        self.session = Session(host, self, number)

    # --- the door

    def send(self, channel: int, index: int, fields: Any) -> None:
        self.sent.append((channel, index, fields))

    address = ("localhost", 5672)
    peer = ("127.0.0.1", 40001)
    external_user: str | None = None
    has_mail = False
    is_read = True

    def pause_reading(self) -> None:
        self.is_read = False

    def resume_reading(self) -> None:
        self.is_read = True

    def carries(self, client: object) -> bool:
        return client is self

    def drop(self) -> None:
        self.sent.append(DROPPED)

    def reset(self) -> None:
        self.drop()

    def silence(self) -> None:
        pass

    def garble(self, data: bytes) -> None:
        self.sent.append(data)

    def slow_heartbeats(self, every_us: int) -> None:
        pass

    # --- the client

    def __call__(self, method: Any, channel: int = 1) -> list[Any]:
        """Send a method; the names of the methods that came, or the closes in full."""
        self.session.method(channel, method)
        return self.read()

    def read(self) -> list[Any]:
        """What came since the last time: names, and of a close (channel, code, text, class, method)."""
        read = [each if each == DROPPED else _told(*each) for each in self.sent]
        self.sent.clear()
        return read

    def log_in(self, response: Any = "\0guest\0guest", mechanism: str = "PLAIN", **capabilities: bool) -> list[Any]:
        self.sent.clear()
        told = {"capabilities": {**CAPABILITIES, **capabilities}}
        return self(Connection.StartOk(told, mechanism, response, "en_US"), 0)

    def tune(self, channel_max: int = 2047, frame_max: int = 131_072, heartbeat: int = 60) -> list[Any]:
        return self(Connection.TuneOk(channel_max, frame_max, heartbeat), 0)

    def open(self, channel_max: int = 2047) -> Client:
        """All the way to an open connection with channel 1."""
        self.log_in()
        self.tune(channel_max)
        self(Connection.Open("/"), 0)
        self(Channel.Open())
        return self


def _told(channel: int, index: int, fields: Any) -> Any:
    name = METHODS[index].NAME
    if name.endswith(".Close"):
        return (channel, *attrs.astuple(fields))
    return name
