"""The broker answers as real ones did, word for word."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakeamqp.model.profile import PROFILES
from tests.kit.ask import ANSWERS
from tests.kit.asking import the_broker_here
from tests.kit.questions import QUESTIONS

TABLE: dict[str, dict[str, Any]] = json.loads(ANSWERS.read_text("utf-8"))


@pytest.mark.parametrize("version", PROFILES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_as_by_a_real_broker(question: str, version: str) -> None:
    with the_broker_here(version) as asking:
        answer = json.loads(json.dumps(QUESTIONS[question](asking)))
    assert answer == TABLE[question][version]
    assert json.dumps(answer) == json.dumps(TABLE[question][version])  # in the same order, too
