"""Settings: markers win over the command line, and that over the ini file."""

from __future__ import annotations

import pytest

from conftest_plugin.settings import Settings, as_written, marked

_SHOWS = """
    def test_it(fakeamqp_broker):
        print("broker", fakeamqp_broker.version, fakeamqp_broker.seed)
"""


def test_the_ini_file_sets_version_and_seed(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(_SHOWS)
    pytester.makeini("[pytest]\nfakeamqp_version = 4.0\nfakeamqp_seed = 5\n")
    pytester.runpytest("-s").stdout.fnmatch_lines(["*broker 4.0 5*"])


def test_the_command_line_wins_over_the_ini_file(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(_SHOWS)
    pytester.makeini("[pytest]\nfakeamqp_version = 4.0\nfakeamqp_seed = 5\n")
    result = pytester.runpytest("-s", "--fakeamqp-version=3.10", "--fakeamqp-seed=0")
    result.stdout.fnmatch_lines(["*broker 3.10 0*"])


def test_a_marker_wins_over_the_command_line(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "import pytest\npytestmark = pytest.mark.fakeamqp(version='4.3')" + _SHOWS.replace("\n    ", "\n")
    )
    result = pytester.runpytest("-s", "--fakeamqp-version=3.10", "--fakeamqp-seed=5")
    result.stdout.fnmatch_lines(["*broker 4.3 5*"])


def test_a_seed_in_the_ini_file_that_is_no_number_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nfakeamqp_seed = luck\n")
    result = pytester.runpytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: ini setting fakeamqp_seed is not a whole number: 'luck'"])


@pytest.mark.parametrize(
    ("ini", "options", "marker", "denied"),
    [
        ("", (), "", []),
        ("global_qos, transient_nonexcl_queues", (), "", ["global_qos", "transient_nonexcl_queues"]),
        ("global_qos", ("--fakeamqp-deny=transient_nonexcl_queues",), "", ["transient_nonexcl_queues"]),
        ("global_qos", ("--fakeamqp-deny=global_qos",), "@pytest.mark.fakeamqp(deny=())", []),
    ],
)
def test_deprecated_features_are_denied(pytester: pytest.Pytester, ini, options, marker, denied) -> None:
    pytester.makeini(f"[pytest]\nfakeamqp_version = 4.0\nfakeamqp_deny = {ini}\n")
    pytester.makepyfile(f"""
        import pytest

        {marker or "@pytest.mark.fakeamqp()"}
        def test_it(fakeamqp_broker):
            assert sorted(fakeamqp_broker.profile.denied_features - {{"classic_queue_mirroring"}}) == {denied}
    """)
    pytester.runpytest(*options).assert_outcomes(passed=1)


def test_a_feature_that_cannot_be_denied_fails_the_test_and_names_the_setting(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(fakeamqp_broker): pass")
    result = pytester.runpytest("--fakeamqp-deny=globl_qos")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*--fakeamqp-deny globl_qos of *RabbitMQ 4.3 has no deprecated feature 'globl_qos'*"])


def test_of_several_markers_the_closest_wins_name_by_name() -> None:
    far = pytest.mark.fakeamqp("3.10", idle="raise").mark
    near = pytest.mark.fakeamqp("4.0", seed=3).mark
    assert marked([far, near]) == {"version": "4.0", "seed": 3, "idle": "raise"}


def test_a_marker_is_shown_as_it_was_written() -> None:
    assert as_written(pytest.mark.fakeamqp("4.0", seed=3).mark) == "@pytest.mark.fakeamqp('4.0', seed=3)"


def test_settings_are_shown_as_options() -> None:
    assert str(Settings(("3.10", "4.0"), 5)) == "--fakeamqp-version 3.10,4.0 --fakeamqp-seed 5"
    assert str(Settings(deny=("global_qos", "ram_node_type"))) == "--fakeamqp-deny global_qos,ram_node_type"


def test_without_settings_the_broker_has_its_own_defaults() -> None:
    assert Settings((), None).arguments(None) == {}


_FINDS = """
    import pytest

    def test_it(fakeamqp_broker):
        print("queues", *(queue.name for queue in fakeamqp_broker.queues()))

    @pytest.mark.fakeamqp(definitions="own.json")
    def test_own(fakeamqp_broker):
        print("queues", *(queue.name for queue in fakeamqp_broker.queues()))
"""


def declaring(queue: str) -> str:
    return f'{{"queues": [{{"name": "{queue}", "durable": true, "auto_delete": false, "arguments": {{}}}}]}}'


def test_a_path_of_definitions_belongs_to_who_writes_it(pytester: pytest.Pytester) -> None:
    """In a marker beside the test's file, in an ini file beside that, on the command line where pytest is called."""
    for path, queue in {"tests/own.json": "of_the_test", "ini.json": "of_the_ini", "here/it.json": "of_here"}.items():
        pytester.path.joinpath(path).parent.mkdir(exist_ok=True)
        pytester.path.joinpath(path).write_text(declaring(queue))
    pytester.path.joinpath("tests/test_it.py").write_text(_FINDS.replace("\n    ", "\n"))
    pytester.makeini("[pytest]\nfakeamqp_definitions = ini.json\n")

    result = pytester.runpytest("-s", "-p", "no:randomly", "tests")
    result.stdout.fnmatch_lines(["*queues of_the_ini*", "*queues of_the_test*"])

    pytester.chdir()
    result = pytester.runpytest("-s", "-p", "no:randomly", "tests", "--fakeamqp-definitions=here/it.json")
    result.stdout.fnmatch_lines(["*queues of_here*", "*queues of_the_test*"])


def test_definitions_that_are_not_there_fail_the_test_by_name(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(_FINDS)
    result = pytester.runpytest("-p", "no:randomly", "--fakeamqp-definitions=no.json")
    result.stdout.fnmatch_lines(["*no.json: there is no such file*", "*there is no definitions file at *own.json*"])
