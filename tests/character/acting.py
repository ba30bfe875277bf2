"""A live character in tests: its networks, its clock, and what is done to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from character.deeds import PushNow, SetFriction, SetGravity, StartAt
from character.live.commands import RemoveBox, SwapPolicy, ThrowBox
from character.live.job import LiveCharacter
from character.live.messages import CharacterFrame
from character.reference import ReferenceClip

Network = Callable[[np.ndarray], np.ndarray]


class Networks:
    """``run`` of a worker whose models are functions of the states (B, 197)."""

    def __init__(self, **models: Network) -> None:
        self.models = models

    def __call__(self, model: str, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        if model not in self.models:
            raise ValueError(f"There is no model {model}.")
        return {"out": np.asarray(self.models[model](inputs["state"]), np.float32)}


def wobbler(seed: int, size: int = 36) -> Network:
    """A network that reads every number of the state and writes every one of the action."""
    mixing = np.random.default_rng(seed).normal(size=(197, size)).astype(np.float32) * 0.05
    return lambda state: np.tanh(state @ mixing)


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


RUN = Networks(
    actor=wobbler(3),
    critic=wobbler(4, 1),
    other=wobbler(5),
    narrow=wobbler(6, 28),
    still=lambda state: np.zeros((1, 36)),
    broken=lambda state: np.full((1, 36), np.nan),
    mighty=lambda state: np.tile([3.0, 1, -1, 1], 9)[None] * np.sign(np.sin(1e4 * state[:, :1])),
)


def job(clip: ReferenceClip, **settings: object) -> LiveCharacter:
    arguments = {"policy": "actor", "critic": "critic", **settings}
    return LiveCharacter(clip, Clock(), **arguments)  # type: ignore[arg-type]


def tell(character: LiveCharacter, command: object) -> CharacterFrame:
    message = character.handle(command, RUN)
    assert isinstance(message, CharacterFrame), message
    return message


def go(character: LiveCharacter, steps: int) -> list[CharacterFrame]:
    frames = [character.step(RUN) for _ in range(steps)]
    assert all(isinstance(frame, CharacterFrame) for frame in frames), frames[-1]
    return frames  # type: ignore[return-value]


def same(a: CharacterFrame, b: CharacterFrame) -> bool:
    """Whether two frames show the same to the bit."""
    pairs = [
        (a.step.body.pose, b.step.body.pose),
        (a.step.body.rates, b.step.body.rates),
        (a.step.body.joints, b.step.body.joints),
        (a.step.reference.pose, b.step.reference.pose),
        (a.step.action, b.step.action),
        (a.step.torques, b.step.torques),
        (a.contact_points, b.contact_points),
        (a.contact_forces, b.contact_forces),
        (a.positions, b.positions),
        (a.effort, b.effort),
        (a.com, b.com),
    ]
    numbers = [
        (f.frame, f.time, f.value, f.step.time, f.step.clip_time, f.fell_at, f.cut) for f in (a, b)
    ]
    return all(np.array_equal(x, y) for x, y in pairs) and numbers[0] == numbers[1]


def eventful(character: LiveCharacter) -> list[CharacterFrame]:
    """A run with everything in it that a log holds."""
    frames = go(character, 10)
    tell(character, PushNow((0, 60, 150), 0.25, "chest"))
    frames += go(character, 4)
    tell(character, PushNow((120, 0, 0), 0.11, "left_wrist", heading=True))
    frames += go(character, 8)
    tell(character, SetFriction(0.3))
    tell(character, ThrowBox(mass=8, side=0.25, direction=1.0))
    frames += go(character, 12)
    tell(character, SwapPolicy("other"))
    tell(character, SetGravity(5.0))
    frames += go(character, 7)
    frames.append(tell(character, StartAt(0.4)))
    frames += go(character, 5)
    tell(character, ThrowBox(direction=-2.0))
    frames += go(character, 3)
    tell(character, RemoveBox())
    return frames + go(character, 6)
