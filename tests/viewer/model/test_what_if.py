"""A joint that stands elsewhere, in the input and in the pose."""

from __future__ import annotations

import numpy as np
import pytest

from motion.features import heading, phase_frames
from tests.motion.synthetic import walk
from viewer.model.what_if import WhatIf, facing, moved_input, moved_pose, to_root

POSES = walk(90, 1 / 30)
ROWS = phase_frames(POSES, 1 / 30)
OFFSET = np.array([0.05, -0.1, 0.2])


@pytest.mark.parametrize("frame", [0, 40, 89])
def test_the_way_it_faces_is_found_again(frame: int) -> None:
    angle = heading(POSES, 1 / 30)[frame]
    assert np.angle(np.exp(1j * (facing(POSES[frame], ROWS[frame]) - angle))) == pytest.approx(
        0, abs=1e-4
    )


def test_the_input_of_the_moved_pose_is_the_moved_input() -> None:
    frame, joint = 40, 17
    poses = POSES.copy()
    poses[frame] = moved_pose(POSES[frame], ROWS[frame], joint, OFFSET)
    found = phase_frames(poses, 1 / 30)[frame, :66]
    wanted = moved_input(ROWS[frame], joint, OFFSET)
    np.testing.assert_allclose(found, wanted[:66], atol=1e-5)
    np.testing.assert_array_equal(wanted[66:], ROWS[frame, 66:])
    way = poses[frame, joint] - POSES[frame, joint]
    np.testing.assert_allclose(to_root(way, POSES[frame], ROWS[frame]), OFFSET, atol=1e-6)


def test_the_difference_is_the_shorter_way_round() -> None:
    pair = WhatIf((1.0, -0.01), (0.5, 0.01))
    assert 0 < pair.turned < 0.01
    assert pair.amplitudes == pytest.approx((1.0, 0.5), abs=1e-3)
    assert pair.turns[0] > 0.99 > 0.01 > pair.turns[1]
