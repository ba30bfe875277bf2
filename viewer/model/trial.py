"""How a policy does on a motion: simulated as fast as it goes, without a window; no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from character.anatomy import POLICY_HZ
from character.reference import ReferenceClip
from character.step import Step
from inference.runner import Runner

from .notice import NO_MUJOCO, Refused, sentence

if TYPE_CHECKING:  # MuJoCo is not there for every Python
    from character.simulation import Policy, Simulation

SECONDS = 20.0


def as_policy(runner: Runner) -> Policy:
    """A network of one input and one output as a function of a single state."""
    (state_name,), (action_name,) = runner.inputs, runner.outputs
    return lambda state: runner.run({state_name: state[None]})[action_name][0]


def outcome(simulation: Simulation, steps: Sequence[Step], seconds: float) -> dict[str, Any]:
    """How a run of ``seconds`` went; a step that a fall prevented has reward 0."""
    last = steps[-1]
    ended = "fall" if last.fallen else "clip" if simulation.clip.over(last.clip_time) else "time"
    standing = [step.reward.terms for step in steps if not step.fallen]
    count = round(seconds * POLICY_HZ) if last.fallen else len(steps)
    return {
        "seconds": last.time,
        "seconds_upright": (len(steps) - last.fallen) / POLICY_HZ,
        "ended": ended,
        "reward": {
            name: float(sum(terms[name] for terms in standing) / count)
            for name in last.reward.terms
        },
    }


def trial(policy: Path, clip: ReferenceClip, seconds: float = SECONDS) -> dict[str, Any]:
    """The ``outcome`` of the actor in ``policy`` on ``clip``, from its start. Raises Refused."""
    try:  # MuJoCo is not there for every Python
        from character.simulation import Simulation, SimulationError, rollout
    except ModuleNotFoundError as error:
        raise Refused(NO_MUJOCO) from error
    from inference import EngineError, ModelError, load_model
    from inference.models import MODELS

    simulation = Simulation(clip)
    simulation.reset(np.random.default_rng(0).uniform(0, clip.duration) if clip.loop else 0.0)
    try:
        runner = load_model(policy, spec=MODELS["deepmimic_actor"])
        steps = list(rollout(simulation, as_policy(runner), seconds))
    except (ModelError, EngineError, SimulationError, OSError) as error:
        raise Refused(sentence(error)) from error
    return outcome(simulation, steps, seconds)
