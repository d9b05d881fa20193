"""Where the real broker is: what its two URLs may be, and what is said of others."""

from __future__ import annotations

import pytest

from fakeamqp.real.address import Address


def test_an_amqp_url_at_the_usual_port_is_enough() -> None:
    address = Address.of("amqp://ada:s3%2Fcret@rabbit")
    assert (address.host, address.port, address.user, address.password) == ("rabbit", 5672, "ada", "s3/cret")
    assert (address.management, address.manager) == ("http://rabbit:15672", ("ada", "s3/cret"))


def test_with_tls_the_management_api_is_looked_for_with_tls() -> None:
    address = Address.of("amqps://rabbit")
    assert (address.port, address.management) == (5671, "https://rabbit:15671")


def test_who_gives_no_user_is_guest() -> None:
    assert Address.of("amqp://[::1]").manager == ("guest", "guest")


def test_the_management_url_may_have_a_user_and_a_path_of_its_own() -> None:
    address = Address.of("amqp://rabbit:5673", "https://ops:pw@admin/rabbit/api/")
    assert (address.management, address.manager) == ("https://admin:443/rabbit", ("ops", "pw"))
    assert (address.user, address.password) == ("guest", "guest")


def test_the_url_of_a_virtual_host_quotes_what_has_to_be() -> None:
    url = Address.of("amqp://[::1]:5672").url("a/b", "ada", "s3/cret")
    assert url == "amqp://ada:s3%2Fcret@[::1]:5672/a%2Fb"


@pytest.mark.parametrize("path", ["", "/", "/%2F", "/%2f"])
def test_the_default_virtual_host_may_be_named_since_it_is_not_used(path: str) -> None:
    assert Address.of(f"amqp://rabbit{path}").host == "rabbit"


@pytest.mark.parametrize(
    ("urls", "told"),
    [
        (["http://rabbit"], "the AMQP URL is of the form amqp://"),
        (["amqp://"], "the AMQP URL is of the form amqp://"),
        (["amqp://rabbit:port"], "the AMQP URL is of the form amqp://"),
        (["amqp://rabbit:0"], "the AMQP URL is of the form amqp://"),
        (["amqp://rabbit/shop"], "names a virtual host, 'shop': leave it away"),
        (["amqp://rabbit:5673"], "the AMQP port 5673 is not the usual one, so the management API has to be given"),
        (["amqp://rabbit", "rabbit:15672"], "the management URL is of the form http://"),
    ],
)
def test_what_is_wrong_with_a_url_is_told(urls: list[str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Address.of(*urls)


def test_no_password_is_shown() -> None:
    address = Address.of("amqp://ada:s3cret@rabbit")
    with pytest.raises(ValueError) as refused:
        Address.of("amqq://ada:s3cret@rabbit")
    assert "s3cret" not in f"{address} {address!r} {refused.value}"
