"""The door for pika: its own connection classes over the in-memory broker, frame objects instead of bytes.

Nothing else in the package imports pika.
"""

from __future__ import annotations

from fakeamqp.adapters.pika.patch import connect, patch_pika

__all__ = ["connect", "patch_pika"]
