"""The same programs as Hypothesis draws and shrinks them."""

from __future__ import annotations

from hypothesis import strategies as st

from .generate import generate
from .steps import Program


class Drawn:
    """Choices that Hypothesis makes; it shrinks towards the lowest numbers."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def number(self, lowest: int, highest: int) -> int:
        return self._draw(st.integers(lowest, highest))


@st.composite
def programs(draw: st.DrawFn, length: int = 20) -> Program:
    """Programs of that many steps."""
    return generate(Drawn(draw), length)
