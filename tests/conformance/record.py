"""Play scenarios on real brokers and keep, or check, what they answer.

    python -m tests.conformance.record --url amqp://guest:guest@127.0.0.1:5672 [--url …] [--check] [PATTERN …]

--url             a broker; may be given several times. Its version says which profile it stands for.
--management-url  its management API, in the order of --url; the AMQP port plus 10000 if left out.
--deny            the deprecated features that these brokers deny by their configuration, separated by commas: the
                  scenarios for such brokers are played, and no others.
--other           the second nodes of clusters, in the order of --url: the scenarios for clusters are played, one by
                  one, and no others. --stop and --start, in the same order, are command lines that end and start
                  RabbitMQ there.
--check           compare with the stored recordings and change nothing; exit status 1 if one differs.
--jobs            scenarios played at the same time.
PATTERN           shell patterns of area/name ("ttl/*"); all scenarios if none is given.
"""

from __future__ import annotations

import argparse
import fnmatch
import itertools
import logging
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor

import attrs

from .backend import QUIET_SECONDS, OtherNode, RealBroker
from .compare import first_difference
from .play import Play
from .recording import Observations, Recording
from .scenario import Scenario, all_scenarios


@attrs.frozen
class Take:
    """One scenario played on one broker. failure: why it could not be played to its end, or None."""

    scenario: Scenario
    version: str
    exact_version: str
    observations: Observations
    failure: str | None


def main(arguments: list[str]) -> int:
    options = _parse(arguments)
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    kind = (frozenset(filter(None, options.deny.split(","))), bool(options.other))
    chosen = [one for one in all_scenarios() if (one.deny, one.cluster) == kind and _matches(one, options.patterns)]
    others = [OtherNode(*one) for one in zip(options.other, options.stop, options.start, strict=True)]
    brokers = list(itertools.zip_longest(options.url, options.management_url, others))

    def play_on(task: tuple[Scenario, tuple[str, str | None, OtherNode | None]]) -> Take | None:
        scenario, (url, management_url, other) = task
        return play(scenario, url, management_url, options.quiet, other)

    # A node that goes down takes all with it that lives there.
    with ThreadPoolExecutor(1 if others else options.jobs) as pool:
        takes = [take for take in pool.map(play_on, itertools.product(chosen, brokers)) if take is not None]
    failures = [take for take in takes if take.failure]
    for take in failures:
        print(f"{take.scenario.id} on {take.exact_version} broke off:\n{take.failure}")
    good = [take for take in takes if not take.failure]
    differing = check(good) if options.check else store(good)
    return 1 if failures or (options.check and differing) else 0


def play(
    scenario: Scenario, url: str, management_url: str | None, quiet_seconds: float, other: OtherNode | None = None
) -> Take | None:
    """Play on that broker; None if the scenario is not meant for its version."""
    broker = RealBroker(url, management_url, quiet_seconds, other)
    try:
        if broker.version not in scenario.versions:
            return None
        stage = Play(broker)
        failure = None
        try:
            scenario.perform(stage)
        except Exception:
            failure = traceback.format_exc()
        finally:
            stage.close()
        return Take(scenario, broker.version, broker.exact_version, stage.observations, failure)
    finally:
        broker.close()


def check(takes: list[Take]) -> int:
    """Print each difference to the stored recordings; how many there are."""
    differing = 0
    for take in takes:
        recorded = Recording.load(take.scenario).observed.get(take.version, [])
        difference = first_difference(recorded, take.observations)
        if difference:
            differing += 1
            print(f"{take.scenario.id} on {take.exact_version}: {difference}\n")
    print(f"{len(takes) - differing} of {len(takes)} agree")
    return differing


def store(takes: list[Take]) -> int:
    """Keep what was played, beside what is stored of other versions; how many recordings changed."""
    changed = 0
    by_scenario = itertools.groupby(takes, key=lambda take: take.scenario)
    for scenario, group in by_scenario:
        recording = Recording.load(scenario)
        path = recording.path(scenario)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        recording.brokers = {key: value for key, value in recording.brokers.items() if key in scenario.versions}
        recording.observed = {key: value for key, value in recording.observed.items() if key in scenario.versions}
        for take in group:
            recording.brokers[take.version] = take.exact_version
            recording.observed[take.version] = take.observations
        recording.save(scenario)
        if recording.as_text() != before:
            changed += 1
            print(f"{'changed' if before else 'new'}: {scenario.id}")
    print(f"{len(takes)} played, {changed} recordings new or changed")
    return changed


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.record", description="Record real brokers.")
    parser.add_argument("--url", action="append", required=True)
    parser.add_argument("--management-url", action="append", default=[])
    parser.add_argument("--deny", default="", metavar="FEATURES")
    for option in ("--other", "--stop", "--start"):
        parser.add_argument(option, action="append", default=[])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--jobs", type=int, default=6)
    parser.add_argument("--quiet", type=float, default=QUIET_SECONDS, help="seconds of silence taken as the end")
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    return parser.parse_args(arguments)


def _matches(scenario: Scenario, patterns: list[str]) -> bool:
    return not patterns or any(fnmatch.fnmatchcase(scenario.id, pattern) for pattern in patterns)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
