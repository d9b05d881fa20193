"""Parameters of the model."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands
from tests.support.rig import Rig


def test_limits_of_a_virtual_host_are_replaced_as_a_whole():
    rig = Rig()
    for value in ({"max-queues": 5, "max-connections": 3}, {"max-queues": 6}):
        rig.broker.apply(commands.SetParameter("/", "vhost-limits", "limits", value), 0)
    assert rig.broker.vhosts["/"].limits == {"max-queues": 6}


@pytest.mark.parametrize(
    ("component", "value", "reason"),
    [
        ("policy", {}, "policies may not be set using this method"),
        ("shovel", {}, "Validation failed\n\ncomponent shovel not found\n"),
        ("vhost-limits", {"max-queues": "x"}, "Validation failed\n\nmax-queues should be a number"),
    ],
)
def test_what_is_refused_changes_nothing(component, value, reason):
    rig = Rig()
    with pytest.raises(ValueError, match=reason):
        rig.broker.apply(commands.SetParameter("/", component, "n", value), 0)
    assert rig.broker.vhosts["/"].limits == {}


def test_what_is_not_there_cannot_be_cleared():
    rig = Rig()
    for command in (commands.ClearParameter("/", "vhost-limits", "limits"), commands.ClearGlobalParameter("n")):
        with pytest.raises(LookupError, match="Not Found"):
            rig.broker.apply(command, 0)


def test_a_global_parameter_is_kept_and_cleared():
    rig = Rig()
    rig.broker.apply(commands.SetGlobalParameter("n", [1]), 0)
    assert rig.broker.global_parameters == {"n": [1]}
    rig.broker.apply(commands.ClearGlobalParameter("n"), 0)
    assert rig.broker.global_parameters == {}
