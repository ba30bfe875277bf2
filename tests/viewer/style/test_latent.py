"""A latent alone: every change of it is decoded by the real worker and loops on the stage."""

from __future__ import annotations

import numpy as np
import pytest

from inference import load_model
from inference.worker.messages import Result
from tests.viewer.panel_fixtures import Bench
from viewer.model.decoded import decoded_loop
from viewer.style.latent import LatentAlone


@pytest.fixture
def alone(bench: Bench) -> LatentAlone:
    control = bench.control("StyleControl")
    bench.until(lambda: control.restyling.ready)
    control.panel.more.setChecked(True)
    made: LatentAlone = control.latent_alone
    return made


def on_stage(bench: Bench, alone: LatentAlone) -> np.ndarray:
    """The pose loop on the stage, once it is the decoded current latent."""
    path = bench.window.bench.assets / "models" / "stylevae_decoder.onnx"
    decoder, studio = load_model(path, engine="numpy"), bench.window.studio
    expected = decoded_loop(decoder.run({"latent": alone.latent[None]})["motion"][0])

    def arrived() -> bool:
        return studio.source == "latent" and np.allclose(
            studio.figure.positions, expected, atol=1e-4
        )

    bench.until(arrived)
    positions: np.ndarray = studio.figure.positions
    return positions


def test_touching_an_axis_shows_its_latent(bench: Bench, alone: LatentAlone) -> None:
    assert bench.window.studio.source == "clip"
    alone.panel.sliders[2].slider.setValue(140)
    on_stage(bench, alone)
    assert bench.window.store.history.undo_name == "Move latent axis 3"
    bench.window.store.undo()
    bench.until(lambda: bench.window.studio.source == "clip")


def test_an_axis_that_the_space_has_not_is_no_step(bench: Bench, alone: LatentAlone) -> None:
    alone.panel.sliders[0].slider.setValue(50)
    on_stage(bench, alone)
    before = bench.window.store.history.done
    alone.panel.axis_moved.emit(12, 1.0)
    assert bench.window.store.history.done == before


def test_show_reset_and_random_are_actions(bench: Bench, alone: LatentAlone) -> None:
    actions = bench.window.actions_
    actions["latent.show"].trigger()
    mean = on_stage(bench, alone)
    actions["latent.random"].trigger()
    assert not np.allclose(on_stage(bench, alone), mean, atol=1e-4)
    actions["latent.reset"].trigger()
    assert np.allclose(on_stage(bench, alone), mean, atol=1e-5)
    assert alone.coords == pytest.approx(np.zeros(len(alone.coords)), abs=1e-4)


def test_a_storm_ends_in_the_last_pose(bench: Bench, alone: LatentAlone) -> None:
    deepest = 0
    for event in range(1000):
        alone.panel.sliders[event % 12].slider.setValue((event * 37) % 600 - 300)
        deepest = max(deepest, bench.window.bridge.stats().queue_depth)
    assert deepest <= 3
    on_stage(bench, alone)
    assert bench.window.bridge.stats().stale > 0


def test_an_older_result_is_never_drawn(bench: Bench, alone: LatentAlone) -> None:
    results: list[Result] = []
    alone.decoded.connect(lambda result, positions: results.append(result))
    for value in (50, 100):
        alone.panel.sliders[0].slider.setValue(value)
        on_stage(bench, alone)
    newest = bench.window.studio.figure
    alone.take_decoded(results[0])
    assert results[0].request.generation < results[-1].request.generation
    assert bench.window.studio.figure is newest
