"""The dialog of File, Export…: what, as what, which part, how and where to."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from viewer.model.export.order import LOOP, Order
from viewer.model.language import tr, within
from viewer.ui.background import Background
from viewer.ui.choice_box import ComboBox
from viewer.ui.theme import GAP, MARGIN, Theme

from .choices import PLOT_SUFFIXES, First, Kind, Offer, Plotted, Thing
from .options import Options

WIDTH = 520
_NO_NAME = str.maketrans('/\\:*?"<>|', "_________")


class ExportDialog(QDialog):
    """Emits ``ordered`` with an Order that lacks its file, or ``plotted`` with plot and path."""

    ordered = Signal(object)
    plotted = Signal(object, object)

    def __init__(self, offer: Offer, first: First, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._offer, self._own_path, self._video_problem = offer, False, ""
        self.setWindowTitle(tr("Export"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(WIDTH)
        self.things = ComboBox(
            tr("What is exported"), tr("The clip, the restyled clip, the take or the latent"), theme
        )
        for thing in offer.things:
            self.things.addItem(thing.words, thing)
        self.kinds = ComboBox(
            tr("Kind of file"), tr("Motion, picture, sequence, video, turntable or plot"), theme
        )
        for each in offer.kinds:
            self.kinds.addItem(each.words, each)
        self.loop = QCheckBox()
        self.loop.setAccessibleName(tr("Only the loop range"))
        self.loop.setToolTip(tr("Export what the timeline loops, and nothing else"))
        self.path = QLineEdit()
        self.path.setAccessibleName(tr("File to write"))
        self.path.setToolTip(tr("Where to write it; a sequence goes into a folder"))
        self.browse = QPushButton(tr("Browse…"))
        self.browse.setAccessibleName(tr("Browse for the file to write"))
        self.browse.setToolTip(tr("Choose where to write it"))
        self.note = QLabel()
        self.note.setProperty("role", "hint")
        self.note.setWordWrap(True)
        self.note.setAccessibleName(tr("Note"))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = self.buttons.addButton(tr("Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setProperty("role", "primary")
        self.go.setToolTip(tr("Write it in the background"))
        cancel = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setToolTip(tr("Write nothing"))
        cancel.setIcon(QIcon())
        self.options = self._lay_out(theme)
        self._connect()
        self._begin_with(first)
        self._show()
        self._background = Background(self, "ffmpeg", wait=False)
        self._background.run(offer.video_problem, self._take_video_problem)

    @property
    def kind(self) -> Kind:
        found: Kind = self.kinds.currentData()
        return found

    @property
    def thing(self) -> Thing | None:
        found: Thing | None = self.things.currentData()
        return found

    def accept(self) -> None:
        """Hand on what was chosen."""
        path = Path(self.path.text()).expanduser()
        kind, thing = self.kind, self.thing
        if kind.group == "plot":
            self.plotted.emit(self._plot(kind), path)
        elif thing is not None:
            bvh = kind.suffix == ".bvh"
            self.ordered.emit(
                Order(
                    file="",
                    output=str(path),
                    what="stage" if self._seen(kind, thing) else thing.what,
                    rig=self.options.skeleton,
                    span=LOOP if self._of_loop else None,
                    units=self.options.unit if bvh else None,
                    look=self.options.look(kind.group),
                )
            )
        super().accept()

    def _seen(self, kind: Kind, thing: Thing) -> bool:
        """Whether the picture is of the stage as it is, with all that is beside the figure."""
        return kind.group != "motion" and thing.what == self._offer.here

    def done(self, result: int) -> None:
        self._background.close()
        super().done(result)

    def _begin_with(self, first: First) -> None:
        whats = [thing.what for thing in self._offer.things]
        what = first.what or self._offer.here
        self.things.setCurrentIndex(whats.index(what) if what in whats else 0)
        names = [each.name for each in self._offer.kinds]
        self.kinds.setCurrentIndex(names.index(first.kind) if first.kind in names else 0)
        self.options.rig.setCurrentIndex(self.options.rig.findData(first.rig))

    @property
    def _of_loop(self) -> bool:
        return self.loop.isChecked() and self._form.isRowVisible(self.loop)

    def _lay_out(self, theme: Theme) -> Options:
        self._form = form = QFormLayout()
        form.setSpacing(GAP)
        form.addRow(tr("What"), self.things)
        form.addRow(tr("As"), self.kinds)
        form.addRow("", self.loop)
        options = Options(form, self._offer.stage, theme)
        where = QHBoxLayout()
        where.setSpacing(GAP)
        where.addWidget(self.path, 1)
        where.addWidget(self.browse)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * MARGIN, 2 * MARGIN, 2 * MARGIN, MARGIN)
        column.setSpacing(MARGIN)
        form.addRow(tr("To"), where)
        column.addLayout(form)
        column.addWidget(self.note)
        column.addStretch(1)
        column.addWidget(self.buttons)
        return options

    def _connect(self) -> None:
        self.things.currentIndexChanged.connect(self._show)
        self.kinds.currentIndexChanged.connect(self._show)
        self.path.textEdited.connect(self._note_own_path)
        self.path.textChanged.connect(self._show_note)
        self.browse.clicked.connect(self._browse)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _show(self) -> None:
        kind, thing = self.kind, self.thing
        restyled = thing is not None and thing.what == "restyled"
        self.things.setEnabled(kind.group != "plot")
        self.options.show_for(kind.group, kind.suffix, restyled)
        loop = thing.loop_s if thing is not None else None
        self._form.setRowVisible(self.loop, loop is not None and kind.group in ("motion", "film"))
        if loop is not None:
            self.loop.setText(
                tr("Only the loop range, {first:.2f} to {last:.2f} s", first=loop[0], last=loop[1])
            )
        self._show_path()
        self._show_note()
        self.adjustSize()

    def _show_path(self) -> None:
        kind, thing = self.kind, self.thing
        if self._own_path:
            path = Path(self.path.text())
            if path.name and path.suffix.lower() in ("", *self._suffixes()):
                self.path.setText(str(path.with_suffix(kind.suffix)))
            return
        name = thing.name if thing is not None else "export"
        if kind.group == "plot":
            name = f"{name} {within(self._plot(kind).title)}"
        name = tr("{name} turntable", name=name) if kind.group == "turntable" else name
        name = tr("{name} frames", name=name) if kind.name == "sequence" else name
        self.path.setText(str(self._offer.folder / f"{name.translate(_NO_NAME)}{kind.suffix}"))

    def _show_note(self) -> None:
        problem = self._problem()
        self.go.setEnabled(not problem)
        path = Path(self.path.text()).expanduser()
        if not problem and path.is_file():
            self.note.setText(tr("{name} is there already and will be replaced.", name=path.name))
        elif not problem and self.kind.name == "sequence" and path.is_dir():
            self.note.setText(
                tr("{name} is there already; its frame_…png will be replaced.", name=path.name)
            )
        else:
            self.note.setText(problem)
        self.note.setVisible(bool(self.note.text()))

    def _problem(self) -> str:
        """Why this cannot be exported, and what helps; "" where it can."""
        kind, path = self.kind, Path(self.path.text()).expanduser()
        if kind.suffix == ".mp4" and self._video_problem:
            return self._video_problem
        if not self.path.text().strip() or not path.name:
            return tr("Name a file to write.")
        if kind.group != "plot" and self.thing is None:
            return tr("Nothing is open that could be exported; only plots.")
        suffixes = PLOT_SUFFIXES if kind.group == "plot" else (kind.suffix,)
        if path.suffix.lower() not in suffixes and kind.suffix:
            return tr("The name has to end with {names}.", names=tr(" or ").join(suffixes))
        if not kind.suffix and path.suffix.lower() in self._suffixes():
            return tr("A sequence goes into a folder: name one without a suffix.")
        if not path.parent.is_dir():
            return tr("The folder {parent} does not exist.", parent=path.parent)
        source = self.thing.source if self.thing is not None else None
        if source is not None and path.resolve() == source.resolve():
            return tr("{name} is the clip itself; name another file.", name=path.name)
        return ""

    def _suffixes(self) -> set[str]:
        return {kind.suffix for kind in self._offer.kinds if kind.suffix} | {*PLOT_SUFFIXES}

    def _plot(self, kind: Kind) -> Plotted:
        return next(plot for plot in self._offer.plots if f"plot.{plot.title}" == kind.name)

    def _note_own_path(self) -> None:
        self._own_path = True

    def _take_video_problem(self, found: object) -> None:
        self._video_problem = str(found)
        self._show_note()

    def _browse(self) -> None:
        kind = self.kind
        suffixes = PLOT_SUFFIXES if kind.group == "plot" else (kind.suffix,)
        filters = ";;".join(f"{suffix[1:].upper()} (*{suffix})" for suffix in suffixes if suffix)
        dialog = QFileDialog(self, tr("Export"), self.path.text(), filters)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # the note below says so
        dialog.setDefaultSuffix(kind.suffix.removeprefix("."))
        dialog.fileSelected.connect(self._take_path)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _take_path(self, name: str) -> None:
        self._own_path = True
        self.path.setText(name)
