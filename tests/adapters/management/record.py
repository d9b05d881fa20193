"""Play the scenarios on real brokers and keep, or check, what they answer.

    python -m tests.adapters.management.record --url amqp://guest:guest@127.0.0.1:5672 [--url …] [--check] [NAME …]

--url     a broker with its management API at the AMQP port plus 10000; its version says which profile it stands for.
--check   compare with what is stored, as the tests compare the fake, and change nothing; exit status 1 if one differs.
NAME      shell patterns of scenarios; all if none is given.
"""

from __future__ import annotations

import argparse
import fnmatch
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.adapters.management.comparing import first_difference
from tests.adapters.management.recording import Told, load, save
from tests.adapters.management.scenarios import SCENARIOS, Scenario
from tests.adapters.management.stages import real_stage, version_of
from tests.adapters.management.talk import Talk


def play(scenario: Scenario, url: str) -> tuple[str, Told]:
    """What a broker tells; its exact version stands before it."""
    with real_stage(url) as (stage, exact):
        talk = Talk(stage)
        try:
            scenario(talk)
        finally:
            talk.close()
        return exact, talk.told


def main(arguments: list[str]) -> int:
    """Record, or check; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.adapters.management.record")
    parser.add_argument("--url", action="append", required=True)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args(arguments)
    chosen = [one for one in SCENARIOS if _is_meant(one, options.names)]
    differing = 0
    with ThreadPoolExecutor(6) as pool:
        plays = {one: [pool.submit(play, one, url) for url in options.url] for one in chosen}
        for scenario, takes in plays.items():
            brokers, stored = load(scenario)
            for take in takes:
                exact, told = take.result()
                version = version_of(exact)
                if options.check:
                    found = first_difference(told, stored.get(version, []))
                    if found is not None:
                        differing += 1
                        print(f"{scenario.__name__} on {exact}: {found}")
                brokers[version], stored[version] = exact, told
            if not options.check and save(scenario, brokers, stored):
                print(f"new or changed: {scenario.__name__}")
    print(f"{len(chosen)} scenarios on {len(options.url)} brokers, {differing} differ")
    return 1 if differing else 0


def _is_meant(scenario: Scenario, names: list[str]) -> bool:
    return not names or any(fnmatch.fnmatchcase(scenario.__name__, name) for name in names)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
