"""The node goes down and comes up.

Seen on RabbitMQ 3.10.8, 4.0.5 and 4.3.6, stopped by `rabbitmqctl stop_app`, by `shutdown`, and killed.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from fakeamqp.model import commands
from fakeamqp.model.deadlines import Deadlines
from fakeamqp.model.effects import Effect
from fakeamqp.model.methods.handler import Handlers

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker


class NodeIsStopped(RuntimeError):
    """Something was asked of a node that does not run."""


def restart(broker: Broker, command: commands.Restart) -> None:
    """The node stops and starts, at one instant."""
    _go_down(broker, abrupt=False)
    _come_up(broker)


def stop(broker: Broker, command: commands.StopNode) -> None:
    """The node goes down; time passes for what it keeps, but nothing comes of that before it is up again."""
    _go_down(broker, abrupt=command.abrupt)
    broker.asleep, broker.deadlines = broker.deadlines, Deadlines()
    # In place of the method: a broker that runs shall not be asked with every command whether it does.
    vars(broker)["apply"] = partial(_apply_while_stopped, broker)


def start(broker: Broker, command: commands.StartNode) -> None:
    """The node comes up. What has become due meanwhile happens now."""
    if broker.asleep is not None:
        broker.deadlines, broker.asleep = broker.asleep, None
        _come_up(broker)
        broker.catch_up()


def _apply_while_stopped(broker: Broker, command: Any, now_us: int) -> list[Effect]:
    """Nothing is carried out, but that a link ends and that the node starts. Raises NodeIsStopped."""
    if isinstance(command, commands.StartNode):
        del vars(broker)["apply"]
    elif isinstance(command, commands.StopNode):
        return []
    elif not isinstance(command, commands.CloseConnection):
        raise NodeIsStopped(f"{type(command).__name__}: the node is stopped, until broker.faults.start_node()")
    return type(broker).apply(broker, command, now_us)


def _go_down(broker: Broker, *, abrupt: bool) -> None:
    """Connections end as they always do: what was unacked is ready again, exclusive queues and auto-delete queues that
    had consumers are gone. Then everything goes that is not durable, and what is not persistent in classic queues.
    """
    for number in list(broker.connections):
        broker.close_connection(number)
    for vhost in broker.vhosts.values():
        for queue in list(vhost.queues.values()):
            if not queue.durable and not queue.deleted and not queue.lost:
                vhost.delete_queue(queue, "restart")
        for exchange in list(vhost.exchanges.values()):
            if not exchange.durable:
                vhost.delete_exchange(exchange, "restart")
        for queue in vhost.queues.values():
            if not queue.lost:  # it lives elsewhere
                queue.stop(abrupt=abrupt)


def _come_up(broker: Broker) -> None:
    for vhost in broker.vhosts.values():
        for queue in list(vhost.queues.values()):
            if not queue.lost:
                queue.restart()


HANDLERS: Handlers = {commands.Restart: restart, commands.StopNode: stop, commands.StartNode: start}
