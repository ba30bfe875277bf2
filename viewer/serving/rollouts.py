"""``simulate``: the physics character under the actor that is served, from its start to its end."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from character.anatomy import POLICY_HZ
from character.convert import read_motion
from character.push import Push
from character.recording import take_arrays
from inference.errors import ModelError
from inference.models import Shape
from motion.canonical import JOINTS
from viewer.model.demo import ASSETS
from viewer.model.policies import ACTOR
from viewer.model.trial import as_policy

from .motion_models import MotionModel, Networks
from .served import Arrays, Outputs, TooLarge

MOST_SECONDS, MOST_PUSHES = 30.0, 100
_MOST_FORCE_N = 100_000.0
_LEAST_PUSH_S = 1 / 600
_MOTION = ASSETS / "character" / "walk.txt"
_ONE: Shape = (1,)
_INPUTS: dict[str, Shape] = {"seconds": _ONE, "start": _ONE, "pushes": (None, 4)}
_OUTPUTS: dict[str, Shape] = {
    "positions": (None, len(JOINTS), 3),
    "reward": (None,),
    "fallen": (None,),
}
_DEFAULTS = {"start": np.zeros(1, np.float32), "pushes": np.zeros((0, 4), np.float32)}


def simulate(networks: Networks) -> MotionModel:
    """The character that walks, 30 frames a second, until its time is over or it has fallen.

    seconds: at most 30. start: the share of the walk's cycle that has passed, 0 to 1. pushes:
    rows of time (s), force (N), direction (degrees to the left) and duration (s). Raises
    ModuleNotFoundError without MuJoCo.
    """
    from character.simulation import Simulation, SimulationError, rollout

    actor, clip = networks[ACTOR], read_motion(_MOTION)

    def compute(inputs: Arrays) -> Iterator[Outputs | None]:
        seconds, start = float(inputs["seconds"][0]), float(inputs["start"][0])
        check_times(seconds, start)
        if len(inputs["pushes"]) > MOST_PUSHES:
            raise TooLarge(f"simulate: {len(inputs['pushes'])} pushes; at most {MOST_PUSHES}.")
        simulation = Simulation(clip, [pushed(*row) for row in inputs["pushes"].tolist()])
        simulation.reset(start * clip.duration)
        steps = []
        try:
            for step in rollout(simulation, as_policy(actor.runner), seconds):
                steps.append(step)
                yield None
        except SimulationError as error:
            raise ModelError(f"simulate: {error}") from error
        take = take_arrays(steps)
        total = take["reward_names"].tolist().index("total")
        yield {
            "positions": take["positions"],
            "reward": take["reward"][:, total],
            "fallen": take["fallen"].astype(np.float32),
        }

    return MotionModel("simulate", _INPUTS, _OUTPUTS, _DEFAULTS, (actor,), compute)


def check_times(seconds: float, start: float) -> None:
    """Raises ModelError, TooLarge."""
    if seconds > MOST_SECONDS:
        raise TooLarge(f"simulate: {seconds:g} s are more than {MOST_SECONDS:g} s.")
    if round(seconds * POLICY_HZ) < 1:
        raise ModelError(f"simulate: {seconds:g} s are shorter than a step of 1/{POLICY_HZ} s.")
    if not 0 <= start <= 1:
        raise ModelError(f"simulate: start is {start:g}, expected a share of the cycle, 0 to 1.")


def pushed(time: float, force: float, degrees: float, duration: float) -> Push:
    """A push by its row. Raises ModelError."""
    if time < 0 or not 0 <= force <= _MOST_FORCE_N or duration < _LEAST_PUSH_S:
        expected = f"a time from 0 on, up to {_MOST_FORCE_N:,.0f} N, 1/600 s or longer"
        found = f"{time:g} s, {force:g} N, {duration:g} s"
        raise ModelError(f"simulate: a push has {expected}, found {found}.")
    return Push(time, force, math.radians(degrees), duration)
