"""What pictures of the window show, and how the window comes to show it."""

from __future__ import annotations

from pathlib import Path

from inference.models import MODELS
from viewer.distance.control import DistanceControl
from viewer.model.demo import ASSETS
from viewer.network.control import NetworkControl
from viewer.phase.control import PhaseControl
from viewer.style.control import StyleControl
from viewer.window.window import MainWindow

from .broken_model import write_broken
from .real_window import MOMENT_S, SETTLE_S, live, until

STYLES = (("Angry", 1.0), ("Elated", 3.0))
"""The keys of the picture of restyling: what is worn, and when."""
FAULTY = ASSETS / "clips" / "angry_walk.bvh"
"""Whose phase has anomalies."""
UNIT = 2, 57
"""The unit whose joints are painted: the lane and its number."""
JOINT = 3
"""The joint whose saliency stands as a curve."""
PUSH, PUSH_S = (0.0, 0.0, 120.0), 0.2
"""Newtons to the right of the character, and for how long."""


def bring(window: MainWindow, name: str) -> None:
    """The dock of that name in front of the others."""
    window.docks[name].show()
    window.docks[name].raise_()


def find_fault(window: MainWindow) -> None:
    """A walk with anomalies loops around the second of them, where its phase jumps."""
    phase = window.controls["phase"]
    assert isinstance(phase, PhaseControl)
    window.open_paths([FAULTY])
    until(lambda: len(phase.lint.anomalies) > 1)
    window.transport.pause()
    phase.lint.loop(1)
    phase.lint.go_to(1)
    window.docks["performance"].hide()
    live(SETTLE_S)


def look_inside(window: MainWindow) -> None:
    """The layers of the network, and what drives one of its units."""
    network = window.controls["network"]
    assert isinstance(network, NetworkControl)
    bring(window, "network")
    network.panel.show_page("layers")
    until(lambda: network.layers.looked is not None)
    network.layers.pick(*UNIT)
    until(lambda: network.layers.drive is not None)
    live(SETTLE_S)


def show_saliency(window: MainWindow, painted: bool = True) -> None:
    """The saliency of the frame, also on the figure; or no more."""
    network = window.controls["network"]
    assert isinstance(network, NetworkControl)
    network.panel.show_page("saliency")
    network.saliency.paint.setChecked(painted)
    if painted:
        until(lambda: network.saliency.overview is not None and network.saliency.now is not None)
        network.saliency.pick(JOINT)
        live(SETTLE_S)


def back_to_demo(window: MainWindow) -> None:
    """The demo alone is open again, with all panels."""
    window.actions_["clip.close"].trigger()
    window.docks["performance"].show()
    window.transport.seek(MOMENT_S)
    live(SETTLE_S)


def restyle(window: MainWindow) -> None:
    """The walk goes from one style to another by keys."""
    style = window.controls["style"]
    assert isinstance(style, StyleControl)
    until(lambda: style.atlases.atlas is not None and style.panel.map.settled())
    atlas = style.atlases.atlas
    assert atlas is not None
    for name, time_s in STYLES:
        if name in atlas.legend:
            window.transport.seek(time_s)
            live(0.2)
            x, y = atlas.points[atlas.labels == name].mean(axis=0)
            style.panel.map_dragged.emit(float(x), float(y))
            until(lambda: style.restyling.worn is not None)
            live(SETTLE_S)
            window.actions_["style.key"].trigger()
    live(SETTLE_S)


def decode(window: MainWindow) -> None:
    """A latent alone is on stage, with trails."""
    window.actions_["latent.random"].trigger()
    until(lambda: window.studio.source == "latent")
    window.actions_["stage.trails"].trigger()
    window.transport.seek(1.2)
    live(SETTLE_S)


def compare_engines(window: MainWindow) -> None:
    """Half precision beside the reference engine."""
    window.actions_["stage.trails"].trigger()
    window.actions_["engine.mojo-half"].trigger()
    until(lambda: window.bridge.engine == "mojo-half")
    window.actions_["truth.mode"].trigger()
    until(lambda: window.truth.reading is not None and window.truth.reading.errors is not None)
    live(SETTLE_S)


def compare_phases(window: MainWindow, broken: Path) -> None:
    """DeepPhase beside one that is blind to the left leg, where they differ most; their map."""
    write_broken(MODELS["deepphase"].path(window.bench.assets), broken)
    phase, distance = window.controls["phase"], window.controls["distance"]
    assert isinstance(phase, PhaseControl) and isinstance(distance, DistanceControl)
    window.docks["performance"].hide()
    bring(window, "distance")
    phase.overlay.compare_file(broken)
    until(lambda: phase.overlay.reader.comparison is not None)
    until(distance.panel.canvas.settled)
    window.actions_["phase.worst"].trigger()
    live(SETTLE_S)


def compare_no_more(window: MainWindow) -> None:
    """The demo again, read by one network alone."""
    window.actions_["phase.compare_nothing"].trigger()
    window.docks["performance"].show()
    window.docks["style"].raise_()
    window.transport.seek(MOMENT_S)
    live(SETTLE_S)


def push_about(window: MainWindow) -> None:
    """The character walks, and stands still while a push acts."""
    character = window.character
    bring(window, "character")
    window.actions_["character.start"].trigger()
    until(lambda: character.frame is not None and character.frame.time >= MOMENT_S)
    window.transport.pause()
    until(lambda: not window.transport.playing)
    character.shove(PUSH, PUSH_S)
    for _ in range(4):
        character.driver.step()
    until(lambda: character.frame is not None and bool(character.frame.pushes))
    live(SETTLE_S)
