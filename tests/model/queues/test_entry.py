"""One copy of a message in one queue."""

from __future__ import annotations

from fakeamqp.model.message import Message
from fakeamqp.model.queues.entry import Entry


def test_entries_stand_in_the_order_in_which_they_were_accepted():
    message = Message("", "q")
    older, younger = (Entry(message, None, copy, None) for copy in (1, 2))  # type: ignore[arg-type]
    assert older < younger
    assert not younger < older


def test_a_new_entry_was_never_delivered():
    fresh = Entry(Message("", "q"), None, 1, None)  # type: ignore[arg-type]
    assert (fresh.redelivered, fresh.acquired, fresh.returns, fresh.failures, fresh.consumer) == (
        False, 0, 0, 0, None,
    )  # fmt: skip


def test_an_entry_carries_on_what_its_message_went_through():
    message = Message("", "q")
    message.failures = 3
    assert Entry(message, None, 1, None).failures == 3  # type: ignore[arg-type]
