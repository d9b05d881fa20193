"""AMQP URLs."""

from __future__ import annotations

from urllib.parse import quote


def amqp_url(scheme: str, host: str, port: int, vhost: str, user: str, password: str) -> str:
    """An AMQP URL: `amqp://guest:guest@127.0.0.1:5672/%2F`. scheme: "amqp", or "amqps" for TLS."""
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    return f"{scheme}://{login}@{host_in_url(host)}:{port}/{quote(vhost, safe='')}"


def host_in_url(host: str) -> str:
    """A host as URLs have it: an address of IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host
