"""Errors of ours are seen by whoever catches only what a program may catch."""

from __future__ import annotations

import pytest

import fakeamqp


@pytest.mark.parametrize("error", [fakeamqp.WouldBlockForever, fakeamqp.Livelock])
def test_except_exception_does_not_swallow(error):
    assert issubclass(error, BaseException)
    assert not issubclass(error, Exception)


def test_the_grace_of_threads_ends_with_a_warning():
    assert issubclass(fakeamqp.ThreadGraceWarning, UserWarning)
