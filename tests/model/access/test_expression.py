"""The regular expressions of permissions, and what is told of those that are none."""

from __future__ import annotations

import pytest

from fakeamqp.model.access import Expression, InvalidExpression
from fakeamqp.model.profile import PROFILES


def test_an_expression_may_match_anywhere():
    expression = Expression("own", PROFILES["4.3"])
    assert expression.matches("xowny")
    assert not expression.matches("mine")


def test_the_empty_expression_matches_the_empty_name_alone():
    expression = Expression("", PROFILES["4.3"])
    assert expression.matches("")
    assert not expression.matches("q")


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        ("4.0", '["invalid_regexp", "é**", ["nothing to repeat", 3]]'),
        ("4.3", '["invalid_regexp", "é**", ["quantifier does not follow a repeatable item", 4]]'),
    ],
)
def test_the_reason_is_the_management_apis(version, reason):
    with pytest.raises(InvalidExpression) as refused:
        Expression("é**", PROFILES[version])
    assert refused.value.args == (reason,)


def test_what_cannot_be_read_is_refused_by_us():
    with pytest.raises(ValueError, match="fakeamqp cannot read"):
        Expression("(?R)", PROFILES["4.3"])
