"""Users."""

from __future__ import annotations

import pika

import fakeamqp
from fakeamqp.model.access import PasswordHash
from tests.adapters.management.asking import ask, told


def test_a_user_whose_hash_is_given_logs_in_by_the_password() -> None:
    broker = fakeamqp.Broker()
    given = PasswordHash.of("s3cret", b"salt").text
    ask(broker, "PUT", "/api/users/ada", {"password_hash": given, "tags": "monitoring"})
    assert ask(broker, "GET", "/api/whoami", user="ada:s3cret").status == 200
    assert told(broker, "/api/users/ada")["password_hash"] == given


def test_a_user_without_a_password_cannot_log_in() -> None:
    broker = fakeamqp.Broker()
    ask(broker, "PUT", "/api/users/ada", {"tags": "administrator"})
    assert ask(broker, "GET", "/api/whoami", user="ada:").status == 401


def test_the_first_user_is_an_administrator() -> None:
    assert told(fakeamqp.Broker(), "/api/users/guest")["tags"] == ["administrator"]


def test_a_hash_of_a_password_fits_it_and_is_the_same_in_every_run() -> None:
    first, second = (told(fakeamqp.Broker(), "/api/auth/hash_password/s3cret")["ok"] for _ in range(2))
    assert first == second
    assert PasswordHash(first).fits("s3cret")


def test_who_is_deleted_loses_their_connections() -> None:
    broker = fakeamqp.Broker(users={"guest": "guest", "ada": "pw"})
    fakeamqp.connect(broker, credentials=pika.PlainCredentials("ada", "pw"))
    assert broker.connections == 1
    ask(broker, "POST", "/api/users/bulk-delete", {"users": ["ada"]})
    assert told(broker, "/api/connections") == []
