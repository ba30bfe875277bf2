"""A real server on a real socket, for the tests of serving."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from inference.protocol import JSON_SIZE, Message, read_response, write_request
from viewer.serving.app import make_app
from viewer.serving.catalog import load_catalog, model_files
from viewer.serving.monitor import Monitor
from viewer.serving.server import Place, Server, listening
from viewer.serving.service import Catalog, Limits, Service

PATIENCE_S = 120.0


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Its body, which is JSON."""
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """The sentence of an error."""
        assert list(self.json) == ["error"]
        assert self.json["error"].endswith(".")
        return self.json["error"]


@dataclass(frozen=True)
class Running:
    """A server that runs, and the service behind it."""

    server: Server
    service: Service
    port: int

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, body, dict(headers or {}))
            reply = connection.getresponse()
            found = {name.lower(): value for name, value in reply.getheaders()}
            return Reply(reply.status, found, reply.read())
        finally:
            connection.close()

    def post(self, model: str, message: Message, **headers: str) -> Reply:
        """A message to a model."""
        sized = {JSON_SIZE: message.json_size} if message.json_size else {}
        return self.ask("POST", f"/v2/models/{model}/infer", message.body, {**sized, **headers})

    def infer(self, model: str, **inputs: np.ndarray) -> Mapping[str, np.ndarray]:
        """All outputs of a model."""
        reply = self.post(model, write_request(inputs))
        assert reply.status == 200, reply.body[:500]
        return read_response(Message(reply.body, reply.headers[JSON_SIZE.lower()])).outputs

    def metric(self, name: str) -> float:
        """The value of a sample at ``/metrics``; 0 where there is none."""
        lines = self.ask("GET", "/metrics").body.decode().splitlines()
        return next((float(v) for n, v in (x.rsplit(" ", 1) for x in lines) if n == name), 0.0)


def until(condition: Callable[[], object]) -> None:
    """Waits for it."""
    ends = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.01)


@contextmanager
def running(
    load: Callable[[], Catalog], limits: Limits | None = None, **options: Any
) -> Iterator[Running]:
    """A server of the models that ``load`` gives; it ends with the block."""
    place = Place("127.0.0.1", 0)
    listener = listening(place)
    service = Service(load, limits or Limits(), **options)
    server = Server(make_app(service, Monitor(service.metrics), "0"), service, place)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        until(lambda: server.started)
        yield Running(server, service, listener.getsockname()[1])
    finally:
        server.stop()
        thread.join()
        service.computing.close()


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """All models that are served, on the engine that is there."""
    return load_catalog(model_files([]), "auto", "cpu", "fp32", 512)


@pytest.fixture(scope="session")
def served(catalog: Catalog) -> Iterator[Running]:
    """A server that many tests share."""
    with running(lambda: catalog) as server:
        until(lambda: server.service.models)
        yield server


@pytest.fixture(scope="session")
def sharing(catalog: Catalog) -> Iterator[Running]:
    """One that lets requests share a batch."""
    with running(lambda: catalog, window_s=0.02) as server:
        until(lambda: server.service.models)
        yield server
