"""The engines by name. A variant is an engine on a device with a precision; each has one name.

``mojo`` (our kernel, the default on a CPU), ``mojo-fast`` and ``mojo-half`` (fewer bytes a
weight), ``max`` and ``max-gpu`` (MAX graphs), ``numpy`` (the reference, always there).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from inference.engines.mojo import Cores, MojoEngine
from inference.errors import EngineError

from .base import Engine


class Variant(NamedTuple):
    """engine: mojo, max, numpy. device: cpu, gpu. precision of the weights: fp32, fast, half."""

    engine: str
    device: str = "cpu"
    precision: str = "fp32"


VARIANTS: dict[str, Variant] = {
    "mojo": Variant("mojo"),
    "mojo-fast": Variant("mojo", precision="fast"),
    "mojo-half": Variant("mojo", precision="half"),
    "max": Variant("max"),
    "max-gpu": Variant("max", device="gpu"),
    "numpy": Variant("numpy"),
}


def variant(engine: str, device: str = "cpu", precision: str = "fp32") -> str:
    """The name of that variant. Raises EngineError, one sentence, when there is none such."""
    wanted = Variant(engine, device, precision)
    for name, known in VARIANTS.items():
        if known == wanted:
            return name
    of_engine = [known for known in VARIANTS.values() if known.engine == engine]
    if not of_engine:
        raise EngineError(f"There is no engine '{engine}'; choose one of {_list('engine')}.")
    for field, value in (("device", device), ("precision", precision)):
        if value not in {getattr(known, field) for known in VARIANTS.values()}:
            raise EngineError(f"There is no {field} '{value}'; choose one of {_list(field)}.")
    if device not in {known.device for known in of_engine}:
        raise EngineError(f"The {engine} engine runs on the cpu only; for the gpu choose max.")
    raise EngineError(f"The {engine} engine runs fp32 only; for '{precision}' choose mojo.")


def create(name: str, cores: Cores | None = None) -> Engine:
    """A new engine of the variant ``name``. Raises EngineError for a name that is none.

    cores: for the mojo engine; the others' libraries have threads of their own.
    """
    if name not in ENGINES:
        raise EngineError(f"There is no engine '{name}'; choose one of {', '.join(ENGINES)}.")
    engine = ENGINES[name]()
    if cores and isinstance(engine, MojoEngine):
        engine.cores = cores
    return engine


def _list(field: str) -> str:
    return ", ".join(dict.fromkeys(getattr(known, field) for known in VARIANTS.values()))


def _numpy() -> Engine:
    from .numpy import NumpyEngine  # a start on the kernel needs none of it

    return NumpyEngine()


def _max(device: str) -> Callable[[], Engine]:
    def make() -> Engine:
        from inference.engines.max import MaxEngine  # nor of this

        return MaxEngine(device)

    return make


ENGINES: dict[str, Callable[[], Engine]] = {
    "mojo": MojoEngine,
    "mojo-fast": partial(MojoEngine, "fast"),
    "mojo-half": partial(MojoEngine, "half"),
    "max": _max("cpu"),
    "max-gpu": _max("gpu"),
    "numpy": _numpy,
}

__all__ = ["ENGINES", "VARIANTS", "Engine", "Variant", "create", "variant"]
