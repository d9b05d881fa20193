"""TLS: a throw-away authority, given certificates, and who somebody is by their certificate."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pika
import pika.exceptions
import pytest
import trustme
from pika.credentials import ExternalCredentials

import fakeamqp
from fakeamqp.adapters.tcp.certificate import name_in
from tests.support.clients import Connect


def to(server: fakeamqp.Server, context: ssl.SSLContext, **parameters: Any) -> pika.ConnectionParameters:
    options = pika.SSLOptions(context, "localhost")
    return pika.ConnectionParameters(server.host, server.port, ssl_options=options, **parameters)


def test_a_client_that_trusts_the_throw_away_authority_gets_in(connect: Connect) -> None:
    broker = fakeamqp.Broker()
    with fakeamqp.serve(broker, tls=True) as server:
        assert server.url.startswith("amqps://guest:guest@127.0.0.1:")
        assert server.tls is not None
        connection = connect(to(server, server.tls.client_context()))
        connection.channel().queue_declare("tea")
        assert broker.queue("tea").ready == 0
        connection.close()


def test_one_that_does_not_trust_it_does_not(connect: Connect) -> None:
    with fakeamqp.serve(fakeamqp.Broker(), tls=True) as server, pytest.raises(ssl.SSLCertVerificationError):
        connect(to(server, ssl.create_default_context()))


def test_its_certificate_can_be_written_to_a_file(connect: Connect, tmp_path: Path) -> None:
    with fakeamqp.serve(fakeamqp.Broker(), tls=True) as server:
        assert server.tls is not None
        (tmp_path / "ca.pem").write_bytes(server.tls.authority_pem)
        connect(to(server, ssl.create_default_context(cafile=str(tmp_path / "ca.pem")))).close()


def given(folder: Path) -> tuple[trustme.CA, fakeamqp.Tls]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    issued = authority.issue_cert("localhost", "127.0.0.1")
    issued.private_key_pem.write_to_path(folder / "key.pem")
    (folder / "cert.pem").write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
    return authority, fakeamqp.Tls(folder / "cert.pem", folder / "key.pem", authority=folder / "ca.pem")


def test_given_certificates_are_used(connect: Connect, tmp_path: Path) -> None:
    _, tls = given(tmp_path)
    with fakeamqp.serve(fakeamqp.Broker(), tls=tls) as server:
        connect(to(server, ssl.create_default_context(cafile=str(tmp_path / "ca.pem")))).close()
        for ask in (lambda: tls.authority_pem, tls.client_context, lambda: tls.client_certificate("ada")):
            with pytest.raises(ValueError, match="given certificates"):
                ask()


def test_who_demands_certificates_lets_nobody_in_without_one(connect: Connect, tmp_path: Path) -> None:
    tls = fakeamqp.Tls(demands_certificate=True)
    with fakeamqp.serve(fakeamqp.Broker(), tls=tls) as server:
        connect(to(server, tls.client_context(common_name="ada"))).close()
        with pytest.raises(pika.exceptions.AMQPConnectionError):
            connect(to(server, tls.client_context()))


@pytest.mark.parametrize("mistake", [{"certificate": "c.pem"}, {"key": "k.pem"}])
def test_a_certificate_needs_its_key(mistake: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="belong together"):
        fakeamqp.Tls(**mistake)


def test_what_is_no_tls_is_refused() -> None:
    with pytest.raises(TypeError, match=r"tls='yes': it is True, or a fakeamqp\.Tls"):
        fakeamqp.serve(fakeamqp.Broker(), tls="yes")  # type: ignore[arg-type]


# --- EXTERNAL


def test_external_lets_in_whom_the_certificate_vouches_for(connect: Connect) -> None:
    tls = fakeamqp.Tls(certificate_login="common_name")
    broker = fakeamqp.Broker(users={"ada": "unknown to her"})
    with fakeamqp.serve(broker, tls=tls) as server:
        connection = connect(to(server, tls.client_context(common_name="ada"), credentials=ExternalCredentials()))
        assert [user.username for user in broker.model.connections.values()] == ["ada"]
        connection.close()


@pytest.mark.parametrize("name", [None, "bob"])
def test_external_refuses_all_others(connect: Connect, name: str | None) -> None:
    tls = fakeamqp.Tls(certificate_login="common_name")
    with (
        fakeamqp.serve(fakeamqp.Broker(users={"ada": "x"}), tls=tls) as server,
        pytest.raises(pika.exceptions.ProbableAuthenticationError, match="authentication mechanism EXTERNAL"),
    ):
        connect(to(server, tls.client_context(common_name=name), credentials=ExternalCredentials()))


def test_external_without_a_certificate_is_nobody_even_where_everybody_is_let_in(connect: Connect) -> None:
    tls = fakeamqp.Tls()
    with (
        fakeamqp.serve(fakeamqp.Broker(users="any"), tls=tls) as server,
        pytest.raises(pika.exceptions.ProbableAuthenticationError),
    ):
        connect(to(server, tls.client_context(), credentials=ExternalCredentials()))


def test_external_is_not_offered_without_tls() -> None:
    with (
        fakeamqp.serve(fakeamqp.Broker()) as server,
        pytest.raises(pika.exceptions.AMQPConnectionError),
    ):
        pika.BlockingConnection(pika.ConnectionParameters(server.host, server.port, credentials=ExternalCredentials()))


ALICE = {
    "subject": (
        (("countryName", "DE"),),
        (("organizationName", "Acme, Inc."),),
        (("organizationalUnitName", "shop"),),
        (("commonName", "alice"),),
    )
}


def test_a_distinguished_name_has_its_last_part_first() -> None:
    assert name_in(ALICE, "distinguished_name") == "CN=alice,OU=shop,O=Acme\\, Inc.,C=DE"
    assert name_in(ALICE, "common_name") == "alice"
    assert name_in(None, "common_name") == ""
