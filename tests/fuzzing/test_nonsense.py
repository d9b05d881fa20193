"""Whatever a client says, the listener answers or hangs up, and nobody else notices."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzzing.nonsense import play


class Drawn:
    """Choices that Hypothesis makes."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def number(self, low: int, high: int) -> int:
        return self._data.draw(st.integers(low, high))

    def octets(self, most: int) -> bytes:
        return self._data.draw(st.binary(max_size=most))


@settings(max_examples=200)
@given(st.data())
def test_nonsense_disturbs_nobody(data: st.DataObject) -> None:
    play(Drawn(data))
