"""The AMQP connection that the management plugin opens as its caller, for what clients do: declare, bind, publish, get.

So permissions are looked at, and refusals told, as for any client.
"""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any

from fakeamqp.adapters.management.answers import Refused, bad_request, not_authorised, not_found
from fakeamqp.model import commands, effects
from fakeamqp.model.effects import Effect
from fakeamqp.model.message import Message
from fakeamqp.model.values import MANAGEMENT

if TYPE_CHECKING:
    from fakeamqp.adapters.management.caller import Caller
    from fakeamqp.world.broker import Broker

CHANNEL = (MANAGEMENT, 1)
"""The channel of its commands."""


class Closed(Exception):
    """The broker has closed the channel or, with `ends_connection`, the connection.

    code: of the reply. text: the reply's, which begins with the name of the code.
    """

    def __init__(self, code: int, text: str, *, ends_connection: bool) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.ends_connection = ends_connection

    @property
    def reason(self) -> str:
        """The text without the code's name."""
        return self.text.partition(" - ")[2]

    def refused(self) -> Refused:
        """What the API answers to a request that ends like this."""
        if self.code == 404:
            return not_found(self.reason)
        if self.code == 403:
            return not_authorised("Access refused.")
        return bad_request(self.reason)


class Client:
    """A connection with one channel, open as long as the `with`. It gets what its commands are answered with."""

    def __init__(self, broker: Broker, caller: Caller, vhost: str) -> None:
        self._broker = broker
        self._caller = caller
        self._vhost = vhost

    def __enter__(self) -> Client:
        self.do(commands.Connect(MANAGEMENT))
        self.do(commands.Login(MANAGEMENT, self._caller.name, self._caller.password))
        self.do(commands.OpenConnection(MANAGEMENT, self._vhost))
        self.do(commands.OpenChannel(CHANNEL))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._broker.apply(commands.CloseConnection(MANAGEMENT))

    def do(self, command: Any) -> list[Effect]:
        """Carry out a command of this channel's; what came of it. Raises Closed."""
        done = self._broker.apply(command)
        for effect in done:
            if isinstance(effect, effects.ChannelClosed | effects.ConnectionClosed) and _is_own(effect):
                ends_connection = isinstance(effect, effects.ConnectionClosed)
                raise Closed(effect.reply_code, effect.reply_text, ends_connection=ends_connection)
        return done

    def held(self, tag: int) -> Message:
        """The message of a delivery that is not settled yet."""
        return self._broker.model.channels[CHANNEL].unacked[tag].message


def _is_own(effect: effects.ChannelClosed | effects.ConnectionClosed) -> bool:
    if isinstance(effect, effects.ChannelClosed):
        return effect.channel == CHANNEL
    return effect.connection == MANAGEMENT


def carry_out(broker: Broker, caller: Caller, vhost: str, command: Any) -> list[Effect]:
    """Carry out a single command on a connection of its own. Raises Refused."""
    try:
        with Client(broker, caller, vhost) as client:
            return client.do(command)
    except Closed as closed:
        raise closed.refused() from None
