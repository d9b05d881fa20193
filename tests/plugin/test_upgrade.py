"""`--fakeamqp-upgrade-check`: what a test suite asks for that another version would not do."""

from __future__ import annotations

import pytest

_TESTS = """
    def test_of_orders(fakeamqp_channel):
        fakeamqp_channel.queue_declare("orders")
        fakeamqp_channel.queue_declare("old", durable=True, arguments={"x-queue-version": 1})

    def test_of_refunds(fakeamqp_channel):
        fakeamqp_channel.queue_declare("orders")

    def test_without_a_broker():
        pass
"""
_REFUSED = (
    "error refused: queue 'old' in vhost '/' is refused by RabbitMQ 4.3.6: precondition_failed: invalid arg "
    "'x-queue-version' for queue 'old' in vhost '/': \"unsupported queue version '1'\"; take it away"
)
_DEPRECATED = (
    "warning deprecated: queue 'orders' in vhost '/' is neither durable nor exclusive, which RabbitMQ 4.3 calls "
    "deprecated (transient_nonexcl_queues, permitted by default); declare it durable, or exclusive"
)
_OPTIONS = ("--fakeamqp-version=3.10", "--fakeamqp-upgrade-check=4.3")


def summary_of(result: pytest.RunResult) -> list[str]:
    """What stands below the heading, without what pytest says afterwards."""
    lines = result.stdout.lines
    begin = next(place for place, line in enumerate(lines) if "= upgrade to RabbitMQ 4.3 =" in line) + 1
    end = next(
        place for place, line in enumerate(lines[begin:], begin) if line.startswith("=") or " passed in " in line
    )
    return [line for line in lines[begin:end] if line]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "in workers"])
def test_each_change_is_told_once_with_its_lines_and_tests(pytester: pytest.Pytester, workers: tuple[str, ...]) -> None:
    file = pytester.makepyfile(_TESTS)
    result = pytester.runpytest_subprocess(*_OPTIONS, *workers)
    result.assert_outcomes(passed=3)
    name = file.name
    assert summary_of(result) == [
        _REFUSED,
        f"      at {file}:3",
        f"      in {name}::test_of_orders",
        _DEPRECATED,
        f"      at {file}:2, {file}:6",
        f"      in {name}::test_of_orders, {name}::test_of_refunds",
    ]


def test_the_ini_file_asks_for_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(fakeamqp_broker): pass")
    pytester.makeini("[pytest]\nfakeamqp_version = 3.10\nfakeamqp_upgrade_check = 4.3\n")
    assert summary_of(pytester.runpytest()) == ["nothing to change in what 1 brokers were asked for"]


def test_tests_on_the_version_itself_have_nothing_to_change(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(fakeamqp_channel): fakeamqp_channel.queue_declare('orders')")
    result = pytester.runpytest("--fakeamqp-upgrade-check=4.3")
    assert summary_of(result) == ["nothing to change in what 1 brokers were asked for"]


def test_what_an_application_asks_for_at_its_import_is_seen(pytester: pytest.Pytester) -> None:
    shop = pytester.makepyfile(shop="import pika\npika.BlockingConnection().channel().queue_declare('orders')\n")
    pytester.makeconftest("import shop")
    pytester.makepyfile("def test_it(fakeamqp_broker): pass")
    pytester.makeini("[pytest]\nfakeamqp_from_start = true\npythonpath = .\n")
    result = pytester.runpytest_subprocess(*_OPTIONS)
    assert summary_of(result) == [
        _DEPRECATED,
        f"      at {shop.parent / 'shop.py'}:2",
        "      in what came before the first test",
    ]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--fakeamqp-upgrade-check=4.1"], "ERROR: --fakeamqp-upgrade-check 4.1: RabbitMQ '4.1' is not recorded; *"),
        (
            ["--fakeamqp-upgrade-check=4.3", "--fakeamqp-url=amqp://guest:guest@127.0.0.1:5672"],
            "ERROR: --fakeamqp-upgrade-check looks at brokers in memory; there is none with --fakeamqp-url",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(pytester: pytest.Pytester, options: list[str], told: str) -> None:
    result = pytester.runpytest(*options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([told])


def test_a_broker_without_a_trace_cannot_be_looked_at(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.fakeamqp(trace=None)
        def test_it(fakeamqp_broker): pass
    """)
    pytester.runpytest(*_OPTIONS).stdout.fnmatch_lines(
        ["*: the upgrade check reads the trace: it cannot be had with trace=None"]
    )


def test_who_does_not_ask_for_it_does_not_load_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import sys

        def test_it(fakeamqp_channel):
            assert not {"conftest_plugin.upgrade", "fakeamqp.views.lint"} & set(sys.modules)
    """)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
