"""One fresh process of one contestant: ``first_result.py NAME FILE.onnx``, run by its path.

Run so, it imports nothing of ours before the clock starts. Prints the monotonic times at which
NumPy was there and at which the first result was, then waits until stdin is closed, the model
still loaded, so that its memory can be looked at. NAME: a variant of our engines, ``ort``, or
``nothing``.
"""

import sys
import time
from pathlib import Path

import numpy as np

began = time.monotonic()


def run_engine(name: str, file: str) -> object:
    """Load ``file`` on a variant of our engines and run one row of zeros."""
    from inference.engines import VARIANTS
    from inference.load import load_model

    runner = load_model(file, *VARIANTS[name])
    ((input_name, (_, *row)),) = runner.inputs.items()
    runner.run({input_name: np.zeros((1, *filter(None, row)), np.float32)})
    return runner


def run_onnx_runtime(file: str) -> object:
    """The same in ONNX Runtime on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    inputs = {x.name: np.zeros((1, *x.shape[1:]), np.float32) for x in session.get_inputs()}
    session.run(None, inputs)
    return session


if __name__ == "__main__":
    contestant, model = sys.argv[1:3]
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    held: object = None
    if contestant == "ort":
        held = run_onnx_runtime(model)
    elif contestant != "nothing":
        held = run_engine(contestant, model)
    print(began, time.monotonic(), flush=True)
    sys.stdin.read()
