"""A plot of a panel to be taken along: as picture with its numbers, on the clipboard, as NumPy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from motion.files import CannotWrite
from viewer.model.language import tr, within
from viewer.model.notice import Level, Refused, sentence
from viewer.model.plot import Plot
from viewer.model.plot_files import numpy_program, write_numbers, write_plot
from viewer.model.plot_svg import to_svg

from .actions import Actions
from .background import Background
from .plot_raster import raster, to_png

FILTERS = "PNG (*.png);;SVG (*.svg)"
MakePlot = Callable[[], Plot]
Tell = Callable[[Level, str], None]
_CLIPBOARD_DOTS = 2


@dataclass(frozen=True)
class PlotNames:
    """id: of its commands, "phase.curves". title: what people call it, "Phase curves". menu."""

    id: str
    title: str
    menu: str


class PlotExport(QObject):
    """Three commands for one plot, in menu, palette and the context menu of ``widget``.

    ask: called on the UI thread, gives what makes the plot in the background, or None where
    there is nothing to draw. tell: says what was written, or why not.
    """

    def __init__(
        self,
        widget: QWidget,
        actions: Actions,
        names: PlotNames,
        ask: Callable[[], MakePlot | None],
        tell: Tell,
    ) -> None:
        super().__init__(widget)
        self._widget, self._names, self._ask, self._tell = widget, names, ask, tell
        self._background = Background(self, "plot")
        what = within(names.title)
        self.actions: tuple[QAction, ...] = (
            actions.add(
                f"{names.id}.export", tr("Export {what} as picture…", what=what),
                tr("Save it as PNG or SVG for paper, with its numbers as CSV and NPZ beside"),
                lambda: self._choose("picture"), menu=names.menu,
            ),
            actions.add(
                f"{names.id}.copy", tr("Copy {what} as picture", what=what),
                tr("Put it on the clipboard as it is drawn for paper"), self.copy, menu=names.menu,
            ),
            actions.add(
                f"{names.id}.numpy", tr("Copy {what} as NumPy…", what=what),
                tr("Save its numbers as NPZ, and put a program that draws them on the clipboard"),
                lambda: self._choose("numpy"), menu=names.menu,
            ),
        )  # fmt: skip
        widget.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        widget.addActions(self.actions)

    def close(self) -> None:
        """Let what is being written come to its end."""
        self._background.close()

    def set_ready(self, ready: bool) -> None:
        """Whether there is something to draw."""
        for action in self.actions:
            action.setEnabled(ready)

    @property
    def title(self) -> str:
        """What people call the plot."""
        return self._names.title

    @property
    def ready(self) -> bool:
        """Whether there is something to draw."""
        return self._ask() is not None

    def export(self, path: Path) -> None:
        """Write picture and numbers, or as CSV the numbers alone; says so, or why not."""

        def write() -> object:
            assert make is not None
            if path.suffix.lower() == ".csv":
                return write_numbers(make(), path)
            return write_plot(make(), path, to_png)

        if make := self._ask():
            self._run(write, lambda written: tr("Wrote {written}.", written=written))

    def copy(self) -> None:
        """Put the picture on the clipboard."""

        def take(image: object) -> str:
            assert isinstance(image, QImage)
            QGuiApplication.clipboard().setImage(image)
            return tr("{title}: copied as picture.", title=self._names.title)

        if make := self._ask():
            self._run(lambda: raster(to_svg(make()).encode(), _CLIPBOARD_DOTS), take)

    def copy_numpy(self, npz: Path) -> None:
        """Write the numbers to ``npz`` and put a program that draws them on the clipboard."""

        def take(program: object) -> str:
            QGuiApplication.clipboard().setText(str(program))
            return tr("Wrote {npz}; the program that draws it is copied.", npz=npz)

        if make := self._ask():
            self._run(lambda: _saved(make(), npz), take)

    def _run(self, work: Callable[[], object], words: Callable[[object], str]) -> None:
        def receive(result: object) -> None:
            if isinstance(result, Refused | CannotWrite):
                self._tell("error", sentence(result))
            elif isinstance(result, Exception):
                raise result
            else:
                self._tell("info", words(result))

        self._background.run(work, receive)

    def _choose(self, what: Literal["picture", "numpy"]) -> None:
        suffix, filters, then = {
            "picture": ("png", FILTERS, self.export),
            "numpy": ("npz", "NPZ (*.npz)", self.copy_numpy),
        }[what]
        title = self._names.title
        dialog = QFileDialog(
            self._widget, tr("Export {title}", title=title.lower()), f"{title}.{suffix}", filters
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        dialog.filterSelected.connect(
            lambda chosen: dialog.setDefaultSuffix(chosen.partition("*.")[2].rstrip(")"))
        )
        dialog.fileSelected.connect(lambda name: then(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _saved(plot: Plot, npz: Path) -> str:
    """The program that draws ``plot`` from ``npz``, which is written."""
    plot.save_arrays(npz)
    return numpy_program(plot, npz.resolve())
