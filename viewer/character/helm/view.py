"""Pad, skills and what goes on, on the stage while the character is there."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QFontMetrics, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from character.drive.state import DriveState, Kind
from viewer.model.language import tr
from viewer.stage.stage import Stage
from viewer.ui.pixels import blank
from viewer.ui.theme import GAP, MARGIN, RADIUS, ThemeSwitch

from .buttons import GROUND_ALPHA, SkillButton, SkillLook, SwitchButton
from .helm import ladder
from .pad import SIDE, Pad
from .words import HINT, drive_text, skill_tip

MOST = 9
"""Skills that have a key and a button."""
_APART = 4
_TITLE_LINES, _MOMENT = 5, 150
"""Below how many lines the hint stands; the room of the moment at the lower left corner."""
_WRAPPED = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap


class HelmView(QWidget):
    """At the bottom of the stage: the pad at the right, skills beside it, a line of words above.
    Below the title of the stage, until it was used: what can be done. Ways to get up are there
    while it lies.

    ``wanted`` brings the number of a skill. The widgets are pixels but where something changes.
    """

    wanted = Signal(int)

    def __init__(self, stage: Stage, themes: ThemeSwitch, get_up: QAction) -> None:
        super().__init__(stage)
        self.pad = Pad(self, themes)
        self.skills = [SkillButton(self, number, themes) for number in range(MOST)]
        for number, button in enumerate(self.skills):
            button.clicked.connect(lambda _=False, n=number: self.wanted.emit(n))
        self.line = StageLine(self, themes, to_right=True)
        self.get_up = SwitchButton(self, get_up, themes)
        self.hint = StageLine(stage, themes)
        self.hint.show_text(HINT)
        self._offered: list[tuple[SkillButton, str]] = []
        self._stage_size = stage.size()
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setAccessibleName(tr("Drive the character"))
        self.hide()
        self.hint.hide()

    def place(self, stage: QSize) -> None:
        """Stand at the lower right corner of a stage of that size."""
        self._stage_size = stage
        up, side = self.get_up.sizeHint().height() + _APART, self._side
        rows = self._rows()
        wide, high = max(map(sum, rows), default=0), len(rows) * up
        size = QSize(wide + side, max(SIDE + up, high + 2 * self.line.line))
        corner = QPoint(stage.width() - size.width(), stage.height() - size.height())
        self.setGeometry(QRect(corner - QPoint(MARGIN, MARGIN), size))
        self.pad.move(wide, size.height() - SIDE)
        self.get_up.setGeometry(wide, size.height() - SIDE - up, side, up - _APART)
        top = size.height() - high + _APART
        offered = [button for button, _ in self._offered]
        buttons = iter(offered)
        for number, row in enumerate(rows):
            left = wide - sum(row)
            for room, button in zip(row, buttons, strict=False):
                button.setGeometry(left, top + number * up, room - _APART, up - _APART)
                left += room
        for button in self.skills:
            button.setVisible(button in offered)
        self.line.stand(QPoint(wide - _APART, top - _APART), wide - _APART)
        below = MARGIN + _TITLE_LINES * self.fontMetrics().height()
        self.hint.stand(QPoint(MARGIN, below), stage.width() - 2 * MARGIN)

    def show_drive(self, drive: DriveState, turn: float, speed: float) -> None:
        """How the driving goes; turn in rad/s and speed in m/s are what hands ask for."""
        offered = [
            (button, skill.title)
            for button, skill in zip(self.skills, drive.skills, strict=False)
            if skill.kind is not Kind.GET_UP or drive.fallen
        ]
        if offered != self._offered:
            self._offered = offered
            for button, title in offered:
                button.setText(title)
            self.place(self._stage_size)
        self.pad.set_marks([(s.title, s.speed) for s in ladder(drive.skills)])
        self.pad.show_asked(turn, speed)
        for number, (skill, button) in enumerate(zip(drive.skills, self.skills, strict=False)):
            value = drive.values[number] if number < len(drive.values) else math.nan
            look = SkillLook(
                skill.title, value, skill.name == drive.skill, skill.name == drive.wanted,
                skill.kind is not Kind.GET_UP or drive.fallen,
            )  # fmt: skip
            button.show_look(look, skill_tip(skill, number, value))
        self.line.show_text(drive_text(drive))

    @property
    def _side(self) -> int:
        """How wide pad and switch are."""
        return max(SIDE, self.get_up.sizeHint().width())

    def _rows(self) -> list[list[int]]:
        """The widths of the skills' buttons, row by row, between the moment and the pad."""
        room = self._stage_size.width() - 3 * MARGIN - self._side - _MOMENT
        rows: list[list[int]] = []
        for button, _ in self._offered:
            wide = button.sizeHint().width() + _APART
            if not rows or sum(rows[-1]) + wide > room:
                rows.append([])
            rows[-1].append(wide)
        return rows


class StageLine(QWidget):
    """A sentence on a ground of its own, in two lines where there is no room for one.

    Kept as pixels until it says something else.
    """

    def __init__(self, parent: QWidget, themes: ThemeSwitch, to_right: bool = False) -> None:
        super().__init__(parent)
        self._themes, self.text, self._to_right = themes, "", to_right
        self._foot, self._room = QPoint(), 1000
        self._pixels: QPixmap | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        themes.changed.connect(self._repaint)

    def stand(self, foot: QPoint, room: int) -> None:
        """Have the lower corner at ``foot``, and be ``room`` wide at most."""
        self._foot, self._room = foot, room
        self._fit()

    def show_text(self, text: str) -> None:
        """Say ``text``; the same again paints nothing."""
        if text != self.text:
            self.text = text
            self.setAccessibleName(text)
            self._fit()

    @property
    def line(self) -> int:
        """The height of a line with what is around it, pixels."""
        return self.fontMetrics().height() + 8

    def _fit(self) -> None:
        most = QRect(0, 0, self._room - 2 * GAP, 2 * self.line)
        words = QFontMetrics(self.font()).boundingRect(most, _WRAPPED, self.text)
        high = min(words.height() + 6, 2 * self.line - 2)
        size = QSize(min(words.width() + 2 * GAP + 1, self._room), high)
        across = size.width() if self._to_right else 0
        self.setGeometry(QRect(self._foot - QPoint(across, high), size))
        self._repaint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._pixels is None:
            self._pixels = self._draw()
        QPainter(self).drawPixmap(0, 0, self._pixels)

    def _repaint(self, *_: object) -> None:
        self._pixels = None
        self.update()

    def _draw(self) -> QPixmap:
        theme = self._themes.current
        pixels = blank(self.size(), self.devicePixelRatioF())
        painter = QPainter(pixels)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        ground = QColor(theme.panel)
        ground.setAlpha(GROUND_ALPHA)
        painter.setPen(QColor(theme.line))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.setPen(QColor(theme.text))
        painter.drawText(self.rect().adjusted(GAP, 0, -GAP + 1, 0), _WRAPPED, self.text)
        painter.end()
        return pixels
