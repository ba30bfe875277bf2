"""The three commands of a plot, on a real widget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMainWindow, QWidget

from tests.viewer.model.plots import curves
from tests.viewer.panel_fixtures import until
from viewer.model.plot import Plot
from viewer.ui.actions import Actions
from viewer.ui.plot_export import PlotExport, PlotNames


class Made:
    """A window with a plot to take along, and what was told."""

    def __init__(self, show: Callable[[QWidget], None]) -> None:
        self.window = QMainWindow()
        self.widget = QWidget()
        self.window.setCentralWidget(self.widget)
        show(self.window)
        self.plot: Plot | None = curves()
        self.told: list[tuple[str, str]] = []
        self.actions = Actions(self.window)
        self.export = PlotExport(
            self.widget, self.actions, PlotNames("test.plot", "Test plot", "Phase"),
            lambda: (lambda: plot) if (plot := self.plot) else None,
            lambda level, text: self.told.append((level, text)),
        )  # fmt: skip

    def heard(self, count: int = 1) -> tuple[str, str]:
        until(lambda: len(self.told) == count)
        return self.told[-1]


@pytest.fixture
def made(show: Callable[[QWidget], None]) -> Iterator[Made]:
    found = Made(show)
    yield found
    found.export.close()


def test_the_commands_are_in_menu_and_context_menu(made: Made) -> None:
    ids = ["test.plot.export", "test.plot.copy", "test.plot.numpy"]
    assert [made.actions[id].text() for id in ids] == [
        "Export test plot as picture…", "Copy test plot as picture", "Copy test plot as NumPy…",
    ]  # fmt: skip
    assert made.widget.actions() == [made.actions[id] for id in ids]
    assert made.widget.contextMenuPolicy() == Qt.ContextMenuPolicy.ActionsContextMenu
    made.export.set_ready(False)
    assert not any(made.actions[id].isEnabled() for id in ids)


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_picture_and_numbers_are_written(made: Made, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"plot.{suffix}"
    made.export.export(path)
    assert made.heard() == (
        "info", f"Wrote {path} and, with its numbers, plot.csv, plot.npz."
    )  # fmt: skip
    assert path.read_bytes().startswith(b"\x89PNG" if suffix == "png" else b"<svg")
    made.export.export(tmp_path / "no" / "plot.png")
    level, text = made.heard(2)
    assert level == "error" and text.endswith("its folder does not exist.")


def test_the_file_is_asked_for(made: Made, tmp_path: Path) -> None:
    made.actions["test.plot.export"].trigger()
    (dialog,) = made.window.findChildren(QFileDialog)
    assert Path(dialog.selectedFiles()[0]).name == "Test plot.png"
    assert dialog.defaultSuffix() == "png"
    dialog.filterSelected.emit("SVG (*.svg)")
    assert dialog.defaultSuffix() == "svg"
    dialog.fileSelected.emit(str(tmp_path / "chosen.svg"))
    dialog.reject()
    assert made.heard()[0] == "info" and (tmp_path / "chosen.svg").exists()


def test_it_is_copied_as_picture(made: Made) -> None:
    QGuiApplication.clipboard().clear()
    made.actions["test.plot.copy"].trigger()
    assert made.heard() == ("info", "Test plot: copied as picture.")
    image = QGuiApplication.clipboard().image()
    assert image.width() > 1000 and image.height() > 300


def test_it_is_copied_as_numpy(made: Made, tmp_path: Path) -> None:
    made.export.copy_numpy(tmp_path / "plot.npz")
    assert made.heard()[0] == "info"
    program = QGuiApplication.clipboard().text()
    assert f"np.load({str(tmp_path / 'plot.npz')!r})" in program
    with np.load(tmp_path / "plot.npz") as found:
        np.testing.assert_array_equal(found["x"], curves().arrays()["x"])


def test_nothing_to_draw_writes_nothing(made: Made, tmp_path: Path) -> None:
    made.plot = None
    made.export.export(tmp_path / "plot.png")
    made.export.copy()
    made.export.copy_numpy(tmp_path / "plot.npz")
    made.export.close()
    assert list(tmp_path.iterdir()) == [] and made.told == []
