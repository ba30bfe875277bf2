"""The stage with what belongs to it: its bar above and the overlay on top."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QActionGroup, QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from render.color_schemes import COLOR_SCHEMES
from render.scene import Scene
from viewer.model.clip import OpenMotion
from viewer.model.figure import Figure
from viewer.studio.studio import Source, Studio
from viewer.studio.transport import Transport
from viewer.ui.actions import Actions
from viewer.ui.icons import Icons
from viewer.ui.pixels import blank
from viewer.ui.theme import GAP, MARGIN, Theme, ThemeSwitch, mono_font

from .stage import Stage, gl_problem

TOGGLES = (
    ("contacts", "Contacts", "Mark the ground under feet that carry the body", "Shift+C"),
    ("trails", "Trails", "Draw where hands, feet and head have been", "Shift+T"),
    ("ghosts", "Ghosts", "Show poses before and after this one", "Shift+O"),
    ("grid", "Grid", "Draw the grid on the ground", "Shift+G"),
    ("shadow", "Shadow", "Let the figure cast a shadow", "Shift+S"),
)
SOURCES = ("clip", "latent", "character")
VIEWS = (("front", "Front view", "1"), ("side", "Side view", "3"), ("top", "Top view", "7"))


class StageView(QFrame):
    """Shows the studio's scene; a sentence stands in when OpenGL cannot."""

    def __init__(
        self,
        studio: Studio,
        transport: Transport,
        actions: Actions,
        icons: Icons,
        themes: ThemeSwitch,
    ) -> None:
        super().__init__()
        self._studio, self._transport, self._themes = studio, transport, themes
        self._shown_time: float | None = None
        self._framed: OpenMotion | None = None
        self.stage: Stage | None = None
        self._message = QLabel()
        self._message.setProperty("role", "hint")
        self._message.setWordWrap(True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setMargin(48)
        self._register(actions)

        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar(actions, icons))
        self._stack = QStackedLayout()
        column.addLayout(self._stack, 1)
        self._stack.addWidget(self._message)
        if problem := gl_problem():
            self._refuse(problem)
        else:
            self._add_stage()
        themes.changed.connect(self._take_theme)
        self._take_theme(themes.current)
        studio.scene_changed.connect(self._show_scene)
        studio.figure_changed.connect(self._show_figure)
        studio.motion_changed.connect(self._show_source)
        self._show_figure()

    def frame_all(self) -> None:
        """Bring the whole figure into view; not following, its whole path."""
        figure = self._studio.figure
        if self.stage is None or figure is None:
            return
        if isinstance(figure, Figure) and not self.stage.following:
            points = figure.positions[::8].reshape(-1, 3)
        else:
            points = figure.reach(self._transport.frame)
        self.stage.frame_all(points)

    def _register(self, actions: Actions) -> None:
        add = actions.add
        for name, text, tip, keys in TOGGLES:
            add(
                f"stage.{name}", text, tip,
                lambda on, name=name: self._studio.set_look(**{name: on}),
                keys=keys, menu="Stage", checkable=True, checked=getattr(self._studio.look, name),
            )  # fmt: skip
        add("stage.follow", "Follow", "Keep the figure in the middle", self._set_following,
            keys="C", menu="Stage", checkable=True, checked=True)  # fmt: skip
        add("stage.frame", "Frame all", "Bring the whole figure into view", self.frame_all,
            keys="F", menu="Stage")  # fmt: skip
        for name, text, keys in VIEWS:
            add(f"stage.{name}", text, f"Look from the {name}, without perspective",
                lambda name=name: self._look_from(name), keys=keys, menu="Stage")  # fmt: skip
        add("stage.perspective", "Perspective view", "Look with perspective again",
            lambda: self._look_from("perspective"), keys="5", menu="Stage")  # fmt: skip
        group = QActionGroup(self)
        for name, text, tip in (
            ("clip", "Clip", "Show the opened clip"),
            ("latent", "Latent", "Show the motion decoded from the style latent"),
            ("character", "Character", "Show the physics character that a policy drives"),
        ):
            action = add(
                f"stage.source.{name}", text, tip,
                lambda on, name=name: self._choose(name) if on else None,
                menu="Stage", checkable=True, checked=name == "clip",
            )  # fmt: skip
            group.addAction(action)
        add("stage.swap", "Clip or latent", "Swap the clip and the decoded latent", self._swap,
            keys="B", menu="Stage")  # fmt: skip
        self._sources = {name: actions[f"stage.source.{name}"] for name in SOURCES}
        self._timed = [actions[f"stage.{name}"] for name in ("trails", "ghosts")]

    def _bar(self, actions: Actions, icons: Icons) -> QFrame:
        bar = QFrame()
        bar.setObjectName("stagebar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(MARGIN, 6, MARGIN, 6)
        row.setSpacing(2)
        pair = QFrame()
        pair.setProperty("role", "segmented")
        segments = QHBoxLayout(pair)
        segments.setContentsMargins(2, 2, 2, 2)
        segments.setSpacing(0)
        for name in SOURCES:
            icons.bind(actions[f"stage.source.{name}"], name)
            button = actions.button(f"stage.source.{name}")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setProperty("role", "segment")
            segments.addWidget(button)
        row.addWidget(pair)
        row.addSpacing(GAP)
        self.facts = QToolButton()
        self.facts.setProperty("role", "chip")
        self.facts.setAccessibleName("How the clip was read")
        self.facts.setToolTip("Rate, units and up axis of the clip; click to read it differently")
        self.facts.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row.addWidget(self.facts, 1000)  # gives way first in a narrow window
        row.addStretch(1)
        for name in ("contacts", "trails", "ghosts", "follow"):
            icons.bind(actions[f"stage.{name}"], name)
            row.addWidget(actions.button(f"stage.{name}"))
        row.addSpacing(GAP)
        icons.bind(actions["stage.frame"], "frame-all")
        row.addWidget(actions.button("stage.frame"))
        more = QToolButton()
        more.setToolTip("Views, grid and shadow")
        more.setAccessibleName("Views")
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        icons.bind(more, "chevron-down")
        menu = QMenu(more)
        for name in ("front", "side", "top", "perspective", "", "grid", "shadow"):
            if name:
                menu.addAction(actions[f"stage.{name}"])
            else:
                menu.addSeparator()
        for name in ("front", "side", "top", "perspective", "grid", "shadow", "swap"):
            icons.bind(actions[f"stage.{name}"], name)
        more.setMenu(menu)
        row.addWidget(more)
        return bar

    def _add_stage(self) -> None:
        self.stage = Stage()
        self.stage.unavailable.connect(self._refuse, Qt.ConnectionType.QueuedConnection)
        self.stage.frameSwapped.connect(self._transport.note_shown)
        self.overlay = Overlay(self.stage, self._studio, self._transport, self._themes)
        self._stack.addWidget(self.stage)
        self._stack.setCurrentWidget(self.stage)

    def _refuse(self, sentence: str) -> None:
        self._message.setText(sentence)
        self._stack.setCurrentWidget(self._message)

    def _take_theme(self, theme: Theme) -> None:
        self._studio.set_look(scheme=COLOR_SCHEMES[theme.name])

    def _show_scene(self, scene: Scene) -> None:
        if self.stage is None:
            return
        figure = self._studio.figure
        target = None if figure is None else figure.root(self._transport.frame)
        now = self._transport.time_s
        dt_s = 0.0
        if self._transport.driver and self._transport.playing:
            dt_s = self._transport.frame_time
        elif self._transport.playing and self._shown_time is not None:
            dt_s = abs(now - self._shown_time) / abs(self._transport.speed)
        self._shown_time = now
        self.stage.show_scene(scene, target, dt_s)

    def _show_figure(self) -> None:
        self._shown_time = None
        self._show_source()
        if self._studio.motion is not self._framed and self._studio.source == "clip":
            self._framed = self._studio.motion
            self._show_scene(self._studio.scene)
            self.frame_all()

    def _show_source(self) -> None:
        source = self._studio.source
        self._sources["latent"].setEnabled(self._studio.has_latent)
        self._sources[source].setChecked(True)
        for action in self._timed:
            action.setEnabled(source != "character")
        facts = {"latent": "2 s at 30 fps", "character": "600 Hz · 30 decisions/s"}
        self.facts.setText(facts.get(source) or _facts(self._studio.motion))
        self.facts.setMaximumWidth(self.facts.sizeHint().width())
        self.facts.setVisible(source != "clip" or self._studio.motion is not None)
        self.facts.setEnabled(source == "clip")
        self.facts.setProperty("source", source)

    def _choose(self, source: Source) -> None:
        self._studio.set_source(source)
        self._show_source()

    def _set_following(self, on: bool) -> None:
        if self.stage is not None:
            self.stage.set_following(on)

    def _look_from(self, name: str) -> None:
        if self.stage is not None:
            self.stage.set_camera(getattr(self.stage.camera, name)())

    def _swap(self) -> None:
        self._studio.set_source("latent" if self._studio.source == "clip" else "clip")


def _facts(motion: OpenMotion | None) -> str:
    if motion is None:
        return ""
    clip = motion.clip
    return f"{clip.fps:.5g} fps · {clip.units} · {clip.up_axis} up"


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
        self._small = mono_font(-1)
        self._large = mono_font(7)
        self._title = QFont(self.font())
        self._title.setPointSizeF(self.font().pointSizeF() + 2)
        self._title.setWeight(QFont.Weight.DemiBold)
        self._line = QFontMetrics(self._small).height() + 2
        self._high = QFontMetrics(self._large).height()
        self._latency = ""
        self._heading: QPixmap | None = None
        studio.latency_changed.connect(self._take_latency)
        studio.frame_changed.connect(lambda _: self.update(self._moment_area()))
        studio.figure_changed.connect(self._refresh)
        studio.character_told.connect(self._refresh)
        studio.motion_changed.connect(self._refresh)
        studio.opening_changed.connect(lambda _: studio.figure is None and self.update())
        themes.changed.connect(self._refresh)
        self.place(stage.size())

    def place(self, size: QSize) -> None:
        self.resize(size)
        self._refresh()

    def _refresh(self) -> None:
        self._heading = None
        self.update()

    def _take_latency(self, milliseconds: float) -> None:
        text = f"{milliseconds:.2f}" if milliseconds < 10 else f"{milliseconds:.1f}"
        if text != self._latency:
            self._latency = text
            self._heading = None
            self.update(self._latency_area())

    def _moment_area(self) -> QRect:
        return QRect(0, self.height() - self._line - MARGIN, 260, self._line + MARGIN)

    def _latency_area(self) -> QRect:
        height = self._high + self._line + MARGIN
        return QRect(self.width() - 180 - MARGIN, 0, 180 + MARGIN, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self._themes.current
        if self._studio.figure is None:
            self._paint_empty(painter, theme)
            return
        if self._heading is None:
            self._heading = self._paint_heading(theme)
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
            painter.drawText(middle, center, f"Opening {name} …")
            return
        painter.drawText(middle, center, "Drop BVH files or a folder here")
        painter.setFont(self.font())
        painter.setPen(QColor(theme.muted))
        painter.drawText(middle.translated(0, 30), center, "or press Ctrl+O to choose some")

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
        width = max(self.width() - 180 - 3 * MARGIN, 40)
        painter.setFont(self._title)
        painter.setPen(QColor(theme.text))
        metrics = QFontMetrics(self._title)
        title = metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, width)
        painter.drawText(MARGIN, MARGIN + metrics.ascent(), title)
        painter.setFont(self.font())
        painter.setPen(QColor(theme.muted))
        below = painter.fontMetrics().elidedText(below, Qt.TextElideMode.ElideRight, width)
        painter.drawText(MARGIN, MARGIN + metrics.height() + metrics.ascent(), below)

    def _words(self) -> tuple[str, str]:
        if self._studio.source == "character":
            return "Physics character", self._studio.character_label
        if self._studio.source == "latent":
            return "Decoded latent", self._studio.latent_label or "moves as the sliders do"
        motion = self._studio.motion
        if motion is None:
            return "", ""
        joints = motion.clip.skeleton.joint_count
        if motion.not_human:
            return motion.title, f"{joints} joints, shown as it is: no style and phase"
        return motion.title, motion.style

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
        painter.drawText(area.adjusted(0, self._high, 0, 0), right, "ms inference")

    def _paint_moment(self, painter: QPainter, theme: Theme) -> None:
        frame = self._transport.frame
        text = f"{frame * self._transport.frame_time:6.2f} s   frame {frame}"
        painter.setFont(self._small)
        painter.setPen(QColor(theme.muted))
        painter.drawText(QRect(MARGIN, self._moment_area().top(), 250, self._line), 0, text)
