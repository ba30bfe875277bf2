"""What changed from a marked frame to the playhead, by integrated gradients in the background."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject

from motion.canonical import JOINTS
from viewer.model.language import tr
from viewer.model.saliency import Changed, unit_of, what_changed
from viewer.workbench import Workbench

from .bars import Bar
from .changed_page import ChangedPage
from .newest import Newest
from .parts import signed
from .scalar import ScalarChoice
from .specimen import Specimen


@dataclass(frozen=True, eq=False)
class Marked:
    """Frame A: its number, what it is of, and its input (132,). clip: its key; "" for no clip."""

    name: str
    clip: str
    frame: int
    row: np.ndarray


class ChangedControl(QObject):
    """Fills the page of what changed while it is seen. Frame A may be of another clip.

    marked: frame A, None until it is chosen. changed: what lies between, once that is known.
    """

    def __init__(
        self, bench: Workbench, specimen: Specimen, page: ChangedPage, scalar: ScalarChoice
    ) -> None:
        super().__init__(page)
        self._bench, self._specimen, self._page = bench, specimen, page
        self._scalar = scalar
        self.marked: Marked | None = None
        self.changed: Changed | None = None
        self._active = False
        self._looking = Newest(self, "changed")
        scalar.show_on(page.of)
        scalar.changed.connect(self.refresh)
        actions = bench.actions
        mark = actions.add(
            "network.mark", tr("Mark frame A"),
            tr("What changed is told from this frame to the playhead"), self.mark,
            keys="Alt+M", menu="Network",
        )  # fmt: skip
        self._go = actions.add(
            "network.go", tr("Go to frame A"), tr("Put the playhead where A was marked"), self.go,
            keys="Alt+B", menu="Network",
        )  # fmt: skip
        page.mark.setDefaultAction(mark)
        page.go.setDefaultAction(self._go)
        self._show()

    def close(self) -> None:
        self._looking.close()

    def set_active(self, active: bool) -> None:
        """Whether the page is seen."""
        self._active = active
        self.refresh()

    def refresh(self) -> None:
        """Tell of what is there now."""
        self._ask()

    def show_time(self, frame: int) -> None:
        """The playhead is at ``frame``."""
        self._ask()

    def mark(self) -> None:
        """The frame on display is A from now on."""
        studio, frame = self._bench.studio, self._bench.transport.frame
        row, figure = self._specimen.row(frame), studio.figure
        if row is None or figure is None:
            studio.notify(
                "info", tr("There is no phase here: frame A needs a human figure on stage.")
            )
            return
        clip = studio.motion if studio.source == "clip" else None
        name = clip.title if clip else studio.source
        self.marked = Marked(name, clip.key if clip else "", frame + figure.first, row.copy())
        self._ask()

    def go(self) -> None:
        """The playhead goes to A, where that is on stage."""
        if self.marked is not None and self._here():
            figure = self._bench.studio.figure
            assert figure is not None
            self._bench.transport.seek_frame(max(self.marked.frame - figure.first, 0))

    def _here(self) -> bool:
        """Whether A is of what is on stage."""
        studio, marked = self._bench.studio, self.marked
        if marked is None or studio.figure is None:
            return False
        clip = studio.motion.key if studio.motion and studio.source == "clip" else ""
        return marked.clip == clip and (bool(clip) or marked.name == studio.source)

    def _ask(self) -> None:
        self._go.setEnabled(self._here())
        if not self._active:
            return
        model, row = self._specimen.model, self._specimen.row(self._bench.transport.frame)
        if model is None or row is None or self.marked is None:
            self._looking.forget()
            self.changed = None
            self._show()
            return
        before, of = self.marked.row, self._scalar.of
        frame = self._bench.transport.frame
        self._looking.ask(
            lambda: what_changed(model, before, row, of), lambda result: self._take(result, frame)
        )

    def _take(self, result: object, frame: int) -> None:
        self.changed = result if isinstance(result, Changed) else None
        self._show(frame, str(result) if isinstance(result, Exception) else "")

    def _show(self, frame: int = 0, problem: str = "") -> None:
        page, marked, changed = self._page, self.marked, self.changed
        hint = "" if marked else tr("Mark a frame as A, then move the playhead to another.")
        page.problem.setText(problem or hint)
        page.problem.setVisible(bool(problem or hint))
        page.frames.set_text("")
        if marked is not None:
            to = tr(" → frame {frame}", frame=frame) if changed else ""
            page.frames.set_text(
                tr("A: {name}, frame {frame}{to}", name=marked.name, frame=marked.frame, to=to)
            )
        if changed is None:
            page.total.set_text("")
            page.error.set_text("")
            page.joints.show_rows(())
            return
        unit = tr(unit_of(changed.of))
        total = float(changed.parts.sum())
        page.total.set_text(f"{signed(changed.change)} {unit}")
        page.error.set_text(
            tr("parts sum to {turns}, off by {error:.1g}", turns=signed(total), error=changed.error)
        )
        both = changed.parts.sum(1)
        order = np.argsort(-np.abs(both), kind="stable")
        largest = max(float(np.abs(both).max()), 1e-30)
        rows = [
            Bar(
                JOINTS[joint],
                tuple(map(signed, (*changed.parts[joint], both[joint]))),
                float(both[joint]) / largest,
            )
            for joint in order.tolist()
        ]
        page.joints.show_rows(rows)
