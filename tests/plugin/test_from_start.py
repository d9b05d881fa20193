"""An application that connects when it is imported: one broker, there before anything is."""

from __future__ import annotations

import pytest

_APPLICATION = """
    import pika

    connection = pika.BlockingConnection(pika.ConnectionParameters("rabbitmq"))
    channel = connection.channel()
    channel.queue_declare("orders")

    def place_order(article):
        channel.basic_publish("", "orders", article)
"""


@pytest.fixture
def application(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(shop=_APPLICATION)
    pytester.makeconftest("import shop")
    pytester.makeini("[pytest]\nfakeamqp_from_start = true\npythonpath = .\n")
    return pytester


def test_its_connection_leads_to_the_broker_of_every_test(application: pytest.Pytester) -> None:
    application.makepyfile("""
        import pytest
        import shop

        @pytest.mark.parametrize("article", ["tea", "cups"])
        def test_an_order(fakeamqp_broker, article):
            shop.place_order(article)
            (message,) = fakeamqp_broker.queue("orders").messages
            assert message.body == article.encode()
            assert fakeamqp_broker.connections == 1
    """)
    application.runpytest_subprocess().assert_outcomes(passed=2)


def test_pika_is_itself_again_when_the_run_ends(application: pytest.Pytester) -> None:
    application.makepyfile("""
        import atexit
        from fakeamqp.adapters.pika import hooks

        def test_it():
            assert hooks.current() is not None
            atexit.register(lambda: print("meant at the end:", hooks.current()))
    """)
    application.runpytest_subprocess("-s").stdout.fnmatch_lines(["meant at the end: None"])


def test_strict_mode_looks_at_one_test_at_a_time(application: pytest.Pytester) -> None:
    application.makepyfile("""
        import shop

        def test_one():
            pass

        def test_that_leaves_a_connection(fakeamqp_broker):
            import pika
            pika.BlockingConnection()

        def test_that_leaves_nothing(fakeamqp_broker):
            shop.place_order("tea")
    """)
    result = application.runpytest_subprocess("--fakeamqp-strict", "-p", "no:randomly")
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(["ERROR *::test_that_leaves_a_connection*"])


def test_the_settings_of_the_run_hold(application: pytest.Pytester) -> None:
    application.makepyfile("""
        def test_it(fakeamqp_broker):
            assert (fakeamqp_broker.version, fakeamqp_broker.seed) == ("3.10", 4)
    """)
    application.runpytest_subprocess("--fakeamqp-version=3.10", "--fakeamqp-seed=4").assert_outcomes(passed=1)


def test_a_test_cannot_have_arguments_of_its_own(application: pytest.Pytester) -> None:
    application.makepyfile("""
        import pytest

        @pytest.mark.fakeamqp(version="3.10")
        def test_it(fakeamqp_broker): pass
    """)
    result = application.runpytest_subprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*::test_it: the broker was made at the start of the run, without version*"])


@pytest.mark.parametrize(
    ("option", "told"),
    [("3.10,4.0", "there can be but one fakeamqp version"), ("3.9", "RabbitMQ '3.9' is not recorded")],
)
def test_settings_that_make_no_sense_are_told(application: pytest.Pytester, option: str, told: str) -> None:
    result = application.runpytest_subprocess("--fakeamqp-version", option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert told in result.stderr.str()
