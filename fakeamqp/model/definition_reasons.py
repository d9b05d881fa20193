"""Why definitions are refused, in the words of RabbitMQ's management API.

They depend on the version, and on whether they are those of a cluster or of one virtual host.
"""

from __future__ import annotations

import html
import json

from fakeamqp.model.access import InvalidExpression
from fakeamqp.model.erlang import erlang_string, erlang_term
from fakeamqp.model.errors import AMQPError
from fakeamqp.model.policy import CRASHED
from fakeamqp.model.profile import Profile

_LINE = 79


class Reasons:
    """The reasons of one version, for definitions of one kind.

    terms_as_json: an Erlang term comes as JSON.
    """

    def __init__(self, profile: Profile, *, of_one_vhost: bool) -> None:
        self._profile = profile
        self.terms_as_json = profile.definitions.terms_as_json[of_one_vhost]
        self._quotes = profile.definitions.quotes_validation[of_one_vhost]

    def no_vhost(self, name: str) -> str:
        """There is no such virtual host."""
        if self.terms_as_json:
            return self.term("no_such_vhost", name)
        return f'Please create virtual host "{name}" prior to importing definitions.'

    def too_many_queues(self, vhost: str, *, added: int, there: int, limit: int) -> str:
        """The queues to come and those there are go beyond a limit."""
        told = (
            f'Adding {added} queue(s) to virtual host "{vhost}" would exceed the limit of {limit} queue(s).\n\n'
            f"This virtual host currently has {there} queue(s) defined.\n\nImport aborted!"
        )
        return json.dumps(["vhost_limit_exceeded", told], ensure_ascii=False) if self.terms_as_json else told

    def term(self, word: str, *texts: str) -> str:
        """An Erlang tuple of an atom and byte strings."""
        if self.terms_as_json:
            return json.dumps([word, *texts], ensure_ascii=False)
        return f"{{{word},{','.join(erlang_term(text, self._profile) for text in texts)}}}"

    def amqp(self, error: AMQPError) -> str:
        """What a client would have been refused."""
        detail = str(error)
        if not detail:
            return "function_clause"
        name = error.reply_name.lower()
        if self.terms_as_json:
            return json.dumps(["amqp_error", name, detail, "none"], ensure_ascii=False)
        return f"{name}: {detail}"

    def expression(self, error: InvalidExpression, *, is_topic: bool) -> str:
        """A regular expression of permissions that is none. is_topic: it is one of topic permissions."""
        if self.terms_as_json:
            return str(error)
        _, text, (complaint, at) = json.loads(str(error))
        shown = erlang_term(text, self._profile) if is_topic else erlang_string(text)
        return f"{{invalid_regexp,{shown},{{{erlang_string(complaint)},{at}}}}}"

    def invalid(self, complaint: str, vhost: str, name: str, component: str | None = None) -> str:
        """A policy, or with `component` a parameter, that is not valid."""
        if complaint == CRASHED:
            return CRASHED
        shown = html.escape(complaint, quote=False) if self._profile.escapes_policy_reasons else complaint
        return self.placed(f"Validation failed\n\n{shown}\n", vhost, name, component)

    def placed(self, text: str, vhost: str, name: str, component: str | None = None) -> str:
        """A text with the place of what it is about."""
        if self._profile.definitions.names_place:
            where = "" if component is None else f" / component: {json.dumps(component)} /"
            text += f" (vhost: {json.dumps(vhost, ensure_ascii=False)}{where} key: {json.dumps(name)})"
        else:
            text += f" ({vhost}/{'' if component is None else f'{component}/'}{name})"
        return erlang_term(text, self._profile) if self._quotes else text

    def resources_missing(self, vhost: str, missing: list[tuple[str, str]]) -> str:
        """A binding that lacks one or both of its ends."""
        place = erlang_term(vhost, self._profile)
        ends = [f"{{resource,{place},{kind},{erlang_term(name, self._profile)}}}" for kind, name in missing]
        beginning = "{resources_missing,"
        items = _not_found(ends, len(beginning) + 1)
        if any("\n" in item for item in items):
            # As Erlang prints it: what does not fit behind a word begins on a line of its own, four further in.
            beginning += "\n    "
            items = _not_found(ends, 5)
        column = len(beginning.rpartition("\n")[2]) + 1
        separator = ",\n" + " " * column
        return f"{beginning}[{separator.join(items)}]}}"


def _not_found(ends: list[str], column: int) -> list[str]:
    """The elements of a list that begins just before that column, and whose end two brackets follow."""
    items = []
    for number, end in enumerate(ends, 1):
        flat = f"{{not_found,{end}}}"
        followed_by = "]}" if number == len(ends) else ","
        fits = column + len(flat + followed_by) <= _LINE
        items.append(flat if fits else f"{{not_found,\n{' ' * (column + 4)}{end}}}")
    return items
