"""The style keys of the clip on stage, as a row of the timeline."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QColor, QLinearGradient, QPainter, QPen, QPolygonF

from motion.restyling.course import StyleAt, course
from viewer.model.document import StyleKey
from viewer.model.language import mark, tr
from viewer.timeline.grips import GripLane
from viewer.timeline.lanes import TimeScale
from viewer.ui.theme import Theme

HINT = tr("Armed: what you drag on the map or a slider becomes keys")
_HALF = 5.5
_RISE = 7.0
"""How far the lowest and the highest key are from the middle, pixels."""
_CURVE_STEP = 4.0
_BAND_ALPHA = 115


class KeyLane(GripLane):
    """A diamond for each key, as high as its style is far along what tells the keys apart most.

    The line from key to key is the way that the style takes: smooth, straight or a step; the band
    below changes its colour along with it. ``pressed``: a key, and whether besides those chosen
    before; ``dragged``: seconds since then; ``released``. recording_s: the stretch of a take.
    """

    pressed = Signal(object, bool)
    title, height = mark("style"), 30

    def __init__(self, actions: Sequence[QAction], parent: QObject | None = None) -> None:
        """``actions``: what the menu of a key offers."""
        super().__init__(parent)
        self._actions = tuple(actions)
        self.keys: tuple[StyleKey, ...] = ()
        self.selected: frozenset[StyleKey] = frozenset()
        self._armed = False
        self.recording_s: tuple[float, float] | None = None

    def show(
        self, keys: Sequence[StyleKey], selected: Collection[StyleKey], frame_time: float,
        armed: bool,
    ) -> None:  # fmt: skip
        """``keys`` in the order of their times, at the middle of their frames."""
        self.keys, self.selected = tuple(keys), frozenset(selected)
        self._late_s, self._armed = frame_time / 2, armed

    def key_at(self, time_s: float, reach_s: float) -> StyleKey | None:
        """The key that is nearest to the pointer, if it is near enough."""
        return self.nearest(self.keys, time_s, reach_s)

    def holds(self, time_s: float, reach_s: float) -> bool:
        return self.key_at(time_s, reach_s) is not None

    def press(self, time_s: float, reach_s: float, adding: bool) -> None:
        key = self.key_at(time_s, reach_s)
        self.take(key, time_s, reach_s)
        if key:
            self.pressed.emit(key, adding)

    def words_at(self, time_s: float, reach_s: float) -> str:
        """The style of the key there, when, how much of it, and how it goes on."""
        key = self.key_at(time_s, reach_s)
        if key is None:
            return ""
        ways = {"smooth": tr("smooth to"), "linear": tr("straight to"), "hold": tr("holds until")}
        label, strength = key.style.label or tr("Style key"), f"{key.strength:g}"
        return tr(
            "{label} at {time_s:.2f} s, strength {strength}, {way} the next",
            label=label,
            time_s=key.time_s,
            strength=strength,
            way=ways[key.ease],
        )

    def actions_at(self, time_s: float, reach_s: float) -> tuple[QAction, ...]:
        """The actions of keys; the one there is chosen, if it was not."""
        key = self.key_at(time_s, reach_s)
        if key is None:
            return ()
        if key not in self.selected:
            self.pressed.emit(key, False)
            self.released.emit()
        return self._actions

    def paint(self, painter: QPainter, rect: QRectF, to_x: TimeScale, theme: Theme) -> None:
        if self.recording_s is not None:
            left, right = to_x(np.array(self.recording_s))
            band = QColor(theme.bad)
            band.setAlpha(_BAND_ALPHA)
            painter.fillRect(QRectF(left, rect.top(), right - left, rect.height()), band)
        if not self.keys:
            if self._armed and self.recording_s is None:
                painter.setPen(QColor(theme.bad))
                painter.drawText(rect.adjusted(6, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, HINT)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = key_places(tuple(key.style.values.tobytes() for key in self.keys))
        x = to_x(np.array([key.time_s for key in self.keys]) + self._late_s)
        self._paint_way(painter, rect, x, places, theme)
        middle = rect.center().y()
        for key, at, place in zip(self.keys, x.tolist(), places.tolist(), strict=True):
            if rect.left() - _HALF <= at <= rect.right() + _HALF:
                center = QPointF(at, middle + _RISE * (1 - 2 * place))
                self._paint_key(painter, center, key in self.selected, theme)

    def _paint_way(
        self, painter: QPainter, rect: QRectF, x: np.ndarray, places: np.ndarray, theme: Theme
    ) -> None:
        """The line of the style between keys, and the band of its colours below."""
        columns = np.arange(rect.left(), rect.right() + _CURVE_STEP, _CURVE_STEP)
        inside = (x > columns[0]) & (x < columns[-1])
        columns = np.unique(np.concatenate([columns, x[inside], x[inside] - 0.01]))
        ways = [
            StyleAt(at, np.array([place]), 1.0, key.ease)
            for key, at, place in zip(self.keys, x.tolist(), places.tolist(), strict=True)
        ]
        way = course(ways, columns)[0][:, 0]
        y = rect.center().y() + _RISE * (1 - 2 * way)
        line = [QPointF(*point) for point in zip(columns.tolist(), y.tolist(), strict=True)]
        below = [QPointF(columns[-1], rect.bottom()), QPointF(columns[0], rect.bottom())]
        colors = QLinearGradient(rect.topLeft(), QPointF(columns[-1], rect.top()))
        span = max(float(columns[-1] - rect.left()), 1.0)
        shares = np.clip((columns - rect.left()) / span, 0.0, 1.0)
        colors.setStops([*zip(shares.tolist(), _mixed(theme, way), strict=True)])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors)
        painter.drawPolygon(QPolygonF([*line, *below]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.muted), 1.2))
        painter.drawPolyline(QPolygonF(line))

    def _paint_key(self, painter: QPainter, center: QPointF, selected: bool, theme: Theme) -> None:
        painter.setPen(QPen(QColor(theme.field), 1.5))
        painter.setBrush(QColor(theme.accent if selected else theme.muted))
        half = _HALF + (1.0 if selected else 0.0)
        corners = ((0, -half), (half, 0), (0, half), (-half, 0))
        painter.drawPolygon(QPolygonF([center + QPointF(dx, dy) for dx, dy in corners]))


@lru_cache(maxsize=4)
def key_places(styles: tuple[bytes, ...]) -> np.ndarray:
    """Where styles, float32, are along the axis on which they differ most, (N,) in 0..1.

    0.5 where they do not differ, or belong to different networks.
    """
    if len({len(style) for style in styles}) != 1:
        return np.full(len(styles), 0.5)
    values = np.stack([np.frombuffer(style, np.float32) for style in styles]).astype(np.float64)
    apart = values - values.mean(axis=0)
    along = apart @ np.linalg.svd(apart, full_matrices=False)[2][0]
    span = float(np.ptp(along))
    if span < 1e-6:
        return np.full(len(styles), 0.5)
    places = (along - along.min()) / span
    return places if places[0] <= places[-1] else 1 - places


def _mixed(theme: Theme, shares: np.ndarray) -> list[QColor]:
    """Between two colours of the theme's series, half seen through."""
    low, high = (np.array(QColor(color).getRgb())[:3] for color in theme.series[:2])
    mixed = np.round(low + shares[:, None] * (high - low)).astype(int)
    return [QColor(red, green, blue, _BAND_ALPHA) for red, green, blue in mixed.tolist()]
