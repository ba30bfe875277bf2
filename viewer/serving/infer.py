"""One inference request over HTTP: its body in, its answer out, each within its time."""

from __future__ import annotations

import asyncio
import time

import anyio
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from inference.protocol import JSON_SIZE, Message

from .computing import Answer
from .monitor import Monitor
from .problem import problem
from .served import VERSION, Served
from .service import Service

_PIECE = 256 << 10


class Gone(Exception):
    """The client has left; nobody is there to be told."""


class Infer:
    """The endpoint, as an ASGI application; errors are raised as Problem."""

    def __init__(self, service: Service, monitor: Monitor) -> None:
        self._service, self._monitor = service, monitor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """From the head of the request to the end of its answer."""
        started, headers = time.perf_counter(), Headers(scope=scope)
        name, version = scope["path_params"]["name"], scope["path_params"].get("version", VERSION)
        with self._service.admitted():
            model = self._service.find(name, version)
            try:
                message = await self._body(headers, receive)
                came = time.perf_counter()
                answer = await self._answer(model, message)
                computed = time.perf_counter()
                await self._send(answer, send)
            except Gone:
                return
        ended = time.perf_counter()
        stages = {
            "read": came - started + answer.read_s,
            "queue": answer.queue_s,
            "run": answer.run_s,
            "write": answer.write_s + ended - computed,
        }
        self._monitor.answered(model, answer, stages, ended - started, headers)

    async def _body(self, headers: Headers, receive: Receive) -> Message:
        if headers.get("content-encoding", "identity") != "identity":
            raise problem("invalid", "The body is compressed, which is not taken.")
        try:
            with anyio.fail_after(self._service.limits.time_s):
                return Message(await self._read(receive), headers.get(JSON_SIZE, ""))
        except TimeoutError:
            raise problem("slow", "The body of the request did not come in time.") from None

    async def _read(self, receive: Receive) -> bytes:
        parts, size, more = [], 0, True
        while more:
            event = await receive()
            if event["type"] == "http.disconnect":
                raise Gone
            parts.append(event.get("body", b""))
            size += len(parts[-1])
            if size > (most := self._service.limits.body_bytes):
                raise problem("too_large", f"The body has more than {most:,} bytes.")
            more = event.get("more_body", False)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    async def _answer(self, model: Served, message: Message) -> Answer:
        pending = self._service.computing.submit(model, message)
        try:
            with anyio.fail_after(self._service.limits.time_s):
                return await asyncio.wrap_future(pending)
        except TimeoutError:
            raise problem("late", "The answer was not there in time: ask again.") from None

    async def _send(self, answer: Answer, send: Send) -> None:
        """By pieces: what a slow client does not take is not kept for it beyond its time."""
        message = answer.message
        body = memoryview(message.body)
        headers = [
            (b"content-type", message.content_type.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"server-timing", _timing(answer).encode()),
        ]
        if message.json_size:
            headers.append((JSON_SIZE.lower().encode(), message.json_size.encode()))
        try:
            with anyio.fail_after(self._service.limits.time_s):
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                for first in range(0, len(body), _PIECE):
                    last = first + _PIECE
                    piece = {"body": bytes(body[first:last]), "more_body": last < len(body)}
                    await send({"type": "http.response.body", **piece})
        except TimeoutError:
            raise Gone from None


def _timing(answer: Answer) -> str:
    """What it took here, in milliseconds, as the header of that name tells it."""
    stages = {
        "read": answer.read_s,
        "queue": answer.queue_s,
        "run": answer.run_s,
        "write": answer.write_s,
    }
    return ", ".join(f"{stage};dur={1e3 * seconds:.3f}" for stage, seconds in stages.items())
