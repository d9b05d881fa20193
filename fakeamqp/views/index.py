"""The list of the pages of one run: an HTML page that can be searched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple
from urllib.parse import quote

from fakeamqp.views.graph import totals
from fakeamqp.views.lettering import shortened
from fakeamqp.views.page import asset
from fakeamqp.views.scene import Scene


class Entry(NamedTuple):
    """A page. title: of what it is about; name: of its file, beside the list; outcome: `passed`, `failed` or `skipped`.

    declared: what is in it, in words. messages: how many were published.
    """

    title: str
    name: str
    outcome: str
    declared: str
    messages: int

    @classmethod
    def of(cls, scene: Scene, name: str, outcome: str) -> Entry:
        """The entry of a scene."""
        messages = 0 if scene.timeline is None else len(scene.timeline.journeys)
        return cls(scene.title, name, outcome, totals(scene.graph), messages)


def index(entries: Sequence[Entry]) -> str:
    """The list, in the order of the entries."""
    outcomes = Counter(entry.outcome for entry in entries)
    told = ", ".join(f"{outcomes[each]:,} {each}" for each in ("failed", "passed", "skipped") if outcomes[each])
    parts = {"{totals}": told or "no test had a broker", "{rows}": "\n".join(_rows(entries))}
    before, _, rest = asset("index.html").partition("{totals}")
    between, _, after = rest.partition("{rows}")
    return "".join((before, parts["{totals}"], between, parts["{rows}"], after))


def _rows(entries: Sequence[Entry]) -> Iterator[str]:
    for entry in entries:
        title, outcome = escape(shortened(entry.title, 300)), escape(entry.outcome)
        yield (
            f'<tr data-outcome="{outcome}"><td class="{outcome}">{outcome}</td>'
            f'<td><a href="{escape(quote(entry.name))}"><bdi>{title}</bdi></a></td>'
            f'<td class="optional">{escape(entry.declared)}</td><td class="number">{entry.messages:,}</td></tr>'
        )
