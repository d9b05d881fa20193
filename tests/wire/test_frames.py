"""A stream of bytes is taken apart into frames, wherever it is cut."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.wire.frames import BODY, METHOD, BrokenFrame, Frame, Frames, body_frames, frame

FRAMES = st.lists(
    st.builds(Frame, st.sampled_from((1, 2, 3, 8)), st.integers(0, 65_535), st.binary(max_size=40)), max_size=6
)


@given(FRAMES, st.lists(st.integers(0, 300), max_size=8))
def test_frames_come_out_as_they_went_in_however_the_bytes_are_cut(sent: list[Frame], cuts: list[int]) -> None:
    data = b"".join(frame(*one) for one in sent)
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    taken = Frames(4096)
    got: list[Frame] = []
    for start, end in itertools.pairwise(places):
        got.extend(taken.feed(data[start:end]))
    assert got == sent
    assert taken.held == 0


def test_a_frame_that_is_too_large_is_refused_before_it_comes() -> None:
    taken = Frames(4096)
    assert list(taken.feed(frame(METHOD, 1, bytes(4096)))) == [Frame(METHOD, 1, bytes(4096))]
    with pytest.raises(BrokenFrame) as broken:
        list(taken.feed(frame(METHOD, 1, bytes(4097))[:7]))
    assert broken.value.reason == ("frame_too_large", "4097", "4088")


def test_a_wrong_end_is_refused_and_what_came_before_is_read() -> None:
    coming = Frames(4096).feed(frame(METHOD, 1, b"good") + frame(BODY, 1, b"bad")[:-1] + b"A")
    assert next(coming) == Frame(METHOD, 1, b"good")
    with pytest.raises(BrokenFrame) as broken:
        next(coming)
    assert (broken.value.kind, broken.value.payload, broken.value.reason) == (
        BODY,
        b"bad",
        ("invalid_frame_end_marker", "65"),
    )


def test_no_more_than_a_frame_is_held() -> None:
    taken = Frames(4096)
    for _ in range(3):
        list(taken.feed(frame(METHOD, 1, bytes(4000))))
        list(taken.feed(frame(METHOD, 1, bytes(4000))[:100]))
        assert taken.held <= 4104
        list(taken.feed(frame(METHOD, 1, bytes(4000))[100:]))


@given(st.binary(max_size=100), st.integers(9, 40))
def test_a_body_is_cut_into_frames_that_are_long_enough(body: bytes, frame_max: int) -> None:
    written = body_frames(3, body, frame_max)
    got = list(Frames(4096).feed(written))
    assert b"".join(one.payload for one in got) == body
    assert all(len(one.payload) + 8 <= frame_max and one.kind == BODY and one.payload for one in got)


def test_without_a_limit_a_body_is_one_frame() -> None:
    assert body_frames(1, b"abc", 0) == frame(BODY, 1, b"abc")
    assert body_frames(1, b"", 0) == b""
