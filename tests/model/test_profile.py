"""The profiles are the recorded versions, and every difference says what it means."""

from __future__ import annotations

import re

import attrs
import pytest

from fakeamqp.model.profile import PROFILES, Profile


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_is_named_for_the_release_that_was_recorded(name):
    profile = PROFILES[name]
    assert profile.name == name
    assert profile.release.startswith(name + ".")
    assert profile.major == int(name.partition(".")[0])


def test_every_field_is_explained():
    explained = set(re.findall(r"\w+", " ".join(re.findall(r"^    ([\w, ]+):", Profile.__doc__ or "", re.MULTILINE))))
    inline = set(re.findall(r"(\w+):", Profile.__doc__ or ""))
    assert {field.name for field in attrs.fields(Profile)} <= explained | inline


def test_every_field_makes_a_difference():
    """A field in which all recorded versions agree is no difference: it belongs into the code."""
    agreed = [
        field.name
        for field in attrs.fields(Profile)
        if len({getattr(profile, field.name) for profile in PROFILES.values()}) == 1
    ]
    assert agreed == []
