"""Wires the network panel: one specimen, and a control for each page."""

from __future__ import annotations

from PySide6.QtCore import QObject

from motion.canonical import JOINTS
from viewer.model.language import tr
from viewer.stage.stage import Stage
from viewer.ui.time_view import MODES, TimeView, add_actions, remember
from viewer.workbench import Workbench

from .changed_control import ChangedControl
from .layers_control import PAINT as UNIT
from .layers_control import LayersControl
from .layers_page import label_of
from .legend import PaintLegend
from .panel import NetworkPanel
from .saliency_control import PAINT as SALIENCY
from .saliency_control import SaliencyControl
from .scalar import ScalarChoice
from .specimen import Specimen
from .what_if_control import WhatIfControl

Part = LayersControl | SaliencyControl | ChangedControl | WhatIfControl


class NetworkControl(QObject):
    """Looks into the network of what is on stage, as far as the panel is ``seen``."""

    def __init__(self, bench: Workbench, stage: Stage | None) -> None:
        super().__init__(bench.studio)
        self._bench = bench
        self.seen = False
        self.panel = NetworkPanel(bench.themes.current)
        self.specimen = Specimen(bench, self)
        self.layers = LayersControl(bench, self.specimen, self.panel.layers)
        scalar = ScalarChoice(bench.settings, self)
        self.saliency = SaliencyControl(bench, self.specimen, self.panel.saliency, scalar)
        self.changed = ChangedControl(bench, self.specimen, self.panel.changed, scalar)
        self.what_if = WhatIfControl(bench, self.specimen, self.panel.what_if, stage)
        self._parts: dict[str, Part] = {
            "layers": self.layers,
            "saliency": self.saliency,
            "changed": self.changed,
            "what_if": self.what_if,
        }
        self._add_views()
        if stage is not None:
            self._add_legend(stage)
        bench.themes.changed.connect(self.panel.set_theme)
        bench.studio.frame_changed.connect(self._show_frame)
        self.specimen.changed.connect(self._refresh)
        self.panel.networks.chosen.connect(self.specimen.choose)
        self.panel.chosen.connect(lambda _: self._see())

    def close(self) -> None:
        for part in self._parts.values():
            part.close()
        self.specimen.close()

    def _add_views(self) -> None:
        """The maps share their mode and span, and the commands for these, which are kept."""
        bench, panel = self._bench, self.panel
        layers, saliency = panel.layers.canvas.view, panel.saliency.canvas.view
        remember(layers, bench.settings, "network")
        keys = {str(mode): "" for mode in MODES}
        add_actions(bench.actions, layers, "network", tr("Network maps"), "Network", keys)
        layers.chosen.connect(lambda: _follow(saliency, layers))
        saliency.chosen.connect(lambda: _follow(layers, saliency))
        _follow(saliency, layers)
        for page in (panel.layers, panel.saliency):
            for button, mode in zip(page.modes, MODES, strict=True):
                button.setDefaultAction(bench.actions[f"network.{mode}"])
            page.canvas.scrub_started.connect(bench.transport.begin_scrub)
            page.canvas.scrubbed.connect(bench.transport.seek)
            page.canvas.scrub_finished.connect(bench.transport.end_scrub)

    def _add_legend(self, stage: Stage) -> None:
        self._legend = PaintLegend(stage, self._bench.themes)
        self.saliency.painted.connect(lambda _: self._show_legend())
        self.layers.painted.connect(self._show_legend)
        self._bench.studio.paint.owner_changed.connect(lambda _: self._show_legend())

    def _show_legend(self) -> None:
        """What the figure wears, where that is ours."""
        owner, now = self._bench.studio.paint.owner, self.saliency.now
        picked, drive = self.layers.picked, self.layers.drive
        if owner == SALIENCY and now is not None:
            ((joint, share),) = now.top(0, 1)
            self._legend.say(tr("{of} moves with", of=tr(now.of)), f"{joint} {share:.0%}")
        elif owner == UNIT and picked and drive is not None:
            self._legend.say(label_of(drive.layer, drive.unit), JOINTS[drive.joints.argmax()])
        else:
            self._legend.say("", "")

    def set_seen(self, seen: bool) -> None:
        """Whether the panel is seen: its dock is there, and in front of its tabs."""
        if seen != self.seen:
            self.seen = seen
            self._see()

    def _see(self) -> None:
        page = self.panel.page if self.seen else ""
        for name, part in self._parts.items():
            if name != page:
                part.set_active(False)
        self.specimen.set_active(self.seen)
        if page:
            self._parts[page].set_active(True)
            self._show_frame(self._bench.transport.frame)

    def _refresh(self) -> None:
        self.panel.set_problem(self.specimen.problem)
        self.panel.offer(self.specimen.offered, self.specimen.network)
        for part in self._parts.values():
            part.refresh()

    def _show_frame(self, frame: int) -> None:
        if self.seen:
            self._parts[self.panel.page].show_time(frame)


def _follow(view: TimeView, other: TimeView) -> None:
    """``view`` takes mode and span of ``other``."""
    if (view.mode, view.span_s) != (other.mode, other.span_s):
        view.span_s = other.span_s
        view.set_mode(other.mode)
