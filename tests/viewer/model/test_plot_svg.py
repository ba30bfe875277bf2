"""The picture of a plot, read back from its SVG."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from base64 import b64decode
from dataclasses import replace

import numpy as np
import pytest

from tests.viewer.model.plots import TIME_S, curves, distances
from viewer.model.plot import Axis, Curve, Panel, Plot
from viewer.model.plot_svg import TONES, WIDTH, heat_stops, to_svg

SVG = "{http://www.w3.org/2000/svg}"
BOX = (68, WIDTH - 18)


def drawn(plot: Plot) -> ElementTree.Element:
    return ElementTree.fromstring(to_svg(plot))


def words(root: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in root.iter(f"{SVG}text")]


def lines(root: ElementTree.Element, tone: int) -> list[np.ndarray]:
    """The points of the curves of one colour, in points of the picture."""
    found = (line for line in root.iter(f"{SVG}polyline") if line.get("stroke") == TONES[tone])
    return [
        np.array([pair.split(",") for pair in str(line.get("points")).split()], float)
        for line in found
    ]


def test_title_axes_units_and_legend_are_there() -> None:
    found = words(drawn(curves()))
    assert found[0] == "walk & run"
    assert {"x", "φ (turn)", "time (s)", "A", "B", "heel strikes"} <= set(found)
    assert found.count("time (s)") == 1, "the axis of time is named once, below"


def test_a_curve_is_where_its_values_are() -> None:
    (line,) = lines(drawn(curves()), 0)
    left, right = BOX
    np.testing.assert_allclose(line[:, 0], left + TIME_S / TIME_S[-1] * (right - left), atol=0.1)
    heights = curves().panels[0].curves[0].values
    slope, _ = np.polyfit(heights, line[:, 1], 1)
    np.testing.assert_allclose(line[:, 1], line[0, 1] + slope * (heights - heights[0]), atol=0.2)
    assert slope < 0, "up is more"


def test_a_turn_is_not_joined_across_its_end() -> None:
    assert [len(line) for line in lines(drawn(curves()), 2)] == [27, 30, 30, 3]


def test_what_is_not_shown_is_cut_off_at_the_edge() -> None:
    root = drawn(curves(shown=(0.49, 1.51)))
    (line,) = lines(root, 0)
    assert line[0, 0] == pytest.approx(BOX[0], abs=0.1)
    assert line[-1, 0] == pytest.approx(BOX[1], abs=0.1)
    strikes = [each for each in root.iter(f"{SVG}line") if each.get("stroke-dasharray")]
    assert len(strikes) == 2, "one strike of two, and the one of the legend"


def test_a_long_curve_is_a_few_points() -> None:
    at = np.arange(200_000) / 120
    panel = Panel(Axis("time", "s"), Axis("x"), (Curve("x", np.sin(at), "time_s", at),))
    assert len(to_svg(Plot("long", (panel,)))) < 100_000


def test_the_phase_plane_has_equal_axes() -> None:
    angle = np.linspace(0, 2 * np.pi, 50)
    ring = Curve("y", 0.5 * np.sin(angle), "x", np.cos(angle))
    root = drawn(Plot("ring", (Panel(Axis("x"), Axis("y"), (ring,), equal=True),)))
    (line,) = lines(root, 0)
    wide, high = np.ptp(line, axis=0)
    assert wide == pytest.approx(2 * high, rel=0.01)
    assert float(str(root.get("width"))) < WIDTH


def test_a_map_is_a_picture_with_its_scale() -> None:
    root = drawn(distances())
    picture, scale = root.iter(f"{SVG}image")
    data = str(picture.get("{http://www.w3.org/1999/xlink}href")).partition("base64,")[2]
    assert b64decode(data).startswith(b"\x89PNG")
    assert float(str(picture.get("width"))) > float(str(scale.get("width")))
    assert {"time of A (s)", "time of B (s)", "apart"} <= set(words(root))


def test_rows_are_named_once_a_group() -> None:
    found = words(drawn(distances(("Hips", "Hips", "LeftLeg", "LeftLeg", "Head", "Head"))))
    assert [found.count(name) for name in ("Hips", "LeftLeg", "Head")] == [1, 1, 1]


def test_what_holds_nothing_is_drawn_empty() -> None:
    plot = curves()
    gone = np.full(90, np.nan)
    panel = replace(plot.panels[0], curves=(Curve("x", gone, "time_s", TIME_S),))
    assert lines(drawn(Plot("none", (panel,))), 0) == []
    assert lines(drawn(Plot("none", (Panel(Axis("t"), Axis("x")),))), 0) == []


def test_the_colours_run_from_light_to_dark() -> None:
    stops = heat_stops(9)
    assert all(re.fullmatch("#[0-9a-f]{6}", stop) for stop in stops)
    assert int(stops[0][1:3], 16) > int(stops[-1][1:3], 16)
