"""What pytest calls: the options, the marker, and one run of a test for each version asked for.

pytest loads this in every run of everybody who has fakeamqp installed: it imports nothing but pytest.
"""

from __future__ import annotations

import pytest

from conftest_plugin.settings import MARKER, Settings

_MARKER_HELP = (
    f"{MARKER}(version='4.3', seed=0, …): arguments of fakeamqp.Broker for the broker of a test; strict=True fails a "
    "test that leaves anything undone, save for what is named in allow='unacked, open connections'; "
    "patch_time=True lets time.sleep, time.time, datetime.now and their kin follow the broker's clock; "
    "laws=False does not look whether fakeamqp keeps its own laws; "
    "fake_only=True, or a reason, skips the test under --fakeamqp-url; "
    "a test's own marker wins over its class's, and that over its module's"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer each setting as an option and as an ini setting."""
    group = parser.getgroup("fakeamqp", "RabbitMQ in memory (fakeamqp)")
    group.addoption(
        "--fakeamqp-version",
        metavar="VERSIONS",
        help="RabbitMQ version to behave as, such as 4.0; several, separated by commas: each test that uses the "
        "fakeamqp fixtures runs once for each",
    )
    group.addoption("--fakeamqp-seed", metavar="SEED", type=int, help="seed of everything a broker generates")
    group.addoption(
        "--fakeamqp-strict",
        action="store_true",
        help="fail a test that leaves anything undone: unacked, returned or unroutable messages, open connections, "
        "dead letters that nobody looked at",
    )
    group.addoption(
        "--fakeamqp-allow", metavar="WHAT", help="what strict mode lets pass, by name: 'unacked, open connections'"
    )
    group.addoption(
        "--fakeamqp-definitions",
        metavar="PATH",
        help="a definitions file, as RabbitMQ exports it: what it declares is there when a test begins",
    )
    group.addoption(
        "--fakeamqp-url",
        metavar="AMQP_URL",
        help="run the tests on a real RabbitMQ, in virtual hosts that are made for them and deleted after them: "
        "amqp://guest:guest@127.0.0.1:5672",
    )
    group.addoption(
        "--fakeamqp-management-url",
        metavar="HTTP_URL",
        help="where the management API of that RabbitMQ is; if its AMQP port is the usual one, port 15672 of its host",
    )
    group.addoption(
        "--fakeamqp-summary",
        action="store_true",
        help="say at the end of the run how many brokers there were, and what went through them",
    )
    group.addoption(
        "--fakeamqp-deny",
        metavar="FEATURES",
        help="deprecated features to deny, separated by commas: transient_nonexcl_queues, global_qos, …",
    )
    group.addoption(
        "--fakeamqp-no-laws",
        action="store_true",
        help="do not look whether fakeamqp keeps its own laws: no message lost or doubled, no prefetch exceeded, …",
    )
    group.addoption(
        "--fakeamqp-upgrade-check",
        metavar="VERSION",
        help="tell at the end what tests ask of their brokers that this RabbitMQ version would refuse, ignore or call "
        "deprecated: 4.3",
    )
    group.addoption(
        "--fakeamqp-report",
        metavar="DIR",
        help="write a page about each test that has a broker into this folder, to open in a browser: its exchanges and "
        "queues, and the way of each message, step by step; and index.html, which lists them",
    )
    group.addoption(
        "--fakeamqp-report-only-failed", action="store_true", help="write pages about tests that fail, and no others"
    )
    parser.addini("fakeamqp_version", "RabbitMQ versions to behave as, like --fakeamqp-version")
    parser.addini("fakeamqp_seed", "seed of everything a broker generates, like --fakeamqp-seed")
    parser.addini("fakeamqp_strict", "fail a test that leaves anything undone, like --fakeamqp-strict", "bool", False)
    parser.addini(
        "fakeamqp_definitions", "a definitions file, like --fakeamqp-definitions; relative to the ini file's folder"
    )
    parser.addini("fakeamqp_allow", "what strict mode lets pass, like --fakeamqp-allow")
    parser.addini(
        "fakeamqp_report", "a folder for pages about tests, like --fakeamqp-report; relative to the ini file's folder"
    )
    parser.addini(
        "fakeamqp_report_only_failed",
        "pages about tests that fail alone, like --fakeamqp-report-only-failed",
        "bool",
        False,
    )
    parser.addini("fakeamqp_url", "a real RabbitMQ to run the tests on, like --fakeamqp-url")
    parser.addini("fakeamqp_management_url", "its management API, like --fakeamqp-management-url")
    parser.addini(
        "fakeamqp_summary", "say at the end what went through the brokers, like --fakeamqp-summary", "bool", False
    )
    parser.addini("fakeamqp_upgrade_check", "a version to hold tests against, like --fakeamqp-upgrade-check")
    parser.addini("fakeamqp_deny", "deprecated features to deny, like --fakeamqp-deny")
    parser.addini(
        "fakeamqp_laws", "look whether fakeamqp keeps its own laws; false as --fakeamqp-no-laws does", "bool", True
    )
    parser.addini(
        "fakeamqp_patch_time",
        "while a test has a broker, time.sleep, time.time, datetime.now and their kin follow its clock",
        "bool",
        False,
    )
    parser.addini(
        "fakeamqp_from_start",
        "one broker for the whole run, with pika on it before the first conftest.py is loaded: for applications that "
        "connect when they are imported",
        "bool",
        False,
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, and refuse settings that make no sense."""
    config.addinivalue_line("markers", _MARKER_HELP)
    settings = Settings.of(config)
    if settings.summary:
        from conftest_plugin.summary import Summary

        config.pluginmanager.register(Summary(config), Summary.NAME)
    if settings.url is not None:
        from conftest_plugin import real

        real.address_of(settings)
        config.pluginmanager.register(real, "fakeamqp-real")
    if settings.upgrade_check is not None:
        from conftest_plugin.upgrade import NAME, UpgradeCheck

        if settings.url is not None:
            raise pytest.UsageError(
                "--fakeamqp-upgrade-check looks at brokers in memory; there is none with --fakeamqp-url"
            )
        config.pluginmanager.register(UpgradeCheck(settings.upgrade_check), NAME)
    if settings.report is not None:
        from conftest_plugin.report import Report

        config.pluginmanager.register(Report(settings.report, settings.report_only_failed), Report.NAME)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each version asked for, unless its marker says which."""
    fixture = next((name for name in ("fakeamqp_broker", "fakeamqp_server") if name in metafunc.fixturenames), None)
    if fixture is None:
        return
    versions = Settings.of(metafunc.config).versions
    if len(versions) < 2:
        return
    markers = metafunc.definition.iter_markers(MARKER)
    if not any(marker.args or "version" in marker.kwargs for marker in markers):
        metafunc.parametrize(fixture, versions, indirect=True, ids=[f"rabbitmq-{v}" for v in versions])
