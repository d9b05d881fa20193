"""A request, taken apart."""

from __future__ import annotations

import pytest

from fakeamqp.adapters.management.answers import Refused
from fakeamqp.adapters.management.asked import Asked, split_target


def test_a_path_is_split_before_it_is_decoded() -> None:
    assert split_target("/api/queues/%2F/a%2Fb%20c") == (("api", "queues", "/", "a/b c"), {})


def test_one_slash_at_the_end_is_nothing_and_two_are_an_empty_part() -> None:
    assert split_target("/api/queues/")[0] == ("api", "queues")
    assert split_target("/api//queues")[0] == ("api", "", "queues")
    assert split_target("/")[0] == ("",)


def test_a_query_keeps_fields_without_a_value() -> None:
    assert split_target("/api/queues?page=1&columns=&name=a%20b") == (
        ("api", "queues"),
        {"page": "1", "columns": "", "name": "a b"},
    )


def test_no_content_is_an_empty_object() -> None:
    assert Asked("PUT", (), {}).fields() == {}


@pytest.mark.parametrize("content", [b"{", b"[1]", b"1", b"null", b"\xff"])
def test_what_is_no_json_object_is_refused(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        Asked("PUT", (), {}, content).fields()
    assert (refused.value.status, refused.value.reason) == (400, "not_json")


def test_missing_fields_are_listed_as_erlang_prints_them() -> None:
    asked = Asked("PUT", (), {}, b'{"routing_key": ""}')
    with pytest.raises(Refused) as short:
        asked.fields("routing_key", "a", "b")
    with pytest.raises(Refused) as long:
        asked.fields("properties", "payload", "payload_encoding")
    assert short.value.reason == "[{key_missing,a},{key_missing,b}]"
    assert long.value.reason == "[{key_missing,properties},\n {key_missing,payload},\n {key_missing,payload_encoding}]"


def test_a_flag_of_the_query_is_true_by_its_word_alone() -> None:
    asked = Asked("DELETE", (), {"if-unused": "true", "if-empty": "1"})
    assert asked.says("if-unused")
    assert not asked.says("if-empty")
    assert not asked.says("nope")
