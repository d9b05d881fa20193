"""What all tests share."""

# Tests of the plugin run pytest inside pytest, and pytester unloads what such a run was the first to import. Loaded
# here is what holds state that must be there once, and what takes long to import again and again.
import hypothesis  # noqa: F401
import pytest

import fakeamqp.adapters.pika  # noqa: F401

pytest_plugins = ["pytester"]


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A pytest inside pytest that writes the same everywhere: where it believes to run unattended it writes more."""
    for name in ("CI", "BUILD_NUMBER"):
        monkeypatch.delenv(name, raising=False)
    return pytester
