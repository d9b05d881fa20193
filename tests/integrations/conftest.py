"""What these tests share: some run pytest inside pytest."""

# Loaded before such a run, which unloads what it was the first to import.
import pytest

import fakeamqp.adapters.pika  # noqa: F401

pytest_plugins = ["pytester"]


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A pytest inside pytest that writes the same everywhere: where it believes to run unattended it writes more."""
    for name in ("CI", "BUILD_NUMBER"):
        monkeypatch.delenv(name, raising=False)
    return pytester
