"""The same commands have the same effects under any seed of Python's own hashes: no order of a set shows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

PROGRAM = """
from fakeamqp.model import commands as ask
from tests.support.rig import Rig

for version in ("3.10", "4.0", "4.3"):
    rig = Rig(version)
    channel = rig.channel()
    names = ["jobs", "letters", "audit", "copies", "answers"]
    for name in names:
        channel.declare(name, {"x-dead-letter-exchange": "amq.topic", "x-message-ttl": 5})
        for exchange, key in (("amq.topic", "#"), ("amq.topic", f"{name}.*"), ("amq.fanout", ""), ("amq.direct", "k")):
            channel.bind(name, exchange, key)
        for number, mode in enumerate(("any", "all", "any-with-x")):
            channel.bind(name, "amq.headers", arguments={"x-match": mode, f"h{number}": 1, "h": "v", "x-h": None})
        channel.consume(name, f"c-{name}")
    channel(ask.BindExchange, "amq.fanout", "amq.topic", "a.#")
    done = [channel.declare(""), channel.consume(names[0], "")]
    for exchange in ("amq.topic", "amq.fanout", "amq.direct", "amq.headers"):
        headers = {"h0": 1, "h1": 1, "h": "v", "x-h": 2, "CC": names[:3], "BCC": names[3:]}
        done.append(channel.publish("a.b", "one", "two", exchange=exchange, headers=headers))
    done.append(channel(ask.Nack, 7, True, False))
    done.append(rig.advance(5))
    done.append(rig.do(ask.CloseConnection(channel.key[0])))
    done.append([rig.waiting(name) for name in names])
    for each in done:
        print(each)
"""


def test_no_order_comes_from_hashes():
    told = []
    for seed in ("0", "1", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True, cwd=ROOT
        )
        told.append(ran.stdout)
    assert told[0].count("Delivered") > 100
    assert told[0] == told[1] == told[2]
