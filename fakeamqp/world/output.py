"""What several programs print, told apart: each line under the name of the program that printed it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, TextIO

# Foreground colours that can be read on light and dark terminals.
_COLOURS = (36, 33, 35, 32, 34, 31)


class Voice:
    """How one program's lines are marked. name: None marks nothing. colour: an ANSI colour; None for plain text."""

    def __init__(self, name: str | None, colour: int | None = None) -> None:
        if name is None:
            self.prefix = ""
        elif colour is None:
            self.prefix = f"[{name}] "
        else:
            self.prefix = f"\033[{colour}m[{name}]\033[0m "


def voices(names: list[str], in_colour: bool) -> list[Voice]:
    """A voice for each program; a single one speaks without a mark."""
    if len(names) == 1:
        return [Voice(None)]
    return [Voice(name, _COLOURS[place % len(_COLOURS)] if in_colour else None) for place, name in enumerate(names)]


class Shared(io.TextIOBase):
    """In place of `sys.stdout` or `sys.stderr`: writes whole lines, each marked by the voice of who speaks.

    A line that is begun waits for its end, however the programs take turns; `finish` ends it.

    speaker: the voice of the calling thread; None for a thread of nobody's, whose text goes through as it is.
    """

    def __init__(self, stream: TextIO, speaker: Callable[[], Voice | None]) -> None:
        self._stream = stream
        self._speaker = speaker
        self._begun: dict[Voice, str] = {}
        self.buffer = _Bytes(self)

    def write(self, text: str) -> int:
        """Write text, which may be part of a line. Returns how many characters it has."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        voice = self._speaker()
        if voice is None or not voice.prefix:
            return self._stream.write(text)
        *lines, rest = (self._begun.get(voice, "") + text).split("\n")
        self._begun[voice] = rest
        if lines:
            self._stream.write("".join(f"{voice.prefix}{line}\n" for line in lines))
            self._stream.flush()
        return len(text)

    def finish(self, voice: Voice) -> None:
        """This program prints no more: end the line it has begun."""
        rest = self._begun.pop(voice, "")
        if rest:
            self._stream.write(f"{voice.prefix}{rest}\n")
        self._stream.flush()

    def finish_all(self) -> None:
        """Nobody prints any more."""
        for voice in tuple(self._begun):
            self.finish(voice)

    def flush(self) -> None:
        """Bring out all whole lines."""
        if not self._stream.closed:  # Python flushes what it throws away, whenever that is
            self._stream.flush()

    def writable(self) -> bool:
        """True."""
        return True

    def isatty(self) -> bool:
        """True if a person reads it."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """Of the stream beneath. What is written there has no mark."""
        return self._stream.fileno()

    def reconfigure(self, **settings: Any) -> None:
        """Change the stream beneath, for all programs."""
        reconfigure = getattr(self._stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(**settings)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Of the stream beneath."""
        return self._stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        """What happens to characters that cannot be encoded."""
        return self._stream.errors


class _Bytes(io.RawIOBase):
    """`sys.stdout.buffer`: bytes are text of the stream's encoding."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        raw = bytes(data)
        self._shared.write(raw.decode(self._shared.encoding or "utf-8", "replace"))
        return len(raw)

    def flush(self) -> None:
        self._shared.flush()


class Input(io.TextIOBase):
    """In place of `sys.stdin` when a person sits there: it is empty, and the first who reads it is told so.

    notice: called once, when somebody finds it empty.
    """

    def __init__(self, stream: TextIO | None, notice: Callable[[], object]) -> None:
        self._stream = None if stream is None or stream.closed or stream.isatty() else stream
        self._notice = notice
        self._told = False

    def readable(self) -> bool:
        """True."""
        return True

    def isatty(self) -> bool:
        """False: nobody answers."""
        return False

    def fileno(self) -> int:
        """There is none: programs read through Python only."""
        raise io.UnsupportedOperation("fileno")

    def read(self, size: int | None = -1) -> str:
        """Read text; '' at the end."""
        return self._found("" if self._stream is None else self._stream.read(-1 if size is None else size))

    def readline(self, size: int = -1) -> str:  # type: ignore[override]
        """Read a line; '' at the end."""
        return self._found("" if self._stream is None else self._stream.readline(size))

    def _found(self, text: str) -> str:
        if not text and not self._told and self._stream is None:
            self._told = True
            self._notice()
        return text
