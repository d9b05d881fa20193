"""A model that checks the laws after every step it takes."""

from __future__ import annotations

from typing import Any

from fakeamqp.model.broker import Broker
from fakeamqp.model.commands import Command
from fakeamqp.model.effects import Effect
from fakeamqp.model.invariants import BrokenLaw, Ledger, check


class WatchedBroker(Broker):
    """Raises BrokenLaw as soon as a step leaves something as it must not be."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ledger = Ledger()

    def apply(self, command: Command, now_us: int) -> list[Effect]:
        return self._watch(super().apply(command, now_us))

    def fire(self, now_us: int) -> list[Effect]:
        return self._watch(super().fire(now_us))

    def _watch(self, done: list[Effect]) -> list[Effect]:
        self.ledger.note(done)
        self.ledger.check(self)
        check(self)
        return done


def remembering(broken: list[BrokenLaw]) -> type[WatchedBroker]:
    """A model whose broken laws are also put into this list, for where one may be taken for the broker's answer."""

    class Remembering(WatchedBroker):
        def _watch(self, done: list[Effect]) -> list[Effect]:
            try:
                return super()._watch(done)
            except BrokenLaw as error:
                broken.append(error)
                raise

    return Remembering
