"""Which policy is in force, what several come to together, and what is refused; versions as recorded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.model.arguments import DEFAULT_SEGMENT, QueueArguments
from fakeamqp.model.choice import choice_by, choose_first
from fakeamqp.model.policy import (
    CRASHED,
    NONE_IN_FORCE,
    InvalidPolicy,
    Policies,
    Policy,
    foreign_keys,
    make_policy,
    merge_arguments,
    merge_policies,
)
from fakeamqp.model.profile import PROFILES

OLD, MIDDLE, NEW = PROFILES["3.10"], PROFILES["4.0"], PROFILES["4.3"]
EVERY = pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))


def policies(*each: Policy, operators: tuple[Policy, ...] = ()) -> Policies:
    made = Policies()
    made.policies.update({policy.name: policy for policy in each})
    made.operator_policies.update({policy.name: policy for policy in operators})
    return made


def in_force(made: Policies, name: str = "q", kind: str = "classic", profile=NEW):
    return made.in_force(name, kind, profile, choose_first)


# --- which is in force


def test_without_a_policy_none_is_in_force():
    assert in_force(policies(Policy("p", "^other", {"max-length": 1}))) is NONE_IN_FORCE


def test_the_highest_priority_is_in_force_alone():
    low = Policy("low", "^q", {"expires": 5}, priority=1)
    high = Policy("high", "^q", {"max-length": 1}, priority=1.5)
    assert in_force(policies(low, high)).definition == {"max-length": 1}


def test_which_of_equals_is_in_force_goes_by_the_seed_not_by_who_came_first():
    one, two = Policy("one", "", {"max-length": 1}), Policy("two", "", {"max-length": 2})
    chosen = {
        seed: {
            policies(*order).in_force("q", "classic", NEW, choice_by(seed)).definition["max-length"]
            for order in ((one, two), (two, one))
        }
        for seed in range(20)
    }
    assert all(len(lengths) == 1 for lengths in chosen.values())
    assert {length for lengths in chosen.values() for length in lengths} == {1, 2}


@pytest.mark.parametrize(
    ("apply_to", "kinds"),
    [
        ("all", ["exchange", "classic", "quorum", "stream"]),
        ("queues", ["classic", "quorum", "stream"]),
        ("exchanges", ["exchange"]),
        ("classic_queues", ["classic"]),
        ("quorum_queues", ["quorum"]),
        ("streams", ["stream"]),
    ],
)
def test_a_policy_applies_to_the_kinds_it_says(apply_to, kinds):
    policy = Policy("p", "", {"max-length-bytes": 5}, apply_to=apply_to)
    every = ["exchange", "classic", "quorum", "stream"]
    assert [kind for kind in every if policy.concerns("q", kind, NEW)] == kinds


@EVERY
def test_one_key_that_a_type_of_queue_does_not_have_keeps_the_whole_policy_from_it(profile):
    made = policies(
        Policy("high", "", {"max-age": "1D", "max-length-bytes": 5}, priority=1),
        Policy("low", "", {"max-length-bytes": 9}),
    )
    assert in_force(made, kind="classic", profile=profile).definition == {"max-length-bytes": 9}
    assert in_force(made, kind="stream", profile=profile).definition == {"max-age": "1D", "max-length-bytes": 5}


def test_what_is_foreign_to_classic_queues_differs_by_version():
    assert "queue-leader-locator" in foreign_keys("classic", OLD)
    assert "queue-leader-locator" not in foreign_keys("classic", NEW)
    assert "max-in-memory-length" in foreign_keys("classic", NEW)


# --- what several come to


NUMBERS = ("expires", "message-ttl", "max-length", "max-length-bytes", "max-in-memory-length", "delivery-limit")
DEFINITION = st.dictionaries(st.sampled_from(NUMBERS), st.integers(0, 9))
DELIVERY_LIMITS = st.integers(-3, 5)


@EVERY
@given(mine=DEFINITION, theirs=DEFINITION)
def test_limits_merge_whichever_is_the_operators(profile, mine, theirs):
    one, other = Policy("one", "", mine), Policy("other", "", theirs)
    assert merge_policies(one, other, profile) == merge_policies(other, one, profile)


@given(mine=DEFINITION, theirs=DEFINITION)
def test_a_merged_definition_allows_no_more_than_either(mine, theirs):
    merged = merge_policies(Policy("p", "", mine), Policy("o", "", theirs), NEW)
    assert merged.keys() == mine.keys() | theirs.keys()
    for definition in (mine, theirs):
        assert all(merged[key] <= value for key, value in definition.items())


@given(argument=st.none() | DELIVERY_LIMITS, mine=DELIVERY_LIMITS, theirs=DELIVERY_LIMITS)
def test_delivery_limits_merge_in_any_order(argument, mine, theirs):
    def limit(*order: int) -> int | None:
        merged = QueueArguments("quorum", delivery_limit=argument)
        for each in order:
            merged = merge_arguments(merged, {"delivery-limit": each}, NEW)
        return merged.delivery_limit

    together = merge_policies(
        Policy("p", "", {"delivery-limit": mine}), Policy("o", "", {"delivery-limit": theirs}), NEW
    )
    assert limit(mine, theirs) == limit(theirs, mine) == limit(together["delivery-limit"])


def test_of_what_is_no_limit_the_operators_counts():
    mine = Policy("p", "", {"overflow": "drop-head", "queue-version": 1})
    theirs = Policy("o", "", {"overflow": "reject-publish", "queue-version": 2})
    assert merge_policies(mine, theirs, NEW) == theirs.definition


def test_groups_and_least_delays_are_merged_to_the_larger():
    mine = Policy("p", "", {"target-group-size": 5, "delayed-retry-min": 5, "delayed-retry-max": 5})
    theirs = Policy("o", "", {"target-group-size": 3, "delayed-retry-min": 3, "delayed-retry-max": 3})
    merged = merge_policies(mine, theirs, NEW)
    assert merged == {"target-group-size": 5, "delayed-retry-min": 5, "delayed-retry-max": 3}


def test_of_delays_as_argument_and_by_policy_the_smaller_count_and_of_types_the_policys():
    arguments = QueueArguments(
        "quorum", delayed_retry_type="failed", delayed_retry_min_us=9_000, delayed_retry_max_us=9_000
    )
    definition = {"delayed-retry-type": "all", "delayed-retry-min": 5, "delayed-retry-max": 12}
    merged = merge_arguments(arguments, definition, NEW)
    assert (merged.delayed_retry_type, merged.delayed_retry_min_us) == ("all", 5_000)
    assert merged.delayed_retry_max_us == 9_000


def test_of_consumer_timeouts_as_argument_and_by_policy_the_smaller_counts():
    for mine, theirs in ((3_000, 5), (5_000, 3)):
        arguments = QueueArguments("quorum", consumer_timeout_us=mine)
        assert merge_arguments(arguments, {"consumer-timeout": theirs}, NEW).consumer_timeout_us == 3_000


@EVERY
def test_of_a_limit_as_argument_and_by_policy_the_smaller_counts(profile):
    arguments = QueueArguments(max_length=5, message_ttl_us=5_000, expires_us=9_000)
    merged = merge_arguments(arguments, {"max-length": 3, "message-ttl": 6, "expires": 8}, profile)
    assert merged == QueueArguments(max_length=3, message_ttl_us=5_000, expires_us=8_000)


@EVERY
def test_of_anything_else_the_argument_counts(profile):
    arguments = QueueArguments(overflow="drop-head", dead_letter_exchange="mine")
    definition = {"overflow": "reject-publish", "dead-letter-exchange": "theirs", "dead-letter-routing-key": "k"}
    merged = merge_arguments(arguments, definition, profile)
    assert merged == QueueArguments(overflow="drop-head", dead_letter_exchange="mine", dead_letter_routing_key="k")


@EVERY
def test_for_a_stream_the_policy_counts(profile):
    arguments = QueueArguments("stream", max_bytes=5, max_age_us=1_000_000, segment_bytes=30)
    definition = {"max-length-bytes": 9, "max-age": "1h", "stream-max-segment-size-bytes": 40}
    merged = merge_arguments(arguments, definition, profile)
    assert merged == QueueArguments("stream", max_bytes=9, max_age_us=3_600_000_000, segment_bytes=40)


def test_a_negative_delivery_limit_is_none_from_4_on_and_the_smallest_on_3_10():
    arguments = QueueArguments("quorum", delivery_limit=-1)
    assert merge_arguments(arguments, {"delivery-limit": 3}, OLD).delivery_limit == -1
    assert merge_arguments(arguments, {"delivery-limit": 3}, NEW).delivery_limit == 3
    assert merge_arguments(arguments, {"delivery-limit": -2}, NEW).delivery_limit == -1


def test_keys_that_no_client_sees_change_nothing():
    arguments = QueueArguments(segment_bytes=DEFAULT_SEGMENT)
    assert merge_arguments(arguments, {"queue-mode": "lazy", "alternate-exchange": "x"}, NEW) is arguments


# --- what is refused


def refused(definition, profile=NEW, *, operators=False, pattern="^q", priority=0, apply_to="all") -> str:
    with pytest.raises(InvalidPolicy) as refusal:
        make_policy("p", pattern, definition, priority, apply_to, profile, operators=operators)
    return str(refusal.value)


@EVERY
def test_a_definition_is_kept_sorted_by_key(profile):
    policy = make_policy("p", "^q", {"max-length": 1, "expires": 5}, 3, "queues", profile)
    assert policy == Policy("p", "^q", {"expires": 5, "max-length": 1}, 3, "queues")
    assert list(policy.definition) == ["expires", "max-length"]


@EVERY
def test_the_first_bad_value_by_key_is_told(profile):
    reason = "Validation failed\n\n0 is not a valid queue expiry\n"
    assert refused({"max-length": -1, "expires": 0, "nonsense": 1}, profile) == reason


def test_reasons_are_html_where_they_are_of_a_policy_of_3_10_or_4_0():
    told = 'Validation failed\n\n[{<<"nonsense">>,1}] are not recognised policy settings\n'
    escaped = told.replace("<", "&lt;").replace(">", "&gt;")
    assert [refused({"nonsense": 1}, profile) for profile in (OLD, MIDDLE, NEW)] == [escaped, escaped, told]
    assert refused({"nonsense": 1}, OLD, operators=True) == told


@EVERY
def test_an_operator_may_set_limits_only(profile):
    assert make_policy("o", "^q", {"max-length": 1}, 0, "all", profile, operators=True)
    assert "not recognised" in refused({"dead-letter-exchange": "x"}, profile, operators=True)


def test_all_that_is_wrong_is_told():
    reason = refused({}, pattern=5, priority=None, apply_to="weird")
    assert reason == (
        "Validation failed\n\n"
        "no policy provided\n"
        "apply-to 'weird' unrecognised; should be one of: 'queues', 'classic_queues',  'quorum_queues', 'streams', "
        "'exchanges', or 'all'\n"
        "pattern should be a binary but was 5\n"
        "priority should be a number, actually was null\n"
    )


@EVERY
@pytest.mark.parametrize("definition", [None, [], "max-length", 5])
def test_what_is_no_table_crashes_it(profile, definition):
    assert refused(definition, profile) == CRASHED
