"""What a connection knows of its client."""

from __future__ import annotations

import pytest

from fakeamqp.model.connection import Connection


@pytest.mark.parametrize(
    ("capabilities", "told"),
    [({}, False), ({"consumer_cancel_notify": True}, True), ({"consumer_cancel_notify": False}, False),
     ({"consumer_cancel_notify": 1}, False)],
)  # fmt: skip
def test_a_client_is_told_of_cancels_if_it_said_that_it_understands_them(capabilities, told):
    connection = Connection(1)
    connection.capabilities = capabilities
    assert connection.is_told_of_cancels is told


def test_a_new_connection_is_nobodys_and_nowhere():
    connection = Connection(7, 5_000)
    assert (connection.number, connection.since_us) == (7, 5_000)
    assert (connection.username, connection.vhost) == (None, None)
    assert not connection.is_told_of_cancels
