"""``main.py serve``: the models over HTTP, by the Open Inference Protocol v2."""

from __future__ import annotations

import argparse
import os
from ipaddress import ip_address
from pathlib import Path

from viewer.model.notice import Refused
from viewer.model.version import version

from .console import emit, engine_asked, engine_parts

EXTRA = {"starlette", "uvicorn", "prometheus_client", "anyio", "h11"}
TOKEN = "STRIDESCOPE_TOKEN"


def run(args: argparse.Namespace) -> None:
    """Serves until SIGTERM or Ctrl+C; tells where once it listens. Raises Refused."""
    try:
        from viewer.serving.catalog import load_catalog, model_files
        from viewer.serving.running import Settings, serve
        from viewer.serving.server import Place
        from viewer.serving.service import Limits
    except ModuleNotFoundError as error:
        if error.name not in EXTRA:
            raise
        raise Refused("serve needs its extra: pip install 'stridescope[serve]'.") from error
    engine_asked(args)
    token = os.environ.get(TOKEN, "")
    check(args, token)
    settings = Settings(
        place=Place(args.host, args.port, path(args.tls_cert), path(args.tls_key)),
        limits=Limits(round(args.max_body * 2**20), args.time_limit, args.max_requests),
        window_s=args.batch_window / 1000,
        token=token,
        version=version(),
    )
    files = model_files(args.files)
    engine = engine_parts(args)

    def tell(url: str) -> None:
        facts = {"url": url, "engine": engine[0], "token": bool(token)}
        emit(facts, f"Serving on {url}, {'with' if token else 'without'} a token.", args.json)
        print(end="", flush=True)

    serve(settings, lambda: load_catalog(files, *engine, args.max_rows), tell)


def path(text: str | None) -> Path | None:
    """The file that an option names."""
    return None if text is None else Path(text)


def check(args: argparse.Namespace, token: str) -> None:
    """Refuses what is not safe, or is only half of what it needs."""
    if (args.tls_cert is None) != (args.tls_key is None):
        raise Refused("--tls-cert and --tls-key go together.")
    if not (is_loopback(args.host) or token or args.insecure):
        raise Refused(
            f"--host {args.host} lets other machines in: set {TOKEN} to what they must show, or "
            "say --insecure."
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches ``host``."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
