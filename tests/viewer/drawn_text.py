"""What a widget writes, as it paints it: text that is cut off, or shortened to dots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPaintDevice, QPaintEngine, QPainter, QRegion
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDockWidget,
    QLineEdit,
    QMenuBar,
    QWidget,
)

from viewer.character.helm.buttons import StageButton
from viewer.stage.stage import Stage
from viewer.ui.time_canvas import TimeCanvas

DOTS = "…"
_SLACK = 1.5
_ABOVE, _BELOW = 0.7, 0.4
"""Of ascent and descent: what letters fill of them at least."""
_METRIC = QPaintDevice.PaintDeviceMetric


@dataclass(frozen=True)
class Written:
    """A piece of text, where its letters stand, and what is visible there."""

    text: str
    box: QRectF
    clip: QRectF | None


class _Pen(QPaintEngine):
    """Paints nothing and keeps what is written."""

    def __init__(self) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self.written: list[Written] = []

    def begin(self, device: object) -> bool:
        return True

    def end(self) -> bool:
        return True

    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    def updateState(self, state: object) -> None: ...

    def _leave_out(self, *_: object) -> None: ...

    drawPixmap = drawTiledPixmap = drawImage = drawPath = drawPolygon = _leave_out
    drawLines = drawRects = drawPoints = drawEllipse = _leave_out

    def drawTextItem(self, at: QPointF, item: object) -> None:
        painter, at = self.painter(), self.painter().transform().map(at)
        up, down = _ABOVE * item.ascent(), _BELOW * item.descent()  # type: ignore[attr-defined]
        box = QRectF(at.x(), at.y() - up, item.width(), up + down)  # type: ignore[attr-defined]
        clip = painter.clipBoundingRect() if painter.hasClipping() else None
        if clip is not None:
            clip = painter.transform().mapRect(clip)
        self.written.append(Written(item.text(), box, clip))  # type: ignore[attr-defined]


class Paper(QPaintDevice):
    """As large as a widget, with letters as large; ``written``: what was painted on it."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self._size, self._dpi, self._pen = widget.size(), widget.logicalDpiY(), _Pen()

    @property
    def written(self) -> list[Written]:
        return self._pen.written

    def paintEngine(self) -> QPaintEngine:
        return self._pen

    def metric(self, what: QPaintDevice.PaintDeviceMetric) -> int:
        known = {
            _METRIC.PdmWidth: self._size.width(), _METRIC.PdmHeight: self._size.height(),
            _METRIC.PdmDpiX: self._dpi, _METRIC.PdmDpiY: self._dpi, _METRIC.PdmDepth: 32,
            _METRIC.PdmPhysicalDpiX: self._dpi, _METRIC.PdmPhysicalDpiY: self._dpi,
            _METRIC.PdmDevicePixelRatio: 1,
            _METRIC.PdmDevicePixelRatioScaled: int(QPaintDevice.devicePixelRatioFScale()),
        }  # fmt: skip
        return known.get(what, 0)


def cut_texts(top: QWidget) -> list[str]:
    """Texts in ``top`` and what is shown in it that do not fit, each with who writes it.

    What a scroll area hides is looked at too; rows of lists only from left to right, as more of
    them are reached by scrolling. Docks behind another are left out: Qt keeps them outside the
    window, and gives them their size when they come to the front.
    """
    found = []
    for widget in (top, *_seen(top)):
        if not isinstance(widget, Stage):
            found += [f"{_who(widget)}: {text}" for text in _cut(widget)]
    return found


def _seen(top: QWidget) -> Iterator[QWidget]:
    for widget in top.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        behind = isinstance(widget, QDockWidget) and widget.visibleRegion().isEmpty()
        if widget.isVisible() and not behind:
            yield widget
            yield from _seen(widget)


def _cut(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QMenuBar):
        yield from _cut_menus(widget)
    whole = QRectF(widget.rect())
    down = not isinstance(widget.parent(), QAbstractItemView)
    for written in _written(widget, whole):
        clip = whole if written.clip is None else whole.intersected(written.clip)
        if DOTS in written.text and not any(written.text in text for text in _meant(widget)):
            yield written.text
        elif not _inside(written.box, clip, down) and not _scrolls(widget):
            yield f"{written.text} | {_told(written.box)} in {_told(clip)}"


def _written(widget: QWidget, whole: QRectF) -> list[Written]:
    paper = Paper(widget)
    QWidget.render(widget, paper, QPoint(), QRegion(), QWidget.RenderFlag(0))
    if isinstance(widget, TimeCanvas | StageButton):  # they keep pixels of what they wrote
        painter = QPainter(paper)
        painter.setFont(widget.font())
        if isinstance(widget, StageButton):
            widget.paint_face(painter, widget.theme)
        else:
            margin = QRectF(0, 0, widget.area.left(), whole.height())
            painter.setClipRect(margin)
            widget.paint_margin(painter)
        painter.end()
    return paper.written


def _cut_menus(bar: QMenuBar) -> Iterator[str]:
    """Menus that have no room go behind an arrow."""
    for action in bar.actions():
        place = bar.actionGeometry(action)
        if action.isVisible() and not bar.rect().contains(place):
            yield f"{action.text()} | {place.getRect()}"


def _inside(box: QRectF, clip: QRectF, down: bool) -> bool:
    across = box.left() >= clip.left() - _SLACK and box.right() <= clip.right() + _SLACK
    along = box.top() >= clip.top() - _SLACK and box.bottom() <= clip.bottom() + _SLACK
    return across and (along or not down)


def _told(box: QRectF) -> str:
    return f"{box.left():.0f}…{box.right():.0f} x {box.top():.0f}…{box.bottom():.0f}"


def _scrolls(widget: QWidget) -> bool:
    """What a person has typed may be longer than the field."""
    return isinstance(widget, QLineEdit) and bool(widget.text())


def _meant(widget: QWidget) -> list[str]:
    """What a widget is to say, dots and all."""
    known = [getattr(widget, name, str)() for name in ("text", "placeholderText")]
    if isinstance(widget, QComboBox):
        known.append(widget.currentText())
    return [text.replace("&", "") for text in known if isinstance(text, str)]


def _who(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName() or widget.objectName()}".strip()
