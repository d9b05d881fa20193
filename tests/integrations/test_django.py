"""Django's own TestCase, with the fixture, with the decorator, and under Django's own runner's rules."""

from __future__ import annotations

import pytest

_SETTINGS = """
    import django
    from django.conf import settings

    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=[],
    )
    django.setup()
"""


def test_its_test_cases_use_fixture_and_decorator(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(_SETTINGS)
    pytester.makepyfile("""
        import fakeamqp
        import pika
        import pytest
        from django.db import transaction
        from django.test import SimpleTestCase, TestCase

        def place_order():
            with pika.BlockingConnection() as connection:
                channel = connection.channel()
                channel.queue_declare("orders")
                channel.basic_publish("", "orders", b"tea")

        class FixtureTest(TestCase):
            @pytest.fixture(autouse=True)
            def _broker(self, fakeamqp_broker):
                self.broker = fakeamqp_broker

            def test_an_order_is_placed_on_commit(self):
                with self.captureOnCommitCallbacks(execute=True):
                    transaction.on_commit(place_order)
                assert self.broker.queue("orders").ready == 1

        patch = fakeamqp.patch_pika()

        @patch
        class DecoratedTest(SimpleTestCase):
            def setUp(self):
                place_order()

            def test_an_order_is_placed(self):
                assert patch.broker.queue("orders").ready == 1

            def test_each_has_a_broker_of_its_own(self):
                assert patch.broker.queue("orders").ready == 1
    """)
    pytester.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=3)
