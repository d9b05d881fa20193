"""How selectors are read. Recorded: jms_topic/refused_selectors; more of 4.3's complaints were seen on 4.3.6."""

from __future__ import annotations

import pytest

from fakeamqp.model.exchanges.jms_terms import Unreadable, read_by_erlang, read_by_rabbitmq
from fakeamqp.model.phash2 import Atom

READERS = (read_by_erlang, read_by_rabbitmq)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("true.", Atom("true")),
        (" 'true' . ", Atom("true")),
        ("-5.", -5),
        ("+5.", 5),
        ("1.5e3.", 1500.0),
        ('<<"a\\"b">>.', b'a"b'),
        ('<<"größe">>.', "größe".encode()),
        ("<<>>.", b""),
        ('"ab".', [97, 98]),
        ("[].", []),
        ("{}.", ()),
        ("{'=',{ident,<<\"h\">>},[1, 2]}.", (Atom("="), (Atom("ident"), b"h"), [1, 2])),
    ],
)
def test_a_term_is_read(read, text, term):
    assert read(text) == term
    assert type(read(text)) is type(term)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("anything.", Atom("anything")),
        ("16#ff.", 255),
        ("$a.", 97),
        ("<<1,2>>.", b"\1\2"),
        ("% a\ntrue.", Atom("true")),
    ],
)
def test_erlang_reads_more(text, term):
    assert read_by_erlang(text) == term
    with pytest.raises(Unreadable):
        read_by_rabbitmq(text)


@pytest.mark.parametrize(
    "text", ["", "true", "true. false.", "X.", "fun() -> ok end.", "1 + 2.", "{1,}.", "{", "'abc", "37#zz.", "<<a>>."]
)
def test_what_erlang_does_not_take_for_a_term(text):
    with pytest.raises(Unreadable):
        read_by_erlang(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "unexpected_end"),
        ("{", "unexpected_end"),
        ("[1,", "unexpected_end"),
        ("{1", "expected_comma_or_closing_brace"),
        ("{1 2}", "expected_comma_or_closing_brace"),
        ("[1 2]", "expected_comma_or_closing_bracket"),
        ("'abc", "unterminated_quoted_atom"),
        ('"abc', "unterminated_string"),
        ('<<"abc', "unterminated_string"),
        ('<<"a">', "expected_closing_binary"),
        ("<<1>>", "invalid_binary"),
        ("{,1}", "unexpected_character"),
        ("X", "unexpected_character"),
        ("-a", "unexpected_character"),
        ("true..", "trailing_characters"),
        ("1e3", "trailing_characters"),
        ("1.5e", "invalid_term"),
        ("garbage", '{unknown_atom,"garbage"}'),
        ("'a b'", '{unknown_atom,"a b"}'),
        ("undefined", '{disallowed_atom,"undefined"}'),
        ("fun() -> ok end", '{disallowed_atom,"fun"}'),
    ],
)
def test_rabbitmq_says_what_it_does_not_take(text, reason):
    with pytest.raises(Unreadable) as why:
        read_by_rabbitmq(text)
    assert str(why.value) == reason


@pytest.mark.parametrize("text", ["true", "{'=',1}", "{1,}", "[1,]"])
def test_rabbitmq_needs_no_full_stop_and_minds_no_comma_at_the_end(text):
    read_by_rabbitmq(text)
