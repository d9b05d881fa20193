"""Lists: sorted, filtered, in pages, and with some columns only, as the query of a request asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fakeamqp.adapters.management.answers import Refused, bad_request
from fakeamqp.model.pattern import InvalidPattern, check_pattern, matches
from fakeamqp.model.values import octets

if TYPE_CHECKING:
    from fakeamqp.adapters.management.dialects import Dialect
    from fakeamqp.model.profile import Profile

Row = Mapping[str, Any]
Query = Mapping[str, str]

_WHOLE = ("arguments", "client_properties", "definition", "effective_policy_definition", "metadata", "value")
"""Columns of which no part can be had alone."""

_USUAL_SIZE = 100
_LARGEST_SIZE = 500


def list_rows(
    rows: Iterable[Row], query: Query, sorts: Sequence[str], profile: Profile, dialect: Dialect, *, pages: bool
) -> Any:
    """The list that was asked for; with `pages`, and if the query names one, that page.

    sorts: the columns it is sorted by, behind the one that the query names. Raises Refused for a page there is not.
    """
    first = [query["sort"]] if "sort" in query else []
    # RabbitMQ sorts and filters by what is left of the columns.
    shown = [columns_of(row, query) for row in rows]
    ordered = sorted(shown, key=lambda row: [_order(dotted(row, column)) for column in (*first, *sorts)])
    if query.get("sort_reverse") == "true":
        ordered.reverse()
    if not (pages and "page" in query):
        return ordered
    page, size = _number(query["page"]), _number(query.get("page_size", str(_USUAL_SIZE)))
    if page < 1 or not 1 <= size <= _LARGEST_SIZE:
        told = query.get("page_size", "undefined")
        raise _invalid(f"Invalid pagination parameters: page number {page}, page size {told}")
    found = _filter(ordered, query, profile, dialect)
    count = -(-len(found) // size)
    if page > max(count, 1):
        reason = f"Page out of range, page: {page} page size: {size}, len: {len(found)}"
        raise Refused(400, "page_out_of_range", reason)
    items = found[(page - 1) * size : page * size]
    return {
        "filtered_count": len(found),
        "item_count": len(items),
        "items": items,
        "page": page,
        "page_count": count,
        "page_size": size,
        "total_count": len(ordered),
    }


def columns_of(row: Row, query: Query) -> Any:
    """The columns of a row that the query names; all if it names none, an empty list if it has none of them."""
    if "columns" not in query:
        return dict(row)
    kept: dict[str, Any] = {}
    for column in query["columns"].split(","):
        head, _, rest = column.partition(".")
        if head not in row:
            continue
        if not rest or head in _WHOLE:
            kept[head] = row[head]
        elif isinstance(row[head], Mapping) and rest in row[head]:
            kept[head] = {**kept.get(head, {}), rest: row[head][rest]}
    return kept or []


def dotted(row: Any, column: str) -> Any:
    """The value of a column, such as `arguments.x-queue-type`; 0 if there is none."""
    value: Any = row
    for part in column.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return 0
        value = value[part]
    return value


def _order(value: Any) -> tuple[int, Any]:
    """Erlang's order of terms: numbers, atoms, maps, lists, byte strings."""
    if isinstance(value, bool) or value is None:
        return 1, {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return 0, value
    if isinstance(value, Mapping):
        return 2, (len(value), sorted(map(str, value)))
    if isinstance(value, list | tuple):
        return 3, [_order(item) for item in value]
    return 4, octets(str(value))


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise bad_request("Pagination parameters are invalid") from None


def _invalid(reason: str) -> Refused:
    return Refused(400, "invalid_pagination_parameters", reason)


def _filter(rows: list[Row], query: Query, profile: Profile, dialect: Dialect) -> list[Row]:
    wanted = query.get("name", "")
    if not wanted:
        return rows
    if query.get("use_regex") != "true":
        return [row for row in rows if wanted.lower() in str(dotted(row, "name")).lower()]
    try:
        check_pattern(wanted, profile)
    except InvalidPattern:
        if dialect.regex_errors_are_empty:
            return []
        raise bad_request("Pagination parameters are invalid") from None
    return [row for row in rows if matches(f"(?i){wanted}", str(dotted(row, "name")), profile)]
