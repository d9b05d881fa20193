"""What pika's workers do with a message, whatever their kind of connection."""

from __future__ import annotations

from typing import Any


def settle(channel: Any, delivery_tag: int, what: str) -> None:
    """Acknowledge, give back or reject a delivery, as `Worker.saw` says; whatever else it says, hold it."""
    if what == "ack":
        channel.basic_ack(delivery_tag)
    elif what == "requeue":
        channel.basic_nack(delivery_tag, requeue=True)
    elif what == "reject":
        channel.basic_reject(delivery_tag, requeue=False)
