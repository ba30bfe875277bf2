"""setuptools commands (pyproject.toml names them): a wheel that carries the prebuilt kernel.

Wheels built on Linux x86-64 with Mojo carry it and are tagged for that platform; others are
pure Python, and build the kernel where they run.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

PLATFORM = "manylinux_2_34_x86_64"
"""As Mojo's own wheels: glibc 2.34 or newer."""


def _can_prebuild() -> bool:
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        return False
    beside = shutil.which("mojo", path=str(Path(sys.executable).parent))
    return bool(beside or shutil.which("mojo"))


class BuildPy(build_py):
    """The Python files, and beside them the prebuilt kernel."""

    def run(self) -> None:
        super().run()
        if self.editable_mode or not _can_prebuild():
            return
        folder = Path(self.build_lib) / "kernels" / "prebuilt"
        shutil.rmtree(folder, ignore_errors=True)
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}  # pip's isolation
        command = [sys.executable, "-m", "kernels.prebuild", str(folder.resolve())]
        if subprocess.run(command, env=environment).returncode:
            raise SystemExit("The kernel for the wheel could not be built; see above.")


class BdistWheel(bdist_wheel):
    """Any Python 3, but one platform when the kernel is inside."""

    def get_tag(self) -> tuple[str, str, str]:
        return ("py3", "none", PLATFORM if _can_prebuild() else "any")

    def finalize_options(self) -> Any:
        super().finalize_options()
        self.root_is_pure = not _can_prebuild()
