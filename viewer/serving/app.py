"""The paths of the protocol, and errors as it wants them."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .infer import Infer
from .metrics import CONTENT_TYPE
from .monitor import Monitor
from .problem import KINDS, Problem, problem
from .served import VERSION, metadata
from .service import Service

NAME, EXTENSIONS = "stridescope", ["binary_tensor_data"]
OPEN = ("/v2/health/live", "/v2/health/ready")
"""What needs no token: that the server is there, and whether it is ready."""


def make_app(service: Service, monitor: Monitor, version: str) -> ASGIApp:
    """The application. version: of this server."""

    async def server(request: Request) -> Response:
        about = {"name": NAME, "version": version, "extensions": EXTENSIONS}
        return JSONResponse({**about, "models": list(service.models)})

    async def live(request: Request) -> Response:
        return JSONResponse({"live": True})

    async def ready(request: Request) -> Response:
        service.check_ready()
        return JSONResponse({"ready": True})

    async def model(request: Request) -> Response:
        return JSONResponse(metadata(asked(request)))

    async def model_ready(request: Request) -> Response:
        return JSONResponse({"name": asked(request).name, "ready": True})

    async def metrics(request: Request) -> Response:
        return Response(service.metrics.text(), headers={"content-type": CONTENT_TYPE})

    def asked(request: Request) -> Any:
        parts = request.path_params
        return service.find(parts["name"], parts.get("version", VERSION))

    infer = Infer(service, monitor)
    named = [
        Route(f"/v2/models/{{name}}{versions}{end}", endpoint, methods=[method])
        for versions in ("", "/versions/{version}")
        for end, endpoint, method in (
            ("/infer", infer, "POST"),
            ("", model, "GET"),
            ("/ready", model_ready, "GET"),
        )
    ]
    routes = [
        *named,
        *(Route(path, server) for path in ("/v2", "/v2/")),
        Route("/v2/health/live", live),
        Route("/v2/health/ready", ready),
        Route("/metrics", metrics),
    ]
    app = Starlette(routes=routes, exception_handlers=_handlers(monitor))
    app.router.redirect_slashes = False
    return Gate(app, service, monitor)


class Gate:
    """Asks for the token before anything else; while the server ends, connections end too."""

    def __init__(self, app: ASGIApp, service: Service, monitor: Monitor) -> None:
        self._app, self._service, self._monitor = app, service, monitor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Every request comes through here."""

        async def closing(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), (b"connection", b"close")]
            await send(message)

        answer = closing if self._service.draining else send
        shown = Headers(scope=scope).get("authorization", "")
        if scope["path"] in OPEN or self._service.allows(shown):
            await self._app(scope, receive, answer)
        else:
            token = problem(
                "unauthorized", "This server asks for its token: Authorization: Bearer TOKEN."
            )
            token.headers["WWW-Authenticate"] = "Bearer"
            await _told(token, Request(scope), self._monitor)(scope, receive, answer)


def _told(found: Problem, request: Request, monitor: Monitor) -> Response:
    if request.url.path not in OPEN:  # a probe that is told to wait is no error
        monitor.refused(found, request.method, request.url.path)
    return JSONResponse({"error": found.text}, found.status, found.headers)


def _handlers(monitor: Monitor) -> dict[Any, Any]:
    """What becomes of what the endpoints raise."""

    async def known(request: Request, error: Problem) -> Response:
        return _told(error, request, monitor)

    async def http(request: Request, error: HTTPException) -> Response:
        path = request.url.path
        if error.status_code == KINDS["method"]:
            found = problem("method", f"{request.method:.20} is not for {path:.200}.")
        else:
            found = problem("not_found", f"There is nothing at {path:.200}.")
        found.headers.update(error.headers or {})
        return _told(found, request, monitor)

    async def unknown(request: Request, error: Exception) -> Response:
        found = problem("internal", "The server failed on this request; its log says why.")
        return _told(found, request, monitor)

    return {Problem: known, HTTPException: http, Exception: unknown}
