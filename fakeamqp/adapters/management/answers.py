"""What the API answers: a status, and most often JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import attrs

CHALLENGE = {"WWW-Authenticate": 'Basic realm="RabbitMQ Management"'}


@attrs.frozen
class Answer:
    """An answer. body: the content, as text; None is none at all."""

    status: int
    body: str | None = None
    headers: Mapping[str, str] = {}
    content_type: str = "application/json"


class Refused(Exception):
    """An answer that is an error. error, reason: RabbitMQ's own words; without them there is no content."""

    def __init__(
        self, status: int, error: str | None = None, reason: Any = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, error, reason)
        self.status = status
        self.error = error
        self.reason = reason
        self.headers = headers or {}

    def answer(self) -> Answer:
        """The same as an answer."""
        if self.error is None:
            return Answer(self.status, None, self.headers)
        return Answer(self.status, as_json({"error": self.error, "reason": self.reason}), self.headers)


def told(value: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """What was asked for, as JSON."""
    return Answer(200, as_json(value), {"Cache-Control": "no-cache", **(headers or {})})


def as_json(value: Any) -> str:
    """JSON without any space in it; an empty row is an empty list, as Erlang has it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


CREATED = Answer(201)
DONE = Answer(204)


def missing() -> Refused:
    """There is no such thing at this path."""
    return Refused(404, "Object Not Found", "Not Found")


def not_found(reason: str) -> Refused:
    """What was to be changed is not there, or what it depends on."""
    return Refused(404, "not_found", reason)


def bad_request(reason: Any) -> Refused:
    """This cannot be done."""
    return Refused(400, "bad_request", reason)


def not_authorised(reason: str) -> Refused:
    """The user may not do this."""
    return Refused(401, "not_authorised", reason)


def crashed() -> Refused:
    """RabbitMQ's handler breaks at this."""
    return Refused(500)


def reason_of(error: Exception, *, is_topic: bool = False) -> Any:
    """The reason in an error of the model's: a text, or an Erlang term that is kept as JSON.

    In a regular expression that is refused Erlang's texts are lists of characters. is_topic: but for the expression.
    """
    text = str(error.args[0])
    if not text.startswith('["'):
        return text
    term = json.loads(text)
    if term[0] == "invalid_regexp":
        _, expression, (complaint, at) = term
        return ["invalid_regexp", expression if is_topic else _characters(expression), [_characters(complaint), at]]
    return term


def _characters(text: str) -> list[int]:
    return [ord(character) for character in text]
