"""Undo and redo in the real window: it shows what the document says, whatever loads meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.viewer.conftest import PATIENCE_S, Opener, open_file, settle, until
from viewer.model.document import Document
from viewer.style.control import StyleControl
from viewer.style.panel import StylePanel
from viewer.window.window import MainWindow

Act = Callable[[MainWindow, list[Path]], object]


def style_of(window: MainWindow) -> StyleControl:
    control = window.controls["style"]
    assert isinstance(control, StyleControl)
    return control


def panel_of(window: MainWindow) -> StylePanel:
    panel = window.docks["style"].widget()
    assert isinstance(panel, StylePanel)
    return panel


def astray(window: MainWindow) -> dict[str, object]:
    """What the window shows that is not as the document says, by its name."""
    document, studio = window.store.document, window.studio
    coords, wanted = panel_of(window).latent.coords(), style_of(window).latent_alone.coords
    clip = document.clip(document.view.clip)
    worn = bool(clip and document.course_of(clip)) and studio.motion is not None
    friction = window.character.panel.friction.value
    pairs: dict[str, tuple[object, object]] = {
        "clips": ([m.key for m in studio.motions], [clip.key for clip in document.clips]),
        "clip": (studio.motion.key if studio.motion else "", document.view.clip),
        "source": (studio.source, document.view.source),
        "latent": (studio.latent is not None, document.style.latent is not None),
        "coords": (bool(np.allclose(coords[: len(wanted)], wanted, atol=0.006)), True),
        "worn": (studio.restyled is not None, worn),
        "strength": (panel_of(window).strength.value(), document.style.strength),
        "range": (window.transport.range, document.range_of(studio.source)),
        "friction": (friction, pytest.approx(document.cast.friction, abs=0.01)),
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def follows(window: MainWindow) -> None:
    """Wait until nothing loads and the window shows what the document says."""
    deadline = time.monotonic() + PATIENCE_S
    while (window.loader.busy or astray(window)) and time.monotonic() < deadline:
        QApplication.processEvents()
        time.sleep(0.001)
    assert astray(window) == {}


def slide(window: MainWindow, _: list[Path], axis: int, sigma: float) -> None:
    panel_of(window).latent.sliders[axis].spin.setValue(sigma)


def act(name: str, *more: object) -> Act:
    return {
        "open": lambda w, files: w.studio.open_paths([files[more[0]]]),  # type: ignore[call-overload]
        "close": lambda w, files: w.actions_["clip.close"].trigger(),
        "read": lambda w, files: w.studio.reload(str(more[0]), "auto"),
        "slide": lambda w, files: slide(w, files, *more),  # type: ignore[arg-type]
        "strength": lambda w, files: panel_of(w).strength.spin.setValue(more[0]),  # type: ignore[arg-type]
        "seed": lambda w, files: panel_of(w).seed.setValue(more[0]),  # type: ignore[arg-type]
        "pin": lambda w, files: panel_of(w).mix.pin_asked.emit(more[0]),
        "key": lambda w, files: w.actions_["style.key"].trigger(),
        "random": lambda w, files: w.actions_["style.random"].trigger(),
        "range": lambda w, files: w.studio.set_range(*more),  # type: ignore[arg-type]
        "friction": lambda w, files: w.character.panel.friction.field.setValue(more[0]),  # type: ignore[arg-type]
        "source": lambda w, files: w.studio.set_source(more[0]),  # type: ignore[arg-type]
        "undo": lambda w, files: w.actions_["edit.undo"].trigger(),
        "redo": lambda w, files: w.actions_["edit.redo"].trigger(),
    }[name]


ACTS = st.one_of(
    st.builds(act, st.just("open"), st.integers(0, 2)),
    st.builds(act, st.sampled_from(["close", "random", "key", "undo", "redo"])),
    st.builds(act, st.just("strength"), st.integers(0, 12).map(lambda n: n / 4)),
    st.builds(act, st.just("seed"), st.integers(1, 99)),
    st.builds(act, st.just("pin"), st.integers(0, 3)),
    st.builds(act, st.just("read"), st.sampled_from(["m", "cm", "auto"])),
    st.builds(
        act, st.just("slide"), st.integers(0, 2), st.floats(-3, 3).map(lambda x: round(x, 2))
    ),
    st.builds(act, st.just("range"), st.integers(0, 20), st.integers(21, 40)),
    st.builds(act, st.just("friction"), st.integers(0, 20).map(lambda n: n / 10)),
    st.builds(act, st.just("source"), st.sampled_from(["clip", "latent"])),
)


def test_random_edits_are_all_undone_and_the_window_shows_it(
    open_window: Opener, walk: Path, tmp_path: Path
) -> None:
    window = open_window()
    files = [tmp_path / f"{name}.bvh" for name in "abc"]
    for file in files:
        file.write_bytes(walk.read_bytes())
    until(lambda: style_of(window).restyling.ready)
    window.docks["character"].raise_()
    first: Document = window.store.document

    @settings(
        max_examples=12, database=None, phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )  # fmt: skip
    @given(st.lists(st.tuples(ACTS, st.booleans()), min_size=3, max_size=12))
    def check(several: list[tuple[Act, bool]]) -> None:
        for act, wait in several:
            act(window, files)
            if wait:  # else the next one comes while this one still loads or decodes
                follows(window)
        follows(window)
        for _ in range(len(several) + 5):
            window.actions_["edit.undo"].trigger()
        follows(window)
        now = window.store.document
        assert (now.clips, now.style, now.cast) == (first.clips, first.style, first.cast)
        assert not window.store.history.undo_name

    check()


def test_a_drag_of_a_slider_is_one_step_with_its_name(window: MainWindow, walk: Path) -> None:
    open_file(window, walk)
    window.docks["style"].raise_()
    panel_of(window).more.setChecked(True)
    slider = panel_of(window).latent.sliders[1].slider
    y = slider.height() // 2
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(20, y))
    for x in range(24, 90, 6):
        QTest.mouseMove(slider, QPoint(x, y))
        window.studio.set_speed(1.0 + x / 100)  # the view changes meanwhile
        settle(window)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(90, y))
    until(lambda: window.studio.source == "latent")
    moved, speed = window.store.document.style.latent, window.transport.speed
    steps = [step.name for step in window.store.history.done]
    assert steps[-1] == "Move latent axis 2" and steps.count("Move latent axis 2") == 1
    assert window.actions_["edit.undo"].text() == "Undo move latent axis 2"
    window.actions_["edit.undo"].trigger()
    follows(window)
    assert window.store.document.style.latent is None
    assert window.studio.source == "clip" and window.transport.speed == speed
    assert window.actions_["edit.redo"].text() == "Redo move latent axis 2"
    window.actions_["edit.redo"].trigger()
    follows(window)
    latent = window.store.document.style.latent
    assert latent == moved and window.studio.source == "latent"


def test_a_typed_value_is_undone_with_its_field_still_in_focus(
    window: MainWindow, walk: Path
) -> None:
    open_file(window, walk)
    window.docks["style"].raise_()
    panel_of(window).more.setChecked(True)
    spin = panel_of(window).latent.sliders[0].spin
    window.activateWindow()
    spin.setFocus()
    until(spin.hasFocus)
    spin.selectAll()
    QTest.keyClicks(spin, "1.5")
    QTest.keyClick(spin, Qt.Key.Key_Return)
    follows(window)
    assert window.store.history.undo_name == "Move latent axis 1"
    QTest.keyClick(spin, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    follows(window)
    assert window.store.document.style.latent is None
    QTest.keyClick(spin, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    follows(window)
    assert window.store.document.style.latent is not None


def test_a_clip_whose_file_is_gone_is_told_and_left_out(
    window: MainWindow, walk: Path, tmp_path: Path
) -> None:
    told: list[str] = []
    window.studio.notice.connect(lambda notice: told.append(notice.text))
    copies = [tmp_path / f"{n}.bvh" for n in range(8)]
    for copy in copies:
        copy.write_bytes(walk.read_bytes())
        open_file(window, copy)
    for _ in copies:
        window.actions_["clip.close"].trigger()
    copies[7].unlink()
    for _ in copies:
        window.actions_["edit.undo"].trigger()
    until(lambda: len(window.studio.motions) == 7)
    until(lambda: any("7.bvh" in text for text in told))
    assert [clip.path for clip in window.store.document.clips] == copies[:7]
