"""What a wait ends with when it could never end by itself.

Both errors derive from BaseException: consumers wrap everything in `except Exception`, and a test that hangs must not
be kept alive by that. pytest's own outcomes do the same.
"""

from __future__ import annotations

from fakeamqp.model.livelock import Livelock as Livelock


class WouldBlockForever(BaseException):
    """A wait for something that cannot happen: the message says who waits for what, and what is missing.

    Real RabbitMQ would let the program hang here.
    """


class ThreadGraceWarning(UserWarning):
    """A wait stopped waiting for threads that might have ended it; the message names them and the option."""


class RanDry(BaseException):
    """Ends a `start_consuming()` or `ioloop.start()` in which nothing can happen any more; never seen outside."""
