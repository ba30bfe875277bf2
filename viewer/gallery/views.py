"""Every panel, dialog and way to look at the stage, as the window shows it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QSlider, QWidget

from viewer.inspect.control import InspectControl
from viewer.model.comparison import Slot
from viewer.model.demo import ASSETS
from viewer.model.export.order import Look, Order
from viewer.model.language import tr
from viewer.model.notice import Notice
from viewer.network.control import NetworkControl
from viewer.performance.control import PerformanceControl
from viewer.phase.control import PhaseControl
from viewer.sessions.autosave import BRING_BACK
from viewer.style.panel import StylePanel
from viewer.window.demo_band import SCENES
from viewer.window.help import CommandPalette, ShortcutSheet
from viewer.window.window import MainWindow

from .arranging import (
    FAULTY,
    JOINT,
    bring,
    compare_engines,
    compare_no_more,
    compare_phases,
    find_fault,
    look_inside,
    push_about,
    restyle,
    show_saliency,
)
from .real_window import MOMENT_S, SETTLE_S, live, until

JOINTS = "RightFoot", "LeftFoot", "Head"
OTHERS = "crouch.bvh", "run.bvh"
MARKS_S = 0.8, 2.4
STRIDE_S = 0.3
LIFTED = np.array([0.0, 0.15, 0.1])
"""How far the joint is moved of which is asked: what if, metres."""
SCENE_S = {1: 6.0, 2: 4.0, 3: 12.0, 4: 14.0, 5: 8.0}
"""Seconds into each scene of the demo."""
REPORT_S = 3.0
TOLD = 3
"""The step of the tour that the docs show."""
CRASHED_AT = "14:05"
FILM = 640, 360
"""Of pictures that are being written, pixels."""
_CAMERA = 0.4


@dataclass(frozen=True)
class Shown:
    """What the window shows now. part: what of it the docs show; above: dialogs over it.

    window: where it is another one.
    """

    name: str
    part: QWidget | None
    above: tuple[QWidget, ...] = ()
    window: MainWindow | None = None


View = Callable[[MainWindow], Iterator[Shown]]
"""Arranges the window, yields, and puts it back."""


def panels(window: MainWindow) -> Iterator[Shown]:
    """Those that need nothing but the clip of the demo."""
    yield Shown("window", None)
    for name in ("library", "style", "character"):
        bring(window, name)
        live(_CAMERA)
        at_rest = name == "character"  # the docs show it at work
        yield Shown(name, None if at_rest else window.docks[name])


def stage(window: MainWindow) -> Iterator[Shown]:
    """Poses before and after this one, and where hands and feet have been."""
    looks = [window.actions_[f"stage.{name}"] for name in ("ghosts", "trails", "contacts")]
    before = [look.isChecked() for look in looks]
    for look in looks:
        look.setChecked(True)
    live(SETTLE_S)
    yield Shown("stage", window.stage_view)
    for look, checked in zip(looks, before, strict=True):
        look.setChecked(checked)


def styles(window: MainWindow) -> Iterator[Shown]:
    """A clip between two styles, and the rows of the timeline with keys and markers."""
    bring(window, "style")
    restyle(window)
    for time_s in MARKS_S:
        window.transport.seek(time_s)
        live(0.1)
        window.actions_["marker.place"].trigger()
    window.actions_["performance.lane"].setChecked(True)
    window.transport.play()
    live(MOMENT_S)
    window.transport.pause()
    window.transport.seek(MOMENT_S)
    live(SETTLE_S)
    yield Shown("style-keys", None)
    yield Shown("timeline", window.timeline)
    window.actions_["performance.lane"].setChecked(False)
    while window.store.history.undo_name:
        window.store.undo()
    live(SETTLE_S)


def phases(window: MainWindow) -> Iterator[Shown]:
    """A jump of the phase, and two networks beside each other with their distances."""
    bring(window, "phase")
    find_fault(window)
    bring(window, "phase")
    live(_CAMERA)
    yield Shown("phase", window.docks["phase"])
    phase = window.controls["phase"]
    assert isinstance(phase, PhaseControl)
    bring(window, "distance")
    live(SETTLE_S)
    yield Shown("distance", window.docks["distance"])
    with tempfile.TemporaryDirectory() as scratch:
        compare_phases(window, Path(scratch) / "broken.onnx")
        bring(window, "phase")
        live(_CAMERA)
        yield Shown("phase-beside", window.docks["phase"])
        compare_no_more(window)
    window.actions_["clip.close"].trigger()
    window.transport.seek(MOMENT_S)
    live(SETTLE_S)


def networks(window: MainWindow) -> Iterator[Shown]:
    """The pages of the network."""
    network, dock = window.controls["network"], window.docks["network"]
    assert isinstance(network, NetworkControl)
    look_inside(window)
    yield Shown("network", dock)
    show_saliency(window)
    yield Shown("network-saliency", dock)
    show_saliency(window, painted=False)
    network.panel.show_page("changed")
    network.changed.mark()
    window.transport.seek(MOMENT_S + STRIDE_S)
    live(SETTLE_S)
    yield Shown("network-changed", dock)
    network.panel.show_page("what_if")
    network.what_if.move(JOINT, LIFTED)
    live(SETTLE_S)
    yield Shown("network-what-if", dock)
    network.what_if.reset()
    network.panel.show_page("layers")


def joints(window: MainWindow) -> Iterator[Shown]:
    """Joints that are looked at, and the worst slide of a foot."""
    inspect = window.controls["inspect"]
    assert isinstance(inspect, InspectControl)
    bring(window, "inspect")
    for name in JOINTS:
        inspect.panel.chosen.emit(name)
        window.actions_["joint.pin"].trigger()
    until(lambda: inspect.skating is not None)
    if window.actions_["slide.next"].isEnabled():
        window.actions_["slide.next"].trigger()
    live(SETTLE_S)
    yield Shown("inspect", window.docks["inspect"])
    window.actions_["joint.clear"].trigger()


def pictures(window: MainWindow) -> Iterator[Shown]:
    """What a slow picture was made of, and how right the engine is."""
    window.docks["phase"].hide()  # it stands above, and takes the room
    bring(window, "performance")
    live(_CAMERA)
    yield Shown("performance", window.docks["performance"])
    window.transport.play()
    live(MOMENT_S)
    window.transport.pause()
    window.actions_["performance.slowest"].trigger()
    live(_CAMERA)
    yield Shown("performance-picture", window.docks["performance"])
    if window.bridge.engine == "mojo":
        window.actions_["stage.trails"].setChecked(True)  # comparing takes them away
        compare_engines(window)
        yield Shown("truth", window.docks["performance"])
        window.actions_["truth.mode"].trigger()
        window.actions_["engine.mojo"].trigger()
        until(lambda: window.bridge.engine == "mojo")
    window.docks["phase"].show()


def report(window: MainWindow) -> Iterator[Shown]:
    """The card of the latencies, of few seconds and the engines that need no preparation."""
    performance = window.controls["performance"]
    assert isinstance(performance, PerformanceControl)
    reporting = performance.report
    reporting.seconds, reporting.engines = REPORT_S, ("numpy", "mojo", "mojo-fast")
    window.actions_["performance.report"].trigger()
    until(lambda: reporting.report is not None)
    card = reporting.card
    assert card is not None
    live(_CAMERA)
    yield Shown("latency-report", card, (card,))
    card.close()


def comparing(window: MainWindow) -> Iterator[Shown]:
    """Two and four viewports, and all in one."""
    window.open_paths([ASSETS / "clips" / name for name in OTHERS])
    until(lambda: len(window.studio.motions) > len(OTHERS))
    window.transport.pause()
    window.studio.show_motion(window.studio.motions[0].key)
    window.transport.seek(MOMENT_S)
    clips = window.store.document.clips
    window.actions_["compare.two"].setChecked(True)
    window.compare.choose(1, Slot("clip", clips[1].path), clips[1].name)
    for layout in ("two", "four", "overlay"):
        window.actions_[f"compare.{layout}"].setChecked(True)
        if layout == "four":
            window.compare.choose(2, Slot("clip", clips[2].path), clips[2].name)
            window.compare.choose(3, Slot("stage"), "the stage")
        live(SETTLE_S)
        yield Shown(f"compare-{layout}", window.stage_view)
    window.actions_["compare.single"].setChecked(True)
    for _ in OTHERS:
        window.studio.close_motion(window.studio.motions[-1].key)
    live(SETTLE_S)


def dialogs(window: MainWindow) -> Iterator[Shown]:
    """Export, palette, keys, and notices."""
    assert window.export is not None
    dialog = window.export.ask()
    live(SETTLE_S)
    yield Shown("export", dialog, (dialog,))
    dialog.reject()
    for name, kind in (("palette", CommandPalette), ("shortcuts", ShortcutSheet)):
        popup = kind(window.actions_, window)
        popup.show()
        live(_CAMERA)
        yield Shown(name, popup, (popup,))
        popup.close()
    window.studio.notify("info", f"Wrote {FAULTY.stem}.glb, 299 frames.")
    window.studio.notify("error", "The file is no BVH: line 3 has no OFFSET.", "walk.bvh, line 3")
    live(_CAMERA)
    yield Shown("notices", window.stage_view)
    for toast in list(window.toasts.shown):
        toast.closed()


def sessions(window: MainWindow) -> Iterator[Shown]:
    """The menu of files, and what a start after a crash offers."""
    bar, menu = window.menuBar(), window.menus["File"]
    menu.popup(bar.mapToGlobal(bar.actionGeometry(menu.menuAction()).bottomLeft()))
    live(_CAMERA)
    yield Shown("sessions", menu, (menu,))
    menu.close()
    choices = tuple((words, lambda: None) for words in (tr("Bring back"), tr("Discard")))
    window.studio.tell(Notice("info", BRING_BACK.format(CRASHED_AT), choices=choices))
    live(_CAMERA)
    (offer,) = window.toasts.shown
    yield Shown("bring-back", offer)
    offer.closed()


def exporting(window: MainWindow) -> Iterator[Shown]:
    """Pictures of the clip are being written beside the window."""
    assert window.export is not None
    queue = window.export.queue

    def under_way() -> bool:
        progress = queue.current and queue.current[1]
        return bool(progress and 10 * progress.done > progress.total)

    with tempfile.TemporaryDirectory() as scratch:
        window.export.begin(Order("", str(Path(scratch) / "walk"), look=Look(size=FILM)))
        until(under_way)
        yield Shown("exporting", window.export.strip)
        queue.stop()
        until(lambda: queue.current is None)
    live(_CAMERA)
    for toast in list(window.toasts.shown):
        toast.closed()


def character(window: MainWindow) -> Iterator[Shown]:
    """The character under a push."""
    push_about(window)
    yield Shown("character-live", window.docks["character"])
    yield Shown("timeline-character", window.timeline)
    window.studio.set_source("clip")


def demo(window: MainWindow) -> Iterator[Shown]:
    """Each scene of the demo, some seconds after it began."""
    presenting = window.presenting
    presenting.show_demo(0)
    shown = presenting.demo
    assert shown is not None
    other = shown.parent()
    assert isinstance(other, MainWindow)
    other.showNormal()
    other.resize(window.size())
    until(lambda: shown.playing)
    for number in range(len(SCENES)):
        presenting.show_demo(number)
        live(SCENE_S[number + 1])
        yield Shown(f"demo-{number + 1}", other, window=other)
    presenting.end_demo()
    live(SETTLE_S)


def tour(window: MainWindow) -> Iterator[Shown]:
    """Each step of the tour, and its end."""
    guide, does = window.tour, window.actions_
    assert guide is not None
    guide.begin()
    slider = window.controls["style"].panel
    assert isinstance(slider, StylePanel)
    done: tuple[Callable[[], object], ...] = (
        does["transport.play"].trigger,
        does["transport.forward"].trigger,
        does["stage.side"].trigger,
        lambda: slider.sliders[0].slider.triggerAction(QSlider.SliderAction.SliderPageStepAdd),
        does["edit.undo"].trigger,
        does["character.start"].trigger,
        does["character.faster"].trigger,
        does["character.throw"].trigger,
    )
    for number, do in enumerate(done):
        until(lambda number=number: guide.card.dots.now == number)  # type: ignore[misc]
        live(SETTLE_S)
        yield Shown(f"tour-{number + 1}", window if number == TOLD else None)
        do()
    until(lambda: guide.step is None)
    live(_CAMERA)
    yield Shown("tour-end", None)
    guide.end()
    window.studio.set_source("clip")


VIEWS: dict[str, View] = {
    view.__name__: view
    for view in (
        panels, stage, styles, phases, networks, joints, pictures, comparing, dialogs, sessions,
        exporting, character, report, demo, tour,
    )
}  # fmt: skip
