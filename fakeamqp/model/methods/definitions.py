"""Bringing in definitions: users, virtual hosts and what they hold, all at once.

What is refused raises DefinitionsRefused; what came before it in the order of RabbitMQ stays, as there (recordings: the
area `definitions`). What RabbitMQ passes over without a word is told as an effect.
"""

from __future__ import annotations

import binascii
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fakeamqp.model import commands, effects
from fakeamqp.model.access import Expression, InvalidExpression, PasswordHash, Permissions, TopicPermissions, User
from fakeamqp.model.access.limits import OF_USER, OF_VHOST, check_limit
from fakeamqp.model.access.password import MD5, SHA_256
from fakeamqp.model.arguments import QUEUE_KINDS
from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.definition_reasons import Reasons
from fakeamqp.model.definitions import LIMITS, OPERATOR_POLICY, RESERVED, DefinitionsRefused
from fakeamqp.model.erlang import erlang_term
from fakeamqp.model.errors import AMQPError, InternalError, PreconditionFailed
from fakeamqp.model.exchanges import PLUGINS
from fakeamqp.model.methods.exchange import kind_of
from fakeamqp.model.methods.handler import Handlers
from fakeamqp.model.methods.queue import new_queue
from fakeamqp.model.policy import CRASHED, InvalidPolicy, Policy, make_policy

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker
    from fakeamqp.model.vhost import VirtualHost

_NOBODY = (0, 0)  # a channel that there never is: no client declares this

NOT_RUN = {
    "shovel": "fakeamqp runs no shovels",
    "federation-upstream": "fakeamqp federates nothing",
    "federation-upstream-set": "fakeamqp federates nothing",
}
"""What plugins are told by parameters that are kept and exported, by component: what does not come of it."""

FEDERATION = ("federation-upstream", "federation-upstream-pattern", "federation-upstream-set")
"""The keys of policies that the federation plugin knows."""


def import_definitions(broker: Broker, command: commands.ImportDefinitions) -> None:
    """Bring in definitions, kind by kind, in RabbitMQ's order. Raises DefinitionsRefused."""
    _Import(broker, command.definitions, command.virtual_host).carry_out()


class _Row:
    """One entry of a list in the definitions. place: where it stands."""

    def __init__(self, kind: str, index: int, fields: Any) -> None:
        self.place = f"{kind}[{index}]"
        if not isinstance(fields, Mapping):
            raise DefinitionsRefused(self.place, CRASHED, "it is no object")
        self.fields = fields
        name = fields.get("name", fields.get("user"))
        if isinstance(name, str):
            self.place += f" '{name}'"

    def refused(self, reason: str, advice: str = "") -> DefinitionsRefused:
        return DefinitionsRefused(self.place, reason, advice)

    def text(self, key: str) -> str:
        """A field that has to be there, and a text."""
        if key not in self.fields:
            raise self.refused(f"the field '{key}' is missing")
        value = self.fields[key]
        if not isinstance(value, str):
            raise self.refused(f"the field '{key}' has to be a text, not {json.dumps(value)}")
        return value

    def name(self, key: str = "name") -> str:
        """A text that is not empty."""
        text = self.text(key)
        if not text:
            raise self.refused(f"the field '{key}' is empty")
        return text

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts, or one text with commas."""
        given = self.fields.get(key, ())
        listed = given.split(",") if isinstance(given, str) else given
        if not isinstance(listed, list | tuple) or not all(isinstance(each, str) for each in listed):
            raise self.refused(f"the field '{key}' has to be a list of texts")
        return tuple(each.strip() for each in listed if each.strip())

    def table(self, key: str) -> dict[str, Any]:
        """An object; one that is missing is empty, as is an empty list."""
        given = self.fields.get(key, {})
        if given is None:
            raise self.refused("function_clause", f"the field '{key}' is null")
        if given and not isinstance(given, Mapping):
            raise self.refused("badarg", f"the field '{key}' is no object")
        return dict(given or {})


class _Import:
    """One import into a broker. into: the virtual host whose definitions they are; None if each row says so itself."""

    def __init__(self, broker: Broker, definitions: Mapping[str, Any], into: str | None) -> None:
        self._broker = broker
        self._profile = broker.profile
        self._form = broker.profile.definitions
        self._definitions = definitions
        self._into = into
        self._reasons = Reasons(broker.profile, of_one_vhost=into is not None)

    def carry_out(self) -> None:
        steps: dict[str, Callable[[_Row], None]] = {
            "users": self._user,
            "vhosts": self._vhost,
            "permissions": self._permissions,
            "topic_permissions": self._topic_permissions,
            "exchanges": self._exchange,
            "policies": self._policy,
            "parameters": self._parameter,
            "global_parameters": self._global_parameter,
            "queues": self._queue,
            "bindings": self._binding,
        }
        read = {kind: list(self._rows(kind)) for kind in self._order()}
        for kind in read:
            if kind == "permissions" or (kind == "exchanges" and self._into is not None):
                self._check_limits(read["queues"])
            for row in read[kind]:
                steps[kind](row)

    def _order(self) -> tuple[str, ...]:
        if self._into is not None:
            return ("exchanges", "parameters", "policies", "queues", "bindings")
        middle = ("topic_permissions", "exchanges")
        ordered = middle if self._form.topic_permissions_first else middle[::-1]
        laid_down = ("policies", "parameters", "global_parameters")
        return ("users", "vhosts", "permissions", *ordered, *laid_down, "queues", "bindings")

    def _rows(self, kind: str) -> Iterator[_Row]:
        listed = self._definitions.get(kind, [])
        if not isinstance(listed, list | tuple):
            raise DefinitionsRefused(kind, CRASHED, "it has to be a list")
        return (_Row(kind, index, fields) for index, fields in enumerate(listed))

    def _leave(self, what: str, why: str) -> None:
        self._broker.emit(effects.DefinitionLeft(what, why))

    # --- users and what they may do

    def _user(self, row: _Row) -> None:
        name = row.name()
        if "tags" not in row.fields:
            raise row.refused("tags_not_present", "the field 'tags' is missing")
        password: str | PasswordHash
        if "password_hash" not in row.fields and isinstance(row.fields.get("password"), str):
            password = row.fields["password"]
        else:
            password = self._hash(row)
        limits = {
            limit: self._limit(row, limit, value, OF_USER, "user-limits")
            for limit, value in row.table("limits").items()
        }
        access = self._broker.access
        if name in access.users:
            access.change(name, password=password, tags=row.words("tags"), limits=limits)
        else:
            access.users[name] = User(name, password, row.words("tags"), limits=limits)

    def _hash(self, row: _Row) -> PasswordHash:
        text = row.fields.get("password_hash", "")
        algorithm = row.fields.get("hashing_algorithm", MD5 if self._is_before_3_6() else SHA_256)
        try:
            return PasswordHash(text, algorithm)
        except (binascii.Error, TypeError, ValueError):
            raise row.refused(
                self._reasons.term("not_base64", text), "the field 'password_hash' is no base64"
            ) from None

    def _is_before_3_6(self) -> bool:
        """Files of those versions do not say how they hash: by MD5."""
        major, _, rest = str(self._definitions.get("rabbit_version", "")).partition(".")
        minor = rest.partition(".")[0]
        return major.isdecimal() and minor.isdecimal() and (int(major), int(minor)) < (3, 6)

    def _limit(self, row: _Row, limit: str, value: Any, known: tuple[str, ...], where: str) -> int:
        try:
            return check_limit(limit, value, known, where, self._profile)
        except ValueError as error:
            raise row.refused(str(error)) from None

    def _permissions(self, row: _Row) -> None:
        user, vhost = self._user_of(row), self._vhost_of(row)
        try:
            texts = [Expression(row.text(key), self._profile) for key in ("configure", "write", "read")]
        except InvalidExpression as error:
            raise row.refused(self._reasons.expression(error, is_topic=False)) from None
        given = {**user.permissions, vhost.name: Permissions(*texts)}
        self._broker.access.change(user.name, permissions=given)

    def _topic_permissions(self, row: _Row) -> None:
        user, vhost, exchange = self._user_of(row), self._vhost_of(row), row.text("exchange")
        try:
            given = TopicPermissions(*(Expression(row.text(key), self._profile) for key in ("write", "read")))
        except InvalidExpression as error:
            raise row.refused(self._reasons.expression(error, is_topic=True)) from None
        if self._profile.topic_permissions_need_exchange and exchange and exchange not in vhost.exchanges:
            raise row.refused(self._reasons.term("no_such_exchange", exchange))
        rows = {**user.topic_permissions, (vhost.name, exchange): given}
        self._broker.access.change(user.name, topic_permissions=rows)

    def _user_of(self, row: _Row) -> User:
        name = row.text("user")
        user = self._broker.access.users.get(name)
        if user is None:
            raise row.refused(self._reasons.term("no_such_user", name), f"'users' does not have {name!r}")
        return user

    # --- virtual hosts and what is laid down for them

    def _vhost(self, row: _Row) -> None:
        name = row.name()
        metadata = row.table("metadata")
        default = metadata.get("default_queue_type", "undefined")
        is_bad = self._form.has_metadata and default not in (None, "undefined", *QUEUE_KINDS)
        if is_bad and (self._profile.refuses_unknown_default_type or name not in self._broker.vhosts):
            crashed = f"{{case_clause,{{error,invalid_queue_type,{erlang_term(default, self._profile)}}}}}"
            raise row.refused(
                f"{default} is not a valid queue type" if self._profile.refuses_unknown_default_type else crashed
            )
        vhost = self._broker.vhosts.get(name) or self._broker.add_vhost(name)
        if not self._form.has_metadata:
            return
        described = _Row("vhosts", 0, {**row.fields, **metadata})
        described.place = row.place
        if "description" in described.fields:
            vhost.description = described.text("description")
        if "tags" in described.fields:
            vhost.tags = described.words("tags")
        if default in QUEUE_KINDS:
            vhost.default_queue_type = default

    def _vhost_of(self, row: _Row) -> VirtualHost:
        name = self._vhost_name(row)
        vhost = self._broker.vhosts.get(name)
        if vhost is None:
            raise row.refused(self._reasons.no_vhost(name), f"'vhosts' does not have {name!r}")
        return vhost

    def _vhost_name(self, row: _Row) -> str:
        return row.text("vhost") if self._into is None else self._into

    def _check_limits(self, queues: list[_Row]) -> None:
        """No import begins that would go beyond the limits there are."""
        added: dict[str, dict[str, None]] = {}
        for row in queues:
            added.setdefault(self._vhost_name(row), {})[row.name()] = None
        for name, names in added.items():
            vhost = self._broker.vhosts.get(name)
            limit = -1 if vhost is None else vhost.limits.get("max-queues", -1)
            if vhost is None or limit < 0:
                continue
            count = len(names.keys() - vhost.queues.keys())
            if count and len(vhost.queues) + count > limit:
                there = len(vhost.queues)
                raise DefinitionsRefused(
                    "queues", self._reasons.too_many_queues(name, added=count, there=there, limit=limit)
                )

    def _policy(self, row: _Row) -> None:
        vhost, name = self._vhost_of(row), row.name()
        vhost.policies.policies[name] = self._made_policy(row, row.fields, vhost, None)
        vhost.obey_policies()

    def _made_policy(self, row: _Row, given: Mapping[str, Any], vhost: VirtualHost, component: str | None) -> Policy:
        name = row.name()
        definition = given.get("definition")
        if not isinstance(definition, Mapping):
            told = "undefined" if definition is None else erlang_term(definition, self._profile)
            complaint = f"parse error while reading policy definition: {told}. Validator: policy_validator."
            raise row.refused(self._reasons.invalid(complaint, vhost.name, name, component))
        if "pattern" not in given:
            raise row.refused(
                self._reasons.invalid("pattern should be a binary but was undefined", vhost.name, name, component)
            )
        federated = {key: definition[key] for key in FEDERATION if key in definition}
        # With nothing else in it, something has to stand for what the plugin would have looked at.
        rest = {key: value for key, value in definition.items() if key not in federated} or (
            {"max-length": 1} if federated else {}
        )
        try:
            policy = make_policy(
                name,
                given["pattern"],
                rest,
                given.get("priority", 0),
                given.get("apply-to", "all"),
                self._profile,
                operators=component is not None,
            )
        except InvalidPolicy as error:
            raise row.refused(self._reasons.invalid(error.reason, vhost.name, name, component)) from None
        if not federated:
            return policy
        self._leave(f"policy '{name}' in vhost '{vhost.name}'", f"fakeamqp federates nothing: {', '.join(federated)}")
        return Policy(name, policy.pattern, dict(sorted(definition.items())), policy.priority, policy.apply_to)

    def _parameter(self, row: _Row) -> None:
        vhost, name, component = self._vhost_of(row), row.name(), row.text("component")
        if component == OPERATOR_POLICY:
            value = row.table("value")
            self._check_complete(row, value, vhost.name)
            vhost.policies.operator_policies[name] = self._made_policy(row, value, vhost, component)
            vhost.obey_policies()
        elif component == LIMITS:
            vhost.limits = self._limits_of(row, vhost.name)
        elif component in NOT_RUN:
            vhost.parameters[component, name] = row.fields.get("value")
            self._leave(f"parameter '{name}' of {component} in vhost '{vhost.name}'", NOT_RUN[component])
        elif component == "policy":
            text = "policies may not be set using this method"
            raise row.refused(self._reasons.placed(text, vhost.name, name, component), "they stand under 'policies'")
        else:
            raise row.refused(self._reasons.invalid(f"component {component} not found", vhost.name, name, component))

    def _check_complete(self, row: _Row, value: Mapping[str, Any], vhost: str) -> None:
        """Policies have defaults, operator policies have not."""
        missing = [key for key in ("definition", "pattern", "priority") if key not in value]
        if missing:
            complaint = "\n".join(f'Key "{key}" not found in {row.name()}' for key in missing)
            raise row.refused(self._reasons.invalid(complaint, vhost, row.name(), OPERATOR_POLICY))

    def _limits_of(self, row: _Row, vhost: str) -> dict[str, int]:
        if row.name() != "limits":
            raise row.refused(CRASHED, "parameters of vhost-limits have the name 'limits'")
        try:
            return {
                limit: check_limit(limit, value, OF_VHOST, "limits", self._profile)
                for limit, value in row.table("value").items()
            }
        except ValueError as error:
            if isinstance(error, DefinitionsRefused):
                raise
            raise row.refused(self._reasons.invalid(str(error), vhost, "limits", LIMITS)) from None

    def _global_parameter(self, row: _Row) -> None:
        self._broker.global_parameters[row.name()] = row.fields.get("value")

    # --- exchanges, queues, bindings

    def _exchange(self, row: _Row) -> None:
        vhost, name = self._vhost_of(row), row.text("name")
        what = f"exchange '{name}' in vhost '{vhost.name}'"
        if not name or name.startswith(RESERVED):
            self._leave(what, "names that begin with 'amq.', and the default exchange, are not imported")
        elif name in vhost.exchanges:
            self._leave(what, "there is one of that name, which stays as it is")
        else:
            self._new_exchange(row, vhost, name)

    def _new_exchange(self, row: _Row, vhost: VirtualHost, name: str) -> None:
        type_name, arguments = row.text("type"), row.table("arguments")
        durable, auto_delete = self._properties(row, needed=self._form.needs_properties != "none")
        try:
            kind = kind_of(self._broker, type_name)
            kind.check_arguments(arguments, self._profile, self._broker.exchange_kinds)
        except AMQPError as error:
            raise row.refused(self._reasons.amqp(error), _advice(type_name, self._broker)) from None
        internal = row.fields.get("internal", False) is True
        vhost.add_exchange(
            kind(
                name,
                profile=self._profile,
                durable=durable,
                auto_delete=auto_delete,
                internal=internal,
                arguments=arguments,
            )
        )

    def _properties(self, row: _Row, *, needed: bool) -> tuple[bool, bool]:
        """Whether it is durable, and whether auto-delete."""
        read = []
        for key, default in (("durable", True), ("auto_delete", False)):
            if needed and key not in row.fields:
                raise row.refused("function_clause", f"the field '{key}' is missing")
            value = row.fields.get(key, default)
            if not isinstance(value, bool):
                raise row.refused(
                    "function_clause" if self._form.needs_properties == "all" else "badarg",
                    f"the field '{key}' has to be true or false",
                )
            read.append(value)
        return read[0], read[1]

    def _queue(self, row: _Row) -> None:
        vhost, name = self._vhost_of(row), row.name()
        what = f"queue '{name}' in vhost '{vhost.name}'"
        if name.startswith(RESERVED):
            self._leave(what, "names that begin with 'amq.' are not imported")
            return
        if name in vhost.queues:
            self._leave(what, "there is one of that name, which stays as it is")
            return
        durable, auto_delete = self._properties(row, needed=self._form.needs_properties == "all")
        declaration = commands.DeclareQueue(
            _NOBODY, name, durable=durable, auto_delete=auto_delete, arguments=row.table("arguments")
        )
        try:
            new_queue(vhost, name, declaration, limited=not self._form.exceeds_limit)
        except AMQPError as error:
            if not _is_passed_over(error):
                raise row.refused(self._reasons.amqp(error)) from None
            self._leave(what, f"RabbitMQ passes it over: {error}")

    def _binding(self, row: _Row) -> None:
        vhost_name, source = self._vhost_name(row), row.text("source")
        kind, name = row.text("destination_type"), row.text("destination")
        what = f"binding from '{source}' to {kind} '{name}' in vhost '{vhost_name}'"
        if not source:
            self._leave(what, "the default exchange's bindings are the names of the queues")
            return
        binding = Binding(source, _destination(row, kind, name), row.text("routing_key"), row.table("arguments"))
        missing = self._missing(vhost_name, binding)
        if missing and self._form.skips_missing:
            self._leave(what, f"there is no {' and no '.join(f'{kind} {each!r}' for kind, each in missing)}")
        elif missing:
            raise DefinitionsRefused(f"{row.place}, {what}", self._reasons.resources_missing(vhost_name, missing))
        else:
            self._bind(row, self._broker.vhosts[vhost_name], binding, what)

    def _bind(self, row: _Row, vhost: VirtualHost, binding: Binding, what: str) -> None:
        exchange = vhost.exchanges[binding.source]
        try:
            exchange.check_new_binding(binding)
            if binding.destination.kind == "queue":
                exchange.check_queue(vhost.queues[binding.destination.name])
            vhost.bind(binding)
        except AMQPError as error:
            if not self._form.skips_missing:
                raise DefinitionsRefused(f"{row.place}, {what}", self._reasons.amqp(error)) from None
            self._leave(what, f"RabbitMQ passes it over: {error}")

    def _missing(self, vhost_name: str, binding: Binding) -> list[tuple[str, str]]:
        vhost = self._broker.vhosts.get(vhost_name)
        kind, name = binding.destination
        queues: Iterable[str] = () if vhost is None else vhost.queues
        exchanges: Iterable[str] = () if vhost is None else vhost.exchanges
        ends = (("exchange", binding.source), (kind, name))
        return [end for end in ends if end[1] not in (queues if end[0] == "queue" else exchanges)]


def _destination(row: _Row, kind: str, name: str) -> Destination:
    if kind == "queue":
        return Destination("queue", name)
    if kind == "exchange":
        return Destination("exchange", name)
    raise row.refused("function_clause", "the field 'destination_type' is 'queue' or 'exchange'")


_NOT_TOLD = ("invalid property", "cannot declare queue", "Invalid value for", "Exceeded max value for")


def _is_passed_over(error: AMQPError) -> bool:
    """Recorded: what a type of queue cannot be, a limit, sizes of a stream and a deprecated feature are not told."""
    text = str(error)
    if isinstance(error, InternalError):
        return bool(text)
    return isinstance(error, PreconditionFailed) and text.startswith(_NOT_TOLD)


def _advice(type_name: str, broker: Broker) -> str:
    """What to do about a type of exchange that the broker does not have."""
    if type_name in broker.exchange_kinds:
        return ""
    for plugin, kinds in PLUGINS.items():
        if type_name in [kind.TYPE for kind in kinds]:
            return f'Broker(plugins=["{plugin}"]) has that type'
    return f"the types there are: {', '.join(broker.exchange_kinds)}"


HANDLERS: Handlers = {commands.ImportDefinitions: import_definitions}
