"""What a bundle tells of the program and the machine that made it; no Qt."""

from __future__ import annotations

import platform
import time
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from inference import EngineError, ModelError, Runner, load_model
from inference.models import MODELS, ModelSpec
from kernels.host import cores
from render.errors import GlError
from viewer.model.demo import ASSETS
from viewer.model.machine import cpu_features, cpu_model, operating_system
from viewer.model.session import Session

PACKAGES = (
    "stridescope", "numpy", "onnx", "PySide6-Essentials", "pyqtgraph", "PyOpenGL", "mujoco-core",
    "max", "mojo", "platformdirs",
)  # fmt: skip
LOG_BYTES = 200_000
_RUNS = 30


def facts(session: Session, observed: dict[str, Any]) -> dict[str, Any]:
    """Seeds, versions, machine and models; and what ``observed`` says of driver, engine, timings.

    Without a window that saw them, the driver is asked and the models are timed now.
    """
    return {
        "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "seeds": {"style": session.document.style.seed},
        "versions": {"python": platform.python_version()} | _versions(),
        "system": operating_system(),
        "processor": f"{cpu_model()}, {cores()} cores, {' '.join(cpu_features())}",
        "models": {name: digest for name in MODELS if (digest := _digest(name))},
        "driver": observed.get("driver") or driver(),
        "engine": observed.get("engine", ""),
        "timings": observed.get("timings") or timings(),
        "frames": observed.get("frames", {}),
    }


def driver() -> dict[str, str]:
    """What draws without a window: vendor, renderer and version, or the problem."""
    from render.headless import HeadlessRenderer

    try:
        with HeadlessRenderer() as renderer:
            info = renderer.info
    except GlError as error:
        return {"problem": str(error)}
    return {"vendor": info.vendor, "renderer": info.renderer, "version": info.version}


def timings() -> dict[str, dict[str, Any]]:
    """Run times of the models that ship, in ms, measured now."""
    found = {}
    for name, spec in MODELS.items():
        try:
            runner = load_model(spec.path(ASSETS), "numpy", spec=spec)  # never waits for a build
            seconds = _run_times(runner, spec)
        except (ModelError, EngineError, OSError):
            continue
        found[name] = {**summary(seconds), "engine": runner.engine}
    return found


def summary(seconds: np.ndarray) -> dict[str, Any]:
    """Run times (N,) in s as numbers in ms: percentiles, and each of them."""
    milliseconds = 1e3 * np.asarray(seconds, float)
    shares = {f"p{p}_ms": round(float(np.percentile(milliseconds, p)), 4) for p in (50, 95, 99)}
    return {"runs": len(milliseconds), **shares, "recent_ms": np.round(milliseconds, 4).tolist()}


def log_tail(file: Path | None) -> str:
    """The end of the log; "" where there is none."""
    if file is None or not file.is_file():
        return ""
    with file.open("rb") as log:
        log.seek(max(file.stat().st_size - LOG_BYTES, 0))
        return log.read(LOG_BYTES).decode("utf-8", "replace")


def _run_times(runner: Runner, spec: ModelSpec) -> np.ndarray:
    """Seconds (N,) of runs of a single row."""
    inputs = {
        name: np.zeros([size or 1 for size in shape], np.float32)
        for name, shape in spec.inputs.items()
    }
    marks = [time.perf_counter()]
    for _ in range(_RUNS):
        runner.run(inputs)
        marks.append(time.perf_counter())
    return np.diff(marks)


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def _digest(name: str) -> str:
    path = MODELS[name].path(ASSETS)
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
