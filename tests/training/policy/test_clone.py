"""A teacher learns what a shipped actor does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")
torch = pytest.importorskip("torch")
pytest.importorskip("onnxruntime")
torch.set_num_threads(1)

from character.action import target_pose  # noqa: E402
from character.reference import read_clip  # noqa: E402
from training.export import run_onnx  # noqa: E402
from training.policy import clone, distill  # noqa: E402
from training.policy.networks import Teacher, unfold  # noqa: E402

ASSETS = Path(__file__).parents[3] / "assets"
ACTOR = ASSETS / "models" / "deepmimic_actor.onnx"
LESSON = clone.Settings(rounds=4, environments=16, horizon=16, capacity=1024, shown=2, updates=60)


def test_the_clone_learns_what_the_actor_does(tmp_path: Path) -> None:
    clip = read_clip(ASSETS / "character" / "walk.txt")
    run = clone.Run(clip, ACTOR, LESSON)
    run.train(tmp_path / "clone.pt", LESSON.rounds)
    states, residuals = run.memory.draw(200, torch.Generator().manual_seed(0))
    table = run.env.table
    times = states[:, 0].double().numpy() * clip.duration
    action = run_onnx(ACTOR, {"state": states.numpy()})["action"]
    told = table.residuals(times, target_pose(action))
    np.testing.assert_allclose(residuals.numpy(), told, atol=1e-3)
    with torch.no_grad():
        learned = run.teacher.residuals(run.teacher.normal(states))
    error = (learned - residuals).square().sum(dim=1).mean()
    assert float(error) < 0.3 * float(residuals.var(dim=0).sum())


@torch.no_grad()
def test_unfolded_weights_say_what_the_file_says() -> None:
    states = 2 * torch.randn(50, 197, generator=torch.Generator().manual_seed(0)) + 0.3
    told = run_onnx(ACTOR, {"state": states.numpy()})["action"]
    scale = np.abs(told).max()
    np.testing.assert_allclose(unfold(ACTOR, states)(states), told, atol=1e-4 * scale)


def test_a_distillation_may_start_from_what_shipped() -> None:
    """Before it has learned anything, the student does what the file does."""
    clip = read_clip(ASSETS / "character" / "walk.txt")
    lesson = distill.Settings(environments=4, horizon=4, capacity=64, updates=1, rate=0.0)
    run = distill.Run(clip, Teacher(), lesson, first=ACTOR)
    run.advance()
    states = run.memory.states[:16]
    with torch.no_grad():
        said = run.actor(states)
    told = run_onnx(ACTOR, {"state": states.numpy()})["action"]
    np.testing.assert_allclose(said, told, atol=2e-3)
