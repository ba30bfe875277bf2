"""The live character: simulated at 600 Hz, decided for at 30 Hz, remembered for five minutes.

A job for the inference worker: it moves when it is due, obeys commands between two decisions
and answers both with one message. ``run(model, inputs)`` asks the worker's networks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from character.anatomy import ACTION_SIZE, STATE_SIZE
from character.box import thrown
from character.deeds import (
    Box,
    BoxPut,
    Deed,
    GetUp,
    GoTo,
    Head,
    PushNow,
    SetFriction,
    SetGravity,
    StartAt,
    Steer,
    Swapped,
    Want,
    Wish,
)
from character.drive.skills import Skill
from character.drive.wishes import NoSuchSkill
from character.moments import moment_like
from character.reference import ReferenceClip
from character.simulation import SimulationError
from character.step import Step

from .commands import (
    Forget,
    KeepPiece,
    KeepTake,
    Pause,
    RemoveBox,
    Replay,
    Reset,
    RestoreTake,
    ResumeFrom,
    Rewind,
    SetSpeed,
    Start,
    StepOnce,
    SwapPolicy,
    ThrowBox,
    doubt,
)
from .frames import character_frame
from .history import History
from .log import MOST_PUSHES
from .messages import CharacterFrame, CharacterStopped, CommandRefused, Message, PieceKept, TakeKept
from .pace import Pace
from .role import Role

Run = Callable[[str, Mapping[str, np.ndarray]], dict[str, np.ndarray]]
_CHEST = 1


class Refusal(Exception):
    """Why a command is not obeyed, or a network not used: one sentence."""


class LiveCharacter:
    """A character that starts paused at the start of ``clip``. The worker's thread only.

    clock: monotonic seconds, the worker's. policy, critic: names of the worker's models; sha256: of
    the policy's file. memory_seconds: how far back frames are remembered, 30 MB for five minutes.
    Making one takes about 50 ms. skills: that it is driven by; none: it is not. history: its
    simulation, memory and log.
    """

    def __init__(
        self,
        clip: ReferenceClip,
        clock: Callable[[], float],
        *,
        policy: str = "deepmimic_actor",
        critic: str | None = "deepmimic_critic",
        sha256: str = "",
        friction: float = 0.9,
        gravity: float = 9.8,
        memory_seconds: float = 300.0,
        skills: Sequence[Skill] = (),
    ) -> None:
        self._clock, self._pace = clock, Pace(clock)
        self.history = History(
            clip, policy, critic, sha256, friction, gravity, memory_seconds, skills
        )
        self._replay: int | None = None
        self._shown: int | None = None
        self._exact, self._compute_s = True, 0.0

    def opening(self) -> CharacterFrame:
        """The frame to show before anything has happened."""
        return self._message()

    def due(self) -> float | None:
        """When the next step is due on the clock; None while the character holds still."""
        return self._pace.due

    def step(self, run: Run) -> Message:
        """One decision, or one frame of a replay."""
        began, self._shown = self._clock(), None
        try:
            step = self.decide(run) if self._replay is None else self._again(self._replay)
        except (SimulationError, Refusal) as error:
            self._hold()
            return CharacterStopped(self._message(), str(error))
        self._compute_s = self._clock() - began
        self._pace.stepped()
        if self._replay == self.history.last:
            self._hold()
        return self._message(step)

    def handle(self, command: object, run: Run) -> Message:
        """Obeys a command of ``character.live.commands``."""
        try:
            sentence = doubt(command)
            if sentence:
                raise Refusal(sentence)
            return self._obey(command, run) or self._message()
        except Refusal as error:
            return CommandRefused(self._message(), str(error))

    def _obey(self, command: object, run: Run) -> Message | None:
        match command:
            case Start():
                self._shown = None
                self._pace.start()
            case Pause():
                self._pace.stop()
            case StepOnce():
                self._pace.stop()
                return self.step(run)
            case SetSpeed(speed):
                self._pace.set_speed(speed)
            case Rewind(frame):
                self._remembered(frame)
                self._hold()
                self._shown = frame
            case ResumeFrom(frame):
                self._remembered(frame)
                self._hold()
                if frame < self.history.last:
                    self.history.resume(frame)
                self._pace.start()
            case Replay(first):
                self._begin_replay(first)
            case Forget():
                self._hold()
                self.history.forget()
            case KeepTake(first, last):
                return self._kept(first, last)
            case KeepPiece(since):
                return PieceKept(self.history.piece(since))
            case RestoreTake(take):
                self.history.restore(take)
                self._hold()
            case _:
                if self._replay is not None:
                    self._hold()
                self._do(command, run)
                self._shown = None
        return None

    def _do(self, command: object, run: Run) -> None:
        if isinstance(command, Reset):
            self.history.begin_anew()
        else:
            self.history.do(self._deed(command, run))

    def _deed(self, command: object, run: Run) -> Deed:
        match command:
            case StartAt(clip_time):
                return StartAt(float(clip_time))
            case SetFriction(friction):
                return SetFriction(float(friction))
            case SetGravity(gravity):
                return SetGravity(float(gravity))
            case PushNow():
                return self._push(command)
            case ThrowBox():
                return self._throw(command)
            case RemoveBox():
                return BoxPut(None)
            case SwapPolicy():
                return self._swap(command, run)
            case Steer() | Head() | GoTo() | Want() | GetUp():
                return self._wish(command)
        raise Refusal(f"The character does not know the command {type(command).__name__}.")

    def _push(self, push: PushNow) -> PushNow:
        history = self.history
        if len(history.log.pushes(history.last, history.simulation.steps)) >= MOST_PUSHES:
            raise Refusal(f"{MOST_PUSHES} pushes act already; wait for one to end.")
        force = np.array(push.force, np.float64)
        if push.heading:
            force = history.simulation.instant.to_heading @ force
        x, y, z = force.tolist()
        return PushNow((x, y, z), float(push.duration), push.body)

    def _throw(self, throw: ThrowBox) -> BoxPut:
        simulation = self.history.simulation
        instant = simulation.instant
        chest, motion = instant.centres[_CHEST], instant.linear[_CHEST]
        angle = instant.heading + throw.direction
        start = chest + throw.distance * np.array([np.cos(angle), 0.0, -np.sin(angle)])
        start[1] = max(start[1], throw.side)
        velocity = thrown(start, chest, motion, throw.speed, simulation.gravity)
        (x, y, z), (u, v, w) = start.tolist(), velocity.tolist()
        return BoxPut(Box(float(throw.side), float(throw.mass)), (x, y, z), (u, v, w))

    def _wish(self, wish: Wish) -> Wish:
        history = self.history
        if history.driver is None:
            raise Refusal("The character has no skills to be driven by; give it a set of them.")
        try:
            history.driver.heeded(history.mind, wish, history.simulation)
        except NoSuchSkill as error:
            raise Refusal(str(error)) from error
        return wish

    def _swap(self, swap: SwapPolicy, run: Run) -> Swapped:
        history, body = self.history, self.history.simulation.body
        now, time = history.now, history.simulation.clip_time
        clip = swap.clip or now.clip
        new = history.role_in(clip, swap.policy, swap.critic, swap.sha256)
        if new.clip is not now.clip:
            time = moment_like(new.clip, history.simulation.instant, body.weights)
        try:
            self._ask(new, run)
        except Refusal as error:
            contract = f"a policy takes [1, {STATE_SIZE}] and gives [1, {ACTION_SIZE}]"
            raise Refusal(f"{new.policy} cannot take over, {contract}: {error}") from error
        heading = None
        if history.driver is not None:  # it goes on the way that it faces
            faced = body.at(*new.clip.at(time)).heading
            heading = history.simulation.instant.heading - faced
        return Swapped(new.policy, history.enrol(new), time, heading)

    def decide(self, run: Run) -> Step:
        """One decision without a message. Raises SimulationError and Refusal."""
        history = self.history
        if history.driver is None:
            action, value = self._ask(history.now, run)
            return history.decide(action, value)
        value = self._judged(run)
        swap = history.drive(value, lambda model, inputs: _asked(run, model, inputs))
        if swap is not None:
            return history.decide(*self._ask(history.now, run), swap)
        state = history.simulation.state()[None]
        return history.decide(_answer(run, history.now.policy, state, ACTION_SIZE), value)

    def _judged(self, run: Run) -> float:
        """What the critic says of the present."""
        critic = self.history.now.critic
        if critic is None:
            return float("nan")
        return float(_answer(run, critic, self.history.simulation.state()[None], 1)[0])

    def _ask(self, who: Role, run: Run) -> tuple[np.ndarray, float]:
        """What the policy decides now (36,), and what the critic says of it."""
        state = self.history.simulation.state()[None]
        action = _answer(run, who.policy, state, ACTION_SIZE)
        value = _answer(run, who.critic, state, 1)[0] if who.critic else np.nan
        return action, float(value)

    def _again(self, frame: int) -> Step:
        step, same = self.history.again(frame)
        self._exact &= same
        self._replay = frame + 1
        return step

    def _hold(self) -> None:
        """Holds still at the newest frame."""
        self._pace.stop()
        self._replay = self._shown = None
        self.history.put_newest()

    def _remembered(self, frame: int) -> int:
        memory = self.history.memory
        if frame not in memory:
            span = f"frames {memory.first} to {memory.last} are"
            raise Refusal(f"Frame {frame} is not remembered; {span}.")
        return frame

    def _begin_replay(self, first: int | None) -> None:
        start = self._remembered(self.history.memory.first if first is None else first)
        if start == self.history.last:
            raise Refusal("There is nothing to replay after this frame.")
        self._shown, self._replay, self._exact = None, start, True
        self.history.put(start)
        self._pace.start()

    def _kept(self, first: int | None, last: int | None) -> TakeKept:
        memory = self.history.memory
        low = self._remembered(memory.first if first is None else first)
        high = self._remembered(memory.last if last is None else last)
        if low > high:
            raise Refusal(f"A take from frame {low} to {high} holds nothing.")
        return TakeKept(self.history.take(low, high))

    def _message(self, step: Step | None = None) -> CharacterFrame:
        """The frame to show; ``step``: what led to it, where that is at hand."""
        past = [frame for frame in (self._replay, self._shown) if frame is not None]
        return character_frame(
            self.history,
            frame=past[0] if past else self.history.last,
            step=step,
            past=bool(past),
            speed=self._pace.speed,
            running=self._pace.running,
            shown=self._shown is not None,
            replaying=self._replay is not None,
            exact=self._exact,
            real_time_factor=self._pace.real_time_factor,
            compute_s=self._compute_s,
        )


def _asked(run: Run, model: str, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What ``model`` makes of ``inputs``."""
    try:
        return run(model, inputs)
    except Exception as error:  # whatever a network does, the character's state is kept
        raise Refusal(str(error)) from error


def _answer(run: Run, model: str, state: np.ndarray, size: int) -> np.ndarray:
    """The numbers (size,) that ``model`` makes of ``state`` (1, 197)."""
    outputs = _asked(run, model, {"state": state})
    shapes = {name: list(array.shape) for name, array in outputs.items()}
    if list(shapes.values()) != [[1, size]]:
        found = ", ".join(f"'{name}' {shape}" for name, shape in shapes.items()) or "nothing"
        raise Refusal(f"The model {model} gives {found}, expected one output [1, {size}].")
    (answer,) = outputs.values()
    return answer[0]
