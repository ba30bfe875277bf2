"""One pose over another: only the pose differs."""

from __future__ import annotations

import numpy as np
import pytest

from motion.features import turn
from tests.motion.synthetic import walk
from viewer.model.overlaid import overlaid

TIMES = (1 / 30, 1 / 30)


def test_the_same_frame_lies_on_itself() -> None:
    motion = walk(90, 1 / 30)
    np.testing.assert_allclose(overlaid(motion, 40, motion, 40, TIMES), motion[40], atol=1e-5)


@pytest.mark.parametrize("frame", [0, 40, 89])
def test_a_motion_elsewhere_that_faces_elsewhere_lies_on_it(frame: int) -> None:
    motion = walk(90, 1 / 30)
    away = (turn(motion, np.array(1.2)) + np.array([3.0, 0.0, -5.0])).astype(np.float32)
    found = overlaid(motion, frame, away, frame, TIMES)
    np.testing.assert_allclose(found, motion[frame], atol=1e-4)


def test_the_pose_is_that_of_the_other() -> None:
    motion = walk(90, 1 / 30)
    found = overlaid(motion, 10, motion, 25, TIMES)
    np.testing.assert_allclose(found[0, [0, 2]], motion[10, 0, [0, 2]], atol=1e-6)
    assert found[0, 1] == pytest.approx(motion[25, 0, 1], abs=1e-6)
    bones = np.linalg.norm(found - found[0], axis=1)
    np.testing.assert_allclose(bones, np.linalg.norm(motion[25] - motion[25, 0], axis=1), atol=1e-5)
