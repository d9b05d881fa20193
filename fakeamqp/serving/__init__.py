"""A broker behind a port, for clients in other languages, processes and threads: `fakeamqp.serve(broker)`."""

from __future__ import annotations

from fakeamqp.serving.server import ReachableWarning as ReachableWarning
from fakeamqp.serving.server import Server as Server
from fakeamqp.serving.server import serve as serve
from fakeamqp.serving.tls import Tls as Tls
