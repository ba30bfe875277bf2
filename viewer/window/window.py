"""The main window: stage over timeline in the centre, panels in docks around it."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QSettings, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from inference.models import MODELS
from viewer.model.demo import ASSETS, demo_clips
from viewer.model.document import Cast, Document
from viewer.model.language import tr
from viewer.model.repertoire import shipped_cast
from viewer.sessions.control import SessionControl
from viewer.stage.one_picture import OnePicture
from viewer.stage.view import StageView
from viewer.studio.bridge import Bridge
from viewer.studio.listings import Listings
from viewer.studio.loader import Loader
from viewer.studio.store import DocumentStore
from viewer.studio.studio import Studio
from viewer.studio.transport import Transport
from viewer.timeline.timeline import Timeline
from viewer.ui.actions import Actions, FocusKeys
from viewer.ui.icons import Icons
from viewer.ui.recent import RecentFiles, fill_recent
from viewer.ui.theme import ThemeSwitch
from viewer.ui.toasts import Toasts
from viewer.workbench import Workbench

from . import menus
from .chrome import Chrome
from .following import Following
from .layout import DockLayout
from .memory import give_back_soon
from .presenting import Presenting
from .status import StatusBar
from .tabbing import TabbingWindow

if TYPE_CHECKING:  # loaded with the panels, after the first picture
    from viewer.export.control import ExportControl
    from viewer.sessions.autosave import Autosave

    from .tour.tour import Tour

OPEN_KINDS = tr(
    "Motion, policies, takes, sessions (*.bvh *.BVH *.onnx *.txt *.json *.npz *.stride *.zip);;"
    "All files (*)"
)


class Control(Protocol):
    """What fills a dock and wires it to the workbench."""

    @property
    def panel(self) -> QWidget: ...

    def close(self) -> None: ...


class MainWindow(TabbingWindow):
    """Owns the parts, lays them out, and takes files in.

    Panels are built after the first picture, so that the figure moves at once.
    ``engines`` in order of preference; ``measured``: the GPU takes over where it is faster;
    ``now`` is the clock of playback; ``kept``: the file of the session at closing;
    ``journals``: the folder of the autosave.
    """

    first_picture = Signal()
    panels_ready = Signal()
    export: ExportControl | None = None
    tour: Tour | None = None

    def __init__(
        self,
        settings: QSettings,
        themes: ThemeSwitch,
        *,
        engines: tuple[str, ...] = ("mojo", "numpy"),
        measured: bool = False,
        now: Callable[[], float] = time.perf_counter,
        assets: Path = ASSETS,
        log_file: Path | None = None,
        kept: Path | None = None,
        journals: Path | None = None,
    ) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._settings, self._themes, self._log_file = settings, themes, log_file
        self._journals, self._assets = journals, assets
        self._autosave: Autosave | None = None
        self.controls: dict[str, Control] = {}
        self._started = self._stopped = False
        self._engines, self._measured = engines, measured
        self.actions_ = Actions(self)
        self.transport = Transport(now, self)
        self.bridge = Bridge(engines, self)
        self.loader = Loader(self)
        self.store = DocumentStore(Document(cast=Cast(*shipped_cast(assets))), self)
        self.studio = Studio(self.store, self.transport, self.bridge, self.loader, self)
        self.listings = Listings(self.studio)
        self.sessions = SessionControl(
            self, self.store, self.studio, self.transport, settings, assets,
            lambda: self.stage_view.settle_camera(), kept,
        )  # fmt: skip
        self.icons = Icons(assets / "icons", themes, self)
        self._recent = RecentFiles(settings)
        parts = (self.actions_, self.icons, themes)
        menus.register(self.actions_, self._commands())
        menus.ThemeChoice(self.actions_, themes, settings)
        self._reading = menus.ClipReading(self.actions_, self.studio)
        self._undo_redo = menus.UndoRedo(self.actions_, self.store)
        self.stage_view = StageView(self.studio, self.transport, *parts)
        self.timeline = Timeline(self.transport, self.studio, *parts, settings)
        self.bench = Workbench(
            self.store, self.studio, self.bridge, self.transport, self.actions_, themes,
            self.timeline, assets, settings, self.icons,
        )  # fmt: skip
        self.setCentralWidget(center := self._center())
        self.dock_layout = DockLayout(self, center, self.actions_, self.icons)
        self.docks = self.dock_layout.docks
        self.following = Following(self, self.dock_layout, self.actions_, settings)
        self.status = StatusBar(self.bridge, self.studio, self.transport, themes)
        self.setStatusBar(self.status)
        self.presenting = self._make_presenting()
        self.menus = self._make_menus()
        self.toasts = Toasts(self.stage_view, self.icons)
        self.one_picture = OnePicture(self, self.bridge)
        self._connect()
        self.dock_layout.restore(settings)

    def open_paths(self, paths: Iterable[Path | str]) -> None:
        """Open a session, or files and folders, of which the first plays."""
        motions = self.sessions.take_from(paths)
        self._play_next = bool(motions)
        if motions:
            self.studio.open_paths(motions)

    def open_demo(self) -> None:
        """Open and play the first demo clip."""
        if clips := demo_clips(self._assets):
            self._play_next = True
            self.studio.open_demo(clips[0].path, clips[0].style, clips[0].title)

    def choose_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, tr("Open"), self._folder(), OPEN_KINDS)
        if names:
            self._settings.setValue("folder", str(Path(names[0]).parent))
            self.take_dropped([Path(name) for name in names])

    def choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Open folder"), self._folder())
        if name:
            self._settings.setValue("folder", name)
            self.open_paths([name])

    def reload(self) -> None:
        if self.studio.motion is not None:
            self.studio.reload(*self.studio.motion.key.rsplit("|", 2)[1:])

    def close_clip(self) -> None:
        if self.studio.motion is not None:
            self.studio.close_motion(self.studio.motion.key)

    def show_palette(self) -> None:
        from .help import CommandPalette

        CommandPalette(self.actions_, self).show()

    def show_shortcuts(self) -> None:
        from .help import ShortcutSheet

        ShortcutSheet(self.actions_, self).show()

    def show_log(self) -> None:
        if self._log_file is None:
            self.studio.notify("info", tr("This session keeps no log file."))
        else:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._log_file)))

    def show_about(self) -> None:
        from .about import about_text

        stage = self.stage_view.stage
        QMessageBox.about(self, tr("About Stridescope"), about_text(stage.gl_name if stage else ""))

    def build_panels(self) -> None:
        """Fill the docks; heavy imports happen here and not before the first picture."""
        if self._stopped:  # the window was closed in between
            return
        from viewer.character.control import CharacterControl
        from viewer.compare.control import CompareControl
        from viewer.distance.control import DistanceControl
        from viewer.inspect.control import InspectControl
        from viewer.library.control import LibraryControl
        from viewer.network.control import NetworkControl
        from viewer.performance.control import PerformanceControl
        from viewer.performance.engine_switch import EngineSwitch
        from viewer.performance.truth_control import TruthControl
        from viewer.phase.control import PhaseControl
        from viewer.studio.clip_scan import ClipScanner
        from viewer.style.control import StyleControl

        from . import wiring

        scanner, stage = ClipScanner(self), self.stage_view.stage
        style = StyleControl(self.bench, scanner, self.listings)
        phase, distance = PhaseControl(self.bench), DistanceControl(self.bench)
        self.engine_switch = EngineSwitch(self.bench, self._engines[0])
        self.truth = TruthControl(self.bench)
        self.character = CharacterControl(self.bench, stage)
        network, inspect = NetworkControl(self.bench, stage), InspectControl(self.bench, stage)
        library = LibraryControl(self.bench, scanner, self.listings)
        self.compare = CompareControl(self.bench, self.stage_view)
        performance = PerformanceControl(self.bench, self.engine_switch, self.truth)
        self.controls = {
            "library": library,
            "style": style,
            "phase": phase,
            "performance": performance,
            "character": self.character,
            "distance": distance,
            "inspect": inspect,
            "network": network,
        }
        for name, control in self.controls.items():
            self.docks[name].setWidget(control.panel)
        self.menus.fill()
        wiring.connect_engines(self.status, self.engine_switch, self.menus["Performance/Engine"])
        wiring.connect_truth(self.truth, self.status, stage, self.bench)
        wiring.connect_panels(self.character, phase, style, self.truth)
        wiring.connect_distance(phase, distance, self.docks["distance"])
        wiring.connect_library(library, style, self.stage_view, self.compare, inspect)
        wiring.connect_network(network, self.docks["network"])
        given = (self, self.bench, self.sessions, self.stage_view, self._log_file)
        self.export = wiring.make_export(*given, style, phase, performance, self.character)
        seen = (self.stage_view, self.docks, style, self.character)
        self.tour = wiring.make_tour(self, self.bench, *seen, self.open_demo)
        if self._measured:
            self.engine_switch.take_faster_device()
        self._begin_sessions()
        self.following.look_again()
        gc.freeze()  # what lives now: to look at it again would cost whole frames
        give_back_soon()
        self.panels_ready.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if paths := [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]:
            event.acceptProposedAction()
            self.take_dropped([Path(path) for path in paths])

    def take_dropped(self, paths: list[Path]) -> None:
        """Policies and takes go to the character, once there are panels; the rest is motion."""
        if not self.controls:
            self.open_paths(paths)
        else:
            self.character.open_files(paths, self.open_paths)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._started:
            return
        self._started = True
        self.transport.set_display_rate(self.screen().refreshRate())
        stage = self.stage_view.stage
        if stage is None:
            QTimer.singleShot(0, self._begin)
        else:
            stage.setFocus()  # else the first button has it, and keeps Space
            stage.frameSwapped.connect(self._begin, Qt.ConnectionType.SingleShotConnection)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._stopped:
            self._stopped = True
            self.presenting.close()
            self.sessions.close()
            if self._autosave is not None:
                self._autosave.close()
            self.dock_layout.save(self._settings)
            self.transport.pause()
            others = (self.compare, self.export) if self.export is not None else ()
            for control in (*self.controls.values(), *others):
                control.close()
            self.studio.close()
            self.loader.stop()
            self.bridge.stop()
            if self.stage_view.stage is not None:
                self.stage_view.stage.close_gl()
            gc.unfreeze()
        super().closeEvent(event)

    def _begin(self) -> None:
        """After the first picture: start inference and build the panels."""
        self.first_picture.emit()
        if self._stopped:
            return
        ready = {n: s.path(self._assets) for n, s in MODELS.items() if s.available(self._assets)}
        self.bridge.start(ready)
        QTimer.singleShot(0, self.build_panels)

    def _begin_sessions(self) -> None:
        self.sessions.begin(self.character.session)
        if self._journals is None:
            return
        from viewer.sessions.autosave import Autosave

        self._autosave = Autosave(
            self.store, self._journals, self._assets, now=self.sessions.now,
            pieces=self.character.session.ask_pieces, bring=self.sessions.bring,
            tell=self.studio.tell, parent=self,
        )  # fmt: skip
        self.sessions.opened.connect(self._autosave.note_opened)
        self._autosave.offer()

    def _connect(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        FocusKeys(app, self)
        self._play_next = False
        self.studio.notice.connect(self.toasts.show)
        self.studio.figure_changed.connect(self._play_if_asked)
        self.studio.motion_opened.connect(lambda motion: self._recent.add(motion.path))

    def _play_if_asked(self) -> None:
        if self._play_next and self.studio.figure is not None and self.studio.source == "clip":
            self._play_next = False
            self.transport.play()

    def _commands(self) -> dict[str, Callable[[], object]]:
        """What the commands of the menus do, by their ids."""
        return {
            "file.open": self.choose_files,
            "file.open_folder": self.choose_folder,
            "file.open_session": self.sessions.choose,
            "file.reopen_session": self.sessions.reopen,
            "file.save_session": self.sessions.save,
            "file.save_session_as": self.sessions.save_as,
            "file.export": lambda: self.export and self.export.ask(),
            "file.save_bundle": lambda: self.export and self.export.bundles.ask_file(),
            "file.quit": self.close,
            "clip.reload": self.reload,
            "clip.close": self.close_clip,
            "help.tour": lambda: self.tour and self.tour.begin(),
            "help.palette": self.show_palette,
            "help.shortcuts": self.show_shortcuts,
            "help.log": self.show_log,
            "help.about": self.show_about,
        }

    def _center(self) -> QWidget:
        center = QWidget()
        column = QVBoxLayout(center)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.stage_view, 1)
        column.addWidget(self.timeline)
        return center

    def _make_presenting(self) -> Presenting:
        around = [self.menuBar(), self.status, self.timeline, self.stage_view.bar]
        chrome = Chrome(self, self.docks.values(), around)
        another = partial(MainWindow, assets=self._assets, log_file=self._log_file)
        return Presenting(self, self.bench, chrome, another)

    def _make_menus(self) -> menus.Menus:
        made = menus.Menus(self.menuBar(), self.actions_)
        recent = made["File"].addMenu(tr("Open recent"))
        made["File"].insertMenu(self.actions_["file.quit"], recent)
        made["File"].insertSeparator(self.actions_["file.quit"])
        recent.aboutToShow.connect(
            lambda: fill_recent(recent, self._recent, lambda path: self.open_paths([path]))
        )
        facts = self.stage_view.bar.facts
        facts.setMenu(self._reading.menu(made, facts))
        return made

    def _folder(self) -> str:
        return str(self._settings.value("folder", str(Path.home())))
