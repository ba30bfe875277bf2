"""The Dask cluster: its containers' commands, started here as the manifests have them."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.error import URLError

import pytest

from tests.deploy.manifests import Manifest, pods, rendered
from tests.deploy.serving import get
from viewer.commands.arguments import command_parser

PATIENCE_S = 120
MANIFEST_PORTS = ("8786", "8787", "8790")


def free_ports(count: int) -> list[str]:
    """Ports that nobody listens to."""
    with ExitStack() as stack:
        sockets = [
            stack.enter_context(closing(socket.create_server(("", 0)))) for _ in range(count)
        ]
        return [str(each.getsockname()[1]) for each in sockets]


def command(container: Manifest, ports: dict[str, str], scratch: Path) -> list[str]:
    """What a container runs, with the names of the cluster made those of this machine."""
    text = [*container["command"], *container["args"]]
    for old, new in {**ports, "//scheduler": "//127.0.0.1", "0.0.0.0": "127.0.0.1"}.items():
        text = [part.replace(old, new) for part in text]
    text = [part.replace("=/tmp", f"={scratch}") for part in text]
    return [str(Path(sys.executable).with_name(text[0])), *text[1:]]


@contextmanager
def running(arguments: list[str]) -> Iterator[None]:
    """A process, ended afterwards."""
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as each:
        try:
            yield
        finally:
            each.terminate()


def until_healthy(container: Manifest, ports: dict[str, str]) -> None:
    """Waits for what the readiness probe of a container waits for."""
    how = container["readinessProbe"]["httpGet"]
    numbers = {port["name"]: str(port["containerPort"]) for port in container["ports"]}
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            get(f"http://127.0.0.1:{ports[numbers[how['port']]]}{how['path']}")
            return
        except (URLError, ConnectionError):
            assert time.monotonic() < end, container["name"]
        time.sleep(0.1)


def test_the_cluster_starts_and_computes(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="the extra cluster is not here")
    found = {name: pod["containers"][0] for name, _, pod in pods(rendered("dask"))}
    ports = dict(zip(MANIFEST_PORTS, free_ports(len(MANIFEST_PORTS)), strict=True))
    scheduler, worker = (command(found[name], ports, tmp_path) for name in ("scheduler", "worker"))
    with running(scheduler):
        until_healthy(found["scheduler"], ports)
        with running(worker):
            until_healthy(found["worker"], ports)
            address = f"tcp://127.0.0.1:{ports['8786']}"
            with distributed.Client(address, timeout=PATIENCE_S, set_as_default=False) as client:
                assert client.submit(pow, 3, 4).result(timeout=PATIENCE_S) == 81
                assert list(client.ncores().values()) == [1]


def test_the_job_is_one_that_the_command_line_takes() -> None:
    found = {name: pod["containers"][0] for name, _, pod in pods(rendered("dask"))}
    program, name, *rest = [*found["analyze"]["command"], *found["analyze"]["args"]]
    args = command_parser(name).parse_args(rest)
    assert program == "stridescope"
    assert args.scheduler in found["worker"]["args"]
    places = {mount["mountPath"] for mount in found["analyze"]["volumeMounts"]}
    assert {args.files[0], str(Path(args.output).parent)} <= places
