"""The choice of the engine: its commands and its memory."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QAction, QActionGroup

from inference import EngineError, ModelError, load_model
from inference.engines import VARIANTS, is_address, variant
from inference.load import has_gpu
from inference.models import MODELS
from inference.worker.messages import BuildProgress, EngineFailed
from viewer.model.engines import DEFAULT, REMOTE, TIPS, nearest, title, unavailable
from viewer.model.language import tr
from viewer.ui.background import Background
from viewer.workbench import Workbench

SETTING = "engine/variant"
SERVER = "engine/server"
PROBE = "stylevae_decoder"


def remembered(settings: QSettings) -> tuple[str, str]:
    """The variant chosen last, or the default with the sentence that says why not that one."""
    name = str(settings.value(SETTING, DEFAULT))
    if name not in VARIANTS and not is_address(name):
        return DEFAULT, ""
    reason = unavailable(name)
    return (
        (DEFAULT, tr("{reason} Starting on {title}.", reason=reason, title=title(DEFAULT)))
        if reason
        else (name, "")
    )


class EngineSwitch(QObject):
    """Asks the worker for a variant; the one that runs goes on until the other is ready.

    ``wanted`` is what was asked for last; a choice is remembered for the next start. ``shown``
    is what to show as chosen: what is on its way, else what runs.
    ``server`` is the address of the server chosen last, "" before there was one.
    """

    changed = Signal()
    server_asked = Signal()

    def __init__(self, bench: Workbench, wanted: str) -> None:
        super().__init__(bench.studio)
        self._bench = bench
        self._probing = Background(self, "probe the GPU", wait=False)
        building = (build.engine for build in bench.bridge.stats().building)
        self.wanted, self._coming = wanted, wanted in building
        self._told: tuple[str, str] = ("", "")
        self._unavailable = {name: unavailable(name) for name in VARIANTS}
        self._marked = ""
        self._group = QActionGroup(self)
        self._actions = {name: self._add(name) for name in VARIANTS}
        self._actions[REMOTE] = self._add_server()
        self.server = wanted if is_address(wanted) else str(bench.settings.value(SERVER, ""))
        bench.bridge.engine_changed.connect(self._note_engine)
        bench.bridge.happened.connect(self._note_event)
        self._note()

    @property
    def shown(self) -> str:
        return self.wanted if self._coming else self._bench.bridge.engine

    def choose(self, name: str) -> None:
        """Run on the variant ``name`` as soon as it is ready, and from now on; or say why not."""
        if reason := self._unavailable.get(name, ""):
            self._bench.studio.notify("warning", reason)
            self._note()
            return
        self._bench.settings.setValue(SETTING, name)
        self._use(name)

    def choose_part(self, field: str, value: str) -> None:
        """Change the engine, the device or the precision, and the others only if they must."""
        if value == REMOTE:
            self.choose_server(self.server)
            return
        self.choose(nearest(self.shown, field, value))

    def choose_server(self, address: str) -> None:
        """Run on the server at ``address``, http://HOST:PORT; say what is wrong with any other."""
        if not address:
            self._stay()
            self.server_asked.emit()
            return
        try:
            self.server = variant(address if is_address(address) else f"http://{address}")
        except EngineError as error:
            self._bench.studio.notify("warning", str(error))
            self._stay()
            return
        self._bench.settings.setValue(SERVER, self.server)
        self.choose(self.server)

    def take_faster_device(self) -> None:
        """Measure the style decoder on the GPU, if there is one, and move there if it is faster."""
        if is_address(self.wanted):
            return
        engine, _, precision = VARIANTS[self.wanted]
        if engine == "numpy" or precision != "fp32" or not has_gpu():
            return
        path = MODELS[PROBE].path(self._bench.assets)

        def take(found: object) -> None:
            if isinstance(found, str):
                self._use(found)
            elif not isinstance(found, ModelError | EngineError):
                raise cast(Exception, found)

        wanted = "max" if engine == "max" else "auto"
        self._probing.run(lambda: load_model(path, wanted, "auto").engine, take)

    def close(self) -> None:
        """Hear no more of the GPU."""
        self._probing.close()

    def why_not(self, field: str, value: str) -> str:
        """Why nothing with that engine, device or precision runs here; "" if something does."""
        if value == REMOTE:
            return ""
        reasons = [self._unavailable[n] for n, v in VARIANTS.items() if getattr(v, field) == value]
        return "" if "" in reasons else reasons[0]

    def _use(self, name: str) -> None:
        if name in VARIANTS or is_address(name):
            self.wanted, self._coming = name, name != self._bench.bridge.engine
            self._bench.bridge.use_engine(name)
            self._note()

    def _add(self, name: str) -> QAction:
        reason = self._unavailable[name]
        text = tr("{title} (not here)", title=title(name)) if reason else title(name)
        tip = reason or tr("Run the networks with {title}", title=title(name))
        action = self._bench.actions.add(
            f"engine.{name}", text, tip,
            lambda on, name=name: self.choose(name) if on and name != self._marked else None,
            menu="Performance/Engine", checkable=True,
        )  # fmt: skip
        self._group.addAction(action)
        return action

    def _stay(self) -> None:
        """Show again what is chosen: a button was pressed that chooses nothing."""
        self._note()
        self.changed.emit()

    def _add_server(self) -> QAction:
        action = self._bench.actions.add(
            f"engine.{REMOTE}", tr("A server …"), TIPS["engine", REMOTE],
            lambda on: self.choose_part("engine", REMOTE)
            if on and not is_address(self.shown) else None,
            menu="Performance/Engine", checkable=True,
        )  # fmt: skip
        self._group.addAction(action)
        return action

    def _note_event(self, event: object) -> None:
        if isinstance(event, BuildProgress | EngineFailed) and event.engine == self.wanted:
            self._coming = isinstance(event, BuildProgress)
            self._note()

    def _note_engine(self, engine: str) -> None:
        self._coming = self._coming and engine != self.wanted
        self._note()

    def _note(self) -> None:
        self._marked = self.shown
        marked = REMOTE if is_address(self._marked) else self._marked
        if marked in self._actions:
            self._actions[marked].setChecked(True)
        told, self._told = self._told, (self.wanted, self._marked)
        if self._told != told:
            self.changed.emit()
