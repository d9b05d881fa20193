"""pika's registry of callbacks, in fewer steps: it is asked ten times for each call that waits for an answer."""

from __future__ import annotations

import logging
from typing import Any

from pika.amqp_object import AMQPObject
from pika.callback import LOGGER, CallbackManager, name_or_value

_manager: Any = CallbackManager
_CALLBACK: str = CallbackManager.CALLBACK
_ARGUMENTS: str = CallbackManager.ARGUMENTS
_ONE_SHOT: str = CallbackManager.ONE_SHOT
_ONLY: str = CallbackManager.ONLY_CALLER
_CALLS: str = CallbackManager.CALLS
_logs_at = LOGGER.isEnabledFor
_DEBUG = logging.DEBUG

# What stands for the classes that callbacks are registered for; theirs are not many, and they do not change.
_NAMES: dict[type, str] = {}


def take_over(connection: Any) -> None:
    """Let a connection, with all that is registered already, go on with `Callbacks`."""
    if type(connection.callbacks) is CallbackManager:
        connection.callbacks.__class__ = Callbacks


def _name(value: Any) -> str:
    """As pika's `name_or_value`."""
    kind = type(value)
    if kind is str or kind is int:
        return str(value)
    kind = value if isinstance(value, type) else kind
    name = _NAMES.get(kind)
    if name is None:
        name = name_or_value(value)
        if hasattr(kind, "INDEX") and issubclass(kind, AMQPObject):  # a method: its instances have the same name
            _NAMES[kind] = name
    return name


class Callbacks(CallbackManager):
    """What pika's own manager does, with the same result, in the same order, over the same entries.

    pika names every prefix and key anew at each of its steps and writes a line to its log for it: that is half of what
    a call without a network costs. With logging at DEBUG, pika's own methods run, and write their lines.
    """

    def add(
        self,
        prefix: Any,
        key: Any,
        callback: Any,
        one_shot: bool = True,
        only_caller: Any = None,
        arguments: Any = None,
    ) -> Any:
        if _logs_at(_DEBUG):
            return _manager.add(self, prefix, key, callback, one_shot, only_caller, arguments)
        prefix = str(prefix) if type(prefix) is int else _name(prefix)
        if type(key) is not str:
            key = (_NAMES.get(key) if type(key) is type else None) or _name(key)
        stack: Any = self._stack
        keys = stack.get(prefix)
        if keys is None:
            keys = stack[prefix] = {}
        entries = keys.get(key)
        if entries is None:
            entries = keys[key] = []
        for entry in entries:
            if entry[_CALLBACK] == callback and entry[_ARGUMENTS] == arguments and entry[_ONLY] == only_caller:
                if entry[_ONE_SHOT] is True:
                    entry[_CALLS] += 1
                else:
                    LOGGER.warning(self.DUPLICATE_WARNING, prefix, key)
                return prefix, key
        entry = {_CALLBACK: callback, _ONE_SHOT: one_shot, _ONLY: only_caller, _ARGUMENTS: arguments}
        if one_shot:
            entry[_CALLS] = 1
        entries.append(entry)
        return prefix, key

    def pending(self, prefix: Any, key: Any) -> int | None:
        keys: Any = self._stack.get(str(prefix) if type(prefix) is int else _name(prefix))
        entries = None if keys is None else keys.get(_NAMES.get(type(key)) or _name(key))
        return None if entries is None else len(entries)

    def process(self, prefix: Any, key: Any, caller: Any, *args: Any, **keywords: Any) -> bool:
        if _logs_at(_DEBUG):
            done: bool = _manager.process(self, prefix, key, caller, *args, **keywords)
            return done
        prefix = str(prefix) if type(prefix) is int else _name(prefix)
        key = _NAMES.get(type(key)) or _name(key)
        keys: Any = self._stack.get(prefix)
        entries = None if keys is None else keys.get(key)
        if entries is None:
            return False
        called = []
        for entry in entries.copy():
            only = entry[_ONLY]
            if only is not None and not (only and only == caller):
                continue
            arguments = entry[_ARGUMENTS]
            if arguments is not None and not self._arguments_match(entry, list(args)):
                continue
            called.append(entry[_CALLBACK])
            if entry[_ONE_SHOT]:
                entry[_CALLS] -= 1
                if entry[_CALLS] <= 0:
                    self._take_out(entries, entry[_CALLBACK], arguments)
        if not entries:
            self._let_go(prefix, key)
        for callback in called:
            try:
                callback(*args, **keywords)
            except Exception:
                LOGGER.exception('Calling %s for "%s:%s" failed', callback, prefix, key)
                raise
        return True

    def remove(self, prefix: Any, key: Any, callback_value: Any = None, arguments: Any = None) -> bool:
        if _logs_at(_DEBUG):
            done: bool = _manager.remove(self, prefix, key, callback_value, arguments)
            return done
        prefix = prefix if type(prefix) is str else _name(prefix)
        key = key if type(key) is str else _name(key)
        keys: Any = self._stack.get(prefix)
        entries = None if keys is None else keys.get(key)
        if entries is None:
            return False
        if callback_value:
            self._take_out(entries, callback_value, arguments)
        if not entries:
            self._let_go(prefix, key)
        return True

    def _take_out(self, entries: list[Any], callback: Any, arguments: Any) -> None:
        """Every entry of this callback goes that is for these arguments, or for any."""
        for offset in range(len(entries) - 1, -1, -1):
            entry = entries[offset]
            if entry[_CALLBACK] == callback:
                wanted = entry[_ARGUMENTS]
                if wanted is None or wanted is arguments or self._arguments_match(entry, [arguments]):
                    del entries[offset]

    def _let_go(self, prefix: str, key: str) -> None:
        """Nothing is registered for this key any more."""
        keys: Any = self._stack[prefix]
        del keys[key]
        if not keys:
            del self._stack[prefix]
