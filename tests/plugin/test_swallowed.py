"""An error that says "this would hang" and that nobody saw fails the test."""

from __future__ import annotations

import pytest

_HANGING = """
    import pika
    import pytest
    import unittest
    import fakeamqp

    def ask():
        channel = pika.BlockingConnection().channel()
        channel.queue_declare("answers")
        return next(channel.consume("answers"))

    def ask_bravely():
        try:
            return ask()
        except BaseException:
            return None

    def ask_and_be_quiet():
        try:
            return ask()
        finally:
            return None
"""


def run(pytester: pytest.Pytester, tests: str) -> pytest.RunResult:
    pytester.makepyfile(_HANGING + tests)
    return pytester.runpytest("-W", "ignore::SyntaxWarning")


@pytest.mark.parametrize("call", ["ask_bravely", "ask_and_be_quiet"])
def test_a_swallowed_error_fails_the_test_with_its_own_words(pytester: pytest.Pytester, call: str) -> None:
    result = run(
        pytester,
        f"""
    def test_it(fakeamqp_broker):
        assert {call}() is None
    """,
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["*caught and dropped an error*", "  WouldBlockForever: consume() at *'answers'*", "*except BaseException*"]
    )


def test_a_test_that_fails_with_the_error_fails_once(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
    def test_it(fakeamqp_broker):
        ask()
    """,
    )
    result.assert_outcomes(failed=1)


def test_a_test_may_expect_the_error(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
    def test_with_raises(fakeamqp_broker):
        with pytest.raises(fakeamqp.WouldBlockForever):
            ask()

    def test_with_raises_as_a_function(fakeamqp_broker):
        pytest.raises(fakeamqp.WouldBlockForever, ask)

    def test_with_an_except_clause(fakeamqp_broker):
        try:
            ask()
        except fakeamqp.WouldBlockForever as error:
            assert "answers" in str(error)

    @pytest.mark.usefixtures("fakeamqp_broker")
    class TestInTheMannerOfUnittest(unittest.TestCase):
        def test_with_assert_raises(self):
            with self.assertRaises(fakeamqp.WouldBlockForever):
                ask()
            self.assertRaises(fakeamqp.WouldBlockForever, ask)
    """,
    )
    result.assert_outcomes(passed=4)


def test_a_test_with_hypothesis_may_expect_the_error(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
    from hypothesis import HealthCheck, given, settings, strategies as st

    @settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(number=st.integers())
    def test_it(fakeamqp_broker, number):
        with pytest.raises(fakeamqp.WouldBlockForever):
            ask()
    """,
    )
    result.assert_outcomes(passed=1)


def test_an_error_in_a_fixture_is_seen_by_pytest(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
    @pytest.fixture
    def answer(fakeamqp_broker):
        return ask()

    def test_it(answer):
        pass
    """,
    )
    result.assert_outcomes(errors=1)
    assert "caught and dropped" not in result.stdout.str()


def test_a_dry_consumer_that_returns_is_no_error(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
    def test_it(fakeamqp_channel):
        fakeamqp_channel.queue_declare("orders")
        fakeamqp_channel.basic_consume("orders", print)
        fakeamqp_channel.start_consuming()
    """,
    )
    result.assert_outcomes(passed=1)
