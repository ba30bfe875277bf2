"""A server from its settings to its end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from viewer.model.notice import Refused

from .app import make_app
from .catalog import load_catalog, model_files
from .logs import start_log
from .monitor import Monitor
from .server import Place, Server, check_tls, listening
from .service import Limits, Service
from .traces import tracing, wanted


@dataclass(frozen=True)
class Settings:
    """What a person asks for.

    files: own models. engine, device, precision: as for ``inference.load_model``. most_rows: of
    one request to a network. window_s: how long requests wait for others to share a batch.
    """

    place: Place
    files: tuple[str, ...] = ()
    engine: str = "auto"
    device: str = "cpu"
    precision: str = "fp32"
    limits: Limits = field(default_factory=Limits)
    most_rows: int = 1024
    window_s: float = 0.0
    token: str = ""


def serve(settings: Settings, version: str, listening_at: Callable[[str], None]) -> None:
    """Serves until a signal ends it. listening_at: told the address once clients can connect.

    Raises Refused: where it cannot listen, or its models cannot be loaded.
    """
    files = model_files(settings.files)
    chosen = (settings.engine, settings.device, settings.precision)
    check_tls(settings.place)
    record, end_traces = tracing(os.environ) if wanted(os.environ) else (None, lambda: None)
    listener = listening(settings.place)
    log = start_log(sys.stderr.fileno())
    reasons: list[Refused] = []

    def failed(reason: Refused) -> None:
        reasons.append(reason)
        server.stop()

    service = Service(
        lambda: load_catalog(files, *chosen, settings.most_rows),
        settings.limits,
        settings.token,
        settings.window_s,
        failed,
    )
    app = make_app(service, Monitor(service.metrics, record), version)
    server = Server(app, service, settings.place)
    host, port = listener.getsockname()[:2]
    listening_at(f"{settings.place.scheme}://{f'[{host}]' if ':' in host else host}:{port}")
    try:
        server.serve_on(listener)
    finally:
        service.computing.close()
        end_traces()
        log.close()
    if reasons:
        raise reasons[0]
