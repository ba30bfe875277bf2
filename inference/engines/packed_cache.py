"""Models as the mojo engine packed them, kept so that the next start is little more than a read.

An entry names what it was made from: the model's file, the kernel library, the sources of both
and our own code, and their ``Stamp`` in one checksum. It is used where all of them, and the CPU,
are still the same; checksums tell a damaged one. A file that was just written may change once more
within the grain of the system's clock, so nothing is kept that was made from such a one.
"""

from __future__ import annotations

import os
import time
from ast import literal_eval  # NumPy has imported it; json would take 1 ms
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

import numpy as np

from inference.mlp import Mlp, Output
from inference.stamp import STARTED_NS, Stamp
from kernels.host import cache_folder, cpu

from .packing import Packed, address, aligned

if TYPE_CHECKING:
    from inference.models import ModelSpec

MAX_BYTES = 256 << 20
"""Of all entries together; one may take a quarter."""
SETTLED_NS = 2 * 10**9
PACKING = ("inference/engines", "inference/engines/mojo", "kernels")
"""The folders of the code that packs a model, beside those of the code that reads it."""
_HERE = os.path.dirname(__file__)


class Ready(NamedTuple):
    """All that the kernel needs to run a model.

    model: without its layers, which are in ``packed``. library: the kernel's.
    """

    model: Mlp
    packed: Packed
    library: Path


class Origin(NamedTuple):
    """A model's file as it was at ``moment`` (ns since 1970), and what it is to serve as."""

    path: Path
    spec: ModelSpec | None
    precision: str
    stamp: Stamp | None
    moment: int

    @classmethod
    def of(cls, path: Path | str, spec: ModelSpec | None, precision: str) -> Origin:
        """To be asked for before the file is read."""
        return cls(Path(path), spec, precision, Stamp.of(path), time.time_ns())

    @property
    def serves(self) -> tuple[str, ...]:
        """What another entry may not stand for, another installation of ours included."""
        return os.path.abspath(self.path), repr(self.spec), self.precision, _HERE

    @property
    def entry(self) -> Path:
        """Others may share it: what it serves stands in it."""
        return cache_folder().parent / "packed" / f"{crc32(repr(self.serves).encode()):08x}.bin"


def recall(origin: Origin) -> Ready | None:
    """The model, if it was kept and nothing that it was made from has changed."""
    with suppress(OSError, ValueError, SyntaxError, KeyError), origin.entry.open("rb") as file:
        checksum, _, text = file.readline().partition(b" ")
        if int(checksum, 16) != crc32(text):
            return None
        known: dict[str, Any] = literal_eval(text.decode())
        if (known["serves"], known["cpu"]) != (origin.serves, cpu()):
            return None
        if _state(map(Stamp.of, known["files"].split("\n"))) != known["state"]:
            return None
        parameters = aligned(known["parameters"])
        whole = file.readinto(parameters.data.cast("B")) == parameters.nbytes
        if whole and crc32(parameters.data) == known["checksum"]:
            return _ready(known, parameters, origin.path)
    return None


def remember(origin: Origin, ready: Ready) -> None:
    """Keep the model, if what it was made from has settled. Does without a cache if it must."""
    if ready.packed.parameters.nbytes > MAX_BYTES // 4:
        return
    with suppress(OSError):
        if files := _settled(origin, ready.library):
            from inference.stored import bound, store  # what is recalled needs none of it

            text = repr(_known(origin, ready, files)).encode() + b"\n"
            parameters = ready.packed.parameters.data.cast("B")
            store(origin.entry, (f"{crc32(text):08x} ".encode(), text, parameters))
            bound(origin.entry.parent, MAX_BYTES, lambda entry: entry.stat().st_size)


def _state(stamps: Iterable[Stamp | None]) -> int:
    return crc32(repr([stamp and tuple(stamp) for stamp in stamps]).encode())


def _settled(origin: Origin, library: Path) -> dict[str, Stamp] | None:
    """What the model was made from; None if some of it is new or not to be seen from here."""
    from inference.onnx.cache import EXTERNAL, READING  # what is recalled needs none of it
    from inference.sources import modules
    from kernels.build import inputs

    latest = dict.fromkeys(map(str, modules(*READING, *PACKING)), STARTED_NS)
    latest.update(dict.fromkeys(map(str, inputs()), origin.moment))
    files = {path: Stamp.of(path) for path in (*latest, str(library))}
    path = os.path.abspath(origin.path)
    files[path], latest[path] = origin.stamp, origin.moment
    there = {path: stamp for path, stamp in files.items() if stamp}
    new = any(there[p].changed > time - SETTLED_NS for p, time in latest.items() if p in there)
    if new or len(there) < len(files) or EXTERNAL in origin.path.read_bytes():
        return None
    return there


def _known(origin: Origin, ready: Ready, files: dict[str, Stamp]) -> dict[str, Any]:
    model, packed = ready.model, ready.packed
    return {
        "serves": origin.serves,
        "cpu": cpu(),
        "files": "\n".join(files),
        "state": _state(files.values()),
        "library": str(ready.library),
        "name": model.name,
        "input": (model.input_name, model.input_shape),
        "outputs": [(output.name, output.layer, output.shape) for output in model.outputs],
        "warnings": model.warnings,
        "program": packed.program[2:].tolist(),
        "ends": packed.ends,
        "shared": packed.shared,
        "scratch": packed.scratch.size,
        "parameters": packed.parameters.size,
        "checksum": crc32(packed.parameters.data),
    }


def _ready(known: dict[str, Any], parameters: np.ndarray, path: Path) -> Ready:
    scratch = aligned(known["scratch"])
    program = np.array([address(parameters), address(scratch), *known["program"]], np.int64)
    outputs = tuple(Output(*output) for output in known["outputs"])
    name, shape = known["input"]
    model = Mlp(known["name"], path, name, shape, (), outputs, known["warnings"])
    packed = Packed(program, known["ends"], parameters, scratch, known["shared"])
    return Ready(model, packed, Path(known["library"]))
