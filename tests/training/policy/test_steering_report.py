"""Steering as it is measured: the walk that ships, in short drives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")
pytest.importorskip("torch")

from character.reference import ReferenceClip, read_clip
from character.simulation import Policy
from inference import load_model
from training.policy.report import as_policy
from training.policy.steering_report import Wish, driven, steering_metrics

ASSETS = Path(__file__).parents[3] / "assets"


@pytest.fixture(scope="module")
def clip() -> ReferenceClip:
    return read_clip(ASSETS / "character" / "walk.txt")


@pytest.fixture(scope="module")
def walk() -> Policy:
    return as_policy(load_model(ASSETS / "models" / "deepmimic_actor.onnx", engine="numpy"))


def test_straight_on_the_walk_keeps_heading_and_speed(clip: ReferenceClip, walk: Policy) -> None:
    drive = driven(clip, walk, [Wish(0, 0, 1)], 0.2, seconds=6)
    assert not drive.fallen and len(drive.heading) == 180 and len(drive.speed) == 4
    assert np.degrees(np.sqrt(np.mean(drive.heading**2))) < 12
    assert np.abs(drive.speed).max() < 0.15


@pytest.mark.parametrize("turn", [20.0, -20.0])
def test_a_steered_walk_turns_and_an_unsteered_one_errs(
    clip: ReferenceClip, walk: Policy, turn: float
) -> None:
    script = [Wish(0, np.radians(turn), 1)]
    drive = driven(clip, walk, script, 0.2, seconds=6)
    assert not drive.fallen and np.degrees(np.abs(drive.heading[-38:].mean())) < 30
    last = driven(clip, walk, [Wish(0, 0, 1)], 0.2, seconds=6).heading[-38:].mean()
    assert np.degrees(abs(last - 6 * np.radians(turn))) > 90


def test_a_fall_ends_a_drive_and_is_counted(clip: ReferenceClip) -> None:
    limp: Policy = lambda state: np.zeros(36)  # noqa: E731
    drive = driven(clip, limp, [Wish(0, 0, 1)], 0.2, seconds=6)
    assert drive.fallen and len(drive.heading) < 100
    table = steering_metrics(clip, limp, 60.0, starts=1)
    assert list(table)[:4] == ["turning 20", "turning 40", "turning 60", "changing"]
    assert all(row["fallen"] == 1 for row in table.values())
