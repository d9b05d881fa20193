"""/api/policies and /api/operator-policies."""

from __future__ import annotations

from typing import ClassVar

from fakeamqp.adapters.management.answers import (
    CREATED,
    DONE,
    Answer,
    bad_request,
    crashed,
    missing,
    reason_of,
)
from fakeamqp.adapters.management.resource import Resource, Row
from fakeamqp.model import commands
from fakeamqp.model.definitions import policy_row
from fakeamqp.model.policy import CRASHED, Policy
from fakeamqp.model.vhost import VirtualHost


class _Policies(Resource):
    operators: ClassVar[bool] = False

    def check_reader(self) -> None:
        """For who may enter the virtual host."""
        self.demand_vhost()

    def check_writer(self) -> None:
        """For who may lay down policies; operator policies are for administrators."""
        if self.operators:
            self.demand_administrator()
        else:
            self.demand_policymaker()

    def table(self, vhost: VirtualHost) -> dict[str, Policy]:
        """The policies of a virtual host, by name."""
        return vhost.policies.table(operators=self.operators)


def _row(vhost: VirtualHost, policy: Policy) -> Row:
    return {"vhost": vhost.name, "name": policy.name, **policy_row(policy)}


class Policies(_Policies):
    """/api/policies, /api/policies/{vhost}"""

    def get(self) -> Answer:
        """All of them."""
        rows = [_row(vhost, policy) for vhost in self.vhosts() for policy in self.table(vhost).values()]
        return self.list(rows, "vhost", "name")


class OnePolicy(_Policies):
    """/api/policies/{vhost}/{policy}"""

    def _check_vhost(self) -> None:
        """Raise Refused where RabbitMQ breaks at a virtual host that there is not."""
        if self.operators and self.dialect.operator_policies_crash and self["vhost"] not in self.model.vhosts:
            raise crashed()

    def _find(self) -> Policy:
        self._check_vhost()
        policy = self.table(self.vhost).get(self["policy"])
        if policy is None:
            raise missing()
        return policy

    def get(self) -> Answer:
        """What it says."""
        policy = self._find()
        return self.tell(_row(self.vhost, policy))

    def put(self) -> Answer:
        """Lay it down."""
        self._check_vhost()
        vhost, name = self.vhost_to_change, self["policy"]
        fields = self.asked.fields("pattern", "definition")
        if not isinstance(fields["definition"], dict):
            raise crashed()
        is_new = name not in self.table(vhost)
        command = commands.SetPolicy(
            vhost.name,
            name,
            fields["pattern"],
            fields["definition"],
            fields.get("priority", 0),
            fields.get("apply-to", "all"),
            self.operators,
        )
        try:
            self.broker.apply(command)
        except ValueError as error:
            reason = reason_of(error)
            raise crashed() if reason == CRASHED else bad_request(reason) from None
        return CREATED if is_new else DONE

    def delete(self) -> Answer:
        """Take it away."""
        policy = self._find()
        self.broker.apply(commands.ClearPolicy(self.vhost.name, policy.name, self.operators))
        return DONE


class OperatorPolicies(Policies):
    """/api/operator-policies, /api/operator-policies/{vhost}"""

    operators = True


class OneOperatorPolicy(OnePolicy):
    """/api/operator-policies/{vhost}/{policy}"""

    operators = True
