"""Asking for a display without Qt."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from viewer.model.display import display_problem

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="X11 and Wayland are Linux's")


def test_no_variable_means_no_display() -> None:
    assert display_problem({}) == "There is no display here."


@pytest.mark.parametrize("name", [":9876", "nonsense", "unix:9876.0"])
def test_a_display_that_is_gone_is_named(name: str) -> None:
    assert display_problem({"DISPLAY": name}) == f"The display {name} does not answer."


def test_a_wayland_socket_that_listens_is_a_display(tmp_path: Path) -> None:
    environ = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert display_problem(environ) is not None
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        assert display_problem(environ) is None


def test_an_x_server_over_tcp_is_a_display() -> None:
    with socket.socket() as server:
        try:
            server.bind(("127.0.0.1", 6099))
        except OSError:
            pytest.skip("port 6099 is taken")
        server.listen()
        assert display_problem({"DISPLAY": "127.0.0.1:99.0"}) is None
