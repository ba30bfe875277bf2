"""What the character in the window refuses, and how it says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.inference.nets import save_model_like
from tests.viewer.conftest import until
from tests.viewer.stage_character import PARTS, hold, place
from viewer.character.control import CharacterControl
from viewer.model.policies import NOBODY
from viewer.window.window import MainWindow


@pytest.mark.parametrize(("like", "shape"), [("deepmimic_critic", "36"), ("deepphase", "197")])
def test_a_network_that_is_no_policy_is_refused_by_name_and_shape(
    control: CharacterControl, told: list[str], window: MainWindow, tmp_path: Path, like: str,
    shape: str,
) -> None:  # fmt: skip
    window.take_dropped([save_model_like(like, tmp_path / "narrow.onnx")])
    until(lambda: any("narrow.onnx" in text and shape in text for text in told))
    assert len(control.cast.policies) == 1 and not any("BVH" in text for text in told)


def test_a_policy_that_cannot_take_over_leaves_the_choice_at_the_one_that_drives(
    control: CharacterControl, told: list[str], window: MainWindow, actor: Path,
    standing_file: Path, tmp_path: Path,
) -> None:  # fmt: skip
    (sound,) = control.cast.policies
    lost, motion = tmp_path / "lost.onnx", tmp_path / "lost.txt"
    lost.write_bytes(actor.read_bytes())
    motion.write_text("no motion")
    window.take_dropped([lost])
    until(lambda: any(text.startswith(f"{motion}: not a DeepMimic") for text in told))
    assert control.cast.current == sound and control.panel.policies.currentData() == sound
    lost.unlink()
    motion.write_text(standing_file.read_text())
    gone = next(name for name in control.cast.policies if name != sound)
    control.panel.policy_chosen.emit(gone)
    until(lambda: f"{lost}: No such file or directory." in told)
    assert control.cast.current == sound
    control.panel.beside_chosen.emit(gone)
    until(lambda: told.count(f"{lost}: No such file or directory.") == 2)
    assert control.panel.besides.currentData() == NOBODY
    assert all("Errno" not in text for text in told) and control.frame is not None
    assert control.frame.policy == sound and control.frame.running


def test_a_take_that_cannot_be_written_or_read_is_told_in_one_sentence(
    control: CharacterControl, told: list[str], window: MainWindow, actor: Path, tmp_path: Path
) -> None:
    hold(control)
    for ending in ("npz", "bvh"):
        path = actor / f"take.{ending}"
        control.takes.write(path)
        until(lambda path=path: any(text.startswith(f"{path}: cannot be written") for text in told))
    gone = tmp_path / "gone.npz"
    window.take_dropped([gone])
    until(lambda: f"{gone}: No such file or directory." in told)
    assert len(told) == 3


def test_a_push_ends_with_the_character_leaving_the_stage(
    control: CharacterControl, window: MainWindow
) -> None:
    hold(control)
    stage = window.stage_view.stage
    assert stage is not None and control.figure is not None
    at, way = place(control, window, 1), QPoint(60, 0)
    QTest.mousePress(stage, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(stage, at + way)
    assert control.figure.pull is not None
    window.actions_["stage.source.clip"].trigger()
    assert control.figure.pull is None
    camera = stage.camera
    QTest.mouseMove(stage, at + 2 * way)
    QTest.mouseRelease(stage, Qt.MouseButton.LeftButton, pos=at + 2 * way)
    control.driver.step()
    until(lambda: control.frame is not None and control.frame.frame > 4)
    assert control.frame is not None and not control.frame.memory.entries
    assert stage.camera == camera


def test_the_past_is_not_pushed(
    control: CharacterControl, told: list[str], window: MainWindow
) -> None:
    hold(control)
    window.transport.seek_frame(1)
    until(lambda: control.frame is not None and control.frame.shown)
    stage = window.stage_view.stage
    assert stage is not None and control.frame is not None
    camera, at = stage.camera, place(control, window, 1)
    QTest.mousePress(stage, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(stage, at + QPoint(60, 0))
    QTest.mouseRelease(stage, Qt.MouseButton.LeftButton, pos=at + QPoint(60, 0))
    window.actions_["character.throw"].trigger()
    assert [text.startswith("This is the past") for text in told] == [True, True]
    until(lambda: window.bridge.stats().queue_depth == 0)
    assert control.frame.shown and not control.frame.memory.entries
    assert stage.camera == camera


def test_leaving_the_stage_pauses_and_coming_back_shows_the_same(
    control: CharacterControl, window: MainWindow
) -> None:
    window.actions_["stage.source.clip"].trigger()
    until(lambda: control.frame is not None and not control.frame.running)
    assert window.transport.driver is None
    window.actions_["stage.source.character"].trigger()
    assert len(window.studio.scene.capsules) == PARTS and control.frame is not None
    at = control.frame.frame
    until(lambda: window.transport.frame == at)
    assert at > 0 and not window.transport.playing


def test_a_policy_that_yields_nan_stops_the_character_with_a_sentence(
    control: CharacterControl, told: list[str], window: MainWindow, actor: Path, tmp_path: Path
) -> None:
    import onnx
    from onnx import numpy_helper

    model = onnx.load(actor)
    last = next(i for i in model.graph.initializer if i.name == "baction")
    broken = np.full(numpy_helper.to_array(last).shape, np.nan, np.float32)
    last.CopyFrom(numpy_helper.from_array(broken, last.name))
    path = tmp_path / "broken.onnx"
    onnx.save(model, path)
    window.take_dropped([path])
    until(lambda: any("NaN" in text and "stopped" in text for text in told))
    assert told[0].startswith("broken: at ")
    assert control.frame is not None and not control.frame.running
    assert np.isfinite(window.studio.scene.capsules.data).all()
    sound = next(iter(control.cast.policies))
    control.panel.policy_chosen.emit(sound)
    until(lambda: control.frame is not None and control.frame.policy == sound)
    window.actions_["character.reset"].trigger()
    window.actions_["character.start"].trigger()
    until(lambda: control.frame is not None and control.frame.running)
