"""How RabbitMQ 3.10.8, 4.0.5 and 4.3.6 were seen to print values in their texts."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

import pytest

from fakeamqp.model.erlang import (
    erlang_atom,
    erlang_charlist,
    erlang_float,
    erlang_json,
    erlang_string,
    erlang_tagged,
    erlang_term,
    erlang_tuple,
)
from fakeamqp.model.profile import PROFILES


@pytest.mark.parametrize("version", PROFILES)
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (-(2**40), "-1099511627776"),
        (True, "true"),
        (False, "false"),
        (None, "undefined"),
        ("", "<<>>"),
        ("any", '<<"any">>'),
        (b"any", '<<"any">>'),
        ('a"b', '<<"a\\"b">>'),
        ("a\\b", '<<"a\\\\b">>'),
        ("a\nb\t", '<<"a\\nb\\t">>'),
        ("\x1b", '<<"\\e">>'),
        ("\x01", "<<1>>"),
        ("a\x7f", "<<97,127>>"),
        (1.0, "1.0"),
        (0.1, "0.1"),
        (1e22, "1.0e22"),
        (1e-5, "1.0e-5"),
        (123456789.125, "123456789.125"),
        (Decimal("1.5"), "{1,15}"),
        (Decimal("-1.5"), "{1,4294967281}"),
        (Decimal("1E+2"), "{0,100}"),
        (datetime.fromtimestamp(5, timezone.utc), "5"),
        ([], "[]"),
        ({}, "[]"),
        (["any", 1], '[{longstr,<<"any">>},{signedint,1}]'),
        ({"any": 1, "b": [None]}, '[{<<"any">>,signedint,1},{<<"b">>,array,[{void,undefined}]}]'),
    ],
)
def test_a_value_is_printed_as_erlang_does(version, value, text):
    assert erlang_term(value, PROFILES[version]) == text


@pytest.mark.parametrize(
    ("value", "latin", "unicode"),
    [
        ("é", '<<"é">>', '<<"é"/utf8>>'),
        ("日本", "<<230,151,165,230,156,172>>", '<<"日本"/utf8>>'),
        # 3.10 puts the byte itself into its text (recorded: tests/adapters/tcp, "unknown type, text in Latin-1")
        (b"\xff", '<<"\udcff">>', '<<"ÿ">>'),
        (b"\xff\x00", "<<255,0>>", "<<255,0>>"),
    ],
)
def test_only_from_rabbitmq_4_0_on_bytes_are_read_as_utf_8(value, latin, unicode):
    assert erlang_term(value, PROFILES["3.10"]) == latin
    assert erlang_term(value, PROFILES["4.0"]) == erlang_term(value, PROFILES["4.3"]) == unicode


def test_a_list_of_bytes_is_a_text_if_all_of_them_are_printable():
    assert erlang_charlist('a"', PROFILES["4.3"]) == '"a\\""'
    assert erlang_charlist("日", PROFILES["4.3"]) == "[230,151,165]"
    assert erlang_charlist("é", PROFILES["3.10"]) == '"é"'
    assert erlang_charlist("é", PROFILES["4.3"]) == '"Ã©"'


def test_a_text_is_quoted_and_escaped():
    assert erlang_string("unsupported queue type 'a\"b'") == '"unsupported queue type \'a\\"b\'"'


@pytest.mark.parametrize("number", [1.5, -0.0, 1e300, 5e-324, 1e16, 123456.789])
def test_a_float_reads_back_as_itself_and_has_a_point(number):
    text = erlang_float(number)
    assert float(text) == number
    assert "." in text


def test_a_pair_that_would_fill_the_line_is_printed_on_two():
    assert erlang_tuple(("a", "b"), column=73) == "{a,b}"
    assert erlang_tuple(("a", "b"), column=74) == "{a,\n" + 75 * " " + "b}"


def test_json_has_lists_and_maps_without_types():
    value = {"b": [1, "x", None, True, 1.5], "a": {}}
    assert erlang_json(value, PROFILES["4.3"]) == '#{<<"a">> => #{},<<"b">> => [1,<<"x">>,null,true,1.5]}'


def test_a_list_of_pairs_that_would_fill_the_line_has_a_line_for_each():
    pairs = [("nonsense", "x" * 50), ("other", 1)]
    line = f'<<"{"x" * 50}">>'
    text = f'[{{<<"nonsense">>,{line}}},\n {{<<"other">>,1}}]'
    assert erlang_json(pairs, PROFILES["4.3"]) == text
    broken = f'[{{<<"nonsense">>,\n  <<"{"x" * 70}">>}}]'
    assert erlang_json([("nonsense", "x" * 70)], PROFILES["4.3"]) == broken


@pytest.mark.parametrize(
    ("name", "text"), [("fanout", "fanout"), ("x-random", "'x-random'"), ("Fanout", "'Fanout'"), ("", "''")]
)
def test_an_atom_is_quoted_unless_it_is_a_lower_case_word(name: str, text: str) -> None:
    assert erlang_atom(name) == text


@pytest.mark.parametrize(
    ("vhost", "queue", "text"),
    [
        ("/", "q", '{not_found,{resource,<<"/">>,queue,<<"q">>}}'),
        (
            "conformance-000000000000",
            "gone",
            '{not_found,\n                               {resource,<<"conformance-000000000000">>,\n'
            '                                   queue,<<"gone">>}}',
        ),
    ],
)
def test_a_tagged_tuple_goes_on_below_its_tag_when_the_line_is_full(vhost, queue, text):
    term = ("not_found", ("resource", f'<<"{vhost}">>', "queue", f'<<"{queue}">>'))
    assert erlang_tagged(term, len("failed to deliver message: ")) == text
