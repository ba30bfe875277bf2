"""What of the style map stands still: ground, dots and names, as one picture."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPixmap

from viewer.ui.pixels import blank
from viewer.ui.theme import RADIUS, Theme

from .map_dots import NEAR_SHARE, MapDots, NameCentre, dot_look, name_centre
from .map_labels import MapLabel, paint_labels, placed_labels
from .map_painting import DotGroup, DotPainting, dot_radius
from .map_view import MapView

HOME = 3.2
"""How far a map without two dots reaches from its middle."""
SLICE_S = 0.004
"""For how long the painting of dots may hold up the window at a time."""
AT_ONCE = 3000
"""As many dots are painted before the next picture; more of them follow it."""
TOWARDS_TEXT = 0.3
"""How much of the text's colour a name has beside its style's, so that it stands out."""
NOTHING_YET = "Encoded clips appear here as dots"


@dataclass(frozen=True, eq=False)
class _Painted:
    """An image of dots, of what, and whether of the dots as they are now."""

    image: QImage
    view: MapView
    ratio: float
    current: bool


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
        self._centres: dict[str, NameCentre] = {}
        self._named: tuple[tuple[object, ...], QPixmap] | None = None
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
        self.dots, self._by_style = dots, dots.by_style()
        low, high = dots.extent() if len(dots.points) else (np.zeros(2), np.zeros(2))
        alone = HOME * bool((low == high).all())
        self.extent = (low - alone, high + alone)
        reach = self.reach() * NEAR_SHARE
        before = self._centres
        self._centres = {
            name: name_centre(dots.points[these], reach, before.get(name))
            for name, these in self._by_style.items()
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
        if self.emphasis in self._by_style:
            return self._by_style[self.emphasis]
        return np.arange(len(self.dots.points))

    def settled(self) -> bool:
        """Whether no dots wait to be painted."""
        return self._painting is None

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
            painter.drawPixmap(0, 0, self._names(view, whole, ratio, font))
        else:
            painter.setPen(QColor(self._theme.muted))
            below = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
            words = int(below | Qt.TextFlag.TextWordWrap)
            painter.drawText(whole.adjusted(12, 12, -12, -12), words, NOTHING_YET)

    def _draw_dots(self, painter: QPainter, view: MapView, zoom: float, ratio: float) -> None:
        done, under_way = self._painted, self._painting
        wanted = (view, ratio)
        good = done is not None and done.current and (done.view, done.ratio) == wanted
        if not good and (under_way is None or (under_way.view, under_way.ratio) != wanted):
            self._begin(view, zoom, ratio)
        if self._painted is not None:
            image = self._painted.image
            if self._painted.view == view:
                painter.drawImage(0, 0, image)
            else:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(view.area_of(self._painted.view), image, QRectF(image.rect()))

    def _names(self, view: MapView, whole: QRect, ratio: float, font: QFont) -> QPixmap:
        """The names of styles in place; those of before where they would look the same."""
        smaller = QFont(font)
        smaller.setPointSizeF(max(font.pointSizeF() - 1, 7))
        smaller.setWeight(QFont.Weight.DemiBold)
        labels = []
        for name, group in self._groups.items():
            color = _mixed(group.color, QColor(self._theme.text), TOWARDS_TEXT)
            color.setAlphaF(0.3 if group.dimmed else 1)
            weight = len(group.points) + (0 if group.dimmed else len(self.dots.points))
            at = view.place(*self._centres[name].at)
            labels.append(MapLabel(name.replace("_", " "), at, color, weight))
        labels.sort(key=lambda label: -label.weight)
        places = tuple((each.text, each.at.toPoint(), each.color.rgba()) for each in labels)
        looks = (whole.size(), ratio, smaller.toString(), self._theme.field, places)
        if self._named is None or self._named[0] != looks:
            pixmap = blank(whole.size(), ratio)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(smaller)
            placed = placed_labels(labels, painter.fontMetrics(), whole.adjusted(5, 3, -5, -3))
            paint_labels(painter, placed, QColor(self._theme.field))
            painter.end()
            self._named = looks, pixmap
        return self._named[1]

    def _begin(self, view: MapView, zoom: float, ratio: float) -> None:
        """Paint the dots for ``view``: few of them now, many from now on."""
        count = len(self.dots.points)
        painting = DotPainting(list(self._groups.values()), view, ratio, dot_radius(count, zoom))
        self._painting = painting
        if count > AT_ONCE:
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
        self._painted = _Painted(painting.image(), painting.view, painting.ratio, True)
        self._painting = None

    def _group(self) -> None:
        self._groups = {}
        for index, (name, these) in enumerate(self._by_style.items()):
            color, symbol = dot_look(index, self._theme)
            dimmed = self.emphasis in self._by_style and name != self.emphasis
            self._groups[name] = DotGroup(self.dots.points[these], QColor(color), symbol, dimmed)
        self._painting = None
        if self._painted is not None:
            self._painted = replace(self._painted, current=False)


def _mixed(color: QColor, other: QColor, share: float) -> QColor:
    kept = 1 - share
    return QColor.fromRgbF(
        color.redF() * kept + other.redF() * share,
        color.greenF() * kept + other.greenF() * share,
        color.blueF() * kept + other.blueF() * share,
    )
