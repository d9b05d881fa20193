"""Play random programs on the fake and on a real broker, and tell the first difference of each that differs.

    python -m tests.differential --url amqp://guest:guest@127.0.0.1:5672 [--programs 100] [--steps 44] [--seed 1]

--url             a broker; its version says which profile the fake takes.
--management-url  its management API; the AMQP port plus 10000 if left out.
--programs        how many, with the seeds SEED, SEED + 1, …
--steps           calls in each.
--jobs            programs on the real broker at the same time; most of their time is waiting.
--stop-after      differing programs to look for; 0 goes on to the end.
--keep            a file to which what the real broker did is added, for tests.differential.kept. The programs that are
                  in it already, and agree, are not played again.
--no-shrink       show the difference alone, as soon as it is found.

Every hundred programs a line tells how far it got. A run that was broken off goes on from there with --seed, or with
the same arguments and --keep.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import attrs

from .choices import Seeded
from .comparing import TOO_EARLY, TOO_SLOW, compare
from .generate import VERSION as GENERATOR
from .generate import generate
from .kept import Kept, compare_with, keep, read
from .printing import as_pika, as_scenario
from .score import Score
from .shrink import shrink
from .stage import Played, play
from .steps import SLACK_SECONDS, Program
from .vhosts import FakeVhost, RealVhost

QUIET, QUIET_SLOW, QUIET_SHRINKING = 0.05, 0.2, 0.15
"""Seconds of silence taken for the end: at first, with quorum queues or streams, while shrinking."""


@attrs.frozen
class Patience:
    """How a program is played again that differed.

    quiet: seconds of silence taken for the end. stretch: by how much the times of a timed program are stretched, and
    stretched_quiet: the silence then.
    """

    quiet: float
    stretch: int
    stretched_quiet: float


AGAIN = (Patience(0.4, 4, 0.1), Patience(1.0, 12, 0.2))
"""Each time that it differs; after the last it does for good."""

TELL_EVERY = 100
"""Programs between two lines that tell how far a run got."""

AHEAD = 3
"""Programs per job that may wait for their comparison."""

GIVE_UP_SECONDS = 600


@attrs.frozen
class Attempt:
    """A program on its way through the real broker.

    again: how often it was played before. why: it is played again; difference: the first, if it differed then.
    """

    seed: int
    program: Program
    real: Future[Played]
    again: int = 0
    why: str | None = None
    difference: str | None = None


class Comparison:
    """A real broker, the fake of the same version, and the programs between them."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._here = threading.local()
        self._one_at_a_time = threading.Lock()
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
            with self._one_at_a_time:  # making many at once is too much for a broker
                vhost = self._here.vhost = RealVhost(self._options.url, self._options.management_url, QUIET)
            self._vhosts.append(vhost)
        return vhost

    def on_real(self, program: Program, quiet: float | None = None) -> Played:
        """What a real broker does; called in any thread, each has a vhost of its own."""
        vhost = self._vhost()
        vhost.quiet(quiet or (QUIET_SLOW if program.uses_slow_queues else QUIET))
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
        decided = self._decided()
        differing: list[Attempt] = []
        with ThreadPoolExecutor(options.jobs) as self._pool, self._cut_short():
            for seed in range(options.seed, options.seed + options.programs):
                if seed in decided:
                    continue
                self._waiting.append(self._first_try(seed))
                if len(self._waiting) >= AHEAD * options.jobs:
                    self._judge_next(differing)
                if options.stop_after and len(differing) >= options.stop_after:
                    break
            while self._waiting:
                self._judge_next(differing)
            if not options.no_shrink:
                for attempt in differing:
                    self._tell(attempt)

    def _decided(self) -> set[int]:
        """Seeds whose programs the broker played in an earlier run that was broken off, and that agree; counted."""
        options, seeds = self._options, set[int]()
        if options.keep is None or not options.keep.exists():
            return seeds
        for one in read(options.keep):
            asked_for = one.seed in range(options.seed, options.seed + options.programs)
            alike = (one.version, one.length) == (self.version, options.steps)
            if asked_for and alike and one.seed not in seeds and compare_with(one, self.score) is None:
                seeds.add(one.seed)
        return seeds

    @contextlib.contextmanager
    def _cut_short(self) -> Iterator[None]:
        """Where a run is broken off, what has not begun does not begin."""
        try:
            yield
        except BaseException:
            self._pool.shutdown(wait=False, cancel_futures=True)
            raise

    def _judge_next(self, differing: list[Attempt]) -> None:
        judged = self.score.programs
        differing += self._judge(self._waiting.popleft())
        if self.score.programs > judged and self.score.programs % TELL_EVERY == 0:
            undecided = min((attempt.seed for attempt in self._waiting), default=None)
            print(f"{self.score.told}; all seeds below {undecided} are decided", flush=True)

    def _first_try(self, seed: int) -> Attempt:
        program = generate(Seeded(seed), self._options.steps)
        return Attempt(seed, program, self._pool.submit(self.on_real, program))

    def _try_again(self, last: Attempt, why: str, difference: str | None) -> None:
        """With more time for everything."""
        program, patience = generate(Seeded(last.seed), self._options.steps), AGAIN[min(last.again, len(AGAIN) - 1)]
        quiet = patience.quiet
        if program.is_timed:
            program, quiet = program.scaled(patience.stretch), patience.stretched_quiet
        real = self._pool.submit(self.on_real, program, quiet)
        again, difference = last.again + 1, last.difference or difference
        self._waiting.append(Attempt(last.seed, program, real, again, why, difference))

    def _judge(self, attempt: Attempt) -> list[Attempt]:
        """Count an attempt, or try again; the attempt if it differs for good."""
        program, score = attempt.program, self.score
        real = attempt.real.result(GIVE_UP_SECONDS)
        verdict = compare(real, self.on_fake(program))
        if program.is_timed and is_too_slow(real, program.scale):
            self._try_again(attempt, TOO_SLOW.name, None)
            return []
        if verdict.difference and attempt.again < len(AGAIN):
            self._try_again(attempt, TOO_EARLY.name, verdict.difference)
            return []
        if attempt.why is not None and not verdict.difference:
            score.needed[attempt.why] += 1
            if attempt.difference:
                score.early.append((attempt.seed, attempt.difference))
        score.count(attempt.seed, real, verdict)
        self._keep(attempt, real)
        if not verdict.difference:
            return []
        if self._options.no_shrink:
            print(f"\n=== seed {attempt.seed} on {self.exact_version} differs ===\n{verdict.difference}\n", flush=True)
        return [attempt]

    def _keep(self, attempt: Attempt, real: Played) -> None:
        options = self._options
        if options.keep is not None:
            scale, why, difference = attempt.program.scale, attempt.why, attempt.difference
            keep(options.keep, Kept(self.version, GENERATOR, attempt.seed, options.steps, scale, real, why, difference))

    # --- a program that differs

    def _tell(self, attempt: Attempt) -> None:
        print(f"seed {attempt.seed} differs", flush=True)
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
        real = self.on_real(program, AGAIN[0].stretched_quiet if program.is_timed else AGAIN[0].quiet)
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
            with contextlib.suppress(OSError):  # a broker that is too busy keeps it
                vhost.close()


def is_too_slow(real: Played, scale: int) -> bool:
    """True if the calls took so long that the order of a deadline and a call is not sure."""
    return any(sum(real.busy[place : place + 2]) > SLACK_SECONDS * scale for place in range(len(real.busy)))


def main(arguments: list[str]) -> int:
    options = _parse(arguments)
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("broken off"))  # so that no vhost is left behind
    comparison = Comparison(options)
    began = time.monotonic()
    try:
        comparison.run()
    finally:
        comparison.close()
        seconds = time.monotonic() - began
        print(
            f"RabbitMQ {comparison.exact_version}, generator {GENERATOR}, seeds from {options.seed}, {seconds:.0f} s:"
        )
        comparison.score.tell()
    return 1 if comparison.score.differing else 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description="Compare with a real broker.")
    parser.add_argument("--url", required=True)
    parser.add_argument("--management-url")
    parser.add_argument("--programs", type=int, default=100)
    parser.add_argument("--steps", type=int, default=44)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=24)
    parser.add_argument("--stop-after", type=int, default=3)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--no-shrink", action="store_true")
    parser.add_argument("--scenario", action="store_true", help="show a differing program as a scenario to record")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
