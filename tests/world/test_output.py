"""What several programs print is told apart."""

from __future__ import annotations

import io

import pytest

from fakeamqp.world.output import Input, Shared, Voice, voices


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Speakers:
    """A shared stream, and who speaks."""

    def __init__(self, *names: str) -> None:
        self.stream = io.StringIO()
        self.voices = voices(list(names), in_colour=False)
        self.speaker: Voice | None = self.voices[0]
        self.shared = Shared(self.stream, lambda: self.speaker)

    def say(self, who: int | None, text: str) -> None:
        self.speaker = None if who is None else self.voices[who]
        print(text, end="", file=self.shared)

    @property
    def said(self) -> str:
        return self.stream.getvalue()


def test_each_line_is_marked_with_its_speaker() -> None:
    speakers = Speakers("a", "b")
    speakers.say(0, "one\ntwo\n")
    speakers.say(1, "three\n\n")
    assert speakers.said == "[a] one\n[a] two\n[b] three\n[b] \n"


def test_lines_in_pieces_do_not_mix() -> None:
    speakers = Speakers("a", "b")
    for who, text in ((0, "o"), (1, "tw"), (0, "ne\n"), (1, "o\n")):
        speakers.say(who, text)
    assert speakers.said == "[a] one\n[b] two\n"


def test_a_line_without_an_end_comes_out_when_its_speaker_is_done() -> None:
    speakers = Speakers("a", "b")
    speakers.say(0, "no end")
    assert speakers.said == ""
    speakers.shared.finish(speakers.voices[0])
    speakers.shared.finish(speakers.voices[1])
    speakers.shared.finish_all()
    assert speakers.said == "[a] no end\n"


def test_one_speaker_and_nobody_s_threads_have_no_mark() -> None:
    alone, nobody = Speakers("a"), Speakers("a", "b")
    alone.say(0, "in pie")
    alone.say(0, "ces\n")
    nobody.say(None, "as it is")
    assert (alone.said, nobody.said) == ("in pieces\n", "as it is")


def test_bytes_are_text() -> None:
    speakers = Speakers("a", "b")
    assert speakers.shared.buffer.write("né\n".encode()) == 4
    speakers.shared.buffer.flush()
    assert speakers.said == "[a] né\n"


def test_what_is_no_text_is_refused_in_python_s_words() -> None:
    with pytest.raises(TypeError, match="must be str, not bytes"):
        Speakers("a").shared.write(b"")  # type: ignore[arg-type]


def test_it_is_as_the_stream_beneath_it() -> None:
    terminal = Shared(Terminal(), lambda: None)
    assert terminal.isatty()
    assert terminal.writable()
    assert terminal.encoding == io.StringIO().encoding
    assert terminal.errors == io.StringIO().errors
    with pytest.raises(io.UnsupportedOperation):
        terminal.fileno()
    terminal.reconfigure(line_buffering=True)


def test_a_stream_closed_beneath_it_is_no_error_any_more() -> None:
    speakers = Speakers("a")
    speakers.stream.close()
    speakers.shared.flush()


def test_voices_have_a_colour_each_on_a_terminal() -> None:
    assert [voice.prefix for voice in voices(["a", "b"], in_colour=True)] == [
        "\033[36m[a]\033[0m ",
        "\033[33m[b]\033[0m ",
    ]


def test_where_a_person_sits_there_is_nothing_to_read_and_that_is_told_once() -> None:
    told: list[bool] = []
    stdin = Input(Terminal("typed\n"), lambda: told.append(True))
    assert (stdin.read(), stdin.readline(), list(stdin)) == ("", "", [])
    assert told == [True]
    assert not stdin.isatty()


def test_what_is_redirected_is_read_to_its_end_without_a_word() -> None:
    told: list[bool] = []
    stdin = Input(io.StringIO("one\ntwo\nthree"), lambda: told.append(True))
    assert (stdin.readline(), stdin.read(1), list(stdin)) == ("one\n", "t", ["wo\n", "three"])
    assert stdin.read(None) == ""
    assert told == []


def test_without_a_standard_input_there_is_nothing_to_read() -> None:
    assert Input(None, lambda: None).read() == ""
