"""Properties of a walk that was changed by known amounts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from motion.canonical import INDEX, JOINTS
from motion.features import FPS
from tests.motion.synthetic import walk
from training.stylevae.properties import PROPERTIES, local_joints, measured

NAMES = [each.name for each in PROPERTIES]
UPPER = [n for n, name in enumerate(JOINTS) if "Leg" not in name and "Foot" not in name]
UPPER = [n for n in UPPER if "Toe" not in JOINTS[n] and JOINTS[n] != "Hips"]


def shifted(joint: str, axis: int, metres: float) -> Callable[[np.ndarray], None]:
    def change(positions: np.ndarray) -> None:
        positions[:, INDEX[joint], axis] += metres

    return change


def leant(positions: np.ndarray) -> None:
    rise = positions[:, UPPER, 1] - positions[:, :1, 1]
    positions[:, UPPER, 2] += 0.1 * rise


def lowered(positions: np.ndarray) -> None:
    positions[..., 1] -= 0.05


@pytest.mark.parametrize(
    ("name", "change", "wanted"),
    [
        ("lean", leant, 5.71),
        ("head down", leant, 0.0),
        ("head down", shifted("Head", 2, 0.05), None),
        ("crouch", lowered, 5.0),
        ("asymmetry", shifted("LeftHand", 1, 0.1), 10.0),
        ("hands up", shifted("LeftHand", 1, 0.1), 5.0),
        ("step width", shifted("LeftFoot", 0, 0.04), 4.0),
        ("toes out", shifted("RightToeBase", 0, -0.05), None),
        ("elbows out", shifted("LeftForeArm", 1, -0.1), None),
    ],
)
def test_what_is_changed_is_measured(
    name: str, change: Callable[[np.ndarray], None], wanted: float | None
) -> None:
    positions = walk(120, 1 / FPS)
    before = measured(positions)
    change(positions)
    risen = (measured(positions) - before)[NAMES.index(name)]
    if wanted is None:
        assert abs(risen) > 2
    else:
        assert risen == pytest.approx(wanted, abs=0.4)


def test_longer_steps_are_a_longer_stride() -> None:
    short, long = (measured(walk(120, 1 / FPS, cadence)) for cadence in (1.0, 0.5))
    assert long[NAMES.index("stride")] > 1.5 * short[NAMES.index("stride")]


def test_changes_are_in_percent_where_the_unit_says_so() -> None:
    assert PROPERTIES[NAMES.index("stride")].change(0.5, 0.6) == pytest.approx(20)
    assert PROPERTIES[NAMES.index("lean")].change(3.0, -1.0) == pytest.approx(-4)


def test_what_goes_along_is_a_property() -> None:
    assert {name for each in PROPERTIES for name in each.covers} <= set(NAMES)
    assert len(set(NAMES)) == len(NAMES)


def test_joints_are_seen_from_the_hips() -> None:
    joints = local_joints(walk(90, 1 / FPS))
    np.testing.assert_allclose(joints[:, 0, [0, 2]], 0, atol=1e-5)
