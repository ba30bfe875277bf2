"""Addresses of servers, which stand where names of engines do."""

from __future__ import annotations

import re
from typing import NamedTuple

from inference.errors import EngineError, quote

_FORM = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?/?", re.I | re.A)
_PORTS = {"http": 80, "https": 443}


class Address(NamedTuple):
    """scheme: http or https. host: a name or an IP address, without brackets."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def is_address(engine: str) -> bool:
    """Whether the name of an engine is meant as the address of a server."""
    return "://" in engine


def parse_address(text: str) -> Address:
    """``http://HOST:PORT`` or ``https://…``. Raises EngineError for anything else."""
    found = _FORM.fullmatch(text.strip())
    scheme, host, port = found.groups() if found else ("", "", None)
    number = int(port) if port else _PORTS.get(scheme.lower(), 0)
    if not 0 < number < 65536:
        raise EngineError(f"A server is named as http://HOST:PORT or https://…, not {quote(text)}.")
    return Address(scheme.lower(), host.strip("[]").lower(), number)
