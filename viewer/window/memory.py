"""Memory that was dropped goes back to the system, where the C library would keep it."""

from __future__ import annotations

import ctypes
import sys

from PySide6.QtCore import QTimer

SETTLED_MS = 3000


def give_back() -> None:
    """Hand all that is free to the system, in a millisecond or two: tens of megabytes after a start
    or a library was read.

    To have each large array go back when it is dropped, by mallopt(3), costs more: Qt drops and
    takes the window's picture with every frame.
    """
    if sys.platform.startswith("linux"):
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def give_back_soon() -> None:
    """``give_back`` when what has just been done has settled."""
    QTimer.singleShot(SETTLED_MS, give_back)
