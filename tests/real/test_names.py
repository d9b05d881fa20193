"""What virtual hosts and users are called on the real broker, and that the test does not notice."""

from __future__ import annotations

import re

from fakeamqp.real.names import Names

GUEST = {"guest": "guest"}


def test_a_virtual_host_has_a_name_that_nobody_else_has() -> None:
    one, other = Names(GUEST, ("guest", "guest")), Names(GUEST, ("guest", "guest"))
    assert re.fullmatch("fakeamqp-[0-9a-f]{10}", one.vhost("/"))
    assert one.vhost("shop") == f"{one.vhost('/')}-shop"
    assert one.vhost("/") != other.vhost("/")


def test_a_real_name_stays_as_it_is() -> None:
    names = Names(GUEST, ("guest", "guest"))
    assert names.vhost(names.vhost("shop")) == names.vhost("shop")
    assert names.user(names.user("ada")) == names.user("ada")


def test_guest_is_the_user_of_the_url() -> None:
    names = Names(GUEST, ("ops", "pw"))
    assert names.credentials("guest", "guest") == ("ops", "pw")
    assert names.credentials("ops", "pw") == ("ops", "pw")


def test_a_wrong_password_stays_wrong() -> None:
    assert Names(GUEST, ("guest", "guest")).credentials("guest", "nope") == ("guest", "nope")


def test_where_guest_is_no_user_guest_is_nobody() -> None:
    names = Names({"ada": "s3cret"}, ("guest", "guest"))
    assert names.credentials("guest", "guest") == (f"{names.root}-guest", "guest")
    assert names.credentials("ada", "s3cret") == (f"{names.root}-ada", "s3cret")


def test_where_everybody_may_come_in_everybody_is_the_user_of_the_url() -> None:
    assert Names("any", ("ops", "pw")).credentials("ada", "what") == ("ops", "pw")


def test_texts_have_the_names_of_the_test() -> None:
    names = Names(GUEST, ("ops", "pw"))
    real = f"vhost '{names.vhost('/')}', vhost '{names.vhost('shop')}', user '{names.user('ada')}', user 'ops'"
    assert names.as_given(real) == "vhost '/', vhost 'shop', user 'ada', user 'guest'"
