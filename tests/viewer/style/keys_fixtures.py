"""A window with the walk on stage, and the style keys with a slider that moves the style."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from motion.restyling.subspace import STYLE_BLOCK
from tests.viewer.conftest import FakeClock, settle, until
from viewer.model.document import Latent, StyleKey
from viewer.model.style_edits import wear
from viewer.style.control import StyleControl
from viewer.style.key_row import KeyRow
from viewer.style.keys import StyleKeys
from viewer.style.sigma_slider import STEPS_PER_SIGMA, SigmaSlider
from viewer.ui.gesture import Gesture
from viewer.window.window import MainWindow

FRAME_S = 1 / 60
WIDE = STYLE_BLOCK.size


def style(sigma: float) -> Latent:
    """A style that far along one direction."""
    return Latent(np.linspace(-1, 1, WIDE) * sigma, f"{sigma:.2f}")


@dataclass
class KeysBench:
    """A window, its style keys, and a slider whose drags are worn, with a clock of the test's."""

    window: MainWindow
    keys: StyleKeys
    row: KeyRow
    slider: SigmaSlider
    clock: FakeClock

    @property
    def held(self) -> tuple[StyleKey, ...]:
        """The keys of the clip on stage."""
        return self.keys.keys

    @property
    def names(self) -> list[str]:
        """The steps that can be undone."""
        return [step.name for step in self.window.store.history.done]

    def do(self, name: str) -> None:
        """Trigger an action, which must be enabled."""
        action = self.window.actions_[name]
        assert action.isEnabled(), name
        action.trigger()

    def wear(self, sigma: float) -> None:
        """Wear a style by hand."""
        self.window.store.apply(wear("Move slider", style(sigma)))

    def key_at(self, frame: int, sigma: float) -> None:
        """Place a key by the command."""
        self.window.transport.seek_frame(frame)
        self.wear(sigma)
        self.do("style.key")

    def frames(self) -> list[int]:
        """Where the keys are."""
        return [round(key.time_s / FRAME_S) for key in self.held]

    def on_lane(self, frame: float) -> QPoint:
        """Where a frame is on the row of keys."""
        track = self.window.timeline.track
        below = round(track.lane_top(self.keys.lane)) + self.keys.lane.height // 2
        return QPoint(round(float(track.to_x((frame + 0.5) * FRAME_S))), below)

    def slide(self, sigma: float) -> None:
        """Drag the slider, whose button is down, on to ``sigma``."""
        QTest.mouseMove(self.slider.slider, self._on_slider(sigma))

    def press(self, sigma: float) -> None:
        """Press the slider's handle where it is, and begin to drag."""
        QTest.mousePress(self.slider.slider, Qt.MouseButton.LeftButton, pos=self._on_slider(sigma))

    def release(self, sigma: float) -> None:
        QTest.mouseRelease(
            self.slider.slider, Qt.MouseButton.LeftButton, pos=self._on_slider(sigma)
        )

    def pass_frames(self, frames: int) -> None:
        """Let the clip play on."""
        for _ in range(frames):
            self.clock.advance(FRAME_S)
            self.window.transport.tick()

    def finished(self) -> None:
        """Wait until the take that runs has ended."""
        until(lambda: not self.keys.recorder.busy)

    def _on_slider(self, sigma: float) -> QPoint:
        slider = self.slider.slider
        at = slider.position_of(round(sigma * STEPS_PER_SIGMA))
        return QPoint(round(at), slider.height() // 2)


def keys_bench(window: MainWindow, clock: FakeClock) -> KeysBench:
    """The style keys of a window whose clip is on stage, and a slider of its own."""
    tools = QWidget(window, Qt.WindowType.Tool)
    tools.setWindowTitle("Tools")
    tools.resize(320, 120)
    slider, gesture = SigmaSlider(1, window.bench.themes.current), Gesture()
    column = QVBoxLayout(tools)
    column.addWidget(slider)

    def take(sigma: float) -> None:
        window.store.apply(wear("Move slider", style(sigma), gesture.of("slider")))

    slider.edited.connect(take)
    slider.slider.sliderPressed.connect(gesture.press)
    slider.slider.sliderReleased.connect(gesture.release)

    control = window.controls["style"]
    assert isinstance(control, StyleControl)
    window.docks["style"].raise_()
    tools.show()
    assert QTest.qWaitForWindowExposed(tools, 120_000)
    settle(window)
    return KeysBench(window, control.keys, control.panel.keys, slider, clock)
