"""Runs the kernel's own tests, which are written in Mojo."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kernels.build import SOURCE, BuildError, find_c_compiler, find_mojo

TESTS = Path(__file__).with_name("test_mlp.mojo")


def test_the_kernel_passes_its_mojo_tests() -> None:
    try:
        mojo = find_mojo()
    except BuildError as error:
        pytest.skip(str(error))
    find_c_compiler()
    command = [mojo, "run", "-I", SOURCE.parent, TESTS]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    written = TESTS.read_text().count("\ndef test_")
    assert f"{written} passed , 0 failed" in done.stdout
