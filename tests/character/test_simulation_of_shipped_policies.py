"""The policies that ship: the files the manifest tells of, as good as it says, in short runs."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.push import Push
from character.reference import read_clip
from character.simulation import Policy, Simulation, rollout
from character.step import Step
from inference import load_model
from inference.models import MODELS

ASSETS = Path(__file__).parents[2] / "assets"
MANIFEST = json.loads((ASSETS / "models" / "manifest.json").read_text(encoding="utf-8"))["models"]
ENDINGS = {"walk": "", "run": "_run", "spinkick": "_spinkick"}
SECONDS = 6.0


def entry(name: str, half: str = "actor") -> dict:
    return MANIFEST[f"deepmimic_{half}{ENDINGS[name]}"]


def policy(name: str, seen: list[np.ndarray] | None = None) -> Policy:
    runner = load_model(ASSETS / "models" / entry(name)["file"], spec=MODELS["deepmimic_actor"])

    def decide(state: np.ndarray) -> np.ndarray:
        if seen is not None:
            seen.append(state)
        return runner.run({"state": state[None]})["action"][0]

    return decide


def performed(name: str, share: float, *pushes: Push, seen: list | None = None) -> list[Step]:
    """Six seconds of the policy on its own clip, from that share of it on."""
    clip = read_clip(ASSETS / entry(name)["motion"])
    simulation = Simulation(clip, pushes)
    simulation.reset(share * clip.duration)
    return list(rollout(simulation, policy(name, seen), SECONDS))


@pytest.mark.parametrize("half", ["actor", "critic"])
@pytest.mark.parametrize("name", ENDINGS)
def test_the_manifest_tells_of_these_very_files(name: str, half: str) -> None:
    told = entry(name, half)
    content = (ASSETS / "models" / told["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == told["sha256"]
    assert told["parameters"] == {"actor": 746_020, "critic": 728_065}[half]
    assert len(content) / 1024 == pytest.approx({"actor": 2915.2, "critic": 2845.0}[half], rel=1e-3)
    assert told["torch_vs_onnx"] < 1e-5
    assert told["data"] and all(source["credit"] and source["licence"] for source in told["data"])
    assert told["metrics"] == entry(name)["metrics"]


@pytest.mark.parametrize("name", ENDINGS)
def test_every_target_was_measured_and_reached(name: str) -> None:
    told = entry(name)
    for metric, target in told["targets"].items():
        measured = told["metrics"][metric]
        value = measured["mean"] if metric == "push_survival" else measured
        assert value >= float(target.removeprefix(">= ")), metric
    assert told["metrics"]["captured"]["reward"] >= float(told["targets"]["reward"][3:])


@pytest.mark.parametrize("share", [0.0, 0.4])
@pytest.mark.parametrize("name", ENDINGS)
def test_it_performs_its_clip_as_the_manifest_says(name: str, share: float) -> None:
    steps = performed(name, share)
    assert not steps[-1].fallen and len(steps) == round(SECONDS * 30)
    reward = np.mean([step.reward.total for step in steps])
    assert reward > entry(name)["metrics"]["reward"] - 0.05


@pytest.mark.parametrize("way", [0.0, 90.0, 180.0, 270.0])
def test_the_walk_takes_a_push_from_any_side(way: float) -> None:
    steps = performed("walk", 0.3, Push(1.0, 120.0, np.radians(way), 0.2))
    assert not steps[-1].fallen


def test_the_critic_knows_a_stumble_when_it_sees_one() -> None:
    seen: list[np.ndarray] = []
    steps = performed("walk", 0.3, Push(2.0, 150.0, np.pi / 2, 0.2), seen=seen)
    critic = load_model(ASSETS / "models" / entry("walk", "critic")["file"])
    values = critic.run({"state": np.array(seen)})["value"][:, 0]
    rewards = np.array([step.reward.total for step in steps])
    ahead = np.convolve(rewards, 0.95 ** np.arange(60)[::-1], "valid")
    assert np.corrcoef(values[: len(ahead)], ahead)[0, 1] > 0.5
