"""What a broker is asked to be: the arguments of its constructor, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from fakeamqp.model.exchanges import PLUGINS
from fakeamqp.model.profile import Profile

Address = tuple[str, int]

DEFAULT_PORTS = (5672, 5671)
_HIGHEST_PORT = 65_535
_SHORT = 255


def check_time(starts_at: Any, idle: Any, autojump: Any, max_wait: Any, thread_grace: Any) -> None:
    """Raise TypeError or ValueError for what makes no sense of time and waiting."""
    if not isinstance(starts_at, datetime):
        raise TypeError(f"starts_at is a datetime, not {starts_at!r}")
    if starts_at.tzinfo is None:
        raise ValueError("starts_at needs a time zone, such as datetime(2024, 1, 1, tzinfo=timezone.utc)")
    if idle not in ("return", "raise", "interrupt"):
        raise ValueError(f'idle is "return", "raise" or "interrupt", not {idle!r}')
    if autojump is not True and autojump is not False:
        raise TypeError(f"autojump is True or False, not {autojump!r}")
    _check_seconds("max_wait", max_wait, least=1e-6)
    _check_seconds("thread_grace", thread_grace, least=0)


def _check_seconds(name: str, value: Any, least: float) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(f"{name} is a number of seconds, not {value!r}")
    if not least <= value < float("inf"):
        raise ValueError(f"{name} is a number of seconds, {'0 or more' if not least else 'more than 0'}, not {value!r}")


def check_seed(seed: Any) -> None:
    """Raise TypeError for a seed that is no whole number."""
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise TypeError(f"seed is a whole number, not {seed!r}")


def check_users(users: Any) -> None:
    """Raise TypeError unless users are passwords by user name, or "any"."""
    if users == "any":
        return
    if not users or not isinstance(users, dict | Mapping):
        raise TypeError(f'users is passwords by user name, such as {{"guest": "guest"}}, or "any", not {users!r}')
    for name, password in users.items():
        if not isinstance(name, str) or not isinstance(password, str):
            raise TypeError(f"users has text for names and for passwords, not {name!r}: {password!r}")


def vhosts(given: Any) -> tuple[str, ...] | Literal["any"]:
    """The virtual hosts, or "any". Raises TypeError for what is no text, ValueError for none, or one given twice."""
    if given == "any":
        return "any"
    names = _several("vhosts", given)
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"vhosts are given by their names, which are text, not {name!r}")
        if not 0 < len(name.encode()) <= _SHORT:
            raise ValueError(f"the name of a vhost has 1 to {_SHORT} bytes, and {name[:40]!r} has not")
    if not names:
        raise ValueError('vhosts names at least one, such as ["/"], or is "any"')
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"vhosts has {twice!r} more than once")
    return names


def plugins(given: Any) -> tuple[str, ...]:
    """The plugins. Raises TypeError for what is no text, ValueError for one that is not known."""
    names = _several("plugins", given)
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"plugins are given by their names, which are text, not {name!r}")
        if name not in PLUGINS:
            raise ValueError(f"no plugin {name!r}; those that bring types of exchange are {', '.join(PLUGINS)}")
    return names


def denied(given: Any, profile: Profile) -> tuple[str, ...]:
    """The deprecated features to deny. Raises TypeError for what is no text, ValueError for one that is not known."""
    names = _several("deny", given)
    known = profile.deprecated_features
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"deny takes deprecated features by their names, which are text, not {name!r}")
        if not known:
            raise ValueError(f"RabbitMQ {profile.name} does not know deprecated features: it cannot deny {name!r}")
        if name not in known:
            raise ValueError(
                f"RabbitMQ {profile.name} has no deprecated feature {name!r} to deny; it has {', '.join(known)}"
            )
    return names


def addresses(given: Any) -> list[Address] | None:
    """The addresses to listen at; None is every host at the usual ports. Raises TypeError or ValueError."""
    return None if given is None else [address(each) for each in _several("addresses", given)]


def address(given: Any) -> Address:
    """One address, as "host", "host:port" or (host, port). Raises TypeError or ValueError for anything else."""
    rule = 'an address is "host", "host:port" or (host, port)'
    if isinstance(given, str):
        return _split(given, rule)
    if not (isinstance(given, tuple) and len(given) == 2):
        raise TypeError(f"{rule}, not {given!r}")
    host, port = given
    if not isinstance(host, str) or not isinstance(port, int) or isinstance(port, bool):
        raise TypeError(f"{rule} with text for the host and a number for the port, not {given!r}")
    return _checked(host, port, rule, given)


def _split(text: str, rule: str) -> Address:
    host, colon, port = text.rpartition(":")
    if text.startswith("[") and text.endswith("]"):
        host, colon, port = text, "", ""
    if not colon:
        host, port = text, str(DEFAULT_PORTS[0])
    bracketed = host.startswith("[") and host.endswith("]")
    if bracketed:
        host = host[1:-1]
    elif ":" in host:
        raise ValueError(f'{rule}, not {text!r}; one of IPv6 is written as "[::1]:5672"')
    if not (port.isascii() and port.isdigit()):
        raise ValueError(f"{rule}, and in {text!r} the port is no number")
    return _checked(host, int(port), rule, text)


def _checked(host: str, port: int, rule: str, given: object) -> Address:
    if not host:
        raise ValueError(f"{rule}, and in {given!r} there is no host")
    if not 0 < port <= _HIGHEST_PORT:
        raise ValueError(f"{rule}, and in {given!r} the port is not one of 1 to {_HIGHEST_PORT}")
    return host, port


def _several(name: str, given: Any) -> tuple[Any, ...]:
    if type(given) is tuple:
        return given
    if isinstance(given, str):
        raise TypeError(f"{name} takes several, such as [{given!r}]; a single text would be taken letter by letter")
    if not isinstance(given, Iterable):
        raise TypeError(f"{name} takes several, such as [{given!r}], not {given!r}")
    return tuple(given)
