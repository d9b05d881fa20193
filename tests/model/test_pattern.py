"""Regular expressions, as far as Python's and Erlang's agree; where they do not, that is said."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.model.pattern import InvalidPattern, check_pattern, matches, quoted
from fakeamqp.model.profile import PROFILES

OLD, NEW = PROFILES["3.10"], PROFILES["4.3"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("", ["jobs", "my.jobs.old", "JOBS"]),
        ("jobs", ["jobs", "my.jobs.old"]),
        ("^jobs$", ["jobs"]),
        ("(?i)^jobs", ["jobs", "JOBS"]),
        ("^(?!my)", ["jobs", "JOBS"]),
        ("(?<name>j)obs$", ["jobs"]),
    ],
)
def test_a_pattern_is_searched_for(pattern, found):
    check_pattern(pattern, NEW)
    assert [name for name in ("jobs", "my.jobs.old", "JOBS") if matches(pattern, name, NEW)] == found


@pytest.mark.parametrize(
    ("text", "matching", "other"),
    [
        ("own", ["own", "xowny"], ["", "Own"]),
        ("^own$", ["own", "own\n"], ["owner"]),
        ("^(a|b)$", ["a", "b"], ["ab"]),
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
@pytest.mark.parametrize("profile", [OLD, NEW])
def test_a_pattern_is_perl_s(text, matching, other, profile):
    check_pattern(text, profile)
    assert [name for name in matching if not matches(text, name, profile)] == []
    assert [name for name in other if matches(text, name, profile)] == []


@pytest.mark.parametrize(("profile", "letters"), [(OLD, True), (NEW, False)])
def test_bytes_above_127_are_letters_of_latin_1_for_the_older_library(profile, letters):
    assert matches("^\\w.$", "é", profile) is letters
    assert matches("^[[:alpha:]].$", "é", profile) is letters


def test_what_python_warns_of_is_read_as_it_is():
    for pattern, name in (("^[[a]$", "["), ("^\\[[&&]$", "[&"), ("^[]|[]+$", "]|["), ("^[^\\]~~]$", "a")):
        check_pattern(pattern, NEW)
        assert matches(pattern, name, NEW)


def test_bytes_are_what_is_counted():
    assert matches("^..$", "é", NEW)
    assert matches("é", "café", NEW)
    assert not matches("^.$", "é", NEW)


@pytest.mark.parametrize(
    "pattern",
    ["(?|a|b)", "(?R)", "(?>a)", "a++", "a{2}+", "\\p{L}", "\\K", "[[:^alpha:]]", "(*ANY)a"],
)
def test_what_only_pcre_reads_is_refused_and_said_to_be(pattern):
    with pytest.raises(ValueError, match="fakeamqp cannot read") as refusal:
        check_pattern(pattern, NEW)
    assert not isinstance(refusal.value, InvalidPattern)


@pytest.mark.parametrize(
    ("pattern", "old", "new"),
    [
        ("(a", '{"missing )",2}', '{"missing closing parenthesis",2}'),
        ("a)", '{"unmatched parentheses",1}', '{"unmatched closing parenthesis",2}'),
        ("*", '{"nothing to repeat",0}', '{"quantifier does not follow a repeatable item",1}'),
        ("(+)", '{"nothing to repeat",1}', '{"quantifier does not follow a repeatable item",2}'),
        ("[", '{"missing terminating ] for character class",1}', '{"missing terminating ] for character class",1}'),
        ("a\\", '{"\\\\ at end of pattern",2}', '{"\\\\ at end of pattern",2}'),
        ("[z-a]", '{"range out of order in character class",3}', '{"range out of order in character class",4}'),
        ("x{2,1}", '{"numbers out of order in {} quantifier",5}', '{"numbers out of order in {} quantifier",5}'),
        ("(?#a", '{"missing ) after comment",4}', '{"missing ) after (?# comment",4}'),
        ("a\\1", '{"reference to non-existent subpattern",3}', '{"reference to non-existent subpattern",3}'),
        ("(?y)", '{"unrecognized character after (? or (?-",2}', '{"unrecognized character after (? or (?-",3}'),
        ("x**", '{"nothing to repeat",2}', '{"quantifier does not follow a repeatable item",3}'),
        ("é(", '{"missing )",3}', '{"missing closing parenthesis",3}'),
    ],
)
def test_what_is_no_regular_expression_is_told_in_pcres_words(pattern, old, new):
    for version, told in (("4.0", old), ("4.3", new)):
        with pytest.raises(InvalidPattern) as refusal:
            check_pattern(pattern, PROFILES[version])
        assert refusal.value.described(column=0) == told


def test_a_text_that_fills_the_line_goes_on_the_next():
    with pytest.raises(InvalidPattern) as refusal:
        check_pattern("(", NEW)
    assert refusal.value.described(column=50) == '{"missing closing parenthesis",\n' + " " * 51 + "1}"


@given(st.text(max_size=8), st.text(max_size=4))
def test_a_quoted_name_matches_itself_and_nothing_shorter(name, other):
    pattern = f"^{quoted(name)}\\z"
    assert matches(pattern, name, NEW)
    assert matches(pattern, other, NEW) == (name == other)


@pytest.mark.filterwarnings("ignore:Possible:FutureWarning")
@given(st.text("ab.|()[]^$*+?\\-", max_size=8), st.text("ab.|-", max_size=6))
def test_what_both_understand_python_and_perl_read_alike(pattern, name):
    """The translation leaves alone what needs none."""
    try:
        plain = re.compile(pattern)
        check_pattern(pattern, NEW)
    except (re.error, ValueError):
        return
    assert matches(pattern, name, NEW) == bool(plain.search(name))
