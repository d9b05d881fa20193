"""Play random programs on the fake and on a real broker, and tell the first difference of each that differs.

    python -m tests.differential --url amqp://guest:guest@127.0.0.1:5672 [--programs 100] [--steps 40] [--seed 1]

--url             a broker; its version says which profile the fake takes.
--management-url  its management API; the AMQP port plus 10000 if left out.
--programs        how many, with the seeds SEED, SEED + 1, …
--steps           calls in each.
--jobs            programs on the real broker at the same time; most of their time is waiting.
--stop-after      differing programs to look for; 0 goes on to the end.
--no-shrink       show a differing program as it is.
"""

from __future__ import annotations

import argparse
import logging
import sys
import textwrap
import threading
import time
from collections import Counter, deque
from concurrent.futures import Future, ThreadPoolExecutor

import attrs

from .choices import Seeded
from .comparing import CONFIRMS, NAMES, TABLE, TOO_EARLY, TOO_SLOW, compare
from .generate import generate
from .printing import as_pika, as_scenario
from .shrink import shrink
from .stage import Played, play
from .steps import SLACK_SECONDS, Program
from .vhosts import FakeVhost, RealVhost

QUIET, QUIET_QUORUM, QUIET_SHRINKING, QUIET_AGAIN = 0.02, 0.04, 0.05, 0.15
"""Seconds of silence taken for the end: at first, with quorum queues, while shrinking, and where something differed."""

STRETCH, QUIET_STRETCHED = 3, 0.08
"""By how much times are stretched when a program is played again."""

AHEAD = 3
"""Programs per job that may wait for their comparison."""

GIVE_UP_SECONDS = 600


@attrs.define
class Score:
    """What was played and what came of it."""

    programs: int = 0
    steps: int = 0
    compared: int = 0
    differing: list[int] = attrs.Factory(list)
    early: list[tuple[int, str]] = attrs.Factory(list)
    needed: Counter[str] = attrs.Factory(Counter)


@attrs.frozen
class Attempt:
    """A program on its way through the real broker. why: it is played once more; difference: the first time."""

    seed: int
    program: Program
    real: Future[Played]
    why: str | None = None
    difference: str | None = None


class Comparison:
    """A real broker, the fake of the same version, and the programs between them."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._here = threading.local()
        self._vhosts: list[RealVhost] = []
        first = self._vhost()
        self.version, self.exact_version = first.version, first.exact_version
        # The fake's hooks in pika stay while one of its connections does, whatever other threads are doing.
        self._anchor = FakeVhost(self.version).connect()
        self.score = Score()
        self._waiting: deque[Attempt] = deque()

    # --- playing

    def _vhost(self) -> RealVhost:
        vhost = getattr(self._here, "vhost", None)
        if vhost is None:
            vhost = self._here.vhost = RealVhost(self._options.url, self._options.management_url, QUIET)
            self._vhosts.append(vhost)
        return vhost

    def on_real(self, program: Program, quiet: float | None = None) -> Played:
        """What a real broker does; called in any thread, each has a vhost of its own."""
        vhost = self._vhost()
        vhost.quiet(quiet or (QUIET_QUORUM if program.uses_quorum_queues else QUIET))
        try:
            return play(program, vhost)
        finally:
            vhost.clean()

    def on_fake(self, program: Program) -> Played:
        return play(program, FakeVhost(self.version))

    # --- a run

    def run(self) -> None:
        """Play and compare; then make small and show what differs."""
        options = self._options
        differing = []
        with ThreadPoolExecutor(options.jobs) as self._pool:
            for seed in range(options.seed, options.seed + options.programs):
                self._waiting.append(self._first_try(seed))
                if len(self._waiting) >= AHEAD * options.jobs:
                    differing += self._judge(self._waiting.popleft())
                if options.stop_after and len(differing) >= options.stop_after:
                    break
            while self._waiting:
                differing += self._judge(self._waiting.popleft())
            for attempt in differing:
                self._tell(attempt)

    def _first_try(self, seed: int) -> Attempt:
        program = generate(Seeded(seed), self._options.steps)
        return Attempt(seed, program, self._pool.submit(self.on_real, program))

    def _second_try(self, first: Attempt, why: str, difference: str | None) -> Attempt:
        """Again, with time for everything."""
        program, quiet = first.program, QUIET_AGAIN
        if program.is_timed:
            program, quiet = program.scaled(STRETCH), QUIET_STRETCHED
        return Attempt(first.seed, program, self._pool.submit(self.on_real, program, quiet), why, difference)

    def _judge(self, attempt: Attempt) -> list[Attempt]:
        """Count an attempt, or try again; the attempt if it differs for good."""
        program, score = attempt.program, self.score
        real = attempt.real.result(GIVE_UP_SECONDS)
        verdict = compare(real, self.on_fake(program))
        if program.is_timed and is_too_slow(real, program.scale):
            self._waiting.append(self._second_try(attempt, TOO_SLOW.name, None))
            return []
        if attempt.why is None:
            if verdict.difference:
                self._waiting.append(self._second_try(attempt, TOO_EARLY.name, verdict.difference))
                return []
        elif not verdict.difference:
            score.needed[attempt.why] += 1
            if attempt.difference:
                score.early.append((attempt.seed, attempt.difference))
        score.programs += 1
        score.steps += real.steps
        score.compared += real.steps_before(verdict.place)
        score.needed.update(verdict.needed)
        score.needed[NAMES.name] += real.made_up
        score.needed[CONFIRMS.name] += real.confirmed
        if not verdict.difference:
            return []
        score.differing.append(attempt.seed)
        return [attempt]

    # --- a program that differs

    def _tell(self, attempt: Attempt) -> None:
        print(f"seed {attempt.seed} differs", flush=True)
        program = attempt.program
        if not self._options.no_shrink:
            program = shrink(generate(Seeded(attempt.seed), self._options.steps), self._first_differing)
        real, difference = self._once_more(program)
        if difference is None:
            real, difference = self._once_more(attempt.program)
        if difference is None:
            self.score.differing.remove(attempt.seed)
            self.score.needed[TOO_EARLY.name] += 1
            self.score.early.append((attempt.seed, attempt.difference or "(it differed twice)"))
            return
        print(f"\n=== seed {attempt.seed} on {self.exact_version} differs ===")
        print(as_scenario(real.performed) if self._options.scenario else as_pika(real.performed))
        print(f"\n{difference}\n", flush=True)

    def _once_more(self, program: Program) -> tuple[Played, str | None]:
        real = self.on_real(program, QUIET_STRETCHED if program.is_timed else QUIET_AGAIN)
        return real, compare(real, self.on_fake(program)).difference

    def _first_differing(self, programs: list[Program]) -> int | None:
        """The place of the first program that differs."""
        plays = [self._pool.submit(self.on_real, program, QUIET_SHRINKING) for program in programs]
        for place, (program, real) in enumerate(zip(programs, plays, strict=True)):
            their = real.result(GIVE_UP_SECONDS)
            sure = not program.is_timed or not is_too_slow(their, program.scale)
            if sure and compare(their, self.on_fake(program)).difference:
                for rest in plays:
                    rest.cancel()
                return place
        return None

    def close(self) -> None:
        self._anchor.close()
        for vhost in self._vhosts:
            vhost.close()


def is_too_slow(real: Played, scale: int) -> bool:
    """True if the calls took so long that the order of a deadline and a call is not sure."""
    return any(sum(real.busy[place : place + 2]) > SLACK_SECONDS * scale for place in range(len(real.busy)))


def main(arguments: list[str]) -> int:
    options = _parse(arguments)
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    comparison = Comparison(options)
    began = time.monotonic()
    try:
        comparison.run()
    finally:
        comparison.close()
        tell(comparison, options, time.monotonic() - began)
    return 1 if comparison.score.differing else 0


def tell(comparison: Comparison, options: argparse.Namespace, seconds: float) -> None:
    """Print the counts and the table of normalisations."""
    score = comparison.score
    print(f"RabbitMQ {comparison.exact_version}: {score.programs} programs from seed {options.seed}, ", end="")
    print(f"{score.steps} steps, {score.compared} compared, {len(score.differing)} programs differ", end="")
    print(f"{' ' + str(score.differing) if score.differing else ''} ({seconds:.0f} s)")
    for row in TABLE:
        print(textwrap.fill(f"{score.needed[row.name]:7} x {row.name}: {row.reason}", 118, subsequent_indent=" " * 10))
    for seed, difference in score.early:
        print(f"--- seed {seed} differed, but not with more time:\n{textwrap.indent(difference, '    ')}")


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description="Compare with a real broker.")
    parser.add_argument("--url", required=True)
    parser.add_argument("--management-url")
    parser.add_argument("--programs", type=int, default=100)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=32)
    parser.add_argument("--stop-after", type=int, default=3)
    parser.add_argument("--no-shrink", action="store_true")
    parser.add_argument("--scenario", action="store_true", help="show a differing program as a scenario to record")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
