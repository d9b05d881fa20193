"""What one test asks for: the arguments of its broker, and how strict to be with it."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import pytest

from conftest_plugin.settings import Settings, as_written, marked, markers_of, names


class Asked(NamedTuple):
    """arguments: of fakeamqp.Broker. allow: what strict mode lets pass; None is no strict mode.

    patch_time: True if Python's own clock shall follow the broker's.
    laws: True to look whether the laws of the model hold.
    fake_only, a marker's alone, says whether the test is for the broker in memory only; that broker takes no notice.
    """

    arguments: dict[str, Any]
    allow: tuple[str, ...] | None
    patch_time: bool
    laws: bool = True


def asked_by(request: pytest.FixtureRequest) -> Asked:
    """What markers, options and ini settings ask for; fails the test, naming them, if they make no sense."""
    try:
        return _read(request)
    except (TypeError, ValueError) as error:
        refuse(request, error)


def _read(request: pytest.FixtureRequest) -> Asked:
    settings = Settings.of(request.config)
    markers = markers_of(request.node)
    version = getattr(request, "param", None)
    if not (markers or settings.strict or settings.upgrade_check):
        return Asked(settings.arguments(version), None, settings.patch_time, settings.laws)
    arguments = settings.arguments(version) | marked(markers)
    if "definitions" in arguments:
        arguments["definitions"] = _located(arguments["definitions"], request)
    arguments.pop("fake_only", None)
    strict = arguments.pop("strict", settings.strict)
    patch_time = arguments.pop("patch_time", settings.patch_time)
    laws = arguments.pop("laws", settings.laws)
    allow = names(arguments.pop("allow", settings.allow))
    _refuse_unknown(arguments)
    if settings.upgrade_check and arguments.setdefault("trace", "all") is None:
        raise ValueError("the upgrade check reads the trace: it cannot be had with trace=None")
    if not strict:
        return Asked(arguments, None, patch_time, laws)
    if arguments.setdefault("trace", "all") is None:
        raise ValueError("strict mode reads the trace: it cannot be had with trace=None")
    from fakeamqp.views.strict import check_kinds

    return Asked(arguments, check_kinds(allow), patch_time, laws)


def _located(definitions: Any, request: pytest.FixtureRequest) -> Any:
    """A relative path is looked for in the folder of the test's file, then in the root folder of the run."""
    is_text = isinstance(definitions, str) and not definitions.lstrip().startswith("{")
    if not (is_text or isinstance(definitions, Path)):
        return definitions
    places = list(dict.fromkeys(folder / definitions for folder in (request.path.parent, request.config.rootpath)))
    found = [place for place in places if place.exists()]
    if not found:
        raise ValueError(f"there is no definitions file at {' or '.join(map(str, places))}")
    return found[0]


def _refuse_unknown(arguments: Iterable[str]) -> None:
    from fakeamqp import Broker

    known = inspect.signature(Broker).parameters
    for name in arguments:
        if name not in known:
            raise TypeError(f"fakeamqp.Broker has no argument {name!r}; it has {', '.join(known)}")


def refuse(request: pytest.FixtureRequest, error: Exception) -> NoReturn:
    """Fail a test whose settings make no sense, naming them."""
    markers = markers_of(request.node)
    asked = " and ".join(map(as_written, markers)) or f"the setting {Settings.of(request.config)}"
    raise pytest.fail.Exception(f"{asked} of {request.node.nodeid}: {error}", pytrace=False) from None
