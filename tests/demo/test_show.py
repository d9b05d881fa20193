"""The demo prints what happened, and always the same."""

from __future__ import annotations

import io
import re

import pytest

from fakeamqp.cli import main
from fakeamqp.demo.show import demo

PLAIN = """\
An order pipeline on RabbitMQ 4.3, in memory and in virtual time

day 1 09:00  shop      asks          tea                          → prices
             prices    answers       4 EUR                        → whoever asked
             shop      publishes     tea for de, 4 EUR            orders order.created.de → to pack
             packer    publishes     tea is packed                news → mailer, board
             mailer    hears         tea is packed
             board     hears         tea is packed
             packer    is done with  tea for de, 4 EUR

day 1 09:15  shop      asks          a kettle                     → prices
             prices    answers       25 EUR                       → whoever asked
             shop      publishes     a kettle for us, 25 EUR      orders order.created.us → to pack, customs
             customs   is done with  a kettle for us, 25 EUR
             packer    rejects       a kettle for us, 25 EUR
             rabbitmq  moves         a kettle for us, 25 EUR      to pack (turned away) → tomorrow

day 1 09:30  shop      asks          a unicorn                    → prices
             prices    answers       priceless                    → whoever asked
             shop      publishes     a unicorn for fr, priceless  orders order.created.fr → to pack
             packer    rejects       a unicorn for fr, priceless
             rabbitmq  moves         a unicorn for fr, priceless  to pack (turned away) → tomorrow

day 2 09:15  rabbitmq  moves         a kettle for us, 25 EUR      tomorrow (time is up) → to pack
             packer    rejects       a kettle for us, 25 EUR
             rabbitmq  moves         a kettle for us, 25 EUR      to pack (turned away) → tomorrow

day 2 09:30  rabbitmq  moves         a unicorn for fr, priceless  tomorrow (time is up) → to pack
             packer    rejects       a unicorn for fr, priceless
             rabbitmq  moves         a unicorn for fr, priceless  to pack (turned away) → tomorrow

day 3 09:15  rabbitmq  moves         a kettle for us, 25 EUR      tomorrow (time is up) → to pack
             packer    publishes     a kettle is packed           news → mailer, board
             mailer    hears         a kettle is packed
             board     hears         a kettle is packed
             packer    is done with  a kettle for us, 25 EUR

day 3 09:30  rabbitmq  moves         a unicorn for fr, priceless  tomorrow (time is up) → to pack
             packer    publishes     a unicorn for fr, priceless  → given up
             packer    is done with  a unicorn for fr, priceless

2 d of virtual time passed in 0.00 s of yours.
Left in queues: 'given up': 1 ready.
"""


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def printed(text: str) -> str:
    return re.sub(r"passed in \d+\.\d\d s", "passed in 0.00 s", text)


@pytest.mark.parametrize("version", ["3.10", "4.0", "4.3"])
def test_plain_text_is_the_same_on_each_version(version, capsys):
    assert main(["demo", "--version", version]) == 0
    shown, errors = capsys.readouterr()
    assert printed(shown) == PLAIN.replace("4.3", version, 1)
    assert errors == ""


def test_a_terminal_gets_colours_and_the_same_words(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "200")
    out = Terminal()
    assert demo("4.3", out) == 0
    assert "\033[" in out.getvalue()
    words = re.sub(r"\033\[[0-9;]*m", "", out.getvalue())
    assert printed(words).split() == PLAIN.split()


def test_no_color_is_respected(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    demo("4.3", out)
    assert printed(out.getvalue()) == PLAIN


def test_a_terminal_without_arrows_gets_them_in_two_characters():
    out = Terminal()
    out.encoding = "cp850"
    demo("4.3", out)
    assert printed(out.getvalue()).split() == PLAIN.replace("→", "->").split()


def test_a_version_that_is_not_recorded_is_refused(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["demo", "--version", "1.0"])
    assert ended.value.code == 2
    assert "'1.0' is not recorded" in capsys.readouterr().err
