"""The style panel in the window: every change is decoded by the real worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from inference import load_model
from inference.worker.messages import Result
from tests.viewer.panel_fixtures import Bench
from viewer.model.decoded import decoded_loop
from viewer.style.control import StyleControl

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def style(bench: Bench) -> StyleControl:
    control = bench.control("StyleControl")
    assert isinstance(control, StyleControl)
    bench.window.docks["style"].raise_()
    bench.until(lambda: len(control.panel.map.dots.points) >= 14)
    return control


def on_stage(bench: Bench, style: StyleControl) -> np.ndarray:
    """The pose loop on the stage, once it is the decoded current latent."""
    expected, studio = decoded(bench, style.latent), bench.window.studio

    def arrived() -> bool:
        return studio.source == "latent" and np.allclose(
            studio.figure.positions, expected, atol=1e-4
        )

    bench.until(arrived)
    return studio.figure.positions


def place(style: StyleControl, x: float, y: float) -> QPoint:
    return style.panel.map.view().place(x, y).toPoint()


def decoded(bench: Bench, latent: np.ndarray) -> np.ndarray:
    path = bench.window.bench.assets / "models" / "stylevae_decoder.onnx"
    motion = load_model(path, engine="numpy").run({"latent": latent[None]})["motion"][0]
    return decoded_loop(motion)


def test_touching_a_slider_shows_its_latent(bench: Bench, style: StyleControl) -> None:
    assert bench.window.studio.source == "clip"
    style.panel.sliders[2].slider.setValue(140)
    on_stage(bench, style)
    assert style.panel.latency.text().endswith("ms numpy")


def test_an_axis_that_the_space_has_not_is_no_step(bench: Bench, style: StyleControl) -> None:
    style.panel.seed.setValue(5)
    on_stage(bench, style)
    before = bench.window.store.history.done
    style.panel.axis_moved.emit(12, 1.0)
    assert bench.window.store.history.done == before
    assert before[-1].name == "Draw random style 5"


def test_a_seed_is_played_again(bench: Bench, style: StyleControl) -> None:
    shown = []
    for seed in (41, 42, 41):
        style.panel.seed.setValue(seed)
        shown.append(on_stage(bench, style))
    assert np.array_equal(shown[0], shown[2])
    assert not np.allclose(shown[0], shown[1], atol=1e-4)


def test_random_shows_its_seed(bench: Bench, style: StyleControl) -> None:
    bench.window.actions_["style.random"].trigger()
    first = on_stage(bench, style)
    seed = style.panel.seed.value()
    bench.window.actions_["style.reset"].trigger()
    assert not np.allclose(on_stage(bench, style), first, atol=1e-4)
    style.panel.seed_edited.emit(seed)
    assert np.array_equal(on_stage(bench, style), first)


def test_dragging_the_map_decodes_on_the_way(bench: Bench, style: StyleControl) -> None:
    style.panel.seed.setValue(5)
    before, start = style.panel.coords(), on_stage(bench, style)
    plot = style.panel.map
    QTest.mousePress(plot, LEFT, pos=QPoint(20, 20))
    seen = []
    for step in (60, 100, 140):
        QTest.mouseMove(plot, QPoint(step, step))
        QTest.qWait(20)
        seen.append(on_stage(bench, style))
    QTest.mouseRelease(plot, LEFT, pos=QPoint(140, 140))
    after = style.panel.coords()
    assert after[:2] == pytest.approx(plot.view().point(QPointF(140, 140)), abs=1e-3)
    assert after[2:] == pytest.approx(before[2:], abs=1e-3)
    assert not np.allclose(seen[0], seen[1], atol=1e-5)
    assert not np.allclose(seen[2], start, atol=1e-5)
    on_stage(bench, style)


def test_a_dot_gives_its_windows_own_latent(bench: Bench, style: StyleControl) -> None:
    dots = style.panel.map.dots
    lonely = int(np.argmax(np.hypot(*(dots.points - dots.points.mean(axis=0)).T)))
    QTest.mouseClick(style.panel.map, LEFT, pos=place(style, *dots.points[lonely]))
    bank = style.bank.latents()
    assert any(np.array_equal(style.latent, latent) for latent in bank)
    assert style.panel.map.marker() == pytest.approx(tuple(dots.points[lonely]), abs=0.1)
    on_stage(bench, style)


def test_from_clip_takes_the_window_at_the_playhead(bench: Bench, style: StyleControl) -> None:
    window = bench.window
    window.transport.seek(1.5)
    start = round(window.transport.frame * window.studio.motion.frame_time * 30)
    window.actions_["style.from_clip"].trigger()
    features = window.studio.motion.features[start : start + 60].reshape(1, -1)
    path = window.bench.assets / "models" / "stylevae_encoder.onnx"
    expected = load_model(path, engine="numpy").run({"motion": features})["mu"][0]
    bench.until(lambda: np.allclose(style.latent, expected, atol=1e-4))
    on_stage(bench, style)


def test_a_storm_ends_in_the_last_pose(bench: Bench, style: StyleControl) -> None:
    deepest = 0
    for event in range(1000):
        style.panel.sliders[event % 12].slider.setValue((event * 37) % 600 - 300)
        deepest = max(deepest, bench.window.bridge.stats().queue_depth)
    assert deepest <= 3
    on_stage(bench, style)
    assert bench.window.bridge.stats().stale > 0


def test_an_older_result_is_never_drawn(bench: Bench, style: StyleControl) -> None:
    results: list[Result] = []
    style.decoded.connect(lambda result, positions: results.append(result))
    for value in (50, 100):
        style.panel.sliders[0].slider.setValue(value)
        on_stage(bench, style)
    newest = bench.window.studio.figure
    style.take_decoded(results[0])
    assert results[0].request.generation < results[-1].request.generation
    assert bench.window.studio.figure is newest


def test_hovering_a_dot_shows_a_ghost(bench: Bench, style: StyleControl) -> None:
    studio = bench.window.studio
    plain = studio.scene
    style.panel.dot_hovered.emit(3)
    bench.until(lambda: studio.scene is not plain)
    ghost = studio.scene.ghosts.data
    assert len(ghost) > len(plain.ghosts)
    bench.window.transport.step_frames(5)
    bench.until(lambda: not np.array_equal(studio.scene.ghosts.data, ghost))
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
    assert not control.panel.sliders[0].isEnabled()
