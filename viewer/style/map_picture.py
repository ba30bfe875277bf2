"""What of the style map stands still: ground, dots and names, as one picture."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from viewer.model.language import tr
from viewer.ui.theme import RADIUS, Theme

from .map_dots import GROWN, NEAR_SHARE, MapDots, NameCentre, dot_look, name_centre
from .map_labels import LabelPictures, MapLabel, placed_labels
from .map_painting import DotGroup, DotPainting, dot_radius
from .map_view import MapView

HOME = 3.2
"""How far a map without two dots reaches from its middle."""
SLICE_S = 0.002
"""For how long the painting of dots may hold up the window at a time."""
AT_ONCE = 1000
"""As many dots are painted before the next picture; more of them follow it."""
TOWARDS_TEXT = 0.3
"""How much of the text's colour a name has beside its style's, so that it stands out."""
DIMMED_LAST = 99
"""How much lighter than any other the name of a style is that is dimmed."""
NOTHING_YET = tr("Encoded clips appear here as dots")


@dataclass(frozen=True, eq=False)
class _Painted:
    """An image of dots, and what of the map it shows."""

    image: QImage
    view: MapView


class MapPicture(QObject):
    """Paints dots and names for a view; says ``sharpened`` when it has a better picture.

    Thousands of dots are painted between other events. Until they are, the picture
    before, moved and scaled to the view, stands for them. extent: lowest and highest
    corner (2,) of all dots. emphasis: the style that is not dimmed, "" for none.
    """

    sharpened = Signal()

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme, self.emphasis = theme, ""
        self._painted: _Painted | None = None
        self._outdated = True
        self._centres: dict[str, NameCentre] = {}
        self._named: tuple[tuple[object, ...], list[tuple[MapLabel, QRect]]] = ((), [])
        self._names = LabelPictures()
        self._painting: DotPainting | None = None
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._paint_on)
        self.take_dots(MapDots())

    def set_theme(self, theme: Theme) -> None:
        """Paint in its colours from now on."""
        self._theme = theme
        self._group()

    def take_dots(self, dots: MapDots) -> None:
        """Paint these from now on."""
        self.dots = dots
        low, high = dots.extent if len(dots.points) else (np.zeros(2), np.zeros(2))
        alone = HOME * bool((low == high).all())
        self.extent = (low - alone, high + alone)
        reach = self.reach() * NEAR_SHARE
        before = self._centres
        self._centres = {
            name: name_centre(points, reach, before.get(name))
            for name, points in dots.groups.items()
        }
        self._group()

    def emphasize(self, style: str) -> None:
        """Dim every style but this one; "" shows all alike."""
        self.emphasis = style
        self._group()

    def reach(self) -> float:
        """The longer side of the extent."""
        low, high = self.extent
        return float((high - low).max())

    def meant(self) -> np.ndarray:
        """The indices (n,) int64 of the dots that are not dimmed."""
        by_style = self.dots.by_style()
        if self.emphasis in by_style:
            return by_style[self.emphasis]
        return np.arange(len(self.dots.points))

    def settled(self) -> bool:
        """Whether all dots are painted, as they are now."""
        return not (self._outdated or self._turn.isActive())

    def paint(
        self, painter: QPainter, view: MapView, zoom: float, ratio: float, font: QFont
    ) -> None:
        """Paint ``view`` from the painter's origin on.

        zoom: how much larger than fitted it is. ratio: physical pixels to a logical one.
        """
        whole = QRect(0, 0, *view.size)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.field))
        painter.drawRoundedRect(QRectF(whole), RADIUS, RADIUS)
        if self._groups:
            self._draw_dots(painter, view, zoom, ratio)
            self._draw_names(painter, view, font)
        else:
            painter.setPen(QColor(self._theme.muted))
            below = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
            words = int(below | Qt.TextFlag.TextWordWrap)
            painter.drawText(whole.adjusted(12, 12, -12, -12), words, NOTHING_YET)

    def _draw_dots(self, painter: QPainter, view: MapView, zoom: float, ratio: float) -> None:
        under_way = self._painting
        if (
            self._outdated
            or under_way is None
            or (under_way.view, under_way.ratio) != (view, ratio)
        ):
            self._begin(view, zoom, ratio)
        if self._painted is not None:
            image = self._painted.image
            if self._painted.view == view:
                painter.drawImage(0, 0, image)
            else:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(view.area_of(self._painted.view), image, QRectF(image.rect()))

    def _draw_names(self, painter: QPainter, view: MapView, font: QFont) -> None:
        """The names of styles in place; where they were before, while nothing moves them."""
        smaller = QFont(font)
        smaller.setPointSizeF(max(font.pointSizeF() - 1, 7))
        smaller.setWeight(QFont.Weight.DemiBold)
        painter.setFont(smaller)
        labels = []
        for name, group in self._groups.items():
            color = _mixed(group.color, QColor(self._theme.text), TOWARDS_TEXT)
            color.setAlphaF(0.3 if group.dimmed else 1)
            weight = int(math.log(len(group.points), GROWN)) - DIMMED_LAST * group.dimmed
            at = view.place(*self._centres[name].at)
            labels.append(MapLabel(name.replace("_", " "), at, color, weight))
        places = tuple((a.text, a.at.toPoint(), a.color.rgba(), a.weight) for a in labels)
        looks = (view.size, smaller.toString(), places)
        if self._named[0] != looks:
            inside = QRect(0, 0, *view.size).adjusted(5, 3, -5, -3)
            self._named = looks, placed_labels(labels, painter.fontMetrics(), inside)
        self._names.paint(painter, self._named[1], QColor(self._theme.field))

    def _begin(self, view: MapView, zoom: float, ratio: float) -> None:
        """Paint the dots for ``view``: few of them now, many from now on.

        Where others have joined those that are painted, they are painted over them.
        """
        painting, radius = self._painting, dot_radius(len(self.dots.points), zoom)
        looks = (view, ratio, radius)
        fits = painting is not None and (painting.view, painting.ratio, painting.radius) == looks
        if painting is None or not fits or not painting.take(self._groups):
            painting = DotPainting(*looks)
            painting.take(self._groups)
        self._painting, self._outdated = painting, False
        if painting.waiting > AT_ONCE:
            self._turn.start()
            return
        while painting.step():
            pass
        self._finish(painting)

    def _paint_on(self) -> None:
        painting, until = self._painting, time.perf_counter() + SLICE_S
        if painting is None:
            self._turn.stop()
            return
        while painting.step():
            if time.perf_counter() > until:
                return
        self._finish(painting)
        self.sharpened.emit()

    def _finish(self, painting: DotPainting) -> None:
        self._turn.stop()
        self._painted = _Painted(painting.image(), painting.view)

    def _group(self) -> None:
        self._groups = {}
        emphasis = self.emphasis if self.emphasis in self.dots.groups else ""
        for index, (name, points) in enumerate(self.dots.groups.items()):
            color, symbol = dot_look(index, self._theme)
            dimmed = bool(emphasis) and name != emphasis
            self._groups[name] = DotGroup(points, QColor(color), symbol, dimmed)
        self._outdated = True


def _mixed(color: QColor, other: QColor, share: float) -> QColor:
    kept = 1 - share
    return QColor.fromRgbF(
        color.redF() * kept + other.redF() * share,
        color.greenF() * kept + other.greenF() * share,
        color.blueF() * kept + other.blueF() * share,
    )
