"""Regular expressions are Perl's, read byte by byte."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.model.access.expression import Expression, InvalidExpression, quoted


@pytest.mark.parametrize(
    ("text", "matching", "other"),
    [
        ("own", ["own", "xowny"], ["", "Own"]),
        ("^own$", ["own", "own\n"], ["owner"]),
        ("^(a|b)$", ["a", "b"], ["ab"]),
        ("", [""], ["x"]),
        ("^own\\z", ["own"], ["own\n"]),
        ("^own\\Z", ["own", "own\n"], ["ownx"]),
        ("^[[:upper:]_]+$", ["A_B"], ["a"]),
        ("^[^[:digit:]a]$", ["b"], ["1", "a"]),
        ("^[]a]$", ["]", "a"], ["b"]),
        ("^[^]a]$", ["b"], ["]", "a"]),
        ("^[[&]$", ["[", "&"], ["a"]),
        ("^[a\\]b]$", ["]"], ["\\"]),
        ("^\\Qa.b\\E.$", ["a.bc"], ["axbc"]),
        ("^\\Qa.b", ["a.b"], ["axb"]),
        ("^(?<n>x|y)\\k<n>$", ["xx", "yy"], ["xy"]),
        ("^(?'n'x|y)\\k{n}$", ["xx", "yy"], ["xy"]),
        ("^(x|y)\\1$", ["yy"], ["xy"]),
        ("(?i)^own$", ["OWN"], ["OWNER"]),
        ("^(?i)own$|^mine$", ["OWN", "MINE"], ["x"]),
        ("^(a(?i)b|c)d$", ["aBd", "Cd"], ["Abd", "aBD"]),
        ("^(?i:a)b$", ["Ab"], ["AB"]),
        ("^(?-i)a$", ["a"], ["A"]),
        ("^a(?#a comment)b$", ["ab"], ["a(b"]),
        ("^a{2}$", ["aa"], ["a"]),
        ("^a{1,2}?b$", ["ab", "aab"], ["aaab"]),
        ("^a{x}$", ["a{x}"], ["aa"]),
        ("^\\x41\\x{42}$", ["AB"], ["ab"]),
        ("^a\\hb$", ["a b", "a\tb"], ["a\nb"]),
        ("^a\\Rb$", ["a\r\nb", "a\nb"], ["a b"]),
        ("^a\\-\\.\\/$", ["a-./"], ["a-x/"]),
        ("^a(?=b)", ["ab"], ["ac"]),
        ("(?<!a)b", ["cb"], ["ab"]),
    ],
)
@pytest.mark.parametrize("pcre2", [False, True])
def test_what_matches(text, matching, other, pcre2):
    expression = Expression(text, pcre2)
    assert [name for name in matching if not expression.matches(name)] == []
    assert [name for name in other if expression.matches(name)] == []


@pytest.mark.parametrize(("pcre2", "letters"), [(False, True), (True, False)])
def test_bytes_above_127_are_letters_of_latin_1_for_the_older_library(pcre2, letters):
    assert Expression("^..$", pcre2).matches("é")
    assert Expression("^\\w.$", pcre2).matches("é") is letters
    assert Expression("^[[:alpha:]].$", pcre2).matches("é") is letters


@pytest.mark.parametrize(
    ("text", "words", "place", "newer_words", "newer_place"),
    [
        ("*", "nothing to repeat", 0, "quantifier does not follow a repeatable item", 1),
        ("a**", "nothing to repeat", 2, "quantifier does not follow a repeatable item", 3),
        ("(+)", "nothing to repeat", 1, "quantifier does not follow a repeatable item", 2),
        ("(", "missing )", 1, "missing closing parenthesis", 1),
        ("a)", "unmatched parentheses", 1, "unmatched closing parenthesis", 2),
        ("[", "missing terminating ] for character class", 1, "missing terminating ] for character class", 1),
        ("a\\", "\\ at end of pattern", 2, "\\ at end of pattern", 2),
        ("[z-a]", "range out of order in character class", 3, "range out of order in character class", 4),
        ("x{2,1}", "numbers out of order in {} quantifier", 5, "numbers out of order in {} quantifier", 5),
    ],
)
def test_what_is_wrong_is_told_in_the_librarys_words(text, words, place, newer_words, newer_place):
    escaped = text.replace("\\", "\\\\")
    for pcre2, told, at in ((False, words, place), (True, newer_words, newer_place)):
        with pytest.raises(InvalidExpression) as refused:
            Expression(text, pcre2)
        assert refused.value.args[0] == f'["invalid_regexp", "{escaped}", ["{told}", {at}]]'.replace("\\ at", "\\\\ at")


@pytest.mark.parametrize(
    "text", ["(?>a)", "a++", "a{2}+", "\\p{L}", "\\K", "(?|a)", "(?R)", "(*ACCEPT)", "[[:^alpha:]]"]
)
def test_what_python_has_no_word_for_is_refused_and_not_guessed(text):
    with pytest.raises(InvalidExpression, match="fakeamqp cannot read"):
        Expression(text)


@given(st.text(max_size=8), st.text(max_size=4))
def test_a_quoted_name_matches_itself_and_nothing_shorter(name, other):
    expression = Expression(f"^{quoted(name)}\\z")
    assert expression.matches(name)
    assert expression.matches(other) == (name == other)


@given(st.text("ab.|()[]^$*+?\\-", max_size=8), st.text("ab.|-", max_size=6))
def test_what_both_understand_python_and_perl_read_alike(text, name):
    """The translation leaves alone what needs none."""
    try:
        plain = re.compile(text or "^$")
        expression = Expression(text)
    except (re.error, InvalidExpression):
        return
    assert expression.matches(name) == bool(plain.search(name))
