"""How a connection begins: the broker's side, and what is read out of the client's."""

from __future__ import annotations

import pytest

from fakeamqp.model.profile import PROFILES
from fakeamqp.session import handshake


@pytest.mark.parametrize(
    ("version", "release", "mechanisms", "platform", "copyright_year"),
    [
        ("3.10", "3.10.8", "PLAIN AMQPLAIN", "Erlang/OTP 25.2.3", "2022"),
        ("4.0", "4.0.5", "AMQPLAIN ANONYMOUS PLAIN", "Erlang/OTP 27.3.4.1", "2024"),
        ("4.3", "4.3.6", "AMQPLAIN ANONYMOUS PLAIN", "Erlang/OTP 29.1.1", "2026"),
    ],
)
def test_start_is_what_the_recorded_release_says(version, release, mechanisms, platform, copyright_year):
    start = handshake.start(PROFILES[version])
    properties = start.server_properties
    assert (start.version_major, start.version_minor, start.locales, start.mechanisms) == (0, 9, "en_US", mechanisms)
    assert list(properties) == [
        "capabilities", "cluster_name", "copyright", "information", "platform", "product", "version",
    ]  # fmt: skip
    assert (properties["product"], properties["version"], properties["platform"]) == ("RabbitMQ", release, platform)
    assert copyright_year in properties["copyright"]
    assert list(properties["capabilities"]) == [
        "publisher_confirms", "exchange_exchange_bindings", "basic.nack", "consumer_cancel_notify",
        "connection.blocked", "consumer_priorities", "authentication_failure_close", "per_consumer_qos",
        "direct_reply_to",
    ]  # fmt: skip
    assert set(properties["capabilities"].values()) == {True}


def test_what_is_offered_is_what_rabbitmq_offers():
    tune = handshake.Tune()
    assert (tune.channel_max, tune.frame_max, tune.heartbeat) == (2047, 131_072, 60)


def test_a_password_may_be_any_bytes():
    assert handshake.credentials("PLAIN", b"\0me\0\xff", PROFILES["4.3"]) == ("me", "\udcff")
    assert handshake.credentials("PLAIN", "\0mé\0pässword", PROFILES["4.3"]) == ("mé", "pässword")


def test_amqplain_takes_more_than_it_needs_in_any_order():
    response = b"\x08PASSWORDS\0\0\0\x02pw\x05OTHERS\0\0\0\0\x05LOGINS\0\0\0\x02me"
    assert handshake.credentials("AMQPLAIN", response, PROFILES["3.10"]) == ("me", "pw")
