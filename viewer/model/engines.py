"""Which engine variant to run: names, words for them, and what cannot run here; no Qt."""

from __future__ import annotations

from importlib.util import find_spec

from inference.engines import VARIANTS, Variant, is_address, variant, variant_of
from inference.errors import EngineError
from inference.load import has_gpu
from inference.worker.messages import BuildProgress

from .language import tr

DEFAULT = "mojo"
REMOTE = "remote"
"""The choice of a server, whichever it is; the engine's name is its address."""
SERVERS_OWN = tr("The server has a device and a precision of its own")
TITLES = {
    "mojo": tr("Mojo"),
    "max": "MAX",
    "numpy": "NumPy",
    REMOTE: tr("Use"),
    "cpu": "CPU",
    "gpu": "GPU",
}
TIPS = {
    ("engine", "mojo"): tr("The project's own kernel, fastest on a CPU"),
    ("engine", "max"): tr("MAX graphs, on the CPU or a GPU"),
    ("engine", "numpy"): tr("The reference engine, always there"),
    ("engine", "remote"): tr("Another machine computes: main.py serve, at this address"),
    ("device", "cpu"): tr("Run the networks on the CPU"),
    ("device", "gpu"): tr("Run the networks on the GPU, with MAX"),
    ("precision", "fp32"): tr("Weights in 32 bits"),
    ("precision", "fast"): tr("Weights in 16 bits: relative error up to 1e-4, on the Mojo kernel"),
    ("precision", "half"): tr("Weights in bfloat16: relative error up to 1e-2, on the Mojo kernel"),
}


def asked(engine: str | None, device: str | None, precision: str | None) -> str:
    """The variant that a command line asks for; ``auto`` and None are the defaults.

    Raises EngineError, one sentence, for one that does not exist or cannot run here.
    """
    if engine and is_address(engine):
        return variant(engine, device or "cpu", precision or "fp32")
    place = "gpu" if device == "gpu" else "cpu"
    if engine in (None, "auto"):
        engine = "max" if place == "gpu" else DEFAULT
    name = variant(str(engine), place, precision or "fp32")
    if reason := unavailable(name):
        raise EngineError(reason)
    return name


def nearest(current: str, field: str, value: str) -> str:
    """The variant with ``field`` (engine, device, precision) at ``value`` most like ``current``."""
    now = variant_of(current)
    fitting = [name for name, v in VARIANTS.items() if getattr(v, field) == value]
    return max(fitting, key=lambda n: sum(a == b for a, b in zip(VARIANTS[n], now, strict=True)))


def start_order(name: str) -> tuple[str, ...]:
    """The engines to prepare for ``name``, preferred first; the last needs no preparation."""
    return tuple(dict.fromkeys((name, DEFAULT, "numpy"))) if name != "numpy" else ("numpy",)


def badge(name: str) -> str:
    """``mojo · cpu · fp32``, or ``server · gpubox:8080``."""
    if is_address(name):
        return tr("server · {name}", name=name.partition("://")[2])
    return " · ".join(VARIANTS.get(name, Variant(name)))


def short(name: str) -> str:
    """What stands where there is room for a word: a server without its address."""
    return "server" if is_address(name) else name


def title(name: str) -> str:
    """``Mojo on the CPU, fp32``, or ``the server at http://gpubox:8080``."""
    if is_address(name):
        return tr("the server at {name}", name=name)
    engine, device, precision = VARIANTS[name]
    return tr(
        "{engine} on the {device}, {precision}",
        engine=TITLES[engine],
        device=TITLES[device],
        precision=precision,
    )


def unavailable(name: str) -> str:
    """Why the variant cannot run on this machine, one sentence; "" when it may."""
    if is_address(name):
        return ""
    engine, device, _ = VARIANTS[name]
    if engine == "max" and find_spec("max") is None:
        return tr("MAX is not installed here: pip install max==26.7.0 adds it.")
    if device == "gpu" and not has_gpu():
        return tr("There is no GPU here that MAX can use: choose the CPU.")
    return ""


def preparation(build: BuildProgress, running: str) -> str:
    """What is being prepared, for how long, and what runs meanwhile; one line."""
    what = build.message[:1].upper() + build.message[1:]
    took, within = f"{build.elapsed:.0f}", build.elapsed < build.estimate
    time = (
        tr("{took} of about {estimate:.0f} s", took=took, estimate=build.estimate)
        if within
        else tr("{took} s so far", took=took)
    )
    return tr(
        "{what}: {time}, running on {running} meanwhile", what=what, time=time, running=running
    )
