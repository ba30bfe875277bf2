"""Wires the character panel to the live character, the stage and the timeline."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from viewer.model.live_figure import CharacterFigure, CharacterLook, from_stage
from viewer.model.record import Record, RestoredTake
from viewer.stage.stage import Stage
from viewer.workbench import Workbench

from .actions import CharacterActions
from .beside import CharacterBeside
from .cast import WHAT_TO_DO, CharacterCast
from .driver import JOB, CharacterDriver
from .files import sort_files
from .lanes import CharacterLanes
from .maker import Background, Made, read_motion, stage_motion
from .panel import NOBODY, CharacterPanel
from .phases import CharacterPhases
from .push import StagePush
from .takes import CharacterTakes
from .words import PAST, fact_texts, label_text, state_text

if TYPE_CHECKING:
    from character.live.messages import CharacterFrame
    from viewer.studio.studio import PhaseLive

_SPANS = (300, 600, 1200, 2400, 4500)
_LANES_MS = 250


class CharacterControl(QObject):
    """Makes the character when it is wanted, hands commands on, and shows what it tells.

    ``framed`` carries each CharacterFrame that comes on display. Four times a second ``phased``
    brings DeepPhase (T, 2) of what is remembered, and ``windowed`` the two seconds (60, 73) up to
    the playhead, or None, with what to call them.
    """

    framed = Signal(object)
    phased = Signal(object)
    windowed = Signal(object, str)

    def __init__(self, bench: Workbench, stage: Stage | None) -> None:
        super().__init__(bench.studio)
        self._bench, self._stage = bench, stage
        self._look = CharacterLook()
        self._fell_at: int | None = None
        self._background = Background(self)
        self.cast = CharacterCast(bench, self._background)
        self.driver = CharacterDriver(bench.bridge)
        self.figure: CharacterFigure | None = None
        self.panel = CharacterPanel(bench.themes.current)
        self.takes = CharacterTakes(bench, self, self._background)
        self.beside = CharacterBeside(bench, self, stage)
        self.lanes = CharacterLanes(bench.timeline)
        self._lanes_due = QTimer(self, singleShot=True, interval=_LANES_MS)
        self._lanes_due.timeout.connect(self._tell)
        self._phases = CharacterPhases(bench.bridge, self._tell_soon)
        self.actions = CharacterActions(self, bench)
        self.push = StagePush(stage, self, bench.themes) if stage else None
        self._connect()
        self._show_cast()

    def close(self) -> None:
        self._lanes_due.stop()
        self._background.close()

    @property
    def frame(self) -> CharacterFrame | None:
        """What is on display of the character."""
        return self.figure.frame if self.figure is not None else None

    @property
    def on_stage(self) -> bool:
        return self.figure is not None and self._bench.studio.source == "character"

    def send(self, *commands: object) -> None:
        """Commands of ``character.commands``, where there is a character."""
        for command in commands if self.figure is not None else ():
            self.driver.send(command)

    def toggle(self) -> None:
        """Start or pause; makes the character if there is none."""
        if self.on_stage:
            self._bench.transport.toggle()
        else:
            self.bring(start=True)

    def bring(self, start: bool = False) -> None:
        """Put the character on stage, made first if need be."""
        if self.figure is None:
            self.cast.make(start=start)
            return
        self._bench.studio.set_source("character")
        if start:
            self._bench.transport.play()

    def start_here(self) -> None:
        """Start at the playhead: of the clip on stage, or of the motion that is imitated."""
        studio, at = self._bench.studio, self._bench.transport.time_s
        motion = studio.motion
        if studio.source == "clip" and motion is not None and not motion.not_human:
            perform = self.cast.make if self.figure is None else self.cast.swap
            perform(lambda: stage_motion(motion), start=True, at=at)
        elif self.frame is None:
            self.bring(start=True)
        else:
            self._begin_at(True, max(self.frame.step.clip_time, 0.0))

    def resume(self) -> None:
        """Go on from the remembered frame that is shown."""
        from character.live.commands import ResumeFrom

        if self.frame is not None:
            self.send(ResumeFrom(self.frame.frame))

    def replay(self) -> None:
        """Simulate again what is remembered: from the frame shown, or all of it."""
        from character.live.commands import Replay

        if self.frame is not None:
            self.send(Replay(self.frame.frame if self.frame.shown else None))

    def throw(self) -> None:
        """Throw a box from where the camera stands."""
        from character.live.commands import ThrowBox

        if self.frame is not None and self._stage is not None and self.at_present():
            body = self.frame.step.body
            x, _, z = from_stage(self._stage.camera.eye) - body.joints[0]
            self.send(ThrowBox(direction=math.atan2(-z, x) - body.heading))

    def at_present(self) -> bool:
        """Whether the newest frame is on display; else says how to go on from this one."""
        if self.driver.past is not None:
            self._bench.studio.notify("info", PAST)
        return self.driver.past is None

    def shove(self, force: tuple[float, float, float], seconds: float) -> None:
        """Push the chest: newtons ahead, up and to the right of the character."""
        from character.deeds import PushNow

        self.send(PushNow(force, seconds, "chest", heading=True))

    def look(self, **changes: bool) -> None:
        """Show more or less of the simulation; fields of CharacterLook."""
        self._look = replace(self._look, **changes)
        if self.figure is not None:
            self.figure.look = self._look
            self.refresh()

    def pull(self, pull: Any) -> None:
        """Draw a push that is being dragged, as CharacterFigure has it."""
        if self.figure is not None:
            self.figure.pull = pull
            self.refresh()

    def open_files(self, paths: list[Path], others: Callable[[list[Path]], object]) -> None:
        """Take policies, with the motions beside them, and takes; ``others`` gets the rest."""
        given, there = sort_files(paths), self.figure is not None
        for path in given.networks:
            self.cast.judge(path, given.motion, there)
        for path in given.takes:
            self.takes.open(path)
        if (motion := given.motion) is not None and not given.networks:
            perform = self.cast.swap if there else self.cast.make
            perform(lambda: read_motion(motion))
        if given.others:
            others(given.others)

    def _connect(self) -> None:
        bench, panel, cast = self._bench, self.panel, self.cast
        bench.themes.changed.connect(panel.set_theme)
        bench.studio.character_wanted.connect(lambda: self.bring(start=bench.transport.playing))
        bench.studio.source_changed.connect(self._note_source)
        bench.studio.phase_live.connect(self._note_phase)
        cast.made.connect(self._begin)
        cast.beside_made.connect(self.beside.begin)
        cast.beside_left.connect(self.beside.end)
        cast.swapped.connect(self._begin_at)
        cast.unfit.connect(self._note_driver)
        cast.changed.connect(self._show_cast)
        panel.policy_chosen.connect(
            lambda name: cast.choose(cast.policies[name], self.figure is not None)
        )
        panel.beside_chosen.connect(cast.choose_beside)
        panel.shown.connect(self._show_state)

    def _begin(self, made: Made, start: bool, at: float | None) -> None:
        """A character is there: put it on stage."""
        from character.live.commands import SetSpeed

        bench, record = self._bench, Record(made.opening)
        self.figure = CharacterFigure(made.shapes, record, made.opening, look=self._look)
        self.driver.begin(record)
        self.lanes.show(record)
        self.takes.lose()
        bench.bridge.attach(JOB, made.live, self._take, self._fail)
        bench.studio.set_character(self.figure, self.driver)
        bench.studio.set_source("character")
        self._show(made.opening)
        if self._stage is not None:
            self._stage.frame_all(self.figure.reach(0))
        self.send(SetSpeed(bench.transport.speed))
        self._begin_at(start, at)
        self.cast.settle(made.opening.policy)
        self.takes.note_character()
        if self.cast.beside != NOBODY:
            self.cast.choose_beside(self.cast.beside)

    def _begin_at(self, start: bool, at: float | None) -> None:
        from character.deeds import StartAt
        from character.live.commands import Start

        self._bench.studio.set_source("character")
        if at is not None:
            self.send(StartAt(at))
        if start:
            self.send(Start())

    def _take(self, messages: list[Any]) -> None:
        """All that the character told since the last picture; the last of it is shown."""
        from character.live.messages import (
            CharacterFrame,
            CharacterStopped,
            CommandRefused,
            TakeKept,
        )

        assert self.figure is not None
        newest, pictures = None, 0
        for message in messages:
            if isinstance(message, TakeKept):
                self.takes.keep(message.take)
                continue
            if isinstance(message, CharacterStopped):
                title = self.cast.title(message.frame.policy)
                self._bench.studio.notify("error", f"{title}: {message.sentence}")
            elif isinstance(message, CommandRefused):
                self._bench.studio.notify("warning", message.sentence)
                self.cast.note_driver(message.frame.policy)
            newest = message if isinstance(message, CharacterFrame) else message.frame
            pictures += newest.running
            self.driver.heed(newest)
            if take := self.takes.restored(newest):
                self._take_over(take, newest)
            else:
                self.figure.record.add(newest)
            if newest.shown or isinstance(message, CommandRefused):
                self.driver.fetched()
        if newest is not None:
            self._bench.transport.late_frames += max(pictures - 1, 0)
            self._show(newest)

    def _take_over(self, take: RestoredTake, frame: CharacterFrame) -> None:
        """The character remembers a take that was opened."""
        assert self.figure is not None
        self.figure.record.restore(take, frame)
        self._phases.restore(self.figure.record, take)
        self.cast.note_take(frame.policy)

    def _fail(self, sentence: str) -> None:
        """The job is gone, and what it remembered with it."""
        self._bench.studio.notify("error", sentence)
        self.takes.lose()
        self.beside.end()
        self._bench.studio.drop_character()
        self.figure = self.driver.record = None
        self._show_state()

    def _note_driver(self) -> None:
        if self.frame is not None:
            self.cast.note_driver(self.frame.policy)

    def _show(self, frame: CharacterFrame) -> None:
        assert self.figure is not None
        record = self.figure.record
        self.figure.frame = frame
        past = frame.shown and frame.frame < frame.memory.last
        self.driver.past = frame.frame if past else None
        if frame.fell_at is not None and frame.fell_at != self._fell_at and not frame.shown:
            self._fell_at = frame.fell_at
            text = f"The character fell at {frame.fell_at / 30:.2f} s. Backspace resets it."
            self._bench.studio.notify("info", text)
        if self.on_stage:
            beside = self.cast.title(self.cast.beside) if self.figure.beside else ""
            label = label_text(frame, self.cast.title(frame.policy), beside)
            self._bench.studio.set_character_label(label)
            count = record.last - record.first + 1
            span = next((n for n in _SPANS if n >= count), frame.memory.capacity)
            at = min(max(frame.frame - record.first, 0), count - 1)
            self._bench.transport.report(at, count, span, frame.running)
            self.framed.emit(frame)
        self._tell_soon()
        self._show_state()

    def _tell_soon(self) -> None:
        if not self._lanes_due.isActive():
            self._lanes_due.start()

    def _tell(self) -> None:
        """What need not be told of every frame."""
        self.lanes.refresh()
        if self.on_stage and self.figure is not None:
            record, frame = self.figure.record, self.figure.frame
            phases = record.phases()
            if phases is not None:
                self.phased.emit(phases)
            self.windowed.emit(record.window(frame.frame), f"character at {frame.time:.1f} s")
            self._phases.fill(record)

    def _show_again(self) -> None:
        if self.frame is not None:
            self._show(self.frame)

    def refresh(self) -> None:
        """Draw it again, where it is on stage."""
        if self.on_stage:
            self._bench.studio.refresh()

    def _note_source(self, source: str) -> None:
        """Off the stage the character holds still; back on it, it is shown as it was left."""
        self.lanes.set_shown(source == "character")
        if self.push is not None:
            self.push.cancel()
        if self.frame is not None:
            if source == "character":
                QTimer.singleShot(0, self, self._show_again)
            elif self.frame.running:
                self.driver.pause()
        self._show_state()

    def _note_phase(self, live: PhaseLive) -> None:
        if self.on_stage and self.figure is not None:
            record = self.figure.record
            record.note_phase(record.first + live.frame, live.x, live.y)

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
        panel.set_hint("Making the character …" if self.cast.making else hint)
        panel.state.set_text(state_text(frame))
        if frame is not None:
            panel.motion.setText(f"imitates {frame.clip}, {frame.clip_duration:.2f} s")
            panel.friction.show_value(frame.settings.friction)
            panel.gravity.show_value(frame.settings.gravity)
            for name, text in fact_texts(frame).items():
                panel.set_fact(name, text)
