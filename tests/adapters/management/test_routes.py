"""Paths."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

from fakeamqp.adapters import management
from fakeamqp.adapters.management import pages, routes
from fakeamqp.adapters.management.asked import Asked
from fakeamqp.adapters.management.dialects import DIALECTS
from fakeamqp.adapters.management.queues import DetailedQueues, OneQueue
from fakeamqp.adapters.management.resource import Resource


def found(path: str, version: str = "4.3") -> tuple[type[Resource], dict[str, str]]:
    kind, asked = routes.find(Asked("GET", tuple(path.split("/")), {}), DIALECTS[version])
    return kind, dict(asked.names)


def test_a_path_names_things() -> None:
    assert found("api/queues/shop/orders") == (OneQueue, {"vhost": "shop", "queue": "orders"})


def test_a_word_goes_before_a_name() -> None:
    assert found("api/queues/detailed")[0] is DetailedQueues
    assert found("api/queues/detailed", "3.10")[1] == {"vhost": "detailed"}


def test_what_is_nowhere_is_a_file_that_is_not_there() -> None:
    assert found("api/nope") == (pages.Nothing, {})


def test_every_resource_has_a_path() -> None:
    routed = {kind for _, kind in routes._ROUTES} | {pages.Nothing}
    modules = [
        importlib.import_module(f"{management.__name__}.{module.name}")
        for module in pkgutil.iter_modules(management.__path__)
    ]
    public = {
        each
        for module in modules
        for name, each in vars(module).items()
        if inspect.isclass(each) and issubclass(each, Resource) and not name.startswith("_") and each is not Resource
    }
    assert {kind.__name__ for kind in public - routed} == set()
