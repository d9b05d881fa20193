"""Answers and errors."""

from __future__ import annotations

import json

from fakeamqp.adapters.management import answers


def test_an_error_has_its_words_as_json() -> None:
    answer = answers.missing().answer()
    assert answer.status == 404
    assert json.loads(answer.body or "") == {"error": "Object Not Found", "reason": "Not Found"}


def test_a_crash_says_nothing() -> None:
    answer = answers.crashed().answer()
    assert (answer.status, answer.body) == (500, None)


def test_json_has_no_spaces_and_keeps_letters() -> None:
    assert answers.as_json({"a": ["é", 1]}) == '{"a":["é",1]}'


def test_a_reason_is_a_text_or_a_term() -> None:
    assert answers.reason_of(ValueError("no")) == "no"
    assert answers.reason_of(LookupError('["no_such_user", "ada"]')) == ["no_such_user", "ada"]


def test_a_refused_expression_comes_as_characters_but_in_topic_permissions() -> None:
    error = ValueError('["invalid_regexp", "(", ["no", 1]]')
    assert answers.reason_of(error) == ["invalid_regexp", [40], [[110, 111], 1]]
    assert answers.reason_of(error, is_topic=True) == ["invalid_regexp", "(", [[110, 111], 1]]
