"""What the model raises when a step would never end."""

from __future__ import annotations


class Livelock(BaseException):
    """Something goes round for ever: the message names what.

    Real RabbitMQ would let it go round for ever. Derived from BaseException because consumers wrap everything in
    `except Exception`, and a test that hangs must not be kept alive by that.
    """
