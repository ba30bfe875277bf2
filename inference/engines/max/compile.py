"""``python -m inference.engines.max.compile TARGET JOB``: compile a MAX module, alone.

In a process of its own, so that it can be killed, slows no one down, and gives its 1 to 2 GB back.
JOB is a pickled ``Job``; TARGET the ``.mef`` to write.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

from inference.errors import ModelError
from inference.mlp import Mlp
from kernels.build import SOURCE, BuildError, find_mojo

from .layout import OWN
from .recipes import OP_PACKAGE, Job, installed

NICENESS = 5
_IMPORT_PATH = "MODULAR_MOJO_MAX_IMPORT_PATH"


def compile_job(job: Job, target: Path) -> None:
    """Write the compiled module to ``target``. Raises ModelError, BuildError or what MAX raises."""
    libraries = os.environ.get(_IMPORT_PATH) or installed().parent / "modular" / "lib" / "mojo"
    os.environ[_IMPORT_PATH] = f"{libraries},{SOURCE.parent}"  # before MAX is imported

    from max.driver import CPU, Accelerator
    from max.engine import InferenceSession
    from max.graph import DeviceRef

    from . import graphs

    device = DeviceRef.CPU() if job.device == "cpu" else DeviceRef.GPU()
    extensions: list[str | Path] = []
    if isinstance(job.model, Mlp):
        module = graphs.dense_graph(OWN, job.model, device)
    elif job.model is not None:
        from inference.lowering.trace import lower

        module = lower(job.model, device)
    elif job.device == "cpu":
        extensions = [_op_package(target.parent)]
        module = graphs.fused_module(Path(extensions[0]), job.width, job.rows)
    else:
        module = graphs.dense_module(device)
    session = InferenceSession(devices=[CPU() if job.device == "cpu" else Accelerator()])
    session.compile(module, custom_extensions=extensions).export_mef(target)


def _op_package(folder: Path) -> Path:
    made = folder / "mlp_op.mojoc"
    command = [find_mojo(), "precompile", "-I", SOURCE.parent, "-o", made, OP_PACKAGE]
    subprocess.run(list(map(str, command)), check=True)
    return made


def main(arguments: list[str]) -> int:
    """0, or 1 with one sentence on stderr."""
    os.nice(NICENESS)
    target, job = map(Path, arguments)
    try:
        compile_job(pickle.loads(job.read_bytes()), target)
    except (ModelError, BuildError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # MAX's threads may abort a process that ends while they live
