"""What the stage marks of joints: dot, way and distances, in the colours of the plots."""

from __future__ import annotations

import numpy as np
import pytest

from motion.canonical import INDEX
from render.color_schemes import COLOR_SCHEMES
from render.scene import Scene
from tests.motion.synthetic import walk
from viewer.model.document import COLOURS, ShownJoint, View
from viewer.model.figure import Figure
from viewer.model.joint_marks import with_marks
from viewer.model.shown import shown
from viewer.ui.theme import DARK, LIGHT, Theme

STEP = 1 / 60
WALK = Figure(walk(240, STEP), STEP)
HEAD, HAND = ShownJoint("Head", "green", True), ShownJoint("LeftHand", "pink")


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_the_stage_has_the_colours_of_the_plots(theme: Theme) -> None:
    series = COLOR_SCHEMES[theme.name].series
    codes = ["#" + "".join(f"{round(255 * part):02x}" for part in color) for color in series]
    assert codes == list(theme.series) and len(codes) == len(COLOURS)


def test_a_dot_stands_at_each_joint_in_its_colour() -> None:
    scene = with_marks(Scene(), WALK, 100, (HEAD, HAND))
    places = scene.points.data[:, :3]
    wanted = WALK.positions[100, [INDEX["Head"], INDEX["LeftHand"]]]
    np.testing.assert_allclose(places, wanted, atol=1e-6)
    series = scene.scheme.series
    np.testing.assert_allclose(scene.points.data[:, 4:7], [series[2], series[4]], atol=1e-6)


def test_the_way_ends_at_the_joint_and_the_distance_joins_two() -> None:
    one = with_marks(Scene(), WALK, 200, (HEAD,)).lines.data
    np.testing.assert_allclose(one[-1, :3], WALK.positions[200, INDEX["Head"]], atol=1e-6)
    assert np.allclose(one[1, :3], WALK.positions[81, INDEX["Head"]], atol=0.05)
    both = with_marks(Scene(), WALK, 200, (HEAD, HAND)).lines.data
    ends = both[-3:-1, :3]
    wanted = WALK.positions[200, [INDEX["Head"], INDEX["LeftHand"]]]
    np.testing.assert_allclose(ends, wanted, atol=1e-6)


def test_the_first_frame_and_joints_of_another_rig_are_no_matter() -> None:
    scene = Scene()
    assert len(with_marks(scene, WALK, 0, (HEAD, HAND)).points) == 2
    assert with_marks(scene, WALK, 0, (ShownJoint("Tail", "blue"),)) is scene
    assert with_marks(scene, WALK, 0, ()) is scene


def test_a_document_shows_them_without_a_window() -> None:
    bare, marked = shown(View(), WALK, 100), shown(View(joints=(HEAD, HAND)), WALK, 100)
    assert not bare.same_as(marked)
    assert len(marked.scene().points) == len(bare.scene().points) + 2
