"""What a test asks for: markers over options over the ini file, and what makes no sense is refused by name."""

from __future__ import annotations

import inspect
from types import SimpleNamespace
from typing import Any

import pytest

from conftest_plugin.asked import Asked, asked_by
from fakeamqp import Broker


def ask(config: pytest.Config, *markers: pytest.MarkDecorator, **param: str) -> Asked:
    """What the test test_shop.py::test_orders asks for. markers: the farthest first. param: of the fixture, if any."""
    marks = [marker.mark for marker in reversed(markers)]
    node = SimpleNamespace(nodeid="test_shop.py::test_orders", iter_markers=lambda name: iter(marks))
    request: Any = SimpleNamespace(config=config, node=node, **param)
    return asked_by(request)


@pytest.fixture
def config(pytester: pytest.Pytester) -> pytest.Config:
    return pytester.parseconfigure()


def marker(*args: Any, **kwargs: Any) -> pytest.MarkDecorator:
    return pytest.mark.fakeamqp(*args, **kwargs)


def test_who_asks_for_nothing_gets_the_brokers_own_defaults(config: pytest.Config) -> None:
    assert ask(config) == Asked({}, None, False)


def test_options_hold_for_every_test(pytester: pytest.Pytester) -> None:
    config = pytester.parseconfigure("--fakeamqp-version=4.0", "--fakeamqp-seed=0")
    assert ask(config).arguments == {"version": "4.0", "seed": 0}


def test_a_marker_wins_over_options_name_by_name(pytester: pytest.Pytester) -> None:
    config = pytester.parseconfigure("--fakeamqp-version=4.0", "--fakeamqp-seed=5")
    assert ask(config, marker(seed=1), marker("3.10", idle="raise")).arguments == {
        "version": "3.10",
        "seed": 1,
        "idle": "raise",
    }


def test_of_several_versions_a_test_gets_the_one_it_runs_with(pytester: pytest.Pytester) -> None:
    config = pytester.parseconfigure("--fakeamqp-version=3.10,4.0")
    assert ask(config, param="4.0").arguments == {"version": "4.0"}
    assert ask(config, marker(seed=1), param="4.0").arguments == {"version": "4.0", "seed": 1}


@pytest.mark.parametrize("name", inspect.signature(Broker).parameters)
def test_every_argument_of_a_broker_can_be_asked_for(config: pytest.Config, name: str) -> None:
    asked = object()
    assert ask(config, marker(**{name: asked})).arguments == {name: asked}


def test_strict_mode_keeps_the_whole_trace(pytester: pytest.Pytester, config: pytest.Config) -> None:
    assert ask(config, marker(strict=True)) == Asked({"trace": "all"}, (), False)
    assert ask(pytester.parseconfigure("--fakeamqp-strict")) == Asked({"trace": "all"}, (), False)


def test_strict_mode_makes_do_with_the_trace_a_marker_asks_for(config: pytest.Config) -> None:
    assert ask(config, marker(strict=True, trace=50)).arguments == {"trace": 50}


def test_a_marker_may_switch_strict_mode_off(pytester: pytest.Pytester) -> None:
    config = pytester.parseconfigure("--fakeamqp-strict", "--fakeamqp-allow=unacked")
    assert ask(config, marker(strict=False)) == Asked({}, None, False)


def test_what_a_marker_allows_takes_the_place_of_what_the_option_does(pytester: pytest.Pytester) -> None:
    config = pytester.parseconfigure("--fakeamqp-strict", "--fakeamqp-allow=unacked")
    assert ask(config).allow == ("unacked",)
    assert ask(config, marker(seed=1)).allow == ("unacked",)
    assert ask(config, marker(allow="returned, open connections")).allow == ("returned", "open connections")


def test_allowing_something_is_not_asking_for_strict_mode(config: pytest.Config) -> None:
    assert ask(config, marker(allow="unacked")) == Asked({}, None, False)


def test_pythons_own_clock_follows_where_marker_or_ini_file_say_so(pytester: pytest.Pytester) -> None:
    assert ask(pytester.parseconfigure(), marker(patch_time=True)) == Asked({}, None, True)
    pytester.makeini("[pytest]\nfakeamqp_patch_time = true\n")
    config = pytester.parseconfigure()
    assert ask(config) == Asked({}, None, True)
    assert ask(config, marker(patch_time=False)) == Asked({}, None, False)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            {"verson": "4.0"},
            "@pytest.mark.fakeamqp(verson='4.0') of test_shop.py::test_orders: fakeamqp.Broker has no ",
        ),
        ({"strict": True, "allow": "acked"}, "strict mode has nothing named 'acked' to allow"),
        ({"strict": True, "trace": None}, "strict mode reads the trace"),
    ],
)
def test_what_makes_no_sense_fails_the_test_with_its_name_and_marker(
    config: pytest.Config, arguments: dict[str, Any], told: str
) -> None:
    with pytest.raises(pytest.fail.Exception) as failed:
        ask(config, marker(**arguments))
    assert told in str(failed.value)
    assert str(failed.value).startswith("@pytest.mark.fakeamqp(")


def test_a_setting_that_makes_no_sense_is_told_as_it_would_be_written(pytester: pytest.Pytester) -> None:
    config = pytester.parseconfigure("--fakeamqp-strict", "--fakeamqp-allow=acked")
    with pytest.raises(pytest.fail.Exception) as failed:
        ask(config)
    assert str(failed.value).startswith(
        'the setting --fakeamqp-strict --fakeamqp-allow "acked" of test_shop.py::test_orders: strict mode has nothing'
    )
