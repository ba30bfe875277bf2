"""A connection of uvicorn that does not wait for ever, and whose own errors are JSON."""

from __future__ import annotations

import asyncio
import json
import socket

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

IDLE_S = 30.0
"""Seconds without the head of a request, or with an answer that is not fetched, before it ends."""


class Connection(H11Protocol):
    """One client's."""

    _seen: object = None
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Watched from now on, and sent to at once: head and body are written one by one, and the
        second would wait 40 ms for the client's word that it has the first."""
        found = transport.get_extra_info("socket")
        if found is not None:
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
        self._watch_on()

    def connection_lost(self, exc: Exception | None) -> None:
        """Not watched any more."""
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is told so as everything else is."""
        body = json.dumps({"error": msg}).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _watch_on(self) -> None:
        self._timer = self.loop.call_later(IDLE_S, self._watch)

    def _watch(self) -> None:
        """Ends it where since the last look no request has come whole, or nobody reads."""
        idle = self.cycle is None or self.cycle.response_complete
        if self.transport.is_closing() or (idle and self.cycle is self._seen):
            self.transport.abort()
            return
        self._seen = self.cycle
        self._watch_on()
