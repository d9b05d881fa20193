"""What these tests share: some run pytest inside pytest."""

# Loaded before such a run, which unloads what it was the first to import.

import fakeamqp.adapters.pika  # noqa: F401
from tests.support.inside import pytester  # noqa: F401  in place of pytest's own

pytest_plugins = ["pytester"]
