"""What is said where a real broker cannot do something."""

from __future__ import annotations

import fakeamqp
from fakeamqp.real.errors import NotOnARealBroker


def test_it_says_what_why_and_what_to_do() -> None:
    assert str(NotOnARealBroker("restart()", "no API restarts a broker")) == (
        "restart() is not to be had on a real broker: no API restarts a broker. Mark the test with "
        "@pytest.mark.fakeamqp(fake_only=True), and it is skipped where the tests run on one"
    )


def test_it_is_a_public_name() -> None:
    assert fakeamqp.NotOnARealBroker is NotOnARealBroker
