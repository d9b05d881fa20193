"""/api/parameters and /api/global-parameters."""

from __future__ import annotations

from fakeamqp.adapters.management.answers import CREATED, DONE, Answer, bad_request, crashed, missing, reason_of
from fakeamqp.adapters.management.resource import Resource, Row
from fakeamqp.model import commands
from fakeamqp.model.definitions import OPERATOR_POLICY, global_parameter_rows, parameter_rows


class _Parameters(Resource):
    def check_reader(self) -> None:
        """For who may lay down policies."""
        self.demand_policymaker()


class Parameters(_Parameters):
    """/api/parameters, /api/parameters/{component}, /api/parameters/{component}/{vhost}"""

    def get(self) -> Answer:
        """Those of a component, or of all."""
        component = self.asked.names.get("component")
        rows = [row for vhost in self.vhosts() for row in parameter_rows(vhost, named=True)]
        return self.list([row for row in rows if component in (None, row["component"])], "vhost", "name")


class OneParameter(_Parameters):
    """/api/parameters/{component}/{vhost}/{name}"""

    def _find(self) -> Row:
        for row in parameter_rows(self.vhost, named=True):
            if (row["component"], row["name"]) == (self["component"], self["name"]):
                return row
        raise missing()

    def get(self) -> Answer:
        """What it says."""
        return self.tell(self._find())

    def put(self) -> Answer:
        """Say it."""
        vhost, component, name = self.vhost_to_change, self["component"], self["name"]
        value = self.asked.fields("value")["value"]
        there = [(row["component"], row["name"]) for row in parameter_rows(vhost)]
        command: commands.Command = commands.SetParameter(vhost.name, component, name, value)
        if component == OPERATOR_POLICY:
            if not isinstance(value, dict):
                raise crashed()
            command = commands.SetPolicy(
                vhost.name,
                name,
                value.get("pattern", ""),
                value.get("definition", {}),
                value.get("priority", 0),
                value.get("apply-to", "all"),
                operators=True,
            )
        try:
            self.broker.apply(command)
        except ValueError as error:
            raise bad_request(reason_of(error)) from None
        return DONE if (component, name) in there else CREATED

    def delete(self) -> Answer:
        """Take it away."""
        self._find()
        self.broker.apply(commands.ClearParameter(self.vhost.name, self["component"], self["name"]))
        return DONE


class GlobalParameters(_Parameters):
    """/api/global-parameters"""

    def get(self) -> Answer:
        """All of them."""
        return self.list(global_parameter_rows(self.model), "name")


class OneGlobalParameter(_Parameters):
    """/api/global-parameters/{name}"""

    def _find(self) -> Row:
        for row in global_parameter_rows(self.model):
            if row["name"] == self["name"]:
                return row
        raise missing()

    def get(self) -> Answer:
        """Its value."""
        return self.tell(self._find())

    def put(self) -> Answer:
        """Give it a value."""
        value = self.asked.fields("value")["value"]
        is_new = all(row["name"] != self["name"] for row in global_parameter_rows(self.model))
        self.broker.apply(commands.SetGlobalParameter(self["name"], value))
        return CREATED if is_new else DONE

    def delete(self) -> Answer:
        """Take it away."""
        self._find()
        self.broker.apply(commands.ClearGlobalParameter(self["name"]))
        return DONE
