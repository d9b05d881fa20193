"""Definitions files of a broker as tests hold it."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pika
import pytest
from pika.exceptions import ProbableAuthenticationError

import fakeamqp
from fakeamqp.model import effects
from fakeamqp.world.definitions import read_definitions

QUEUE: dict[str, Any] = {"name": "q", "durable": True, "auto_delete": False, "arguments": {}}
SECRET = {"password_hash": "AQIDBDB9kM21iEUzN1lZ+6VReCsdNqS0sERdAQTcY6Xs3PMz", "tags": ""}
CLUSTER: dict[str, Any] = {
    "users": [{"name": "shop", **SECRET}],
    "vhosts": [{"name": "shop"}],
    "permissions": [{"user": "shop", "vhost": "shop", "configure": "", "write": ".*", "read": ".*"}],
    "queues": [{**QUEUE, "vhost": "shop"}],
}


def written(folder: Path, content: object) -> Path:
    path = folder / "production.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def login(broker: fakeamqp.Broker, password: str, user: str = "shop") -> None:
    fakeamqp.connect(broker, virtual_host="shop", credentials=pika.PlainCredentials(user, password)).close()


@pytest.mark.parametrize("form", [Path, str, lambda path: path.read_text(), lambda path: json.loads(path.read_text())])
def test_a_broker_begins_with_its_definitions(tmp_path: Path, form: Any) -> None:
    broker = fakeamqp.Broker(definitions=form(written(tmp_path, CLUSTER)))
    assert broker.queue("q", vhost="shop").ready == 0
    login(broker, "secret")
    with pytest.raises(ProbableAuthenticationError):
        login(broker, "wrong")


def test_a_password_that_the_test_knows_holds_for_a_user_of_the_definitions() -> None:
    broker = fakeamqp.Broker(definitions=CLUSTER, users={"guest": "guest", "shop": "mine"})
    login(broker, "mine")
    channel = fakeamqp.connect(broker, virtual_host="shop", credentials=pika.PlainCredentials("shop", "mine")).channel()
    with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="configure access to queue 'mine'"):
        channel.queue_declare("mine")
    login(broker, "guest", "guest")


def test_a_refused_login_says_how_to_know_the_password(caplog: pytest.LogCaptureFixture) -> None:
    broker = fakeamqp.Broker(definitions=CLUSTER)
    with pytest.raises(ProbableAuthenticationError):
        login(broker, "wrong")
    assert "definitions (users={'shop': …} replaces the password that those have)" in caplog.text


def test_the_export_of_one_virtual_host_goes_into_the_first_one() -> None:
    alone = fakeamqp.Broker(definitions=CLUSTER).export_definitions("shop")
    assert fakeamqp.Broker(vhosts=["other", "/"], definitions=alone).queue("q", vhost="other").ready == 0
    older = {"rabbit_version": "3.10.8", "queues": [QUEUE], "policies": []}
    assert fakeamqp.Broker(version="3.10", definitions=older).queue("q").ready == 0


def test_a_reset_brings_back_what_was_there_at_the_beginning() -> None:
    broker = fakeamqp.Broker(definitions=CLUSTER)
    broker.ctl.delete_vhost("shop")
    broker.reset()
    assert broker.queue("q", vhost="shop").ready == 0


def test_a_dict_that_is_changed_later_changes_nothing() -> None:
    definitions = json.loads(json.dumps(CLUSTER))
    broker = fakeamqp.Broker(definitions=definitions)
    definitions["queues"].clear()
    broker.reset()
    assert broker.queue("q", vhost="shop").ready == 0


def test_what_has_no_effect_is_reported_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    shovel = {"vhost": "/", "component": "shovel", "name": "s", "value": {}}
    with caplog.at_level(logging.WARNING, "fakeamqp"):
        broker = fakeamqp.Broker(definitions={"parameters": [shovel]})
    assert broker.definitions_report == ("parameter 's' of shovel in vhost '/': fakeamqp runs no shovels",)
    assert "fakeamqp runs no shovels" in caplog.text
    broker.import_definitions({"queues": [{**QUEUE, "name": "amq.q"}]})
    assert len(broker.definitions_report) == 2


def test_definitions_can_be_brought_in_later() -> None:
    broker = fakeamqp.Broker()
    broker.import_definitions(CLUSTER)
    broker.import_definitions({"queues": [{**QUEUE, "name": "r"}]}, vhost="shop")
    assert [row["name"] for row in broker.export_definitions("shop")["queues"]] == ["q", "r"]
    with pytest.raises(LookupError, match="Not Found"):
        broker.import_definitions({}, vhost="nowhere")


def test_what_comes_before_a_refusal_stays_and_its_effects_are_told() -> None:
    broker = fakeamqp.Broker()
    channel = fakeamqp.connect(broker).channel()
    channel.queue_declare("old")
    for _ in range(3):
        broker.publish("", "old", b"m")
    policy = {"name": "p", "pattern": "^old", "definition": {"max-length": 1}}
    with pytest.raises(ValueError, match="value_negative"):
        broker.import_definitions(
            {"policies": [policy], "queues": [{**QUEUE, "arguments": {"x-max-length": -1}}]}, vhost="/"
        )
    assert broker.queue("old").ready == 1
    assert broker.queue("old").policy == "p"
    told = [effect for step in broker.trace for effect in step.effects if isinstance(effect, effects.Dropped)]
    assert [effect.reason for effect in told] == ["maxlen", "maxlen"]


def test_an_export_can_be_written_and_read_again(tmp_path: Path) -> None:
    broker = fakeamqp.Broker(definitions=CLUSTER)
    told = broker.export_definitions(to=tmp_path / "now.json")
    again = fakeamqp.Broker(definitions=tmp_path / "now.json")
    assert json.loads((tmp_path / "now.json").read_text(encoding="utf-8")) == told == again.export_definitions()
    with pytest.raises(KeyError, match="no vhost 'nowhere'"):
        broker.export_definitions("nowhere")


def test_a_file_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=r"^no\.json: there is no such file \(a relative path is looked for in "):
        fakeamqp.Broker(definitions="no.json")
    with pytest.raises(ValueError, match="it cannot be read"):
        fakeamqp.Broker(definitions=tmp_path)


@pytest.mark.parametrize("text", ["", "{nope", "[]", '"text"'])
def test_what_is_no_json_object_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"production\.json: failed_to_parse_json \(it "):
        fakeamqp.Broker(definitions=written(tmp_path, text))


def test_a_byte_order_mark_is_no_part_of_it(tmp_path: Path) -> None:
    assert read_definitions(written(tmp_path, "\ufeff{}")).content == {}


def test_definitions_are_a_path_a_text_or_a_dict() -> None:
    with pytest.raises(TypeError, match="definitions are a path, a JSON text or a dict, not 5"):
        fakeamqp.Broker(definitions=5)  # type: ignore[arg-type]


def test_a_refusal_names_the_file_and_the_version_that_wrote_it(tmp_path: Path) -> None:
    bad = {**CLUSTER, "rabbitmq_version": "4.1.2", "queues": [{**QUEUE, "vhost": "shop", "arguments": [1]}]}
    with pytest.raises(ValueError, match=r"queues\[0\] 'q': badarg") as refused:
        fakeamqp.Broker(version="4.0", definitions=written(tmp_path, bad))
    assert str(tmp_path) in str(refused.value)
    assert "written by RabbitMQ 4.1.2, which is newer than this broker's 4.0.5" in str(refused.value)
    with pytest.raises(ValueError, match="badarg") as refused:
        fakeamqp.Broker(definitions=bad)
    assert "newer" not in str(refused.value)
