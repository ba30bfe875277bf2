"""Saliency of the frame on display, on the worker; of all of the clip, in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal

from inference.worker.messages import Failure, Priority, Result
from motion.canonical import JOINTS
from viewer.model.heat_map import HeatMap, heat_map, scale_of
from viewer.model.language import tr
from viewer.model.network_maps import check_frames, stride
from viewer.model.network_plots import saliency_plot
from viewer.model.notice import sentence
from viewer.model.saliency import NUDGE, POSITION, VELOCITY, Saliency, by_joint, saliency, unit_of
from viewer.ui.plot_export import MakePlot, PlotExport, PlotNames
from viewer.workbench import Workbench

from .bars import Bar
from .lanes import Curve, Lane, joint_labels
from .newest import Newest
from .saliency_page import SaliencyPage
from .scalar import ScalarChoice
from .specimen import Specimen

if TYPE_CHECKING:
    from inference.gradients import Scalar
    from inference.graph import Model

PAINT = CHANNEL = "network.saliency"
"""Its name among those who paint the figure, and on the worker."""


class Overview(NamedTuple):
    """The saliency of ``frames`` by ``model``, or of each so-many-th of them, and its map."""

    model: Model
    frames: np.ndarray
    found: Saliency
    map: HeatMap


class _Asked(NamedTuple):
    """A frame on its way to the worker, and the scalar."""

    frame: int
    of: Scalar


class SaliencyControl(QObject):
    """Fills the page of saliency while it is seen, and paints the figure while that is on.

    now: of the frame on display, None until it is there. overview: of the clip. ``painted`` brings
    the saliency that the figure wears, or None.
    """

    painted = Signal(object)

    def __init__(
        self, bench: Workbench, specimen: Specimen, page: SaliencyPage, scalar: ScalarChoice
    ) -> None:
        super().__init__(page)
        self._bench, self._specimen, self._page = bench, specimen, page
        self._scalar = scalar
        self.now: Saliency | None = None
        self.overview: Overview | None = None
        self.picked: int | None = None
        self._asked: tuple[object, ...] = ()
        self._active = False
        self._looking = Newest(self, "saliency")
        self._unsubscribe = bench.bridge.subscribe(CHANNEL, self._take, self._fail)
        scalar.show_on(page.of)
        scalar.changed.connect(self._note_scalar)
        page.canvas.picked.connect(lambda _, joint: self.pick(joint))
        page.canvas.tell = self._tell
        self.paint = bench.actions.add(
            "network.saliency", tr("Paint the saliency"),
            tr("Paint the joints of the figure by how much the phase moves with each, live"),
            self._set_paint, keys="Alt+D", menu="Network", checkable=True,
        )  # fmt: skip
        self.paint.setIconText(tr("Paint"))
        page.paint.setDefaultAction(self.paint)
        self.plot = PlotExport(
            page.canvas, bench.actions, PlotNames("network.map", tr("Saliency map"), "Network"),
            self._ask_plot, bench.studio.notify,
        )  # fmt: skip
        bench.studio.frame_changed.connect(lambda _: self._ask())
        bench.studio.source_changed.connect(lambda _: self._begin())
        bench.studio.motion_changed.connect(lambda _: self._begin())
        bench.studio.figure_changed.connect(self._ask)
        bench.studio.restyled_changed.connect(self._ask)
        bench.bridge.model_loaded.connect(lambda _: self._ask())

    def close(self) -> None:
        self.plot.close()
        self._unsubscribe()
        self._looking.close()

    def set_active(self, active: bool) -> None:
        """Whether the page is seen."""
        self._active = active
        self.refresh()

    def refresh(self) -> None:
        """Look at what is there now, unless that is what was looked at."""
        if not self._active:
            return
        self._ask()
        specimen = self._specimen
        model, frames, of = specimen.model, specimen.frames, self._scalar.of
        if model is None or frames is None or specimen.problem:
            self._looking.forget()
            self._asked, self.overview = (), None
            self._show_overview()
            return
        wanted = (model, frames, of)
        if not self._asked or any(a is not b for a, b in zip(wanted, self._asked, strict=True)):
            self._asked = wanted
            self._looking.ask(lambda: _overview(model, frames, of), self._take_overview)

    def pick(self, joint: int) -> None:
        """Show a joint as a curve under the map; the same again hides it."""
        self.picked = None if self.picked == joint else joint
        self._show_curve()

    def show_time(self, frame: int) -> None:
        """The playhead is at ``frame``."""
        self._page.canvas.set_time(frame * self._specimen.frame_time)

    def _ask_plot(self) -> MakePlot | None:
        seen, frame_time = self.overview, self._specimen.frame_time
        return seen and (lambda: saliency_plot(seen.found, seen.map.every, frame_time))

    def _note_scalar(self) -> None:
        self.now = None
        self._ask()
        self.refresh()

    def _set_paint(self, on: bool) -> None:
        paint = self._bench.studio.paint
        if on:
            paint.take(PAINT)
            self._ask()
        else:
            paint.give_back(PAINT)
            self.painted.emit(None)

    def _begin(self) -> None:
        """Something else is on stage."""
        self._bench.bridge.forget(CHANNEL)
        self.now = None
        self._show_now("")
        self._ask()

    def _ask(self) -> None:
        """Have the frame on display differentiated, where anyone sees it; with its picture."""
        bench, painting = self._bench, self.paint.isChecked()
        figure = bench.studio.figure
        if (
            not (painting or self._active)
            or figure is None
            or self._specimen.network not in bench.bridge.models
        ):
            return
        frame = bench.transport.frame
        row = self._specimen.row(frame)
        if row is None:  # a style is being made, or there is no phase
            bench.bridge.forget(CHANNEL)
            self.now = None
            bench.studio.paint.put(PAINT, None)
            self.painted.emit(None)
            self._show_now("")
            return
        bench.bridge.infer(
            self._specimen.network, {"frame": np.ascontiguousarray(row[None])}, CHANNEL,
            Priority.INTERACTIVE if painting else Priority.LIVE,
            _Asked(frame + figure.first, self._scalar.of), False, self._scalar.of,
        )  # fmt: skip

    def _take(self, result: Result) -> None:
        asked = result.request.context
        assert isinstance(asked, _Asked)
        frame, of = asked
        if of != self._scalar.of or result.gradient is None:
            return
        self.now = Saliency(of, by_joint(result.gradient.reshape(1, -1)))
        if self.paint.isChecked():
            self._bench.studio.paint.put(PAINT, self.now.paint[0], at_once=True)
            self.painted.emit(self.now)
        if self._active:
            unit = tr(unit_of(of))
            self._show_now(tr("Frame {frame}, in {unit}", frame=frame, unit=unit))

    def _fail(self, failure: Failure) -> None:
        self.now = None
        self._bench.studio.paint.put(PAINT, None, at_once=True)
        self._show_now("")
        self._page.scale.setText(sentence(failure.message))

    def _show_now(self, heading: str) -> None:
        self._page.heading.set_text(heading)
        if self.now is None:
            self._page.joints.show_rows(())
            return
        values, shares = self.now.values[0], self.now.shares[0]
        order = np.argsort(-shares, kind="stable")
        largest = max(float(shares.max()), 1e-30)
        rows = [
            Bar(
                JOINTS[joint],
                (
                    f"{values[joint, POSITION]:.5f}",
                    f"{values[joint, VELOCITY]:.5f}",
                    f"{shares[joint]:.1%}",
                ),
                float(shares[joint]) / largest,
            )
            for joint in order.tolist()
        ]
        self._page.joints.show_rows(rows, (tr("per cm"), tr("per m/s"), tr("share")))

    def _take_overview(self, result: object) -> None:
        if isinstance(result, Overview):
            self.overview = result
            self._show_overview()
        elif isinstance(result, Exception):
            self.overview = None
            self._show_overview()
            self._page.scale.setText(sentence(result))

    def _show_overview(self) -> None:
        canvas, seen = self._page.canvas, self.overview
        if seen is None:
            self._page.scale.setText("")
            canvas.set_lanes((), 0, 1.0)
            canvas.set_curve(None)
            return
        every = seen.map.every
        lane = Lane(
            tr("By joint: {of}", of=tr(seen.found.of)), seen.map, np.arange(22), 1, joint_labels(1)
        )
        canvas.set_lanes((lane,), len(seen.frames), self._specimen.frame_time)
        what = tr(unit_of(seen.found.of))
        far = scale_of(seen.found.values @ NUDGE)
        about = tr("Brightest: {far:.3g} {what} for 1 cm and 0.1 m/s.", far=far, what=what)
        self._page.scale.setText(
            about + (tr(" Every {every}th frame.", every=every) if every > 1 else "")
        )
        self._show_curve()
        self.show_time(self._bench.transport.frame)

    def _show_curve(self) -> None:
        if self.overview is None or self.picked is None:
            self._page.canvas.set_curve(None)
            return
        found, joint = self.overview.found, self.picked
        title = f"{JOINTS[joint]}, {_units(found.of)[POSITION]}"
        curve = Curve(title, found.values[:, joint, POSITION], self.overview.map.every)
        self._page.canvas.set_curve(curve, (0, joint))

    def _tell(self, lane: int, joint: int, time_s: float) -> str:
        """What stands in the map at a time, for the tooltip."""
        if self.overview is None:
            return ""
        found, every = self.overview.found, self.overview.map.every
        at = min(int(time_s / self._specimen.frame_time) // every, len(found.values) - 1)
        numbers = zip(found.values[max(at, 0), joint], _units(found.of), strict=True)
        told = ", ".join(f"{value:.4f} {unit}" for value, unit in numbers)
        return tr(
            "{joint} at frame {at}: {told}", joint=JOINTS[joint], at=max(at, 0) * every, told=told
        )


def _overview(model: Model, frames: np.ndarray, of: Scalar) -> Overview:
    check_frames(frames)
    every = stride(len(frames))
    found = saliency(model, frames[::every], of)
    return Overview(model, frames, found, heat_map(found.values @ NUDGE, every, shared=True))


def _units(of: Scalar) -> tuple[str, str]:
    """In what a saliency by position and by velocity counts, as a person reads it."""
    what = tr(unit_of(of))
    return tr("{what} per cm", what=what), tr("{what} per m/s", what=what)
