"""The application around the window: formats, fonts, log, signals, exit code."""

from __future__ import annotations

import logging
import signal
import sys
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from platformdirs import user_state_path
from PySide6.QtCore import QCoreApplication, QSettings, QSocketNotifier, Qt
from PySide6.QtGui import QIcon, QSurfaceFormat
from PySide6.QtWidgets import QApplication

from render import platform as gl_platform
from viewer.model.demo import ASSETS
from viewer.model.engines import start_order
from viewer.model.language import tr
from viewer.model.notice import sentence
from viewer.performance.engine_switch import remembered
from viewer.stage.stage import surface_format
from viewer.ui.qt_language import speak
from viewer.ui.theme import ThemeSwitch

from .window import MainWindow

_SWITCH_S = 0.0002
_LOG_BYTES = 1_000_000


def run(
    files: list[str],
    engine: str = "",
    *,
    measured: bool = False,
    skills: Path | None = None,
    demo: bool = False,
) -> int:
    """Open the window with ``files``, or with the demo; the exit code.

    engine: the variant to run, "" for the one chosen last. measured: move to the GPU, where
    there is one, if that is faster. skills: a set of them for the character, which begins.
    demo: begin with the demo.
    """
    app = make_application(sys.argv[:1])
    log_file = start_log()
    settings = QSettings()
    themes = ThemeSwitch(app, str(settings.value("theme", "system")))  # type: ignore[arg-type]
    themes.apply()
    last, problem = remembered(settings)
    state = user_state_path("stridescope", appauthor=False)
    window = MainWindow(
        settings, themes, engines=start_order(engine or last), measured=measured, log_file=log_file,
        kept=state / "last.stride", journals=state / "journals",
    )  # fmt: skip
    if problem and not engine:
        window.studio.notify("warning", problem)
    tell_of_crashes(window)
    wake = quit_on_signals(app)
    if files:
        window.open_paths(files)
    else:
        window.open_demo()
    if skills is not None:
        window.panels_ready.connect(lambda: window.take_dropped([skills]))
    if demo:
        window.panels_ready.connect(window.presenting.show_demo)
    elif not files and skills is None:
        window.panels_ready.connect(lambda: window.tour and window.tour.begin(again=False))
    window.show()
    try:
        code = app.exec()
    finally:
        window.close()
    del wake
    return code


def make_application(arguments: list[str]) -> QApplication:
    """QApplication, after everything that must be set before it exists.

    The interpreter switches threads every fifth of a millisecond, so that neither
    the worker nor the UI thread holds up the other.
    """
    gl_platform.configure()
    sys.setswitchinterval(_SWITCH_S)
    QSurfaceFormat.setDefaultFormat(surface_format())
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    QCoreApplication.setOrganizationName("Stridescope")
    QCoreApplication.setApplicationName("Stridescope")
    app = QApplication(arguments)
    speak(app)
    app.setApplicationDisplayName("Stridescope")
    app.setDesktopFileName("stridescope")
    app.setWindowIcon(QIcon(str(ASSETS / "icons" / "stridescope.svg")))
    return app


def start_log() -> Path | None:
    """Log to the user's log folder; None when it cannot be written."""
    from platformdirs import user_log_path

    try:
        file = user_log_path("stridescope", ensure_exists=True) / "stridescope.log"
        handler = RotatingFileHandler(file, maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8")
    except OSError:
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    return file


def tell_of_crashes(window: MainWindow) -> None:
    """Show errors nobody caught as a notice, and go on; what plays pauses where it is, so that it
    can be looked at, and that one error is no other sixty times a second."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        what, transport = sentence(str(error) or kind.__name__), window.transport
        if transport.playing:
            transport.pause()
            what = tr("{what} Playback pauses at frame {frame}.", what=what, frame=transport.frame)
        window.studio.notify("error", tr("Something went wrong: {what}", what=what), details)

    sys.excepthook = hook


def quit_on_signals(app: QApplication) -> object:
    """Let Ctrl+C and a polite kill close the window; keep what is returned.

    Python handles a signal between any two of its instructions, also amid a paint
    event, where quitting crashes. So the handler does nothing, and the signal's
    number, written to a pipe, makes Qt's event loop quit in its own time.
    """
    import socket

    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    signal.set_wakeup_fd(writer.fileno())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)

    def leave(*_: object) -> None:
        if {signal.SIGINT, signal.SIGTERM} & set(reader.recv(64)):
            app.quit()

    notifier.activated.connect(leave)
    return reader, writer, notifier
