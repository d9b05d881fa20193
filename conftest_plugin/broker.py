"""The broker of one test: made as the test asks, with pika on it, and in the end told what the test has to be told."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

import pytest

from conftest_plugin.asked import Asked, asked_by, refuse
from conftest_plugin.failure import show_on_failure
from conftest_plugin.from_start import broker_of, lent
from conftest_plugin.settings import Settings
from conftest_plugin.summary import add_up
from conftest_plugin.verdict import Verdict, upgrade_check_of

if TYPE_CHECKING:
    from fakeamqp import Broker
    from fakeamqp.world.scheduler import Scheduler

_AS_IT_IS = nullcontext()


def broker_for(request: pytest.FixtureRequest, *, patches: bool = True) -> Iterator[Broker]:
    """The life of the fixture `fakeamqp_broker` for one test. patches: False to leave pika as it is."""
    if Settings.of(request.config).url is not None:
        from conftest_plugin import real

        yield from real.broker_for(request)  # type: ignore[misc] # it has the members of a Broker
        return
    asked = asked_by(request)
    shared = broker_of(request.config)
    broker = _made(request, asked) if shared is None else shared
    with _place(broker, request, patches=patches, is_shared=shared is not None):
        verdict = Verdict(request, broker, asked.allow, asked.laws, upgrade_check_of(request.config))
        show_on_failure(request.node, broker)
        if Settings.of(request.config).report is not None:
            broker.trace.notes_places = True
        with _python_s_clock(broker, asked):
            yield broker
            verdict.look()
            if Settings.of(request.config).summary:
                add_up(request.config, broker)
        if shared is None:
            _end(broker)
    verdict.tell()


def _place(
    broker: Broker, request: pytest.FixtureRequest, *, patches: bool, is_shared: bool
) -> AbstractContextManager[object]:
    """What holds while the test has its broker."""
    from fakeamqp import patch_pika

    if is_shared:
        return lent(broker, request)
    return patch_pika(broker) if patches else _AS_IT_IS


def _made(request: pytest.FixtureRequest, asked: Asked) -> Broker:
    from fakeamqp import Broker

    try:
        broker = Broker(**asked.arguments)
    except (TypeError, ValueError) as error:
        refuse(request, error)
    if asked.laws:
        broker.watch_laws()
    return broker


def _python_s_clock(broker: Broker, asked: Asked) -> AbstractContextManager[object]:
    if not asked.patch_time:
        return _AS_IT_IS
    from fakeamqp.world.virtual_time import time_of

    return time_of(broker)


def _end(broker: Broker) -> None:
    """Close the broker and join the threads that waited in it, while pika still leads to it and nowhere else."""
    waiting = _waiting(broker.scheduler)
    broker.close()
    for thread in waiting:
        thread.join(broker.thread_grace)
    running = [repr(thread.name) for thread in waiting if thread.is_alive()]
    if running:
        warnings.warn(f"still running after their broker was closed: {', '.join(running)}", stacklevel=2)


def _waiting(scheduler: Scheduler) -> list[threading.Thread]:
    if not scheduler.waiting:
        return []
    idents = {loop.thread for loop in tuple(scheduler.waiting)} - {threading.get_ident()}
    return [thread for thread in threading.enumerate() if thread.ident in idents]
