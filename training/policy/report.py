"""How good a shipped policy is: measured in the viewer's own simulation, from the ONNX files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from character.anatomy import POLICY_HZ
from character.push import DIRECTIONS, Push
from character.reference import ReferenceClip
from character.simulation import Policy, Simulation, rollout
from inference import load_model
from inference.load import Runner

from .critic import UNSETTLED, discounted_returns
from .imitation_env import EPISODE_SECONDS

EPISODES = 32
SETTLING_S = 3.0
PUSH_NEWTONS, PUSH_AT, PUSH_SECONDS, PUSH_UPRIGHT = 200.0, 1.0, 0.2, 5.0
METRICS_ARE = (
    "measured from the ONNX files in the viewer's simulation (stable PD at 600 Hz). "
    f"upright, reward: {EPISODES} episodes of {EPISODE_SECONDS:g} s from random moments of the "
    "clip that ships, shorter when it ends; a step after a fall earns 0. captured: the same on the "
    "motion it learned from. push survival: share of "
    f"{EPISODES // 2} starts a direction still upright {PUSH_UPRIGHT:g} s after "
    f"{PUSH_NEWTONS:g} N on the pelvis for {PUSH_SECONDS:g} s. critic correlation: of the value "
    f"with the discounted return, over the {SETTLING_S:g} s after each push of up to 150 N, one "
    f"every {2 * SETTLING_S:g} s, in {EPISODES} more episodes on the clip that ships; calm: over "
    "the undisturbed ones, whose returns hardly differ; none of them seen in training"
)
_HELD_OUT_SEED = 1_000_003


def measured(
    clip: ReferenceClip,
    captured: ReferenceClip,
    actor: Path,
    critic: Path,
    episodes: int = EPISODES,
) -> dict[str, Any]:
    """The table of a policy, from its two ONNX files, on its ``clip`` and the ``captured`` one."""
    policy = as_policy(load_model(actor, engine="numpy"))
    values = load_model(critic, engine="numpy")
    chance = np.random.default_rng(_HELD_OUT_SEED)
    runs, on_captured = (
        [
            _Run(motion, policy, chance)
            for _ in track(range(episodes), description="episodes", transient=True)
        ]
        for motion in (clip, captured)
    )
    pushed = _pushed(clip, policy, chance, episodes)
    metrics: dict[str, Any] = {
        "episodes": episodes,
        **_performance(runs),
        "captured": _performance(on_captured),
        "critic_correlation": _correlation(pushed, values, clip),
        "critic_correlation_calm": _correlation(runs, values, clip),
    }
    if clip.loop:
        ways = {way: _survival(clip, policy, chance, way, episodes // 2) for way in DIRECTIONS}
        metrics["push_survival"] = ways | {"mean": _rounded(np.mean(list(ways.values())))}
    return metrics


def critic_correlations(
    clip: ReferenceClip, actor: Path, critic: Path, episodes: int = EPISODES
) -> dict[str, float]:
    """Of the values and the returns under pushes and in peace, from two ONNX files on ``clip``."""
    policy, values = (
        as_policy(load_model(actor, engine="numpy")),
        load_model(critic, engine="numpy"),
    )
    chance = np.random.default_rng(_HELD_OUT_SEED)
    calm = [_Run(clip, policy, chance) for _ in range(episodes)]
    return {
        "critic_correlation": _correlation(_pushed(clip, policy, chance, episodes), values, clip),
        "critic_correlation_calm": _correlation(calm, values, clip),
    }


def _pushed(
    clip: ReferenceClip, policy: Policy, chance: np.random.Generator, episodes: int
) -> list[_Run]:
    return [
        _Run(clip, policy, chance, _random_pushes(chance))
        for _ in track(range(episodes), description="pushed episodes", transient=True)
    ]


def _performance(runs: list[_Run]) -> dict[str, float]:
    return {
        "upright": _rounded(np.mean([not run.fallen for run in runs])),
        "reward": _rounded(np.mean([run.mean_reward for run in runs])),
    }


def as_policy(runner: Runner) -> Policy:
    """An actor (B, 197) to (B, 36) as a function of one state (197,)."""
    return lambda state: runner.run({"state": state[None]})["action"][0]


class _Run:
    """An episode: states (T, 197), rewards (T,), fallen, mean_reward over the whole time.

    shaken (T,): within SETTLING_S after a push; all of an episode in which none came.
    """

    def __init__(
        self,
        clip: ReferenceClip,
        policy: Policy,
        chance: np.random.Generator,
        pushes: list[Push] | None = None,
    ) -> None:
        simulation = Simulation(clip, pushes or ())
        start = chance.uniform(0, clip.duration)
        simulation.reset(start)
        states = []

        def watched(state: np.ndarray) -> np.ndarray:
            states.append(state)
            return policy(state)

        steps = list(rollout(simulation, watched, EPISODE_SECONDS))
        self.fallen = steps[-1].fallen
        after = np.arange(len(steps))[:, None] / POLICY_HZ - [push.time for push in pushes or ()]
        soon = (after >= 0) & (after < SETTLING_S)
        self.shaken = np.asarray(soon.any(axis=1) | ~soon.any())
        self.states = np.array(states)
        self.rewards = np.array([0.0 if step.fallen else step.reward.total for step in steps])
        whole = EPISODE_SECONDS if clip.loop else min(EPISODE_SECONDS, clip.duration - start)
        count = whole * POLICY_HZ if self.fallen else len(steps)
        self.mean_reward = float(self.rewards.sum() / count)


def _random_pushes(chance: np.random.Generator) -> list[Push]:
    times = np.arange(SETTLING_S, EPISODE_SECONDS, 2 * SETTLING_S)
    sizes, ways = chance.uniform(0, 150, len(times)), chance.uniform(0, 2 * np.pi, len(times))
    return [Push(t, f, w, PUSH_SECONDS) for t, f, w in zip(times, sizes, ways, strict=True)]


def _correlation(runs: list[_Run], critic: Runner, clip: ReferenceClip) -> float:
    """Of values and returns over the shaken states of ``runs`` whose return is known; else 0."""
    values, returns = [], []
    for run in runs:
        ends = np.zeros(len(run.rewards), bool)
        ends[-1] = True
        known = run.shaken.copy()
        if clip.loop and not run.fallen:
            known[-UNSETTLED:] = False
        values.append(critic.run({"state": run.states})["value"][known, 0])
        returns.append(discounted_returns(run.rewards, ends)[known])
    value, expected = np.concatenate(values), np.concatenate(returns)
    return _rounded(np.corrcoef(value, expected)[0, 1]) if len(value) > 1 else 0.0


def _survival(
    clip: ReferenceClip, policy: Policy, chance: np.random.Generator, way: str, starts: int
) -> float:
    """Share of ``starts`` that a push towards ``way`` does not fell."""
    push = Push(PUSH_AT, PUSH_NEWTONS, np.radians(DIRECTIONS[way]), PUSH_SECONDS)
    upright = 0
    for _ in track(range(starts), description=f"pushed {way}", transient=True):
        simulation = Simulation(clip, [push])
        simulation.reset(chance.uniform(0, clip.duration))
        seconds = PUSH_AT + PUSH_SECONDS + PUSH_UPRIGHT
        upright += not any(step.fallen for step in rollout(simulation, policy, seconds))
    return _rounded(upright / starts)


def _rounded(value: float | np.floating) -> float:
    return round(float(value), 4)
