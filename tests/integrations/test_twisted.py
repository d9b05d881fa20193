"""pika's Twisted connection: what cannot be patched says so, instead of reaching for a real broker."""

from __future__ import annotations

import pytest
from pika.adapters.twisted_connection import TwistedProtocolConnection


def test_it_says_that_it_cannot_be_patched(fakeamqp_broker):
    with pytest.raises(NotImplementedError, match="gets its socket from the reactor"):
        TwistedProtocolConnection()


def test_unpatched_it_is_pikas_own():
    assert TwistedProtocolConnection().is_closed is False
