"""Memory that was dropped goes back to the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

KEEPS = """
import sys
import numpy as np
from viewer.bench.window_session import resident_mb
from viewer.window.memory import give_back

arrays = [np.ones(2**18) for _ in range(3)]
arrays.clear()  # from here on the C library would keep what is as large
arrays = [np.ones(2**18) for _ in range(50)]
pins = [arrays.pop() for _ in range(2)]
before = resident_mb()
arrays[1:] = []
if sys.argv[1] == "given back":
    give_back()
print(before - resident_mb())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the C library of Linux keeps memory")
def test_dropped_arrays_go_back_to_the_system() -> None:
    def dropped_mb(how: str) -> float:
        done = subprocess.run(
            [sys.executable, "-c", KEEPS, how], capture_output=True, text=True, check=True
        )
        return float(done.stdout)

    assert dropped_mb("kept") < 10
    assert dropped_mb("given back") > 85
