"""TLS for a listener: certificates of a throw-away authority, or given ones."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING, Any, Literal

import attrs

if TYPE_CHECKING:
    import trustme

CertificateLogin = Literal["distinguished_name", "common_name"]


@attrs.define
class Tls:
    """How a listener talks TLS.

    certificate, key: files of the server's certificate and its key, in PEM; None takes those of an authority that is
        made for the purpose (the trustme library: `pip install fakeamqp[serve]`).
    authority: a file with the certificates of those whose clients' certificates are trusted, in PEM; None is the
        throw-away authority if there is one, and nobody otherwise.
    demands_certificate: True if a client without a certificate that is trusted is not let in
        (RabbitMQ's `ssl_options.fail_if_no_peer_cert`).
    certificate_login: what of its certificate is the name of a client that logs in by EXTERNAL
        (RabbitMQ's `ssl_cert_login_from`).

    Raises ValueError if one of `certificate` and `key` is given without the other, OSError for files that cannot be
    read.
    """

    certificate: str | os.PathLike[str] | None = None
    key: str | os.PathLike[str] | None = None
    authority: str | os.PathLike[str] | None = None
    demands_certificate: bool = False
    certificate_login: CertificateLogin = "distinguished_name"
    _made: Any = attrs.field(init=False, default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key belong together: give both, or none")

    @property
    def _own(self) -> trustme.CA:
        """The throw-away authority."""
        if self._made is None:
            try:
                import trustme
            except ImportError:
                raise ImportError(
                    "TLS without given certificates needs the trustme library: pip install fakeamqp[serve]"
                ) from None
            self._made = trustme.CA()
        own: trustme.CA = self._made
        return own

    @property
    def is_throw_away(self) -> bool:
        """True if the server's certificate comes from an authority that is made for the purpose."""
        return self.certificate is None

    @property
    def authority_pem(self) -> bytes:
        """The throw-away authority's certificate, in PEM: what a client is told to trust.

        Raises ValueError if the certificates are given ones.
        """
        self._need_own("its certificate")
        return self._own.cert_pem.bytes()

    def client_context(self, *, common_name: str | None = None) -> ssl.SSLContext:
        """A client's TLS context that trusts the throw-away authority.

        common_name: of a certificate of the client's own, for EXTERNAL; None is without one. Raises ValueError if the
        certificates are given ones.
        """
        self._need_own("a context")
        context = ssl.create_default_context()
        self._own.configure_trust(context)
        if common_name is not None:
            self._own.issue_cert(f"{common_name}.invalid", common_name=common_name).configure_cert(context)
        return context

    def client_certificate(self, common_name: str) -> tuple[bytes, bytes]:
        """A client's certificate of the throw-away authority and its key, both in PEM.

        Raises ValueError if the certificates are given ones.
        """
        self._need_own("a certificate")
        issued = self._own.issue_cert(f"{common_name}.invalid", common_name=common_name)
        chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
        return chain, issued.private_key_pem.bytes()

    def _need_own(self, what: str) -> None:
        if not self.is_throw_away:
            raise ValueError(f"the server has given certificates: {what} comes from who made them")

    def server_context(self, *hosts: str) -> ssl.SSLContext:
        """The server's TLS context. hosts: the names and addresses that a certificate of our own is for."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        if self.certificate is None or self.key is None:
            self._own.issue_cert(*hosts).configure_cert(context)
        else:
            context.load_cert_chain(self.certificate, self.key)
        if self.authority is not None:
            context.load_verify_locations(self.authority)
        elif self.is_throw_away:
            self._own.configure_trust(context)
        if self.authority is not None or self.is_throw_away:
            context.verify_mode = ssl.CERT_REQUIRED if self.demands_certificate else ssl.CERT_OPTIONAL
        return context


def tls_of(given: Tls | bool | None) -> Tls | None:
    """What `serve(tls=…)` was given. Raises TypeError for anything else."""
    if given is True:
        return Tls()
    if given is None or given is False:
        return None
    if isinstance(given, Tls):
        return given
    raise TypeError(f"tls={given!r}: it is True, or a fakeamqp.Tls(certificate=…, key=…)")
