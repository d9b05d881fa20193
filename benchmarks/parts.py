"""The parts of the suite. A new part is a module with `measure(settings)`, and a line here."""

from __future__ import annotations

from typing import NamedTuple


class Part(NamedTuple):
    """module: where `measure` is; it is imported when the part is measured. title: of its tables and plots.

    share: of the rounds that are asked for, how many it has: fewer of what takes minutes, more of what is short and is
        told as a ratio.
    """

    module: str
    title: str
    share: float = 1


PARTS: dict[str, Part] = {
    "through-pika": Part("benchmarks.through_pika", "Through pika, in memory", 3),
    "listener": Part("benchmarks.over_a_port", "Over the listener"),
    "bare-model": Part("benchmarks.beside_kombu", "The bare model"),
    "faststream": Part("benchmarks.faststream_tests", "Tests of a FastStream application"),
    "fixtures": Part("benchmarks.fixtures", "Tests, imports and the plugin"),
    "growth": Part("benchmarks.growth", "Growth", 1 / 5),
    "million": Part("benchmarks.million", "A million messages", 1 / 5),
    "million-instructions": Part("benchmarks.million_instructions", "Beside many messages, in instructions", 1 / 5),
    "memory": Part("benchmarks.memory", "Memory", 1 / 5),
}
