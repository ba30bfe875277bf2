"""What parts of the window show of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viewer.performance.truth_legend import TruthLegend

if TYPE_CHECKING:
    from viewer.character.control import CharacterControl
    from viewer.performance.engine_switch import EngineSwitch
    from viewer.performance.truth_control import TruthControl
    from viewer.phase.control import PhaseControl
    from viewer.style.control import StyleControl

    from .window import MainWindow


def connect_status(window: MainWindow, engines: EngineSwitch, truth: TruthControl) -> None:
    """The badge chooses the engine; status bar and stage show what truth mode finds."""
    status = window.status
    status.set_engines(window.menus["Performance/Engine"])
    engines.changed.connect(lambda: status.set_wanted(engines.wanted))
    status.set_wanted(engines.wanted)
    status.worst_asked.connect(window.actions_["truth.worst"].trigger)
    truth.changed.connect(status.show_truth)
    status.show_truth(truth.reading)
    if window.stage_view.stage is not None:
        legend = TruthLegend(window.stage_view.stage, window.bench.themes)
        truth.changed.connect(legend.show_reading)
        legend.show_reading(truth.reading)


def connect_panels(
    character: CharacterControl, phase: PhaseControl, style: StyleControl, truth: TruthControl
) -> None:
    """Phase curves and style map show the character; truth mode compares what style decodes."""
    character.telling.phased.connect(phase.show_character)
    character.telling.windowed.connect(style.note_character)
    style.decoded.connect(truth.note_latent)
