"""Make a program that differs as small as it gets while it still differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from .steps import Program, Step

BATCH = 12


def shrink(program: Program, first_differing: Callable[[list[Program]], int | None], most: int = 250) -> Program:
    """The smallest program found in at most that many tries.

    first_differing: the place of the first of several programs that still differs; None if none does.
    """
    tries = 0
    size = max(1, len(program) // 2)
    while tries < most:
        candidates = list(_smaller(program, size))
        for start in range(0, len(candidates), BATCH):
            batch = candidates[start : start + BATCH]
            tries += len(batch)
            found = first_differing(batch)
            if found is not None:
                program = batch[found]
                break
        else:
            if size == 1:
                break
            size //= 2
    return program


def _smaller(program: Program, size: int) -> Iterator[Program]:
    """Without some of its steps; with steps one at a time, also with less in each of them."""
    steps = program.steps
    for end in range(len(steps), 0, -size):
        yield attrs.evolve(program, steps=steps[: max(0, end - size)] + steps[end:])
    if size > 1:
        return
    for place, step in enumerate(steps):
        for simpler in _simpler(step):
            yield attrs.evolve(program, steps=(*steps[:place], *simpler, *steps[place + 1 :]))


def _simpler(step: Step) -> Iterator[tuple[Step, ...]]:
    if step.call == "burst":
        yield step.args
        for place in range(len(step.args)):
            yield (attrs.evolve(step, args=step.args[:place] + step.args[place + 1 :]),)
        return
    for name, value in step.options.items():
        if name == "exchange_type":
            continue
        rest = {key: other for key, other in step.options.items() if key != name}
        yield (attrs.evolve(step, options=rest),)
        for less in _less(value):
            yield (attrs.evolve(step, options={**step.options, name: less}),)


def _less(value: Any) -> Iterator[Any]:
    if isinstance(value, dict) and len(value) > 1:
        for name in value:
            yield {key: other for key, other in value.items() if key != name}
