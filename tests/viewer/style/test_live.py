"""The physics character is seen in the style that is worn, in the real window, as it walks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")

from PySide6.QtWidgets import QApplication

from tests.viewer.panel_fixtures import Bench, dispose, heard, open_window
from tests.viewer.stage_character import PARTS
from viewer.model.demo import ASSETS
from viewer.model.document import Document, Latent, Style
from viewer.model.style_edits import set_strength, wear

STYLE = 0.5 * np.random.default_rng(3).standard_normal(64).astype(np.float32)


@pytest.fixture(scope="module")
def walking(
    app: QApplication, small_assets: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    """A window with the policies that ship."""
    folder = tmp_path_factory.mktemp("live") / "assets"
    folder.mkdir()
    for part in small_assets.iterdir():
        (folder / part.name).symlink_to(part)
    (folder / "character").symlink_to(ASSETS / "character")
    made = open_window(app, folder, tmp_path_factory.mktemp("window") / "settings.ini")
    yield made
    dispose(made.window)


@pytest.fixture
def lived(walking: Bench) -> Bench:
    """The character has walked for a second and a half, and holds still; nothing is worn."""
    window, control = walking.window, walking.control("StyleControl")
    walking.until(lambda: control.restyling.ready and control.atlases.atlas is not None)
    if window.character.frame is None:
        window.actions_["character.start"].trigger()
        walking.until(lambda: frame_of(walking) > 45)
    window.studio.set_source("character")
    window.transport.pause()
    window.store.correct(bare)
    walking.until(lambda: not window.character.frame.running)
    if window.character.frame.shown:
        window.transport.seek_frame(window.transport.frame_count - 1)
    walking.until_idle()
    return walking


def bare(document: Document) -> Document:
    view = replace(document.view, looks=replace(document.view.looks, styled=True))
    return replace(document, style=Style(), view=view)


def open_clip(bench: Bench) -> None:
    if bench.window.studio.motion is None:
        bench.window.open_demo()
        bench.until(lambda: bench.window.studio.motion is not None)
        bench.window.transport.pause()


def frame_of(bench: Bench) -> int:
    frame = bench.window.character.frame
    return -1 if frame is None else int(frame.frame)


def worn(bench: Bench, style: np.ndarray = STYLE, name: str = "Try") -> np.ndarray:
    """Wear ``style`` and wait for it; the pose (22, 3) in which the character is seen."""
    figure = bench.window.character.figure
    before = figure.styled
    bench.window.store.apply(wear(name, Latent(style, "a style")))
    bench.until(lambda: figure.styled is not None and figure.styled is not before)
    pose: np.ndarray = figure.styled.pose
    return pose


def test_it_is_seen_in_the_style_and_its_body_as_a_ghost(lived: Bench) -> None:
    window, panel = lived.window, lived.control("StyleControl").panel
    plain = window.studio.scene
    assert panel.worn.text() == "The character as it is" and len(plain.capsules) == PARTS
    pose = worn(lived)
    assert window.studio.source == "character"
    assert panel.worn.text() == "The character as a style"
    assert "as a style" in window.studio.character_label
    scene = window.studio.scene
    assert len(scene.capsules) == len(scene.ghosts) == PARTS
    assert 0 < scene.ghosts.data[:, 15].max() < 1
    root = window.character.figure.root(0)
    assert np.linalg.norm((pose[0] - root)[[0, 2]]) < 0.15
    window.store.undo()
    lived.until(lambda: window.character.figure.styled is None)
    assert len(window.studio.scene.capsules) == PARTS
    assert "as a style" not in window.studio.character_label
    window.store.redo()
    lived.until(lambda: window.character.figure.styled is not None)
    assert window.character.figure.styled.pose == pytest.approx(pose, abs=1e-4)


def test_every_frame_that_comes_is_seen_in_it(lived: Bench) -> None:
    window, figure = lived.window, lived.window.character.figure
    worn(lived)
    posed = heard(lived.control("StyleControl").character.live.posed)
    first, at = frame_of(lived), figure.root(0)
    window.transport.play()
    lived.until(lambda: frame_of(lived) > first + 20)
    window.transport.pause()
    lived.until(lambda: not window.character.frame.running)
    lived.until(lambda: np.linalg.norm((figure.styled.pose[0] - figure.root(0))[[0, 2]]) < 0.15)
    assert len(posed) >= 5
    assert np.linalg.norm((figure.root(0) - at)[[0, 2]]) > 0.3


def test_the_past_is_seen_in_it_too(lived: Bench) -> None:
    window, figure = lived.window, lived.window.character.figure
    newest = worn(lived)
    window.transport.seek_frame(20)
    lived.until(lambda: window.character.frame.shown)
    lived.until(lambda: figure.styled.pose[0, 2] < newest[0, 2] - 0.3)
    away = figure.styled.pose[0] - figure.root(0)
    assert np.linalg.norm(away[[0, 2]]) < 0.15
    window.transport.seek_frame(window.transport.frame_count - 1)
    lived.until_idle()


def test_strength_and_the_switch_say_whether(lived: Bench) -> None:
    window, figure = lived.window, lived.window.character.figure
    whole = worn(lived)
    window.store.apply(set_strength(0.3))
    lived.until(lambda: np.abs(figure.styled.pose - whole).max() > 1e-3)
    window.store.apply(set_strength(0.0))
    lived.until(lambda: figure.styled is None)
    window.store.apply(set_strength(1.0))
    lived.until(lambda: figure.styled is not None)
    switch = window.actions_["character.styled"]
    assert switch.isChecked()
    switch.trigger()
    lived.until(lambda: figure.styled is None)
    assert window.store.document.style.worn is not None
    worn(lived, 0.9 * STYLE)
    assert switch.isChecked()


def test_a_drag_on_the_map_ends_in_the_last_style(lived: Bench) -> None:
    window, control = lived.window, lived.control("StyleControl")
    atlas, figure = control.atlases.atlas, lived.window.character.figure
    made = heard(control.character.live.made)
    control.panel.gesture.press()
    for share in np.linspace(0.2, 1.0, 12):
        x, y = share * atlas.points[0] + (1 - share) * atlas.points[-1]
        control.panel.map_dragged.emit(float(x), float(y))
    control.panel.gesture.release()
    lived.until(lambda: bool(made))
    dragged = figure.styled.pose
    last = window.store.document.style.worn
    assert control.panel.latency.text().endswith("ms")
    assert worn(lived, last.values * 0.5) != pytest.approx(dragged, abs=1e-3)
    assert worn(lived, last.values) == pytest.approx(dragged, abs=1e-4)
    for _ in range(3):
        window.store.undo()
    assert window.store.document.style.worn is None
    assert window.studio.source == "character"


def test_what_is_hovered_is_seen_as_a_ghost(lived: Bench) -> None:
    window, control = lived.window, lived.control("StyleControl")
    before = len(window.studio.scene.ghosts)
    control.panel.dot_hovered.emit(0)
    lived.until(lambda: window.studio.ghost.value is not None)
    assert len(window.studio.scene.ghosts) > before
    away = window.studio.ghost.value[0] - window.character.figure.root(0)
    assert np.linalg.norm(away[[0, 2]]) < 0.15
    assert window.character.figure.styled is None
    control.panel.dot_hovered.emit(-1)
    lived.until(lambda: window.studio.ghost.value is None)


def test_keys_are_for_clips(lived: Bench) -> None:
    window, row = lived.window, lived.control("StyleControl").panel.keys
    assert not row.hint.isHidden() and row.key.isHidden()
    assert not window.actions_["style.key"].isEnabled()
    open_clip(lived)
    window.studio.set_source("clip")
    lived.until(lambda: row.hint.isHidden())
    assert not row.key.isHidden() and window.actions_["style.key"].isEnabled()


def test_off_the_stage_the_clip_wears_it(lived: Bench) -> None:
    window, figure = lived.window, lived.window.character.figure
    open_clip(lived)
    window.studio.set_source("character")
    worn(lived)
    window.studio.set_source("clip")
    lived.until(lambda: window.studio.restyled is not None)
    assert figure.styled is None
    window.studio.set_source("character")
    lived.until(lambda: figure.styled is not None)
    window.actions_["style.reset"].trigger()
    lived.until(lambda: figure.styled is None)
    window.studio.set_source("clip")
    lived.until(lambda: window.studio.restyled is None)


def test_tried_styles_are_remembered_with_how_it_stood(lived: Bench) -> None:
    history = lived.control("StyleControl").history
    noted = heard(history.noted)
    pose = worn(lived)
    lived.until(lambda: bool(noted))
    assert np.array_equal(history.tried[0].pose, pose)


def test_lying_has_no_style(lived: Bench) -> None:
    window, figure = lived.window, lived.window.character.figure
    worn(lived)
    window.transport.play()
    window.character.shove((0.0, 0.0, 900.0), 0.4)
    lived.until(lambda: window.character.frame.fell_at is not None)
    lived.until(lambda: figure.styled is None)
    window.actions_["character.reset"].trigger()
    lived.until(lambda: figure.styled is not None)
    window.transport.pause()
