"""Clients that ask a server again and again, each on its connection, and time every answer.

``python -m viewer.bench.serve_load`` reads a ``Load`` as JSON from stdin and writes a ``Found``
as JSON, so that the server has its interpreter for itself.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from inference.models import MODELS
from inference.protocol import JSON_SIZE, write_request

_WARM_UP = 0.1
"""The share of the time whose answers do not count."""


@dataclass(frozen=True)
class Load:
    """So many clients for so long, of the models in turn. mixed: every second one asks in JSON."""

    port: int
    models: tuple[str, ...]
    clients: int
    seconds: float
    mixed: bool = False


@dataclass(frozen=True)
class Found:
    """milliseconds: of every answer after the warm-up; errors: what was no answer."""

    milliseconds: Sequence[float]
    errors: int
    seconds: float


def request(model: str, binary: bool) -> bytes:
    """One row of zeros for ``model``, as it goes over the wire."""
    ((tensor, shape),) = MODELS[model].inputs.items()
    x = np.zeros((1, *(n or 1 for n in shape[1:])), np.float32)
    message = write_request({tensor: x}, binary=binary, binary_answer=binary)
    sized = f"{JSON_SIZE}: {message.json_size}\r\n" if message.json_size else ""
    head = f"POST /v2/models/{model}/infer HTTP/1.1\r\nHost: bench\r\n{sized}"
    return f"{head}Content-Length: {len(message.body)}\r\n\r\n".encode() + message.body


class Client(asyncio.Protocol):
    """Asks until ``ends``, and is ``done``; took: the seconds of the answers after ``counts``."""

    def __init__(self, asked: bytes, counts: float, ends: float) -> None:
        self.took: list[float] = []
        self.errors = 0
        self.done = asyncio.get_running_loop().create_future()
        self._asked, self._counts, self._ends = asked, counts, ends
        self._buffer = bytearray()
        self._since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asks at once."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Once an answer is whole, the next one is asked for."""
        self._buffer += data
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        lines = bytes(self._buffer[:head]).lower()
        size = int(lines.partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(self._buffer) < head + 4 + size:
            return
        now = time.perf_counter()
        if now > self._counts:
            self.took.append(now - self._since)
        self.errors += not lines.startswith(b"http/1.1 200")
        self._buffer.clear()
        if now < self._ends:
            self._ask()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end; an error where an answer was still to come."""
        self.errors += time.perf_counter() < self._ends
        if not self.done.done():
            self.done.set_result(None)

    def _ask(self) -> None:
        self._since = time.perf_counter()
        self._transport.write(self._asked)


async def run(load: Load) -> Found:
    """All clients at once."""
    loop, started = asyncio.get_running_loop(), time.perf_counter()
    counts, ends = started + _WARM_UP * load.seconds, started + load.seconds
    clients = []
    for number in range(load.clients):
        model = load.models[number % len(load.models)]
        asked = request(model, binary=not (load.mixed and number % 2))
        make = lambda asked=asked: Client(asked, counts, ends)  # noqa: E731
        clients.append((await loop.create_connection(make, "127.0.0.1", load.port))[1])
    await asyncio.gather(*(client.done for client in clients))
    took = [1e3 * seconds for client in clients for seconds in client.took]
    errors = sum(client.errors for client in clients)
    return Found(took, errors, time.perf_counter() - counts)


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    found = asyncio.run(run(Load(**{**asked, "models": tuple(asked["models"])})))
    json.dump(asdict(found), sys.stdout)
