"""Looks into the layers: maps in the background, and what drives the unit that was picked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal

from viewer.model.language import tr
from viewer.model.layers import ORDERS, Order
from viewer.model.network_maps import BY_JOINT, Drive, NetworkMaps, drive_of, network_maps
from viewer.model.network_plots import layers_plot
from viewer.model.notice import Refused
from viewer.model.saliency import INPUT_NAMES
from viewer.ui.plot_export import MakePlot, PlotExport, PlotNames
from viewer.workbench import Workbench

from .bars import Bar
from .lanes import Curve, Lane, joint_labels
from .layers_page import LayersPage, label_of
from .newest import Newest
from .parts import signed
from .specimen import Specimen

if TYPE_CHECKING:
    from inference.graph import Model

PAINT = "network.unit"
"""Its name among those who paint the figure."""
SETTING = "network/order"


class Looked(NamedTuple):
    """Maps of frames by a model, and the order of the units of each layer."""

    model: Model
    frames: np.ndarray
    order: Order
    maps: NetworkMaps
    rows: tuple[np.ndarray, ...]

    def of(self, model: Model, frames: np.ndarray) -> bool:
        """Whether it is of these."""
        return self.model is model and self.frames is frames


class LayersControl(QObject):
    """Fills the page of the layers while it is seen.

    looked: the maps of what is on stage; None until they are there. picked: the lane, 0 for the
    input, and the row of its map. drive: what drives the picked unit, once that is known.
    ``painted``: the figure may wear another.
    """

    painted = Signal()

    def __init__(self, bench: Workbench, specimen: Specimen, page: LayersPage) -> None:
        super().__init__(page)
        self._bench, self._specimen, self._page = bench, specimen, page
        self.looked: Looked | None = None
        self.picked: tuple[int, int] | None = None
        self.drive: Drive | None = None
        self._asked: tuple[object, ...] = ()
        self._active = False
        self._looking, self._driving = Newest(self, "layers"), Newest(self, "unit")
        kept = str(bench.settings.value(SETTING, "activity"))
        self.order: Order = kept if kept in ORDERS else "activity"  # type: ignore[assignment]
        page.order.show_choice(self.order)
        page.order.chosen.connect(self._choose)
        page.canvas.picked.connect(self.pick)
        page.canvas.tell = self._tell
        self.paint = bench.actions.add(
            "network.unit", tr("Paint what drives the unit"),
            tr("Paint the joints of the figure by how much they drive the unit that was picked"),
            lambda on: self._settle_paint(), menu="Network", checkable=True, checked=True,
        )  # fmt: skip
        self.paint.setIconText(tr("Paint"))
        page.paint.setDefaultAction(self.paint)
        self.plot = PlotExport(
            page.canvas, bench.actions, PlotNames("network.layers", tr("Network maps"), "Network"),
            self._ask_plot, bench.studio.notify,
        )  # fmt: skip
        self._show_unit()

    def close(self) -> None:
        self.plot.close()
        self._looking.close()
        self._driving.close()

    def set_active(self, active: bool) -> None:
        """Whether the page is seen."""
        self._active = active
        self.refresh()
        self._settle_paint()

    def refresh(self) -> None:
        """Look at what is there now, unless that is what was looked at."""
        specimen = self._specimen
        if not self._active:
            return
        model, frames = specimen.model, specimen.frames
        if model is None or frames is None or specimen.problem:
            self._forget()
            return
        wanted = (model, frames, self.order)
        if any(a is not b for a, b in zip(wanted, self._asked, strict=False)) or not self._asked:
            self._asked = wanted
            self._looking.ask(_look(model, frames, self.order, self.looked), self._take)

    def pick(self, lane: int, row: int) -> None:
        """Pick a row of the input or a unit; the same again lets it go."""
        self.picked = None if self.picked == (lane, row) else (lane, row)
        self.drive = None
        self._show_unit()
        self._ask_drive()

    def show_time(self, frame: int) -> None:
        """The playhead is at ``frame``."""
        self._page.canvas.set_time(frame * self._specimen.frame_time)
        self._show_value()

    def curve(self) -> Curve | None:
        """The picked row over time."""
        if self.looked is None or self.picked is None:
            return None
        (lane, row), maps = self.picked, self.looked.maps
        if lane == 0:
            place = int(BY_JOINT[row])
            title = f"{INPUT_NAMES[place]}, {'m' if place < len(BY_JOINT) // 2 else 'm/s'}"
            return Curve(title, self.looked.frames[:: maps.every, place], maps.every)
        return Curve(label_of(lane - 1, row), maps.unit(lane - 1, row), maps.every)

    def _ask_plot(self) -> MakePlot | None:
        looked, curve = self.looked, self.curve()
        if looked is None:
            return None
        unit = (curve.title, curve.values) if curve else None
        frame_time = self._specimen.frame_time
        return lambda: layers_plot(looked.maps, looked.frames, frame_time, looked.rows, unit)

    def _choose(self, order: str) -> None:
        self.order = order  # type: ignore[assignment]
        self._bench.settings.setValue(SETTING, order)
        self._page.order.show_choice(order)
        self.refresh()

    def _forget(self) -> None:
        self._looking.forget()
        self._driving.forget()
        self._asked, self.looked, self.drive = (), None, None
        self._page.canvas.set_lanes((), 0, 1.0)
        self._page.note.setText("")
        self._show_unit()
        self._settle_paint()

    def _take(self, result: object) -> None:
        if isinstance(result, Exception):
            self._page.note.setText(str(result))
            self._page.canvas.set_lanes((), 0, 1.0)
            return
        assert isinstance(result, Looked)
        self.looked = result
        maps = result.maps
        lanes = [Lane(tr("Input, 132 by joint"), maps.inputs, np.arange(132), 132, joint_labels(6))]
        lanes += [
            Lane(
                tr("Layer {n}: {told}", n=n + 1, told=maps.told(n)), each, rows, max(len(rows), 48)
            )
            for n, (each, rows) in enumerate(zip(maps.maps, result.rows, strict=True))
        ]
        every = (
            ""
            if maps.every == 1
            else tr("A long clip: every {every}th frame is shown.", every=maps.every)
        )
        self._page.note.setText(every if lanes[1:] else tr("This network has no hidden layers."))
        self._page.canvas.set_lanes(lanes, maps.frames, self._specimen.frame_time)
        if self.picked and not (
            self.picked[0] < len(lanes) and self.picked[1] < len(lanes[self.picked[0]].rows)
        ):
            self.picked = None
        self._show_unit()
        self._ask_drive()
        self.show_time(self._bench.transport.frame)

    def _ask_drive(self) -> None:
        if self.looked is None or self.picked is None or self.picked[0] == 0:
            self._driving.forget()
            self._settle_paint()
            return
        (lane, unit), looked = self.picked, self.looked
        self._driving.ask(
            lambda: drive_of(looked.model, looked.frames, lane - 1, unit), self._take_drive
        )

    def _take_drive(self, result: object) -> None:
        if isinstance(result, Drive) and self.picked == (result.layer + 1, result.unit):
            self.drive = result
            largest = max(abs(result.inputs[0][1]), 1e-30)
            bars = [
                Bar(INPUT_NAMES[place], (signed(strength),), strength / largest)
                for place, strength in result.inputs
            ]
            self._page.inputs.show_rows(bars)
        elif isinstance(result, Refused):
            self._page.note.setText(str(result))
        self._settle_paint()

    def _show_unit(self) -> None:
        self._page.canvas.set_curve(self.curve(), self.picked)
        if self.drive is None:
            self._page.inputs.show_rows(())
        self._show_value()

    def _show_value(self) -> None:
        """The picked row and its value at the playhead."""
        curve = self.curve()
        if curve is None:
            self._page.unit.set_text("")
            return
        at = min(self._bench.transport.frame // curve.every, len(curve.values) - 1)
        self._page.unit.set_text(f"{curve.title}: {float(curve.values[at]):.4f}")

    def _settle_paint(self) -> None:
        paint = self._bench.studio.paint
        wanted = self._active and self.paint.isChecked() and self.drive is not None
        paint.show(PAINT, self.drive.joints if wanted and self.drive else None)
        self.painted.emit()

    def _tell(self, lane: int, row: int, time_s: float) -> str:
        """What stands in a map at a time, for the tooltip."""
        if self.looked is None:
            return ""
        maps, frames = self.looked.maps, self.looked.frames
        at = int(time_s / self._specimen.frame_time) // maps.every
        frame = min(max(at, 0) * maps.every, maps.frames - 1)
        if lane == 0:
            place = int(BY_JOINT[row])
            return tr(
                "{input} at frame {frame}: {frames:.4f}",
                input=INPUT_NAMES[place],
                frame=frame,
                frames=float(frames[frame, place]),
            )
        value = float(maps.unit(lane - 1, row)[frame // maps.every])
        return tr(
            "{row} at frame {frame}: {value:.4f}",
            row=label_of(lane - 1, row),
            frame=frame,
            value=value,
        )


def _look(
    model: Model, frames: np.ndarray, order: Order, known: Looked | None
) -> Callable[[], Looked]:
    """Work: the maps, where they are not ``known``, and the orders."""

    def look() -> Looked:
        if known is not None and known.of(model, frames):
            maps = known.maps
        else:
            maps = network_maps(model, frames)
        return Looked(model, frames, order, maps, tuple(each.order(order) for each in maps.layers))

    return look
