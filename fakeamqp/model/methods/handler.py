"""The form of a table from commands to what carries them out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

Handlers: TypeAlias = dict[type, Callable[[Any, Any], None]]
"""By the type of a command: a function of the broker and the command."""
