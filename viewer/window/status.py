"""The status bar: engine and device, frames per second, last latency, messages."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QMenu, QStatusBar, QToolButton

from inference.engines import is_address
from inference.worker.messages import BuildProgress, EngineFailed, EngineReady
from viewer.model.engines import badge
from viewer.model.language import tr
from viewer.model.notice import Notice
from viewer.model.truth import TruthReading
from viewer.studio.bridge import Bridge
from viewer.studio.studio import Studio
from viewer.studio.transport import Transport
from viewer.ui.readout import Readout
from viewer.ui.theme import GAP, ThemeSwitch

from .preparing import Preparing

_RATE_MS = 250
_MESSAGE_MS = 8000


class StatusBar(QStatusBar):
    """Reads what it shows four times a second while playing, and never while idle.

    It does so with a picture of the stage, so that it causes none of its own.
    """

    worst_asked = Signal()

    def __init__(
        self, bridge: Bridge, studio: Studio, transport: Transport, themes: ThemeSwitch
    ) -> None:
        super().__init__()
        self._bridge, self._transport = bridge, transport
        self.setSizeGripEnabled(False)
        self.preparing = Preparing()
        theme = themes.current
        self._late = Readout(tr("late 88888"), theme, role="muted", size_delta=-1)
        self._late.setToolTip(tr("Display refreshes that came too late while playing"))
        self._fps = Readout(
            max("888 fps", tr("paused"), key=len), theme, role="muted", size_delta=-1
        )
        self._fps.setToolTip(tr("Pictures drawn in the last second; none are drawn while idle"))
        self._latency = Readout("8888.88 ms", theme, role="muted", size_delta=-1)
        self._latency.setToolTip(tr("Last inference, from asking for it to having it"))
        self.truth = Readout(tr("RightShoulder not a number"), theme, role="text", size_delta=-1)
        self.truth.setToolTip(tr("Truth mode: the largest joint error on stage; click to see it"))
        self.truth.setCursor(Qt.CursorShape.PointingHandCursor)
        self.truth.clicked.connect(self.worst_asked)
        self.truth.hide()
        for readout in (self.truth, self._late, self._fps, self._latency):
            themes.changed.connect(readout.set_theme)
        self.badge = QToolButton()
        self.badge.setProperty("role", "badge")
        self.badge.setToolTip(
            tr("What runs the networks: engine, device, precision; click to change")
        )
        self.badge.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        for name, widget in (
            (tr("Engine preparation"), self.preparing),
            (tr("Largest error"), self.truth),
            (tr("Late frames"), self._late),
            (tr("Frames per second"), self._fps),
            (tr("Last latency"), self._latency),
            (tr("Engine and device"), self.badge),
        ):
            widget.setAccessibleName(name)
            self.addPermanentWidget(widget)
        self.setContentsMargins(GAP, 0, GAP, 0)
        self._timer = QTimer(self, interval=_RATE_MS)
        self._timer.timeout.connect(self._note_due)
        self._due = False
        bridge.happened.connect(self._take_event)
        bridge.engine_changed.connect(self._show_engine)
        studio.latency.changed.connect(self._show_latency)
        studio.notice.connect(self._show_notice)
        studio.opening_changed.connect(self._show_opening)
        studio.frame_changed.connect(self._read_if_due)
        transport.playing_changed.connect(self._follow)
        self.wanted = ""
        self._show_engine(bridge.engine)
        self._follow(transport.playing)

    def _follow(self, playing: bool) -> None:
        if playing:
            self._timer.start()
        else:
            self._timer.stop()
            self._due = False
            self._fps.set_text(tr("paused"))

    def _note_due(self) -> None:
        self._due = True

    def _read_if_due(self) -> None:
        if not self._due:
            return
        self._due = False
        self._fps.set_text(f"{self._transport.fps:3.0f} fps")
        late = self._transport.late_frames
        self._late.set_text(tr("late {late}", late=late) if late else "")

    def _show_latency(self, milliseconds: float) -> None:
        self._latency.set_text(f"{milliseconds:7.2f} ms")

    def set_engines(self, menu: QMenu) -> None:
        """The variants to choose from at the badge."""
        menu.setToolTipsVisible(True)
        self.badge.setMenu(menu)

    def set_wanted(self, name: str) -> None:
        """The variant that was asked for; while another runs, the badge warns."""
        self.wanted = name
        self._show_engine(self._bridge.engine)

    def show_truth(self, reading: TruthReading | None) -> None:
        """The largest error of what is on stage; None while truth mode is off."""
        self.truth.setVisible(reading is not None)
        if reading is not None:
            self.truth.set_text(f"{reading.headline:>26}")

    def _show_engine(self, engine: str) -> None:
        self.badge.setText(badge(engine) if engine else tr("no engine yet"))
        self.badge.setAccessibleDescription(self.badge.text())
        stands_in = engine != self.wanted if self.wanted else engine == "numpy"
        self.badge.setProperty("state", "fallback" if stands_in else "")
        self.badge.style().polish(self.badge)

    def _show_notice(self, notice: Notice) -> None:
        self.showMessage(notice.text, _MESSAGE_MS)

    def _show_opening(self, name: str) -> None:
        if name:
            self.showMessage(tr("Opening {name} …", name=name))
        elif self.currentMessage().endswith(" …"):
            self.clearMessage()

    def _take_event(self, event: object) -> None:
        if isinstance(event, BuildProgress):
            self.preparing.show_progress(event, self._bridge.engine)
        elif isinstance(event, EngineReady | EngineFailed):
            self.preparing.end(event.engine)
            if isinstance(event, EngineReady) and is_address(event.engine):
                self.showMessage(
                    tr("{engine} runs the networks.", engine=event.engine), _MESSAGE_MS
                )
