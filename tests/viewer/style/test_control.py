"""The style panel in the window: what is moved there is worn by the clip that plays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from inference import load_model
from tests.viewer.panel_fixtures import Bench
from viewer.style.control import StyleControl

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def style(bench: Bench) -> StyleControl:
    control = bench.control("StyleControl")
    assert isinstance(control, StyleControl)
    bench.window.docks["style"].raise_()
    bench.until(lambda: len(control.panel.map.dots.points) >= 14 and control.restyling.ready)
    return control


def worn(bench: Bench) -> np.ndarray:
    """The clip on stage as it is worn, once that is the newest."""
    restyling, store = bench.control("StyleControl").restyling, bench.window.store

    def arrived() -> bool:
        made, wanted = restyling.worn, store.document.style.worn
        return (
            made is not None
            and wanted is not None
            and np.array_equal(made.wish.course[0].style, wanted.values)
        )

    bench.until(arrived)
    positions: np.ndarray = bench.window.studio.figure.positions
    return positions


def place(style: StyleControl, x: float, y: float) -> QPoint:
    return style.panel.map.view().place(x, y).toPoint()


def test_dragging_the_map_restyles_on_the_way_as_one_step(
    bench: Bench, style: StyleControl
) -> None:
    panel, steps = style.panel.map, len(bench.window.store.history.done)
    bench.window.transport.play()
    points = panel.dots.points
    a, b = points[0], points[-1]
    panel.pressed.emit()
    seen = []
    for share in (0.2, 0.5, 0.8):
        at = a + share * (b - a)
        panel.dragged.emit(float(at[0]), float(at[1]))
        seen.append(worn(bench))
    panel.released.emit()
    assert not np.allclose(seen[0], seen[2], atol=1e-3)
    assert panel.marker() == pytest.approx(tuple(a + 0.8 * (b - a)), abs=1e-6)
    assert bench.window.transport.playing
    assert len(bench.window.store.history.done) == steps + 1
    bench.window.store.undo()
    assert bench.window.studio.restyled is None


def test_a_drag_with_the_mouse_moves_the_style(bench: Bench, style: StyleControl) -> None:
    plot = style.panel.map
    low, high = plot.dots.extent
    corner = place(style, float(low[0]), float(high[1]))
    QTest.mousePress(plot, LEFT, pos=corner)
    QTest.mouseMove(plot, place(style, 0.0, 0.0))
    QTest.mouseRelease(plot, LEFT, pos=place(style, 0.0, 0.0))
    worn(bench)
    assert bench.window.store.document.style.worn is not None


def test_a_dot_gives_its_own_style(bench: Bench, style: StyleControl) -> None:
    style.panel.dot_picked.emit(3)
    atlas = style.atlases.atlas
    assert atlas is not None
    assert style.style == pytest.approx(atlas.styles[3], abs=1e-6)
    assert style.panel.map.marker() == pytest.approx(tuple(atlas.points[3]), abs=1e-6)
    assert bench.window.store.history.undo_name.startswith("Take style of ")
    assert "Nearest: " in style.panel.nearest.text()
    worn(bench)


def test_the_panel_says_what_the_clip_wears(bench: Bench, style: StyleControl) -> None:
    title = bench.window.studio.motion.title
    assert style.panel.worn.text() == f"{title} as it is"
    style.panel.seed.setValue(41)
    assert style.panel.worn.text() == f"{title} as random style 41"
    bench.window.actions_["style.reset"].trigger()
    assert style.panel.worn.text() == f"{title} as it is"
    assert bench.window.studio.restyled is None


def test_a_seed_is_played_again(bench: Bench, style: StyleControl) -> None:
    shown = []
    for seed in (41, 42, 41):
        style.panel.seed.setValue(seed)
        shown.append(worn(bench))
    assert np.array_equal(shown[0], shown[2])
    assert not np.allclose(shown[0], shown[1], atol=1e-3)
    bench.window.actions_["style.random"].trigger()
    worn(bench)
    assert style.panel.seed.value() == bench.window.store.document.style.seed


def test_from_clip_takes_the_window_at_the_playhead(bench: Bench, style: StyleControl) -> None:
    window = bench.window
    window.transport.seek(1.5)
    start = round(window.transport.frame * window.studio.motion.frame_time * 30)
    window.actions_["style.from_clip"].trigger()
    features = window.studio.motion.features[start : start + 60].reshape(1, -1)
    path = window.bench.assets / "models" / "stylevae_encoder.onnx"
    latent = load_model(path, engine="numpy").run({"motion": features})["mu"][0]
    expected = style.atlases.subspace.read(latent)
    bench.until(lambda: np.allclose(style.style, expected, atol=1e-4))
    worn(bench)


def test_pins_are_mixed(bench: Bench, style: StyleControl) -> None:
    store, panel = bench.window.store, style.panel
    for place, dot in ((0, 1), (1, -1)):
        panel.dot_picked.emit(dot)
        panel.mix.pin_asked.emit(place)
    a, b = (pin.values for pin in store.document.style.pins[:2])
    panel.mix.mixed.emit(np.array([0.25, 0.75, 0.0, 0.0]))
    assert style.style == pytest.approx(0.25 * a + 0.75 * b, abs=1e-5)
    worn(bench)
    panel.mix.unpin_asked.emit(0)
    assert store.document.style.pins[0] is None
    store.undo()
    assert store.document.style.pins[0] is not None


def test_hovering_a_dot_shows_a_ghost(bench: Bench, style: StyleControl) -> None:
    studio = bench.window.studio
    plain = studio.scene
    style.panel.dot_hovered.emit(3)
    bench.until(lambda: len(studio.scene.ghosts) > len(plain.ghosts))
    style.panel.dot_hovered.emit(-1)
    bench.until(lambda: len(studio.scene.ghosts) == len(plain.ghosts))


def test_without_a_decoder_one_sentence(
    open_bench: Callable[[Path], Bench], small_assets: Path, tmp_path: Path
) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    for shared in ("icons", "shaders", "clips"):
        (bare / shared).symlink_to(small_assets / shared)
    control = open_bench(bare).control("StyleControl")
    assert isinstance(control, StyleControl)
    assert control.panel.problem.text() == (
        "The style decoder is not trained yet: stylevae_decoder.onnx is missing."
    )
    assert not control.panel.map.isEnabled()
