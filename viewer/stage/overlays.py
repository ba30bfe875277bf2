"""What is painted over the stage: name, moment and latency."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QWidget

from viewer.model.language import tr
from viewer.studio.studio import Studio
from viewer.studio.transport import Transport
from viewer.ui.pixels import blank
from viewer.ui.theme import MARGIN, Theme, ThemeSwitch, mono_font
from viewer.ui.whole_parts import whole_parts

from .stage import Stage


class Overlay(QWidget):
    """Clip name, moment and latency, painted over the stage.

    Qt repaints it with every picture of the stage, so what stays is kept as pixels.
    """

    def __init__(
        self, stage: Stage, studio: Studio, transport: Transport, themes: ThemeSwitch
    ) -> None:
        super().__init__(stage)
        self._studio, self._transport, self._themes = studio, transport, themes
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._take_fonts()
        self._latency = self._latency_words = self._below = ""
        self._heading: QPixmap | None = None
        self._headed = True
        studio.latency.changed.connect(self._take_latency)
        studio.frame_changed.connect(lambda _: self.update(self._moment_area()))
        studio.figure_changed.connect(self._refresh)
        studio.character_told.connect(self._refresh)
        studio.restyled_changed.connect(self._note_style)
        studio.motion_changed.connect(self._refresh)
        studio.opening_changed.connect(lambda _: studio.figure is None and self.update())
        themes.changed.connect(self._dress)
        self.place(stage.viewport(0).size())

    def show_heading(self, shown: bool) -> None:
        """Whether name and latency stand there; the moment always does."""
        if shown != self._headed:
            self._headed = shown
            self._refresh()

    def place(self, size: QSize) -> None:
        self.resize(size)
        self._refresh()

    def _dress(self) -> None:
        self._take_fonts()
        self._refresh()

    def _take_fonts(self) -> None:
        """As large as the theme has them."""
        self._small, self._large = mono_font(-1), mono_font(7)
        self._title = QFont(QGuiApplication.font())
        self._title.setPointSizeF(self._title.pointSizeF() + 2)
        self._title.setWeight(QFont.Weight.DemiBold)
        small = QFontMetrics(self._small)
        self._line = small.height() + 2
        self._told_wide = small.horizontalAdvance("ms inference, 88.8 network") + MARGIN
        self._moment_wide = small.horizontalAdvance("88888.88 s   frame 8888888")
        self._high = QFontMetrics(self._large).height()

    def _refresh(self) -> None:
        self._heading = None
        self.update()

    def _note_style(self) -> None:
        """The line below the title follows what is worn; most changes of a drag leave it."""
        if self._words()[1] != self._below:
            self._refresh()

    def _take_latency(self, milliseconds: float) -> None:
        text = f"{milliseconds:.2f}" if milliseconds < 10 else f"{milliseconds:.1f}"
        network = self._studio.latency.network_ms
        below = (
            tr("ms inference, {network:.1f} network", network=network)
            if network
            else tr("ms inference")
        )
        if (text, below) != (self._latency, self._latency_words):
            self._latency, self._latency_words = text, below
            self._heading = None
            self.update(self._latency_area())

    def _moment_area(self) -> QRect:
        return QRect(
            0, self.height() - self._line - MARGIN, self._moment_wide + MARGIN, self._line + MARGIN
        )

    def _latency_area(self) -> QRect:
        height = self._high + self._line + MARGIN
        return QRect(self.width() - self._told_wide - MARGIN, 0, self._told_wide + MARGIN, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self._themes.current
        if self._studio.figure is None:
            self._paint_empty(painter, theme)
            return
        if self._heading is None:
            self._heading = self._paint_heading(theme)
        if self._headed:
            painter.drawPixmap(0, 0, self._heading)
        self._paint_moment(painter, theme)

    def _paint_empty(self, painter: QPainter, theme: Theme) -> None:
        center = Qt.AlignmentFlag.AlignCenter
        middle = QRect(0, self.height() // 2 - 40, self.width(), 32)
        painter.setFont(self._title)
        painter.setPen(QColor(theme.text))
        if self._studio.opening:
            name = QFontMetrics(self._title).elidedText(
                self._studio.opening, Qt.TextElideMode.ElideMiddle, self.width() - 180
            )
            painter.drawText(middle, center, tr("Opening {name} …", name=name))
            return
        painter.drawText(middle, center, tr("Drop BVH files or a folder here"))
        painter.setFont(self.font())
        painter.setPen(QColor(theme.muted))
        painter.drawText(middle.translated(0, 30), center, tr("or press Ctrl+O to choose some"))

    def _paint_heading(self, theme: Theme) -> QPixmap:
        size = QSize(self.width(), self._latency_area().height())
        pixmap = blank(size, self.devicePixelRatioF())
        painter = QPainter(pixmap)
        self._paint_title(painter, theme)
        self._paint_latency(painter, theme)
        painter.end()
        return pixmap

    def _paint_title(self, painter: QPainter, theme: Theme) -> None:
        title, below = self._words()
        self._below = below
        width = max(self.width() - self._told_wide - 3 * MARGIN, 40)
        painter.setFont(self._title)
        painter.setPen(QColor(theme.text))
        metrics = QFontMetrics(self._title)
        title = metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, width)
        painter.drawText(MARGIN, MARGIN + metrics.ascent(), title)
        painter.setFont(self.font())
        painter.setPen(QColor(theme.muted))
        below = whole_parts(below, painter.fontMetrics(), width)
        painter.drawText(MARGIN, MARGIN + metrics.height() + metrics.ascent(), below)

    def _words(self) -> tuple[str, str]:
        if self._studio.source == "character":
            return tr("Physics character"), self._studio.character_label
        if self._studio.source == "latent":
            return tr("Decoded latent"), self._studio.latent_label or tr("moves as the sliders do")
        motion = self._studio.motion
        if motion is None:
            return "", ""
        joints = motion.clip.skeleton.joint_count
        if motion.not_human:
            return motion.title, tr(
                "{joints} joints, shown as it is: no style and phase", joints=joints
            )
        if self._studio.restyled is None:
            return motion.title, motion.style
        document = self._studio.store.document
        clip = document.clip(motion.key)
        return motion.title, document.look_of(clip) if clip else motion.style

    def _paint_latency(self, painter: QPainter, theme: Theme) -> None:
        if not self._latency:
            return
        right = Qt.AlignmentFlag.AlignRight
        area = QRectF(self._latency_area()).adjusted(0, MARGIN - 4, -MARGIN, 0)
        painter.setFont(self._large)
        painter.setPen(QColor(theme.accent))
        painter.drawText(area, right, self._latency)
        painter.setFont(self._small)
        painter.setPen(QColor(theme.muted))
        painter.drawText(area.adjusted(0, self._high, 0, 0), right, self._latency_words)

    def _paint_moment(self, painter: QPainter, theme: Theme) -> None:
        frame = self._transport.frame
        text = tr(
            "{time:6.2f} s   frame {frame}",
            time=frame * self._transport.frame_time,
            frame=frame,
        )
        painter.setFont(self._small)
        painter.setPen(QColor(theme.muted))
        painter.drawText(
            QRect(MARGIN, self._moment_area().top(), self._moment_wide, self._line), 0, text
        )
