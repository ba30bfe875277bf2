"""A clip that is dragged from one part of the window to another."""

from __future__ import annotations

from PySide6.QtCore import QMimeData

KIND = "application/x-stridescope-clip"


def carried(key: str) -> QMimeData:
    """What a drag of the clip ``key``, its path, carries: nothing that other programs take."""
    data = QMimeData()
    data.setData(KIND, key.encode())
    return data


def clip_of(data: QMimeData) -> str:
    """The key of the clip that is dragged; "" where it is something else."""
    return data.data(KIND).toStdString() if data.hasFormat(KIND) else ""
