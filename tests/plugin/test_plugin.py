"""What pytest calls: options, marker, versions; and what the plugin costs those who do not use it."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import conftest_plugin

_TWO_TESTS = """
    import pytest

    def test_any(fakeamqp_channel):
        pass

    @pytest.mark.fakeamqp(version="3.10")
    def test_of_one_version(fakeamqp_broker):
        assert fakeamqp_broker.version == "3.10"

    def test_without_a_broker():
        pass
"""


def test_each_test_with_a_broker_runs_once_for_each_version(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(_TWO_TESTS)
    result = pytester.runpytest("-v", "-p", "no:randomly", "--fakeamqp-version", "3.10, 4.0,4.3")
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(
        [
            "*::test_any[[]rabbitmq-3.10[]] PASSED*",
            "*::test_any[[]rabbitmq-4.0[]] PASSED*",
            "*::test_any[[]rabbitmq-4.3[]] PASSED*",
            "*::test_of_one_version PASSED*",
            "*::test_without_a_broker PASSED*",
        ]
    )


def test_the_broker_of_each_run_has_its_version(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(fakeamqp_broker): print('is', fakeamqp_broker.version)")
    result = pytester.runpytest("-s", "-p", "no:randomly", "--fakeamqp-version", "3.10,4.0")
    result.stdout.fnmatch_lines(["*is 3.10*", "*is 4.0*"])


def test_one_version_leaves_the_names_of_tests_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(_TWO_TESTS)
    result = pytester.runpytest("-v", "--fakeamqp-version", "4.0")
    result.stdout.fnmatch_lines(["*::test_any PASSED*"])


def test_the_marker_is_known_and_explained(pytester: pytest.Pytester) -> None:
    pytester.runpytest("--markers").stdout.fnmatch_lines(["@pytest.mark.fakeamqp(version='4.3', seed=0, …): *"])


def test_the_options_are_explained(pytester: pytest.Pytester) -> None:
    pytester.runpytest("--help").stdout.fnmatch_lines(
        ["*--fakeamqp-version=VERSIONS*", "*--fakeamqp-seed=SEED*", "*fakeamqp_version (string):*", "*fakeamqp_seed*"]
    )


def test_without_the_plugin_there_are_no_fixtures(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(fakeamqp_broker): pass")
    result = pytester.runpytest("-p", "no:fakeamqp")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'fakeamqp_broker' not found*"])


def test_without_the_plugin_pika_can_be_patched_all_the_same(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import fakeamqp
        import pika
        import pytest

        @pytest.fixture
        @fakeamqp.patch_pika()
        def channel():
            yield pika.BlockingConnection().channel()

        def test_it(channel):
            assert channel.queue_declare("orders").method.message_count == 0

        @pytest.mark.parametrize("name", ["orders", "payments"])
        @fakeamqp.patch_pika()
        def test_with_arguments(name, tmp_path):
            assert pika.BlockingConnection().channel().queue_declare(name).method.queue == name
    """)
    pytester.runpytest("-p", "no:fakeamqp").assert_outcomes(passed=3)


def test_the_same_tests_run_under_unittest(pytester: pytest.Pytester) -> None:
    file = pytester.makepyfile("""
        import unittest
        import fakeamqp
        import pika

        patch = fakeamqp.patch_pika()

        @patch
        class OrdersTest(unittest.TestCase):
            def setUp(self):
                pika.BlockingConnection().channel().queue_declare("orders")

            def test_it(self):
                assert patch.broker.queue("orders").ready == 0

        @patch
        class AsyncOrdersTest(unittest.IsolatedAsyncioTestCase):
            async def test_it(self):
                pika.BlockingConnection().channel().queue_declare("orders")
                assert patch.broker.queue("orders").ready == 0
    """)
    pytester.runpytest("-W", "default").assert_outcomes(passed=2)
    assert pytester.run(sys.executable, "-m", "unittest", file.stem).ret == 0


def test_nothing_heavy_is_imported_until_a_fixture_is_used(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import sys

        def heavy():
            return {"pika", "sortedcontainers", "fakeamqp.model", "fakeamqp.world"} & set(sys.modules)

        def test_before():
            assert "fakeamqp.pytest_entry" in sys.modules
            assert heavy() == set()

        def test_once_it_is_used(fakeamqp_broker):
            assert {"pika", "fakeamqp.model"} <= heavy()
    """)
    # Other plugins that are installed here may import what they like; they are not what is looked at.
    result = pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:hypothesispytest")
    result.assert_outcomes(passed=2)


def modules_imported_with(file: Path) -> set[str]:
    """The top-level names of what importing a file imports, checks for type checkers apart."""
    names = set()
    for statement in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in statement.names}
        elif isinstance(statement, ast.ImportFrom):
            names.add((statement.module or "").partition(".")[0])
    return names


def test_the_plugin_imports_pytest_and_the_standard_library_only() -> None:
    folder = Path(str(conftest_plugin.__file__)).parent
    # Loaded where they are asked for: under --fakeamqp-url, --fakeamqp-upgrade-check and --fakeamqp-report.
    files = set(folder.glob("*.py")) - {folder / name for name in ("real.py", "upgrade.py", "report.py")}
    imported = set().union(*(modules_imported_with(file) for file in files))
    assert imported - sys.stdlib_module_names == {"pytest", "conftest_plugin"}
