"""The commands of files, clip, view and help, and the menus made of all commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSettings
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from motion.conventions import UNIT_NAMES
from viewer.model.language import mark, tr, within
from viewer.studio.store import DocumentStore
from viewer.studio.studio import Studio
from viewer.ui.actions import MENUS, Actions
from viewer.ui.theme import Mode, ThemeSwitch

UNITS = {"auto": tr("Detect")} | {unit: tr(name.capitalize()) for unit, name in UNIT_NAMES.items()}
UP_AXES = {"auto": tr("Detect"), "Y": tr("Y up"), "Z": tr("Z up")}
THEME_MODES: dict[Mode, str] = {
    "system": tr("Follow system"),
    "dark": tr("Dark"),
    "light": tr("Light"),
    "projector": tr("For projectors"),
}
COMMANDS: tuple[tuple[str, str, str, str | tuple[str, ...]], ...] = (
    ("file.open", tr("Open…"),
     tr("Open clips (BVH), policies (ONNX), takes (NPZ), sessions (.stride), bundles (.zip)"),
     "Ctrl+O"),
    ("file.open_folder", tr("Open folder…"), tr("List the BVH files of a folder"), "Ctrl+Shift+O"),
    ("file.open_session", tr("Open session…"), tr("Put a saved session in place of what is open"),
     "Ctrl+Shift+D"),
    ("file.reopen_session", tr("Reopen last session"),
     tr("Open what the window held when it was last closed"), ""),
    ("file.save_session", tr("Save session"),
     tr("Save clips, latent, character and view as one file"),
     "Ctrl+S"),
    ("file.save_session_as", tr("Save session as…"), tr("Save the session to another file"),
     "Ctrl+Shift+S"),
    ("file.save_bundle", tr("Save bundle…"),
     tr("Save the session with its files, versions, timings and log as one file to send to others"),
     "Ctrl+Shift+B"),
    ("file.export", tr("Export…"),
     tr("Write clip, restyled clip, take or latent as motion, picture, video, turntable or plot"),
     "Ctrl+E"),
    ("file.quit", tr("Quit"), tr("Close the window"), "Ctrl+Q"),
    ("clip.reload", tr("Reload"), tr("Read the clip's file again"), "Ctrl+R"),
    ("clip.close", tr("Close clip"), tr("Take the clip off the stage"), "Ctrl+W"),
    ("help.tour", tr("Tour"),
     tr("Play, restyle, drive and push: a minute of your own hands"), ""),
    ("help.palette", tr("Command palette…"), tr("Find a command by name"), "Ctrl+K"),
    ("help.shortcuts", tr("Shortcuts"), tr("Every key at a glance"), ("?", "F1")),
    ("help.log", tr("Show log"), tr("Open the log of this program"), ""),
    ("help.about", tr("About Stridescope"), tr("Versions and credits"), ""),
)  # fmt: skip
"""Id, words, what it does, keys."""


class ClipReading:
    """The Clip menu's units and up axis, which read the current file again."""

    def __init__(self, actions: Actions, studio: Studio) -> None:
        self._studio = studio
        self._units, self._up_axis = "auto", "auto"
        self._groups = {
            "units": self._choices(actions, mark("Units"), UNITS, self._set_units),
            "up_axis": self._choices(actions, mark("Up axis"), UP_AXES, self._set_up_axis),
        }
        studio.motion_changed.connect(self._take_motion)
        self._take_motion(studio.motion)

    def menu(self, menus: Menus, parent: QWidget) -> QMenu:
        """Both choices in one menu, for the button above the stage."""
        menu = QMenu(parent)
        menu.addMenu(menus["Clip/Units"])
        menu.addMenu(menus["Clip/Up axis"])
        return menu

    def _choices(
        self, actions: Actions, title: str, choices: dict[str, str], choose: Callable[[str], None]
    ) -> QActionGroup:
        group = QActionGroup(actions)
        for value, text in choices.items():
            id = f"clip.{title.lower().replace(' ', '_')}.{value}"
            what = within(tr(title))
            tip = tr("Read the clip again, {title}: {text}", title=what, text=within(text))
            action = actions.add(
                id, text, tip, lambda on, v=value: choose(v) if on else None,
                menu=f"Clip/{title}", checkable=True, checked=value == "auto",
            )  # fmt: skip
            action.setData(value)
            group.addAction(action)
        return group

    def _set_units(self, units: str) -> None:
        if units != self._units:
            self._units = units
            self._studio.reload(self._units, self._up_axis)

    def _set_up_axis(self, up_axis: str) -> None:
        if up_axis != self._up_axis:
            self._up_axis = up_axis
            self._studio.reload(self._units, self._up_axis)

    def _take_motion(self, motion: object) -> None:
        key = getattr(motion, "key", "|auto|auto")
        _, self._units, self._up_axis = key.rsplit("|", 2)
        for group, wanted in (("units", self._units), ("up_axis", self._up_axis)):
            for action in self._groups[group].actions():
                action.setEnabled(motion is not None)
                action.setChecked(action.data() == wanted)


class UndoRedo:
    """The Edit menu: what was done last, and what was undone last, by name."""

    def __init__(self, actions: Actions, store: DocumentStore) -> None:
        self._store = store
        self._undo = actions.add(
            "edit.undo", tr("Undo"), tr("Take back what was done last; the view stays"), store.undo,
            keys="Ctrl+Z", menu="Edit",
        )  # fmt: skip
        self._redo = actions.add(
            "edit.redo", tr("Redo"), tr("Do again what was undone last"), store.redo,
            keys=("Ctrl+Shift+Z", "Ctrl+Y"), menu="Edit",
        )  # fmt: skip
        store.names_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        history = self._store.history
        undone, redone = within(history.undo_name), within(history.redo_name)
        self._undo.setEnabled(bool(undone))
        self._undo.setText(tr("Undo {name}", name=undone) if undone else tr("Undo"))
        self._redo.setEnabled(bool(redone))
        self._redo.setText(tr("Redo {name}", name=redone) if redone else tr("Redo"))


class ThemeChoice:
    """The View menu's themes; the choice is kept for the next start."""

    def __init__(self, actions: Actions, themes: ThemeSwitch, settings: QSettings) -> None:
        self._actions, self._themes, self._settings = actions, themes, settings
        group = QActionGroup(actions)
        for mode, text in THEME_MODES.items():
            action = actions.add(
                f"view.theme.{mode}", text, tr("Theme: {text}", text=within(text)),
                lambda on, mode=mode: self._set(mode) if on else None,
                menu="View/Theme", checkable=True, checked=themes.mode == mode,
            )  # fmt: skip
            group.addAction(action)
        actions.add(
            "view.theme.swap", tr("Dark or light"),
            tr("Change between the dark and the light theme"),
            self._swap, keys="Ctrl+T", menu="View",
        )  # fmt: skip

    def _set(self, mode: Mode) -> None:
        self._themes.set_mode(mode)
        self._settings.setValue("theme", mode)

    def _swap(self) -> None:
        mode = "light" if self._themes.current.name == "dark" else "dark"
        self._actions[f"view.theme.{mode}"].setChecked(True)


def register(actions: Actions, commands: Mapping[str, Callable[[], object]]) -> None:
    """The window's own commands; ``commands``: what each of COMMANDS does, by its id."""
    for id, text, tip, keys in COMMANDS:
        menu = id.partition(".")[0].capitalize()
        actions.add(id, text, tip, commands[id], keys=keys, menu=menu)


class Menus:
    """The menu bar, made of every command that names a menu."""

    def __init__(self, bar: QMenuBar, actions: Actions) -> None:
        self._actions = actions
        self._placed: set[str] = set()
        self._menus = {title: bar.addMenu(tr(title)) for title in MENUS}
        self.fill()

    def __getitem__(self, name: str) -> QMenu:
        return self._menus[name]

    def fill(self) -> None:
        """Add the commands registered since; menus without any stay hidden."""
        for entry in self._actions:
            if entry.menu and entry.id not in self._placed:
                self._menu(entry.menu).addAction(entry.action)
                self._placed.add(entry.id)
        for title in MENUS:
            self._menus[title].menuAction().setVisible(not self._menus[title].isEmpty())

    def _menu(self, name: str) -> QMenu:
        if name not in self._menus:
            title, _, below = name.partition("/")
            self._menus[name] = self._menus[title].addMenu(tr(below))
        return self._menus[name]
