"""A server from its settings to its end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from viewer.model.notice import Refused

from .app import make_app
from .logs import start_log
from .monitor import Monitor
from .server import Place, Server, check_tls, listening
from .service import Catalog, Limits, Service
from .traces import tracing, wanted


@dataclass(frozen=True)
class Settings:
    """Where and how to serve. window_s: how long requests wait for others to share a batch.

    token: what clients must show; "" for none. version: of the server, as it tells it.
    """

    place: Place
    limits: Limits = field(default_factory=Limits)
    window_s: float = 0.0
    token: str = ""
    version: str = ""


def serve(
    settings: Settings, load: Callable[[], Catalog], listening_at: Callable[[str], None]
) -> None:
    """Serves what ``load`` gives until a signal ends it.

    listening_at: told the address once clients can connect. Raises Refused: where it cannot
    listen, and as ``load`` does.
    """
    check_tls(settings.place)
    record, end_traces = tracing(os.environ) if wanted(os.environ) else (None, lambda: None)
    listener = listening(settings.place)
    log = start_log(sys.stderr.fileno())
    reasons: list[Refused] = []

    def failed(reason: Refused) -> None:
        reasons.append(reason)
        server.stop()

    service = Service(load, settings.limits, settings.token, settings.window_s, failed)
    app = make_app(service, Monitor(service.metrics, record), settings.version)
    server = Server(app, service, settings.place)
    host, port = listener.getsockname()[:2]
    try:
        with server.ended_by_signal():
            listening_at(f"{settings.place.scheme}://{f'[{host}]' if ':' in host else host}:{port}")
            server.run([listener])
    finally:
        service.computing.close()
        end_traces()
        log.close()
    if reasons:
        raise reasons[0]
