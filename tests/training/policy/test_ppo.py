"""PPO: advantages, learning, and runs that stop and go on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")
torch = pytest.importorskip("torch")
torch.set_num_threads(1)

from character.anatomy import BALL_POSE, POSE_SIZE  # noqa: E402
from character.reference import ReferenceClip  # noqa: E402
from training.policy.networks import Teacher  # noqa: E402
from training.policy.ppo import Run, Settings, advantages  # noqa: E402

TINY = Settings(environments=8, horizon=8, minibatch=32, push=100.0)


@pytest.fixture(scope="module")
def standing() -> ReferenceClip:
    pose = np.zeros(POSE_SIZE)
    pose[1], pose[3], pose[BALL_POSE[:, 0]] = 0.881416, 1, 1
    return ReferenceClip("standing", True, np.array([0.0, 0.5, 1.0]), np.tile(pose, (3, 1)))


def test_advantages_are_the_weighted_sum_of_surprises() -> None:
    """Against the definition: the sum over k of (gamma * gae_lambda)^k times the surprise then."""
    chance = torch.Generator().manual_seed(0)
    steps, count, gamma, gae_lambda = 12, 40, 0.9, 0.8
    rewards = torch.rand(steps, count, generator=chance)
    values = torch.rand(steps + 1, count, generator=chance)
    fallen = torch.rand(steps, count, generator=chance) < 0.1
    over = (torch.rand(steps, count, generator=chance) < 0.1) & ~fallen
    found = advantages(rewards, values, fallen, over, gamma, gae_lambda)
    for column in range(count):
        for start in range(steps):
            total = 0.0
            for k, step in enumerate(range(start, steps)):
                here, there = values[step, column], values[step + 1, column]
                ahead = 0 if fallen[step, column] else here if over[step, column] else there
                surprise = rewards[step, column] + gamma * ahead - here
                total += (gamma * gae_lambda) ** k * float(surprise)
                if fallen[step, column] or over[step, column]:
                    break
            assert float(found[start, column]) == pytest.approx(total, abs=1e-5)


def test_actions_that_are_rewarded_become_likelier(standing: ReferenceClip) -> None:
    """Rewarded for nothing but closeness to a fixed action, the policy takes that action."""
    settings = Settings(environments=16, horizon=8, minibatch=64, gamma=0.0, actor_rate=5e-4)
    run = Run("wanted", standing, settings)
    run.advance()
    wanted = torch.linspace(-0.1, 0.1, 28)

    def distance() -> float:
        rollout, after = run.collect(0.06)
        off = (rollout.actions - wanted).square().sum(dim=-1)
        run.learn(replace(rollout, rewards=-off), after, 0.06)
        return float((rollout.actions.mean(dim=(0, 1)) - wanted).norm())

    distances = [distance() for _ in range(14)]
    assert distances[-1] < 0.7 * distances[0]


def test_while_the_critic_learns_alone_the_policy_stays(standing: ReferenceClip) -> None:
    run = Run("values", standing, replace(TINY, value_rounds=2))
    before = {name: value.clone() for name, value in run.teacher.state_dict().items()}

    def changed(part: str) -> bool:
        now = run.teacher.state_dict()
        return any(not torch.equal(now[n], v) for n, v in before.items() if n.startswith(part))

    run.advance(), run.advance()
    assert changed("critic") and not changed("actor")
    run.advance()
    assert changed("actor")


def test_steering_is_rewarded_only_where_it_is_asked(standing: ReferenceClip) -> None:
    straight, _ = Run("straight", standing, TINY).collect(0.06)
    torch.testing.assert_close(straight.rewards, straight.imitation)
    steered, _ = Run("steered", standing, replace(TINY, steer=60.0)).collect(0.06)
    expected = 0.5 * steered.imitation + 0.5 * steered.steering
    torch.testing.assert_close(steered.rewards, expected)


def test_a_run_that_stops_goes_on_as_if_it_had_not(standing: ReferenceClip, tmp_path: Path) -> None:
    whole = Run("run", standing, TINY)
    whole.train(tmp_path / "whole.pt", 64 * 6)
    Run("run", standing, TINY).train(tmp_path / "part.pt", 64 * 3)
    torch.manual_seed(99)
    second = Run("run", standing, TINY)
    second.restore(tmp_path / "part.pt")
    second.train(tmp_path / "part.pt", 64 * 6)
    assert second.curve == whole.curve and len(whole.curve) == 6
    for ours, theirs in zip(whole.teacher.parameters(), second.teacher.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=0)
    lines = (tmp_path / "part.csv").read_text().splitlines()
    assert lines[0].startswith("samples,reward,falls_per_20_s,steering,kl") and len(lines) == 7


def test_a_checkpoint_of_another_run_is_refused(standing: ReferenceClip, tmp_path: Path) -> None:
    Run("run", standing, TINY).train(tmp_path / "run.pt", 1)
    with pytest.raises(ValueError, match="other settings"):
        Run("run", standing, replace(TINY, push=0.0)).restore(tmp_path / "run.pt")
    with pytest.raises(ValueError, match="other motion"):
        Run("run", replace(standing, loop=False), TINY).restore(tmp_path / "run.pt")
    torch.manual_seed(7)
    with pytest.raises(ValueError, match="other start"):
        Run("run", standing, TINY, first=Teacher()).restore(tmp_path / "run.pt")
