"""What stands at a path of the API: which methods it has, who may use them, what it tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from fakeamqp.adapters.management.answers import (
    Answer,
    Refused,
    missing,
    not_authorised,
    not_found,
    told,
)
from fakeamqp.adapters.management.listing import columns_of, list_rows

if TYPE_CHECKING:
    from fakeamqp.adapters.management.asked import Asked
    from fakeamqp.adapters.management.caller import Caller
    from fakeamqp.adapters.management.dialects import Dialect
    from fakeamqp.model.vhost import VirtualHost
    from fakeamqp.world.broker import Broker

_METHODS = ("get", "put", "post", "delete")

Row = dict[str, Any]


class Resource:
    """One path of the API, for one request.

    A subclass has a method `get`, `put`, `post` or `delete` for each that the path has, which returns an Answer or
    raises Refused. `only` says of which versions the path is, by a field of `Dialect`; None is all of them. `open` is
    True for paths that ask for no password.
    """

    only: ClassVar[str | None] = None
    open: ClassVar[bool] = False

    def __init__(self, broker: Broker, asked: Asked, dialect: Dialect) -> None:
        self.broker = broker
        self.model = broker.model
        self.asked = asked
        self.dialect = dialect
        self._caller: Caller | None = None

    @property
    def caller(self) -> Caller:
        """Who asks."""
        assert self._caller is not None
        return self._caller

    @caller.setter
    def caller(self, caller: Caller) -> None:
        self._caller = caller

    @classmethod
    def methods(cls) -> tuple[str, ...]:
        """The methods it has, in the order in which RabbitMQ names them."""
        own = [name.upper() for name in _METHODS if hasattr(cls, name)]
        return (*(["HEAD"] if "GET" in own else []), *own, "OPTIONS")

    def carry_out(self) -> Answer:
        """What the method of the request answers. Raises Refused."""
        method = "get" if self.asked.method == "HEAD" else self.asked.method.lower()
        (self.check_reader if method == "get" else self.check_writer)()
        act: Callable[[], Answer] = getattr(self, method)
        return act()

    # --- who may do what

    def check_reader(self) -> None:
        """Raise Refused if the caller may not look at this. Everybody may who may use the API."""

    def check_writer(self) -> None:
        """Raise Refused if the caller may not change this."""
        self.check_reader()

    def demand_administrator(self) -> None:
        """Raise Refused unless the caller is one."""
        if not self.caller.administrates:
            raise not_authorised("Not administrator user")

    def demand_monitor(self) -> None:
        """Raise Refused unless the caller may see what is others'."""
        if not self.caller.monitors:
            raise not_authorised("Not monitor user")

    def demand_policymaker(self) -> None:
        """Raise Refused unless the caller may lay down policies in the virtual host of the path."""
        if self.caller.administrates:
            return
        if self.caller.makes_policies and not self._may_enter() and self.dialect.hides_vhosts:
            raise self._foreign()
        if not (self.caller.makes_policies and self._may_enter()):
            raise not_authorised("User not authorised to access object")

    def demand_user(self, name: str | None) -> None:
        """Raise Refused unless the caller is that user, or may see what is others'."""
        if not self.caller.sees_those_of(name):
            raise not_authorised("User not authorised to access object")

    def demand_vhost(self) -> None:
        """Raise Refused unless the caller may enter the virtual host of the path, if that is there."""
        if not self._may_enter():
            raise self._foreign()

    def demand_visible_vhost(self) -> None:
        """The same, but those who may see what is others' need not be able to enter."""
        if not self.caller.monitors:
            self.demand_vhost()

    def _may_enter(self) -> bool:
        name = self.asked.names.get("vhost")
        return name is None or name not in self.model.vhosts or self.enters(name)

    def _foreign(self) -> Refused:
        if self.dialect.hides_vhosts:
            return not_found("Not Found")
        return not_authorised("User not authorised to access virtual host")

    def enters(self, vhost: str) -> bool:
        """True if the caller has permissions in that virtual host."""
        return self.model.access.permissions(self.caller.name, vhost) is not None

    def vhosts(self) -> Iterator[VirtualHost]:
        """The virtual host of the path; without one in it, all whose contents the caller may see.

        Raises Refused if there is none of that name.
        """
        if "vhost" in self.asked.names:
            yield self.vhost
            return
        for vhost in self.model.vhosts.values():
            if self.caller.administrates or self.enters(vhost.name):
                yield vhost

    # --- what the path names

    def __getitem__(self, name: str) -> str:
        return self.asked.names[name]

    @property
    def vhost(self) -> VirtualHost:
        """The virtual host of the path. Raises Refused if there is none of that name."""
        vhost = self.model.vhosts.get(self["vhost"])
        if vhost is None:
            raise missing()
        return vhost

    @property
    def vhost_to_change(self) -> VirtualHost:
        """The same, for what is put into it."""
        vhost = self.model.vhosts.get(self["vhost"])
        if vhost is None:
            raise not_found("vhost_not_found")
        return vhost

    @property
    def vhost_of_messages(self) -> VirtualHost:
        """The same, for what is published to it, and fetched."""
        if self["vhost"] not in self.model.vhosts and not self.dialect.checks_names_first:
            raise not_authorised("Access refused.")
        return self.vhost_to_change

    # --- answers

    def without(self, *keys: str) -> Asked:
        """The request without some fields of its query."""
        query = {key: value for key, value in self.asked.query.items() if key not in keys}
        return attrs.evolve(self.asked, query=query)

    def tell(self, value: Row, headers: dict[str, str] | None = None) -> Answer:
        """One thing; of it the columns that the query asks for."""
        return told(columns_of(value, self.asked.query), headers)

    def list(self, rows: Iterable[Row], *sorts: str, pages: bool = False) -> Answer:
        """A list. sorts: the columns by which it is sorted if the query says nothing. pages: it can be had in pages."""
        return told(list_rows(rows, self.asked.query, sorts, self.broker.profile, self.dialect, pages=pages))
