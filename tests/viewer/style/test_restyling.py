"""The clip on stage wears what the document says, made by the real networks on the worker."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from inference import load_model
from inference.models import MODELS
from motion.restyling.course import StyleAt
from tests.viewer.panel_fixtures import Bench, heard
from viewer.model.document import Latent
from viewer.model.restyle_job import Wear, restyled_whole
from viewer.model.style_edits import set_strength, wear
from viewer.model.style_space import STYLE_VAE
from viewer.style.restyling import Restyling

STYLE = np.random.default_rng(3).standard_normal(64).astype(np.float32)


@pytest.fixture
def restyling(bench: Bench) -> Iterator[Restyling]:
    made = bench.control("StyleControl").restyling
    bench.until(lambda: made.ready)
    yield made


def expected(bench: Bench, style: np.ndarray, strength: float = 1.0) -> np.ndarray:
    """What the numpy engine makes of the clip on stage."""
    folder, motion = bench.window.bench.assets, bench.window.studio.motion
    runners = {n: load_model(MODELS[n].path(folder), "numpy", spec=MODELS[n]) for n in STYLE_VAE}
    wish = Wear("any", motion.positions, motion.frame_time, (StyleAt(0.0, style, strength),), 0.0)
    return restyled_whole(wish, lambda name, inputs: runners[name].run(dict(inputs))).positions


def wears(bench: Bench, positions: np.ndarray) -> bool:
    figure = bench.window.studio.figure
    return figure is not None and np.allclose(figure.positions, positions, atol=1e-3)


def put_on(bench: Bench, style: np.ndarray) -> None:
    bench.window.store.apply(wear("Try", Latent(style, "a style")))


def test_an_edit_puts_the_style_on_and_undo_takes_it_off(
    bench: Bench, restyling: Restyling
) -> None:
    window, plain = bench.window, bench.window.studio.motion.positions
    told = heard(restyling.made)
    put_on(bench, STYLE)
    bench.until(lambda: wears(bench, expected(bench, STYLE)))
    assert window.studio.source == "clip"
    assert window.transport.frame_count == len(plain)
    assert told and told[-1][1] > 0
    window.store.undo()
    assert window.studio.figure.positions is plain
    window.store.redo()
    bench.until(lambda: wears(bench, expected(bench, STYLE)))


def test_strength_reaches_from_the_clip_itself_past_the_style(
    bench: Bench, restyling: Restyling
) -> None:
    plain = bench.window.studio.motion.positions
    put_on(bench, STYLE)
    for strength in (0.0, 0.5, 1.5):
        bench.window.store.apply(set_strength(strength))
        wanted = expected(bench, STYLE, strength)
        bench.until(lambda wanted=wanted: wears(bench, wanted))
    bench.window.store.apply(set_strength(0.0))
    bench.until(
        lambda: np.linalg.norm(bench.window.studio.figure.positions - plain, axis=-1).mean() < 0.02
    )


def test_a_storm_of_changes_ends_in_the_last(bench: Bench, restyling: Restyling) -> None:
    for share in np.linspace(0, 1, 200):
        put_on(bench, STYLE * np.float32(share))
    assert bench.window.bridge.stats().queue_depth < 250
    bench.until(lambda: wears(bench, expected(bench, STYLE)))


def test_another_clip_wears_it_too(bench: Bench, restyling: Restyling) -> None:
    window = bench.window
    put_on(bench, STYLE)
    bench.until(lambda: wears(bench, expected(bench, STYLE)))
    first = window.studio.motion
    other = next(p for p in (window.bench.assets / "clips").glob("*.bvh") if p != first.path)
    window.studio.open_paths([other])
    bench.until(lambda: window.studio.motion is not first)
    bench.until(lambda: wears(bench, expected(bench, STYLE)))


def test_playing_goes_on_under_the_same_playhead(bench: Bench, restyling: Restyling) -> None:
    window = bench.window
    window.transport.seek_frame(40)
    put_on(bench, STYLE)
    bench.until(lambda: window.studio.restyled is not None)
    assert window.transport.frame == 40
    root = window.studio.figure.root(40)
    assert np.isfinite(root).all()


def test_a_style_of_other_networks_is_told_and_not_worn(bench: Bench, restyling: Restyling) -> None:
    told = heard(bench.window.studio.notice)
    put_on(bench, STYLE[:9])
    assert "other networks" in told[-1][0].text
    assert bench.window.studio.restyled is None


def test_a_peek_is_a_pose_where_the_figure_stands(bench: Bench, restyling: Restyling) -> None:
    window = bench.window
    window.transport.seek_frame(60)
    told = heard(restyling.peeked)
    restyling.peek(STYLE)
    bench.until(lambda: bool(told))
    pose = told[-1][0]
    assert pose.shape == (22, 3)
    assert pose[0, ::2] == pytest.approx(window.studio.figure.root(60)[::2], abs=1e-3)
    restyling.peek(None)
    assert told[-1] == (None,)
