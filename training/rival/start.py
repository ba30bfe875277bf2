"""PyTorch's ``inference/bench/first_result.py``: ``python -m training.rival.start FILE.pt``.

Prints the monotonic times at which NumPy was there and at which the first result was, then
waits until stdin is closed, the model still loaded.
"""

from __future__ import annotations

import sys
import time

import numpy as np

began = time.monotonic()


def run(file: str) -> object:
    """One inference of zeros by the network that ``process save`` wrote: what a start costs."""
    import torch

    from .reference import Perceptron

    torch.set_num_threads(1)
    description = torch.load(file, weights_only=True, mmap=True)
    module = Perceptron(description).eval()
    width = description["layers"][0]["weight"].shape[1]
    with torch.inference_mode():
        for y in module(torch.from_numpy(np.zeros((1, width), np.float32))):
            y.numpy()
    return module


if __name__ == "__main__":
    held = run(sys.argv[1])
    print(began, time.monotonic(), flush=True)
    sys.stdin.read()
