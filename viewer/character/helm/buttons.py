"""What stands beside the pad: a skill with its key and its value, and a switch; kept as pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QWidget

from viewer.model.language import tr
from viewer.ui.pixels import blank
from viewer.ui.theme import RADIUS, Theme, ThemeSwitch, mono_font

WIDE, HIGH = 64, 34
GROUND_ALPHA = 225
_BAR, _END = 3.0, 6
_STEPS = 24
_SWITCH = QSizeF(22, 12)


class StageButton(QAbstractButton):
    """A button over the stage, which repaints it with every picture: so it is painted once.

    A kind of button paints itself in ``paint_face`` and says by ``lit`` whether it stands out, by
    ``awaited`` whether it is to come.
    """

    lit = awaited = False
    begins = 0.0
    """Where its text begins, pixels."""

    def __init__(self, parent: QWidget, themes: ThemeSwitch) -> None:
        super().__init__(parent)
        self._themes = themes
        self._pixels: QPixmap | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        themes.changed.connect(self.repaint_face)
        self.pressed.connect(self.repaint_face)
        self.released.connect(self.repaint_face)

    @property
    def theme(self) -> Theme:
        """The colours to paint with."""
        return self._themes.current

    def sizeHint(self) -> QSize:
        """With room for its text."""
        metrics = self.fontMetrics()
        wide = self.begins + metrics.horizontalAdvance(self.text()) + _END + 1
        return QSize(max(WIDE, round(wide)), max(HIGH, 2 * metrics.height()))

    def paint_face(self, painter: QPainter, theme: Theme) -> None:
        """Paint what is on the button."""
        raise NotImplementedError

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._pixels is None:
            self._pixels = self._draw()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._pixels)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._themes.current.accent), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), RADIUS, RADIUS)

    def repaint_face(self, *_: object) -> None:
        """Paint it anew."""
        self._pixels = None
        self.update()

    def words(self, painter: QPainter, theme: Theme, high: float) -> QRectF:
        """The text of the button in a line of ``high``; where it stands."""
        box = QRectF(self.begins, 1, self.width() - self.begins - _END, high)
        painter.setFont(self.font())
        painter.setPen(QColor(theme.text if self.isEnabled() else theme.faint))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self.text())
        return box

    def _draw(self) -> QPixmap:
        theme = self._themes.current
        pixels = blank(self.size(), self.devicePixelRatioF())
        painter = QPainter(pixels)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(theme.accent_soft if self.lit or self.isDown() else theme.panel)
        ground.setAlpha(GROUND_ALPHA)
        edge = QPen(QColor(theme.accent if self.awaited else theme.line), 1.5)
        if self.awaited:
            edge.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(edge)
        painter.setBrush(ground)
        box = QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        self.paint_face(painter, theme)
        painter.end()
        return pixels


@dataclass(frozen=True)
class SkillLook:
    """How a skill stands: its title, its value as a share of the most, what it does just now, and
    whether it can be wanted."""

    title: str
    value: float = math.nan
    performed: bool = False
    awaited: bool = False
    possible: bool = True


class SkillButton(StageButton):
    """The skill of a number, with a bar as long as its critic expects, in steps."""

    begins = 24.0

    def __init__(self, parent: QWidget, number: int, themes: ThemeSwitch) -> None:
        super().__init__(parent, themes)
        self._number = number
        self.look = SkillLook("")
        self.setAccessibleName(tr("Skill {number}", number=number + 1))
        self.setToolTip(tr("No skill of that number"))
        self.hide()

    @property
    def lit(self) -> bool:  # type: ignore[override]
        return self.look.performed

    @property
    def awaited(self) -> bool:  # type: ignore[override]
        return self.look.awaited

    def show_look(self, look: SkillLook, tip: str) -> None:
        """Look like that; the same again paints nothing."""
        if tip != self.toolTip():
            self.setToolTip(tip)
        if look.title != self.look.title:
            self.setText(look.title)
            self.setAccessibleName(look.title)
        self.setEnabled(look.possible)
        seen, self.look = _seen(self.look), look
        if _seen(look) != seen:
            self.repaint_face()

    def paint_face(self, painter: QPainter, theme: Theme) -> None:
        box = self.words(painter, theme, self.height() - 2 - 2 * _BAR)
        box.setLeft(8)
        painter.setFont(mono_font(-1))
        painter.setPen(QColor(theme.muted))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, str(self._number + 1))
        track = QRectF(8, self.height() - 3 - _BAR, self.width() - 16, _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.line))
        painter.drawRoundedRect(track, 1.5, 1.5)
        if not math.isnan(self.look.value):
            track.setWidth(track.width() * _share(self.look.value))
            painter.setBrush(QColor(theme.series[self._number % len(theme.series)]))
            painter.drawRoundedRect(track, 1.5, 1.5)


class SwitchButton(StageButton):
    """An action that is on or off."""

    begins = 36.0

    def __init__(self, parent: QWidget, action: QAction, themes: ThemeSwitch) -> None:
        super().__init__(parent, themes)
        self.setCheckable(True)
        self.setChecked(action.isChecked())
        self.setText(action.iconText())
        self.setAccessibleName(action.text())
        self.setToolTip(action.toolTip())
        action.toggled.connect(self.setChecked)
        self.toggled.connect(self.repaint_face)
        self.clicked.connect(lambda on: action.setChecked(on))

    def paint_face(self, painter: QPainter, theme: Theme) -> None:
        self.words(painter, theme, self.height() - 2)
        switch = QRectF(QPointF(8, (self.height() - _SWITCH.height()) / 2), _SWITCH)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent if self.isChecked() else theme.line))
        painter.drawRoundedRect(switch, 6, 6)
        painter.setBrush(QColor(theme.panel if self.isChecked() else theme.muted))
        left = switch.right() - 11 if self.isChecked() else switch.left() + 1
        painter.drawEllipse(QRectF(left, switch.top() + 1, 10, 10))


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _seen(look: SkillLook) -> tuple[object, ...]:
    """What of a look is seen."""
    value = -1 if math.isnan(look.value) else round(_share(look.value) * _STEPS)
    return look.title, value, look.performed, look.awaited, look.possible
