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
    first, *others = PROFILES.values()
    agreed = [
        field.name
        for field in attrs.fields(Profile)
        if all(getattr(profile, field.name) == getattr(first, field.name) for profile in others)
    ]
    assert agreed == []


def test_what_is_not_permitted_by_default_is_denied():
    assert PROFILES["3.10"].denied_features == frozenset()
    assert PROFILES["4.0"].denied_features == {"classic_queue_mirroring"}
    assert {"global_qos", "queue_master_locator"} < PROFILES["4.3"].denied_features
    assert PROFILES["4.3"].permits("transient_nonexcl_queues")


def test_denying_adds_to_what_is_denied_and_leaves_the_profile_itself_alone():
    recorded = PROFILES["4.3"]
    denying = recorded.denying(["transient_nonexcl_queues"])
    assert denying.denied_features == recorded.denied_features | {"transient_nonexcl_queues"}
    assert recorded.permits("transient_nonexcl_queues")
    assert attrs.evolve(denying, denied_features=recorded.denied_features) == recorded
