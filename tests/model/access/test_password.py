"""Hashes of passwords, as definitions files have them."""

import pytest

from fakeamqp.model.access import PasswordHash
from fakeamqp.model.access.password import MD5, SHA_256

# Made by hand: the salt 01 02 03 04 and the hash of it and "secret".
HASHES = {
    SHA_256: "AQIDBDB9kM21iEUzN1lZ+6VReCsdNqS0sERdAQTcY6Xs3PMz",
    "rabbit_password_hashing_sha512": (
        "AQIDBPhTH2L5HGYB1LWOrn+YpvuQmVOXKGqgsuiJRIZTILRoEvblSJo/WAsym3IZTfuaIaK5KR2o5KwFfTv6KsxfMIE="
    ),
    MD5: "AQIDBDgk9ci8Lfh6CKE9Y0AUfmU=",
}


@pytest.mark.parametrize("algorithm", HASHES)
def test_a_hash_fits_its_password_and_no_other(algorithm):
    password = PasswordHash(HASHES[algorithm], algorithm)
    assert password.fits("secret")
    assert not password.fits("Secret")
    assert not password.fits("")


def test_a_hash_is_made_with_the_salt_in_front():
    assert PasswordHash.of("secret", b"\x01\x02\x03\x04 and more") == PasswordHash(HASHES[SHA_256])


def test_an_empty_hash_and_one_of_an_unknown_algorithm_fit_nothing():
    assert not PasswordHash("").fits("")
    assert not PasswordHash(HASHES[SHA_256], "rabbit_password_hashing_none").fits("secret")


def test_what_is_no_base64_is_no_hash():
    with pytest.raises(ValueError, match="base64"):
        PasswordHash("%%%")
