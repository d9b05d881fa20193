"""What goes round for ever, as far as one message tells: how often it has died."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeamqp.model.dead_letter import deaths_of

if TYPE_CHECKING:
    from fakeamqp.model.message import Message

MOST_DEATHS = 10_000
OFTEN = 100
MOST_LATE_DEATHS = 100_000


class Livelock(BaseException):
    """Something goes round for ever: the message names what.

    Real RabbitMQ would let it go round for ever. Derived from BaseException because consumers wrap everything in
    `except Exception`, and a test that hangs must not be kept alive by that.
    """


class DeathToll:
    """How often messages die in one broker, whoever waits meanwhile and however time passes.

    In a ladder of retries that has an end each message dies some dozens of times, however many there are; in a poll by
    dead letters, some hundreds of times. So what goes round for ever is told by one message that has died
    `most_deaths` times, or by `most_late_deaths` deaths of messages that had each died more than `often` before: many
    that go round together would take too long to get to the first number one by one.
    """

    def __init__(self) -> None:
        self.most_deaths = MOST_DEATHS
        self.often = OFTEN
        self.most_late_deaths = MOST_LATE_DEATHS
        self._late = 0

    def count(self, letter: Message) -> str | None:
        """A message has died and become this letter. What goes round, in words, if something does."""
        origin = letter.origin
        if origin is None or origin.deaths <= self.often:
            return None
        self._late += 1
        if origin.deaths <= self.most_deaths and self._late <= self.most_late_deaths:
            return None
        alone = origin.deaths > self.most_deaths
        others = "" if alone else f", one of those of which {self._late:,} letters were made of late,"
        self._late = 0
        return f"message {origin.first}{others} has died {origin.deaths:,} times and goes round: {_history(letter)}"


def _history(letter: Message) -> str:
    """The deaths that the letter tells of."""
    return ", ".join(
        f"{death.get('count', 1)} times {death.get('reason')} in queue '{death.get('queue')}'"
        for death in deaths_of(letter.headers)
    )
