"""Reads the ONNX files that standard input names, one a line, and tells how each fared.

Run by ``fuzzing.Sandbox``. Writes ``ready`` once, and for each file a line of JSON: what came out
(``ok``, a ModelError's sentence, or a traceback under ``bug``), CPU seconds, and the most memory
so far in bytes.
"""

from __future__ import annotations

import json
import resource
import sys
import threading
import time
import traceback
from pathlib import Path

import numpy as np

ROOM = 3 << 30
"""Bytes of address space; more is MemoryError, which is a bug of the reader."""


def most_memory() -> int:
    """The most memory of this program so far, bytes. ``ru_maxrss`` begins with the parent's."""
    status = Path("/proc/self/status").read_text()
    (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(peak) << 10


def main() -> None:
    from inference import EngineError, ModelError
    from inference.engines import create
    from inference.onnx.reader import read_model

    engines = [create("numpy")]
    try:
        mojo = create("mojo")
        mojo.prepare(lambda *_: None, threading.Event())
        engines.append(mojo)
    except EngineError:
        pass
    print("ready", flush=True)
    resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
    for line in sys.stdin:
        started = time.process_time()
        answer: dict[str, object] = {}
        try:
            model = read_model(Path(line.rstrip("\n")))
            for engine in engines:
                runner = engine.load(model)
                shapes = {name: shape[1:] for name, shape in runner.inputs.items()}
                runner.run({name: np.ones((3, *row), np.float32) for name, row in shapes.items()})
            answer["ok"] = True
        except ModelError as error:
            answer["refused"] = str(error)
        except BaseException:  # whatever else comes out is what the fuzzer looks for
            answer["bug"] = traceback.format_exc()
        answer["seconds"] = time.process_time() - started
        answer["bytes"] = most_memory()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
