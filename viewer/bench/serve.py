"""The server under load: round trips beside ONNX Runtime served the same way, batches, memory."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from urllib.request import urlopen

import numpy as np

from inference.bench.rivals import thread_counts, titled
from inference.models import MODELS
from viewer.model.demo import ROOT

from .measurement import Measurement
from .serve_load import Found, Load

CLIENTS = 32
WINDOW_MS = 1
MODEL, SMALL, LARGE = "stylevae_decoder", "deepphase", "stylevae_encoder"
_ROUND_S, _ROUNDS = 2.0, 4
_WARM_UP_S = 10.0
_PATIENCE_S = 300.0
_FLAT = 5.0
_MEMORY = "process_resident_memory_bytes"
_OURS = ("main.py", "serve", "--port", "0", "--json")
_WINDOWED = (*_OURS, "--batch-window", str(WINDOW_MS))


@dataclass
class Times:
    """Answers to one kind of load, of all its rounds."""

    milliseconds: list[float] = field(default_factory=list)
    seconds: float = 0.0
    errors: int = 0

    def add(self, found: Found) -> None:
        """Those of one more round. Raises RuntimeError where there are none."""
        if not found.milliseconds:
            raise RuntimeError(f"a server gave no answer in {found.seconds:.1f} s")
        self.milliseconds += found.milliseconds
        self.seconds += found.seconds
        self.errors += found.errors

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.milliseconds) / self.seconds

    def percentile(self, percent: float) -> float:
        """Milliseconds."""
        return float(np.percentile(self.milliseconds, percent))


def measure_serve(minutes: float = 1.0) -> Iterator[Measurement]:
    """Servers take turns in short rounds; then ours alone bears ``minutes`` of mixed load.

    Raises RuntimeError where the extra ``serve`` is not installed.
    """
    if missing := [n for n in ("starlette", "uvicorn", "prometheus_client") if not find_spec(n)]:
        raise RuntimeError(f"{missing[0]} is not installed: pip install 'stridescope[serve]'")
    with ExitStack() as stack:
        ports = {"ours": stack.enter_context(served(_OURS))}
        if find_spec("onnxruntime"):
            for count in thread_counts():
                rival = ("-m", "viewer.bench.serve_rival", str(count))
                name = titled("ONNX Runtime", count)
                ports[name] = stack.enter_context(served(rival))
        ports["windowed"] = stack.enter_context(served(_WINDOWED))
        yield from compared(ports)
    with served(_OURS) as port:
        yield from borne(port, minutes)


def compared(ports: Mapping[str, int]) -> Iterator[Measurement]:
    """Round trips, and answers a second, of all servers in turns."""
    for model in (SMALL, MODEL, LARGE):
        for clients in (1, CLIENTS):
            times = {name: Times() for name in ports}
            for _ in range(_ROUNDS):
                for name, port in ports.items():
                    times[name].add(ask(Load(port, (model,), clients, _ROUND_S)))
            yield from rows(MODELS[model].title, clients, times)


def rows(title: str, clients: int, times: Mapping[str, Times]) -> Iterator[Measurement]:
    """p50, p99 and rate of ours, the others beside them."""
    ours, windowed = times["ours"], times["windowed"]
    rivals = {name: found for name, found in times.items() if name not in ("ours", "windowed")}
    what = f"{title}, {clients} client{'s' if clients > 1 else ''}"
    for percent in (50, 99):
        beside = {name: found.percentile(percent) for name, found in rivals.items()}
        told = ", ".join(f"{name} {value:.3g} ms" for name, value in beside.items())
        yield Measurement(f"{what}, p{percent}", ours.percentile(percent), "ms", rival=told)
    if clients > 1:
        told = ", ".join(f"{name} {found.rate:,.0f}" for name, found in rivals.items())
        batch = f"--batch-window {WINDOW_MS}: {windowed.rate:,.0f}"
        told = ", ".join(filter(None, (batch, told)))
        yield Measurement(f"{what}, answers a second", ours.rate, "1/s", rival=told)


def borne(port: int, minutes: float) -> Iterator[Measurement]:
    """All five models, half of it in JSON, for ``minutes``: errors, times, growth of memory."""
    load = Load(port, tuple(MODELS), CLIENTS, _WARM_UP_S, mixed=True)
    ask(load)
    before, times, highest = memory(port), Times(), 0.0
    ends = time.monotonic() + 60 * minutes
    while (left := ends - time.monotonic()) > 0:
        times.add(ask(Load(port, tuple(MODELS), CLIENTS, min(left, _WARM_UP_S), mixed=True)))
        highest = max(highest, memory(port))
    what = f"{CLIENTS} clients of all models, {minutes:g} min"
    told = f"{len(times.milliseconds):,} answers, {times.rate:,.0f} a second"
    yield Measurement(f"{what}, errors", times.errors, "", 0.0, rival=told)
    yield Measurement(f"{what}, p50", times.percentile(50), "ms")
    yield Measurement(f"{what}, p99", times.percentile(99), "ms")
    if not before:
        return
    grown = 100 * (highest / before - 1)
    told = f"{before / 1e6:.0f} MB after {_WARM_UP_S:g} s"
    yield Measurement(f"{what}, growth of memory", grown, "%", _FLAT, rival=told)


def ask(load: Load) -> Found:
    """What the clients of ``load`` found, in a process of their own."""
    done = subprocess.run(
        [sys.executable, "-m", "viewer.bench.serve_load"],
        input=json.dumps(asdict(load)), cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise RuntimeError(f"the clients ended: {lines[-1]}")
    return Found(**json.loads(done.stdout))


def memory(port: int) -> float:
    """Bytes that the server has resident, as it tells them; 0 where the system does not."""
    with urlopen(f"http://127.0.0.1:{port}/metrics") as reply:
        lines = reply.read().decode().splitlines()
    return float(next((x.split()[1] for x in lines if x.startswith(f"{_MEMORY} ")), 0.0))


@contextmanager
def served(command: Sequence[str]) -> Iterator[int]:
    """The port of a server that ``python`` runs by ``command``, once it is ready."""
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip
    assert process.stdout
    try:
        told = re.search(r"127\.0\.0\.1:(\d+)", process.stdout.readline())
        if told is None:
            raise RuntimeError(f"{' '.join(command)} does not start")
        port = int(told[1])
        wait_until_ready(port)
        yield port
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def wait_until_ready(port: int) -> None:
    """Raises RuntimeError where that takes minutes."""
    ends = time.monotonic() + _PATIENCE_S
    while time.monotonic() < ends:
        try:
            with urlopen(f"http://127.0.0.1:{port}/v2/health/ready"):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not get ready")
