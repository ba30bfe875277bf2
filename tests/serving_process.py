"""``main.py serve`` in a process of its own, for tests of its clients."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inference.engines.address import parse_address
from inference.engines.remote.connection import Connection, places
from inference.errors import ServerError

ROOT = Path(__file__).parents[1]
PATIENCE_S = 120.0


class ServerProcess:
    """Starts anew at the same address as often as it is told to."""

    def __init__(self, *argv: object, token: str = "") -> None:
        self._argv, self._token = [*map(str, argv)], token
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> None:
        """Listening once this returns; ``until_ready`` waits for the models."""
        port = self.url.rpartition(":")[2] if self.url else "0"
        command = [sys.executable, str(ROOT / "main.py"), "serve", "--json", "--port", port]
        environ = {k: v for k, v in os.environ.items() if k != "STRIDESCOPE_TOKEN"}
        if self._token:
            environ["STRIDESCOPE_TOKEN"] = self._token
        self._process = subprocess.Popen(
            [*command, "--engine", "numpy", *self._argv],
            env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert self._process.stdout
        told = self._process.stdout.readline()
        assert told, "the server did not start"
        self.url = json.loads(told)["url"]

    def until_ready(self) -> None:
        """Waits for its models."""
        address = parse_address(self.url)
        place = places(address)[0]
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            try:
                asked = Connection(address, place)
                if asked.ask("GET", "/v2/health/ready", time.monotonic() + 5).status == 200:
                    return
            except ServerError:
                pass
            time.sleep(0.05)
        raise AssertionError("the server does not become ready")

    def freeze(self) -> None:
        """There, but silent."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Goes on."""
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """At once, whatever it is doing."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout
            self._process.stdout.close()
            self._process = None


@contextmanager
def serving(*argv: object, token: str = "") -> Iterator[ServerProcess]:
    """A server that is ready, on a free port and on NumPy; it ends with the block."""
    server = ServerProcess(*argv, token=token)
    server.start()
    try:
        server.until_ready()
        yield server
    finally:
        server.kill()
