"""MAX imported beside a thread that must not wait."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from inference.engines.max.recipes import installed
from inference.errors import EngineError

ROOT = Path(__file__).parents[4]
PROGRAM = """
import gc, sys, threading
from inference.engines.max.importing import import_max
if sys.argv[1] == "off":
    gc.disable()
wanted = gc.isenabled()
if sys.argv[2] == "main":
    import_max()
else:
    thread = threading.Thread(target=import_max)
    thread.start()
    thread.join()
assert "max.engine" in sys.modules and gc.isenabled() == wanted
print(gc.get_freeze_count())
"""


@pytest.fixture(autouse=True)
def max_installed() -> None:
    try:
        installed()
    except EngineError as error:
        pytest.skip(str(error))


def frozen(collecting: str, thread: str) -> int:
    """Objects set aside from collection by a process of its own."""
    command = [sys.executable, "-c", PROGRAM, collecting, thread]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return int(answer.stdout)


@pytest.mark.parametrize("collecting", ["on", "off"])
def test_beside_a_window_what_is_imported_is_set_aside(collecting: str) -> None:
    assert frozen(collecting, "worker") > 10_000


def test_alone_nothing_is_unusual() -> None:
    assert frozen("on", "main") == 0
