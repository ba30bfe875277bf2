"""Published DeepMimic actors as ONNX files of ``deepmimic_actor``'s contract.

An actor of the first release (Peng et al., SIGGRAPH 2018) is a network 197-1024-512-36 with
ReLU between normalisers: ``action = net((state - s_mean) / s_std) * a_std + a_mean``. The
normalisers fold into the first and the last layer.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from inference.errors import ModelError
from inference.load import load_model
from inference.models import MODELS

from .tf_checkpoint import Checkpoint

_SPEC = MODELS["deepmimic_actor"]
_STATE, _HIDDEN, _ACTION = 197, (1024, 512), 36
_SMALLEST_DEVIATION = 0.02
_CHECKED_STATES = 1000
_TOLERANCE = 1e-4


@dataclass(frozen=True, eq=False)
class Actor:
    """An actor as published, float32; kernels (inputs, outputs). The order is the raw file's."""

    s_norm_mean: np.ndarray
    s_norm_std: np.ndarray
    a_norm_mean: np.ndarray
    a_norm_std: np.ndarray
    actor_0_kernel: np.ndarray
    actor_0_bias: np.ndarray
    actor_1_kernel: np.ndarray
    actor_1_bias: np.ndarray
    actor_out_kernel: np.ndarray
    actor_out_bias: np.ndarray

    def actions(self, states: np.ndarray) -> np.ndarray:
        """Actions (N, 36) of ``states`` (N, 197) as published, in float64."""
        x = (states - self.s_norm_mean.astype(float)) / self._deviation
        x = np.maximum(x @ self.actor_0_kernel + self.actor_0_bias, 0)
        x = np.maximum(x @ self.actor_1_kernel + self.actor_1_bias, 0)
        x = x @ self.actor_out_kernel + self.actor_out_bias
        return x * self.a_norm_std + self.a_norm_mean

    def folded(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Kernel and bias, float32, of the three layers from state to action."""
        first = self.actor_0_kernel / self._deviation[:, None]
        last = self.actor_out_kernel * self.a_norm_std.astype(float)
        layers = [
            (first, self.actor_0_bias - self.s_norm_mean @ first),
            (self.actor_1_kernel, self.actor_1_bias),
            (last, self.actor_out_bias * self.a_norm_std.astype(float) + self.a_norm_mean),
        ]
        return [(w.astype(np.float32), b.astype(np.float32)) for w, b in layers]

    @property
    def _deviation(self) -> np.ndarray:
        return np.maximum(self.s_norm_std.astype(float), _SMALLEST_DEVIATION)


_SHAPES: dict[str, tuple[int, ...]] = {
    "s_norm_mean": (_STATE,),
    "s_norm_std": (_STATE,),
    "a_norm_mean": (_ACTION,),
    "a_norm_std": (_ACTION,),
    "actor_0_kernel": (_STATE, _HIDDEN[0]),
    "actor_0_bias": (_HIDDEN[0],),
    "actor_1_kernel": _HIDDEN,
    "actor_1_bias": (_HIDDEN[1],),
    "actor_out_kernel": (_HIDDEN[1], _ACTION),
    "actor_out_bias": (_ACTION,),
}
_CHECKPOINT_NAMES = {
    "s_norm_mean": "agent/resource/s_norm/mean",
    "s_norm_std": "agent/resource/s_norm/std",
    "a_norm_mean": "agent/resource/a_norm/mean",
    "a_norm_std": "agent/resource/a_norm/std",
    "actor_0_kernel": "agent/main/actor/0/dense/kernel",
    "actor_0_bias": "agent/main/actor/0/dense/bias",
    "actor_1_kernel": "agent/main/actor/1/dense/kernel",
    "actor_1_bias": "agent/main/actor/1/dense/bias",
    "actor_out_kernel": "agent/main/actor/dense/kernel",
    "actor_out_bias": "agent/main/actor/dense/bias",
}


def read_actor(path: Path) -> Actor:
    """The actor in an NPZ file of its ten arrays, in their raw little-endian float32 one after
    the other (``.bin``), or in a TensorFlow checkpoint (its ``.index``, ``.data-…`` or prefix).

    Raises ModelError with one sentence, OSError for a file that cannot be read.
    """
    index = _index_of(path)
    if index is not None:
        checkpoint = Checkpoint(index)
        arrays = {ours: checkpoint.tensor(name) for ours, name in _CHECKPOINT_NAMES.items()}
    elif path.suffix == ".bin":
        arrays = _read_raw(path)
    elif path.suffix == ".npz":
        arrays = _read_npz(path)
    else:
        raise ModelError(
            f"{path}: expected a published actor as .npz, .bin or TensorFlow checkpoint (.index)."
        )
    for name, shape in _SHAPES.items():
        found = arrays[name].shape
        if found != shape:
            raise ModelError(
                f"{path}: '{name}' has shape {list(found)}, expected {list(shape)} "
                "(the 2018 release: state 197, action 36)."
            )
        if not np.isfinite(arrays[name]).all():
            raise ModelError(f"{path}: '{name}' holds values that are NaN or infinite.")
    return Actor(**{field.name: arrays[field.name].astype(np.float32) for field in fields(Actor)})


def write_actor(actor: Actor, path: Path) -> float:
    """Writes ``actor`` to the ONNX file ``path`` and reads it back.

    Returns the largest difference of its actions from the published network's over 1,000 states
    drawn from the actor's own state distribution, each action in its own deviation.
    Raises ModelError when that is above 0.0001.
    """
    path.write_bytes(_onnx(actor))
    rng = np.random.default_rng(0)
    draws = rng.standard_normal((_CHECKED_STATES, _STATE))
    states = (actor.s_norm_mean + draws * actor.s_norm_std).astype(np.float32)
    ((x, _),), ((y, _),) = _SPEC.inputs.items(), _SPEC.outputs.items()
    ours = load_model(path, engine="numpy").run({x: states})[y]
    difference = float(np.max(np.abs(ours - actor.actions(states)) / actor.a_norm_std))
    if not difference <= _TOLERANCE:
        raise ModelError(
            f"{path}: differs from the published actor by {difference:.2g} deviations."
        )
    return difference


def _onnx(actor: Actor) -> bytes:
    from onnx import TensorProto, helper, numpy_helper

    ((x, _),), ((y, _),) = _SPEC.inputs.items(), _SPEC.outputs.items()
    nodes, weights, tensor = [], [], x
    for number, (kernel, bias) in enumerate(actor.folded()):
        last = number == len(_HIDDEN)
        names = [f"layer{number}.weight", f"layer{number}.bias"]
        weights += [
            numpy_helper.from_array(a, n) for a, n in zip((kernel, bias), names, strict=True)
        ]
        target = y if last else f"layer{number}"
        nodes.append(helper.make_node("Gemm", [tensor, *names], [target]))
        tensor = target
        if not last:
            tensor = f"relu{number}"
            nodes.append(helper.make_node("Relu", [target], [tensor]))
    graph = helper.make_graph(
        nodes,
        _SPEC.name,
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, ["batch", _STATE])],
        [helper.make_tensor_value_info(y, TensorProto.FLOAT, ["batch", _ACTION])],
        weights,
    )
    opset = helper.make_opsetid("", 17)
    model = helper.make_model(
        graph, opset_imports=[opset], ir_version=8, producer_name="stridescope"
    )
    return model.SerializeToString()


def _index_of(path: Path) -> Path | None:
    """The ``.index`` file when ``path`` names a TensorFlow checkpoint in any of its ways."""
    if path.suffix == ".index":
        return path
    prefix = path.name.partition(".data-")[0]
    index = path.with_name(f"{prefix}.index")
    return index if index.is_file() and path.suffix not in (".npz", ".bin") else None


def _read_raw(path: Path) -> dict[str, np.ndarray]:
    sizes = [int(np.prod(shape)) for shape in _SHAPES.values()]
    if path.stat().st_size != 4 * sum(sizes):
        raise ModelError(
            f"{path}: {path.stat().st_size:,} bytes, expected {4 * sum(sizes):,} "
            "(the ten float32 arrays of an actor of the 2018 release)."
        )
    parts = np.split(np.fromfile(path, "<f4"), np.cumsum(sizes)[:-1])
    return {
        name: part.reshape(shape)
        for (name, shape), part in zip(_SHAPES.items(), parts, strict=True)
    }


def _read_npz(path: Path) -> dict[str, np.ndarray]:
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            missing = [name for name in _SHAPES if name not in archive.files]
            if missing:
                raise ModelError(f"{path}: the archive has no array '{missing[0]}'.")
            arrays = {name: np.asarray(archive[name]) for name in _SHAPES}
    except (zipfile.BadZipFile, ValueError, EOFError) as error:
        if isinstance(error, ModelError):
            raise
        raise ModelError(f"{path}: not an NPZ file, or cut short.") from None
    for name, array in arrays.items():
        if array.dtype.kind != "f":
            raise ModelError(f"{path}: '{name}' holds {array.dtype}, expected float32.")
    return arrays
