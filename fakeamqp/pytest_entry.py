"""Where pytest finds the plugin: the entry point `fakeamqp` of the group `pytest11` names this module.

The plugin itself is the package `conftest_plugin` beside this one. A folder of that name in the project under test
hides it, or is hidden by it, as the import path has it; both are told here, before anything obscure happens.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

_OURS = Path(__file__).resolve().parents[1] / "conftest_plugin"


def _refuse(theirs: Path) -> pytest.UsageError:
    return pytest.UsageError(
        f"fakeamqp's pytest plugin is a package named conftest_plugin, and {theirs} has the same name: only one of "
        "them can be imported. Rename that folder, or run pytest with '-p no:fakeamqp' to go without these fixtures."
    )


def _found() -> Path | None:
    """The folder that `import conftest_plugin` would take; None if there is none."""
    spec = importlib.util.find_spec("conftest_plugin")
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    return Path(places[0]).resolve() if places else None


if _found() not in (_OURS, None):
    raise _refuse(Path(str(_found())))

from conftest_plugin.fixtures import (  # noqa: E402
    fakeamqp_broker,
    fakeamqp_broker_factory,
    fakeamqp_channel,
    fakeamqp_connection,
    fakeamqp_server,
    pytest_fixture_setup,
)
from conftest_plugin.plugin import pytest_addoption, pytest_configure, pytest_generate_tests  # noqa: E402


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Refuse to hide a folder of the project under test, before its conftest.py imports from it and fails.

    Here, too, begins the broker of a run that has one from its start.
    """
    theirs = early_config.rootpath / "conftest_plugin"
    is_a_checkout_of_fakeamqp = (early_config.rootpath / "fakeamqp" / "pytest_entry.py").exists()
    if any(theirs.glob("*.py")) and not is_a_checkout_of_fakeamqp:
        raise _refuse(theirs)
    if early_config.getini("fakeamqp_from_start"):
        from conftest_plugin.from_start import begin

        begin(early_config)


__all__ = [
    "fakeamqp_broker",
    "fakeamqp_broker_factory",
    "fakeamqp_channel",
    "fakeamqp_connection",
    "fakeamqp_server",
    "pytest_addoption",
    "pytest_configure",
    "pytest_fixture_setup",
    "pytest_generate_tests",
    "pytest_load_initial_conftests",
]
