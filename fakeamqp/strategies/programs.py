"""Whole programs of a client: what they are printed as is what is run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
from hypothesis import strategies as st

from fakeamqp.strategies.commands import QUEUES
from fakeamqp.strategies.keys import routing_keys
from fakeamqp.strategies.properties import properties
from fakeamqp.strategies.script import call
from fakeamqp.strategies.topologies import QueueMade, Topology, topologies
from fakeamqp.world.broker import Broker

_IMPORTS = """\
import pika

import fakeamqp
"""

_CLIENT = """\
connection = fakeamqp.connect(broker)
channel = connection.channel()
held = []  # the delivery tags that wait to be settled


def got(channel, method, properties, body):
    held.append(method.delivery_tag)
    print("got", body, method, properties)


def fetch(queue):
    method, properties, body = channel.basic_get(queue)
    print("nothing in", queue) if method is None else got(channel, method, properties, body)


def publish(exchange, routing_key, body, mandatory=False, **properties):
    try:
        channel.basic_publish(exchange, routing_key, body, pika.BasicProperties(**properties), mandatory)
    except (pika.exceptions.NackError, pika.exceptions.UnroutableError) as refusal:
        print(repr(refusal))
"""


@attrs.frozen
class Program:
    """What a client does with a topology; as text, a program to run.

    declares: the topology. steps: lines of pika code that follow.
    """

    declares: Topology
    steps: Sequence[str]
    version: str = "4.3"

    def __str__(self) -> str:
        made = call("fakeamqp.Broker", self.version)
        return "\n".join([_IMPORTS, f"broker = {made}", _CLIENT, "", *self.declares.lines, *self.steps]) + "\n"

    def run(self, broker: Broker, *, declares: bool = True) -> list[str]:
        """Run it against a broker; what it prints, line by line. Raises what its code raises.

        declares: False if its topology is there already.
        """
        lines = self.declares.lines if declares else []
        printed: list[str] = []
        names: dict[str, Any] = {"broker": broker, "print": lambda *said: printed.append(" ".join(map(str, said)))}
        exec("\n".join([_IMPORTS, _CLIENT, *lines, *self.steps]), names)
        names["connection"].close()
        return printed


_KEYS = st.one_of(st.sampled_from(QUEUES), routing_keys(("a", "b"), longest=2))


@st.composite
def programs(
    draw: st.DrawFn,
    version: str = "4.3",
    *,
    steps: int = 12,
    kinds: Sequence[str] = ("classic", "quorum"),
) -> Program:
    """Programs that no version refuses a line of: they declare a topology, publish, consume, fetch, settle and wait.

    steps: at most how many follow the declarations. kinds: of queues.
    """
    drawn = draw(topologies(kinds=kinds))
    topology = attrs.evolve(
        drawn,
        exchanges=[attrs.evolve(each, internal=False) for each in drawn.exchanges],
        queues=[QueueMade(each.name, _without_refusals(each.arguments)) for each in drawn.queues],
    )
    queues, exchanges = [each.name for each in topology.queues], ["", *(each.name for each in topology.exchanges)]
    overflows = any(str(each.arguments.get("x-overflow", "")).startswith("reject") for each in topology.queues)
    mode = draw(st.sampled_from(("plain", "plain", "confirms") if overflows else ("plain", "confirms", "tx")))
    begin = {"plain": [], "confirms": ["channel.confirm_delivery()"], "tx": ["channel.tx_select()"]}[mode]
    following = draw(st.lists(_steps(queues, exchanges, mode), max_size=steps))
    numbered, consumers = [], 0
    for line in following:
        consumers += "basic_consume" in line
        numbered.append(line.replace("consumer_tag=''", f"consumer_tag='c{consumers}'"))
    return Program(topology, [*begin, *numbered, "connection.process_data_events(0)"], version)


def _without_refusals(arguments: Any) -> dict[str, Any]:
    """Without what makes a later line refused: queues that go by themselves, or may not be fetched from."""
    left_out = ("x-expires", "x-single-active-consumer" if arguments.get("x-queue-type") == "quorum" else "")
    return {name: value for name, value in arguments.items() if name not in left_out}


def _steps(queues: Sequence[str], exchanges: Sequence[str], mode: str) -> st.SearchStrategy[str]:
    queue, flag = st.sampled_from(queues), st.booleans()
    body = st.sampled_from((b"", b"a", b"ab", b"abc"))

    def publish(exchange: str, key: str, body: bytes, mandatory: bool, drawn: dict[str, Any]) -> str:
        return call("publish", exchange, key, body, **({"mandatory": True} if mandatory else {}), **drawn)

    routed = st.builds(publish, st.sampled_from(exchanges), _KEYS, body, flag, properties())
    straight = st.builds(publish, st.just(""), queue, body, flag, properties())
    offered = [
        routed,
        straight,
        straight,
        st.builds(
            lambda queue, prefetch, auto: (
                f"channel.basic_qos(prefetch_count={prefetch}); "
                f"channel.basic_consume({queue!r}, got, auto_ack={auto}, consumer_tag='')"
            ),
            queue,
            st.integers(0, 2),
            st.just(False),
        ),
        queue.map(lambda name: call("fetch", name)),
        queue.map(lambda name: call("channel.queue_purge", name)),
        st.sampled_from(
            (
                "if held: channel.basic_ack(held.pop(0))",
                "if held: channel.basic_ack(held[-1], multiple=True); held.clear()",
                "if held: channel.basic_nack(held.pop(), requeue=True)",
                "if held: channel.basic_reject(held.pop(0), requeue=False)",
                "connection.process_data_events(0)",
                "channel.basic_recover(requeue=True); held.clear()",
            )
        ),
        st.sampled_from((1, 4, 20)).map(lambda ms: f"connection.sleep({ms / 1000})"),
    ]
    if mode == "tx":
        offered.append(st.sampled_from(("channel.tx_commit()", "channel.tx_commit()")))
    return st.one_of(offered)
