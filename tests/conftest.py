"""What all tests share."""

# Tests of the plugin run pytest inside pytest, and pytester unloads what such a run imports first. Whatever holds
# state that must be there once is therefore loaded before any test.
import fakeamqp.adapters.pika  # noqa: F401

pytest_plugins = ["pytester"]
