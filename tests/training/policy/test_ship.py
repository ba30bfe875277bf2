"""What ships of a policy: its files, its own clip, its table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")
torch = pytest.importorskip("torch")
pytest.importorskip("onnxruntime")
torch.set_num_threads(1)

from character.action import action_of, target_pose  # noqa: E402
from character.anatomy import BALL_POSE, HINGE_POSE, POSE_SIZE  # noqa: E402
from character.reference import ReferenceClip  # noqa: E402
from inference.models import MODELS  # noqa: E402
from inference.onnx.reader import read_mlp  # noqa: E402
from training.export import run_onnx  # noqa: E402
from training.policy.critic import discounted_returns, trained_critic  # noqa: E402
from training.policy.networks import (  # noqa: E402
    Normalizer,
    Shipped,
    action_error,
    export,
    new_actor,
    new_critic,
)
from training.policy.recorded_clip import recorded  # noqa: E402
from training.policy.report import measured  # noqa: E402
from training.policy.ship import DATA, Plan, Pushes, data_of, export_error  # noqa: E402


def standing_pose() -> np.ndarray:
    pose = np.zeros(POSE_SIZE)
    pose[1], pose[3], pose[BALL_POSE[:, 0]] = 0.881416, 1, 1
    return pose


def standing(seconds: float = 0.5) -> ReferenceClip:
    poses = np.tile(standing_pose(), (2, 1))
    return ReferenceClip("standing", True, np.array([0.0, seconds]), poses)


def made_up(network: Shipped) -> Shipped:
    """``network`` with normalisers that do something."""
    network.inputs.update(torch.randn(50, 197) * torch.linspace(0, 3, 197) + 0.5)
    network.shift += torch.linspace(-1, 1, len(network.shift))
    network.scale += torch.linspace(0, 2, len(network.scale))
    return network


def test_a_bvh_is_not_credited_to_deepmimic() -> None:
    assert data_of(Path("humanoid3d_walk.txt")) == DATA
    assert data_of(Path("mine.BVH"))["name"] == "mine.BVH"
    assert data_of(Path("mine.BVH"))["licence"] != DATA["licence"]
    assert "ACCAD" in data_of(Path("mocap/accad/Male1_A2_Sway.bvh"))["credit"]


@pytest.mark.parametrize("name", ["deepmimic_actor", "deepmimic_critic"])
@torch.no_grad()
def test_onnx_says_what_torch_says(name: str, tmp_path: Path) -> None:
    network = made_up(new_actor() if name == "deepmimic_actor" else new_critic())
    (output,) = MODELS[name].outputs
    file = tmp_path / f"{name}.onnx"
    export(network, file, name, output)
    states = 2 * torch.randn(7, 197)
    told = run_onnx(file, {"state": states.numpy()})[output]
    np.testing.assert_allclose(told, network(states).numpy(), rtol=1e-4, atol=1e-4)
    assert told.shape == (7, 36 if output == "action" else 1)
    assert export_error(network, file, output) < 1e-4
    read_mlp(file, MODELS[name])


def test_the_normaliser_is_that_of_everything_seen() -> None:
    normalizer = Normalizer(3)
    seen = torch.randn(90, 3) * torch.tensor([1.0, 5.0, 0.0]) + 2
    for part in seen.split(40):
        normalizer.update(part)
    torch.testing.assert_close(normalizer.mean.float(), seen.mean(dim=0))
    expected = seen.std(dim=0, unbiased=False).clamp(min=0.02)
    torch.testing.assert_close(normalizer.deviation.float(), expected, rtol=1e-3, atol=1e-3)


def test_the_action_error_is_the_squared_angle_whichever_way_it_is_written() -> None:
    rng = np.random.default_rng(0)
    pose = np.tile(standing_pose(), (6, 1))
    turns = rng.normal(size=(6, 8, 4))
    pose[:, BALL_POSE] = turns / np.linalg.norm(turns, axis=-1, keepdims=True)
    pose[:, HINGE_POSE] = rng.normal(size=(6, 4))
    action, target = torch.from_numpy(action_of(pose)), torch.from_numpy(pose[:, 7:])
    assert float(action_error(action, target)) == pytest.approx(0, abs=1e-9)
    assert float(action_error(-action, target).detach()) > 0.1  # hinges have one sign only
    ball = action.clone()
    ball[:, :4] *= -1
    assert float(action_error(ball, target)) == pytest.approx(0, abs=1e-9)
    ball[:, 0] += 0.01
    assert float(action_error(ball, target)) == pytest.approx(1e-4, rel=1e-3)
    np.testing.assert_allclose(
        np.abs(target_pose(ball.numpy())[:, 11:]), np.abs(pose[:, 11:]), atol=1e-9
    )


def test_returns_are_discounted_up_to_the_end_of_the_episode() -> None:
    rewards, last = np.random.default_rng(1).uniform(size=20), np.zeros(20, bool)
    last[[7, 19]] = True
    found = discounted_returns(rewards, last)
    for start, end in ((0, 8), (5, 8), (8, 20), (19, 20)):
        powers = 0.95 ** np.arange(end - start)
        assert found[start] == pytest.approx(powers @ rewards[start:end])


def test_the_recorded_clip_is_what_the_policy_does_and_closes() -> None:
    clip, elbow = standing(0.1), HINGE_POSE[1]

    def policy(state: np.ndarray) -> np.ndarray:
        pose = standing_pose()
        pose[elbow] = 0.6 + 0.4 * np.sin(2 * np.pi * state[0])
        return action_of(pose)

    own = recorded(clip, policy, "swing")
    assert own.name == "swing" and own.loop and own.duration == pytest.approx(clip.duration)
    assert len(own.times) == 4 and np.allclose(own.poses[0, [0, 2]], 0)
    assert np.ptp(own.poses[:, elbow]) > 0.05
    np.testing.assert_allclose(np.abs(own.poses[-1, 3:]), np.abs(own.poses[0, 3:]), atol=1e-6)
    np.testing.assert_allclose(own.poses[-1, 1], own.poses[0, 1], atol=1e-9)
    assert np.abs(np.diff(own.poses, axis=0)).max() < 0.25


def test_a_policy_that_falls_is_not_recorded() -> None:
    pose = standing_pose()
    pose[HINGE_POSE[[0, 2]]] = -2.5
    with pytest.raises(ValueError, match="the policy falls after"):
        recorded(standing(), lambda state: action_of(pose), "sit")


@pytest.mark.slow
def test_the_table_is_measured_from_the_files(tmp_path: Path) -> None:
    """Knees give way from the start: short episodes, and all of them fall."""
    pose = standing_pose()
    pose[HINGE_POSE[[0, 2]]] = -2.5
    actor = new_actor()
    actor.inputs.update(torch.randn(50, 197))
    torch.nn.init.zeros_(actor.network[-1].weight)
    actor.shift += torch.from_numpy(action_of(pose))
    critic = trained_critic(standing(), actor, seed=0, steps=40, updates=40)
    files = tmp_path / "actor.onnx", tmp_path / "critic.onnx"
    export(actor, files[0], "deepmimic_actor", "action")
    export(critic, files[1], "deepmimic_critic", "value")
    metrics = measured(standing(), standing(), *files, episodes=4)
    assert metrics["upright"] == 0 and 0 < metrics["reward"] < 0.05
    assert metrics["push_survival"]["mean"] == 0
    assert metrics["critic_correlation_calm"] > 0.8


def plan(**settings: object) -> Plan:
    folder = Path("somewhere")
    return Plan("walk", Path("walk.txt"), folder / "runs", folder / "assets", **settings)  # type: ignore[arg-type]


def test_a_plan_tells_its_stages_and_the_command_that_it_is() -> None:
    stages = (Pushes.parse("150,2000"), Pushes.parse("200,3000,0.06,0.97"))
    pushed = plan(pushes=stages, samples=1000, rounds=3)
    assert list(pushed.stages) == ["pushed150", "pushed200"]
    settings, samples = pushed.stages["pushed200"]
    assert (settings.push, settings.noise, settings.gamma, samples) == (200, 0.06, 0.97, 3000)
    assert settings.steer == 0 and settings.value_rounds == 0 and pushed.lesson.push == 200
    assert pushed.command == (
        "python -m training policy --motion walk.txt --name walk --seed 0 --samples 1000 "
        "--push 150,2000,0.04,0.95 --push 200,3000,0.06,0.97 --rounds 3"
    )


def test_a_plan_that_goes_on_from_an_actor_lets_the_critic_learn_first() -> None:
    steered = plan(pushes=(Pushes(200, 3000), Pushes(250, 10)), first=Path("a.onnx"), steer=75.0)
    first, second = (settings for settings, _ in steered.stages.values())
    assert first.value_rounds > 0 and second.value_rounds == 0
    assert list(steered.stages) == ["steered200", "steered250"]
    assert first.steer == second.steer == steered.lesson.steer == 75
    assert "--from a.onnx --steer 75 --push" in steered.command


@pytest.mark.parametrize("text", ["150", "a,3", "150,2000,0.1,0.9,7"])
def test_pushes_that_cannot_be_read_are_told(text: str) -> None:
    with pytest.raises(ValueError, match="NEWTONS,SAMPLES"):
        Pushes.parse(text)
