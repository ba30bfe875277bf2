"""Colours for values, and how they come onto the mannequin."""

from __future__ import annotations

import numpy as np
import pytest

from motion.canonical import INDEX
from render.color_schemes import DARK, LIGHT, ColorScheme
from render.heat import heat, to_oklab
from render.mannequin import at_parts, mannequin


@pytest.mark.parametrize("scheme", [DARK, LIGHT])
def test_stops_are_met_and_ends_hold(scheme: ColorScheme) -> None:
    places = np.linspace(0, 1, len(scheme.heat))
    np.testing.assert_allclose(heat(places, scheme.heat), scheme.heat, atol=1e-5)
    ends = heat(np.array([-3, 7, np.inf, np.nan]), scheme.heat)
    np.testing.assert_allclose(ends, [scheme.heat[0], *[scheme.heat[-1]] * 3], atol=1e-5)


@pytest.mark.parametrize(("scheme", "sign"), [(DARK, 1), (LIGHT, -1)])
def test_more_is_always_farther_from_the_ground(scheme: ColorScheme, sign: int) -> None:
    lab = to_oklab(heat(np.linspace(0, 1, 201), scheme.heat).astype(float))
    assert (sign * np.diff(lab[:, 0]) > 0).all()
    steps = np.linalg.norm(np.diff(lab, axis=0), axis=1)
    assert steps.max() < 2.5 * steps.min()


def test_oklab_of_known_colours() -> None:
    """White and grey have no hue; red is Ottosson's published example."""
    white, grey = to_oklab(np.array([[1.0, 1, 1], [0.5, 0.5, 0.5]]))
    np.testing.assert_allclose(white, [1, 0, 0], atol=1e-4)
    np.testing.assert_allclose(grey[1:], 0, atol=1e-4)
    np.testing.assert_allclose(to_oklab(np.array([1.0, 0, 0])), [0.628, 0.225, 0.126], atol=1e-3)


def test_a_value_at_one_joint_shows_on_the_parts_about_it(t_pose: np.ndarray) -> None:
    values = np.zeros(22)
    values[INDEX["LeftForeArm"]] = 1
    parts = at_parts(values)
    figure = mannequin(t_pose).painted(heat(parts, DARK.heat))
    middles = (figure.data[:, :3] + figure.data[:, 4:7]) / 2
    away = np.linalg.norm(middles - t_pose[INDEX["LeftForeArm"]], axis=1)
    assert parts.max() == 1 and parts[away > 0.3].max() == 0
    cold = (np.abs(figure.data[:, 12:15] - DARK.heat[0]) < 1e-4).all(axis=1)
    np.testing.assert_array_equal(cold, parts == 0)
    np.testing.assert_array_equal(at_parts(np.full(22, 0.25)), 0.25)
