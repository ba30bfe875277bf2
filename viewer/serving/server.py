"""uvicorn around the application: the socket, TLS, and an end that leaves no one without answer."""

from __future__ import annotations

import asyncio
import signal
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from viewer.model.notice import Refused, sentence

from .connection import IDLE_S, Connection
from .service import Service

SETTLE_S = 0.3
"""How long requests are still taken after the signal: what was sent before it is read."""
_BACKLOG = 256


@dataclass(frozen=True)
class Place:
    """Where to listen: host, port (0: any that is free); certificate and key as PEM files."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None

    @property
    def scheme(self) -> str:
        return "https" if self.certificate else "http"


def listening(place: Place) -> socket.socket:
    """The socket of ``place``. Raises Refused."""
    try:
        family, *_, address = socket.getaddrinfo(
            place.host, place.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        where = f"{place.host}:{place.port}"
        raise Refused(sentence(f"{where} cannot be listened on: {error.strerror}")) from error


def check_tls(place: Place) -> None:
    """Raises Refused where certificate and key are no pair that can be used."""
    if place.certificate is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(place.certificate, place.key)
    except OSError as error:  # ssl's own errors are some too
        what = f"{place.certificate} and {place.key} are no certificate and key"
        raise Refused(sentence(f"{what}: {error.strerror or error}")) from error


class Server(uvicorn.Server):
    """Ends by SIGTERM, or ``stop``, once all that was taken is answered."""

    def __init__(self, app: ASGIApp, service: Service, place: Place) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Connection,
                ws="none",
                loop="asyncio",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                backlog=_BACKLOG,
                timeout_keep_alive=round(IDLE_S),
                timeout_graceful_shutdown=round(service.limits.time_s) + 5,
                ssl_certfile=place.certificate,
                ssl_keyfile=place.key,
            )
        )
        self._service = service

    def stop(self) -> None:
        """As SIGTERM does; from any thread."""
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Not ready at once; then no new connection, and what was taken is answered."""
        self._service.drain()
        await asyncio.sleep(SETTLE_S)
        await super().shutdown(sockets)

    @contextmanager
    def ended_by_signal(self) -> Iterator[None]:
        """SIGTERM stops it, also before it serves, and is no error then; main thread only."""
        before = signal.signal(signal.SIGTERM, lambda *_: self.stop())
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, before)
