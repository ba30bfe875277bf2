"""Line icons in the colour of the theme, crisp at any pixel ratio."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from .theme import Theme, ThemeSwitch

_SIZES = (20, 25, 40)


class _HasIcon(Protocol):
    def setIcon(self, icon: QIcon) -> None: ...


class Icons(QObject):
    """SVG files of ``folder`` drawn in ``currentColor``; follows the theme."""

    def __init__(self, folder: Path, themes: ThemeSwitch, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._themes = themes
        self._bound: dict[QObject, str] = {}
        self._made: dict[str, QIcon] = {}
        themes.changed.connect(self._retint)

    def bind(self, target: QObject, name: str) -> None:
        """Give an action or button the icon, now and after a change of theme."""
        if target not in self._bound:
            target.destroyed.connect(lambda: self._bound.pop(target, None))
        self._bound[target] = name
        self._set(target, name)

    def icon(self, name: str) -> QIcon:
        """The icon in the current theme: plain, switched on and disabled."""
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> QIcon:
        theme: Theme = self._themes.current
        source = (self._folder / f"{name}.svg").read_text("utf-8")
        icon = QIcon()
        for color, mode, state in (
            (theme.muted, QIcon.Mode.Normal, QIcon.State.Off),
            (theme.text, QIcon.Mode.Active, QIcon.State.Off),
            (theme.accent, QIcon.Mode.Normal, QIcon.State.On),
            (theme.accent, QIcon.Mode.Active, QIcon.State.On),
            (theme.faint, QIcon.Mode.Disabled, QIcon.State.Off),
        ):
            renderer = QSvgRenderer(QByteArray(source.replace("currentColor", color).encode()))
            for size in _SIZES:
                icon.addPixmap(_draw(renderer, size), mode, state)
        return icon

    def colored(self, level: str) -> QIcon:
        """The icon called "info", "warning" or "error" in the colour it stands for."""
        theme: Theme = self._themes.current
        color = {"info": theme.accent, "warning": theme.warn, "error": theme.bad}[level]
        icon = QIcon()
        source = (self._folder / f"{level}.svg").read_text("utf-8")
        renderer = QSvgRenderer(QByteArray(source.replace("currentColor", color).encode()))
        for size in _SIZES:
            icon.addPixmap(_draw(renderer, size))
        return icon

    def _set(self, target: _HasIcon | QObject, name: str) -> None:
        target.setIcon(self.icon(name))  # type: ignore[union-attr]

    def _retint(self) -> None:
        self._made.clear()
        for target, name in self._bound.items():
            self._set(target, name)


def _draw(renderer: QSvgRenderer, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
