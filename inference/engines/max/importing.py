"""The import of MAX on a thread beside one that must not wait, as a window's.

Two things would hold the interpreter's lock for 20 to 40 ms each: loading MAX's libraries, and a
garbage collection of all that the import makes.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import threading
from importlib.util import find_spec


def import_max() -> None:
    """Imports MAX; on the main thread as anyone would, as there is no other to hold up."""
    if "max.engine" in sys.modules or threading.current_thread() is threading.main_thread():
        import max.engine
        import max.graph

        return
    collecting = gc.isenabled()
    gc.disable()
    try:
        _load_library("max._core")
        import max.engine
        import max.graph  # noqa: F401

        gc.freeze()  # it stays as long as the process: no collection need look at it
    finally:
        if collecting:
            gc.enable()


def _load_library(module: str) -> None:
    """Loads the library of ``module`` in a call that releases the lock, so its import finds it.

    Nothing is told where that fails: the import will say why.
    """
    spec = find_spec(module)
    if spec is None or spec.origin is None or os.name != "posix":
        return
    load = ctypes.CDLL(None).dlopen
    load.argtypes, load.restype = [ctypes.c_char_p, ctypes.c_int], ctypes.c_void_p
    load(os.fsencode(spec.origin), os.RTLD_NOW | os.RTLD_LOCAL)
