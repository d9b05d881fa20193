"""What all tests share."""

import signal

# Tests of the plugin run pytest inside pytest, and pytester unloads what such a run was the first to import. Loaded
# here is what holds state that must be there once, and what takes long to import again and again.
import hypothesis

import fakeamqp.adapters.pika
import fakeamqp.serving  # noqa: F401
from tests.support.clients import connect  # noqa: F401
from tests.support.inside import pytester  # noqa: F401  in place of pytest's own

pytest_plugins = ["pytester"]

# How long an example takes is the machine's business.
hypothesis.settings.register_profile("in any time", deadline=None)
hypothesis.settings.load_profile("in any time")

# A shell's background job is born deaf to Ctrl-C, and so are its children; the programs under test shall hear it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
