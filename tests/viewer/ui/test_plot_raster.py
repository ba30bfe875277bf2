"""An SVG as pixels."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from tests.source_tree import ROOT
from tests.viewer.commands.conftest import png_size
from tests.viewer.model.plots import curves, distances
from viewer.model.plot_svg import TONES, WIDTH, to_svg
from viewer.ui.plot_raster import raster, to_png


def colors(plot_svg: bytes) -> set[str]:
    image = raster(plot_svg, 1)
    return {
        QColor(image.pixel(x, y)).name()
        for x in range(image.width())
        for y in range(image.height())
    }


def test_a_plot_is_drawn_on_white_in_its_colours(app: QApplication) -> None:
    found = colors(to_svg(curves()).encode())
    assert "#ffffff" in found
    near = [
        any(_apart(QColor(color), QColor(TONES[tone])) < 60 for color in found)
        for tone in (0, 1, 2)
    ]
    assert near == [True] * 3


def _apart(one: QColor, other: QColor) -> int:
    return sum(abs(a - b) for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True))


def test_a_map_has_its_cells(app: QApplication) -> None:
    """The six rows of the map are to be told apart in its pixels."""
    image = raster(to_svg(distances()).encode(), 1)
    column = [QColor(image.pixel(90, 40 + 35 + 70 * row)).name() for row in range(6)]
    assert len(set(column)) >= 2 and "#ffffff" not in column


def test_a_png_is_sharp_enough_for_print(app: QApplication, tmp_path: Path) -> None:
    (tmp_path / "plot.png").write_bytes(to_png(to_svg(curves()).encode()))
    assert png_size(tmp_path / "plot.png")[0] == 3 * WIDTH


def test_no_window_is_needed(tmp_path: Path) -> None:
    svg, png = tmp_path / "plot.svg", tmp_path / "plot.png"
    svg.write_text(to_svg(curves()), encoding="utf-8")
    code = (
        "import sys, pathlib; from viewer.ui.plot_raster import headless_png; "
        "pathlib.Path(sys.argv[2]).write_bytes(headless_png(pathlib.Path(sys.argv[1]).read_bytes()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(svg), str(png)], cwd=ROOT, env={"HOME": str(tmp_path)},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert png_size(png)[0] == 3 * WIDTH
