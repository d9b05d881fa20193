"""What a JMS selector makes of the headers of a message: true, or anything else.

Logic has three values: what is said of a header that is not there is undefined, and neither true nor false comes of it
(recorded: jms_topic/*).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from fakeamqp.model.errors import InternalError
from fakeamqp.model.exchanges.jms_terms import Term
from fakeamqp.model.phash2 import Atom
from fakeamqp.model.values import octets, text_of

TRUE, FALSE, UNDEFINED, ERROR = Atom("true"), Atom("false"), Atom("undefined"), Atom("error")

Headers = Mapping[str, Any]


def matches(selector: Term, headers: Headers) -> bool:
    """True if the headers satisfy the selector. Raises InternalError where RabbitMQ crashes on them."""
    return _value(selector, headers) == TRUE


def _value(term: Term, headers: Headers) -> Term:
    """The value of an expression; a term that is none is its own value."""
    if not isinstance(term, tuple) or not term:
        return term
    name, *operands = term
    if not isinstance(name, Atom):
        name = Atom("")
    if len(operands) == 2 and name not in _LOGIC:
        operands = [operands[0], *_limits(operands[1])]
    evaluate = _FORMS.get((name, len(operands)))
    if evaluate is not None:
        return evaluate(headers, *operands)
    if len(operands) == 1:
        return UNDEFINED if _value(operands[0], headers) == UNDEFINED else ERROR
    if len(operands) == 2:
        return _binary(name, _value(operands[0], headers), _value(operands[1], headers))
    return term


def _limits(term: Term) -> tuple[Term, ...]:
    """Both ends of a range; what is none alone."""
    if isinstance(term, tuple) and len(term) == 3 and term[0] == Atom("range"):
        return term[1:]
    return (term,)


# --- headers


def _header(headers: Headers, name: Term) -> Term:
    key = text_of(name) if isinstance(name, bytes) else None
    if key is None or key not in headers:
        return UNDEFINED
    value = headers[key]
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, str):
        return octets(value)
    if isinstance(value, int | float):
        return value
    raise InternalError  # types that a selector knows nothing of, void among them


def _named(term: Term, headers: Headers) -> Term:
    """The header that is named, or the term as it is."""
    is_name = isinstance(term, tuple) and len(term) == 2 and term[0] == "ident"
    return _value(term, headers) if is_name else term


# --- logic


def _not(value: Term) -> Term:
    return {TRUE: FALSE, FALSE: TRUE}.get(value, UNDEFINED) if isinstance(value, Atom) else UNDEFINED


def _and(one: Term, other: Term) -> Term:
    if FALSE in (one, other):
        return FALSE
    return TRUE if one == other == TRUE else UNDEFINED


def _or(one: Term, other: Term) -> Term:
    if TRUE in (one, other):
        return TRUE
    return FALSE if one == other == FALSE else UNDEFINED


def _truth(value: bool) -> Atom:
    return TRUE if value else FALSE


# --- comparisons


def _rank(term: Term) -> tuple[int, Any]:
    """Something that Python orders as Erlang orders terms: numbers, atoms, tuples, lists, binaries."""
    if isinstance(term, int | float):
        return (0, term)
    if isinstance(term, Atom):
        return (1, str(term))
    if isinstance(term, tuple):
        return (2, (len(term), [_rank(item) for item in term]))
    if isinstance(term, list):
        return (3, [_rank(item) for item in term])
    return (4, term)


def _is_in(value: Term, terms: Term) -> bool:
    """Unlike `=`, an integer is no float here."""
    if not isinstance(terms, list):
        raise InternalError
    return any(type(value) is type(term) and _rank(value) == _rank(term) for term in terms)


def _between(value: Term, lowest: Term, highest: Term) -> Term:
    if UNDEFINED in (value, lowest, highest):
        return UNDEFINED
    return _truth(_rank(lowest) <= _rank(value) <= _rank(highest))


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le,
}  # fmt: skip


# --- numbers and texts


def _number(value: Term) -> int | float:
    if not isinstance(value, int | float):
        raise InternalError
    return value


def _quotient(one: Term, other: Term) -> Term:
    if not (isinstance(other, int | float) and other == 0):
        return _number(one) / _number(other)
    if _rank(one) == _rank(0):
        return Atom("nan")
    return Atom("plus_infinity" if _rank(one) > _rank(0) else "minus_infinity")


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def _like(value: Term, pattern: Term, escape: Term) -> Term:
    """% stands for any bytes but a line break, _ for one."""
    if value == UNDEFINED:
        return UNDEFINED
    if not isinstance(value, bytes) or not isinstance(pattern, bytes):
        raise InternalError
    if escape != Atom("no_escape") and not (isinstance(escape, bytes) and len(escape) == 1):
        raise InternalError
    found = re.match(_expression(pattern, escape if isinstance(escape, bytes) else b""), value)
    return _truth(found is not None and found.end() == len(value))


def _expression(pattern: bytes, escape: bytes) -> bytes:
    parts, characters = [], iter([bytes((octet,)) for octet in pattern])
    for character in characters:
        if escape and character == escape:
            parts.append(re.escape(next(characters, character)))
        else:
            parts.append({b"_": b".", b"%": b".*"}.get(character) or re.escape(character))
    return b"".join(parts)


def _binary(name: Atom, one: Term, other: Term) -> Term:
    if UNDEFINED in (one, other):
        return UNDEFINED
    if name in _COMPARISONS:
        return _truth(_COMPARISONS[name](_rank(one), _rank(other)))
    if name in ("in", "not_in"):
        return _truth(_is_in(one, other) == (name == "in"))
    if name in _ARITHMETIC:
        result: Term = _ARITHMETIC[name](_number(one), _number(other))
        return result
    return _quotient(one, other) if name == "/" else ERROR


def _sign(headers: Headers, operand: Term, factor: int) -> Term:
    value = _value(operand, headers)
    return UNDEFINED if value == UNDEFINED else factor * _number(value)


_LOGIC = ("and", "or")

_FORMS: dict[tuple[str, int], Callable[..., Term]] = {
    ("not", 1): lambda hs, one: _not(_value(one, hs)),
    ("ident", 1): _header,
    ("is_null", 1): lambda hs, one: _truth(_named(one, hs) == UNDEFINED),
    ("not_null", 1): lambda hs, one: _truth(_named(one, hs) != UNDEFINED),
    ("-", 1): lambda hs, one: _sign(hs, one, -1),
    ("+", 1): lambda hs, one: _sign(hs, one, 1),
    ("and", 2): lambda hs, one, other: _and(_value(one, hs), _value(other, hs)),
    ("or", 2): lambda hs, one, other: _or(_value(one, hs), _value(other, hs)),
    ("like", 3): lambda hs, one, pattern, escape: _like(_named(one, hs), pattern, escape),
    ("not_like", 3): lambda hs, one, pattern, escape: _not(_like(_named(one, hs), pattern, escape)),
    ("between", 3): lambda hs, *three: _between(*(_value(one, hs) for one in three)),
    ("not_between", 3): lambda hs, *three: _not(_between(*(_value(one, hs) for one in three))),
}
"""By name and number of operands."""
