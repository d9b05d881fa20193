"""Whose line it is: a program's own, not ours, pika's or a test runner's."""

from __future__ import annotations

import sys
import threading
from types import FrameType

import pika

from fakeamqp import patch_pika
from fakeamqp.world.place import line_of, program_s


def test_the_innermost_line_that_is_a_program_s() -> None:
    frame = sys._getframe()
    assert program_s(frame) is frame
    line = line_of(frame)
    assert line is not None
    assert line.startswith(f"{__file__}:")


def test_frames_of_pika_and_of_ours_are_passed_over() -> None:
    seen: list[FrameType | None] = []
    with patch_pika() as broker:
        broker.carry_out = lambda *args, stock=broker.carry_out: (
            seen.append(program_s(sys._getframe(1))) or stock(*args)
        )  # type: ignore[func-returns-value, misc, assignment, method-assign]
        pika.BlockingConnection()
    assert {frame.f_code.co_name for frame in seen if frame is not None} == {
        "test_frames_of_pika_and_of_ours_are_passed_over"
    }


def test_a_stack_without_a_program_has_no_line() -> None:
    seen: list[FrameType | None] = []
    thread = threading.Thread(target=lambda: seen.append(sys._getframe().f_back))
    thread.start()
    thread.join()
    assert seen[0] is not None
    assert line_of(seen[0]) is None
    assert line_of(None) is None
