"""Pushing the character on the stage: drag a part of its body, let go."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from character.anatomy import NAMES
from character.deeds import PushNow
from viewer.model.language import tr
from viewer.model.live_figure import NEWTONS_PER_METRE, from_stage
from viewer.stage.stage import Stage
from viewer.ui.pixels import pixel_at
from viewer.ui.theme import ThemeSwitch, mono_font

from .driver import CharacterDriver
from .state import CharacterState

PUSH_S = 0.2
MAX_NEWTONS = 2000.0
_GRIP_POINTS = 5.0
_SAMPLES = 9
_LEAST_NEWTONS = 5.0


def touched(
    ends: np.ndarray, radii: np.ndarray, origin: np.ndarray, direction: np.ndarray, reach: float
) -> int | None:
    """Which rounded stick, of ends (N, 2, 3) and radii (N,), a sight line meets first.

    One that it misses by less than ``reach`` metres counts as met. None for none.
    """
    share = np.linspace(0, 1, _SAMPLES)[:, None]
    points = ends[:, :1] * (1 - share) + ends[:, 1:] * share - origin
    depth = points @ direction
    gaps = np.linalg.norm(points - depth[..., None] * direction, axis=-1)
    met = (gaps.min(axis=1) < radii + reach) & (depth.max(axis=1) > 0)
    nearest = np.where(met, depth.min(axis=1) - radii, np.inf)
    return int(nearest.argmin()) if met.any() else None


class StagePush(QObject):
    """Left drag from a part of the body draws a push; letting go gives it, Escape does not.

    The arrow's tip is under the pointer, in the plane of the picture. With Shift the push is
    level: up on the screen is away from the viewer. Elsewhere the drag is the camera's.
    """

    def __init__(
        self, stage: Stage, state: CharacterState, driver: CharacterDriver, themes: ThemeSwitch
    ) -> None:
        super().__init__(stage)
        self._stage, self._state, self._driver = stage, state, driver
        self.enabled = True
        self._body: int | None = None
        self._refused = False
        self._force = np.zeros(3)
        self._label = PushLabel(stage, themes)
        stage.setMouseTracking(True)
        stage.installEventFilter(self)

    def cancel(self) -> None:
        """Forget a push that is being drawn; what is left of the drag does nothing."""
        self._refused = self._refused or self._body is not None
        self._end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent):
            return self._heed_mouse(event)
        pulling = self._body is not None and event.type() == QEvent.Type.ShortcutOverride
        if pulling and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self._end()
            event.accept()
            return True
        return False

    def _heed_mouse(self, event: QMouseEvent) -> bool:
        left = Qt.MouseButton.LeftButton
        pressed = event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
        if pressed and event.button() == left:
            self._body = self._body_at(event.position())
            self._refused = self._body is not None and not self._state.at_present()
            if self._refused:
                self._body = None
                return True
            if self._body is not None:
                self._drag(event)
            return self._body is not None
        if event.type() == QEvent.Type.MouseMove:
            if self._body is not None:
                self._drag(event)
                return True
            if self._refused:
                return True
            if not event.buttons():
                over = self._body_at(event.position()) is not None
                shape = Qt.CursorShape.CrossCursor
                self._stage.setCursor(shape) if over else self._stage.unsetCursor()
        if event.type() == QEvent.Type.MouseButtonRelease and event.button() == left:
            refused, self._refused = self._refused, False
            return refused or self._release()
        return False

    def _body_at(self, at: QPointF) -> int | None:
        """The part of the body under the pointer."""
        figure = self._state.figure
        if not self.enabled or figure is None or not self._state.on_stage:
            return None
        camera, size = self._stage.camera, self._stage.pixel_size
        origin, direction = camera.ray(*pixel_at(self._stage, at), size)
        reach = _GRIP_POINTS * size.ratio * 2 * camera.half_height / size.height
        ends, radii, bodies = figure.surface
        part = touched(ends, radii, origin, direction, reach)
        return None if part is None else int(bodies[part])

    def _drag(self, event: QMouseEvent) -> None:
        self._at, self._level = (
            event.position(),
            bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier),
        )
        self.follow()

    def follow(self) -> None:
        """The body has moved, or the pointer: the force is what lies between."""
        figure = self._state.figure
        if self._body is None or figure is None:
            return
        camera, size = self._stage.camera, self._stage.pixel_size
        x, y = pixel_at(self._stage, self._at)
        start = figure.centres[self._body]
        origin, direction = camera.ray(x, y, size)
        depth = (start - origin) @ camera.forward / (direction @ camera.forward)
        way = origin + depth * direction - start
        if self._level:
            ahead = camera.forward * [1, 0, 1]
            up = np.array([0.0, 1.0, 0.0])
            away = ahead / max(np.linalg.norm(ahead), 1e-6)
            way = way - (way @ up) * up - (way @ away) * away + (way @ up) * away
        force = way * NEWTONS_PER_METRE
        newtons = float(np.linalg.norm(force))
        self._force = force * min(1.0, MAX_NEWTONS / max(newtons, 1e-9))
        self._label.show_newtons(min(newtons, MAX_NEWTONS), self._at)
        self._state.pull((self._body, self._force))

    def _release(self) -> bool:
        if self._body is None:
            return False
        x, y, z = from_stage(self._force).tolist()
        if np.linalg.norm(self._force) >= _LEAST_NEWTONS:
            self._driver.send(PushNow((x, y, z), PUSH_S, NAMES[self._body]))
        self._end()
        return True

    def _end(self) -> None:
        self._body = None
        self._label.hide()
        self._state.pull(None)


class PushLabel(QWidget):
    """How strong the push is, beside the pointer."""

    def __init__(self, stage: Stage, themes: ThemeSwitch) -> None:
        super().__init__(stage)
        self._stage, self._themes, self._text = stage, themes, ""
        self._font = mono_font(1)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.hide()

    def show_newtons(self, newtons: float, at: QPointF) -> None:
        """``newtons`` at a point of the stage."""
        self._text = tr("{newtons:.0f} N for {seconds:g} s", newtons=newtons, seconds=PUSH_S)
        metrics = QFontMetrics(self._font)
        size = QSize(metrics.horizontalAdvance(self._text) + 16, metrics.height() + 8)
        corner = QRect(at.toPoint(), size).translated(14, -size.height() - 6).topLeft()
        x = min(max(corner.x(), 4), self._stage.width() - size.width() - 4)
        self.setGeometry(QRect(x, max(corner.y(), 4), size.width(), size.height()))
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._themes.current
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.line))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 5, 5)
        painter.setFont(self._font)
        painter.setPen(QColor(theme.text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
