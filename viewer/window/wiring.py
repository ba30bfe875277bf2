"""What parts of the window show of each other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.inspect.joint_pick import Sight
from viewer.performance.truth_control import PAINT
from viewer.performance.truth_legend import TruthLegend

from .memory import give_back_soon

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu

    from viewer.character.control import CharacterControl
    from viewer.compare.control import CompareControl
    from viewer.compare.pad import Pad
    from viewer.distance.control import DistanceControl
    from viewer.export.control import ExportControl
    from viewer.inspect.control import InspectControl
    from viewer.library.control import LibraryControl
    from viewer.network.control import NetworkControl
    from viewer.performance.control import PerformanceControl
    from viewer.performance.engine_switch import EngineSwitch
    from viewer.performance.truth_control import TruthControl
    from viewer.phase.control import PhaseControl
    from viewer.sessions.control import SessionControl
    from viewer.stage.stage import Stage
    from viewer.stage.view import StageView
    from viewer.style.control import StyleControl
    from viewer.workbench import Workbench

    from .status import StatusBar
    from .tour.tour import Tour


def connect_engines(status: StatusBar, engines: EngineSwitch, menu: QMenu) -> None:
    """The badge of the status bar chooses the engine, from ``menu``."""
    status.set_engines(menu)
    engines.changed.connect(lambda: status.set_wanted(engines.wanted))
    status.set_wanted(engines.wanted)


def connect_truth(
    truth: TruthControl, status: StatusBar, stage: Stage | None, bench: Workbench
) -> None:
    """Status bar and stage, where there is one, show what truth mode finds; the scale of its
    colours while the figure wears them."""
    status.worst_asked.connect(truth.worst.trigger)
    truth.changed.connect(status.show_truth)
    status.show_truth(truth.reading)
    if stage is not None:
        paint, legend = bench.studio.paint, TruthLegend(stage, bench.themes)
        truth.changed.connect(legend.show_reading)
        legend.show_reading(truth.reading)
        paint.owner_changed.connect(lambda owner: legend.set_painted(owner == PAINT))
        legend.set_painted(paint.owner == PAINT)


def connect_panels(
    character: CharacterControl, phase: PhaseControl, style: StyleControl, truth: TruthControl
) -> None:
    """Phase curves and style map show the character, which is seen in the style that is worn; truth
    mode compares what style decodes."""
    character.telling.phased.connect(phase.show_character)
    character.telling.windowed.connect(style.note_character)
    character.display.moved.connect(style.character.live.note)
    style.character.live.posed.connect(character.display.wear)
    style.decoded.connect(truth.note_latent)
    style.outlets.physics_asked.connect(character.trial.begin)


def connect_distance(phase: PhaseControl, distance: DistanceControl, dock: QDockWidget) -> None:
    """The distance map is of the phase that is measured, while its dock is in sight."""

    def show(growing: bool) -> None:
        found = phase.measures
        distance.show_phase(found.series if found else None, growing)

    def show_beside() -> None:
        overlay = phase.overlay.reader
        distance.show_comparison(overlay.comparison, overlay.positions)

    phase.reader.changed.connect(show)
    phase.overlay.reader.changed.connect(show_beside)
    show(False)
    dock.visibilityChanged.connect(distance.set_in_sight)
    distance.set_in_sight(not dock.visibleRegion().isEmpty())


def make_export(
    window: QMainWindow,
    bench: Workbench,
    sessions: SessionControl,
    stage: StageView,
    log: Path | None,
    style: StyleControl,
    phase: PhaseControl,
    performance: PerformanceControl,
    character: CharacterControl,
) -> ExportControl:
    """The exports of ``window``, shown in its status bar; what panels plot is among them, and
    panels open the dialog on what is theirs."""
    from viewer.export.control import ExportControl  # with the panels, after the first picture

    made = ExportControl(bench, sessions.write_aside, stage, style.restyling, window, log)
    for plot in (phase.pictures.curves, phase.pictures.portrait, performance.plot):
        made.add_plot(plot)
    style.outlets.export_asked.connect(partial(made.ask, "restyled"))
    character.export_asked.connect(partial(made.ask, "take"))
    window.statusBar().insertPermanentWidget(0, made.strip)
    return made


def make_tour(
    window: QMainWindow,
    bench: Workbench,
    view: StageView,
    docks: dict[str, QDockWidget],
    style: StyleControl,
    character: CharacterControl,
    open_demo: Callable[[], None],
) -> Tour | None:
    """The tour of ``window``; it needs a stage."""
    if view.stage is None:
        return None
    from .tour.steps import Props
    from .tour.tour import Tour

    return Tour(Props(window, bench, view, view.stage, docks, style, character), open_demo)


def connect_network(network: NetworkControl, dock: QDockWidget) -> None:
    """The panel looks into the network while its dock is in front of its tabs."""
    dock.visibilityChanged.connect(network.set_seen)
    network.set_seen(not dock.visibleRegion().isEmpty())


def connect_library(
    library: LibraryControl,
    style: StyleControl,
    stage: StageView,
    compare: CompareControl,
    inspect: InspectControl,
) -> None:
    """A clip of the library gives its style, also dropped on the stage, which shows what plays
    beside the figure; the next of a folder is seen from where the last was; while the styles of
    listed clips are read, their pictures wait."""
    _connect_compare(compare, library, inspect)
    style.library.reading.connect(library.glimpses.rest_long)
    library.glimpses.rest_long(style.library.busy)
    style.library.reading.connect(lambda _: give_back_soon())
    library.panel.style_requested.connect(style.from_clip.take)
    library.panel.pin_requested.connect(style.from_clip.pin)
    library.folder.stepping.connect(stage.keep_camera)
    if stage.stage is not None:
        style.beside.begun.connect(stage.stage.frame_all)
        drop = stage.clip_drop
        drop.opened.connect(library.open)
        drop.style_taken.connect(lambda key: style.from_clip.take(key, library.title_of(key)))


def _connect_compare(
    compare: CompareControl, library: LibraryControl, inspect: InspectControl
) -> None:
    """A clip of the library that is dropped on a viewport is shown there; joints are clicked in
    each."""

    def take(place: int, key: str) -> None:
        compare.show_clip(place, Path(key.partition("\n")[0]), library.title_of(key))

    if compare.places is not None:
        compare.places.dropped.connect(take)
        for place, pad in enumerate(compare.places.pads):
            inspect.watch(pad, partial(_sight, compare, pad, place))


def _sight(compare: CompareControl, pad: Pad, place: int) -> Sight | None:
    """What a viewport beside the stage's own shows."""
    seen = compare.seen[place] if place < len(compare.seen) else None
    if seen is None or seen.chosen.figure is None or not seen.present:
        return None
    return Sight(seen.chosen.figure, seen.frame, pad.camera, pad.pixels)
