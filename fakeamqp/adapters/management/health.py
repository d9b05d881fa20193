"""/api/health/checks and the checks before them: all is well, unless a fault says otherwise."""

from __future__ import annotations

import json
from typing import Any

from fakeamqp.adapters.management.answers import Answer, Refused, bad_request, not_authorised, told
from fakeamqp.adapters.management.client import CHANNEL, Client, Closed
from fakeamqp.adapters.management.resource import Resource
from fakeamqp.model import commands
from fakeamqp.model.message import Message

_UNITS = ("days", "weeks", "months", "years")
_PROTOCOLS = ("amqp", "clustering", "http")
_KINDS_OF_AMQP = ("amqp", "amqp091", "amqp0.9.1", "amqp10", "amqp1.0")


class Check(Resource):
    """A check that a broker without faults passes."""

    def get(self) -> Answer:
        """All is well."""
        return told({"status": "ok"})


class CheckOfOneNode(Check):
    """A check that means something in a cluster alone."""

    def get(self) -> Answer:
        """There is but one node."""
        return told({"status": "ok", "reason": "single node cluster"})


class CheckOfMirrors(CheckOfOneNode):
    """/api/health/checks/node-is-mirror-sync-critical"""

    only = "checks_mirrors"


class LaterCheck(Check):
    """A check that there is from RabbitMQ 4.3 on."""

    only = "checks_readiness"


class Alarms(Check):
    """/api/health/checks/alarms, /api/health/checks/local-alarms"""

    def get(self) -> Answer:
        """Whether there is one: `faults.block_publishers` raises it."""
        alarm = self.broker.faults.alarm
        if alarm is None:
            return super().get()
        resource = "memory" if alarm == "low on memory" else "disk"
        alarms = [{"node": self.model.node, "resource": resource}]
        return _failed("There are alarms in effect in the cluster", alarms=alarms)


class Certificates(Check):
    """/api/health/checks/certificate-expiration/{within}/{unit}: nothing here listens with TLS."""

    def get(self) -> Answer:
        """No certificate expires."""
        if self["unit"] not in _UNITS:
            raise bad_request("Time unit not recognised. Supported units: days, weeks, months, years.")
        if not self["within"].isdecimal():
            raise bad_request("Invalid expiration value.")
        return super().get()


class PortListener(Check):
    """/api/health/checks/port-listener/{port}"""

    def get(self) -> Answer:
        """Whether the broker listens at that port."""
        if not self["port"].isdecimal():
            raise bad_request("Invalid port")
        port = int(self["port"])
        listening = self.broker.listening
        if listening.includes((listening.first[0], port)):
            return told({"status": "ok", "port": port})
        return _failed("No active listener", missing=port, ports=[listening.first[1]])


class ProtocolListener(Check):
    """/api/health/checks/protocol-listener/{protocol}"""

    def get(self) -> Answer:
        """Whether the broker speaks that protocol."""
        asked = self["protocol"].split(",") if self.dialect.protocols_are_many else [self["protocol"]]
        names = ["amqp" if each in _KINDS_OF_AMQP else each for each in asked]
        lacking = [name for name in names if name not in _PROTOCOLS]
        many = self.dialect.protocols_are_many
        if lacking:
            return _failed("No active listener", missing=lacking if many else lacking[0], protocols=list(_PROTOCOLS))
        return told({"status": "ok", **({"protocols": list(_PROTOCOLS)} if many else {"protocol": names[0]})})


def _failed(reason: str, **more: Any) -> Answer:
    body = {"status": "failed", "reason": reason, **more}
    return Answer(503, json.dumps(body, separators=(",", ":")))


class Aliveness(Resource):
    """/api/aliveness-test/{vhost}"""

    def check_reader(self) -> None:
        """For who may enter the virtual host."""
        self.demand_vhost()

    def get(self) -> Answer:
        """All is well; up to 4.0 a message goes through a queue of the test's own to find that out."""
        vhost = self.vhost.name
        if self.dialect.tests_aliveness:
            try:
                with Client(self.broker, self.caller, vhost) as client:
                    client.do(commands.DeclareQueue(CHANNEL, _QUEUE))
                    client.do(commands.Publish(CHANNEL, "", _QUEUE, Message("", _QUEUE, {}, b"test_message")))
                    client.do(commands.Get(CHANNEL, _QUEUE, no_ack=True))
            except Closed as closed:
                raise _not_alive(closed) from None
        return told({"status": "ok"})


_QUEUE = "aliveness-test"


def _not_alive(closed: Closed) -> Refused:
    return not_authorised(closed.text) if closed.code == 403 else bad_request(closed.text)
