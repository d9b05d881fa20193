"""Bringing a file in piece by piece."""

from __future__ import annotations

from fakeamqp.model.profile import PROFILES
from fakeamqp.views.lint.topology import Topology
from fakeamqp.views.lint.trial import Trial
from fakeamqp.world.definitions import read_definitions
from tests.views.lint.examples import QUORUM, Json, binding, exchange, file, policy, queue


def tried(definitions: Json, version: str = "4.3") -> Trial:
    return Topology(read_definitions(definitions), PROFILES[version]).trial


def test_what_comes_after_a_refusal_is_tried_as_well() -> None:
    trial = tried(file(queue("a", x_max_length=-1), queue("b"), queue("c", x_max_length="5")))
    assert [where.index for where, _ in trial.refused] == [0, 2]


def test_a_binding_of_what_was_refused_is_not_told_too() -> None:
    trial = tried(file(exchange("x"), queue(x_max_length=-1), binding("x", key="#")))
    assert [str(where) for where, _ in trial.refused] == ["queue 'jobs' in vhost '/'"]


def test_of_a_policy_all_that_is_wrong_is_told_without_the_page_around_it() -> None:
    for version in PROFILES:
        trial = tried(file(queue(), policy("p", "(", to="none", max_length="5")), version)
        (_, reason) = trial.refused[0]
        assert reason.startswith("<<\"5\">> is not a valid maximum length apply-to 'none' unrecognised; should be")


def test_an_operator_policy_is_called_so() -> None:
    value = {"pattern": "", "definition": {"ha-mode": "all"}, "priority": 0, "apply-to": "queues"}
    trial = tried(file(queue(), parameters=[{"component": "operator_policy", "name": "p", "value": value}]))
    assert [str(where) for where, _ in trial.refused] == ["operator policy 'p' in vhost '/'"]
    assert (
        trial.refused[0][1]
        == '[{<<"ha-mode">>,<<"all">>}] are not recognised policy settings (vhost: "/" / component: '
        '"operator_policy" / key: "p")'
    )


def test_what_fakeamqp_does_not_run_is_no_finding() -> None:
    shovel = {"component": "shovel", "name": "s", "value": {}}
    trial = tried(file(queue(), parameters=[shovel]))
    assert (trial.refused, trial.passed_over, trial.twice) == ([], [], [])


def test_users_and_permissions_are_tried() -> None:
    everything = {"configure": ".*", "write": ".*", "read": "("}
    definitions = {
        "users": [{"name": "shop", "tags": []}],
        "vhosts": [{"name": "shop"}],
        "permissions": [
            {"user": "shop", "vhost": "shop", **everything},
            {"user": "guest", "vhost": "shop", **everything},
        ],
    }
    trial = tried(definitions)
    assert [str(where) for where, _ in trial.refused] == [
        "permissions 'shop' in vhost 'shop'",
        "permissions 'guest' in vhost 'shop'",
    ]


def test_a_type_of_queue_that_cannot_be_so_is_left_out() -> None:
    trial = tried(file(queue(auto_delete=True, **QUORUM)))
    assert [reason for _, reason in trial.passed_over] == [
        "invalid property 'auto-delete' for queue 'jobs' in vhost '/'"
    ]
