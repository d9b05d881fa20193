"""Whose line it is: a program's own, not ours, pika's or a test runner's."""

from __future__ import annotations

import sys
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
        broker.apply = lambda *args, stock=broker.apply: seen.append(program_s(sys._getframe(1))) or stock(*args)  # type: ignore[func-returns-value, misc, assignment, method-assign]
        pika.BlockingConnection()
    assert {frame.f_code.co_name for frame in seen if frame is not None} == {
        "test_frames_of_pika_and_of_ours_are_passed_over"
    }


def test_a_stack_without_a_program_has_no_line() -> None:
    assert line_of(None) is None
    runner = sys._getframe()
    while not runner.f_globals["__name__"].startswith("_pytest."):
        assert runner.f_back is not None
        runner = runner.f_back
    assert line_of(runner) is None
