"""Networks that a server runs, by the Open Inference Protocol v2."""

from __future__ import annotations

import os
import re
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote as quoted

import numpy as np

from inference.engines.address import parse_address
from inference.errors import NotServed, ServerError, quote
from inference.protocol import ProtocolError, read_response, write_request
from inference.runner import Report, Runner

from .connection import TOKEN, Connection, Reply, Stale, places
from .contract import check, digest

if TYPE_CHECKING:
    from inference.graph import Model

_GREETING_S = 5.0
"""How long ``prepare`` waits at least, on a thread that nobody waits for."""
RETRY_S = 1.0
"""When to look for a lost server again, unless it says so itself."""
_MOST_ROWS, _MOST_BYTES = 1024, 8 << 20
"""Of one request: what a server of ours takes unless told otherwise."""
_DURATION = re.compile(r"dur=([0-9.]+)", re.ASCII)


class RemoteEngine:
    """Runs on a server what that has: the same tensors and, where it tells them, the same weights.

    name: the address, ``http://HOST:PORT``. limit_s: how long one call waits. The token is that
    of the variable STRIDESCOPE_TOKEN. Raises EngineError for what is no address.
    """

    def __init__(self, name: str, limit_s: float) -> None:
        self.address = parse_address(name)
        self.name = str(self.address)
        self.limit_s = limit_s
        self._place: tuple[Any, ...] = ()

    def prepare(self, report: Report, cancel: threading.Event) -> None:
        """Find the server, which must be ready. Raises EngineError."""
        found = places(self.address)
        for place in found:
            try:
                self._place = place
                self._greet()
                return
            except ServerError:
                if place is found[-1]:
                    raise

    def load(self, model: Model) -> Runner:
        """A runner with a connection of its own. Raises NotServed, EngineError."""
        return RemoteRunner(model, self)

    def connection(self) -> Connection:
        """A new one, not yet open."""
        return Connection(self.address, self._place)

    def _greet(self) -> None:
        until = time.monotonic() + max(self.limit_s, _GREETING_S)
        reply = ask(self.connection(), self.name, "GET", "/v2/health/ready", until)
        if reply.status == 404:
            raise ServerError(f"{self.name} does not speak the Open Inference Protocol.")


class RemoteRunner(Runner):
    """Asks for a batch by pieces that the server takes.

    The server's model is the one by the name of the file, or by that of the network. Every new
    connection begins with the model's metadata: a server that was started anew may have
    another model of that name.
    """

    def __init__(self, model: Model, engine: RemoteEngine) -> None:
        super().__init__(model)
        self.engine = engine.name
        self._model, self._limit_s = model, engine.limit_s
        self._sha256 = digest(model)
        names = dict.fromkeys((model.path.stem, model.name))
        self._paths = [f"/v2/models/{quoted(name, safe='')}" for name in names]
        self._connection = engine.connection()
        widest = max(
            int(np.prod(row, dtype=np.int64))
            for row in (model.input_shape, *(output.shape for output in model.outputs))
        )
        self._rows = int(np.clip(_MOST_BYTES // (4 * max(widest, 1)), 1, _MOST_ROWS))
        self._check(time.monotonic() + self._limit_s)

    def _forward(self, x: np.ndarray) -> list[np.ndarray]:
        self.network_s = 0.0
        results = [np.empty((len(x), *o.shape), np.float32) for o in self._model.outputs]
        first = 0
        while first < len(x) or not len(x):
            piece = x[first : first + self._rows]
            try:
                found = self._piece(piece)
            except TooMany:
                if len(piece) < 2:
                    raise
                self._rows = len(piece) // 2
                continue
            for result, part in zip(results, found, strict=True):
                result[first : first + len(piece)] = part
            first += len(piece)
            if not len(x):
                break
        return results

    def _piece(self, x: np.ndarray) -> list[np.ndarray]:
        until = time.monotonic() + self._limit_s
        try:
            return self._answered(x, until)
        except Stale:  # it rested too long, or the server was started anew
            return self._answered(x, until)

    def _answered(self, x: np.ndarray, until: float) -> list[np.ndarray]:
        if not self._connection.is_open:
            self._check(until)
        began = time.perf_counter()
        message = write_request({self._input: x})
        reply = ask(self._connection, self.engine, "POST", f"{self._path}/infer", until, message)
        took = time.perf_counter() - began
        if reply.status == 404:
            raise self._absent()
        try:
            outputs = read_response(reply.message).outputs
        except ProtocolError as error:
            raise ServerError(f"{self.engine} does not answer by the protocol: {error}") from error
        found = [outputs.get(name) for name in self.outputs]
        for array, (output, shape) in zip(found, self.outputs.items(), strict=True):
            if array is None or array.shape != (len(x), *shape[1:]):
                came = "is missing" if array is None else f"came as {list(array.shape)}"
                what = f"The output {quote(output)} of {self.name}"
                raise ServerError(f"{what} at {self.engine} {came}.")
        self.network_s += max(took - _server_s(reply), 0.0)
        return found  # type: ignore[return-value]

    def _check(self, until: float) -> None:
        self._connection.open(until)
        lacking = self._absent()
        for path in self._paths:
            reply = ask(self._connection, self.engine, "GET", path, until)
            if reply.status == 404:
                continue
            try:
                check(self._model, self._sha256, reply.json, self.engine)
            except NotServed as error:
                lacking = error
            else:
                self._path = path
                return
        raise lacking

    def _absent(self) -> NotServed:
        return NotServed(f"The server at {self.engine} has no model {quote(self.name)}.")


class TooMany(ServerError):
    """The server takes fewer rows at a time."""


def ask(
    connection: Connection, server: str, method: str, path: str, until: float, message: Any = None
) -> Reply:
    """An answer that is good, or says that there is nothing there (404).

    While the server is busy it is asked again when it says, if that is before ``until``. Raises
    ServerError, TooMany, Stale.
    """
    while True:
        reply = connection.ask(method, path, until, message)
        if reply.status in (200, 404):
            return reply
        if reply.status != 503:
            raise _refused(server, reply)
        wait = _retry_s(reply)
        if time.monotonic() + wait >= until:
            raise ServerError(f"The server at {server} has no time now: {_said(reply)}", wait)
        time.sleep(wait)


def _refused(server: str, reply: Reply) -> ServerError:
    if reply.status == 401:
        how = "does not take the token in" if os.environ.get(TOKEN) else "asks for its token: set"
        return ServerError(f"The server at {server} {how} {TOKEN}.")
    if reply.status == 413:
        return TooMany(f"The server at {server} takes less at a time: {_said(reply)}")
    return ServerError(f"The server at {server} refuses ({reply.status}): {_said(reply)}")


def _said(reply: Reply) -> str:
    """The sentence of an error, on one line and not too long."""
    text = " ".join(str(reply.json.get("error", "")).split())[:300] or "it does not say why"
    return text if text.endswith(".") else f"{text}."


def _retry_s(reply: Reply) -> float:
    told = reply.headers.get("retry-after", "")
    return float(told) if told.isascii() and told.isdigit() and len(told) < 5 else RETRY_S


def _server_s(reply: Reply) -> float:
    """Seconds that the server says it took."""
    told = _DURATION.findall(reply.headers.get("server-timing", ""))
    return sum(float(ms) for ms in told if ms.count(".") < 2 and ms != ".") / 1e3
