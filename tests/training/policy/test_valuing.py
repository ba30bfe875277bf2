"""A critic for an actor that is there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("mujoco")

from character.anatomy import STATE_SIZE
from inference import load_model
from training.policy import valuing
from training.policy.critic import trained_critic
from training.policy.valuing import Plan, command, run
from viewer.model.demo import ASSETS

ACTOR, MOTION = ASSETS / "models" / "deepmimic_actor_run.onnx", ASSETS / "character" / "run.txt"


def test_an_actor_without_a_critic_gets_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(*given: object, **more: object) -> object:
        return trained_critic(*given, **more, steps=100, updates=30)  # type: ignore[arg-type]

    monkeypatch.setattr(valuing, "trained_critic", short)
    monkeypatch.setattr(valuing, "EPISODES", 1)
    output = tmp_path / "critic.onnx"
    told = run(Plan(ACTOR, MOTION, output, tmp_path))
    assert set(told) == {"critic_correlation", "critic_correlation_calm"}
    value = load_model(output, engine="numpy").run({"state": np.zeros((2, STATE_SIZE), np.float32)})
    assert value["value"].shape == (2, 1)
    assert not (tmp_path / "manifest.json").exists()


def test_its_command_can_be_given_again(tmp_path: Path) -> None:
    plan = Plan(ACTOR, MOTION, tmp_path / "c.onnx", tmp_path, steer=45.0)
    assert command(plan) == (
        "python -m training critic deepmimic_actor_run.onnx --motion run.txt --seed 0 --steer 45"
    )
