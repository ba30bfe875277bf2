"""PyTorch as a contestant: ``python -m training.rival.process THREADS``.

Speaks ``inference.bench.server``'s protocol. ``python -m training.rival.process save FILE.onnx
FILE.pt`` writes the same weights in PyTorch's own format, for ``training.rival.start``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from inference.bench.network import Network, Open
from inference.bench.server import serve
from inference.errors import EngineError
from inference.mlp import Mlp
from inference.models import ModelSpec
from inference.onnx.reader import read_model


def opener(threads: int) -> Open:
    """Opens plain MLPs in PyTorch on ``threads`` threads; NumPy in, NumPy out.

    Where PyTorch is not installed, each file is refused with a sentence.
    """
    try:
        import torch

        from .reference import Perceptron, describe
    except ModuleNotFoundError as error:
        return _refuse(f"{error.name} is not installed (pip install torch).")

    torch.set_num_threads(threads)

    def open_network(path: Path, spec: ModelSpec | None) -> Network:
        mlp = _mlp(path, spec)
        module = Perceptron(describe(mlp)).eval()

        @torch.inference_mode()
        def run(inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
            (x,) = inputs.values()
            return [y.numpy() for y in module(torch.from_numpy(x))]

        return Network(mlp.input_name, run, "torch")

    return open_network


def _refuse(why: str) -> Open:
    def open_network(path: Path, spec: ModelSpec | None) -> Network:
        raise EngineError(why)

    return open_network


def _mlp(path: Path, spec: ModelSpec | None) -> Mlp:
    model = read_model(path, spec)
    if isinstance(model, Mlp):
        return model
    raise EngineError(f"PyTorch's reference runs plain MLPs only; {path.name} is a general graph.")


def save(source: Path, target: Path) -> None:
    """The weights of an ONNX file in PyTorch's own format."""
    import torch

    from .reference import describe

    torch.save(describe(_mlp(source, None)), target)


def main() -> None:
    """``save MODEL.onnx FILE``, or serves networks on as many threads as it is told."""
    if sys.argv[1] == "save":
        save(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        serve(opener(int(sys.argv[1])))


if __name__ == "__main__":
    main()
