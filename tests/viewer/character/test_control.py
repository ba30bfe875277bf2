"""The physics character in the real window, simulated by the real worker."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from character.anatomy import NAMES
from tests.viewer.conftest import open_file, until
from tests.viewer.stage_character import PARTS, hold, place
from viewer.character.control import CharacterControl
from viewer.model.live_figure import NEWTONS_PER_METRE
from viewer.model.policies import NOBODY
from viewer.phase.panel import PhasePanel
from viewer.style.panel import StylePanel
from viewer.window.window import MainWindow


def test_without_a_policy_it_says_what_to_do(window: MainWindow) -> None:
    told: list[str] = []
    window.studio.notice.connect(lambda notice: told.append(notice.text))
    window.docks["character"].raise_()
    window.actions_["stage.source.character"].trigger()
    assert len(told) == 1 and "ONNX" in told[0]
    assert window.studio.source == "clip" and window.actions_["stage.source.clip"].isChecked()
    until(lambda: "ONNX" in window.character.panel.hint.text())


def test_a_dropped_policy_brings_the_character_on_stage(
    control: CharacterControl, window: MainWindow
) -> None:
    assert window.studio.source == "character" and window.transport.playing
    assert control.frame is not None and control.frame.clip == "standing"
    assert len(window.studio.scene.capsules) == len(window.studio.scene.ghosts) == PARTS
    window.docks["character"].raise_()
    until(lambda: control.panel.state.text.startswith("Runs"))
    at = hold(control)
    assert not window.transport.playing and window.transport.frame == at
    control.driver.step()
    until(lambda: control.frame is not None and control.frame.frame == at + 1)
    window.actions_["character.reset"].trigger()
    until(lambda: control.frame is not None and control.frame.cut)


def test_the_timeline_rewinds_and_the_character_resumes(
    control: CharacterControl, window: MainWindow
) -> None:
    last = hold(control)
    window.transport.begin_scrub()
    for frame in range(last, 0, -1):
        window.transport.seek_frame(frame)
    window.transport.end_scrub()
    until(lambda: control.frame is not None and control.frame.frame == 1)
    assert control.frame is not None and control.frame.shown and window.transport.frame == 1
    assert window.transport.frame_count == last + 1 and window.transport.span == 300
    window.transport.play()
    until(lambda: control.frame is not None and control.frame.replaying)
    until(lambda: control.frame is not None and not control.frame.running)
    assert control.frame.exact and window.transport.frame == last
    window.transport.seek_frame(1)
    until(lambda: control.frame is not None and control.frame.frame == 1)
    window.actions_["character.resume"].trigger()
    until(lambda: control.frame is not None and control.frame.running)
    assert control.figure is not None and control.figure.record.last < last + 2


def test_a_drag_on_the_body_pushes_and_one_beside_it_orbits(
    control: CharacterControl, window: MainWindow
) -> None:
    hold(control)
    window.actions_["character.reset"].trigger()
    until(lambda: control.frame is not None and control.frame.cut)
    stage = window.stage_view.stage
    assert stage is not None and control.figure is not None
    head = NAMES.index("neck")
    at, way = place(control, window, head), QPoint(60, 0)
    QTest.mousePress(stage, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(stage, at + way)
    assert control.figure.pull is not None
    body, force = control.figure.pull
    assert body == head and np.linalg.norm(force) > 20
    tail = control.figure.centres[head]
    seen = stage.camera.project(tail + force[None] / NEWTONS_PER_METRE, stage.pixel_size)
    tip = np.array([at.x() + 60, at.y()]) * stage.devicePixelRatioF()
    np.testing.assert_allclose(seen[0, :2], tip, atol=1.5)
    QTest.mouseRelease(stage, Qt.MouseButton.LeftButton, pos=at + way)
    assert control.figure.pull is None
    until(lambda: control.frame is not None and bool(control.frame.pushes))
    assert control.frame is not None
    (push,) = control.frame.pushes
    assert push.body == "neck"
    np.testing.assert_allclose(np.linalg.norm(push.force), np.linalg.norm(force))
    camera = stage.camera
    QTest.mousePress(stage, Qt.MouseButton.LeftButton, pos=QPoint(8, 60))
    QTest.mouseMove(stage, QPoint(60, 60))
    QTest.mouseRelease(stage, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    assert stage.camera.azimuth != camera.azimuth and len(control.frame.pushes) == 1


def test_two_side_by_side_get_the_same_push(control: CharacterControl, window: MainWindow) -> None:
    (name,) = control.cast.policies
    control.panel.beside_chosen.emit(name)
    until(lambda: control.figure is not None and control.figure.beside is not None)
    until(lambda: control.driver.lead > 0 and control.figure.beside.frame > 8)  # type: ignore[union-attr]
    last = hold(control)

    def apart() -> float:
        assert control.frame is not None and control.figure is not None
        assert control.figure.beside is not None
        return abs(control.frame.step.clip_time - control.figure.beside.step.clip_time)

    until(lambda: not control.figure.beside.running)  # type: ignore[union-attr]
    late = apart()
    assert late < 0.2
    window.transport.seek_frame(last - 4)
    until(lambda: control.frame is not None and control.frame.frame == last - 4)
    until(lambda: control.figure.beside.shown and apart() < 1e-6)  # type: ignore[union-attr]
    window.transport.seek_frame(0)
    until(lambda: control.figure.beside.frame == 0)  # type: ignore[union-attr]
    window.transport.seek_frame(last)
    until(lambda: control.frame is not None and control.frame.frame == last)
    assert len(window.studio.scene.capsules) == 2 * PARTS
    window.actions_["character.throw"].trigger()
    until(lambda: control.figure is not None and control.figure.beside.box is not None)  # type: ignore[union-attr]
    assert control.frame is not None and control.frame.box is not None
    control.panel.beside_chosen.emit(NOBODY)
    assert control.figure is not None and control.figure.beside is None


def test_friction_gravity_and_looks(control: CharacterControl, window: MainWindow) -> None:
    window.docks["character"].raise_()
    hold(control)
    control.panel.gravity.edited.emit(3.0)
    until(lambda: control.frame is not None and control.frame.settings.gravity == 3.0)
    for name in ("efforts", "forces", "balance"):
        window.actions_[f"character.{name}"].trigger()
    scene = window.studio.scene
    assert len(scene.points) == 1 and len(scene.lines) > 0
    window.actions_["character.reference"].trigger()
    assert len(window.studio.scene.ghosts) == 0


def test_a_small_window_cuts_no_number_and_no_button_of_the_panel(
    control: CharacterControl, window: MainWindow
) -> None:
    window.following.choose("tabs")
    window.docks["character"].raise_()
    window.resize(1024, 700)
    until(lambda: window.width() == 1024)
    until(lambda: control.panel.state.text.startswith("Runs"))
    facts, buttons = control.panel.facts.values(), control.panel.findChildren(QToolButton)
    assert len(facts) > 5 and len(buttons) > 5
    for value in facts:
        assert value.width() >= value.sizeHint().width()
    for button in buttons:
        assert button.width() >= button.sizeHint().width(), button.text()
    assert control.panel.widget().width() <= control.panel.viewport().width()


def test_a_take_is_written_and_opened_again(
    control: CharacterControl, window: MainWindow, tmp_path: Path
) -> None:
    told: list[str] = []
    listener = window.studio.notice.connect(lambda notice: told.append(notice.text))
    last = hold(control)
    paths = [tmp_path / f"take.{ending}" for ending in ("npz", "bvh")]
    for path in paths:
        control.takes.write(path)
    until(lambda: all(path.is_file() for path in paths))
    units = ("", ", in centimetres")
    written = [f"Wrote the take to {p}{u}." for p, u in zip(paths, units, strict=True)]
    until(lambda: set(written) <= set(told))
    window.studio.notice.disconnect(listener)
    window.actions_["character.reset"].trigger()
    control.driver.play()
    until(lambda: control.frame is not None and control.frame.frame > last + 5)
    hold(control)
    window.take_dropped([paths[0]])
    until(lambda: control.frame is not None and control.frame.memory.last == last)
    assert control.figure is not None and control.figure.record.last == last
    assert not control.figure.record.at("cut", np.array([last]))[0]


def test_a_take_is_opened_as_a_clip(
    control: CharacterControl,
    window: MainWindow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    hold(control)
    window.actions_["character.clip"].trigger()
    until(lambda: window.studio.source == "clip" and window.studio.motion is not None)
    motion = window.studio.motion
    assert motion is not None and motion.path.is_relative_to(tmp_path)
    assert motion.not_human == "" and motion.positions is not None


def test_the_phase_panel_and_the_style_map_show_the_character(
    control: CharacterControl, window: MainWindow, walk: Path, tmp_path: Path
) -> None:
    for name in ("one", "other"):
        (tmp_path / f"{name}.bvh").write_bytes(walk.read_bytes())
        open_file(window, tmp_path / f"{name}.bvh")
    window.actions_["stage.source.character"].trigger()
    control.driver.play()
    window.docks["phase"].raise_()
    until(lambda: control.frame is not None and control.frame.frame > 62)
    hold(control)
    phase, style = (window.docks[name].widget() for name in ("phase", "style"))
    assert isinstance(phase, PhasePanel) and isinstance(style, StylePanel)

    def drawn() -> int:
        return 0 if phase.plots.plotted is None else len(phase.plots.plotted.series)

    until(lambda: control.frame is not None and drawn() == control.frame.frame + 1)
    assert control.figure is not None
    record = control.figure.record
    until(lambda: bool(np.isfinite(record.at("phase", np.arange(1, record.last - 1))).all()))
    window.docks["style"].raise_()
    until(lambda: style.map.character is not None)
    restyle = window.actions_["style.from_clip"]
    restyle.trigger()
    until(lambda: window.store.document.style.worn is not None)
    assert window.store.document.style.worn.label.startswith("character at")
    assert window.studio.source == "character" and style.map.character is not None
    window.studio.set_source("clip")
    assert style.map.character is None


def test_start_here_takes_the_pose_of_the_clip_at_the_playhead(
    control: CharacterControl, window: MainWindow, walk: Path
) -> None:
    hold(control)
    open_file(window, walk)
    window.transport.seek(1.0)
    window.actions_["character.here"].trigger()
    until(lambda: control.frame is not None and control.frame.clip == "walk")
    until(lambda: control.frame is not None and control.frame.running)
    assert control.frame is not None and control.frame.step.clip_time >= 1.0
    assert window.studio.source == "character"


def test_a_fall_is_marked_and_the_reset_offered(
    control: CharacterControl, window: MainWindow
) -> None:
    window.docks["character"].raise_()
    control.driver.set_speed(4.0)
    until(lambda: control.frame is not None and control.frame.fell_at is not None)
    fell = hold(control) and control.frame is not None and control.frame.fell_at
    assert control.figure is not None and control.figure.record.falls() == [fell]
    assert "Backspace" in window.studio.character_label
    assert "fell at" in control.panel.state.text
    window.actions_["character.reset"].trigger()
    until(lambda: control.frame is not None and control.frame.fell_at is None)
    assert "Backspace" not in window.studio.character_label


def test_what_collides_is_a_view_of_its_own(control: CharacterControl, window: MainWindow) -> None:
    hold(control)
    plain, steps = window.studio.scene, len(window.store.history.done)
    assert len(plain.capsules) == PARTS and not len(plain.points)
    assert window.actions_["character.bodies"].shortcut().toString() == "Shift+B"
    window.actions_["character.bodies"].trigger()
    until(lambda: len(window.studio.scene.capsules) == 15)
    bodies = window.studio.scene
    assert len(bodies.ghosts) == 15 and len(bodies.points) == 12
    assert window.store.document.view.looks.bodies
    window.actions_["character.bodies"].trigger()
    until(lambda: len(window.studio.scene.capsules) == PARTS)
    assert len(window.store.history.done) == steps
