"""Where the real RabbitMQ is: the two addresses it is given by, read and checked."""

from __future__ import annotations

from urllib.parse import SplitResult, unquote, urlsplit

import attrs

from fakeamqp.world.url import amqp_url, host_in_url

_PORTS = {"amqp": 5672, "amqps": 5671}
_MANAGEMENT = {"amqp": ("http", 15672), "amqps": ("https", 15671)}
_MANAGEMENT_PORTS = {"http": 80, "https": 443}


@attrs.frozen
class Address:
    """A real RabbitMQ. The passwords are in none of its texts.

    scheme: "amqp", or "amqps" for TLS. management: base address of the management API, without a slash at its end.
    user, password: for AMQP. manager: name and password for the management API.
    """

    scheme: str
    host: str
    port: int
    user: str
    password: str = attrs.field(repr=False)
    management: str
    manager: tuple[str, str] = attrs.field(repr=False)

    @classmethod
    def of(cls, url: str, management_url: str | None = None) -> Address:
        """Read an AMQP URL and the URL of the management API.

        management_url: None is the AMQP host at port 15672 (15671 by https for amqps), if the AMQP port is the usual
        one: next to another port anything may listen there. Without a user in it, the AMQP URL's is taken.
        Raises ValueError for what is no such URL.
        """
        split = _split(url, "the AMQP URL", tuple(_PORTS), "amqp://guest:guest@127.0.0.1:5672")
        if unquote(split.path) not in ("", "/", "//"):
            raise ValueError(
                f"the AMQP URL names a virtual host, {unquote(split.path[1:])!r}: leave it away, since each test gets "
                "one of its own"
            )
        user, password = _login(split) or ("guest", "guest")
        port = split.port or _PORTS[split.scheme]
        if management_url is None:
            if port != _PORTS[split.scheme]:
                raise ValueError(
                    f"the AMQP port {port} is not the usual one, so the management API has to be given, too: "
                    "--fakeamqp-management-url http://HOST:PORT"
                )
            scheme, management_port = _MANAGEMENT[split.scheme]
            management, manager = f"{scheme}://{_host(split)}:{management_port}", None
        else:
            there = _split(
                management_url, "the management URL", tuple(_MANAGEMENT_PORTS), "http://guest:guest@127.0.0.1:15672"
            )
            at = there.port or _MANAGEMENT_PORTS[there.scheme]
            path = there.path.rstrip("/").removesuffix("/api")
            management, manager = f"{there.scheme}://{_host(there)}:{at}{path}", _login(there)
        return cls(split.scheme, str(split.hostname), port, user, password, management, manager or (user, password))

    def url(self, vhost: str, user: str, password: str) -> str:
        """An AMQP URL of a virtual host on it."""
        return amqp_url(self.scheme, self.host, self.port, vhost, user, password)

    def __str__(self) -> str:
        return f"{self.scheme}://{host_in_url(self.host)}:{self.port} (management: {self.management})"


def _split(url: str, what: str, schemes: tuple[str, ...], example: str) -> SplitResult:
    try:
        split = urlsplit(url)
        fits = split.scheme in schemes and split.hostname and (split.port is None or split.port > 0)
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"{what} is of the form {example}, and {_without_password(url)!r} is not")
    return split


def _without_password(url: str) -> str:
    before, at, after = url.rpartition("@")
    return f"{before.partition('://')[0]}://…@{after}" if at else url


def _login(split: SplitResult) -> tuple[str, str] | None:
    if split.username is None:
        return None
    return unquote(split.username), unquote(split.password or "")


def _host(split: SplitResult) -> str:
    return host_in_url(str(split.hostname))
