"""Who takes part: our engines' variants, ONNX Runtime, and bare calls.

Others are ``Rival`` too, and handed to ``run`` by who knows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from inference.engines import VARIANTS
from kernels.host import cores

from .start import OURS

_PROCESS = "inference.bench.process"


@dataclass(frozen=True)
class Rival:
    """A contestant as data. name: unique; its family before a hyphen. title: what people read.

    module: what ``python -m`` runs, with arguments, under ``environment``; it speaks as
    ``server.serve`` does. start: what ``python`` runs, the model's file left out, for one fresh
    process; () for none. converter: what ``python -m`` runs, with the ONNX file and the one to
    write behind, where a fresh process opens a format of its own. packages: the distributions
    that it needs beyond ours.
    """

    name: str
    title: str
    module: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    start: tuple[str, ...] = ()
    converter: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()


ALL_CORES = "mojo-2"
"""Our kernel in fp32 on all cores: a single row uses a second one while that is idle."""
FAST_ALL_CORES = "mojo-fast-2"
"""The same with 16-bit weights."""
_ON_ALL_CORES = {"mojo": ALL_CORES, "mojo-fast": FAST_ALL_CORES}
_CORES = "STRIDESCOPE_CORES"
_PACKAGES = {"max": ("max", "max-core", "max-mojo-libs", "max-shmem-libs")}


def thread_counts() -> tuple[int, ...]:
    """How many threads others are given: one, and all cores that this process may use."""
    return (1, cores()) if cores() > 1 else (1,)


def titled(title: str, threads: int) -> str:
    """``title`` with its number of threads."""
    return f"{title}, {threads} thread{'s' if threads > 1 else ''}"


def rival(name: str) -> Rival:
    """The engine of ours by that name; a server's by its address."""
    return Rival(name, name, (_PROCESS, name))


def _ours() -> Iterator[Rival]:
    for name, chosen in VARIANTS.items():
        environment = {_CORES: "1"} if chosen.engine == "mojo" else {}
        started = (OURS, name) if chosen.precision == "fp32" else ()
        packages = _PACKAGES.get(chosen.engine, ())
        yield Rival(name, name, (_PROCESS, name), environment, start=started, packages=packages)
        if name in _ON_ALL_CORES:
            yield Rival(_ON_ALL_CORES[name], f"{name}, all cores", (_PROCESS, name), {_CORES: ""})


def _onnx_runtime() -> Iterator[Rival]:
    for count in thread_counts():
        yield Rival(
            f"ort-{count}",
            titled("ONNX Runtime", count),
            (_PROCESS, "ort", str(count)),
            start=(OURS, "ort") if count == 1 else (),
            packages=("onnxruntime",),
        )


RIVALS: Mapping[str, Rival] = {rival.name: rival for rival in (*_ours(), *_onnx_runtime())}
MEMORY = Rival("memory", "reading the weights", (_PROCESS, "memory"))
KERNEL = Rival("kernel", "the kernel alone", (_PROCESS, "kernel"))
PEAK = Rival("peak", "multiply-adds alone", (_PROCESS, "peak"))
