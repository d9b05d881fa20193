"""What is said where a real RabbitMQ cannot do what the one in memory does."""

from __future__ import annotations


class NotOnARealBroker(RuntimeError):
    """A test asks for something that no real RabbitMQ does: the message says what, why, and what to do about it."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(
            f"{what} is not to be had on a real broker: {why}. Mark the test with "
            "@pytest.mark.fakeamqp(fake_only=True), and it is skipped where the tests run on one"
        )


class Unreachable(Exception):
    """The real broker cannot be used at all; the message says what is wrong and which option to look at."""
