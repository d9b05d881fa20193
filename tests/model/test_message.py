"""What a message tells of itself."""

from __future__ import annotations

import pytest

from fakeamqp.model.message import Message


def test_a_message_without_properties_has_no_headers_and_is_not_persistent():
    message = Message("x", "k")
    assert message.headers == {}
    assert message.keys == ("k",)
    assert (message.expiration_us, message.origin) == (None, None)
    assert not message.persistent


@pytest.mark.parametrize(("mode", "persistent"), [(1, False), (2, True), (3, False)])
def test_delivery_mode_two_alone_is_persistent(mode, persistent):
    assert Message("", "q", {"delivery_mode": mode}).persistent is persistent


def test_added_headers_sort_all_of_them_and_leave_the_message_as_it_is():
    message = Message("", "q", {"headers": {"b": 1, "a": 2}})
    assert list(message.headers_with({"c": 3, "b": 4}).items()) == [("a", 2), ("b", 4), ("c", 3)]
    assert message.headers == {"b": 1, "a": 2}


def test_messages_do_not_share_what_they_hold():
    one, other = Message("", "q"), Message("", "q")
    one.properties = {"priority": 1}
    assert other.properties == {}
