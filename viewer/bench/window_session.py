"""One process with one window that measures itself; see bench.window."""

from __future__ import annotations

import os
import time

BORN = float(os.environ.get("STRIDESCOPE_BORN") or time.time())

import json  # noqa: E402
import math  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from pathlib import Path  # noqa: E402

from PySide6.QtCore import (  # noqa: E402
    QEvent,
    QEventLoop,
    QPointF,
    QSettings,
    Qt,
    QTimer,
    SignalInstance,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from kernels.host import cache_folder  # noqa: E402
from viewer.stage.stage import Stage  # noqa: E402
from viewer.ui.theme import ThemeSwitch  # noqa: E402
from viewer.window.app import make_application  # noqa: E402
from viewer.window.window import MainWindow  # noqa: E402

ENGINE = "mojo"
NEEDED = ("deepphase", "stylevae_encoder", "stylevae_decoder")
FRAMES = 600
BARE = 200
SLIDES = 300
SETTLE_S = 3.0
IDLE_S = 5.0
PATIENCE_S = 60.0


def main(part: str) -> dict[str, float]:
    """Open the window on the demo and measure ``part``: "start" or "session"."""
    with tempfile.TemporaryDirectory() as folder, demo_window(Path(folder)) as window:
        return start(window) if part == "start" else session(window)


@contextmanager
def demo_window(folder: Path) -> Iterator[MainWindow]:
    """A shown window on the demo, its settings in ``folder``; closed afterwards."""
    app = make_application(["bench"])
    settings = QSettings(str(folder / "s.ini"), QSettings.Format.IniFormat)
    themes = ThemeSwitch(app, "dark")
    themes.apply()
    window = MainWindow(settings, themes)
    window.open_demo()
    window.resize(1600, 1000)
    window.show()
    yield window
    window.close()


def encode_anew(folder: Path) -> None:
    """Keep the styles of clips in ``folder``; kernels and packed models are the user's."""
    os.environ["STRIDESCOPE_CACHE"] = str(cache_folder().parent)
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")


def start(window: MainWindow) -> dict[str, float]:
    """Seconds from the birth of this process to the first picture with the figure."""
    stage = window.stage_view.stage
    assert stage is not None
    pictures: list[float] = []

    def note() -> None:
        if window.studio.figure is not None:
            pictures.append(time.time())

    stage.frameSwapped.connect(note)
    wait_until(lambda: bool(pictures))
    return {"start_s": pictures[0] - BORN}


def session(window: MainWindow) -> dict[str, float]:
    """Slider, frame, idle and memory with every panel open."""
    import numpy as np

    window.following.choose("together")
    wait_until(
        lambda: {"deepphase", "stylevae_encoder", "stylevae_decoder"} <= set(window.bridge.models)
    )
    wait_until(lambda: window.bridge.engine == ENGINE)
    wait_until(lambda: not window.studio.opening and window.bridge.stats().queue_depth <= 1)
    wait(SETTLE_S)
    memory = resident_mb()
    draw_nothing()
    bare = float(np.median(bare_times(window)))
    frames = np.array(frame_times(window)) - bare
    drags = drag_times(window)
    slides = slide_times(window)
    window.transport.pause()
    wait(SETTLE_S)
    before = time.process_time()
    wait(IDLE_S)
    idle = time.process_time() - before
    return {
        "bare_p50_ms": bare,
        "frame_p50_ms": float(np.percentile(frames, 50)),
        "frame_p95_ms": float(np.percentile(frames, 95)),
        "drag_p50_ms": float(np.percentile(drags, 50)),
        "drag_p99_ms": float(np.percentile(drags, 99)),
        "slider_p50_ms": float(np.percentile(slides, 50)),
        "slider_p99_ms": float(np.percentile(slides, 99)),
        "idle_percent": 100 * idle / IDLE_S,
        "memory_mb": max(memory, resident_mb()),
    }


def bare_times(window: MainWindow) -> list[float]:
    """CPU milliseconds of this thread for pictures in which only the stage is drawn again."""
    stage = window.stage_view.stage
    assert stage is not None
    window.transport.pause()
    wait(1.0)
    return between_pictures(stage, BARE, stage.update)


def frame_times(window: MainWindow) -> list[float]:
    """CPU milliseconds of this thread between pictures, a new frame in each."""
    transport, stage = window.transport, window.stage_view.stage
    assert stage is not None
    transport.set_speed(min(60 * transport.frame_time, 4.0))
    transport.play()
    return between_pictures(stage, FRAMES, lambda: None)


def between_pictures(stage: Stage, count: int, at_60_hz: Callable[[], object]) -> list[float]:
    """CPU milliseconds of this thread from each picture to the next."""
    marks: list[float] = []
    noting = stage.frameSwapped.connect(lambda: marks.append(time.thread_time()))
    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=16)
    timer.timeout.connect(at_60_hz)
    timer.start()
    wait_until(lambda: len(marks) > count)
    stage.frameSwapped.disconnect(noting)
    return [1e3 * (b - a) for a, b in zip(marks, marks[1:], strict=False)]


def slide_times(window: MainWindow) -> list[float]:
    """Milliseconds from a key on an axis of the latent to its pose in the scene, while playing."""
    from viewer.style.latent_panel import LatentPanel  # the app too imports panels after the start

    panel = window.docks["style"].findChild(LatentPanel)
    assert panel is not None
    panel.show()
    slider = panel.sliders[0].slider
    slider.setFocus()

    def press(n: int) -> None:
        key = Qt.Key.Key_Right if n // 20 % 2 == 0 else Qt.Key.Key_Left
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(slider, event)

    return answer_times(window, press, window.studio.scene_changed)


def drag_times(window: MainWindow) -> list[float]:
    """Milliseconds from a move of the pointer on the style map, its button down, to the restyled
    pose in the scene, while the clip plays.
    """
    from viewer.style.map import StyleMap

    plot = window.docks["style"].findChild(StyleMap)
    assert plot is not None
    window.studio.set_source("clip")
    window.transport.play()
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton

    def send(kind: QEvent.Type, n: int, button: Qt.MouseButton) -> None:
        turn, middle = 2 * math.pi * n / 90, plot.rect().center()
        away = QPointF(math.cos(turn), math.sin(turn)) * 0.3 * plot.width()
        at = QPointF(middle) + away
        event = QMouseEvent(
            kind, at, QPointF(plot.mapToGlobal(at)), button, left, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(plot, event)

    send(QEvent.Type.MouseButtonPress, 0, left)
    wait(0.5)
    times = answer_times(
        window, lambda n: send(QEvent.Type.MouseMove, n + 1, none), window.studio.restyled_changed
    )
    send(QEvent.Type.MouseButtonRelease, SLIDES, left)
    return times


def answer_times(
    window: MainWindow, act: Callable[[int], None], answered: SignalInstance
) -> list[float]:
    """Milliseconds from each of many acts to another figure in the scene."""
    studio, pose = window.studio, QEventLoop()
    times: list[float] = []
    before = studio.figure
    started = 0.0

    def note() -> None:
        if studio.figure is not before and pose.isRunning():
            times.append(1e3 * (time.perf_counter() - started))
            pose.quit()

    answered.connect(note)
    for n in range(SLIDES):
        before = studio.figure
        started = time.perf_counter()
        act(n)
        pose.exec()
        wait(0.007 + 0.0013 * (n % 9))
    answered.disconnect(note)
    return times


def draw_nothing() -> None:
    """Take the rasteriser out: OpenGL's draw calls return at once."""
    from render.renderer import GL

    for name in (
        "glClear", "glDrawArrays", "glDrawArraysInstanced", "glDrawElementsInstanced",
        "glBlitFramebuffer",
    ):  # fmt: skip
        setattr(GL, name, lambda *_: None)


def resident_mb() -> float:
    """Memory of this process, megabytes; the peak where the system tells no more."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmRSS"].split()[0]) / 1024
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def wait(seconds: float) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, singleShot=True)
    timer.timeout.connect(loop.quit)
    timer.start(round(1000 * seconds))
    loop.exec()


def wait_until(happened: Callable[[], bool]) -> None:
    """Let the window live until something has happened; TimeoutError if it does not."""
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError("The window did not become ready within a minute.")
        wait(0.01)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
