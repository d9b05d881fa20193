"""The plugin under --fakeamqp-url: what tests get, what is skipped, and what is told of settings that are wrong."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import entry_points

import pytest

from fakeamqp.adapters.pika.side import Side
from tests.support.management import Stub, serving


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    """RabbitMQ 4.0.5's management API, and no AMQP."""
    monkeypatch.setattr(Side, "open", lambda side: None)
    with serving("4.0.5") as stub:
        yield stub


def test_each_test_has_a_virtual_host_of_its_own(pytester: pytest.Pytester, stub: Stub) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.parametrize("turn", range(2))
        def test_it(fakeamqp_broker, turn):
            assert fakeamqp_broker.server_version == "4.0.5"
            assert fakeamqp_broker.queue("jobs").ready == 2
    """)
    result = pytester.runpytest(*stub.options)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["fakeamqp: on the real broker at amqp://127.0.0.1:1 (management: http://127.0.0.1:*)"])
    assert len(set(stub.of("PUT", "vhosts"))) == 2
    assert stub.of("DELETE", "vhosts") == stub.of("PUT", "vhosts")


def test_the_ini_file_may_say_so_and_an_empty_option_switch_it_off(pytester: pytest.Pytester, stub: Stub) -> None:
    pytester.makeini(f"[pytest]\nfakeamqp_url = amqp://guest:guest@127.0.0.1:1\nfakeamqp_management_url = {stub.url}\n")
    pytester.makepyfile("""
        import fakeamqp

        def test_it(fakeamqp_broker, pytestconfig):
            on_a_real_one = pytestconfig.option.fakeamqp_url != ""
            assert isinstance(fakeamqp_broker, fakeamqp.Broker) != on_a_real_one
    """)
    pytester.runpytest().assert_outcomes(passed=1)
    pytester.runpytest("--fakeamqp-url=").assert_outcomes(passed=1)


def test_a_virtual_host_is_deleted_after_a_test_that_failed(pytester: pytest.Pytester, stub: Stub) -> None:
    pytester.makepyfile("def test_it(fakeamqp_broker): assert False")
    pytester.runpytest(*stub.options).assert_outcomes(failed=1)
    assert stub.of("DELETE", "vhosts") == stub.of("PUT", "vhosts") != []


def test_a_virtual_host_is_deleted_whatever_ended_the_test(pytester: pytest.Pytester, stub: Stub) -> None:
    pytester.makepyfile("""
        import fakeamqp
        import pytest

        @pytest.fixture
        def connection(fakeamqp_broker):
            yield
            raise fakeamqp.WouldBlockForever("close()")

        def test_it(connection):
            pass
    """)
    pytester.runpytest(*stub.options)
    assert stub.of("DELETE", "vhosts") == stub.of("PUT", "vhosts") != []


_FAKE_ONLY = """
    import fakeamqp
    import pytest

    @pytest.mark.fakeamqp(fake_only=True)
    def test_of_the_fixture(fakeamqp_broker):
        assert fakeamqp_broker.route("", "nowhere") == []

    @pytest.mark.fakeamqp(fake_only="it waits for a day")
    class TestOfNoFixture:
        def test_it(self):
            pass
"""


def test_what_is_for_memory_alone_is_skipped_with_its_reason(pytester: pytest.Pytester, stub: Stub) -> None:
    pytester.makepyfile(_FAKE_ONLY)
    result = pytester.runpytest("-rs", *stub.options)
    result.assert_outcomes(skipped=2)
    result.stdout.fnmatch_lines_random(["SKIPPED * fake_only", "SKIPPED * fake_only: it waits for a day"])
    assert stub.asked == []


def test_in_memory_it_runs(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(_FAKE_ONLY)
    pytester.runpytest().assert_outcomes(passed=2)


def test_what_a_real_broker_cannot_do_fails_the_test_and_says_what_to_do(pytester: pytest.Pytester, stub: Stub) -> None:
    pytester.makepyfile("""
        import pytest

        def test_the_trace(fakeamqp_broker):
            fakeamqp_broker.trace

        @pytest.mark.fakeamqp(autojump=False)
        def test_time_that_stands_still(fakeamqp_broker):
            pass
    """)
    result = pytester.runpytest(*stub.options)
    result.assert_outcomes(failed=1, errors=1)
    result.stdout.fnmatch_lines_random(
        [
            "*NotOnARealBroker: broker.trace is not to be had on a real broker: *fake_only=True*",
            "@pytest.mark.fakeamqp(autojump=False) of *::test_time_that_stands_still: Broker(autojump=…) is not to be*",
        ]
    )


def test_a_test_about_another_version_is_skipped(pytester: pytest.Pytester, stub: Stub) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.fakeamqp(version="3.10")
        def test_old(fakeamqp_broker):
            pass

        @pytest.mark.fakeamqp(version="4.0")
        def test_this(fakeamqp_broker):
            pass
    """)
    result = pytester.runpytest("-rs", *stub.options)
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED * it is about RabbitMQ 3.10, and the real broker is 4.0.5"])


def test_of_several_versions_the_brokers_own_runs(pytester: pytest.Pytester, stub: Stub) -> None:
    pytester.makepyfile("def test_it(fakeamqp_broker): pass")
    pytester.runpytest("--fakeamqp-version=3.10,4.0,4.3", *stub.options).assert_outcomes(passed=1, skipped=2)


def test_a_run_for_a_version_that_the_broker_is_not_fails(pytester: pytest.Pytester, stub: Stub) -> None:
    pytester.makepyfile("def test_it(fakeamqp_broker): pass")
    result = pytester.runpytest("--fakeamqp-version=4.3", *stub.options)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["the setting --fakeamqp-version 4.3 of *: the broker at * is RabbitMQ 4.0.5, not 4.3"])


def test_strict_mode_is_off_and_the_header_says_so(pytester: pytest.Pytester, stub: Stub) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.fakeamqp(strict=True, allow="unacked")
        def test_it(fakeamqp_broker):
            pass
    """)
    result = pytester.runpytest("--fakeamqp-strict", *stub.options)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["fakeamqp: on the real broker at *; strict mode is off there"])


def test_pythons_clock_is_left_alone_since_the_brokers_is_real(pytester: pytest.Pytester, stub: Stub) -> None:
    pytester.makepyfile("""
        import time
        import pytest

        sleep, now = time.sleep, time.time

        @pytest.mark.fakeamqp(patch_time=True)
        def test_it(fakeamqp_broker):
            assert (time.sleep, time.time) == (sleep, now)
            assert fakeamqp_broker.clock.now() >= 0
    """)
    pytester.runpytest(*stub.options).assert_outcomes(passed=1)


def test_a_seed_changes_nothing(pytester: pytest.Pytester, stub: Stub) -> None:
    pytester.makepyfile("def test_it(fakeamqp_broker): pass")
    pytester.runpytest("--fakeamqp-seed=7", *stub.options).assert_outcomes(passed=1)


def test_brokers_of_a_session_are_real_and_can_be_reset(pytester: pytest.Pytester, stub: Stub) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.fixture(scope="session")
        def shop(fakeamqp_broker_factory):
            return fakeamqp_broker_factory.patched(vhosts=["shop"])

        @pytest.mark.parametrize("turn", range(2))
        def test_it(shop, turn):
            assert shop.first_vhost == "shop"
            assert shop.clock.now() < 60
            shop.reset()
    """)
    pytester.runpytest(*stub.options).assert_outcomes(passed=2)
    assert len(stub.of("DELETE", "vhosts")) == len(stub.of("PUT", "vhosts")) == 3


def test_one_broker_for_the_whole_run_is_real_too(pytester: pytest.Pytester, stub: Stub) -> None:
    pytester.makeini("[pytest]\nfakeamqp_from_start = true\n")
    pytester.makepyfile("""
        import pytest

        @pytest.mark.parametrize("turn", range(2))
        def test_it(fakeamqp_broker, turn):
            assert fakeamqp_broker.queue("jobs").ready == 2

        @pytest.mark.fakeamqp(vhosts=["shop"])
        def test_other_arguments(fakeamqp_broker):
            pass
    """)
    result = pytester.runpytest(*stub.options)
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*the broker was made at the start of the run, without vhosts"])
    assert len(stub.of("PUT", "vhosts")) == len(stub.of("DELETE", "vhosts")) == 1
    assert len(stub.of("DELETE", "queues")) == 2 * 2


def test_pika_is_refused_where_the_broker_in_memory_would_refuse_it(pytester: pytest.Pytester, stub: Stub) -> None:
    pytester.makepyfile("""
        import pika
        import pytest

        def test_it(fakeamqp_broker):
            with pytest.raises(pika.exceptions.AMQPConnectionError) as refused:
                pika.BlockingConnection(pika.ConnectionParameters("rabbit.invalid", 5999))
            assert "ConnectionRefusedError" in repr(refused.value)
    """)
    pytester.makeconftest("""
        from fakeamqp.adapters.pika.side import Side
        Side.open = lambda side: None
    """)
    # pika leaves sockets to the garbage collector when it could not connect: in a process of its own.
    pytester.runpytest_subprocess(*stub.options).assert_outcomes(passed=1)


def test_pika_is_itself_again_after_a_test(pytester: pytest.Pytester, stub: Stub) -> None:
    from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
    from pika.adapters.utils.connection_workflow import AMQPConnectionWorkflow
    from pika.connection import Connection

    def names() -> list[object]:
        return [
            Connection._init_connection_state,
            Connection._process_frame,
            AMQPConnectionWorkflow._start_new_cycle_async,
            BlockingConnection._flush_output,
            BlockingChannel.start_consuming,
        ]

    before = names()
    pytester.makepyfile("def test_it(fakeamqp_broker): pass")
    pytester.runpytest(*stub.options).assert_outcomes(passed=1)
    assert names() == before


def test_several_processes_have_virtual_hosts_of_their_own(pytester: pytest.Pytester, stub: Stub) -> None:
    pytester.makeconftest("""
        from fakeamqp.adapters.pika.side import Side
        Side.open = lambda side: None
    """)
    pytester.makepyfile("""
        import pytest

        @pytest.mark.parametrize("number", range(6))
        def test_it(fakeamqp_broker, number):
            pass
    """)
    installed = {entry.name for entry in entry_points(group="pytest11")}
    processes = ["-n", "2"] if "xdist" in installed else []
    pytester.runpytest_subprocess(*processes, *stub.options).assert_outcomes(passed=6)
    assert len(set(stub.of("PUT", "vhosts"))) == 6
    assert sorted(stub.of("DELETE", "vhosts")) == sorted(stub.of("PUT", "vhosts"))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--fakeamqp-url=rabbit"], "*the AMQP URL is of the form amqp://*"),
        (["--fakeamqp-url=amqp://rabbit:5673"], "*--fakeamqp-management-url http://HOST:PORT"),
        (["--fakeamqp-url=amqp://rabbit", "--fakeamqp-management-url=rabbit"], "*the management URL is of the form*"),
    ],
)
def test_a_url_that_is_none_ends_the_run_at_once(pytester: pytest.Pytester, options: list[str], told: str) -> None:
    pytester.makepyfile("def test_it(fakeamqp_broker): pass")
    result = pytester.runpytest(*options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([told])


def test_a_broker_that_cannot_be_used_is_told_in_a_line(pytester: pytest.Pytester, stub: Stub) -> None:
    del stub.answers["overview"]
    pytester.makepyfile("def test_it(fakeamqp_broker): pass")
    result = pytester.runpytest(*stub.options)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["there is no management API of RabbitMQ at http://*rabbitmq-plugins enable*"])
    assert "Traceback" not in result.stdout.str()
