"""What differs between the RabbitMQ versions, as data in one place."""

from __future__ import annotations

import attrs


@attrs.frozen
class Profile:
    """One recorded RabbitMQ version.

    name: what users write, `"3.10"`; release: the exact version that was recorded, `"3.10.8"`.
    major: 3 or 4.
    topic_hash_limit: how many `#` a topic binding key may have; None is any number.
    headers_float_equals_int: a headers exchange takes 1.0 and 1 for the same value.
    headers_timestamp_factor: what a headers exchange takes one second of a timestamp in a message's headers for: 1,
        or 1000 where messages keep it in milliseconds.
    texts_are_unicode: error texts print a byte string as the UTF-8 text it may be, not as Latin-1.
    """

    name: str
    release: str
    major: int
    topic_hash_limit: int | None = None
    headers_float_equals_int: bool = False
    headers_timestamp_factor: int = 1000
    texts_are_unicode: bool = True


PROFILES: dict[str, Profile] = {
    "3.10": Profile(
        "3.10",
        "3.10.8",
        3,
        headers_float_equals_int=True,
        headers_timestamp_factor=1,
        texts_are_unicode=False,
    ),
    "4.0": Profile("4.0", "4.0.5", 4),
    "4.3": Profile("4.3", "4.3.6", 4, topic_hash_limit=2),
}
