"""One connection to a server, kept between requests; every wait on it is bounded."""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from inference.engines.address import Address
from inference.errors import EngineError, ServerError
from inference.protocol import JSON_SIZE, Message

TOKEN = "STRIDESCOPE_TOKEN"
MOST_BYTES = 64 << 20
"""Of one answer."""
_PIECE = 256 << 10
_STALE = (http.client.RemoteDisconnected, ConnectionError, ssl.SSLEOFError)
"""How a connection that the server closed while it rested shows itself."""


class Reply(NamedTuple):
    """headers: by names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def message(self) -> Message:
        """Its body as one of the protocol."""
        return Message(self.body, self.headers.get(JSON_SIZE.lower(), ""))

    @property
    def json(self) -> dict[str, Any]:
        """The JSON object of its body; empty where it is none."""
        with suppress(ValueError, RecursionError):
            found = json.loads(self.body)
            return found if isinstance(found, dict) else {}
        return {}


class Connection:
    """Belongs to one thread at a time; dropping it closes it.

    place: the socket's address, so that no request waits for the name of the host.
    """

    def __init__(self, address: Address, place: tuple[Any, ...]) -> None:
        self._address, self._place = address, place
        self._http: http.client.HTTPConnection | None = None
        self._token = os.environ.get(TOKEN, "")
        if not (self._token.isascii() and self._token.isprintable()):
            raise EngineError(f"{TOKEN} holds characters that no token may have.")

    def __del__(self) -> None:
        self.close()

    @property
    def is_open(self) -> bool:
        """Whether there is a connection, as far as is known."""
        return self._http is not None

    def close(self) -> None:
        """The next request opens it again."""
        if self._http is not None:
            self._http.close()
            self._http = None

    def open(self, until: float) -> None:
        """Connect, by ``until`` on the monotonic clock. Raises ServerError."""
        self.close()
        try:
            self._http = self._connected(until)
        except OSError as error:
            raise self._lost(error) from error

    def ask(self, method: str, path: str, until: float, message: Message | None = None) -> Reply:
        """The answer, whatever its status, by ``until`` on the monotonic clock.

        Raises ServerError where there is none, Stale where the connection had been closed.
        """
        if self._http is None:
            self.open(until)
        assert self._http is not None
        try:
            self._send(self._http, method, path, until, message)
            return self._receive(self._http, until)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise (Stale if isinstance(error, _STALE) else ServerError)(
                str(self._lost(error))
            ) from error

    def _connected(self, until: float) -> http.client.HTTPConnection:
        made = http.client.HTTPConnection(self._address.host, self._address.port)
        plain = socket.create_connection(self._place[:2], timeout=_left(until))
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._address.scheme == "https":
                context = ssl.create_default_context()
                plain = context.wrap_socket(plain, server_hostname=self._address.host)
        except OSError:
            plain.close()
            raise
        made.sock = plain
        return made

    def _send(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        until: float,
        message: Message | None,
    ) -> None:
        connection.sock.settimeout(_left(until))
        connection.putrequest(method, path, skip_accept_encoding=True)
        if self._token:
            connection.putheader("Authorization", f"Bearer {self._token}")
        body = memoryview(message.body if message else b"")
        if message:
            connection.putheader("Content-Type", message.content_type)
            connection.putheader("Content-Length", str(len(body)))
            if message.json_size:
                connection.putheader(JSON_SIZE, message.json_size)
        connection.endheaders()
        for first in range(0, len(body), _PIECE):
            connection.sock.settimeout(_left(until))
            connection.send(body[first : first + _PIECE])

    def _receive(self, connection: http.client.HTTPConnection, until: float) -> Reply:
        sock = connection.sock
        sock.settimeout(_left(until))
        with connection.getresponse() as answer:
            body = self._body(answer, sock, until)
        if connection.sock is None:  # the server asked to close it
            self._http = None
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, headers, body)

    def _body(self, answer: http.client.HTTPResponse, sock: socket.socket, until: float) -> bytes:
        parts, size = [], 0
        while part := answer.read1(_PIECE):
            parts.append(part)
            if (size := size + len(part)) > MOST_BYTES:
                raise http.client.HTTPException(f"more than {MOST_BYTES:,} bytes")
            sock.settimeout(_left(until))
        if answer.length:
            raise http.client.IncompleteRead(b"", answer.length)
        return b"".join(parts)

    def _lost(self, error: Exception) -> ServerError:
        if isinstance(error, TimeoutError):
            return ServerError(f"The server at {self._address} does not answer in time.")
        if isinstance(error, ssl.SSLError):
            why = getattr(error, "verify_message", "") or error.reason or error
            return ServerError(f"{self._address} cannot be reached safely: {why}.")
        if isinstance(error, http.client.HTTPException) and not isinstance(error, OSError):
            what = f"its answer is no HTTP that can be read ({type(error).__name__})"
            return ServerError(f"{self._address} is no server of models: {what}.")
        why = getattr(error, "strerror", "") or "it went away"
        return ServerError(f"There is no server at {self._address}: {why}.")


class Stale(ServerError):
    """The connection had been closed; a new one may answer."""


def places(address: Address) -> list[tuple[Any, ...]]:
    """Where its host is, best first; may wait for the network. Raises ServerError."""
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", "") or error
        raise ServerError(f"There is no server at {address}: {why}.") from error
    return [place for *_, place in found]


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
