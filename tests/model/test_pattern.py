"""Regular expressions, as far as Python's and Erlang's agree; where they do not, that is said."""

from __future__ import annotations

import pytest

from fakeamqp.model.pattern import InvalidPattern, check_pattern, matches
from fakeamqp.model.profile import PROFILES

NEW = PROFILES["4.3"]


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
    assert [name for name in ("jobs", "my.jobs.old", "JOBS") if matches(pattern, name)] == found


def test_what_python_warns_of_is_read_as_it_is():
    for pattern, name in (("^[[a]$", "["), ("^\\[[&&]$", "[&"), ("^[]|[]+$", "]|["), ("^[^\\]~~]$", "a")):
        check_pattern(pattern, NEW)
        assert matches(pattern, name)


def test_bytes_are_what_is_counted():
    assert matches("^..$", "é")
    assert matches("é", "café")
    assert not matches("^.$", "é")


@pytest.mark.parametrize(
    "pattern",
    ["(?|a|b)", "(?R)", "\\Qa.b\\E", "\\p{L}", "[[:alpha:]]", "[^[:digit:]]", "a\\z", "\\x{41}", "(*ANY)a", "a(?i)b"],
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
