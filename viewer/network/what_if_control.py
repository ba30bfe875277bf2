"""A joint that stands elsewhere: the phase of the changed frame beside the true one, live."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject

from inference.worker.messages import Failure, Result
from viewer.model.language import tr
from viewer.model.notice import sentence
from viewer.model.what_if import WhatIf, moved_input, moved_pose, to_root
from viewer.stage.stage import Stage
from viewer.workbench import Workbench

from .grab import JointGrab
from .specimen import Specimen
from .what_if_page import WhatIfPage

GHOST = CHANNEL = "network.what_if"
"""Its name among those who show a ghost, and on the worker."""
_NOWHERE = np.zeros(3)


class WhatIfControl(QObject):
    """Moves a joint in the input and on the stage, while its page is seen or joints are grabbed.

    joint, offset: which one, and how far (3,) m of the root frame. pair: the phase of the frame on
    display and of the changed one, None until it is there. None of it is in the document.
    """

    def __init__(
        self, bench: Workbench, specimen: Specimen, page: WhatIfPage, stage: Stage | None
    ) -> None:
        super().__init__(page)
        self._bench, self._specimen, self._page = bench, specimen, page
        self.joint, self.offset = 0, _NOWHERE
        self.pair: WhatIf | None = None
        self._held = _NOWHERE
        self._active = False
        self._unsubscribe = bench.bridge.subscribe(CHANNEL, self._take, self._fail)
        self.grab = bench.actions.add(
            "network.grab", tr("Grab joints"),
            tr("Drag a joint on the stage and see what becomes of the phase"), self._set_grab,
            keys="Alt+J", menu="Network", checkable=True,
        )  # fmt: skip
        self.reset_action = bench.actions.add(
            "network.put_back", tr("Put the joint back"),
            tr("The joint stands again where the motion has it"), self.reset,
            keys="Alt+N", menu="Network",
        )  # fmt: skip
        self.reset_action.setEnabled(False)
        page.grabbing.setDefaultAction(self.grab)
        page.reset.setDefaultAction(self.reset_action)
        page.moved.connect(self.move)
        self._grab = JointGrab(stage, self._pose) if stage is not None else None
        self.grab.setEnabled(stage is not None)
        if self._grab is not None:
            self._grab.grabbed.connect(self._take_hold)
            self._grab.dragged.connect(self._drag)
            self._grab.escaped.connect(self.reset)
        studio = bench.studio
        studio.frame_changed.connect(lambda _: self._settle())
        studio.figure_changed.connect(self._settle)
        studio.restyled_changed.connect(self._settle)

    def close(self) -> None:
        self._unsubscribe()

    def set_active(self, active: bool) -> None:
        """Whether the page is seen."""
        self._active = active
        self.refresh()

    def refresh(self) -> None:
        """Ask about what is there now."""
        self._settle()

    def show_time(self, frame: int) -> None:
        """The playhead is at ``frame``; ``frame_changed`` says so too."""

    def move(self, joint: int, offset: np.ndarray) -> None:
        """Have ``joint`` stand elsewhere by ``offset`` (3,) m: left, up, forward."""
        self.joint, self.offset = joint, np.asarray(offset, float)
        self.reset_action.setEnabled(bool(self.offset.any()))
        self._page.show_offset(self.joint, self.offset)
        self._settle()

    def reset(self) -> None:
        """The joint stands where the motion has it."""
        self.move(self.joint, _NOWHERE)

    def _set_grab(self, on: bool) -> None:
        if self._grab is not None:
            self._grab.set_enabled(on)
        self._settle()

    def _take_hold(self, joint: int) -> None:
        self._held = self.offset if joint == self.joint else _NOWHERE
        self.move(joint, self._held)

    def _drag(self, way: np.ndarray) -> None:
        frame = self._bench.transport.frame
        row, pose = self._specimen.row(frame), self._specimen.pose(frame)
        if row is not None and pose is not None:
            self.move(self.joint, self._held + to_root(way, pose, row))

    def _pose(self) -> np.ndarray | None:
        """The pose on display with the joint moved: what a person grabs."""
        frame = self._bench.transport.frame
        row, pose = self._specimen.row(frame), self._specimen.pose(frame)
        if row is None or pose is None:
            return None
        return moved_pose(pose, row, self.joint, self.offset)

    def _settle(self) -> None:
        """Ask about the frame on display, and show where the joint would be."""
        bench = self._bench
        seen = self._active or self.grab.isChecked()
        row = self._specimen.row(bench.transport.frame) if seen else None
        ghost = self._pose() if row is not None and self.offset.any() else None
        bench.studio.ghost.show(GHOST, ghost)
        if row is None or self._specimen.network not in bench.bridge.models:
            bench.bridge.forget(CHANNEL)
            self.pair = None
            self._page.show_pair(None)
            return
        rows = np.stack([row, moved_input(row, self.joint, self.offset)])
        bench.bridge.infer(self._specimen.network, {"frame": rows}, CHANNEL)

    def _take(self, result: Result) -> None:
        (x, y), (changed_x, changed_y) = result.outputs["phase"].tolist()
        self.pair = WhatIf((x, y), (changed_x, changed_y))
        self._page.problem.setText("")
        self._page.show_pair(self.pair)

    def _fail(self, failure: Failure) -> None:
        self.pair = None
        self._page.show_pair(None)
        self._page.problem.setText(sentence(failure.message))
