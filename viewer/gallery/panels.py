"""Pictures of every panel in each theme at three sizes of the window, each by its own process.

``<folder>/<size>/<name>-<theme>.png`` shows the whole window; ``<name>.png`` in another folder
what of it the docs show: dark, at one size. The names are those that ``views`` gives.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from viewer.model.notice import Refused
from viewer.ui.theme import Mode
from viewer.window.window import MainWindow

from .real_window import application, demo_window, live, save
from .views import VIEWS, Shown

THEMES: tuple[Mode, ...] = ("dark", "light", "projector")
_DRESSED_S = 0.6


@dataclass(frozen=True)
class Size:
    """Of a window in points, and how many pixels a point is."""

    width: int
    height: int
    ratio: int = 1

    @property
    def name(self) -> str:
        return f"{self.width}x{self.height}" + (f"@{self.ratio}" if self.ratio > 1 else "")

    @classmethod
    def named(cls, name: str) -> Size:
        """The one of that name: ``1280x720``, ``1280x720@2``. Raises ValueError."""
        points, _, ratio = name.partition("@")
        width, _, height = points.partition("x")
        return cls(int(width), int(height), int(ratio or 1))


SIZES = Size(1280, 720), Size(1920, 1080), Size(1280, 720, 2)
DOCS = Size(1920, 1080)
"""The size from which the docs take their pictures."""
WIDEST = 960
"""Pixels across of such a picture, at most."""


def make_all(folder: Path, docs: Path) -> Iterator[Path]:
    """Have a process draw each size; the pictures for ``docs`` are yielded.

    Raises Refused with what a process said when it failed.
    """
    for size in SIZES:
        places = str(folder / size.name), str(docs) if size == DOCS else ""
        command = [sys.executable, "-m", __spec__.name, size.name, *places]
        environ = os.environ | {"QT_SCALE_FACTOR": str(size.ratio)}
        done = subprocess.run(command, env=environ, capture_output=True, text=True)
        if done.returncode:
            raise Refused(f"No pictures at {size.name}: {done.stderr.strip()[-400:]}")
        yield from map(Path, done.stdout.split("\n")[:-1])


def make(size: Size, folder: Path, docs: Path | None, views: Iterable[str]) -> Iterator[Path]:
    """Draw ``views`` in a window of ``size`` into ``folder``; yields what is drawn for ``docs``."""
    for place in filter(None, (folder, docs)):
        place.mkdir(parents=True, exist_ok=True)
    with demo_window(application(), THEMES[0], (size.width, size.height)) as window:
        for name in views:
            for shown in VIEWS[name](window):
                seen = shown.window or window
                for theme, picture in _dressed(seen, shown):
                    save(picture, folder / f"{shown.name}-{theme}.png")
                    if docs and shown.part and theme == THEMES[0]:
                        yield save(_part(picture, shown.part, seen), docs / f"{shown.name}.png")


def _dressed(window: MainWindow, shown: Shown) -> Iterator[tuple[Mode, QPixmap]]:
    """The picture in each theme; the first is worn again afterwards."""
    for theme in THEMES:
        _dress(window, theme)
        yield theme, _picture(window, shown.above)
    _dress(window, THEMES[0])


def _dress(window: MainWindow, theme: Mode) -> None:
    action = window.actions_[f"view.theme.{theme}"]
    if not action.isChecked():
        action.setChecked(True)
        live(_DRESSED_S)


def _picture(window: QWidget, above: Sequence[QWidget]) -> QPixmap:
    """The window with the dialogs that are over it."""
    picture = window.grab()
    painter = QPainter(picture)
    for dialog in above:
        painter.drawPixmap(_place(dialog, window).topLeft(), dialog.grab())
    painter.end()
    return picture


def _part(picture: QPixmap, shown: QWidget, window: QWidget) -> QPixmap:
    """What ``picture`` shows of a part of the window, no wider than a page."""
    place, ratio = _place(shown, window), picture.devicePixelRatio()
    corner, size = place.topLeft() * ratio, place.size() * ratio
    part = picture.copy(QRect(corner, size))
    smooth = Qt.TransformationMode.SmoothTransformation
    return part.scaledToWidth(WIDEST, smooth) if part.width() > WIDEST else part


def _place(part: QWidget, window: QWidget) -> QRect:
    """Where it is in the window."""
    corner = window.mapFromGlobal(part.mapToGlobal(part.rect().topLeft()))
    return QRect(corner, part.size())


if __name__ == "__main__":
    name, whole, part, *only = sys.argv[1:]
    for path in make(Size.named(name), Path(whole), Path(part) if part else None, only or VIEWS):
        print(path, flush=True)
