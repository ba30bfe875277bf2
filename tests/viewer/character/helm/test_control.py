"""The character driven by hand in the real window, simulated by the real worker."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from character.deeds import GetUp, GoTo, Head, Steer, Want
from tests.viewer.conftest import Opener, settle, until
from tests.viewer.driving import asked, drive_of, driven, write_set
from tests.viewer.stage_character import hold, place
from viewer.character.control import CharacterControl
from viewer.character.helm.words import HINT
from viewer.model.live_figure import to_stage
from viewer.model.session_file import read_session
from viewer.window.window import MainWindow

__all__ = ["driven"]
LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


def telling(window: MainWindow) -> list[str]:
    """What the window tells from now on."""
    found: list[str] = []
    window.studio.notice.connect(lambda notice: found.append(notice.text))
    return found


def test_keys_steer_and_all_comes_again_to_the_bit(
    driven: CharacterControl, window: MainWindow
) -> None:
    helm = driven.hands.helm
    QTest.keyPress(window, Key.Key_A)
    until(lambda: drive_of(driven).steering.turn > 0.3)
    QTest.keyRelease(window, Key.Key_A)
    until(lambda: len(asked(driven, Steer)) == 2)
    QTest.keyClick(window, Key.Key_Up)
    until(lambda: drive_of(driven).speed == pytest.approx(helm.speed) and helm.speed > 3)
    walk, run = (skill.speed for skill in drive_of(driven).skills[:2])
    turned, straight, fast = asked(driven, Steer)
    assert turned.turn > 0.5 and turned.speed == pytest.approx(walk)
    assert straight == Steer(0.0, turned.speed) and fast == Steer(0.0, run)
    last = hold(driven)
    driven.replay()
    until(lambda: driven.frame is not None and driven.frame.replaying)
    until(lambda: driven.frame is not None and not driven.frame.running)
    assert driven.frame is not None and driven.frame.exact and driven.frame.frame == last
    assert len(asked(driven, Steer)) == 3


def test_a_click_on_the_ground_is_gone_to_and_a_drag_is_the_cameras(
    driven: CharacterControl, window: MainWindow
) -> None:
    stage = window.stage_view.stage
    assert stage is not None
    at = QPoint(stage.width() // 4, round(stage.height() * 0.6))
    QTest.mousePress(stage, LEFT, pos=at)
    QTest.mouseMove(stage, at + QPoint(40, 0))
    QTest.mouseRelease(stage, LEFT, pos=at + QPoint(40, 0))
    camera, size = stage.camera, stage.pixel_size
    QTest.mouseClick(stage, LEFT, pos=at)
    until(lambda: drive_of(driven).goal is not None)
    (goal,) = asked(driven, GoTo)
    seen = camera.project(to_stage(np.array([[goal.x, 0.0, goal.z]])), size)[0, :2]
    assert seen / size.ratio == pytest.approx([at.x(), at.y()], abs=1.5)
    assert window.studio.scene.lines.data.shape[0] > 30 and len(window.studio.scene.discs) > 3
    assert driven.hands.view is not None and "to the click" in driven.hands.view.line.text


def test_a_press_on_the_body_is_a_push_and_no_place_to_go(
    driven: CharacterControl, window: MainWindow
) -> None:
    stage = window.stage_view.stage
    assert stage is not None
    hold(driven)
    QTest.mouseClick(stage, LEFT, pos=place(driven, window, 1))
    driven.driver.step()
    at = driven.frame.frame if driven.frame else 0
    until(lambda: driven.frame is not None and driven.frame.frame > at)
    assert not asked(driven, GoTo)


def test_another_policy_is_changed_to_when_its_critic_says_so_and_undone_by_name(
    driven: CharacterControl, window: MainWindow
) -> None:
    first = window.store.document.cast.drives
    QTest.keyClick(window, Key.Key_2)
    until(lambda: drive_of(driven).wanted == "run")
    view = driven.hands.view
    assert view is not None and [b.look.awaited for b in view.skills[:3]] == [False, True, False]
    assert drive_of(driven).waits and view.line.text
    run = window.store.document.cast.drives
    assert run != first and window.store.history.undo_name == "Let Run drive"
    QTest.keyClick(window, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    until(lambda: drive_of(driven).wanted is None)
    assert window.store.document.cast.drives == first and drive_of(driven).skill == "walk"
    QTest.keyClick(
        window, Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    until(lambda: drive_of(driven).wanted == "run")
    assert asked(driven, Want) == [Want("run"), Want("walk"), Want("run")]
    assert window.store.document.cast.drives == run


def test_a_move_is_asked_for_once_and_changes_no_choice(
    driven: CharacterControl, window: MainWindow
) -> None:
    before, undo = window.store.document.cast, window.store.history.undo_name
    assert driven.hands.view is not None
    QTest.mouseClick(driven.hands.view.skills[2], LEFT)
    until(lambda: drive_of(driven).wanted == "spinkick")
    assert window.store.document.cast == before and window.store.history.undo_name == undo


def test_the_pad_steers_and_lets_go(driven: CharacterControl, window: MainWindow) -> None:
    assert driven.hands.view is not None
    pad = driven.hands.view.pad
    QTest.mousePress(pad, LEFT, pos=QPoint(pad.width() - 14, pad.height() // 2))
    until(lambda: drive_of(driven).steering.turn < -0.1)
    QTest.mouseRelease(pad, LEFT, pos=QPoint(pad.width() - 14, pad.height() // 2))
    until(lambda: len(asked(driven, Steer)) == 2)
    held, straight = asked(driven, Steer)
    assert held.turn < -0.5 and straight == Steer(0.0, held.speed)
    assert pad.knob().x() == pytest.approx(pad.width() / 2, abs=1)


def test_getting_up_by_itself_is_a_choice_that_is_undone_and_kept(
    driven: CharacterControl, window: MainWindow, tmp_path: Path
) -> None:
    assert driven.hands.view is not None
    QTest.mouseClick(driven.hands.view.get_up, LEFT)
    until(lambda: not drive_of(driven).gets_up)
    assert not window.store.document.cast.gets_up
    path = tmp_path / "driven.stride"
    window.sessions.save_to(path)
    until(path.is_file)
    window.actions_["edit.undo"].trigger()
    until(lambda: drive_of(driven).gets_up)
    assert asked(driven, GetUp) == [GetUp(False), GetUp(True)]
    session, doubts = read_session(path, tmp_path)
    cast = session.document.cast
    assert not doubts and not cast.gets_up
    assert [skill.name for skill in cast.skills] == ["walk", "run", "spinkick"]
    assert session.document.view.looks.helm


def test_a_session_brings_back_the_skills_with_all_that_was_lived_through(
    driven: CharacterControl, open_window: Opener, window: MainWindow, tmp_path: Path
) -> None:
    QTest.keyClick(window, Key.Key_W)
    until(lambda: len(asked(driven, Steer)) == 1)
    last = hold(driven)
    path = tmp_path / "driven.stride"
    window.sessions.save_to(path)
    until(path.is_file)
    other = open_window()
    assert not other.store.document.cast.skills
    other.open_paths([path])
    until(lambda: len(other.store.document.cast.skills) == 3 and other.character.frame is not None)
    settle(other)
    back = other.character
    until(lambda: back.frame is not None and back.frame.frame == last)
    assert asked(back, Steer) == asked(driven, Steer)
    assert drive_of(back).skills == drive_of(driven).skills
    assert drive_of(back).speed == drive_of(driven).speed


def test_the_hint_is_there_until_somebody_drives(
    driven: CharacterControl, window: MainWindow, open_window: Opener
) -> None:
    view = driven.hands.view
    assert view is not None and view.isVisible() and view.hint.isVisible()
    assert view.hint.text == HINT
    window.actions_["character.left"].trigger()
    until(lambda: len(asked(driven, Head)) == 1)
    assert not view.hint.isVisible()
    window.actions_["character.helm"].trigger()
    assert not view.isVisible() and not window.store.document.view.looks.helm


def test_a_place_far_away_says_how_long_it_takes(
    driven: CharacterControl, window: MainWindow
) -> None:
    told = telling(window)
    driven.hands.helm.go_to(np.array([900.0, 0.0, 0.0]))
    until(lambda: bool(told))
    assert "m away" in told[0] and "min by Walk" in told[0]


def test_a_set_that_cannot_be_used_is_refused_by_name_and_what_drives_stays(
    driven: CharacterControl, window: MainWindow, tmp_path: Path
) -> None:
    told = telling(window)
    before, undo = window.store.document.cast.skills, window.store.history.undo_name
    missing = write_set(tmp_path / "no_critic.json", run={"critic": "nowhere.onnx"})
    wrong = write_set(
        tmp_path / "wrong.json",
        run={"actor": str(window.bench.assets / "models" / "stylevae_encoder.onnx")},
    )
    for number, (path, says) in enumerate(((missing, "critic of 'run'"), (wrong, "'run'")), 1):
        window.take_dropped([path])
        until(lambda number=number: len(told) == number)  # type: ignore[misc]
        assert says in told[-1] and path.name in told[-1]
    assert window.store.document.cast.skills == before
    assert window.store.history.undo_name == undo and drive_of(driven).skill == "walk"
