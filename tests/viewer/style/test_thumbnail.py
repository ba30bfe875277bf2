"""A pose as a small figure: how it is turned, where it is drawn, that it reads as a person."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QWidget

from motion.canonical import CANONICAL, INDEX
from motion.skeleton import forward_kinematics
from viewer.style.thumbnail import FRONT_DEG, HEIGHT, WIDTH, PoseView, flat_pose, pose_picture
from viewer.ui.theme import DARK, LIGHT

pytestmark = pytest.mark.usefixtures("app")
SIZE = QSize(WIDTH, HEIGHT)


def standing(turned_rad: float = 0.0) -> np.ndarray:
    """The canonical body upright, arms spread, the right leg ahead; turned about the vertical."""
    rotations = np.zeros((1, 22, 4), np.float32)
    rotations[..., 0] = 1
    rotations[0, 0] = [np.cos(turned_rad / 2), 0, np.sin(turned_rad / 2), 0]
    stride = INDEX["RightUpLeg"]
    rotations[0, stride] = [np.cos(0.25), -np.sin(0.25), 0, 0]
    offsets = np.array(CANONICAL.offsets, np.float32)[None]
    return forward_kinematics(CANONICAL, rotations, offsets)[0][0]


def opaque(picture: QPixmap) -> np.ndarray:
    """Which pixels are drawn, (H, W)."""
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGBA8888)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return pixels[..., 3] > 128


def test_it_faces_right_whichever_way_it_went() -> None:
    seen = [flat_pose(standing(angle)) for angle in (0.0, 1.3, 3.0, -2.0)]
    for other in seen[1:]:
        assert other == pytest.approx(seen[0], abs=1e-4)
    left_toe, right_toe = (seen[0][INDEX[f"{side}ToeBase"]] for side in ("Left", "Right"))
    assert right_toe[0] > left_toe[0], "the leg that is ahead is to the right"
    assert right_toe[2] > left_toe[2], "the right side is the near one"


def test_the_front_shows_widths_that_the_side_hides() -> None:
    hands = [INDEX["LeftHand"], INDEX["RightHand"]]
    side, front = (np.ptp(flat_pose(standing(), deg)[hands, 0]) for deg in (0.0, 90.0))
    assert side < 0.05 and front > 1.0
    assert side < np.ptp(flat_pose(standing(), FRONT_DEG)[hands, 0]) < front


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_a_person_stands_on_the_ground_line(ratio: float) -> None:
    picture = pose_picture(standing(), SIZE, ratio, DARK)
    assert picture.size() == SIZE * ratio
    drawn = opaque(picture)
    rows = np.flatnonzero(drawn[:, :].any(axis=1))
    assert rows[0] <= 6 * ratio, "the head is near the top"
    ground = drawn.sum(axis=1).argmax()
    assert ground >= (HEIGHT - 4) * ratio and drawn[ground].sum() > 20 * ratio
    legs = drawn[round(31 * ratio)]
    assert (np.diff(np.flatnonzero(legs)) > 1).any(), "two legs are apart above the ground"


def test_a_crouched_pose_is_lower_than_an_upright_one() -> None:
    low = standing()
    low[:, 1] *= 0.6
    tops = [
        int(np.flatnonzero(opaque(pose_picture(pose, SIZE, 1.0, DARK)).any(axis=1))[0])
        for pose in (standing(), low)
    ]
    assert tops[1] > tops[0] + 8


def test_a_pose_that_reaches_far_is_drawn_whole() -> None:
    wide = standing() * [2.5, 1.4, 2.5]
    drawn = opaque(pose_picture(wide, SIZE, 1.0, DARK, view_deg=90.0))
    assert not drawn[: HEIGHT - 4, [0, -1]].any() and not drawn[0].any()


def colors(picture: QPixmap) -> set[str]:
    image = picture.toImage()
    return {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }


def test_it_wears_the_colours_of_the_theme_or_an_accent() -> None:
    assert DARK.text in colors(pose_picture(standing(), SIZE, 2.0, DARK))
    assert LIGHT.text in colors(pose_picture(standing(), SIZE, 2.0, LIGHT))
    accented = colors(pose_picture(standing(), SIZE, 2.0, DARK, DARK.accent))
    assert DARK.accent in accented and DARK.text not in accented


def test_the_view_shows_nothing_until_a_pose_is_known(show: Callable[[QWidget], None]) -> None:
    view = PoseView("More energy", DARK)
    show(view)
    empty = view.grab().toImage()
    view.set_pose(standing())
    shown = view.grab().toImage()
    assert shown != empty
    view.setEnabled(False)
    assert view.grab().toImage() != shown
    view.setEnabled(True)
    view.set_pose(None)
    assert view.grab().toImage() == empty
    assert view.accessibleName() and view.toolTip()
