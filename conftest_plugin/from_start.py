"""One broker for the whole run, there before the first conftest.py: for applications that connect when imported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from conftest_plugin.asked import refuse
from conftest_plugin.settings import Settings, marked, markers_of
from conftest_plugin.verdict import upgrade_check_of

if TYPE_CHECKING:
    from fakeamqp import Broker

_BROKER: pytest.StashKey[Broker] = pytest.StashKey()


def begin(config: pytest.Config) -> None:
    """Put pika on the run's broker until the run ends. Raises pytest.UsageError for settings that make no sense."""
    from fakeamqp import patch_pika

    settings = Settings.of(config)
    if settings.url is not None:
        from conftest_plugin import real

        real.begin(config)
        return
    if len(settings.versions) > 1:
        raise pytest.UsageError(
            "with fakeamqp_from_start there is one broker, so there can be but one fakeamqp version"
        )
    try:
        patch = patch_pika(**settings.arguments() | {"trace": "all"})
        broker = config.stash[_BROKER] = patch.start()
    except ValueError as error:
        raise pytest.UsageError(f"{settings}: {error}") from None
    broker.trace.notes_places = settings.upgrade_check is not None
    config.add_cleanup(patch.stop)
    if settings.laws:
        broker.watch_laws()


def broker_of(config: pytest.Config) -> Broker | None:
    """The broker of the whole run; None if each test has its own."""
    return config.stash.get(_BROKER, None)


@contextmanager
def lent(broker: Broker, request: pytest.FixtureRequest) -> Iterator[Broker]:
    """The run's broker for one test: connections and what was declared stay, messages and the trace do not."""
    asked = marked(markers_of(request.node)).keys() - {"strict", "allow", "patch_time", "laws"}
    if asked:
        refuse(request, ValueError(f"the broker was made at the start of the run, without {', '.join(sorted(asked))}"))
    check = upgrade_check_of(request.config)
    if check is not None:
        check.look_before(broker)
    broker.trace.clear()
    broker.looked_at.clear()
    broker.scheduler.raised.clear()
    yield broker
    broker.purge()
