"""Whether a window can open here, asked before Qt is: Qt would abort the process."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping

TIMEOUT_S = 2.0


def display_problem(environ: Mapping[str, str] = os.environ) -> str | None:
    """Why no window can open, as a sentence; None when one can."""
    if not sys.platform.startswith("linux"):
        return None
    wayland, x11 = environ.get("WAYLAND_DISPLAY", ""), environ.get("DISPLAY", "")
    if wayland and _connects(socket.AF_UNIX, _wayland_socket(wayland, environ)):
        return None
    if x11 and any(_connects(*address) for address in _x11_addresses(x11)):
        return None
    if x11 or wayland:
        return f"The display {x11 or wayland} does not answer."
    return "There is no display here."


def _wayland_socket(name: str, environ: Mapping[str, str]) -> str:
    return os.path.join(environ.get("XDG_RUNTIME_DIR", ""), name)


def _x11_addresses(display: str) -> list[tuple[int, str | tuple[str, int]]]:
    """Where the X server of ``display`` (host:number.screen) may listen, likeliest first."""
    host, _, rest = display.rpartition(":")
    number = rest.split(".")[0]
    if not number.isdigit():
        return []
    if host and host != "unix":
        return [(socket.AF_INET, (host, 6000 + int(number)))]
    path = f"/tmp/.X11-unix/X{number}"
    return [(socket.AF_UNIX, path), (socket.AF_UNIX, f"\0{path}")]


def _connects(family: int, address: str | tuple[str, int]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(TIMEOUT_S)
        try:
            probe.connect(address)
        except OSError:
            return False
    return True
