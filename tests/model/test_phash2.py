"""Erlang's portable hash. The expected values were printed by `erlang:phash2/1` of Erlang/OTP 25."""

from __future__ import annotations

import pytest

from fakeamqp.model.phash2 import Atom, phash2


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", 13708901),
        (b"a", 112802447),
        (b"key-0", 91985521),
        (b"abcdefghijkl", 15432855),
        (b"abcdefghijklm", 11441572),
        (b"xyz" * 50, 67102556),
    ],
)
def test_a_binary_is_hashed_twelve_bytes_at_a_time(data, expected):
    assert phash2(data) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, 88723725),
        (1, 2614250),
        (-1, 44071773),
        (2**26, 45134100),
        (2**27 - 1, 112602999),
        (2**27, 12354923),
        (-(2**27), 69672967),
        (-(2**27) - 1, 76739502),
        (1_700_000_000, 87554416),
        (2**40, 13893919),
        (-(2**40), 48180921),
        (2**64 - 1, 53435350),
        (-(2**62), 82210594),
    ],
)
def test_an_integer_is_hashed_by_its_size_and_sign(number, expected):
    assert phash2(number) == expected


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (Atom("true"), 506293),
        (Atom("undefined"), 45914356),
        ([], 113427502),
        ([b"k0"], 91343558),
        ([b"k0", b"k1"], 28008706),
        ([b""], 38220213),
        ((), 87486268),
        ((Atom("longstr"), b"key-0"), 81050419),
        ((Atom("signedint"), -5), 39932925),
        ((Atom("void"), Atom("undefined")), 27077197),
    ],
)
def test_each_kind_of_term_has_its_hash(term, expected):
    assert phash2(term) == expected


def test_a_float_is_hashed_by_its_bytes_and_minus_zero_is_zero():
    # As the management API hashes the arguments {"x": 1.5} of a binding: jFOrkw in base64.
    assert phash2([(b"x", Atom("double"), 1.5)], 2**32) == 0x8C53AB93
    assert phash2(-0.0) == phash2(0.0)


def test_a_hash_is_below_the_number_that_is_given():
    assert phash2(b"a", 2**32) % 2**27 == phash2(b"a") == 112802447


def test_other_terms_are_no_terms():
    with pytest.raises(TypeError, match="complex"):
        phash2(1.5j)  # type: ignore[arg-type]
