"""Goes from anomaly to anomaly, makes one the loop, and keeps what counts as one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from motion.phase.lint import Anomaly
from motion.phase.series import PhaseError
from motion.phase.thresholds import Thresholds, read_thresholds, write_thresholds
from viewer.model.document import Document
from viewer.model.edits import set_thresholds
from viewer.model.language import tr, trn, within
from viewer.model.notice import sentence, told
from viewer.ui.background import Background
from viewer.ui.theme import Theme
from viewer.workbench import Workbench

from .anomaly_lane import AnomalyLane
from .lint_section import LintSection
from .reader import PhaseReader
from .rows import spans_of
from .threshold_form import FIELDS

AROUND_S = 0.5
"""Before and after an anomaly, in the loop around it."""
_JSON = tr("Thresholds (*.json)")


class LintControl(QObject):
    """Shows the anomalies that the ``reader`` found, in ``section`` and on the timeline."""

    def __init__(self, bench: Workbench, reader: PhaseReader, section: LintSection) -> None:
        super().__init__(bench.studio)
        self._bench, self._reader, self.section = bench, reader, section
        self._background = Background(self, "thresholds")
        self._on_timeline = False
        self._add_actions()
        self.lane = AnomalyLane(self._walking, self)
        self.lane.pressed.connect(self.go_to)
        section.list.picked.connect(self.go_to)
        section.list.loop_asked.connect(self.loop)
        section.form.edited.connect(self._edit)
        bench.store.changed.connect(self._follow)
        bench.themes.changed.connect(self._dress)
        reader.changed.connect(lambda _: self._show())
        self._dress(bench.themes.current)
        section.form.show_thresholds(reader.thresholds)
        self._show()

    def close(self) -> None:
        self._background.close()

    @property
    def anomalies(self) -> tuple[Anomaly, ...]:
        """Of what is on stage, by time."""
        measures = self._reader.measures
        return measures.anomalies if measures else ()

    def go_to(self, number: int) -> None:
        """The playhead stands where an anomaly begins."""
        self.section.list.choose(number)
        self._bench.transport.seek_frame(self.anomalies[number].first)

    def step(self, way: int) -> None:
        """To the next anomaly after the playhead, or with -1 the one before it; round at the
        ends."""
        frame = self._bench.transport.frame
        plotted = self._reader.plotted
        first = plotted.spans.first if plotted else np.zeros(0, int)
        beyond = np.flatnonzero(first > frame if way > 0 else first < frame)
        if len(ahead := beyond if len(beyond) else np.arange(len(first))):
            self.go_to(int(ahead[0] if way > 0 else ahead[-1]))

    def loop(self, number: int) -> None:
        """An anomaly is what loops, with half a second before and after it.

        A character has no loop range: there the playhead goes to it.
        """
        if self._bench.transport.driver is not None:
            self.go_to(number)
            return
        self.section.list.choose(number)
        anomaly, transport = self.anomalies[number], self._bench.transport
        around = round(AROUND_S / transport.frame_time)
        self._bench.studio.set_range(anomaly.first - around, anomaly.last + around)
        transport.seek_frame(transport.first)

    def import_file(self, path: Path) -> None:
        """Take the thresholds of a JSON file, as ``analyze --lint`` does."""

        def take(found: object) -> None:
            if isinstance(found, Thresholds):
                self._bench.store.apply(
                    set_thresholds(found, tr("Thresholds of {name}", name=path.name))
                )
            else:
                self._bench.studio.notify("error", _words(found))

        self._background.run(lambda: read_thresholds(path), take)

    def export_file(self, path: Path) -> None:
        """Write the thresholds as JSON, for ``analyze --lint``."""
        thresholds = self._reader.thresholds

        def say(found: object) -> None:
            if found is not None:
                self._bench.studio.notify("error", _words(found))
            else:
                self._bench.studio.notify("info", tr("Wrote the thresholds to {path}.", path=path))

        self._background.run(lambda: write_thresholds(path, thresholds), say)

    def _add_actions(self) -> None:
        add, icons = self._bench.actions.add, self._bench.icons
        self._walking = tuple(
            add(f"phase.{id}", text, tip, callback, keys=keys, menu="Phase")
            for id, text, tip, keys, callback in (
                ("previous_anomaly", tr("Previous anomaly"),
                 tr("Go to the anomaly before the playhead"),
                 "Shift+F8", lambda: self.step(-1)),
                ("next_anomaly", tr("Next anomaly"),
                 tr("Go to the anomaly after the playhead"), "F8",
                 lambda: self.step(1)),
                ("loop_anomaly", tr("Loop around the anomaly"),
                 tr("Make the chosen anomaly the loop, with half a second before and after it"),
                 "Shift+L", self._loop_chosen),
            )
        )  # fmt: skip
        for button, action, icon in zip(
            self.section.buttons, self._walking, ("key-previous", "key-next", "loop"), strict=True
        ):
            icons.bind(action, icon)
            button.setDefaultAction(action)
        for button, (id, text, tip, callback) in zip(
            self.section.form.buttons,
            (
                ("reset", tr("Reset thresholds"),
                 tr("What counts as an anomaly is as it usually is"),
                 self._reset),
                ("import", tr("Import thresholds…"), tr("Take the thresholds of a JSON file"),
                 self._ask_import),
                ("export", tr("Export thresholds…"),
                 tr("Save the thresholds as JSON, for main.py analyze --lint"), self._ask_export),
            ), strict=True,
        ):  # fmt: skip
            action = add(f"phase.thresholds_{id}", text, tip, callback, menu="Phase/Thresholds")
            action.setIconText(text.split()[0] + text[len(text.rstrip("…")) :])
            button.setDefaultAction(action)

    def _loop_chosen(self) -> None:
        """Of the anomaly that is chosen, else the first one at or after the playhead."""
        chosen = self.section.list.chosen
        if chosen is None:
            frame = self._bench.transport.frame
            later = (n for n, anomaly in enumerate(self.anomalies) if anomaly.last >= frame)
            chosen = next(later, None)
        if chosen is not None:
            self.loop(chosen)

    def _edit(self, name: str, value: float) -> None:
        before = self._reader.thresholds
        try:
            wanted = replace(before, **{name: value})
        except PhaseError as error:
            self.section.form.show_thresholds(before, sentence(error))
            return
        gesture = self.section.form.gesture.of(name)
        words = tr("Set threshold: {field}", field=within(FIELDS[name][0]))
        self._bench.store.apply(set_thresholds(wanted, words, gesture))

    def _reset(self) -> None:
        self._bench.store.apply(set_thresholds(Thresholds(), tr("Reset thresholds")))

    def _follow(self, old: Document, new: Document) -> None:
        if new.phase.thresholds != old.phase.thresholds:
            self.section.form.show_thresholds(new.phase.thresholds)
            self._reader.check_anew()

    def _dress(self, theme: Theme) -> None:
        self.section.list.set_look(theme, self._bench.icons.icon("loop"))

    def _show(self) -> None:
        """What the reader has found now."""
        found, rows = self.anomalies, self._reader.plotted
        self.section.list.show_anomalies(found)
        count = trn("{n} anomaly", "{n} anomalies", len(found))
        self.section.count.setText(count if found else tr("No anomalies"))
        driven = self._bench.transport.driver is not None
        for action in self._walking:
            action.setEnabled(bool(found))
        self._walking[-1].setEnabled(bool(found) and not driven)
        if rows is None:
            self.lane.show((), spans_of(()))
        else:
            self.lane.show(found, rows.spans, rows.series.frame_time)
        timeline, reading = self._bench.timeline, rows is None and not self._reader.problem
        if bool(found) != self._on_timeline and not reading:
            self._on_timeline = bool(found)
            (timeline.add_lane if found else timeline.remove_lane)(self.lane)
        timeline.track.refresh()

    def _ask_import(self) -> None:
        dialog = QFileDialog(self.section, tr("Import thresholds"), "", _JSON)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.import_file(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask_export(self) -> None:
        dialog = QFileDialog(self.section, tr("Export thresholds"), "thresholds.json", _JSON)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.fileSelected.connect(lambda name: self.export_file(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _words(error: object) -> str:
    """What went wrong, or the error itself where it is none of a file."""
    if not isinstance(error, PhaseError | OSError):
        raise error if isinstance(error, Exception) else TypeError(error)
    return told(error)
