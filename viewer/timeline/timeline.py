"""Under the stage: the transport bar and, below it, the track with its lanes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QSettings, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QSpinBox,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from viewer.model.figure import Figure
from viewer.model.language import tr
from viewer.studio.studio import Studio
from viewer.studio.transport import MAX_SPEED, Transport
from viewer.ui.actions import Actions
from viewer.ui.giving_way import GivingWay
from viewer.ui.icons import Icons
from viewer.ui.readout import Readout
from viewer.ui.theme import MARGIN, ThemeSwitch, mono_font
from viewer.ui.time_canvas import clock_text
from viewer.ui.time_view import MODES, add_actions, remember

from .heights import LaneHeights
from .lanes import CONTACT_TITLES, ContactLane, Lane
from .track import Track

_SPACING = 2
_TALLER = 1.4
_SETTLE_MS = 120
"""The contacts of a restyled clip are shown once it has not changed for so long."""
SPEEDS = (-4, -2, -1, -0.5, -0.25, -0.1, 0.1, 0.25, 0.5, 1, 2, 4)


class Timeline(QFrame):
    """Transport buttons, readouts, speed, ruler and lanes for one transport."""

    def __init__(
        self,
        transport: Transport,
        studio: Studio,
        actions: Actions,
        icons: Icons,
        themes: ThemeSwitch,
        settings: QSettings,
    ) -> None:
        super().__init__()
        self._transport, self._studio, self._icons = transport, studio, icons
        self.setObjectName("timeline")
        self.track = Track(transport, themes, LaneHeights(settings))
        self._time = Readout("8:88.88 / 8:88.88", themes.current)
        themes.changed.connect(self._time.set_theme)
        self._frame = FrameField(transport, themes)
        self.speed = SpeedBox(transport, studio)
        self._contacts = tuple(ContactLane(part) for part in range(len(CONTACT_TITLES)))
        register_actions(actions, transport, studio, self.speed, self._frame)
        self._play = actions["transport.play"]
        remember(self.track.view, settings, "timeline")
        keys = {"follow": "Shift+Z", "page": "Alt+Z", "fit": "Z"}
        keys |= {"zoom_in": "Ctrl+=", "zoom_out": "Ctrl+-"}
        add_actions(actions, self.track.view, "timeline", tr("Timeline"), "Playback/Timeline", keys)
        self._add_heights(actions)
        self.track.addActions([actions[f"timeline.{mode}"] for mode in MODES])

        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._bar(actions))
        column.addWidget(self.track)

        self._restyled = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._restyled.timeout.connect(self._show_contacts)
        self._feet_shown = False
        self._ranged = [actions[f"transport.{name}"] for name in ("loop", "in", "out")]
        self.track.scrub_started.connect(transport.begin_scrub)
        self.track.scrubbed.connect(transport.seek)
        self.track.scrub_finished.connect(transport.end_scrub)
        self.track.range_dragged.connect(
            lambda first, last: studio.set_range(first, last, ("range", self.track.drags))
        )
        transport.frame_changed.connect(self._show_time)
        transport.timing_changed.connect(self._fit)
        transport.playing_changed.connect(self._show_playing)
        transport.range_changed.connect(lambda span: self._clear.setVisible(span is not None))
        transport.loop_changed.connect(actions["transport.loop"].setChecked)
        studio.figure_changed.connect(self._show_contacts)
        studio.restyled_changed.connect(self._restyled.start)
        self._show_playing(transport.playing)
        self._fit()
        self._show_contacts()

    def _add_heights(self, actions: Actions) -> None:
        for name, factor, key, text, tip in (
            ("taller", _TALLER, "Alt+=", tr("Timeline: taller rows"),
             tr("Timeline: make all rows taller")),
            ("lower", 1 / _TALLER, "Alt+-", tr("Timeline: lower rows"),
             tr("Timeline: make all rows lower")),
        ):  # fmt: skip
            stretch = partial(self.track.stretch_lanes, factor)
            actions.add(f"timeline.{name}", text, tip, stretch, keys=key, menu="Playback/Timeline")

    def minimumSizeHint(self) -> QSize:
        """Of what a narrow window keeps: frame and loop range give way there."""
        return self._way.least(super().minimumSizeHint())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._way.settle()

    def add_lane(self, lane: Lane) -> None:
        self.track.add_lane(lane)

    def remove_lane(self, lane: Lane) -> None:
        self.track.remove_lane(lane)

    def _bar(self, actions: Actions) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setContentsMargins(MARGIN, 6, MARGIN, 6)
        bar.setSpacing(_SPACING)
        buttons: dict[str, QWidget] = {}
        for id, icon in (
            ("transport.home", "first"),
            ("transport.previous_frame", "step-back"),
            ("transport.play", "play"),
            ("transport.next_frame", "step-forward"),
            ("transport.end", "last"),
            ("", ""),
            ("transport.loop", "loop"),
            ("transport.in", "range-in"),
            ("transport.out", "range-out"),
            ("transport.clear_range", "close"),
        ):
            if not id:
                bar.addSpacing(MARGIN)
                continue
            button = actions.button(id)
            self._icons.bind(actions[id], icon)
            button.setProperty("role", "play" if id == "transport.play" else "quiet")
            bar.addWidget(button)
            buttons[id] = button
        self.play_button = buttons["transport.play"]
        parts = (self._frame, buttons["transport.in"], buttons["transport.out"])
        self._way = GivingWay(self, (parts,), _SPACING)
        button.setVisible(False)
        self._clear = button
        bar.addStretch(1)
        self._time.setToolTip(tr("Time and length, minutes:seconds"))
        self._time.setAccessibleName(tr("Time"))
        bar.addWidget(self._time)
        bar.addSpacing(MARGIN)
        bar.addWidget(self._frame)
        bar.addStretch(1)
        bar.addWidget(self.speed)
        return bar

    def _fit(self) -> None:
        """Make room for the longest readings of this motion, and no more."""
        end = clock_text(self._transport.span * self._transport.frame_time)
        self._time.fit(f"{end} / {end}")
        self._frame.fit()
        self._way.settle()
        self._show_time()

    def _show_time(self) -> None:
        transport = self._transport
        now, end = (
            clock_text(transport.frame * transport.frame_time),
            clock_text(transport.duration),
        )
        self._time.set_text(f"{now:>{len(end)}} / {end}")
        self._frame.show_frame()

    def _show_playing(self, playing: bool) -> None:
        self._icons.bind(self._play, "pause" if playing else "play")
        self._play.setText(tr("Pause") if playing else tr("Play"))

    def _show_contacts(self) -> None:
        figure, driven = self._studio.figure, self._transport.driver is not None
        for action in self._ranged:
            action.setEnabled(not driven)
        if driven == self._feet_shown:
            self._feet_shown = not driven
            for lane in self._contacts:
                (self.track.remove_lane if driven else self.track.add_lane)(lane)
        for lane in self._contacts:
            if isinstance(figure, Figure):
                lane.show(figure.contacts, figure.frame_time)
            else:
                lane.show(None, 1.0)
        self.track.refresh()


class SpeedBox(QDoubleSpinBox):
    """Playback speed, -4 to 4; the arrows go through the usual ones."""

    def __init__(self, transport: Transport, studio: Studio) -> None:
        super().__init__()
        self.setRange(-MAX_SPEED, MAX_SPEED)
        self.setDecimals(2)
        self.setSuffix(" ×")
        self.setFont(mono_font())
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("-4.00 ×") + 36)
        self.setAccessibleName(tr("Playback speed"))
        self.setToolTip(tr("Playback speed, -4 to 4; negative plays backwards ( - and = step it)"))
        self.setValue(transport.speed)
        self.valueChanged.connect(studio.set_speed)
        transport.speed_changed.connect(self.setValue)

    def stepBy(self, steps: int) -> None:
        speeds = [s for s in SPEEDS if (s > self.value() if steps > 0 else s < self.value())]
        if speeds:
            self.setValue(speeds[0] if steps > 0 else speeds[-1])


class FrameField(QWidget):
    """The frame on display; G or a click lets one type another."""

    def __init__(self, transport: Transport, themes: ThemeSwitch) -> None:
        super().__init__()
        self._transport = transport
        self._readout = Readout("8 / 8", themes.current, role="muted")
        themes.changed.connect(self._readout.set_theme)
        self._edit = QSpinBox()
        self._edit.setFont(mono_font())
        self._edit.setAccessibleName(tr("Go to frame"))
        self._edit.setToolTip(tr("Enter goes to this frame, Escape does not"))
        self._edit.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self._edit.installEventFilter(self)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._readout)
        self._stack.addWidget(self._edit)
        self._readout.clicked.connect(self.edit)
        self._edit.editingFinished.connect(self._accept)
        self.setAccessibleName(tr("Frame"))
        self.setToolTip(tr("Frame on display; click or press G to go to another"))

    def edit(self) -> None:
        """Type a frame number; Enter goes there, Escape does not."""
        if not self._transport.frame_count:
            return
        self.show()  # a narrow window has hidden it
        self._edit.setRange(0, self._transport.frame_count - 1)
        self._edit.setValue(self._transport.frame)
        self._stack.setCurrentWidget(self._edit)
        self._edit.setFocus()
        self._edit.selectAll()

    def fit(self) -> None:
        last = max(self._transport.span - 1, 0)
        self._readout.fit(f"{last} / {last}")
        self.setFixedWidth(max(self._readout.sizeHint().width(), 64))

    def show_frame(self) -> None:
        last = max(self._transport.frame_count - 1, 0)
        digits = len(str(last))
        self._readout.set_text(f"{self._transport.frame:>{digits}} / {last}")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._edit.setValue(self._transport.frame)
                self._edit.clearFocus()
                return True
        return False

    def _accept(self) -> None:
        if self._stack.currentWidget() is self._edit:
            self._stack.setCurrentWidget(self._readout)
            self._transport.seek_frame(self._edit.value())


def register_actions(
    actions: Actions, transport: Transport, studio: Studio, speed: SpeedBox, frame: FrameField
) -> None:
    """The commands of the transport with their keys."""
    for id, text, tip, keys, callback in (
        ("play", tr("Play"), tr("Play or pause"), "Space", transport.toggle),
        ("next_frame", tr("Next frame"), tr("One frame on"), ".", lambda: transport.step_frames(1)),
        ("previous_frame", tr("Previous frame"), tr("One frame back"), ",",
         lambda: transport.step_frames(-1)),
        ("forward", tr("0.1 s forward"), tr("A tenth of a second on"), "Right",
         lambda: transport.step_time(0.1)),
        ("back", tr("0.1 s back"), tr("A tenth of a second back"), "Left",
         lambda: transport.step_time(-0.1)),
        ("forward_far", tr("1 s forward"), tr("One second on"), "Shift+Right",
         lambda: transport.step_time(1.0)),
        ("back_far", tr("1 s back"), tr("One second back"), "Shift+Left",
         lambda: transport.step_time(-1.0)),
        ("home", tr("Go to start"), tr("To the first frame of the range"), "Home",
         lambda: transport.seek_frame(transport.first)),
        ("end", tr("Go to end"), tr("To the last frame of the range"), "End",
         lambda: transport.seek_frame(transport.last)),
        ("go", tr("Go to frame…"), tr("Type the frame to show"), "G", frame.edit),
        ("in", tr("Set loop start"), tr("The loop starts at this frame"), "I",
         lambda: studio.set_range(transport.frame, max(transport.last, transport.frame))),
        ("out", tr("Set loop end"), tr("The loop ends at this frame"), "O",
         lambda: studio.set_range(min(transport.first, transport.frame), transport.frame)),
        ("clear_range", tr("Clear loop range"), tr("Play the whole motion again"), "X",
         studio.clear_range),
        ("slower", tr("Slower"), tr("The next lower speed, below zero backwards"), "-",
         lambda: speed.stepBy(-1)),
        ("faster", tr("Faster"), tr("The next higher speed"), "=", lambda: speed.stepBy(1)),
        ("normal", tr("Normal speed"), tr("Play at the speed of life"), "0",
         lambda: studio.set_speed(1.0)),
        ("reverse", tr("Reverse"), tr("Play the other way"), "Shift+Space",
         lambda: studio.set_speed(-transport.speed)),
    ):  # fmt: skip
        actions.add(f"transport.{id}", text, tip, callback, keys=keys, menu="Playback")
    actions.add(
        "transport.loop", tr("Loop"), tr("Start over at the end"), studio.set_loop,
        keys="L", menu="Playback", checkable=True, checked=transport.loop,
    )  # fmt: skip
