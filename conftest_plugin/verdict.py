"""What a test is told when it ends: errors that its code dropped, a law that fakeamqp has broken and, if it is strict,
what it left undone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conftest_plugin.settings import Settings
from conftest_plugin.swallowed import swallowed

if TYPE_CHECKING:
    from conftest_plugin.upgrade import UpgradeCheck
    from fakeamqp import Broker
    from fakeamqp.model.invariants import BrokenLaw
    from fakeamqp.views.strict import Finding


def upgrade_check_of(config: pytest.Config) -> UpgradeCheck | None:
    """The upgrade check of a run; None if none is asked for."""
    if Settings.of(config).upgrade_check is None:
        return None
    from conftest_plugin.upgrade import NAME

    found: UpgradeCheck | None = config.pluginmanager.get_plugin(NAME)
    return found


class Verdict:
    """Looks while the broker is still there, tells when it is gone.

    allow: what strict mode lets pass; None is no strict mode. laws: True to look whether the laws of the model hold.
    upgrade_check: what looks at the broker, too; None for none.
    """

    def __init__(
        self,
        request: pytest.FixtureRequest,
        broker: Broker,
        allow: tuple[str, ...] | None,
        laws: bool = True,
        upgrade_check: UpgradeCheck | None = None,
    ) -> None:
        self._request = request
        self._broker = broker
        self._allow = allow
        self._failed_before = request.session.testsfailed
        self._raised: list[BaseException] = []
        self._undone: list[Finding] = []
        self._untold: list[BaseException] = []
        self._broken: BrokenLaw | None = None
        self._laws = laws
        self._upgrade_check = upgrade_check
        broker.trace.notes_places = allow is not None or self._upgrade_check is not None

    def look(self) -> None:
        """See what there is to tell; what a thread runs into after this, its broker being gone, is no test's fault.

        Actors that still run are stopped first.
        """
        self._untold = self._broker.stop_actors()
        self._raised = list(self._broker.scheduler.raised)
        laws = self._broker.laws
        if laws is not None:
            if self._raised:
                laws.bear(self._raised)
            laws.look_at_all()
            self._broken = laws.broken if self._laws else None
        if self._upgrade_check is not None:
            self._upgrade_check.look(self._broker, self._request.node.nodeid)
        if self._allow is not None:
            from fakeamqp.views.strict import findings

            self._undone = findings(self._broker, self._allow)

    def tell(self) -> None:
        """Fail the test if there is reason to. What a test that has failed already left undone is of no interest."""
        if self._untold:
            raise self._untold[0]
        errors = swallowed(self._raised, self._request.node) if self._raised else []
        if errors:
            pytest.fail(_tell_swallowed(errors), pytrace=False)
        if self._broken is not None:
            pytest.fail(_tell_broken(self._broken), pytrace=False)
        if self._undone and self._request.session.testsfailed == self._failed_before:
            pytest.fail(_tell_undone(self._undone), pytrace=False)


def _tell_broken(broken: BrokenLaw) -> str:
    return (
        f"fakeamqp has broken a law of its own; this is an error in it, not in the test:\n{broken}\n"
        "Please report it. @pytest.mark.fakeamqp(laws=False) lets the test pass."
    )


def _tell_swallowed(errors: list[BaseException]) -> str:
    told = "\n".join(f"  {type(error).__name__}: {error}" for error in errors)
    return (
        "the code under test caught and dropped an error that says it would have run for ever on a real broker:\n"
        f"{told}\n"
        "Look for a bare 'except:' or 'except BaseException:'. A test that means this to happen catches it itself, "
        "with pytest.raises in the test function."
    )


def _tell_undone(undone: list[Finding]) -> str:
    told = "\n".join(f"  {finding}" for finding in undone)
    names = ", ".join(dict.fromkeys(finding.kind for finding in undone))
    return (
        f"the test left something undone (fakeamqp's strict mode):\n{told}\n"
        f'If that is meant: @pytest.mark.fakeamqp(allow="{names}").'
    )
