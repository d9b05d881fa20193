"""Generated names have RabbitMQ's form and come from the seed alone."""

from __future__ import annotations

import re

from fakeamqp.model.naming import Naming

TOKEN = "[A-Za-z0-9_-]{22}"


def test_names_have_the_form_of_rabbitmqs_own():
    naming = Naming(0)
    assert re.fullmatch(f"amq\\.gen-{TOKEN}", naming.queue())
    assert re.fullmatch(f"amq\\.ctag-{TOKEN}", naming.consumer_tag())
    assert re.fullmatch(f"{TOKEN}\\.{TOKEN}", naming.reply_address())


def test_no_name_is_given_twice():
    naming = Naming(0)
    assert len({naming.queue() for _ in range(1000)}) == 1000


def test_a_seed_makes_the_same_names_and_another_one_others():
    assert Naming(1).queue() == Naming(1).queue()
    assert Naming(1).queue() != Naming(2).queue()
