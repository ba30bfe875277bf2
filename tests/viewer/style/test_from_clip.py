"""The style of a whole clip of the library, worn and pinned in a real window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from inference import load_model
from inference.models import MODELS
from motion.bvh import write_bvh
from motion.pose import to_clip
from tests.viewer.conftest import SNAKE
from tests.viewer.panel_fixtures import Bench, heard, swaying
from viewer.library.control import LibraryControl
from viewer.model.library_reading import features_of
from viewer.style.control import StyleControl
from viewer.ui.clip_drag import carried


@pytest.fixture
def style(bench: Bench) -> StyleControl:
    control = bench.control("StyleControl")
    assert isinstance(control, StyleControl)
    bench.until(lambda: len(control.bank.latents()) >= 14 and control.restyling.ready)
    return control


@pytest.fixture
def library(bench: Bench) -> LibraryControl:
    control = bench.control("LibraryControl")
    assert isinstance(control, LibraryControl)
    return control


def drop_on_stage(bench: Bench, key: str, share: float) -> None:
    stage = bench.window.stage_view.stage
    assert stage is not None
    at = QPointF(share * stage.width(), 50)
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy, data = Qt.DropAction.CopyAction, carried(key)
    QApplication.sendEvent(stage, QDragEnterEvent(at.toPoint(), copy, data, left, none))
    QApplication.sendEvent(stage, QDropEvent(at, copy, data, left, none))


def lively(library: LibraryControl) -> str:
    return next(e.key for e in library.panel.model.shown if e.title == "Quick sway")


def test_dropped_on_the_right_half_what_plays_takes_its_style(
    bench: Bench, style: StyleControl, library: LibraryControl
) -> None:
    key, store = lively(library), bench.window.store
    playing, steps = bench.window.studio.motion, len(store.history.done)
    drop_on_stage(bench, key, 0.9)
    worn = store.document.style.worn
    known = style.bank.of(key)
    assert worn is not None and known is not None
    assert np.allclose(worn.values, style.atlases.subspace.read(known).mean(axis=0), atol=1e-5)
    assert worn.label == "Quick sway"
    assert bench.window.studio.motion is playing
    bench.until(lambda: bench.window.studio.restyled is not None)
    assert store.history.done[-1].name == "Take style of Quick sway"
    store.undo()
    assert store.document.style.worn is None and len(store.history.done) == steps


def test_dropped_on_the_left_half_it_opens(
    bench: Bench, style: StyleControl, library: LibraryControl
) -> None:
    drop_on_stage(bench, lively(library), 0.1)
    bench.until(lambda: bench.window.studio.motion.title == "Quick sway")
    assert bench.window.store.document.style.worn is None


def test_a_clip_that_is_not_known_is_read_and_encoded(
    bench: Bench, style: StyleControl, tmp_path: Path
) -> None:
    path = tmp_path / "new.bvh"
    write_bvh(to_clip(swaying(3.0, 0.8), 1 / 30, "new"), path)
    style.from_clip.pin(2, str(path), "new")
    store = bench.window.store
    bench.until(lambda: store.document.style.pins[2] is not None)
    pin = store.document.style.pins[2]
    assert pin is not None and pin.label == "new"
    spec = MODELS["stylevae_encoder"]
    encoder = load_model(bench.window.bridge.models[spec.name].path, "numpy", spec=spec)
    features = features_of(path)
    windows = np.stack([features[start : start + 60].reshape(-1) for start in (0, 30)])
    mu = encoder.run({"motion": windows})["mu"]
    assert np.allclose(pin.values, style.atlases.subspace.read(mu).mean(axis=0), atol=1e-3)


def test_what_has_no_style_is_told(bench: Bench, style: StyleControl, tmp_path: Path) -> None:
    (tmp_path / "snake.bvh").write_text(SNAKE)
    (tmp_path / "broken.bvh").write_text(SNAKE.replace("MOTION", "MOTLEY"))
    write_bvh(to_clip(swaying(1.0, 0.8), 1 / 30, "short"), tmp_path / "short.bvh")
    told = heard(bench.window.studio.notice)
    for name in ("snake", "broken", "short", "lost"):
        before = len(told)
        style.from_clip.take(str(tmp_path / f"{name}.bvh"), name)
        bench.until(lambda before=before: len(told) > before)  # type: ignore[misc]
        assert name in told[-1][0].text
    assert bench.window.store.document.style.worn is None


def test_the_menu_of_a_row_takes_and_pins(
    bench: Bench, style: StyleControl, library: LibraryControl
) -> None:
    entry = next(e for e in library.panel.model.shown if e.title == "Quick sway")
    menu = library.panel.menu_of(entry)
    actions = {action.text(): action for action in menu.actions()}
    own = ["Take its style", *(f"Pin style at {c}" for c in "ABCD")]
    assert [*actions] == ["Open", "More like this", *own]
    actions["Pin style at B"].trigger()
    actions["Take its style"].trigger()
    document = bench.window.store.document
    assert document.style.pins[1] is not None and document.style.pins[1].label == "Quick sway"
    assert document.style.worn is not None
    menu.deleteLater()
