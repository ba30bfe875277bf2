"""A plot as files: what stands beside the picture, what is left alone, and the program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from motion.files import CannotWrite
from tests.viewer.model.plots import curves, distances
from viewer.model.notice import Refused
from viewer.model.plot import Plot
from viewer.model.plot_files import numpy_program, write_plot


def no_png(svg: bytes) -> bytes:
    raise AssertionError("an SVG needs no pixels")


def png_of(svg: bytes) -> bytes:
    assert svg.startswith(b"<svg")
    return b"pixels"


def test_the_numbers_stand_beside_the_picture(tmp_path: Path) -> None:
    written = write_plot(curves(), tmp_path / "walk.svg", no_png)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["walk.csv", "walk.npz", "walk.svg"]
    assert str(written) == f"{tmp_path / 'walk.svg'} and, with its numbers, walk.csv, walk.npz"
    head, *rows = (tmp_path / "walk.csv").read_text().splitlines()
    assert head == "time_s,x,x_b,turns,strike_s"
    assert [row.count(",") for row in rows] == [4] * 90
    table = np.array([row.split(",")[:4] for row in rows], float)
    arrays = curves().arrays()
    for column, name in enumerate(("time_s", "x", "x_b", "turns")):
        np.testing.assert_allclose(table[:, column], arrays[name], atol=1e-6)
    assert [row.split(",")[4] for row in rows[:3]] == ["0.9", "1.9", ""]


def test_a_map_is_a_table_of_its_own(tmp_path: Path) -> None:
    write_plot(distances(), tmp_path / "map.png", png_of, arrays=False)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["map.csv", "map.png"]
    assert (tmp_path / "map.png").read_bytes() == b"pixels"
    head, *rows = (tmp_path / "map.csv").read_text().splitlines()
    arrays = distances().arrays()
    assert head.split(",")[0] == "a_s / b_s"
    np.testing.assert_allclose(np.array(head.split(",")[1:], float), arrays["b_s"], atol=1e-6)
    table = np.array([row.split(",") for row in rows], float)
    np.testing.assert_allclose(table[:, 1:], arrays["distance"], atol=1e-6)
    both = Plot("both", (*distances(tuple("aabbcc")).panels, *curves().panels))
    found = write_plot(both, tmp_path / "both.png", png_of)
    assert [p.name for p in found.data] == ["both.csv", "both distance.csv", "both.npz"]
    assert (tmp_path / "both distance.csv").read_text().splitlines()[3].startswith("b,")


def test_what_is_no_plots_is_left_alone(tmp_path: Path) -> None:
    path, beside = tmp_path / "walk.png", tmp_path / "walk.csv"
    beside.write_text("my,own\n1,2\n")
    with pytest.raises(Refused, match=r"walk\.csv is there already and is no plot's: give walk"):
        write_plot(curves(), path, png_of)
    assert [p.name for p in tmp_path.iterdir()] == ["walk.csv"]
    assert beside.read_text() == "my,own\n1,2\n"
    beside.unlink()
    np.savez(tmp_path / "walk.npz", mine=np.arange(3))
    with pytest.raises(Refused, match=r"walk\.npz is there already"):
        write_plot(curves(), path, png_of)
    (tmp_path / "walk.npz").unlink()
    for _ in range(2):
        write_plot(curves(), path, png_of)
    with pytest.raises(Refused, match=r"\.png or \.svg"):
        write_plot(curves(), tmp_path / "walk.pdf", png_of)
    with pytest.raises(CannotWrite, match="its folder does not exist"):
        write_plot(curves(), tmp_path / "no" / "walk.png", png_of)


@pytest.mark.parametrize("plot", [curves(), distances(), distances(tuple("aabbcc"))])
def test_the_program_draws_the_same(plot: Plot, tmp_path: Path) -> None:
    """Run as a person would run it, and asked what it has drawn."""
    pytest.importorskip("matplotlib")
    npz = tmp_path / "it's.npz"
    plot.save_arrays(npz)
    program = numpy_program(plot, npz).replace(
        "plt.show()",
        "for ax in axes[:, 0]:\n"
        "    drawn = [line.get_ydata() for line in ax.lines if len(line.get_xdata()) > 2]\n"
        "    drawn += [mesh.get_array() for mesh in ax.collections]\n"
        "    print(ax.get_ylabel(), *(f'{np.nansum(values):.6f}' for values in drawn), sep='|')\n",
    )
    environ = {"MPLBACKEND": "Agg", "MPLCONFIGDIR": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environ
    )
    assert done.returncode == 0, done.stderr
    for panel, line in zip(plot.panels, done.stdout.splitlines(), strict=True):
        label, *sums = line.split("|")
        values = [curve.values for curve in panel.curves]
        values += [panel.heat.values] if panel.heat else []
        assert label == panel.up.title
        assert [float(each) for each in sums] == pytest.approx(
            [float(each.sum()) for each in values], abs=1e-4
        )
