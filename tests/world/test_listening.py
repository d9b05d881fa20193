"""At which addresses a broker can be reached."""

from __future__ import annotations

import pytest

from fakeamqp.world.listening import Listening

HERE, THERE = ("rabbit", 5672), ("hare", 5673)


def test_it_listens_everywhere_at_the_usual_ports_if_nothing_is_said():
    listening = Listening(None)
    assert listening.includes(HERE)
    assert not listening.includes(THERE)
    assert (listening.first, str(listening)) == (("localhost", 5672), "any host at ports 5672 and 5671")


def test_it_listens_where_it_is_told_to_and_nowhere_else():
    listening = Listening([THERE])
    assert listening.includes(THERE)
    assert not listening.includes(HERE)
    assert (listening.first, str(listening)) == (THERE, "hare:5673")


def test_so_many_attempts_are_refused_as_was_said():
    listening = Listening(None)
    listening.refusals = 2
    assert [listening.is_refusing, *(listening.answers(HERE) for _ in range(3))] == [True, False, False, True]
    assert not listening.is_refusing


def test_one_address_may_be_down_by_itself():
    listening = Listening(None)
    listening.take_down("rabbit")
    assert (listening.answers(HERE), listening.answers(THERE), listening.is_down) == (False, True, True)
    listening.bring_up(HERE)
    assert (listening.answers(HERE), listening.is_down) == (True, False)


def test_what_is_down_at_every_address_comes_back_at_all_or_none():
    listening = Listening(None)
    listening.take_down()
    listening.take_down(THERE)
    assert not listening.answers(HERE)
    with pytest.raises(ValueError, match=r"down at every address; up\(\) brings all back"):
        listening.bring_up(HERE)
    listening.bring_up()
    assert listening.answers(HERE)


def test_a_bad_address_changes_nothing():
    listening = Listening(None)
    with pytest.raises(TypeError, match="an address is"):
        listening.take_down("rabbit", 5)  # type: ignore[arg-type]
    assert not listening.is_down


def test_an_address_is_news_once():
    listening = Listening(None)
    assert [listening.is_news(HERE), listening.is_news(HERE), listening.is_news(THERE)] == [True, False, True]


def test_an_address_that_is_served_counts_as_long_as_it_is():
    listening = Listening(None)
    listening.open(THERE)
    assert listening.includes(THERE)
    assert str(listening) == "any host at ports 5672 and 5671, hare:5673"
    listening.close(THERE)
    assert not listening.includes(THERE)
