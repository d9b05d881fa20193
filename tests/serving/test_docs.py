"""The pages on serving and security: their code runs, their figures hold."""

from __future__ import annotations

import pytest

from tests.support import pages


def test_the_code_runs(pytester: pytest.Pytester) -> None:
    pages.run(pytester, pages.files(pages.read("docs/serving.md")))


def test_the_number_of_scripts_is_right() -> None:
    from tests.adapters.tcp.scripts import scripts

    assert f"{len(scripts())} scripts" in pages.read("docs/security.md")
