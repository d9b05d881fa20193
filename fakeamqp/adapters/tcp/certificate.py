"""Whose a client's certificate is."""

from __future__ import annotations

from typing import Any

# RFC 4514, section 3, and what RabbitMQ writes beside it.
_SHORT = {
    "commonName": "CN",
    "countryName": "C",
    "localityName": "L",
    "stateOrProvinceName": "ST",
    "organizationName": "O",
    "organizationalUnitName": "OU",
    "streetAddress": "STREET",
    "domainComponent": "DC",
    "userId": "UID",
}
_ESCAPED = str.maketrans({character: f"\\{character}" for character in ',+"\\<>;'})


def name_in(certificate: dict[str, Any] | None, what: str) -> str:
    """The name of a user in a certificate, as Python's `ssl` tells it; empty if there is none.

    what: "common_name", or "distinguished_name": `CN=alice,OU=shop,O=Acme`, the last part first, as RabbitMQ has it
    (seen on 4.0.5 and 4.3.6).
    """
    parts = [part for group in (certificate or {}).get("subject", ()) for part in group]
    if what == "common_name":
        return ",".join(value for name, value in parts if name == "commonName")
    return ",".join(f"{_SHORT.get(name, name)}={value.translate(_ESCAPED)}" for name, value in reversed(parts))
