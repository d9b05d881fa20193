"""Links lead to pages of the site, wherever they led in the checkout."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.site.loaded import loaded


def on_page(monkeypatch: pytest.MonkeyPatch, page: str, text: str) -> str:
    made = SimpleNamespace(file=SimpleNamespace(src_uri=page))
    return str(loaded("hooks.py", monkeypatch)["on_page_markdown"](text, page=made, config=None, files=None))


@pytest.mark.parametrize(
    ("page", "written", "led"),
    [
        ("time.md", "[more](faults.md#what-must-hold)", "[more](faults.md#what-must-hold)"),
        ("time.md", "[limits](../README.md#limits)", "[limits](readme.md#limits)"),
        ("time.md", "[it](../examples/test_rpc.py)", "[it](examples/test_rpc.py.md)"),
        ("time.md", "[all](../examples)", "[all](examples/index.md)"),
        ("time.md", "[its tests](../tests/test_site.py)", "its tests"),
        ("time.md", "[no such file](../tests/nowhere.py)", "[no such file](tests/nowhere.py)"),
        ("time.md", "[there](https://example.org/x.md)", "[there](https://example.org/x.md)"),
        ("readme.md", "[time](docs/time.md)", "[time](time.md)"),
        ("readme.md", "[here](#limits)", "[here](#limits)"),
        ("reference/pytest.md", "[strict](../../README.md#strict-mode)", "[strict](../readme.md#strict-mode)"),
    ],
)
def test_a_link(monkeypatch: pytest.MonkeyPatch, page: str, written: str, led: str) -> None:
    assert on_page(monkeypatch, page, f"See {written}.") == f"See {led}."


def test_code_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "```python\nx = f[0](../README.md)\n```\n"
    assert on_page(monkeypatch, "time.md", text) == text


def test_the_examples_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    config = SimpleNamespace(nav=[{"How-to": [{"Recipes": "recipes.md"}, {"Examples": "examples/"}]}])
    hooks = loaded("hooks.py", monkeypatch)
    (section,) = hooks["on_config"](config).nav
    recipes, examples = section["How-to"]
    assert recipes == {"Recipes": "recipes.md"}
    assert examples["Examples"][0] == "examples/index.md"
    assert {"test_rpc.py": "examples/test_rpc.py.md"} in examples["Examples"]
