"""Records are told, compared and hashed as attrs would."""

from __future__ import annotations

import copy
import pickle

import attrs
import pytest

from fakeamqp.model.record import record, record_of_a_call


@record
class Lasting:
    channel: tuple[int, int]
    name: str = ""
    secret: str = attrs.field(default="x", repr=False, eq=False)


@record_of_a_call
class Passing:
    channel: tuple[int, int]
    name: str = ""


@record
class Other:
    channel: tuple[int, int]
    name: str = ""


@pytest.mark.parametrize("kind", [Lasting, Passing])
def test_it_is_told_with_all_its_fields(kind):
    assert repr(kind((1, 2), "q")) == f"{kind.__name__}(channel=(1, 2), name='q')"


@pytest.mark.parametrize("kind", [Lasting, Passing])
def test_it_equals_one_of_its_kind_with_the_same_values_and_nothing_else(kind):
    assert kind((1, 2), "q") == kind((1, 2), name="q")
    assert kind((1, 2), "q") != kind((1, 2), "p")
    assert kind((1, 2), "q") != Other((1, 2), "q")
    assert kind((1, 2), "q") != ((1, 2), "q")


def test_a_field_that_does_not_count_neither_shows_nor_matters():
    assert Lasting((1, 2), secret="a") == Lasting((1, 2), secret="b")
    assert hash(Lasting((1, 2), secret="a")) == hash(Lasting((1, 2), secret="b"))
    assert "secret" not in repr(Lasting((1, 2)))


def test_one_that_lasts_is_frozen_and_can_be_a_key():
    made = Lasting((1, 2))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        made.name = "p"
    assert {made: 1}[Lasting((1, 2))] == 1


def test_one_of_a_call_may_change_and_is_no_key():
    made = Passing((1, 2))
    made.name = "p"
    assert made == Passing((1, 2), "p")
    with pytest.raises(TypeError):
        hash(made)


@pytest.mark.parametrize("kind", [Lasting, Passing])
def test_it_can_be_copied_evolved_and_pickled(kind):
    made = kind((1, 2), "q")
    assert copy.deepcopy(made) == made == pickle.loads(pickle.dumps(made))
    assert attrs.evolve(made, name="p") == kind((1, 2), "p")
