from __future__ import annotations

from fakeamqp.model.choice import BY_CHANCE, choice_by, choose_first

OPTIONS = list("abcdefgh")


def test_what_is_open_is_as_the_recordings_show_it_first():
    assert choose_first(OPTIONS, "anything") == choice_by(5)(OPTIONS, "anything") == "a"


def test_where_a_broker_throws_dice_the_seed_decides():
    words = [f"{BY_CHANCE}message {number}" for number in range(50)]
    thrown = [choice_by(5)(OPTIONS, word) for word in words]
    assert thrown == [choice_by(5)(OPTIONS, word) for word in words]
    assert thrown != [choice_by(6)(OPTIONS, word) for word in words]
    assert set(thrown) == set(OPTIONS)


def test_asking_twice_gives_the_same():
    choose = choice_by(5)
    assert choose(OPTIONS, f"{BY_CHANCE}x") == choose(OPTIONS, f"{BY_CHANCE}x")
