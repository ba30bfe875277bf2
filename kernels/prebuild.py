"""``python -m kernels.prebuild FOLDER``: the kernel for each CPU level, to go into a wheel.

Linked against the C library at most, so that it runs where there is no Mojo.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .build import SOURCE, BuildError, find_c_compiler, find_mojo
from .prebuilt import LEVELS, place


def prebuild(folder: Path) -> list[Path]:
    """Make the library of every level in ``folder``, which is made if need be.

    Raises BuildError when a tool is missing or fails.
    """
    mojo, compiler = find_mojo(), find_c_compiler()
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for level in LEVELS:
        code, built = folder / "mlp.o", folder / "mlp.so"
        compile_ = [mojo, "build", "--emit", "object", "--target-cpu", level, "-o", code, SOURCE]
        _run(list(map(str, compile_)))
        _run([str(compiler), "-shared", "-s", "-Wl,--no-undefined", "-o", str(built), str(code)])
        code.unlink()
        made.append(built.replace(place(built, level)))
    return made


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        lines = done.stderr.splitlines()
        reason = next((line for line in lines if "error" in line or "undefined" in line), "")
        raise BuildError(f"{' '.join(command[:2])} failed: {reason or done.returncode}.")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: python -m kernels.prebuild FOLDER\n{__doc__}")
    try:
        for path in prebuild(Path(sys.argv[1])):
            print(path)
    except BuildError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
