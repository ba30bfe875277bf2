"""Wires hands to the character: keys, clicks, pad and buttons, and what the stage shows of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from character.deeds import Want
from character.drive.state import DriveState
from viewer.model.document import Document
from viewer.model.edits import let_get_up
from viewer.model.language import tr
from viewer.stage.stage import Stage
from viewer.workbench import Workbench

from ..cast import CharacterCast
from ..driver import CharacterDriver
from ..state import CharacterState
from .camera import HelmCamera
from .ground import GroundClick
from .helm import Helm
from .keys import HelmKeys
from .view import MOST, HelmView
from .words import duration, title_of

MENU, MODE = "Character/Drive", "character"
FAR_S = 60.0
"""A walk that takes longer is told."""
_DRIVEN = "character/driven"
COMMANDS = (
    ("faster", tr("Faster"), tr("Go faster: stand, walk, run"), ("W", "Up")),
    ("slower", tr("Slower"), tr("Go slower: run, walk, stand"), ("S", "Down")),
    ("left", tr("To the left"), tr("Turn to the left while the key is held"), ("A", "Left")),
    ("right", tr("To the right"), tr("Turn to the right while the key is held"), ("D", "Right")),
)


class HelmControl(QObject):
    """Hands commands on, and shows how the driving goes while the character is on stage."""

    def __init__(
        self,
        bench: Workbench,
        stage: Stage | None,
        state: CharacterState,
        driver: CharacterDriver,
        cast: CharacterCast,
    ) -> None:
        super().__init__(bench.studio)
        self._bench, self._state, self._driver = bench, state, driver
        self.helm = Helm(state, driver, self)
        self._camera = HelmCamera(bench, self.helm)
        self._add_actions()
        self.keys = HelmKeys(stage, self.helm) if stage else None
        self.view = (
            HelmView(stage, bench.themes, bench.actions["character.get_up"]) if stage else None
        )
        self._far: tuple[float, float] | None = None
        self._driven = bool(bench.settings.value(_DRIVEN, False, bool))
        if stage is not None:
            GroundClick(stage, lambda: self.helm.drive is not None, self.helm.go_to)
        if self.view is not None:
            self.view.pad.held.connect(self.helm.hold)
            self.view.pad.released.connect(self.helm.release)
            self.view.wanted.connect(self.helm.want)
        self.helm.used.connect(self._note_use)
        self.helm.wanted.connect(cast.want)
        self.helm.steered.connect(cast.let_go)
        cast.wanted.connect(self.want)
        bench.store.changed.connect(self._follow)

    def want(self, skill: str) -> None:
        """Perform the skill of that name as soon as that can go well."""
        self.helm.forget()
        self._driver.send(Want(skill))

    def begin(self) -> None:
        """Another character is there, or the same goes on from another past."""
        self._far = None
        self.helm.forget()

    def show(self) -> None:
        """What is on display of the character is another."""
        drive = self.helm.drive
        if self.keys is not None:
            self.keys.check()
        self._show_skills(drive)
        if self.view is not None:
            shown = drive is not None and self._bench.store.document.view.looks.helm
            if drive is not None and shown:
                self.view.show_drive(drive, self.helm.turning, self.helm.speed)
            if shown == self.view.isHidden():
                self.view.setVisible(shown)
            self.view.hint.setVisible(shown and not self._driven)
        if drive is not None:
            self._camera.show()
            self._tell_far(drive)

    def leave(self) -> None:
        """It is not on stage any more."""
        if self.keys is not None:
            self.keys.release()
        self._camera.leave()
        self.show()

    def _add_actions(self) -> None:
        add = self._bench.actions.add
        does: dict[str, Callable[[], object]] = {
            "faster": partial(self.helm.shift, 1),
            "slower": partial(self.helm.shift, -1),
            "left": partial(self.helm.nudge, 1),
            "right": partial(self.helm.nudge, -1),
        }
        for name, text, tip, keys in COMMANDS:
            add(f"character.{name}", text, tip, does[name], keys=keys, menu=MENU, mode=MODE)
        for number in range(MOST):
            tip = tr("Change to this skill at the next moment at which that goes well")
            action = add(
                f"character.skill_{number + 1}", tr("Skill {number}", number=number + 1), tip,
                partial(self.helm.want, number), keys=str(number + 1), menu=MENU, mode=MODE,
            )  # fmt: skip
            action.setEnabled(False)
        get_up = add(
            "character.get_up", tr("Get up by itself"),
            tr("When it has fallen, get up; then what was asked before goes on"),
            self._set_get_up, keys="Ctrl+U", menu=MENU, checkable=True, checked=True,
        )  # fmt: skip
        get_up.setIconText(tr("Gets up"))
        add(
            "character.helm", tr("Pad and skills on the stage"),
            tr("Show pad and skills on the stage while the character is there"),
            lambda on: self._bench.studio.set_look(helm=on), keys="Shift+D", menu=MENU,
            checkable=True, checked=self._bench.store.document.view.looks.helm,
        )  # fmt: skip

    def _set_get_up(self, on: bool) -> None:
        self._bench.store.apply(let_get_up(on))

    def _follow(self, old: Document, new: Document) -> None:
        actions = self._bench.actions
        actions["character.get_up"].setChecked(new.cast.gets_up)
        if new.view.looks is not old.view.looks:
            actions["character.helm"].setChecked(new.view.looks.helm)
            self.show()

    def _show_skills(self, drive: DriveState | None) -> None:
        """The commands of the skills are called what the skills are."""
        skills = drive.skills if drive is not None else ()
        for number in range(MOST):
            action = self._bench.actions[f"character.skill_{number + 1}"]
            there = number < len(skills)
            if action.isEnabled() != there:
                action.setEnabled(there)
            if there and action.text() != skills[number].title:
                action.setText(skills[number].title)

    def _note_use(self) -> None:
        if not self._driven:
            self._driven = True
            self._bench.settings.setValue(_DRIVEN, True)
            if self.view is not None:
                self.view.hint.hide()

    def _tell_far(self, drive: DriveState) -> None:
        goal = drive.goal
        place = None if goal is None else (goal.x, goal.z)
        if goal is not None and place != self._far and goal.seconds > FAR_S:
            doing = title_of(drive, drive.skill)
            text = tr(
                "That is {path:,.0f} m away: it takes {duration} by {doing}.",
                path=goal.path,
                duration=duration(goal.seconds),
                doing=doing,
            )
            self._bench.studio.notify("info", text)
        self._far = place
