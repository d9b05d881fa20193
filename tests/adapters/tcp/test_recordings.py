"""What clients send that no client should is answered as RabbitMQ answers it, to the letter."""

from __future__ import annotations

import json
from typing import Any

import pytest

import fakeamqp
from fakeamqp.model.profile import PROFILES
from tests.adapters.tcp.reading import told
from tests.adapters.tcp.record import begin, recordings
from tests.adapters.tcp.scripts import Script, scripts
from tests.adapters.tcp.wired import Wire

RECORDED = {version: recordings(version) for version in PROFILES}


class Player:
    """A client on a wire, as `begin` needs it."""

    def __init__(self, version: str) -> None:
        self.wire = Wire(fakeamqp.Broker(version))
        self._answered = b""

    def send(self, data: bytes) -> None:
        self._answered += self.wire.send(data)

    def read(self, seconds: float) -> bytes:
        answered, self._answered = self._answered, b""
        return answered


def played(script: Script, version: str) -> dict[str, Any]:
    player: Any = Player(version)
    begin(script, player)
    player.read(0)
    player.send(script.data)
    return compared(json.loads(json.dumps(told(player.read(0)))), player.wire.is_closed)


def compared(answers: list[Any], hangs_up: bool) -> dict[str, Any]:
    """What is compared: behind close-ok a broker leaves it to the client, for a while, to hang up."""
    is_over = bool(answers) and answers[-1][1] == "Connection.CloseOk"
    return {"answers": answers, "hangs up": hangs_up and not is_over}


def expected(script: Script, version: str) -> dict[str, Any]:
    recorded = RECORDED[version][script.name]
    return compared(recorded["answers"], recorded["hangs up"])


@pytest.mark.parametrize("version", PROFILES)
@pytest.mark.parametrize("script", scripts(), ids=lambda script: script.name)
def test_the_fake_answers_as_recorded(script: Script, version: str) -> None:
    assert played(script, version) == expected(script, version)


def test_each_script_is_recorded_and_nothing_else() -> None:
    names = {script.name for script in scripts()}
    assert len(names) == len(scripts())
    for version, recorded in RECORDED.items():
        assert set(recorded) == names, version
