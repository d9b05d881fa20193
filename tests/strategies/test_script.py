"""A script is carried out line by line, and reads back as a program that does the same."""

from __future__ import annotations

import fakeamqp
from fakeamqp.strategies import Script
from fakeamqp.strategies.script import Code, call


def test_what_was_carried_out_reads_back_as_a_program() -> None:
    script = Script(fakeamqp.Broker("3.10"))
    script.do("connection = fakeamqp.connect(broker)")
    script.do("channel = connection.channel()")
    assert script.do("channel.queue_declare('q').method.queue") == "q"
    refusal = script.attempt("channel.queue_declare('q', durable=True)")
    assert refusal.reply_code == 406
    script.do("channel = connection.channel()")
    script.attempt("channel.basic_publish('', 'q', b'1')")
    names: dict[str, object] = {"print": lambda *said: None}
    exec(str(script), names)
    assert names["broker"].version == "3.10"  # type: ignore[attr-defined]
    assert names["broker"].queue("q").ready == script.names["broker"].queue("q").ready == 1  # type: ignore[attr-defined]


def test_a_call_is_written_as_code() -> None:
    assert call("channel.f", "a", b"b", c=Code("got"), d={"e": 1}) == "channel.f('a', b'b', c=got, d={'e': 1})"
