"""The ways of messages as SVG: a row for each message, a stripe for each copy, from left to right step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

import attrs

from fakeamqp.views.graph import span
from fakeamqp.views.lettering import shortened, width_of
from fakeamqp.views.timeline import Event, Journey, Timeline, What, title_of

MOST_ROWS = 100
"""How many messages a picture shows; of more, the last so many."""

MARGIN = 20.0
_LABEL, _ROOM, _STRIPE, _BETWEEN, _HEAD = 260.0, 900.0, 18.0, 10.0, 46.0
_NARROWEST, _WIDEST = 5.0, 60.0

_PLACES: dict[What, str] = {"queued": "ready", "requeued": "ready", "delivered": "unacked", "delayed": "delayed"}
_ENDS: dict[What, str] = {"acked": "acked", "dead-lettered": "lost", "dropped": "lost", "returned": "lost"}

_WORDS = {
    "ready": "in a queue",
    "unacked": "delivered, not acknowledged",
    "delayed": "delayed",
    "acked": "acknowledged",
    "lost": "dead-lettered, dropped, returned",
}

STYLE = """
.timeline { --paper: #ffffff; --ink: #1b1f24; --faint: #5b6470; --frame: #e2e6eb;
  --ready: #d9e5fd; --unacked: #f7e5b8; --delayed: #e7dbf9; --acked: #2f8554; --lost: #c0362c; }
@media (prefers-color-scheme: dark) { .timeline { --paper: #14171b; --ink: #e8ebef; --faint: #a3adb9; --frame: #2b3139;
  --ready: #24375f; --unacked: #57431a; --delayed: #41315f; --acked: #67c48f; --lost: #f08a80; } }
.timeline text { font: 11px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: var(--ink); }
.timeline .faint { fill: var(--faint); }
.timeline .title { font-weight: 600; font-size: 12px; }
.timeline .sheet { fill: var(--paper); }
.timeline line { stroke: var(--frame); }
.timeline .ready { fill: var(--ready); } .timeline .unacked { fill: var(--unacked); }
.timeline .delayed { fill: var(--delayed); }
.timeline .acked { fill: var(--acked); } .timeline .lost { fill: var(--lost); }
"""


def timeline_svg(timeline: Timeline | None, title: str = "Messages") -> str:
    """The picture. timeline: None where nothing has happened. title: of the whole, for who hears it."""
    journeys = timeline.journeys[-MOST_ROWS:] if timeline else []
    moments = timeline.moments if timeline else [0]
    left_out = len(timeline.journeys) - len(journeys) if timeline else 0
    sheet = _Sheet(moments)
    parts = [*_key(), *(sheet.rows(journeys) if journeys else [])]
    if not journeys:
        parts.append(_text(MARGIN, _HEAD + 14, "no message was published"))
    if left_out:
        sheet.y += 22
        parts.append(_text(MARGIN, sheet.y - 6, f"{left_out:,} earlier messages are not shown", "faint"))
    width, height = sheet.width, max(sheet.y + MARGIN, 90.0)
    told = "; ".join(
        f"{title_of(journey)}: {', '.join(event.what for event in journey.events)}" for journey in journeys
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="timeline" role="img" aria-labelledby="title desc" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">',
            f'<title id="title">{_plain(title)}</title>',
            f'<desc id="desc">{_plain(told)}</desc>',
            f"<style>{STYLE}</style>",
            f'<rect class="sheet" width="{width:.0f}" height="{height:.0f}"/>',
            *parts,
            "</svg>",
            "",
        ]
    )


@attrs.frozen
class _Stripe:
    """Where a copy was for a while, or how it ended. until: the moment at which that is over."""

    event: Event
    kind: str
    until: int
    is_end: bool = False


class _Sheet:
    """Where moments and rows are. y: how far down it is drawn."""

    def __init__(self, moments: Sequence[int]) -> None:
        self._moments = moments
        self._step = min(_WIDEST, max(_NARROWEST, _ROOM / max(1, len(moments))))
        self.width = 2 * MARGIN + _LABEL + self._step * len(moments)
        self.y = _HEAD + 22.0

    def _x(self, moment: int) -> float:
        return MARGIN + _LABEL + self._step * moment

    def rows(self, journeys: Sequence[Journey]) -> Iterator[str]:
        """A row for each message, and above them the instants."""
        rows = [part for journey in journeys for part in self._row(journey)]
        yield from self._instants()
        yield from rows

    def _instants(self) -> Iterator[str]:
        """A line wherever time has moved, and the instant above it where there is room for it."""
        free, before = 0.0, None
        for moment, at_us in enumerate(self._moments):
            if at_us == before:
                continue
            before, x, words = at_us, self._x(moment), span(at_us)
            yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_HEAD + 8:.1f}" y2="{self.y:.1f}"/>'
            if x >= free:
                yield _text(x, _HEAD + 4, words, "faint")
                free = x + width_of(words, 11) + 8

    def _row(self, journey: Journey) -> Iterator[str]:
        top = self.y
        copies = list(dict.fromkeys(event.copy for event in journey.events if event.what != "published"))
        for copy in copies:
            yield from self._stripes(self._of_copy([event for event in journey.events if event.copy == copy]))
            self.y += _STRIPE
        title = shortened(title_of(journey).removeprefix("message "), 34)
        yield f"<g><title>{_plain(title_of(journey))}</title>{_text(MARGIN, top + 12, title, 'title')}</g>"
        self.y = max(self.y, top + _STRIPE) + _BETWEEN

    def _of_copy(self, events: Sequence[Event]) -> Iterator[_Stripe]:
        for number, event in enumerate(events):
            until = events[number + 1].moment if number + 1 < len(events) else len(self._moments)
            if event.what in _PLACES and until > event.moment:
                yield _Stripe(event, _PLACES[event.what], until)
            elif event.what in _ENDS:
                yield _Stripe(event, _ENDS[event.what], event.moment, is_end=True)

    def _stripes(self, stripes: Iterator[_Stripe]) -> Iterator[str]:
        queue: str | None = None
        for stripe in stripes:
            x, width = self._x(stripe.event.moment), self._step * (stripe.until - stripe.event.moment)
            if stripe.is_end:
                width = 4.0
            yield f"<g><title>{_plain(f'{span(stripe.event.at_us)}: {stripe.event.text}')}</title>"
            yield _rect(stripe.kind, x, self.y, width, _STRIPE - 3)
            name = shortened(stripe.event.queue or "", 40)
            if not stripe.is_end and name != queue and width_of(name, 11) + 8 <= width:
                yield _text(x + 4, self.y + 11.5, name)
                queue = name
            yield "</g>"


def _key() -> Iterator[str]:
    x = MARGIN
    for kind, words in _WORDS.items():
        yield _rect(kind, x, MARGIN - 6, 12, 10)
        yield _text(x + 17, MARGIN + 3, words, "faint")
        x += width_of(words, 11) + 34


def _rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    look = f' class="{kind}"' if kind else ""
    return f'<text{look} x="{x:.1f}" y="{y:.1f}">{_plain(text)}</text>'


def _plain(text: str) -> str:
    return escape(shortened(text, 20_000), quote=False)
