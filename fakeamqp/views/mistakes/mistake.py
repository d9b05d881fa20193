"""One mistake, in words."""

from __future__ import annotations

import attrs

from fakeamqp.views.wording import at_place


@attrs.frozen
class Mistake:
    """What looks wrong.

    name: of the mistake, the same wherever it is made. what: the culprit, in a sentence. fix: what to do about it.
    place: the line of the program that did it, as "file:line"; None if the trace does not know.
    """

    name: str
    what: str
    fix: str
    place: str | None = None

    def __str__(self) -> str:
        return f"{self.name}: {self.what}{at_place(self.place)}\n  fix: {self.fix}"
