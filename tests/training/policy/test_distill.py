"""Distillation: what ships learns what a teacher does, and goes on from what shipped."""

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
from training.policy import distill  # noqa: E402
from training.policy.networks import Teacher, action_error  # noqa: E402

LESSON = distill.Settings(
    rounds=4, environments=8, horizon=8, capacity=128, taught=1, updates=5, minibatch=32
)


@pytest.fixture(scope="module")
def standing() -> ReferenceClip:
    pose = np.zeros(POSE_SIZE)
    pose[1], pose[3], pose[BALL_POSE[:, 0]] = 0.881416, 1, 1
    return ReferenceClip("standing", True, np.array([0.0, 0.5, 1.0]), np.tile(pose, (3, 1)))


def biased_teacher() -> Teacher:
    """One that wants something else than the clip."""
    torch.manual_seed(1)
    teacher = Teacher()
    torch.nn.init.uniform_(teacher.actor[-1].bias, -0.2, 0.2)
    return teacher


def test_the_student_learns_what_the_teacher_does(standing: ReferenceClip) -> None:
    teacher = biased_teacher()
    run = distill.Run(standing, teacher, replace(LESSON, taught=4, updates=25))
    errors = [run.advance()["error"] for _ in range(4)]
    with torch.no_grad():
        constant = action_error(run.actor.shift.float().expand(128, -1), run.memory.targets[:128])
    assert errors[-1] < 0.5 * constant


def test_a_distillation_goes_on_as_if_it_had_not_stopped(
    standing: ReferenceClip, tmp_path: Path
) -> None:
    teacher = biased_teacher()
    whole = distill.Run(standing, teacher, LESSON)
    whole.train(tmp_path / "whole.pt", 4)
    distill.Run(standing, teacher, LESSON).train(tmp_path / "part.pt", 2)
    second = distill.Run(standing, teacher, LESSON)
    second.restore(tmp_path / "part.pt")
    second.train(tmp_path / "part.pt", 4)
    assert second.curve == whole.curve
    with pytest.raises(ValueError, match="teacher"):
        distill.Run(standing, Teacher(), LESSON).restore(tmp_path / "part.pt")
