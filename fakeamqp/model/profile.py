"""What differs between the RabbitMQ versions, as data in one place."""

from __future__ import annotations

import attrs


@attrs.frozen
class Profile:
    """One recorded RabbitMQ version.

    name: what users write, `"3.10"`; release: the exact version that was recorded, `"3.10.8"`.
    major: 3 or 4.
    topic_hash_limit: how many `#` a topic binding key may have; None is any number.
    """

    name: str
    release: str
    major: int
    topic_hash_limit: int | None = None


PROFILES: dict[str, Profile] = {
    "3.10": Profile("3.10", "3.10.8", 3),
    "4.0": Profile("4.0", "4.0.5", 4),
    "4.3": Profile("4.3", "4.3.6", 4, topic_hash_limit=2),
}
