"""Wires the character panel to the live character, the stage and the timeline."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog

from character.deeds import PushNow, StartAt
from character.live.commands import (
    RemoveBox,
    Replay,
    Reset,
    ResumeFrom,
    SetSpeed,
    Start,
    ThrowBox,
)
from character.live.messages import (
    CharacterFrame,
    CharacterStopped,
    CommandRefused,
    PieceKept,
    TakeKept,
)
from character.live.take import Take
from viewer.model.document import Document
from viewer.model.edits import put_on_stage, set_friction, set_gravity
from viewer.model.language import tr
from viewer.model.live_figure import CharacterFigure, character_look, from_stage
from viewer.model.record import Record, RestoredTake
from viewer.stage.stage import Stage
from viewer.ui.background import Background
from viewer.workbench import Workbench

from .actions import CharacterActions
from .beside import CharacterBeside
from .cast import WHAT_TO_DO, CharacterCast
from .display import CharacterDisplay
from .driver import JOB, CharacterDriver
from .files import sort_files
from .helm.control import HelmControl
from .maker import Made, read_motion, stage_motion
from .panel import CharacterPanel
from .push import StagePush
from .session import CharacterSession
from .state import CharacterState
from .style_trial import StyleTrial
from .takes import CharacterTakes
from .telling import CharacterTelling
from .words import fact_texts, state_text
from .world import CharacterWorld


class CharacterControl(QObject):
    """Makes the character when it is wanted, hands commands on, and shows what it tells.

    ``export_asked``: what it remembers is to be exported.
    """

    export_asked = Signal()

    def __init__(self, bench: Workbench, stage: Stage | None) -> None:
        super().__init__(bench.studio)
        self._bench, self._stage = bench, stage
        self._start: bool | None = None
        self._background = Background(self, "character")
        self._state = state = CharacterState(bench.studio)
        self.panel = CharacterPanel(bench.themes.current)
        self.cast = CharacterCast(bench, self._background, lambda: self.figure is not None)
        self.driver = CharacterDriver(bench.bridge, state)
        self.takes = CharacterTakes(bench, state, self._background, self.bring, self.panel)
        self.beside = CharacterBeside(bench, stage, state, self.driver, self.cast, self.takes)
        self.session = CharacterSession(
            bench, state, self.driver, self.cast, self.takes, self.beside, self.begin_with
        )
        self.trial = StyleTrial(bench, self.cast, self._background, self.start_here)
        self._world = CharacterWorld(bench.store, state, self.driver, self.takes)
        self.telling = CharacterTelling(bench, state, self)
        self.hands = HelmControl(bench, stage, state, self.driver, self.cast)
        self.push = StagePush(stage, state, self.driver, bench.themes) if stage else None
        self.display = CharacterDisplay(bench, state, self.cast, self.telling, self.push, self)
        self.actions = CharacterActions(bench, self._commands(), self.set_pushing, self.look)
        self.panel.lay_out(self.actions.buttons())
        self._connect()
        self._show_cast()

    def close(self) -> None:
        self.telling.close()
        self._background.close()

    @property
    def figure(self) -> CharacterFigure | None:
        """The character as the stage draws it; None: there is none."""
        return self._state.figure

    @property
    def frame(self) -> CharacterFrame | None:
        """What is on display of the character."""
        return self._state.frame

    @property
    def on_stage(self) -> bool:
        """Whether the character is what the stage shows."""
        return self._state.on_stage

    def choose_policy(self, model: str) -> None:
        """Let the policy ``model`` decide from now on."""
        self._start = True
        self.cast.choose(self.cast.policies[model])

    def choose_beside(self, model: str) -> None:
        """Have a second character under the policy ``model``, or NOBODY."""
        self.cast.choose_beside(model)

    def set_friction(self, friction: float) -> None:
        """Sliding friction from now on."""
        gesture = self.panel.friction.gesture.of("friction")
        self._bench.store.apply(set_friction(friction, gesture))

    def set_gravity(self, gravity: float) -> None:
        """Gravity from now on, m/s2 downwards."""
        gesture = self.panel.gravity.gesture.of("gravity")
        self._bench.store.apply(set_gravity(gravity, gesture))

    def toggle(self) -> None:
        """Start or pause; makes the character if there is none."""
        if self.on_stage:
            self._bench.transport.toggle()
        else:
            self.bring(start=True)

    def bring(self, start: bool = False) -> None:
        """Put the character on stage, made first if need be."""
        self._start = start
        self._bench.studio.set_source("character")
        if self.figure is not None and start:
            self._bench.transport.play()

    def step(self) -> None:
        """One decision, then hold still."""
        self._bench.studio.set_source("character")
        self.driver.step()

    def start_here(self) -> None:
        """Start at the playhead: of the clip on stage, or of the motion that is imitated."""
        studio, at = self._bench.studio, self._bench.transport.time_s
        motion, restyled = studio.motion, studio.restyled
        if studio.source == "clip" and motion is not None and not motion.not_human:
            perform = self.cast.make if self.figure is None else self.cast.swap
            perform(lambda: stage_motion(motion, restyled), start=True, at=at)
        elif self.frame is None:
            self.bring(start=True)
        else:
            self._begin_at(True, max(self.frame.step.clip_time, 0.0))

    def resume(self) -> None:
        """Go on from the remembered frame that is shown."""
        if self.frame is not None:
            self.driver.send(ResumeFrom(self.frame.frame))

    def replay(self) -> None:
        """Simulate again what is remembered: from the frame shown, or all of it."""
        if self.frame is not None:
            self.driver.send(Replay(self.frame.frame if self.frame.shown else None))

    def throw(self) -> None:
        """Throw a box from where the camera stands."""
        if self.frame is not None and self._stage is not None and self._state.at_present():
            body = self.frame.step.body
            x, _, z = from_stage(self._stage.camera.eye) - body.joints[0]
            self.driver.send(ThrowBox(direction=math.atan2(-z, x) - body.heading))

    def shove(self, force: tuple[float, float, float], seconds: float) -> None:
        """Push the chest: newtons ahead, up and to the right of the character."""
        self.driver.send(PushNow(force, seconds, "chest", heading=True))

    def set_pushing(self, on: bool) -> None:
        """Whether a drag on the body pushes it."""
        if self.push is not None:
            self.push.enabled = on

    def look(self, name: str, on: bool) -> None:
        """Show more or less of the simulation: a field of ``Looks``."""
        self._bench.studio.set_look(**{name: on})

    def choose_files(self) -> None:
        """Ask for a policy to open, with its motion."""
        kinds = tr("Policies, their motions, sets of skills (*.onnx *.txt *.bvh *.json)")
        dialog = QFileDialog(self.panel, tr("Open policy"), "", kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(
            lambda names: self.open_files([*map(Path, names)], self._bench.studio.open_paths)
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def open_files(self, paths: list[Path], others: Callable[[list[Path]], object]) -> None:
        """Open policies, with the motions beside them, and takes; ``others`` gets the rest."""
        given = sort_files(paths)
        for path in given.networks:
            self._start = True
            self.cast.judge(path, given.motion)
        for path in given.sets:
            self._start = True
            self.cast.open_set(path)
        for path in given.takes:
            self.takes.open(path)
        if (motion := given.motion) is not None and not given.networks:
            perform = self.cast.make if self.figure is None else self.cast.swap
            perform(lambda: read_motion(motion))
        if given.others:
            others(given.others)

    def begin_with(self, made: Made, take: Take, rows: RestoredTake) -> None:
        """Put a character on stage that remembers ``take``."""
        self.takes.expect(take, rows)
        self._begin(made, False, None)

    def _commands(self) -> dict[str, Callable[[], object]]:
        """What each command of the menu does."""
        return {
            "start": self.toggle,
            "step": self.step,
            "reset": lambda: self.driver.send(Reset()),
            "here": self.start_here,
            "resume": self.resume,
            "replay": self.replay,
            "throw": self.throw,
            "unthrow": lambda: self.driver.send(RemoveBox()),
            "open": self.choose_files,
            "keep": self.takes.keep_all,
            "open_take": self.takes.choose,
            "export": self.export_asked.emit,
            "clip": self.takes.open_as_clip,
        }

    def _connect(self) -> None:
        bench, panel, cast = self._bench, self.panel, self.cast
        bench.themes.changed.connect(panel.set_theme)
        bench.store.changed.connect(self._follow)
        bench.studio.source_changed.connect(self._note_source)
        cast.made.connect(self._begin)
        cast.beside_made.connect(self.beside.begin)
        cast.beside_left.connect(self.beside.end)
        cast.swapped.connect(self._begin_at)
        cast.failed.connect(self._note_failed)
        cast.changed.connect(self._show_cast)
        panel.policy_chosen.connect(self.choose_policy)
        panel.beside_chosen.connect(self.choose_beside)
        panel.friction.edited.connect(self.set_friction)
        panel.gravity.edited.connect(self.set_gravity)
        panel.shown.connect(self._show_state)

    def _follow(self, old: Document, new: Document) -> None:
        """World, looks and presence of the character are as the document has them."""
        if new.cast is not old.cast:
            self._world.tell()
        if new.view.looks is not old.view.looks:
            self.actions.show_looks(new.view.looks)
            if self.figure is not None:
                self.figure.look = character_look(new.view.looks)
                self._state.refresh()
        if new.view.source == "character" and self.figure is None and not self.cast.making:
            start, self._start = self._start, None
            self.cast.make(start=self._bench.transport.playing if start is None else start)

    def _note_failed(self) -> None:
        """There is no character after all: what was on stage stays there."""
        if self.figure is None and self._bench.store.document.view.source == "character":
            self._bench.store.correct(put_on_stage(self._bench.studio.source).change)

    def _begin(self, made: Made, start: bool, at: float | None) -> None:
        """A character is there: put it on stage."""
        bench, record = self._bench, Record(made.opening)
        figure = CharacterFigure(
            made.shapes, record, made.opening, look=character_look(bench.store.document.view.looks)
        )
        self._state.figure = figure
        self.driver.begin()
        self.hands.begin()
        self.telling.begin(record)
        self.takes.lose()
        bench.bridge.attach(JOB, made.live, self._heed, self._fail)
        bench.studio.set_character(figure, self.driver)
        bench.studio.set_source("character")
        self._show(made.opening)
        if self._stage is not None:
            self._stage.frame_all(figure.reach(0))
        self.driver.send(SetSpeed(bench.transport.speed))
        self._world.forget()
        self._world.tell()
        self._begin_at(start, at)
        self.cast.note_made(made)
        self.takes.note_character()
        self.cast.make_beside()

    def _begin_at(self, start: bool, at: float | None) -> None:
        self._bench.studio.set_source("character")
        if at is not None:
            self.driver.send(StartAt(at))
        if start:
            self.driver.send(Start())

    def _heed(self, messages: list[Any]) -> None:
        """All that the character told since the last picture; the last of it is shown."""
        assert self.figure is not None
        newest, pictures = None, 0
        for message in messages:
            if isinstance(message, TakeKept | PieceKept):
                self.takes.keep(message)
                continue
            if isinstance(message, CharacterStopped):
                title = self.cast.title(message.frame.policy)
                self._bench.studio.notify("error", f"{title}: {message.sentence}")
            elif isinstance(message, CommandRefused):
                self._bench.studio.notify("warning", message.sentence)
                self._world.forget()
                self.cast.note_driver(message.frame.policy)
            newest = message if isinstance(message, CharacterFrame) else message.frame
            pictures += newest.running
            self.driver.heed(newest)
            if take := self.takes.restored(newest):
                self._note_take(take, newest)
            else:
                self.figure.record.add(newest)
            if newest.shown or isinstance(message, CommandRefused):
                self.driver.fetched()
        if newest is not None:
            self._world.heed(newest)
            self.cast.heed(newest)
            self._bench.transport.late_frames += max(pictures - 1, 0)
            self._show(newest)

    def _note_take(self, take: RestoredTake, frame: CharacterFrame) -> None:
        """The character remembers a take that was opened."""
        assert self.figure is not None
        self.figure.record.restore(take, frame)
        self.telling.restore(self.figure.record, take)
        self.cast.note_take(frame.policy)

    def _fail(self, sentence: str) -> None:
        """The job is gone, and what it remembered with it."""
        self._bench.studio.notify("error", sentence)
        self.takes.lose()
        self.beside.end()
        self._bench.studio.drop_character()
        self._state.figure = None
        self._show_state()

    def _show(self, frame: CharacterFrame) -> None:
        self.display.show(frame)
        self.hands.show()
        self._show_state()

    def _show_again(self) -> None:
        if self.frame is not None:
            self._show(self.frame)

    def _note_source(self, source: str) -> None:
        """Off the stage the character holds still; back on it, it is shown as it was left."""
        self.telling.lanes.set_shown(source == "character")
        if self.push is not None:
            self.push.cancel()
        if self.frame is not None:
            if source == "character":
                QTimer.singleShot(0, self, self._show_again)
            elif self.frame.running:
                self.driver.pause()
        if source != "character":
            self.display.leave()
            self.hands.leave()
        self._show_state()

    def _show_cast(self) -> None:
        titles = {name: policy.title for name, policy in self.cast.policies.items()}
        self.panel.set_policies(titles, self.cast.current, self.cast.beside)
        self._show_state()

    def _show_state(self) -> None:
        frame, panel = self.frame, self.panel
        self.actions.show_state(frame, self.on_stage)
        if not panel.isVisible():
            return
        panel.set_live(frame is not None)
        hint = "" if self.cast.policies else WHAT_TO_DO
        panel.set_hint(tr("Making the character …") if self.cast.making else hint)
        panel.state.set_text(state_text(frame))
        panel.friction.show_value(self._bench.store.document.cast.friction)
        panel.gravity.show_value(self._bench.store.document.cast.gravity)
        if frame is not None:
            clip, length_s = frame.clip, frame.clip_duration
            panel.motion.setText(tr("imitates {clip}, {s:.2f} s", clip=clip, s=length_s))
            for name, text in fact_texts(frame).items():
                panel.set_fact(name, text)
