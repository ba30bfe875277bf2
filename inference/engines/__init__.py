"""The engines by name. A variant is an engine on a device with a precision; each has one name.

``mojo`` (our kernel, the default on a CPU), ``mojo-fast`` and ``mojo-half`` (fewer bytes a
weight), ``max`` and ``max-gpu`` (MAX graphs), ``numpy`` (the reference, always there). The
address of a server, ``http://HOST:PORT``, is the name of the engine that asks that server.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from inference.engines.mojo import Cores, MojoEngine
from inference.errors import EngineError

from .address import is_address, parse_address
from .base import Engine

PATIENCE_S = 30.0
"""How long a command waits for the answer of a server."""


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
    """The name of that variant. Raises EngineError, one sentence, when there is none such.

    engine: may be the address of a server, which has a device and a precision of its own.
    """
    if is_address(engine):
        if (device, precision) != ("cpu", "fp32"):
            raise EngineError("A server has a device and a precision of its own: leave them out.")
        return str(parse_address(engine))
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


def variant_of(name: str) -> Variant:
    """What ``load_model`` takes to run on the engine of that name."""
    return VARIANTS.get(name) or Variant(name)


def create(name: str, cores: Cores | None = None, limit_s: float = PATIENCE_S) -> Engine:
    """A new engine of the variant ``name``. Raises EngineError for a name that is none.

    cores: for the mojo engine; the others' libraries have threads of their own. limit_s: how long
    one call may wait for a server.
    """
    if is_address(name):
        from .remote import RemoteEngine  # most starts ask no server

        return RemoteEngine(name, limit_s)
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

__all__ = [
    "ENGINES",
    "VARIANTS",
    "Engine",
    "Variant",
    "create",
    "is_address",
    "variant",
    "variant_of",
]
