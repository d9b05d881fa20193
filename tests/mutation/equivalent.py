"""Mutants that change nothing anybody can see, each with the reason: (module, the lines that change) -> why."""

from __future__ import annotations

from tests.mutation.mutants import Mutant

_REASONS: dict[tuple[str, str], str] = {
    (
        "fakeamqp/model/methods/definitions.py",
        '- limit = -1 if vhost is None else vhost.limits.get("max-queues", -1)\n'
        '+ limit = - 2 if vhost is None else vhost.limits.get("max-queues", -1)',
    ): "every negative number is no limit",
    (
        "fakeamqp/model/methods/definitions.py",
        "- _NOBODY = (0, 0)  # a channel that there never is: no client declares this\n"
        "+ _NOBODY = ( -1, 0)  # a channel that there never is: no client declares this",
    ): "connections are numbered from 1, so this is no channel either",
    (
        "fakeamqp/model/broker.py",
        "- copy = queues[0].offer(message)\n+ copy = queues[ -1].offer(message)",
    ): "it stands behind `if len(queues) == 1`: the first is the last",
    (
        "fakeamqp/model/definitions.py",
        "- def _policies(vhost: VirtualHost, *, named: bool = False) -> Iterator[Json]:\n"
        "+ def _policies(vhost: VirtualHost, *, named: bool = True) -> Iterator[Json]:",
    ): "both who call it say `named`: the default is nobody's",
    (
        "fakeamqp/model/exchanges/random.py",
        "- \n- @classmethod",
    ): "the one call of `check_binding` goes by an instance, and the method does not look at what it is called on",
    (
        "fakeamqp/model/queues/quorum.py",
        "- self.pushed = 0\n+ self.pushed = -1",
    ): "numbers that are only compared with each other all are one less",
}


def reason(mutant: Mutant) -> str | None:
    """Why a mutant cannot be noticed; None if it should be."""
    return _REASONS.get((mutant.module, mutant.change))
