"""What the kit asks every broker: each question is a function from an `Asking` to an answer that JSON can hold.

Real brokers have answered them all once (`python -m tests.kit.ask`); `answers.json` is what they said.
"""

from tests.kit.questions import consumers, definitions, hashes, messages, policies, refusals, selectors
from tests.kit.questions.question import QUESTIONS

__all__ = ["QUESTIONS", "consumers", "definitions", "hashes", "messages", "policies", "refusals", "selectors"]
