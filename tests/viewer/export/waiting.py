"""Waiting for exports, which let everything else of a machine go first."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtWidgets import QApplication

PATIENCE_S = 180.0


def until(happened: Callable[[], bool]) -> None:
    """Run the event loop until ``happened``; fails when it takes far too long."""
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline, "waited too long"
        QApplication.processEvents()
        time.sleep(0.002)
