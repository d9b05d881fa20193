"""/api/vhost-limits and /api/user-limits: how much there may be."""

from __future__ import annotations

from collections.abc import Callable

from fakeamqp.adapters.management.answers import DONE, Answer, bad_request, crashed, missing, not_found, reason_of
from fakeamqp.adapters.management.resource import Resource


class _OfVirtualHosts(Resource):
    def check_reader(self) -> None:
        """For who may see the virtual host."""
        self.demand_visible_vhost()

    def check_writer(self) -> None:
        """For administrators."""
        self.demand_administrator()


class LimitsOfVirtualHosts(_OfVirtualHosts):
    """/api/vhost-limits, /api/vhost-limits/{vhost}"""

    def get(self) -> Answer:
        """Those that are set."""
        shown = [self.vhost] if "vhost" in self.asked.names else list(self.model.vhosts.values())
        visible = [vhost for vhost in shown if self.caller.monitors or self.enters(vhost.name)]
        return self.list([{"vhost": each.name, "value": dict(each.limits)} for each in visible if each.limits], "vhost")


class LimitOfVirtualHost(_OfVirtualHosts):
    """/api/vhost-limits/{vhost}/{limit}"""

    def put(self) -> Answer:
        """Set one."""
        vhost, value = self.vhost_to_change.name, self.asked.fields("value")["value"]
        return _refusing(lambda: self.broker.ctl.set_vhost_limit(self["limit"], value, vhost=vhost))

    def delete(self) -> Answer:
        """Take one away; one that is not set is fine."""
        if self["vhost"] not in self.model.vhosts:
            raise crashed() if self.dialect.missing_limits_crash else not_found("vhost_not_found")
        self.broker.ctl.clear_vhost_limit(self["limit"], vhost=self["vhost"])
        return DONE


class LimitsOfUsers(Resource):
    """/api/user-limits, /api/user-limits/{user}"""

    def check_reader(self) -> None:
        """For administrators, and for users about themselves; in earlier versions for everybody."""
        if not self.dialect.limits_are_secret:
            return
        if "user" in self.asked.names:
            self.demand_user(self["user"])
        else:
            self.demand_administrator()

    def get(self) -> Answer:
        """Those that are set."""
        users = self.model.access.users
        name = self.asked.names.get("user")
        if name is not None and name not in users:
            raise missing()
        shown = [user for user in users.values() if name in (None, user.name) and user.limits]
        return self.list([{"user": user.name, "value": dict(user.limits)} for user in shown], "user")


class LimitOfUser(Resource):
    """/api/user-limits/{user}/{limit}"""

    def check_reader(self) -> None:
        """For administrators."""
        self.demand_administrator()

    def put(self) -> Answer:
        """Set one."""
        value = self.asked.fields("value")["value"]
        return _refusing(lambda: self.broker.ctl.set_user_limit(self["user"], self["limit"], value))

    def delete(self) -> Answer:
        """Take one away; one that is not set is fine."""
        if self["user"] not in self.model.access.users:
            # Sic: of users, too.
            raise crashed() if self.dialect.missing_limits_crash else not_found("vhost_not_found")
        self.broker.ctl.clear_user_limit(self["user"], self["limit"])
        return DONE


def _refusing(act: Callable[[], None]) -> Answer:
    try:
        act()
    except (LookupError, ValueError) as error:
        raise bad_request(reason_of(error)) from None
    return DONE
