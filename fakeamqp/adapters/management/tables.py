"""JSON as values of AMQP, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakeamqp.adapters.management.answers import bad_request, crashed
from fakeamqp.model.definitions import json_table, json_value
from fakeamqp.model.message import TEXT_PROPERTIES
from fakeamqp.model.values import Long

_NUMBERS = ("delivery_mode", "priority", "timestamp")


def amqp_table(given: Any) -> dict[str, Any]:
    """A table out of JSON: every integer has 64 bits. An empty list is an empty table.

    Raises Refused for a null, which AMQP's tables would have a word for, and for what is no object.
    """
    if given == []:
        return {}
    if not isinstance(given, Mapping):
        raise crashed()
    return {name: _amqp_value(value) for name, value in sorted(given.items())}


def _amqp_value(value: Any) -> Any:
    if value is None:
        raise bad_request("null_not_allowed")
    if isinstance(value, Mapping):
        return amqp_table(value)
    if isinstance(value, list):
        return [_amqp_value(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return Long(value)
    return value


def amqp_properties(given: Any) -> dict[str, Any]:
    """Basic properties out of JSON; fields of other names mean nothing. Raises Refused for values of a wrong type."""
    if not isinstance(given, Mapping):
        raise crashed()
    found: dict[str, Any] = {}
    if "headers" in given:
        found["headers"] = amqp_table(given["headers"])
    for name in (*TEXT_PROPERTIES, *_NUMBERS):
        if name not in given:
            continue
        value = given[name]
        if name in _NUMBERS and (not isinstance(value, int) or isinstance(value, bool)):
            raise bad_request(["not_int", name])
        if name in TEXT_PROPERTIES and not isinstance(value, str):
            raise bad_request(["not_string", name])
        found[name] = value
    return found


def json_properties(properties: Mapping[str, Any], headers: Mapping[str, Any] | None) -> Any:
    """Basic properties as JSON; an empty list if there are none. headers: in place of their own; None leaves those."""
    told = {name: json_value(value) for name, value in sorted(properties.items()) if value is not None}
    if headers is not None:
        told["headers"] = headers
    if "headers" in told:
        told["headers"] = json_table(told["headers"] if headers is None else headers)
    return told or []


def boolean(given: Mapping[str, Any], key: str) -> bool:
    """A field that is true or false, or one of these words; one that is missing is false. Raises Refused."""
    value = given.get(key, False)
    if value in ("true", "false"):
        return bool(value == "true")
    if not isinstance(value, bool):
        raise bad_request(["not_boolean", value])
    return value


def integer(value: Any) -> int:
    """An integer, or the text of one. Raises Refused."""
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            raise bad_request(["not_integer", value]) from None
    if not isinstance(value, int) or isinstance(value, bool):
        raise bad_request(["not_integer", value])
    return value
