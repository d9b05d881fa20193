"""The page on simulation is true: its tests pass, its examples are those of the folder, its output is what is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.bugs import load, told_of

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/simulation.md").read_text(encoding="utf-8")

BLOCKS = dict(re.findall(r"^```python\n# (\S+)\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL))
EXAMPLES = {name: text for name, text in BLOCKS.items() if name.startswith("examples/")}
TESTS = {name: text for name, text in BLOCKS.items() if name not in EXAMPLES}

# Each output is of the example, or of the command, that was named last before it.
_NAMED = re.compile(
    r"examples/bugs/(\w+)\.py|`pytest (\w+\.py --fakeamqp-seed \d+)`|^```text\n(.*?)\n```$", re.M | re.S
)


def outputs() -> list[tuple[str, str]]:
    found, named = [], ""
    for example, command, text in _NAMED.findall(PAGE):
        named = example or command or named
        if text:
            found.append((named, text))
    return found


def test_every_block_of_python_names_its_file() -> None:
    assert len(BLOCKS) == PAGE.count("```python")
    assert set(TESTS) == {
        f"test_{name}.py" for name in ("actors", "greetings", "orders", "faults_everywhere", "one_cut")
    }


def test_every_output_is_of_something() -> None:
    assert len(outputs()) == PAGE.count("```text") == 6
    assert all(named for named, _ in outputs())


def test_its_tests_pass(pytester: pytest.Pytester) -> None:
    for name, text in TESTS.items():
        pytester.path.joinpath(name).write_text(text, encoding="utf-8")
    result = pytester.runpytest("-W", "error")
    result.assert_outcomes(passed=sum(text.count("def test_") for text in TESTS.values()))


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_the_file_of_its_name(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == EXAMPLES[name]


@pytest.mark.parametrize(("name", "text"), [each for each in outputs() if "seed" not in each[0]])
def test_a_bug_is_told_in_these_words(name: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    module = load(name)
    with pytest.raises(AssertionError) as raised:
        module.look(module.buggy)
    assert told_of(raised.value, capsys) == text


@pytest.mark.parametrize(("command", "text"), [each for each in outputs() if "seed" in each[0]])
def test_a_seed_is_told_in_these_words(pytester: pytest.Pytester, command: str, text: str) -> None:
    name, *options = command.split()
    pytester.path.joinpath(name).write_text(TESTS[name], encoding="utf-8")
    pytester.runpytest(name).assert_outcomes(passed=1)
    failed = pytester.runpytest(name, *options)
    failed.assert_outcomes(failed=1)
    assert f"\n{text}\n" in failed.stdout.str()


def test_its_links_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", PAGE)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
    headings = re.findall(r"^#+ (.+)$", PAGE, flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= anchors
