"""Definitions files: reading and writing them, and bringing them into a broker."""

from __future__ import annotations

import copy
import json
import logging
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from fakeamqp.model.broker import Broker as Model
from fakeamqp.model.commands import ImportDefinitions
from fakeamqp.model.definitions import DefinitionsRefused, Json
from fakeamqp.model.effects import DefinitionLeft, Effect

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker

_log = logging.getLogger("fakeamqp")

Source: TypeAlias = "str | os.PathLike[str] | Mapping[str, Any]"
"""A path of a definitions file, its JSON text, or what is in it."""

_LISTS = ("queues", "exchanges", "bindings")


class Definitions:
    """What was read. name: of the file, empty if there is none; content: as JSON gives it."""

    def __init__(self, name: str, content: Json) -> None:
        self.name = name
        self.content = content

    @property
    def of_one_vhost(self) -> bool:
        """True for the export of a single virtual host, which does not say which."""
        told = self.content.get("rabbitmq_definition_format")
        if told is not None or "vhosts" in self.content or "users" in self.content:
            return bool(told == "single_virtual_host")
        rows = [row for kind in _LISTS for row in self._rows(kind)]
        return not any("vhost" in row for row in rows) and bool(rows)

    @property
    def users(self) -> tuple[str, ...]:
        """The names of the users in it."""
        return tuple(name for row in self._rows("users") if isinstance(name := row.get("name"), str))

    def command(self, vhost: str | None, first_vhost: str) -> ImportDefinitions:
        """What brings it in. vhost: where to; None is where it says, and if it does not, into the first one."""
        return ImportDefinitions(self.content, first_vhost if vhost is None and self.of_one_vhost else vhost)

    def refused(self, error: DefinitionsRefused, version: str) -> DefinitionsRefused:
        """The same error with the file's name, and with what may be the cause of it. version: the broker's."""
        where = ", ".join(part for part in (self.name, error.where) if part)
        told = str(self.content.get("rabbitmq_version", self.content.get("rabbit_version", "")))
        newer = f"written by RabbitMQ {told}, which is newer than this broker's {version}: see Broker(version=…)"
        advice = [error.advice] if error.advice else []
        if _is_newer(told, version):
            advice.append(newer)
        return DefinitionsRefused(where, error.reason, "; ".join(advice))

    def _rows(self, kind: str) -> list[Mapping[str, Any]]:
        return rows_of(self.content, kind)


def rows_of(content: Json, kind: str) -> list[Mapping[str, Any]]:
    """The rows of a kind in definitions, such as "queues"; none if there is nothing of the kind."""
    listed = content.get(kind)
    return [row for row in listed if isinstance(row, Mapping)] if isinstance(listed, list | tuple) else []


def read_definitions(source: Source) -> Definitions:
    """Read definitions from a file, or take them as they are; a text that begins with a brace is JSON.

    Raises DefinitionsRefused, a ValueError, if there is no such file or no JSON object in it; TypeError for what is
    neither text, path nor mapping.
    """
    if isinstance(source, Mapping):
        return Definitions("", copy.deepcopy(dict(source)))
    if isinstance(source, str) and source.lstrip().startswith("{"):
        return Definitions("", _parsed("", source))
    if not isinstance(source, str | os.PathLike):
        raise TypeError(f"definitions are a path, a JSON text or a dict, not {source!r}")
    name = os.fspath(source)
    try:
        text = Path(name).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        advice = "" if os.path.isabs(name) else f"a relative path is looked for in {os.getcwd()}"
        raise DefinitionsRefused(name, "there is no such file", advice) from None
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionsRefused(name, f"it cannot be read: {error}") from None
    return Definitions(name, _parsed(name, text))


def _parsed(name: str, text: str) -> Json:
    reason = "failed_to_parse_json"
    try:
        content = json.loads(text)
    except ValueError as error:
        raise DefinitionsRefused(name, reason, f"it is no JSON: {error}") from None
    if not isinstance(content, dict):
        raise DefinitionsRefused(
            name, reason, "it has to be a JSON object, such as `rabbitmqctl export_definitions` makes"
        )
    return content


def write_definitions(definitions: Json, path: str | os.PathLike[str]) -> None:
    """Write definitions to a file, as `rabbitmqctl export_definitions` does."""
    Path(path).write_text(json.dumps(definitions, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def begin_with(model: Model, definitions: Definitions, passwords: Mapping[str, str], first_vhost: str) -> list[str]:
    """Bring definitions into a new model; what of them has no effect, in words.

    passwords: of users whom the test knows; they hold for users of these names in the definitions, which keep hashes of
    their own passwords only. Raises DefinitionsRefused.
    """
    try:
        done = model.apply(definitions.command(None, first_vhost), 0)
    except DefinitionsRefused as error:
        raise definitions.refused(error, model.profile.release) from None
    for user in definitions.users:
        if user in passwords:
            model.access.change(user, password=passwords[user], default=None)
    return report(done)


def import_into(broker: Broker, definitions: Definitions, vhost: str | None) -> list[str]:
    """Bring definitions into a broker that is in use. Raises DefinitionsRefused; what came before stays then."""
    try:
        return report(broker.apply(definitions.command(vhost, broker.first_vhost)))
    except DefinitionsRefused as error:
        broker.tell_the_rest()
        raise definitions.refused(error, broker.profile.release) from None


def report(done: Iterable[Effect]) -> list[str]:
    """What of definitions has no effect, in words; logged, too."""
    left = [f"{effect.what}: {effect.why}" for effect in done if isinstance(effect, DefinitionLeft)]
    if left:
        _log.warning("of the definitions this has no effect: %s", "; ".join(left))
    return left


def _is_newer(told: str, version: str) -> bool:
    return _numbers(told) > _numbers(version)


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")[:2]
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else ()
