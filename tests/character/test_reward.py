"""The reward against DeepMimic's formula written out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

pytest.importorskip("mujoco")

from character.anatomy import BALLS, HINGES, POSE_START, RATE_START
from character.body import Body
from character.instant import Instant
from character.reward import WEIGHTS, Imitation

SCALES = {"pose": 2, "velocity": 0.1, "end_effector": 40, "root": 5, "com": 10}


def angle(a: np.ndarray, b: np.ndarray) -> float:
    first, second = (Rotation.from_quat(q, scalar_first=True) for q in (a, b))
    return (first.inv() * second).magnitude()


def errors(body: Body, a: Instant, b: Instant) -> dict[str, float]:
    """The five errors as SPEC.md lists them."""
    pose = body.weights[0] * angle(a.pose[3:7], b.pose[3:7]) ** 2
    velocity = body.weights[0] * np.sum((a.rates[3:6] - b.rates[3:6]) ** 2)
    for joint in BALLS + HINGES:
        p, r, width = POSE_START[joint], RATE_START[joint], 3 if joint in BALLS else 1
        if joint in BALLS:
            turned = angle(a.pose[p : p + 4], b.pose[p : p + 4])
        else:
            turned = a.pose[p] - b.pose[p]
        pose += body.weights[joint] * turned**2
        spin = a.rates[r : r + width] - b.rates[r : r + width]
        velocity += body.weights[joint] * np.sum(spin**2)

    def ends(instant: Instant) -> np.ndarray:
        level = Rotation.from_euler("y", -instant.heading)
        from_root = instant.joints[[5, 8, 11, 14]] - instant.joints[0]
        from_root[:, 1] = instant.joints[[5, 8, 11, 14], 1]
        return level.apply(from_root)

    def momentum(instant: Instant) -> np.ndarray:
        return sum(m * v for m, v in zip(body.masses, instant.linear, strict=True)) / 45

    return {
        "pose": pose,
        "velocity": velocity,
        "end_effector": np.mean(np.sum((ends(a) - ends(b)) ** 2, axis=1)),
        "root": np.sum((a.pose[:3] - b.pose[:3]) ** 2)
        + 0.1 * angle(a.pose[3:7], b.pose[3:7]) ** 2
        + 0.01 * np.sum((a.rates[:3] - b.rates[:3]) ** 2)
        + 0.001 * np.sum((a.rates[3:6] - b.rates[3:6]) ** 2),
        "com": 0.1 * np.sum((momentum(a) - momentum(b)) ** 2),
    }


def test_terms_are_the_formulas(body: Body, instants: list) -> None:
    imitation = Imitation(body.masses, body.weights)
    rng = np.random.default_rng(5)
    for pose, rates in instants:
        near = pose + 0.03 * rng.normal(size=43)
        for columns in ([*range(3, 7)], *(range(POSE_START[b], POSE_START[b] + 4) for b in BALLS)):
            near[columns] /= np.linalg.norm(near[columns])
        a, b = body.at(pose, rates), body.at(near, rates + 0.3 * rng.normal(size=34))
        found = imitation.reward(a, b).terms
        expected = {t: np.exp(-SCALES[t] * e) for t, e in errors(body, a, b).items()}
        assert all(0.01 < value < 0.999 for value in expected.values())
        for term, value in expected.items():
            assert np.isclose(found[term], value), term
        assert np.isclose(found["total"], sum(w * expected[t] for t, w in WEIGHTS.items()))


def test_perfect_imitation_is_one(body: Body, instants: list) -> None:
    instant = body.at(*instants[0])
    assert np.allclose(
        list(Imitation(body.masses, body.weights).reward(instant, instant).terms.values()), 1
    )
    assert np.isclose(sum(WEIGHTS.values()), 1)


def test_heading_and_place_count_only_for_the_root(body: Body, instants: list) -> None:
    pose, rates = instants[1]
    moved = pose.copy()
    moved[[0, 2]] += 0.2
    reward = Imitation(body.masses, body.weights).reward(
        body.at(pose, rates), body.at(moved, rates)
    )
    assert np.allclose([reward.end_effector, reward.pose, reward.velocity, reward.com], 1)
    assert np.isclose(reward.root, np.exp(-5 * 0.08))
